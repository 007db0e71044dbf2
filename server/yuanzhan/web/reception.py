"""Where connections arrive, before there is a request: how many of one address, how long they may be silent,
and what those hear who do not speak HTTP.

aiohttp reads the requests. Left to itself it would keep a silent connection for an hour, let one address
have every file descriptor, and answer what it cannot parse in its own way.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import web

from yuanzhan.errors.requests import RequestInvalid
from yuanzhan.errors.server import InternalError
from yuanzhan.web.first_byte import FirstByte
from yuanzhan.web.handshake import household
from yuanzhan.web.policy import put_policy
from yuanzhan.web.refusals import error_response

log = structlog.get_logger("yuanzhan.web")

# A whole request must be here so long after the connection, however slowly it is dripped.
FIRST_REQUEST_S: Final = 20.0
# And so long after the answer to the one before: a little longer than proxies keep theirs.
KEEP_ALIVE_S: Final = 75.0


class Reception(web.AppRunner):
    """An aiohttp runner that keeps these limits. `per_address` is how many connections one address may have
    that are not WebSockets; None where a proxy brings everybody. With `tls` it speaks HTTPS, and sends those
    who come without it there.
    """

    def __init__(
        self,
        application: web.Application,
        *,
        per_address: int | None,
        tls: ssl.SSLContext | None = None,
        first_request_s: float = FIRST_REQUEST_S,
        keep_alive_s: float = KEEP_ALIVE_S,
        stop_s: float = 60.0,
    ) -> None:
        super().__init__(
            application,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=keep_alive_s,
            shutdown_timeout=stop_s,
        )
        self._per_address = per_address
        self._tls = tls
        self._first_request_s = first_request_s

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made, self._per_address, self._tls, self._first_request_s, self._kwargs)


class _Server(web.Server):
    """Makes an object for each connection, and knows how many each address has."""

    def __init__(
        self,
        made: web.Server,
        per_address: int | None,
        tls: ssl.SSLContext | None,
        first_request_s: float,
        given: dict[str, Any],
    ) -> None:
        super().__init__(made.request_handler, request_factory=self._request, **given)
        self._make = made.request_factory
        self._given = given
        self._tls = tls
        self.per_address = per_address
        self.first_request_s = first_request_s
        self.count_of: Counter[str] = Counter()

    def __call__(self) -> asyncio.Protocol:  # type: ignore[override]
        return self._caller() if self._tls is None else FirstByte(self._caller, self._tls)

    def _caller(self) -> _Caller:
        return _Caller(self, self._given)

    def _request(self, *parts: Any) -> web.BaseRequest:
        caller = parts[2]
        caller.has_asked()
        return self._make(*parts)


class _Caller(web.RequestHandler):
    """One connection, until it becomes a WebSocket or ends."""

    def __init__(self, server: _Server, given: dict[str, Any]) -> None:
        self._own_loop = asyncio.get_running_loop()
        super().__init__(server, loop=self._own_loop, **given)
        self._server = server
        self._counted_as: str | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        address = household(str(peer[0]) if peer else "")
        most = self._server.per_address
        if most is not None and self._server.count_of[address] >= most:
            # An answer would need a request first, and that is what nobody waits for here.
            # Not at once: uvloop begins to read after this call, and would wait for the end for ever.
            self._own_loop.call_soon(transport.close)
            return
        self._counted_as = address
        self._server.count_of[address] += 1
        self._deadline = self._own_loop.call_later(self._server.first_request_s, self.force_close)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.has_asked()
        if self._counted_as is not None:
            self._server.count_of[self._counted_as] -= 1
            if not self._server.count_of[self._counted_as]:
                del self._server.count_of[self._counted_as]
            self._counted_as = None
        super().connection_lost(exc)

    def has_asked(self) -> None:
        """The first request is here: from now on the time between requests counts."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What cannot be parsed is told so in our one shape; the address of whoever sent it is not logged."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        if status == HTTPStatus.BAD_REQUEST:
            log.debug("request_unreadable", detail=str(message)[:80])
            answer = error_response(request, RequestInvalid())
        else:
            log.error("request_failed", exc_info=exc)
            answer = error_response(request, InternalError())
        refusal = _Refusal(body=answer.body, status=answer.status, headers=answer.headers)
        refusal.force_close()
        return refusal


class _Refusal(web.Response):
    """An answer to no request: the application, and so its policy, never hears of it."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        put_policy(self)
