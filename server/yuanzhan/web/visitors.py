"""What visitors ask over HTTP: the pages, and the halls as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from yuanzhan.errors.requests import NoSuchHall
from yuanzhan.protocol.places import visitor_at
from yuanzhan.web import visitor_bodies as told
from yuanzhan.web.answers import is_known, json_answer
from yuanzhan.web.crowds import Crowds
from yuanzhan.web.devices import know_again
from yuanzhan.web.files import ClientFiles
from yuanzhan.web.halls import PublishedHall
from yuanzhan.web.openapi import operation
from yuanzhan.web.policy import REVALIDATE


@dataclass(frozen=True, slots=True)
class Visitors:
    """Handlers of the visitor's pages and of /api/halls. `filing` is the number that the pages show, or
    nothing; `minimum_age` what visitors are asked about before they enter; `https` whether people reach us by
    it.
    """

    client: ClientFiles
    halls: Mapping[str, PublishedHall]
    crowds: Crowds
    filing: str
    minimum_age: int = 0
    https: bool = False

    async def landing(self, request: web.Request) -> web.StreamResponse:
        """GET /"""
        return self._page(request, 200)

    async def hall_page(self, request: web.Request) -> web.StreamResponse:
        """GET /halls/{hall} and /halls/{hall}/{place}: the client finds out what to show from the address.

        A hall or a place that is not there is told by the page, with 404.
        """
        hall = self.halls.get(request.match_info["hall"])
        place = request.match_info.get("place")
        is_known = hall is not None and (
            place is None or place in hall.places or visitor_at(place) is not None
        )
        return self._page(request, 200 if is_known else 404)

    def _page(self, request: web.Request, status: int) -> web.StreamResponse:
        """The visitor's page; the browser is known again from here on."""
        response = self.client.page("index", status=status)
        know_again(request, response, https=self.https)
        return response

    async def exhibitor(self, request: web.Request) -> web.StreamResponse:
        """GET /exhibitor"""
        return self.client.page("exhibitor")

    async def operator(self, request: web.Request) -> web.StreamResponse:
        """GET /operator"""
        return self.client.page("operator")

    async def account(self, request: web.Request) -> web.StreamResponse:
        """GET /sign-in, /invitation/{token} and /account: one page, which finds out what to show."""
        return self.client.page("account")

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """GET /operator/metrics: the page; its figures are for staff."""
        return self.client.page("metrics")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """GET /operator/events: the page where events are planned."""
        return self.client.page("events")

    async def privacy(self, request: web.Request) -> web.StreamResponse:
        """GET /privacy"""
        return self.client.page("privacy")

    async def without_slash(self, request: web.Request) -> web.StreamResponse:
        """GET /{page}/: who wrote a slash behind a page's address is sent to the page."""
        page = request.rel_url.raw_path.rstrip("/")
        raise web.HTTPPermanentRedirect(request.rel_url.with_path(page, encoded=True, keep_query=True))

    @operation(answer=told.HallsAnswer)
    async def list_halls(self, request: web.Request) -> web.StreamResponse:
        """GET /api/halls"""
        counts = self._count()
        halls = [{**hall.summary, **counts(hall.id)} for hall in self.halls.values()]
        return json_answer({"halls": halls, "filing": self.filing, "minimum_age": self.minimum_age})

    @operation(answer=told.HallAnswer, errors=(NoSuchHall,))
    async def describe_hall(self, request: web.Request) -> web.StreamResponse:
        """GET /api/halls/{hall}"""
        hall = self.halls.get(request.match_info["hall"])
        if hall is None:
            raise NoSuchHall()
        return json_answer({**hall.description, **self._count()(hall.id)})

    @operation(answer=told.BoothsAnswer, errors=(NoSuchHall,))
    async def list_booths(self, request: web.Request) -> web.StreamResponse:
        """GET /api/halls/{hall}/booths"""
        hall = self.halls.get(request.match_info["hall"])
        if hall is None:
            raise NoSuchHall()
        tag = f"{hall.booths_revision:08x}"
        headers = {"ETag": f'"{tag}"', "Vary": "Accept-Encoding", "Cache-Control": REVALIDATE}
        if is_known(request, tag):
            return web.Response(status=304, headers=headers)
        body = hall.booths_json
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            body = await hall.packed()
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, content_type="application/json", charset="utf-8", headers=headers)

    def _count(self) -> Callable[[str], dict[str, object]]:
        """The people of each hall and its door, by its id, as they are now."""
        doors = self.crowds.doors()
        counts = {
            "visitors": self.crowds.visitors(),
            "observers": self.crowds.observers(),
            "queue": self.crowds.queue(),
        }
        return lambda hall: {
            **{name: by_hall.get(hall, 0) for name, by_hall in counts.items()},
            **doors.get(hall, {}),
        }
