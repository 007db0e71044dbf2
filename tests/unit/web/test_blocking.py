"""No request holds up the loop: what blocks (files, sleep, other programs) happens in other threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import RunningServer

# Audit events (PEP 578) of calls that wait for a disk, another program or the time.
BLOCKING = {"open", "os.listdir", "os.scandir", "socket.getaddrinfo", "subprocess.Popen", "time.sleep"}


class BlockingCalls:
    """Writes down the blocking calls of one thread. The hook cannot be removed, only told to look away."""

    def __init__(self) -> None:
        self.thread: int | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in BLOCKING and threading.get_ident() == self.thread:
            self.seen.append(f"{event}{arguments!r}")


@pytest.fixture(scope="module")
def hook() -> BlockingCalls:
    return BlockingCalls()


@pytest.fixture
def blocking_calls(hook: BlockingCalls) -> Iterator[list[str]]:
    """Blocking calls in this thread, which is the loop's, from here to the end of the test."""
    hook.seen = []
    hook.thread = threading.get_ident()
    yield hook.seen
    hook.thread = None


def test_a_blocking_call_is_noticed(blocking_calls: list[str]) -> None:
    with open("/dev/null"):  # noqa: PTH123
        pass
    assert len(blocking_calls) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/halls/first",
        "/api/halls",
        "/api/halls/first",
        "/assets/visitor-0a1b2c.js",
        "/no/such/page",
        "/healthz",
    ],
)
async def test_no_request_blocks_the_loop(
    server: RunningServer, blocking_calls: list[str], path: str
) -> None:
    async with server.http.get(path) as answer:
        await answer.read()
    assert blocking_calls == []


async def test_a_halls_file_is_read_in_another_thread(
    server: RunningServer, blocking_calls: list[str]
) -> None:
    async with server.http.get("/api/halls/first") as answer:
        url = (await answer.json())["glb"]
    async with server.http.get(url) as answer:
        await answer.read()
    assert blocking_calls == []
