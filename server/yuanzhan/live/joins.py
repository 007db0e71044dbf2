"""How often one household may enter a hall anew: each entry takes a slot, which rests a while after it.

Coming back to an avatar that still stands there takes no slot and is not counted.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Final

from yuanzhan.protocol.session import Allowance

JOINS_PER_MINUTE: Final = 3000
"""A venue with one address for everybody fills a hall of 2,000 within a minute; and its slots, a quarter
more than that, last however fast those who entered leave again."""
BURST_S: Final = 5.0
"""What came in so long may come at once."""
_LOOPBACKS: Final = {4: ipaddress.ip_network("127.0.0.0/8"), 6: ipaddress.ip_network("::/64")}


class Joins:
    """The allowances of all addresses. This machine has no limit: its own programs, bots among them."""

    def __init__(self, per_minute: int = JOINS_PER_MINUTE) -> None:
        self._rate_hz = per_minute / 60.0
        self._burst = max(1.0, self._rate_hz * BURST_S)
        self.full_after_s = self._burst / self._rate_hz
        self._by_address: OrderedDict[str, tuple[Allowance, float]] = OrderedDict()

    def take(self, address: str, now_s: float) -> bool:
        """Count one entry; False when it is one too many. `address` as `web.handshake.household` has it."""
        if is_this_machine(address):
            return True
        self.forget_rested(now_s)
        allowance, _ = self._by_address.pop(address, (Allowance(self._rate_hz, self._burst, now_s), now_s))
        self._by_address[address] = allowance, now_s
        return allowance.take(1.0, now_s)

    def __len__(self) -> int:
        """Addresses that are remembered."""
        return len(self._by_address)

    def forget_rested(self, now_s: float) -> None:
        """Whose allowance is full again is as one who never came. The longest ago stand first."""
        while self._by_address:
            address, (_, asked_s) = next(iter(self._by_address.items()))
            if now_s - asked_s <= self.full_after_s:
                return
            del self._by_address[address]


def is_this_machine(address: str) -> bool:
    """True for loopback, also as the /64 that a household of IPv6 is counted as."""
    try:
        network = ipaddress.ip_network(address)
    except ValueError:
        return False
    return network.network_address in _LOOPBACKS[network.version]
