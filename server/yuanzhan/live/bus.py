"""The seam between the node where visitors stand and the nodes where others watch them.

What travels is what a hall's tick encoded: one message per region and tick, `CellNews`, with the node, its
epoch (start of its process) and tick in it. A node publishes its own visitors' news, subscribes to the halls
it has watchers in, and composes frames of the newest news of each region without encoding anything again.
Within a process the encoded tick is handed over as it is and holds until the next one begins; a driver that
leaves the process pickles it, which makes it whole: all that newcomers may ask for is encoded then.

`LocalBus` is the driver for one process: a function call. Any other driver keeps the same contract, which
tests/unit/live/test_bus.py checks:
- a subscriber gets what was published to its hall after it subscribed, and nothing of other halls;
- of one node and region it never gets an older tick, or one of an older epoch, after a newer one;
- a subscriber that fails or unsubscribes while being told does not keep others from being told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from yuanzhan.hall.encoded import EncodedTick

log = structlog.get_logger("yuanzhan.bus")


@dataclass(frozen=True, slots=True)
class CellNews:
    """What one node's visitors in one region of a hall did in one tick.

    `encoded` holds the sections by tier and cell.
    """

    hall: str
    region: int
    node: str
    epoch: int
    tick: int
    encoded: EncodedTick


Receiver = Callable[[CellNews], None]
Unsubscribe = Callable[[], None]


class Bus(Protocol):
    """See the contract above. Neither method waits."""

    def publish(self, news: CellNews) -> None:
        """Tell everybody who subscribed to the news' hall."""

    def subscribe(self, hall: str, receiver: Receiver) -> Unsubscribe:
        """Call `receiver` with each news of `hall`, until what this returns is called."""


class LocalBus:
    """The bus of one process."""

    def __init__(self) -> None:
        self._receivers: defaultdict[str, list[Receiver]] = defaultdict(list)
        self._newest: dict[tuple[str, str, int], tuple[int, int]] = {}

    def publish(self, news: CellNews) -> None:
        """Call each subscriber, now; nobody when a newer tick was published before."""
        source = (news.hall, news.node, news.region)
        if self._newest.get(source, (0, -1)) >= (news.epoch, news.tick):
            return
        self._newest[source] = (news.epoch, news.tick)
        for receiver in tuple(self._receivers[news.hall]):
            try:
                receiver(news)
            except Exception:
                log.exception("bus.receiver_failed", hall=news.hall, region=news.region, tick=news.tick)

    def subscribe(self, hall: str, receiver: Receiver) -> Unsubscribe:
        """See `Bus`."""
        receivers = self._receivers[hall]
        receivers.append(receiver)

        def unsubscribe() -> None:
            if receiver in receivers:
                receivers.remove(receiver)

        return unsubscribe
