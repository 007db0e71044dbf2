"""Event loops whose patience ends: a test that waits forever fails, and says where it waited.

pytest-timeout's own signal is lost where a loop waits (uvloop runs signal handlers as callbacks, whose
exceptions it logs), so the loop itself gives up first; pytest-timeout stands behind it for what blocks.
"""

from __future__ import annotations

import asyncio
import functools
import io
from collections.abc import Callable
from typing import Any

# Of a test's time-out; the rest is for what is cancelled to end in.
SHARE = 0.75


class Patience:
    """How long the loops of the test that runs now may wait, in seconds."""

    limit_s = 60.0


@functools.cache
def patient(factory: Callable[[], asyncio.AbstractEventLoop]) -> Callable[[], asyncio.AbstractEventLoop]:
    """A factory of loops like those of `factory`: each `run_until_complete` that takes longer than
    `Patience.limit_s` has its task cancelled, and raises TimeoutError with the stacks of all its tasks.
    Always the same factory for the same, or fixtures of a module would be made anew for each test.
    """

    def made() -> asyncio.AbstractEventLoop:
        loop = factory()
        kind = type(loop)
        loop.close()
        patient_kind: Callable[[], asyncio.AbstractEventLoop] = type("PatientLoop", (_Patient, kind), {})
        return patient_kind()

    return made


class _Patient(asyncio.AbstractEventLoop):
    def run_until_complete(self, future: Any) -> Any:
        task = asyncio.ensure_future(future, loop=self)
        stacks: list[str] = []

        def give_up() -> None:
            stacks.extend(_stack(each) for each in asyncio.all_tasks(self))
            task.cancel()

        timer = self.call_later(Patience.limit_s, give_up)
        try:
            return super().run_until_complete(task)
        except asyncio.CancelledError:
            if not stacks:
                raise
            raise TimeoutError(f"waited {Patience.limit_s:g} s\n" + "\n".join(stacks)) from None
        finally:
            timer.cancel()


def _stack(task: asyncio.Task[Any]) -> str:
    text = io.StringIO()
    task.print_stack(file=text)
    return text.getvalue()


async def until(condition: Callable[[], Any]) -> None:
    """Ask again and again until it is so; `condition` may be a coroutine function."""
    while True:
        result = condition()
        if await result if asyncio.iscoroutine(result) else result:
            return
        await asyncio.sleep(0.01)
