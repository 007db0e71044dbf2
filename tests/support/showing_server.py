"""A whole server on a loop of its own in a thread: for tests that publish booths while a browser looks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from yuanzhan.app.serving import Running, serving
from yuanzhan.scene.stands import Stand
from yuanzhan.settings import Settings

TIMEOUT_S = 60.0


class ShowingServer:
    """`yuanzhan serve`, and a way to its `Showing`."""

    def __init__(self, client: Path, scenes: Path, data: Path, port: int = 0) -> None:
        self._settings = Settings(port=port, client_dir=client, scenes_dir=scenes, data_dir=data)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._running: Running | None = None
        self._context: Any = None

    def __enter__(self) -> ShowingServer:
        self._thread.start()
        self._context = serving(self._settings)
        self._running = self._wait(self._context.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(self._context.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT_S)
        self._loop.close()

    @property
    def url(self) -> str:
        """Where visitors go, without a slash."""
        return self.running.reach.base_url

    @property
    def running(self) -> Running:
        assert self._running is not None
        return self._running

    def show(self, hall: str, stands: Sequence[Stand]) -> None:
        """These are the published booths of a hall now."""
        self.call(lambda: self.running.showing.show(hall, stands))

    def call(self, work: Callable[[], object]) -> None:
        """Do something on the server's loop."""

        async def run() -> None:
            work()

        self._wait(run())

    def _wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(TIMEOUT_S)
