"""The data directory: made at the first start, private to its owner, and it can be copied."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from yuanzhan.errors.starting import DataDirTaken, DataDirUnwritable

# HMAC-SHA-256 keys gain nothing beyond the size of the hash.
SECRET_BYTES: Final = 32


def prepare(folder: Path) -> Path:
    """Make `folder` where it is missing and try that it can be written. Raises DataDirUnwritable."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError) as error:
        raise DataDirUnwritable(path=str(folder), detail=os.strerror(errno.ENOTDIR)) from error
    except OSError as error:
        raise DataDirUnwritable(path=str(folder), detail=error.strerror or str(error)) from error
    return folder


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One server works there while the block lasts: its lock file dies with the process.

    Raises DataDirTaken, DataDirUnwritable.
    """
    path = folder / "server.lock"
    with ExitStack() as stack:
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataDirTaken(path=str(folder)) from None
        except OSError as error:
            raise DataDirUnwritable(path=str(path), detail=error.strerror or str(error)) from error
        yield


def read_secret(folder: Path) -> bytes:
    """The secret that signs the visitors' tokens, made once. Tokens outlive a restart because it does."""
    path = folder / "secret"
    try:
        if not path.exists():
            write_private(path, secrets.token_bytes(SECRET_BYTES))
        secret = path.read_bytes()
    except OSError as error:
        raise DataDirUnwritable(path=str(path), detail=error.strerror or str(error)) from error
    if len(secret) != SECRET_BYTES:
        raise DataDirUnwritable(path=str(path), detail=f"{len(secret)} bytes instead of {SECRET_BYTES}")
    return secret


def write_durable(path: Path, content: bytes) -> None:
    """The same as `write_private`, on the disk when it returns: what it replaced is gone for good."""
    write_private(path, content, durable=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_private(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Put a file at `path` that only its owner may read, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
