"""What one visitor may do how often, and what becomes of it when they leave.

    spent = SpentAllowances()
    allowances = spent.take("203.0.113.7", now_s)         # with a hello
    spent.give_back("203.0.113.7", allowances, now_s)     # when its connection ends, however it ends

Leaving and coming again must not refill what was spent, and a school behind one address must not share one
visitor's allowance. So an address has as many as it had visitors at the same time: who comes from it takes up
what was left there last, and gets a fresh one when nothing lies there.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from yuanzhan.protocol.session import Allowance

CHAT_RATE_HZ: Final = 1.0
CHAT_BURST: Final = 5.0
"""A lively conversation: five lines at once, then one a second."""
GO_RATE_HZ: Final = 0.5
GO_BURST: Final = 5.0
"""Going to other halls: each time costs a slot there and a FULL frame."""
PROFILE_RATE_HZ: Final = 0.2
PROFILE_BURST: Final = 5.0
"""Trying on clothes; each change goes to the whole hall."""
CARD_RATE_HZ: Final = 0.1
CARD_BURST: Final = 3.0
"""Leaving a card at a booth: each is written to the disk before it is acknowledged."""
OPENED_RATE_HZ: Final = 1.0
OPENED_BURST: Final = 10.0
"""Opening panels and products, as fast as they can be looked at: faster ones are not counted."""
REPORT_RATE_HZ: Final = 1 / 20
REPORT_BURST: Final = 5.0
"""Somebody who meets a group of them; each is written down with its evidence, and read by a person."""
HAND_RATE_HZ: Final = 0.2
HAND_BURST: Final = 4.0
"""Raising and lowering a hand: each time the queue is told anew to those who lead."""
FULL_AFTER_S: Final = max(
    CHAT_BURST / CHAT_RATE_HZ,
    GO_BURST / GO_RATE_HZ,
    PROFILE_BURST / PROFILE_RATE_HZ,
    CARD_BURST / CARD_RATE_HZ,
    OPENED_BURST / OPENED_RATE_HZ,
    REPORT_BURST / REPORT_RATE_HZ,
    HAND_BURST / HAND_RATE_HZ,
)
"""However much was spent, so long after it all of it is there again."""


class Allowances:
    """One visitor's."""

    __slots__ = ("card", "chat", "go", "hand", "opened", "profile", "report")

    def __init__(self, now_s: float) -> None:
        self.chat = Allowance(CHAT_RATE_HZ, CHAT_BURST, now_s)
        self.go = Allowance(GO_RATE_HZ, GO_BURST, now_s)
        self.profile = Allowance(PROFILE_RATE_HZ, PROFILE_BURST, now_s)
        self.card = Allowance(CARD_RATE_HZ, CARD_BURST, now_s)
        self.opened = Allowance(OPENED_RATE_HZ, OPENED_BURST, now_s)
        self.hand = Allowance(HAND_RATE_HZ, HAND_BURST, now_s)
        self.report = Allowance(REPORT_RATE_HZ, REPORT_BURST, now_s)


class SpentAllowances:
    """What was left at each address, until it is full again."""

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, list[tuple[Allowances, float]]] = OrderedDict()

    def take(self, address: str, now_s: float) -> Allowances:
        """For somebody who comes. `address` as `web.handshake.household` has it."""
        self.forget_full(now_s)
        left = self._by_address.get(address)
        if not left:
            return Allowances(now_s)
        allowances, left_s = left.pop()
        if not left or now_s - left_s > FULL_AFTER_S:
            del self._by_address[address]
        return allowances

    def give_back(self, address: str, allowances: Allowances, now_s: float) -> None:
        """From somebody who goes."""
        self.forget_full(now_s)
        self._by_address.setdefault(address, []).append((allowances, now_s))
        self._by_address.move_to_end(address)

    def __len__(self) -> int:
        """Addresses that are remembered."""
        return len(self._by_address)

    def forget_full(self, now_s: float) -> None:
        """The address that was left the longest ago stands first."""
        while self._by_address:
            address, left = next(iter(self._by_address.items()))
            if now_s - left[-1][1] <= FULL_AFTER_S:
                return
            del self._by_address[address]
