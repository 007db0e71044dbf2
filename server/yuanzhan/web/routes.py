"""Every route of the server, in one list. docs/operating.md says what each is for; a test compares."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from yuanzhan.web.files import ClientFiles
from yuanzhan.web.handshake import Door
from yuanzhan.web.health import Health
from yuanzhan.web.policy import add_policy
from yuanzhan.web.refusals import Handler, answer_errors
from yuanzhan.web.shelf import Shelf
from yuanzhan.web.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Site:
    """The objects whose methods answer."""

    visitors: Visitors
    client: ClientFiles
    shelf: Shelf
    door: Door
    health: Health


def routes(site: Site) -> list[tuple[str, Handler]]:
    """Path and handler; all are GET (and HEAD). The last one takes whatever no other did."""
    return [
        ("/", site.visitors.landing),
        ("/halls/{hall}", site.visitors.hall_page),
        ("/halls/{hall}/{place}", site.visitors.hall_page),
        ("/exhibitor", site.visitors.exhibitor),
        ("/operator", site.visitors.operator),
        ("/{page:exhibitor|operator|halls/[^/]+(?:/[^/]+)?}/", site.visitors.without_slash),
        ("/api/halls", site.visitors.list_halls),
        ("/api/halls/{hall}", site.visitors.describe_hall),
        ("/api/halls/{hall}/booths", site.visitors.list_booths),
        ("/files/{name}", site.shelf.get),
        ("/ws", site.door.get),
        ("/healthz", site.health.healthz),
        ("/metrics", site.health.metrics),
        ("/{path:.+}", site.client.get),
    ]


def web_application(site: Site) -> web.Application:
    """The aiohttp application: one kind of error, policy headers on everything."""
    application = web.Application(middlewares=[answer_errors])
    application.on_response_prepare.append(add_policy)
    for path, handler in routes(site):
        application.router.add_get(path, handler)
    return application
