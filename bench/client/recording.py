"""What one visitor of a full hall was sent, with its times: a file that a page can be shown again."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable
from typing import Any, Final

import msgpack
import numpy as np

from yuanzhan.client import Client
from yuanzhan.crowd_view import CrowdView
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import WHO_MAX_IDS
from yuanzhan.protocol.messages.people import Who
from yuanzhan.protocol.sections import read_frame

READY: Final = "all are where they want to be"
"""What `yuanzhan bench crowd` says when its crowd has come in and walks."""
ASKS_PER_S: Final = 12.0
"""Below the wire's limit of control messages, with room for what else a visitor says."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`messages` are (seconds since the first, bytes as they came), welcome first; `people` who ids are."""

    visitors: int
    messages: list[tuple[float, bytes]]
    people: dict[int, dict[str, Any]]

    @property
    def seconds(self) -> float:
        """From the first message to the last."""
        return self.messages[-1][0]

    @property
    def bytes_per_s(self) -> float:
        """Once inside: without the welcome and what came in the second after it."""
        later = [len(data) for at_s, data in self.messages if at_s > 1.0]
        return sum(later) / max(1e-9, self.seconds - 1.0)

    @property
    def full_bytes(self) -> int:
        """The largest frame: the FULL one."""
        return max(len(data) for _, data in self.messages)

    def save(self, path: Path) -> None:
        """Write it, compressed."""
        path.write_bytes(zlib.compress(msgpack.packb([self.visitors, self.messages, self.people])))

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read what `save` wrote."""
        visitors, messages, people = msgpack.unpackb(zlib.decompress(path.read_bytes()), strict_map_key=False)
        return cls(visitors, [(at_s, data) for at_s, data in messages], people)


@contextmanager
def crowd_in(url: str, hall: str, visitors: int, density: str, seconds: float) -> Iterator[None]:
    """The generator of `yuanzhan bench crowd` fills the hall; yields when all are in and walk about."""
    words = ["--url", url, "--hall", hall, "--visitors", str(visitors), "--density", density, "--no-ceiling"]
    words += ["--seconds", str(seconds), "--join-seconds", str(max(2.0, visitors / 300))]
    with Popen([executable, "-m", "yuanzhan", "bench", "crowd", *words], stderr=PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            if not any(line.startswith(READY) for line in process.stderr):
                raise OSError("the crowd did not come in")
            yield
        finally:
            process.terminate()


async def record(url: str, hall: str, at: str | None, visitors: int, seconds: float) -> Recording:
    """Enter, and keep what comes for so long. Raises Refused, OSError."""
    begun_s = time.monotonic()
    messages: list[tuple[float, bytes]] = []

    def keep(data: bytes) -> None:
        messages.append((time.monotonic() - begun_s, data))

    visitor = await Client.connect(
        f"{url.replace('http', 'ws', 1)}/ws", hall=hall, name="recorder", at=at, take=keep
    )
    messages.insert(0, (0.0, encode(visitor.welcome)))
    try:
        await asyncio.sleep(min(2.0, seconds / 2))
        ids = _ids_in(CrowdView.of(visitor.welcome), [data for _, data in messages])
        asking = [ids[at : at + WHO_MAX_IDS] for at in range(0, len(ids), WHO_MAX_IDS)]
        for some in asking:
            await visitor.send(Who(tuple(some)))
            await asyncio.sleep(1.0 / ASKS_PER_S)
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - begun_s)))
    finally:
        await visitor.leave()
    first_s = messages[1][0]
    moved = [(max(0.0, at_s - first_s), data) for at_s, data in messages]
    return Recording(visitors, [entry for entry in moved if not _is_people(entry[1])], _people_in(moved))


def _ids_in(view: CrowdView, messages: list[bytes]) -> list[int]:
    for data in messages:
        if data[0] == Kind.FRAME:
            view.apply(read_frame(data))
    return [view.id_of(int(slot)) for slot in np.flatnonzero(view.present)]


def _is_people(data: bytes) -> bool:
    return data[0] == Kind.CONTROL and bool(msgpack.unpackb(data[1:])["t"] == "people")


def _people_in(messages: list[tuple[float, bytes]]) -> dict[int, dict[str, Any]]:
    answers = [msgpack.unpackb(data[1:]) for _, data in messages if _is_people(data)]
    return {person["id"]: person for answer in answers for person in answer["people"]}
