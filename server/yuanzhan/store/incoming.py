"""Uploads on their way: a file each, and the file's length is how much of it has come.

There is no second number that could disagree after a stop: what is in the file is what was received. One
case needs more: bytes that come with a checksum do not count before it was seen to be right. Beside such a
file lies a mark with the length that counts; who finds a mark that nobody is working on cuts the file back.
Everything here blocks: the loop calls it in a thread.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path
from typing import Final

from yuanzhan.store.objects import make_folder, sync_folder

ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MARK: Final = ".unverified"


class InUse(Exception):
    """Another request, or another server, is writing to this upload."""


class Incoming:
    """The folder of unfinished uploads, by id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)

    def path(self, id: str) -> Path:
        """Where the upload is."""
        if not ID.fullmatch(id):
            raise ValueError(f"not the id of an upload: {id[:80]!r}")
        return self.folder / id

    def create(self, id: str) -> None:
        """An empty upload, there for good when this returns. Raises OSError."""
        os.close(os.open(self.path(id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        sync_folder(self.folder)

    def open(self, id: str) -> Receiving:
        """The upload, to be written to by nobody else meanwhile. Raises InUse, FileNotFoundError."""
        return Receiving(self.path(id))

    def length(self, id: str) -> int:
        """How many bytes have come. Raises FileNotFoundError."""
        path = self.path(id)
        try:
            marked = int(_mark(path).read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return path.stat().st_size
        return min(marked, path.stat().st_size)

    def remove(self, id: str) -> None:
        """Forget the upload, if it is there."""
        _mark(self.path(id)).unlink(missing_ok=True)
        self.path(id).unlink(missing_ok=True)

    def sweep(self, needed: set[str]) -> list[str]:
        """Remove every upload that is not `needed`; the ids of those."""
        removed = []
        for path in sorted(self.folder.iterdir()):
            if path.name.removesuffix(_MARK) not in needed:
                path.unlink(missing_ok=True)
                removed.append(path.name)
        return removed


class Receiving:
    """One upload, open at its end. `offset` is what had come when it was opened, `length` what is there
    now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_WRONLY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise InUse from error
        self._cut_back()
        self.offset = self.length = os.lseek(self._descriptor, 0, os.SEEK_END)

    def mark(self) -> None:
        """What comes from here on counts only after `accept`. Raises OSError."""
        descriptor = os.open(_mark(self._path), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            os.write(descriptor, str(self.offset).encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self._path.parent)

    def write(self, data: bytes) -> None:
        """Append. Raises OSError where the disk is full; what fitted stays, and counts."""
        rest = memoryview(data)
        while rest:
            written = os.write(self._descriptor, rest)
            self.length += written
            rest = rest[written:]

    def accept(self) -> None:
        """Everything written so far is on the disk, and counts. Raises OSError."""
        os.fsync(self._descriptor)
        if _mark(self._path).exists():
            _mark(self._path).unlink()
            sync_folder(self._path.parent)

    def discard(self) -> None:
        """Back to what was there when this was opened."""
        os.ftruncate(self._descriptor, self.offset)
        self.length = self.offset
        self.accept()

    def close(self) -> None:
        os.close(self._descriptor)

    def _cut_back(self) -> None:
        try:
            counted = int(_mark(self._path).read_text("ascii"))
        except FileNotFoundError:
            return
        except ValueError:
            # A stop between making the mark and filling it: nothing was written after it.
            counted = os.fstat(self._descriptor).st_size
        if counted < os.fstat(self._descriptor).st_size:
            os.ftruncate(self._descriptor, counted)
        os.fsync(self._descriptor)
        _mark(self._path).unlink(missing_ok=True)


def _mark(path: Path) -> Path:
    return path.with_name(path.name + _MARK)
