"""The bytes of one request, on their way into an upload's file."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from yuanzhan.booths.threads import in_thread, refusing_full_disk
from yuanzhan.errors.uploads import ChecksumMismatch, UploadTooLong
from yuanzhan.store.incoming import Receiving

# So much is written at once: the disk likes it, and it is little for each of many uploads.
WRITE_BYTES: Final = 256 * 1024


class Sender(Protocol):
    """The body of a request as it comes."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes. Ends early, or raises ConnectionError, when the connection does."""
        ...

    def interrupt(self) -> None:
        """Have `chunks` end now: somebody else takes the upload over."""
        ...


@dataclass(slots=True)
class Checksum:
    """What a PATCH says of its bytes: a running hash, and what it must come to."""

    hash: Any
    wanted: bytes

    @classmethod
    def of(cls, algorithm: str, wanted: bytes) -> Checksum:
        return cls(hashlib.new(algorithm, usedforsecurity=False), wanted)


async def append(receiving: Receiving, sender: Sender, room: int, checksum: Checksum | None) -> None:
    """Add what `sender` brings, `room` bytes at most. When the connection breaks, what came stays, unless it
    was to be checked. Raises UploadTooLong, ChecksumMismatch, DiskFull."""
    if checksum is not None:
        with refusing_full_disk():
            await in_thread(receiving.mark)
    try:
        await _pour(receiving, sender, room, checksum)
    except (UploadTooLong, ChecksumMismatch):
        await in_thread(receiving.discard)
        raise
    except BaseException:
        # The connection broke, the disk is full, the server stops: what came without a checksum counts.
        with refusing_full_disk():
            await in_thread(receiving.discard if checksum is not None else receiving.accept)
        raise
    with refusing_full_disk():
        await in_thread(receiving.accept)


async def _pour(receiving: Receiving, sender: Sender, room: int, checksum: Checksum | None) -> None:
    waiting = bytearray()
    came = 0

    async def write() -> None:
        data = bytes(waiting)
        waiting.clear()
        with refusing_full_disk():
            await in_thread(receiving.write, data)
        if checksum is not None:
            await in_thread(checksum.hash.update, data)

    try:
        async for chunk in sender.chunks():
            came += len(chunk)
            if came > room:
                raise UploadTooLong(length=receiving.offset + room)
            waiting += chunk
            if len(waiting) >= WRITE_BYTES:
                await write()
    except ConnectionError:
        if checksum is not None:
            raise
    finally:
        if waiting and came <= room:
            await write()
    if checksum is not None and checksum.hash.digest() != checksum.wanted:
        raise ChecksumMismatch()
