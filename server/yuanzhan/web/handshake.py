"""The door: GET /ws becomes a WebSocket, or an HTTP answer that says why not.

aiohttp reads the request; after our 101 the socket's transport is handed to the protocol object that `live`
makes, and aiohttp lets go of it. RFC 6455, section 4.2.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from yuanzhan.errors.requests import ForeignOrigin, NotAWebSocket, SubprotocolMissing, TooManyPending
from yuanzhan.errors.server import Stopping
from yuanzhan.moderation.callers import Caller, SignedIn
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.web.devices import device_of

# RFC 6455, section 1.3.
_ACCEPT_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY_BYTES: Final = 16

# transport, who calls, what to call once hello was said or the socket was lost.
OpenConnection = Callable[[asyncio.Transport, Caller, Callable[[], None]], asyncio.Protocol]
# Who is signed in in the browser that asks, if anybody.
Identify = Callable[[web.Request], Awaitable[SignedIn | None]]


async def nobody(request: web.Request) -> SignedIn | None:
    """Where there are no accounts."""
    return None


class Door:
    """Lets visitors in. Counts the connections of each address that have not said hello."""

    def __init__(
        self,
        open_connection: OpenConnection,
        *,
        pending_per_address: int,
        own_origins: Iterable[str] = (),
        trust_forwarded: bool = False,
        identify: Identify = nobody,
    ) -> None:
        self._open_connection = open_connection
        self._identify = identify
        self._pending_max = pending_per_address
        self._pending: Counter[str] = Counter()
        self._own_origins = frozenset(origin.rstrip("/").lower() for origin in own_origins if origin)
        self.trust_forwarded = trust_forwarded
        self.is_closed = False

    def close(self) -> None:
        """From now on everybody is told that the server stops."""
        self.is_closed = True

    @property
    def pending(self) -> int:
        """Connections that have not said hello yet."""
        return self._pending.total()

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /ws"""
        if self.is_closed:
            raise Stopping()
        accept = accept_value(request)
        if SUBPROTOCOL not in _tokens(request, "Sec-WebSocket-Protocol"):
            raise SubprotocolMissing(subprotocol=SUBPROTOCOL)
        self._check_origin(request)
        address = address_of(request, trust_forwarded=self.trust_forwarded)
        if self._pending[address] >= self._pending_max:
            raise TooManyPending()
        # Counted while it is looked who it is: many at once are as many.
        settle = self._settle_once(address)
        try:
            found = await self._identify(request)
            account, grant = (None, "") if found is None else (found.account, found.grant)
            caller = Caller(address, device_of(request), account, grant)
            return self._upgrade(request, accept, caller, settle)
        except BaseException:
            settle()
            raise

    def _upgrade(
        self, request: web.Request, accept: str, caller: Caller, settle: Callable[[], None]
    ) -> web.StreamResponse:
        if self.is_closed:
            # While it was looked who it is: nobody would end this connection any more.
            raise Stopping()
        transport = request.transport
        if transport is None or transport.is_closing():
            settle()
            return _Upgraded()
        connection = self._open_connection(transport, caller, settle)
        _let_go(request)
        transport.write(_switching_protocols(accept))
        transport.set_protocol(connection)
        connection.connection_made(transport)
        return _Upgraded()

    def _settle_once(self, address: str) -> Callable[[], None]:
        """One more is pending; what ends that, however often it is called."""
        self._pending[address] += 1
        is_settled = False

        def settle() -> None:
            nonlocal is_settled
            if is_settled:
                return
            is_settled = True
            self._pending[address] -= 1
            if self._pending[address] <= 0:
                del self._pending[address]

        return settle

    def _check_origin(self, request: web.Request) -> None:
        """A browser says which page it was; only our own pages may connect. Programs say nothing."""
        origin = request.headers.get("Origin")
        if origin is not None and not is_own_origin(origin, request.host, self._own_origins):
            raise ForeignOrigin()


def is_own_origin(origin: str, host: str, own_origins: Collection[str]) -> bool:
    """Whether a page of `origin` is ours: of the host that was asked, or one of `own_origins` (lower
    case).
    """
    if origin.lower() in own_origins:
        return True
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:  # a bracket that nothing closes
        return False


def address_of(request: web.BaseRequest, *, trust_forwarded: bool) -> str:
    """Whom to count a request against: an IPv4 address, or an IPv6 network of one household (/64)."""
    text = request.remote or ""
    if trust_forwarded:
        # A proxy may add a line of its own below the one that the visitor sent.
        lines = request.headers.getall("X-Forwarded-For", [text])
        text = lines[-1].rsplit(",", 1)[-1].strip()
    return household(text)


def household(address: str) -> str:
    """`address` as it is counted. Anything that is not an address is counted as itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def accept_value(request: web.BaseRequest) -> str:
    """Sec-WebSocket-Accept for a WebSocket handshake. Raises NotAWebSocket for any other request."""
    key = request.headers.get("Sec-WebSocket-Key", "")
    is_handshake = (
        request.method == "GET"
        and "websocket" in _tokens(request, "Upgrade")
        and "upgrade" in _tokens(request, "Connection")
        and request.headers.get("Sec-WebSocket-Version") == "13"
        and _is_key(key)
    )
    if not is_handshake:
        raise NotAWebSocket()
    digest = hashlib.sha1(key.encode("ascii") + _ACCEPT_GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key.encode("ascii"), validate=True)) == _KEY_BYTES
    except (binascii.Error, UnicodeEncodeError):
        return False


def _tokens(request: web.BaseRequest, header: str) -> list[str]:
    """The comma-separated values of a header, in lower case."""
    return [
        token.strip().lower() for value in request.headers.getall(header, []) for token in value.split(",")
    ]


def _switching_protocols(accept: str) -> bytes:
    return (
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n"
        "\r\n"
    ).encode("ascii")


def _let_go(request: web.Request) -> None:
    """Take the transport away from aiohttp's request handler, which then ends without closing it."""
    handler = request.protocol
    handler.transport = None
    handler.connection_lost(None)


class _Upgraded(web.StreamResponse):
    """What the handler returns when there is nothing left for aiohttp to write."""

    def __init__(self) -> None:
        super().__init__(status=101)

    async def prepare(self, request: web.BaseRequest) -> None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None
