"""Files that are served by the hash of their content, so that they can be kept for ever.

The shelf is a folder of copies: what a URL names stays what it is while the original is built anew. Beside a
copy that shrinks by it lies its gzip (a hall's glTF to about half: meshopt leaves its last step to that).
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path
from typing import Final

from aiohttp import web

from yuanzhan.errors import NoSuchPage
from yuanzhan.web.files import file_answer
from yuanzhan.web.policy import IMMUTABLE

# Images and sounds are compressed already.
_COMPRESSED: Final = frozenset({".bin", ".glb", ".json", ".svg"})
# Level 9 takes three times as long for 1 % less.
_GZIP_LEVEL: Final = 6
# A gzip is kept when it saves at least a tenth.
_WORTH: Final = 0.9


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
        """Remove what was put in former runs and is not needed any more."""
        needed = self._names | {f"{name}.gz" for name in self._names}
        for path in self._folder.iterdir():
            if path.name not in needed:
                path.unlink()

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /files/{name}"""
        name = request.match_info["name"]
        if name not in self._names:
            raise NoSuchPage()
        return file_answer(self._folder / name, IMMUTABLE)

    def _keep(self, path: Path, name: str) -> None:
        kept = self._folder / name
        if kept.is_file() and kept.stat().st_size == path.stat().st_size:
            return
        if kept.suffix in _COMPRESSED:
            content = path.read_bytes()
            compressed = gzip.compress(content, _GZIP_LEVEL, mtime=0)
            if len(compressed) < _WORTH * len(content):
                _put_whole(self._folder / f"{name}.gz", compressed)
        part = kept.with_name(f"{name}.part")
        shutil.copyfile(path, part)
        part.replace(kept)


def _put_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
