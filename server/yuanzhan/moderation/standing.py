"""What holds now: the lasting acts in force, held in memory and asked at the door and in the halls.

    standing = Standing(acts)                    # read from the store before the first visitor comes
    standing.at_the_door(marks, now_ms)          # the act that keeps somebody out, or None
    standing.on(marks, now_ms)                   # what somebody who is in may not do
    standing.rules(hall, now_ms)                 # a hall's rules, folded from the acts on it

Nothing here is saved: rows are (`store.moderation`), and a standing made of the same rows says the same.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from yuanzhan.instants import MINUTE_MS
from yuanzhan.moderation.acts import AT_THE_DOOR, IN_THE_HALL, OF_A_HALL, Act, By, Kind, Mark, Marks, On
from yuanzhan.moderation.hall_rules import HallRules, patched

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What one person may not do, and the acts that say so, the oldest first."""

    chat: bool = False
    voice: bool = False
    hidden: bool = False
    frozen: bool = False
    acts: tuple[Act, ...] = ()


NONE: Final = Restrictions()


class Standing:
    """The acts in force, by id, by whom they hold for, and by hall."""

    def __init__(self, acts: Iterable[Act] = ()) -> None:
        self._acts: dict[str, Act] = {}
        self._not_on_people: dict[str, Act] = {}
        """Asked for each visitor who comes, and few: those on people may be thousands."""
        self._by_mark: dict[Mark, dict[str, Act]] = {}
        self._by_network: dict[tuple[int, int], dict[Network, dict[str, Act]]] = {}
        """(version, length of the prefix) to network to acts: one look-up for each length in use."""
        for act in acts:
            self.add(act)

    def __len__(self) -> int:
        return len(self._acts)

    def __contains__(self, act_id: str) -> bool:
        return act_id in self._acts

    def get(self, act_id: str) -> Act | None:
        """An act in force."""
        return self._acts.get(act_id)

    @property
    def acts(self) -> list[Act]:
        """All of them, in the order they were made."""
        return _in_order(self._acts)

    @property
    def not_on_people(self) -> list[Act]:
        """Those on halls and booths, in the order they were made."""
        return _in_order(self._not_on_people)

    def add(self, act: Act) -> None:
        """It holds from now on. What is done once never holds."""
        if not act.rule.lasting:
            return
        self._acts[act.id] = act
        if act.rule.on is not On.PERSON:
            self._not_on_people[act.id] = act
        for mark in act.marks:
            if mark.by is By.ADDRESS:
                network = ipaddress.ip_network(mark.value)
                of_length = self._by_network.setdefault((network.version, network.prefixlen), {})
                of_length.setdefault(network, {})[act.id] = act
            else:
                self._by_mark.setdefault(mark, {})[act.id] = act

    def remove(self, act_id: str) -> Act | None:
        """It holds no longer. Returns it, None when it did not hold."""
        act = self._acts.pop(act_id, None)
        if act is None:
            return None
        self._not_on_people.pop(act_id, None)
        for mark in act.marks:
            if mark.by is not By.ADDRESS:
                _forget(self._by_mark, mark, act_id)
                continue
            network = ipaddress.ip_network(mark.value)
            length = (network.version, network.prefixlen)
            of_length = self._by_network.get(length)
            if of_length is not None:
                _forget(of_length, network, act_id)
                if not of_length:
                    del self._by_network[length]
        return act

    def ended(self, now_ms: int) -> list[Act]:
        """Those whose time is over: taken out, and to be lifted where they were applied."""
        over = [act.id for act in self._acts.values() if not act.holds(now_ms)]
        return [act for act in map(self.remove, over) if act is not None]

    # --- people ---------------------------------------------------------------------------------------------

    def at_the_door(self, marks: Marks, now_ms: int) -> Act | None:
        """The act that keeps this person out, the one that does so the longest; None lets them in."""
        kept_out = [act for act in self._of(marks) if act.kind in AT_THE_DOOR and act.holds(now_ms)]
        return max(kept_out, key=_until, default=None)

    def on(self, marks: Marks, now_ms: int) -> Restrictions:
        """What this person may not do in a hall."""
        acts = [act for act in self._of(marks) if act.kind in IN_THE_HALL and act.holds(now_ms)]
        if not acts:
            return NONE
        acts.sort(key=lambda act: act.made_at_ms)
        mutes = [act for act in acts if act.kind is Kind.MUTE]
        return Restrictions(
            chat=any(act.params.get("chat", True) for act in mutes),
            voice=any(act.params.get("voice", True) for act in mutes),
            hidden=any(act.kind is Kind.HIDE for act in acts),
            frozen=any(act.kind is Kind.FREEZE for act in acts),
            acts=tuple(acts),
        )

    def stages(self, marks: Marks, now_ms: int) -> frozenset[str]:
        """The events that this person speaks at."""
        return frozenset(
            str(act.params["event"])
            for act in self._of(marks)
            if act.kind is Kind.STAGE and act.holds(now_ms)
        )

    def held(self, marks: Iterable[Mark], now_ms: int) -> list[Act]:
        """The acts in force on whoever has one of these marks, the oldest first."""
        found: dict[str, Act] = {}
        for mark in marks:
            found |= self._of_address(mark.value) if mark.by is By.ADDRESS else self._by_mark.get(mark, {})
        return [act for act in _in_order(found) if act.holds(now_ms)]

    def same(self, act: Act) -> list[Act]:
        """Those in force that do all that an act on a person or a booth would, and for as long, a minute more
        or less.
        """
        is_on_person = act.rule.on is On.PERSON
        others = self.held(act.marks, act.made_at_ms) if is_on_person else self.not_on_people
        return [
            other
            for other in others
            if other.kind is act.kind
            and (
                other.params == act.params
                if is_on_person
                else (other.hall, other.params.get("booth")) == (act.hall, act.params["booth"])
            )
            and set(act.marks) <= set(other.marks)
            and other.holds(act.made_at_ms)
            and _until(act) <= _until(other) + MINUTE_MS
        ]

    def _of(self, marks: Marks) -> list[Act]:
        """The acts that hold for somebody, each once."""
        found: dict[str, Act] = {}
        for mark in marks.own:
            found |= self._by_mark.get(mark, {})
        if marks.address and self._by_network:
            found |= self._of_address(marks.address)
        return list(found.values())

    def _of_address(self, address: str) -> dict[str, Act]:
        found: dict[str, Act] = {}
        try:
            own = ipaddress.ip_network(address, strict=False)
        except ValueError:
            return found
        for (version, length), networks in self._by_network.items():
            if version == own.version and length <= own.prefixlen:
                found |= networks.get(own.supernet(new_prefix=length), {})
        return found

    # --- halls ----------------------------------------------------------------------------------------------

    def rules(self, hall: str, now_ms: int) -> HallRules:
        """A hall's rules: each part as the newest act in force set it."""
        rules = HallRules()
        for act in _in_order(self._not_on_people):
            if act.kind in OF_A_HALL and act.hall == hall and act.holds(now_ms):
                rules = patched(rules, act.params)
        return rules

    def announcements(self, hall: str, now_ms: int) -> list[Act]:
        """What those who enter the hall now are told as well, the oldest first."""
        return [
            act
            for act in _in_order(self._not_on_people)
            if act.kind is Kind.ANNOUNCE and act.hall in (None, hall) and act.holds(now_ms)
        ]

    def taken_down(self, hall: str, now_ms: int) -> frozenset[str]:
        """Ids of the booths that were taken down in a hall."""
        return frozenset(booth for where, booth in self.all_taken_down(now_ms) if where == hall)

    def all_taken_down(self, now_ms: int) -> frozenset[tuple[str | None, str]]:
        """Hall and id of each booth that was taken down."""
        return frozenset(
            (act.hall, str(act.params["booth"]))
            for act in self._not_on_people.values()
            if act.kind is Kind.TAKE_DOWN and act.holds(now_ms)
        )

    def take_down_of(self, booth: str, now_ms: int) -> Act | None:
        """The act by which a booth is not shown, the newest where there are several."""
        held = (
            act
            for act in self._not_on_people.values()
            if act.kind is Kind.TAKE_DOWN and act.params["booth"] == booth and act.holds(now_ms)
        )
        return max(held, key=_when, default=None)


