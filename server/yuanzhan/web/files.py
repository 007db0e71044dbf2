"""Files for visitors: the built client by path, the halls' files by the hash of their content.

aiohttp's `FileResponse` answers ranges and conditional requests, and takes a `.br` or `.gz` sibling of the
file where the client accepts it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import Final

from aiohttp import web

from yuanzhan.errors import ClientMissing, NoSuchPage
from yuanzhan.web.policy import IMMUTABLE, REVALIDATE

# Types that matter to a browser under nosniff; the machine's own table is not to be relied on.
CONTENT_TYPES: Final = MappingProxyType(
    {
        ".bin": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".glb": "model/gltf-binary",
        ".html": "text/html; charset=utf-8",
        ".ico": "image/x-icon",
        ".jpg": "image/jpeg",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".ktx2": "image/ktx2",
        ".mp3": "audio/mpeg",
        ".ogg": "audio/ogg",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
        ".webp": "image/webp",
        ".woff2": "font/woff2",
    }
)


def content_type(path: Path) -> str:
    """What `path` is called in Content-Type."""
    return CONTENT_TYPES.get(path.suffix.lower(), "application/octet-stream")


class Shelf:
    """Files that are served by the hash of their content, so that they can be kept for ever.

    Put at the start and read-only afterwards: nothing outside `put` can be asked for.
    """

    def __init__(self) -> None:
        self._files: dict[str, Path] = {}
        self._urls: dict[Path, str] = {}

    def put(self, path: Path) -> str:
        """The URL of the file at `path`. Reads it once, for its hash."""
        if path not in self._urls:
            with path.open("rb") as file:
                name = hashlib.file_digest(file, "sha256").hexdigest() + path.suffix.lower()
            self._files[name] = path
            self._urls[path] = f"/files/{name}"
        return self._urls[path]

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /files/{name}"""
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise NoSuchPage()
        return _file(path, IMMUTABLE)


class ClientFiles:
    """The built client: pages by name, everything else by path below its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def check(self) -> None:
        """Raises ClientMissing when there is no built client."""
        if not (self._folder / "index.html").is_file():
            raise ClientMissing(path=str(self._folder))

    def page(self, name: str, status: int = 200) -> web.StreamResponse:
        """The page `name`.html; the visitor's page where the client has no such page."""
        path = self._folder / f"{name}.html"
        if not path.is_file():
            path = self._folder / "index.html"
        if not path.is_file():
            raise NoSuchPage()
        return _file(path, REVALIDATE, status)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /{path}: a file of the client; a person who mistyped gets the visitor's page, with 404."""
        wanted = request.match_info["path"]
        path = self._find(wanted)
        if path is not None:
            return _file(path, IMMUTABLE if wanted.startswith("assets/") else REVALIDATE)
        if "text/html" in request.headers.get("Accept", ""):
            return self.page("index", status=404)
        raise NoSuchPage()

    def _find(self, wanted: str) -> Path | None:
        """The file of that name, if it is one of a kind that a browser needs and lies in our folder."""
        try:
            path = (self._folder / wanted).resolve()
            is_ours = path.is_relative_to(self._folder) and path.suffix in CONTENT_TYPES and path.is_file()
        except (OSError, ValueError):  # too long a name, a null in it
            return None
        return path if is_ours else None


def _file(path: Path, cache_control: str, status: int = 200) -> web.FileResponse:
    response = web.FileResponse(path, status=status)
    response.headers["Content-Type"] = content_type(path)
    response.headers["Cache-Control"] = cache_control
    return response
