"""GET /files/{name}: files of halls from the shelf, and what exhibitors sent from the store of objects.

Names are made by the server from the content's hash. Of objects only the kinds in `TYPE_OF_SUFFIX` are
served, as that type and no other, and to a page of their own they are a sandbox: whatever is in one,
nothing runs. One that is only in the bucket is fetched whole, and then served from the disk as any other."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from yuanzhan.booths.kinds import TYPE_OF_SUFFIX
from yuanzhan.booths.stock import Stock
from yuanzhan.errors.requests import NoSuchPage
from yuanzhan.store.objects import NAME
from yuanzhan.web.policy import IMMUTABLE
from yuanzhan.web.shelf import Shelf

SANDBOX: Final = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"


class Files:
    """Everything below /files/."""

    def __init__(self, shelf: Shelf, stock: Stock) -> None:
        self._shelf = shelf
        self._stock = stock

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /files/{name}: a file by the SHA-256 of its content."""
        name = request.match_info["name"]
        if self._shelf.holds(name):
            return await self._shelf.get(request)
        content_type = TYPE_OF_SUFFIX.get(name[name.find(".") :])
        if content_type is None or not NAME.fullmatch(name):
            raise NoSuchPage()
        try:
            response = web.FileResponse(await self._stock.path(name))
        except FileNotFoundError:
            raise NoSuchPage() from None
        response.headers["Content-Type"] = content_type
        response.headers["Cache-Control"] = IMMUTABLE
        response.headers["Content-Security-Policy"] = SANDBOX
        return response
