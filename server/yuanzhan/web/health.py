"""For those who operate the server: is it well, and what does it measure."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

import yuanzhan
from yuanzhan.errors.requests import NoSuchPage, NotForYou, RequestInvalid
from yuanzhan.watching.watch import Watch
from yuanzhan.web.answers import json_answer
from yuanzhan.web.metrics import Metrics
from yuanzhan.web.openapi import operation
from yuanzhan.web.visitor_bodies import MeasurementsAnswer

# A tick takes 100 ms; ten of them missed is a server that visitors see standing still.
TICK_LATE_S = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """Handlers of /healthz, /metrics and /api/measurements. `tick_age_s` is the time since the halls last
    moved, `readers` the setting `metrics`."""

    head_counts: Callable[[], Mapping[str, int]]
    tick_age_s: Callable[[], float]
    is_stopping: Callable[[], bool]
    exposition: Metrics
    readers: str
    watch: Watch

    async def healthz(self, request: web.Request) -> web.StreamResponse:
        """GET /healthz: 200 while visitors are served, 503 otherwise."""
        counts = self.head_counts()
        age_s = self.tick_age_s()
        status = "stopping" if self.is_stopping() else "late" if age_s > TICK_LATE_S else "ok"
        return json_answer(
            {
                "status": status,
                "version": yuanzhan.__version__,
                "halls": len(counts),
                "visitors": sum(counts.values()),
                "tick_age_s": round(age_s, 3),
            },
            status=200 if status == "ok" else 503,
        )

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """GET /metrics: the text that Prometheus reads."""
        if self.readers == "off":
            raise NoSuchPage()
        if self.readers == "local" and not _is_this_machine(request):
            raise NotForYou()
        body, content_type = self.exposition.render()
        return web.Response(body=body, headers={"Content-Type": content_type})

    @operation(
        answer=MeasurementsAnswer, query={"after": "a moment, Unix milliseconds"}, errors=(RequestInvalid,)
    )
    async def measurements(self, request: web.Request) -> web.StreamResponse:
        """GET /api/measurements: the last hour as columns, with `after` (Unix milliseconds) what is newer."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= 15):
            raise RequestInvalid()
        return json_answer(self.watch.told(int(after)))


def _is_this_machine(request: web.Request) -> bool:
    """A request that came over a loopback interface, and not through a proxy."""
    try:
        is_loopback = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return is_loopback and "X-Forwarded-For" not in request.headers
