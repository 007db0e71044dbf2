"""The built client by path, and what both kinds of files have in common.

aiohttp's `FileResponse` answers ranges and conditional requests, and takes a `.br` or `.gz` sibling of the
file where the client accepts it.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from aiohttp import web

from yuanzhan.errors.requests import NoSuchPage
from yuanzhan.errors.starting import ClientMissing
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

# A worker is under the policy that came with its own file. This one unpacks textures: the library's glue
# makes functions of text ('unsafe-eval'). It gets bytes and gives bytes, and reaches nothing: no network, no
# page.
TEXTURE_WORKER: Final = "assets/texture-worker-*.js"
TEXTURE_WORKER_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-eval' 'wasm-unsafe-eval'; frame-ancestors 'none'"
)


def content_type(path: Path) -> str:
    """What `path` is called in Content-Type."""
    return CONTENT_TYPES.get(path.suffix.lower(), "application/octet-stream")


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
        return file_answer(path, REVALIDATE, status)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /{path}: a file of the client; a person who mistyped gets the visitor's page, with 404."""
        wanted = request.match_info["path"]
        path = self._find(wanted)
        if path is not None:
            found = path.relative_to(self._folder)
            answer = file_answer(path, IMMUTABLE if found.parts[0] == "assets" else REVALIDATE)
            if found.match(TEXTURE_WORKER):
                answer.headers["Content-Security-Policy"] = TEXTURE_WORKER_POLICY
            return answer
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


def file_answer(path: Path, cache_control: str, status: int = 200) -> web.FileResponse:
    """The file at `path`, to be kept as `cache_control` says."""
    response = web.FileResponse(path, status=status)
    response.headers["Content-Type"] = content_type(path)
    response.headers["Cache-Control"] = cache_control
    return response