def held_by(marks: Marks, *, is_staff: bool) -> Marks:
    """By what of these marks acts hold for somebody. For staff not by their network: whoever shuts a
    household out would shut out colleagues of any rank who are there, and themselves.
    """
    return replace(marks, address="") if is_staff else marks


def concerns(act: Act, marks: Marks) -> bool:
    """Whether an act on a person holds for whoever has these marks."""
    own = marks.own
    for mark in act.marks:
        if mark in own:
            return True
        if mark.by is By.ADDRESS and marks.address and _is_within(marks.address, mark.value):
            return True
    return False


def _is_within(address: str, network: str) -> bool:
    try:
        inner, outer = ipaddress.ip_network(address, strict=False), ipaddress.ip_network(network)
    except ValueError:
        return False
    return (
        inner.version == outer.version
        and inner.prefixlen >= outer.prefixlen
        and inner.supernet(new_prefix=outer.prefixlen) == outer
    )


def _in_order(acts: dict[str, Act]) -> list[Act]:
    return sorted(acts.values(), key=_when)


def _when(act: Act) -> tuple[int, str]:
    return act.made_at_ms, act.id


def _until(act: Act) -> float:
    return float("inf") if act.ends_at_ms is None else act.ends_at_ms


def _forget(index: dict[K, dict[str, Act]], key: K, act_id: str) -> None:
    acts = index.get(key)
    if acts is not None:
        acts.pop(act_id, None)
        if not acts:
            del index[key]
