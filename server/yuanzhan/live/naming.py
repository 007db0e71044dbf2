"""Names that nobody may have here: those with a word of the lists, and a colleague's, for who is none."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.live.safety import Safety
from yuanzhan.live.visitor import Visitor
from yuanzhan.moderation.likeness import likeness

_BADGES: Final = ("staff", "speaker")


class Naming:
    """See above."""

    def __init__(self, safety: Safety) -> None:
        self._safety = safety
        self._colleagues: dict[Visitor, str] = {}
        """Those who wear a badge of an account, or did when their line broke, and what it is called."""

    def settle(self, visitor: Visitor) -> None:
        """Somebody is here, or here again, or has other rights now."""
        account = None if visitor.connection is None else visitor.connection.caller.account
        if visitor.badge in _BADGES and account is not None:
            self._colleagues[visitor] = account.name
        else:
            self._colleagues.pop(visitor, None)

    def check(self, name: str, badge: str) -> None:
        """Raises ConnectionRefused (`bad_name`) where something in a name is a word that is not said, and for
        who wears no badge, where it looks like the name of somebody here who does, or whose line is broken.
        """
        if self._safety.words_do != "off" and self._safety.words.find(name) is not None:
            raise ConnectionRefused("bad_name", detail="a word of the lists")
        if badge not in _BADGES and (taken := self._taken()) and likeness(name) in taken:
            raise ConnectionRefused("bad_name", detail="looks like a colleague")

    def _taken(self) -> set[str]:
        """What colleagues look like, by the name they chose and by their account's."""
        for gone in [one for one in self._colleagues if not one.room.has(one)]:
            del self._colleagues[gone]
        names = {_likeness_of_colleague(one.name) for one in self._colleagues}
        names.update(map(_likeness_of_colleague, self._colleagues.values()))
        return names - {""}


@lru_cache(maxsize=256)
def _likeness_of_colleague(name: str) -> str:
    """Asked for by each newcomer. Visitors' own names are remembered nowhere."""
    return likeness(name)
