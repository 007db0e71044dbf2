"""Files that are served by the hash of their content, so that they can be kept for ever.

The shelf is a folder of copies: what a URL names stays what it is while the original is built anew. Beside a
copy that shrinks by it lies its gzip (a hall's glTF to about half: meshopt leaves its last step to that).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from aiohttp import web

from yuanzhan import data_dir
from yuanzhan.errors.requests import NoSuchPage
from yuanzhan.web.files import file_answer
from yuanzhan.web.policy import IMMUTABLE

# Images and sounds are compressed already.
_COMPRESSED: Final = frozenset({".bin", ".glb", ".json", ".svg"})
# Level 9 takes three times as long for 1 % less.
_GZIP_LEVEL: Final = 6
# A gzip is kept when it saves at least a tenth.
_WORTH: Final = 0.9
# What is younger may belong to another server that shares the folder, or be about to.
_SWEPT_AFTER_S: Final = 24 * 3600.0


class Shelf:
    """Filled at the start and read-only afterwards: nothing that was not put can be asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._urls: dict[Path, str] = {}
        self._names: set[str] = set()

    def put(self, path: Path) -> str:
        """The URL of the file at `path`. Reads it once."""
        if path not in self._urls:
            with path.open("rb") as file:
                name = hashlib.file_digest(file, "sha256").hexdigest() + path.suffix.lower()
            self._keep(path, name)
            self._names.add(name)
            self._urls[path] = f"/files/{name}"
        return self._urls[path]

    def sweep(self) -> None:
        """Remove what was put in runs before yesterday and is not needed any more."""
        needed = self._names | {f"{name}.gz" for name in self._names}
        oldest_s = time.time() - _SWEPT_AFTER_S
        for path in self._folder.iterdir():
            # Another server may sweep at the same time: what it took away is gone, not an error.
            with suppress(FileNotFoundError):
                if path.name not in needed and path.is_file() and path.stat().st_mtime < oldest_s:
                    path.unlink()

    def holds(self, name: str) -> bool:
        """Whether a file of that name was put."""
        return name in self._names

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /files/{name}"""
        name = request.match_info["name"]
        if name not in self._names:
            raise NoSuchPage()
        return file_answer(self._folder / name, IMMUTABLE)

    def _keep(self, path: Path, name: str) -> None:
        kept = self._folder / name
        compressed = self._folder / f"{name}.gz"
        if _holds(kept, name) and (not compressed.exists() or _holds(compressed, name)):
            # As young as this run, for the sweep of another server.
            for file in (kept, compressed):
                if file.exists():
                    os.utime(file)
            return
        content = path.read_bytes()
        smaller = gzip.compress(content, _GZIP_LEVEL, mtime=0) if kept.suffix in _COMPRESSED else content
        if len(smaller) < _WORTH * len(content):
            data_dir.write_private(compressed, smaller)
        else:
            compressed.unlink(missing_ok=True)
        data_dir.write_private(kept, content)


def _holds(path: Path, name: str) -> bool:
    """True where a file, or what it is the gzip of, has the content that it is named by. A size would not
    tell what a lost disk or a full one left.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == Path(name).stem
    except (OSError, EOFError, zlib.error):
        return False
