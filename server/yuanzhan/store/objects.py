"""Files by content: each is named by the SHA-256 of what is in it, and never changes.

A file is whole before it has its name: it is written (or linked) under a name of no meaning, synced, renamed,
and the folder is synced. So after a stop at any moment a name either has all of its content or is not there.
Two levels of folders keep each small. Everything here blocks: the loop calls it in a thread.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Container
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}", re.ASCII)
"""An object's name: the hash, and a suffix that says what kind of content it is."""
ORIGINAL: Final = ".upload"
"""The suffix of what somebody sent, as it came: kept, and never served."""

# Level 9 takes three times as long for 1 % less; a gzip is kept when it saves at least a tenth.
_GZIP_LEVEL: Final = 6
_WORTH: Final = 0.9
_INCOMING: Final = "incoming"


class ContentDiffers(Exception):
    """The hash of a file is not what it was said to be."""


class Objects:
    """The folder of all objects. What is kept twice is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder / _INCOMING)

    def path(self, name: str) -> Path:
        """Where the object `name` is, or would be. `name` must be one: it becomes part of a path."""
        if not NAME.fullmatch(name):
            raise ValueError(f"not the name of an object: {name[:80]!r}")
        return self._folder / name[:2] / name[2:4] / name

    def holds(self, name: str) -> bool:
        """True when there is such an object; any text may be asked for."""
        return NAME.fullmatch(name) is not None and self.path(name).is_file()

    def size(self, name: str) -> int:
        """The bytes of an object. Raises FileNotFoundError."""
        return self.path(name).stat().st_size

    def keep(self, file: Path, suffix: str, *, compress: bool = False, sha256: str | None = None) -> str:
        """Keep the content of `file` and return its name. The file stays where it is: a stop before its owner
        wrote the name down loses nothing. With `compress` its gzip lies beside it where that pays.

        Raises ContentDiffers when the hash is not `sha256`, OSError (a full disk among them); then nothing is
        kept. Nobody may write to `file` afterwards: it can be the object itself, by another name.
        """
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            os.fsync(opened.fileno())
        if sha256 is not None and digest != sha256:
            raise ContentDiffers
        name = digest + suffix
        target = self.path(name)
        make_folder(target.parent)
        if compress:
            self._keep_gzip(file, target)
        if target.is_file():
            # As young as this run, for a sweep that spares the young.
            os.utime(target)
            return name
        part = self.part()
        try:
            _link_or_copy(file, part)
            os.utime(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(target.parent)
        return name

    def part(self) -> Path:
        """Where a file may be on its way to become an object; a sweep removes what is left there."""
        make_folder(self._folder / _INCOMING)
        return self._folder / _INCOMING / secrets.token_hex(16)

    def sweep(self, needed: Container[str], *, older_than_s: float = 0.0) -> list[str]:
        """Remove what is not `needed` and was kept longer ago than that; the names of what was removed."""
        newest_s = time.time() - older_than_s
        removed = []
        for path in sorted(self._folder.rglob("*")):
            try:
                if not path.is_file() or path.stat().st_mtime > newest_s:
                    continue
                if path.parent.name == _INCOMING or path.name.removesuffix(".gz") not in needed:
                    path.unlink()
                    removed.append(path.name)
            except FileNotFoundError:  # another sweep was faster
                continue
        return removed

    def _keep_gzip(self, file: Path, target: Path) -> None:
        compressed = target.with_name(f"{target.name}.gz")
        if compressed.is_file():
            os.utime(compressed)
            return
        part = self.part()
        try:
            with file.open("rb") as source, part.open("wb") as raw:
                with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as packed:
                    shutil.copyfileobj(source, packed, 1 << 20)
                raw.flush()
                os.fsync(raw.fileno())
            if part.stat().st_size < _WORTH * file.stat().st_size:
                part.replace(compressed)
        finally:
            part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make `folder` and what is above it, each known to the disk before the next."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """The names in `folder` survive a power cut from here on."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link_or_copy(file: Path, part: Path) -> None:
    """Another name for the same content, or a copy where the file system has no links or is another one."""
    try:
        os.link(file, part)
    except OSError:
        with file.open("rb") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
