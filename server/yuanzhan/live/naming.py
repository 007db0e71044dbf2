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
        self._badged: set[Visitor] = set()
        """Those who have worn a badge of an account since they came."""

    def came(self, visitor: Visitor) -> None:
        """Somebody is here, or here again."""
        if visitor.badge in _BADGES:
            self._badged.add(visitor)

    def check(self, name: str, badge: str) -> None:
        """Raises ConnectionRefused (`bad_name`) where something in a name is a word that is not said, and for
        who wears no badge, where it looks like the name of somebody here who does.
        """
        if self._safety.words_do != "off" and self._safety.words.find(name) is not None:
            raise ConnectionRefused("bad_name", detail="a word of the lists")
        if badge not in _BADGES and (taken := self._badged_names()) and likeness(name) in taken:
            raise ConnectionRefused("bad_name", detail="looks like a colleague")

    def _badged_names(self) -> set[str]:
        """What those who wear a badge here now look like, by the name they chose and by their account's."""
        self._badged = {one for one in self._badged if one.badge in _BADGES and one.room.has(one)}
        names = {_likeness_of_colleague(one.name) for one in self._badged}
        for one in self._badged:
            if one.connection is not None and one.connection.caller.account is not None:
                names.add(_likeness_of_colleague(one.connection.caller.account.name))
        return names - {""}


@lru_cache(maxsize=256)
def _likeness_of_colleague(name: str) -> str:
    """Asked for by each newcomer. Visitors' own names are remembered nowhere."""
    return likeness(name)
