"""A test that waits forever fails, whatever loop it waits in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import uvloop

from tests.support.patience import Patience, patient


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_loop_gives_up_and_says_where_it_waited(
    factory: Callable[[], asyncio.AbstractEventLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Patience, "limit_s", 0.05)

    async def waits_forever() -> None:
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=patient(factory)) as runner:
        with pytest.raises(TimeoutError, match="in waits_forever"):
            runner.run(waits_forever())
        assert runner.run(asyncio.sleep(0, "goes on")) == "goes on"
