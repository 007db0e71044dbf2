"""The halls move and the chores go on while the server serves; at the end both come to rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from yuanzhan import chores
from yuanzhan.app.parts import Parts
from yuanzhan.app.stopping import CHORES_STOP_S, FAREWELL_S, HTTP_STOP_S, REPORTS_STOP_S, STEPS_STOP_S, Stop
from yuanzhan.collecting import Collecting
from yuanzhan.live.ticker import ticking

# When visitors who were told that the server stops may try again: a restart takes less.
RETRY_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Chore:
    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    stop: Callable[[], None] | None = None
    """Lets it write what it still has; without it, it is cancelled."""


def _chores(parts: Parts) -> tuple[_Chore, ...]:
    kept, halls, entrance, gauges = parts.kept, parts.halls, parts.entrance, parts.gauges
    return (
        _Chore("chat log", kept.chat_log.run, kept.chat_log.stop),
        _Chore("visits", halls.ledger.run, halls.ledger.stop),
        _Chore("attendance", halls.register.run, halls.register.stop),
        _Chore("letters", kept.tally.run, kept.tally.stop),
        _Chore("rights", entrance.rights.run),
        _Chore("addresses", entrance.forget_addresses),
        _Chore("acts", halls.desk.run),
        _Chore("purge", parts.purge.run, parts.purge.stop),
        _Chore("watch", gauges.watch.run),
        _Chore("alerts", gauges.webhook.run, gauges.webhook.stop),
        _Chore("audit head", kept.store.keep_signed),
        _Chore("audit record", kept.inspection.run),
    )


@asynccontextmanager
async def moving(parts: Parts, stop: Stop) -> AsyncIterator[None]:
    """The halls move while the block lasts; then the visitors are told, and what they did last is written."""
    house, door = parts.halls.house, parts.entrance.door
    collecting = Collecting(house.traffic.closes.total)
    collecting.start()
    begun = [(chore, chores.begin(chore.name, chore.run())) for chore in _chores(parts)]

    def send_away() -> None:
        door.close()
        house.send_away(RETRY_S)

    try:
        async with ticking(parts.gauges.ticker, send_away):
            try:
                yield
            finally:
                door.close()
                await house.close(RETRY_S, FAREWELL_S)
    finally:
        for chore, task in begun:
            (chore.stop or task.cancel)()
        await chores.end(
            *(task for _, task in begun),
            within_s=stop.left_s(CHORES_STOP_S, REPORTS_STOP_S + 2 * HTTP_STOP_S + STEPS_STOP_S),
        )
        await parts.halls.desk.reports.close(REPORTS_STOP_S)
        collecting.stop()
