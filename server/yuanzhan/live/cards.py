"""Cards that visitors leave at booths: read, bounded, handed on to be kept, and only then acknowledged.

A card is kept before its notice `card_left` goes out. What cannot be kept is told (`card_failed`), so that
the visitor may leave it again; nothing is lost silently.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from yuanzhan.live.connection import Connection
from yuanzhan.live.visitor import Visitor
from yuanzhan.protocol.messages.booths import Card
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.names import clean_chat

log = structlog.get_logger("yuanzhan.live")

PENDING_MAX: Final = 256
"""Cards on their way to the disk at once: some seconds of a slow one. Beyond it they are refused."""

STOP_S: Final = 0.25
"""How long a stop waits for them once the visitors are gone."""


@dataclass(frozen=True, slots=True)
class LeftCard:
    """What somebody chose to leave at a booth, as text on one line each; and by what they are known again, so
    that they may take it back.
    """

    hall: str
    booth: str
    name: str
    contact: str
    note: str
    device: str = ""
    account: str = ""


KeepCard = Callable[[LeftCard], Awaitable[None]]
"""Keeps a card for good before it returns; raises when it cannot."""


async def keep_no_card(card: LeftCard) -> None:
    """Where there is nothing to keep cards in."""
    raise RuntimeError("cards are not kept here")


class Cards:
    """All cards of the house."""

    def __init__(self, keep: KeepCard) -> None:
        self._keep = keep
        self._pending: set[asyncio.Task[None]] = set()

    def leave(self, visitor: Visitor, connection: Connection, message: Card, now_s: float) -> None:
        """Carry out a `card`."""
        told = {"booth": message.booth}
        name, contact, note = (clean_chat(text) for text in (message.name, message.contact, message.note))
        if not visitor.room.takes_cards(message.booth):
            connection.send(Notice("no_such_booth", told))
        elif not name and not contact:
            connection.send(Notice("card_empty", told))
        elif not visitor.allowances.card.take(1.0, now_s):
            connection.send(Notice("card_too_fast", told))
        elif len(self._pending) >= PENDING_MAX:
            connection.send(Notice("card_failed", told))
        else:
            hall = visitor.room.definition.id
            marks = visitor.marks
            card = LeftCard(hall, message.booth, name, contact, note, marks.device, marks.account)
            task = asyncio.get_running_loop().create_task(self._keep_and_tell(card, connection))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)

    async def settle(self, within_s: float = STOP_S) -> None:
        """Wait until what was left so far is kept, or is known not to be. What is neither within `within_s`
        is given up: nobody was told that it is kept.
        """
        if not self._pending:
            return
        _, late = await asyncio.wait(self._pending, timeout=within_s)
        if late:
            log.error("cards_given_up", count=len(late), after_s=within_s)
        for task in late:
            task.cancel()

    async def _keep_and_tell(self, card: LeftCard, connection: Connection) -> None:
        code = "card_left"
        try:
            await self._keep(card)
        except Exception:
            # Whatever the store says: the visitor hears of it, and the operator reads why.
            log.exception("card_not_kept", hall=card.hall, booth=card.booth)
            code = "card_failed"
        connection.send(Notice(code, {"booth": card.booth}))
