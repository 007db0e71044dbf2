"""Objects in a bucket of S3, or of whatever speaks its protocol.

An object has its own name there, below the prefix of the address. What is not named so is not ours, and
neither told nor removed. obstore (object_store of Rust) waits in threads of its own, so nothing here blocks
the loop; it finds the credentials in the environment, and nobody else sees them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import obstore
import structlog
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotSupportedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from yuanzhan.errors.server import ObjectsUnreachable
from yuanzhan.errors.starting import BucketMissing, BucketRefuses, BucketTaken, BucketUnreachable
from yuanzhan.store.bucket_address import BucketAddress
from yuanzhan.store.objects import NAME

log = structlog.get_logger("yuanzhan.store")

# What is larger is sent in parts of so much, each within the time of a silence: 280 kB/s are enough for it.
PART_BYTES: Final = 8 << 20
SILENCE_S: Final = 30.0
# Whatever goes on for so long while something comes: an upload of 256 MB at 70 kB/s.
REQUEST_S: Final = 3600.0
# Of one object, at the same time.
PARTS_AT_ONCE: Final = 4
# A bucket that is away for a moment is asked again; for longer, whoever waits is told.
TRIES_MAX: Final = 4
RETRY_S: Final = 20.0
# Written at the start: whether the bucket takes anything shows before somebody sends a model. It says whose
# files these are, for what no row of a database speaks of is swept there.
SIGN: Final = "yuanzhan.txt"
SIGN_TEXT: Final = (
    "Files of a Yuanzhan server, each named by the SHA-256 of its content.\nDatabase: {owner}\n"
)
_OWNER: Final = re.compile(r"^Database: ([0-9a-f]+)$", re.MULTILINE)
# The library has no error of its own for it.
_NOT_IMPLEMENTED: Final = re.compile(r"\b501 Not Implemented\b", re.IGNORECASE)
_DETAIL_MAX: Final = 300


class Bucket:
    """A bucket at an address."""

    def __init__(self, address: BucketAddress) -> None:
        self._address = address
        config = {"endpoint": address.endpoint, "region": address.region}
        self._store = S3Store(
            address.bucket,
            prefix=address.prefix or None,
            config={name: value for name, value in config.items() if value},  # type: ignore[arg-type]
            client_options={
                "allow_http": address.endpoint.startswith("http://"),
                "read_timeout": timedelta(seconds=SILENCE_S),
                "timeout": timedelta(seconds=REQUEST_S),
            },
            retry_config={
                "max_retries": TRIES_MAX - 1,
                "retry_timeout": timedelta(seconds=RETRY_S),
                "backoff": {
                    "init_backoff": timedelta(seconds=0.1),
                    "max_backoff": timedelta(seconds=2),
                    "base": 2,
                },
            },
        )

    async def take(self, owner: str) -> None:
        """Try it, and make it the `owner`'s where it is nobody's. Raises BucketTaken, BucketMissing,
        BucketRefuses, BucketUnreachable."""
        bucket = str(self._address)
        try:
            whose = await self._owner()
            if whose is None:
                await self._claim(owner)
            elif whose == owner:
                await self._sign(owner)
            # Another may have begun at the same moment.
            if await self._owner() != owner:
                raise BucketTaken(bucket=bucket)
        except FileNotFoundError:
            raise BucketMissing(bucket=bucket) from None
        except (PermissionDeniedError, UnauthenticatedError):
            raise BucketRefuses(bucket=bucket) from None
        except BaseError as error:
            raise BucketUnreachable(bucket=bucket, detail=_line_of(error)) from error

    async def _claim(self, owner: str) -> None:
        """Of two at the same moment the first has it, where the bucket knows conditions."""
        try:
            await obstore.put_async(self._store, SIGN, _sign_text(owner), mode="create")
        except (AlreadyExistsError, PreconditionError):
            # A sign of before there were owners is there, too.
            if await self._owner() is None:
                await self._sign(owner)
        except (PermissionDeniedError, UnauthenticatedError, FileNotFoundError):
            raise
        except BaseError as error:
            if _knows_no_conditions(error):
                await self._sign(owner)
            elif await self._owner() is None:
                # Without a condition it would be written over who came first: the next start tries again.
                raise

    async def _sign(self, owner: str) -> None:
        await obstore.put_async(self._store, SIGN, _sign_text(owner))

    async def is_of(self, owner: str) -> bool:
        """Whether nobody else has taken it since. Raises ObjectsUnreachable."""
        with _telling("get", SIGN):
            return await self._owner() == owner

    async def _owner(self) -> str | None:
        """Whose it is; None where nobody said so."""
        try:
            got = await obstore.get_async(self._store, SIGN)
            said = _OWNER.search(bytes(await got.bytes_async()).decode("utf-8", "replace"))
        except FileNotFoundError:
            return None
        return said[1] if said else None

    async def put(self, name: str, file: Path) -> None:
        """Have the content of `file` there under this name, as young as now. Whole or not at all. Raises
        ObjectsUnreachable."""
        with _telling("put", name):
            await obstore.put_async(
                self._store, name, file, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )

    async def get(self, name: str, file: Path) -> None:
        """Write the object into `file`, which is new; what came is not looked at. Raises FileNotFoundError
        where there is none, ObjectsUnreachable, and OSError of the disk."""
        with _telling("get", name):
            # In one request: some servers get ranges wrong.
            parts = (await obstore.get_async(self._store, name)).stream(min_chunk_size=PART_BYTES)
            opened = await asyncio.to_thread(file.open, "xb")
            try:
                async for part in parts:
                    await asyncio.to_thread(opened.write, part)
            finally:
                await asyncio.to_thread(opened.close)

    async def names(self) -> dict[str, datetime]:
        """Every object that is there, and since when. Raises ObjectsUnreachable."""
        with _telling("list"):
            found = await obstore.list(self._store).collect_async()
        return {meta["path"]: meta["last_modified"] for meta in found if NAME.fullmatch(meta["path"])}

    async def remove(self, name: str, *, older_than_s: float) -> bool:
        """Remove the object if it was put there longer ago than that: another server may have put it a moment
        ago. Whether it was. Raises ObjectsUnreachable."""
        with _telling("remove", name), suppress(FileNotFoundError):
            kept = (await obstore.head_async(self._store, name))["last_modified"]
            if age_s(kept) < older_than_s:
                return False
            await obstore.delete_async(self._store, name)
            return True
        return False


def _knows_no_conditions(error: BaseError) -> bool:
    """It refuses what it does not know; others take no notice."""
    return isinstance(error, NotSupportedError) or _NOT_IMPLEMENTED.search(str(error)) is not None


def _sign_text(owner: str) -> bytes:
    return SIGN_TEXT.format(owner=owner).encode()


def age_s(since: datetime) -> float:
    """How long ago that was, by this machine's clock."""
    return (datetime.now(UTC) - since).total_seconds()


@contextmanager
def _telling(act: str, name: str | None = None) -> Iterator[None]:
    """What the bucket refuses, or the way there, becomes ObjectsUnreachable; the log has why."""
    try:
        yield
    except BaseError as error:
        log.error("bucket_failed", act=act, object=name, detail=_line_of(error))
        raise ObjectsUnreachable() from error
    except FileNotFoundError as error:
        if act in ("get", "remove"):
            raise
        log.error("bucket_failed", act=act, object=name, detail=_line_of(error))
        raise ObjectsUnreachable() from error


def _line_of(error: Exception) -> str:
    """The first line of what the library says; the rest is for those who build it."""
    return (str(error).splitlines() or [type(error).__name__])[0][:_DETAIL_MAX]
