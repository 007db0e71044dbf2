"""What a hall sends to those who are in it: which connection has which slot, and how frames get to all these.

Nearly every frame is written straight to its socket, all of a tick at once (`Writers`). What a socket does
not take goes by way of its transport (`Connection.spill`), and whoever skipped frames is owed a FULL one,
which the hall encodes when there is room for it again.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from yuanzhan.hall.hall import Delivery, Hall
from yuanzhan.live.connection import Connection
from yuanzhan.live.traffic import Traffic
from yuanzhan.live.writing import BROKEN, NO_OUTLET, Outlets, Unsent, Writers
from yuanzhan.protocol.messages.directions import ServerMessage


class Outgoing:
    """Of one hall. Lists and arrays are by slot."""

    def __init__(self, hall: Hall, writers: Writers) -> None:
        self._hall = hall
        self._writers = writers
        slots_count = hall.crowd.size
        self._connections: list[Connection | None] = [None] * slots_count
        self._outlets: Outlets = np.full(slots_count, NO_OUTLET, np.int32)
        self._behind: set[int] = set()

    def attach(self, slot: int, connection: Connection) -> None:
        """This slot's frames go here from now on, a FULL one first."""
        self._connections[slot] = connection
        connection.enter(self._hall.crowd, slot, self._outlets)
        self._hall.watch(slot, True)

    def detach(self, slot: int) -> None:
        """Nothing goes out to this slot any more."""
        self._connections[slot] = None
        self._outlets[slot] = NO_OUTLET
        self._behind.discard(slot)
        self._hall.watch(slot, False)

    def send(self, slot: int, message: ServerMessage) -> None:
        """A control message, if somebody is connected there."""
        connection = self._connections[slot]
        if connection is not None:
            connection.send(message)

    def send_frame(self, frame: bytes, slots: Iterable[int] | None = None) -> None:
        """A control message that was built once, to those who are connected in these slots, or in all."""
        connections = self._connections if slots is None else [self._connections[slot] for slot in slots]
        for connection in connections:
            if connection is not None:
                connection.send_frame(frame)

    def owe_full(self, now_s: float) -> None:
        """Those who skipped frames and can read again get a FULL one."""
        for slot in list(self._behind):
            connection = self._connections[slot]
            if connection is None:
                self._behind.discard(slot)
            elif connection.outbox.wants_full(now_s):
                self._hall.owe_full(slot)
                self._behind.discard(slot)

    def deliver(self, deliveries: list[Delivery], now_s: float, traffic: Traffic) -> None:
        """The frames of a tick."""
        for delivery in deliveries:
            if delivery.full:
                traffic.frames_sent += self._send_full(delivery, now_s)
        usual = [delivery for delivery in deliveries if not delivery.full]
        missed = [each for each in self._writers.write(usual, self._outlets) if not self._send_slowly(each)]
        traffic.frames_sent += sum(len(delivery.slots) for delivery in usual) - len(missed)
        traffic.bytes_sent += sum(len(delivery.slots) * len(delivery.frame) for delivery in usual)
        traffic.bytes_sent -= sum(len(each.frame) for each in missed)

    def _send_slowly(self, unsent: Unsent) -> bool:
        """By way of the transport. False for who is gone, or owed a FULL frame now."""
        connection = self._connections[unsent.slot]
        # Of a broken socket the goodbye may be unread still; a failing write of its transport overtakes it.
        if connection is None or unsent.sent_bytes == BROKEN:
            return False
        if unsent.sent_bytes is None:
            is_taken = connection.offer_frame(unsent.frame)
        else:
            is_taken = connection.spill(unsent.frame, unsent.sent_bytes)
        if not is_taken:
            self._behind.add(unsent.slot)
        return is_taken

    def _send_full(self, delivery: Delivery, now_s: float) -> int:
        """Returns how many got it; the others are owed one."""
        written_count = 0
        for slot in delivery.slots:
            connection = self._connections[slot]
            if connection is None:
                continue
            if connection.send_full(delivery.frame, now_s):
                written_count += 1
            else:
                self._behind.add(slot)
        return written_count
