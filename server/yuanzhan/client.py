"""An asyncio client of the protocol, on `websockets`.

    async with await Client.connect("ws://localhost:8080/ws", hall="lobby", name="小王") as visitor:
        await visitor.send_pose(x=1.0, z=2.0, yaw=0.0)
        async for event in visitor.events():
            ...                      # messages of `protocol.messages`, and `Frame` for what happened around

`visitor.crowd` holds everybody as arrays by slot, as far as the server told.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Final, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Opcode
from websockets.frames import Frame as WebSocketFrame
from websockets.protocol import Event as WebSocketEvent
from websockets.typing import Subprotocol

from yuanzhan.crowd_view import CrowdView
from yuanzhan.protocol.codec import decode_server, encode, malformed
from yuanzhan.protocol.fields import Lang
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import SERVER_MESSAGE_MAX_BYTES, SUBPROTOCOL
from yuanzhan.protocol.messages.directions import ClientMessage, ServerMessage
from yuanzhan.protocol.messages.joining import Bye, FreshToken, Hello, Queued, Stood, Welcome
from yuanzhan.protocol.messages.positions import Correct, Seated
from yuanzhan.protocol.poses import HEAD_STEP, Action, PoseFlag
from yuanzhan.protocol.sections import Frame, read_frame

Event = ServerMessage | Frame

_POSE: Final = struct.Struct("<BBHffffffbbBB")
_CONNECT_TIMEOUT_S: Final = 10.0
_ANSWER_TIMEOUT_S: Final = 60.0
"""From hello to the first answer: thousands may come at once."""


class Refused(ConnectionError):
    """The server closed the connection: `code` and `reason` of docs/protocol.md."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}".rstrip())
        self.code = code
        self.reason = reason


Take = Callable[[bytes], None]
Waiting = Callable[[Queued | FreshToken], None]


class _Connection(ClientConnection):
    """Where `take` is set, each message goes there as it arrives: no queue, and no task to wake for it."""

    take: Take | None = None

    def process_event(self, event: WebSocketEvent) -> None:
        """A whole frame arrived."""
        if self.take is None or not isinstance(event, WebSocketFrame) or event.opcode is not Opcode.BINARY:
            super().process_event(event)
        elif event.fin:
            self.take(bytes(event.data))
        else:
            self.fail_fragmented()

    def fail_fragmented(self) -> None:
        """Our server writes whole frames only."""
        self.protocol.fail(CloseCode.UNSUPPORTED_DATA, "fragments")


class Client:
    """One visitor, in a hall from the moment that `connect` returns."""

    def __init__(self, socket: _Connection, welcome: Welcome) -> None:
        self._socket = socket
        self._seq = 0
        self.welcome = welcome
        self.token = welcome.token
        self.stood = Stood(welcome.x, welcome.z, welcome.yaw)
        self.crowd = CrowdView.of(welcome)

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        hall: str,
        name: str,
        look: int = 0,
        lang: Lang = "zh-CN",
        at: str | None = None,
        token: str | None = None,
        bot: bool = False,
        stood: Stood | None = None,
        tls: ssl.SSLContext | None = None,
        take: Take | None = None,
        waiting: Waiting | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Enter a hall. `token` of a former client makes it the same visitor, and its `stood` brings it back
        there. Raises Refused, OSError; TimeoutError, which is one, when the server does not answer.

        A full hall may make one wait: `waiting` is told the place in the queue and the token that keeps it,
        and this returns when one is let in; or make one an observer, as `welcome.observer` says.

        With `take`, each message after the welcome is handed to it as bytes when it arrives, in place of
        `receive` and `events`: for one process with very many visitors. `headers` go with the handshake, such
        as the cookie of a browser.
        """
        socket = await connect(
            url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            max_size=SERVER_MESSAGE_MAX_BYTES,
            open_timeout=_CONNECT_TIMEOUT_S,
            proxy=None,
            ssl=tls,
            additional_headers=headers,
            create_connection=_Connection,
        )
        assert isinstance(socket, _Connection)
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S) as patience:

                def wait(told: Queued | FreshToken) -> None:
                    if not patience.expired():
                        patience.reschedule(None)  # in a line it takes as long as it takes
                    if waiting is not None:
                        waiting(told)

                welcome = None if take is None else _welcome_before(socket, take, wait)
                await socket.send(encode(Hello(hall, name, look, lang, at, token, bot, stood)))
                if welcome is None:
                    return cls(socket, await _welcome(socket, wait))
                return cls(socket, await _welcome_or_end(socket, welcome))
        except BaseException:
            await socket.close()
            raise

    @property
    def id(self) -> int:
        """This visitor's id."""
        return self.welcome.id

    async def reconnect(self, url: str, *, tls: ssl.SSLContext | None = None) -> Self:
        """A new client that is the same visitor, at the same place of the same hall."""
        was = self.welcome
        return await self.connect(
            url, hall=was.hall, name=was.name, look=was.look, token=self.token, stood=self.stood, tls=tls
        )

    async def send(self, message: ClientMessage) -> None:
        """Send a control message. Raises Refused when the connection has ended."""
        await self.send_bytes(encode(message))

    async def send_pose(
        self,
        *,
        x: float,
        z: float,
        y: float = 0.0,
        yaw: float = 0.0,
        vx: float = 0.0,
        vz: float = 0.0,
        head_yaw: float = 0.0,
        head_pitch: float = 0.0,
        action: Action = Action.STAND,
        teleported: bool = False,
    ) -> int:
        """Stand here now; returns the pose's seq."""
        self.stood = Stood(x, z, yaw)
        self._seq = self._seq + 1 & 0xFFFF
        pose = pose_bytes(
            self._seq, x, y, z, yaw, vx, vz, head_yaw, head_pitch, action, teleported=teleported
        )
        await self.send_bytes(pose)
        return self._seq

    async def send_bytes(self, data: bytes) -> None:
        """Send a whole message as it is. Raises Refused when the connection has ended."""
        try:
            await self._socket.send(data)
        except ConnectionClosed as closed:
            raise _refused(closed) from None

    async def receive_bytes(self) -> bytes:
        """The next message as it is; the crowd is not told. Raises Refused at the end."""
        return await _received(self._socket)

    async def receive(self) -> Event:
        """The next message or frame; the crowd is up to date with it. Raises Refused at the end."""
        while True:
            event = _event(await _received(self._socket))
            if event is None:
                continue
            self._follow(event)
            return event

    async def events(self) -> AsyncIterator[Event]:
        """Messages and frames until the connection ends well; Refused when it does not."""
        while True:
            try:
                yield await self.receive()
            except Refused as refused:
                if refused.code in (1000, 1001):
                    return
                raise

    async def ended(self) -> Refused:
        """Wait for the end of the connection; returns why it ended."""
        await self._socket.wait_closed()
        return Refused(self._socket.close_code or 1006, self._socket.close_reason or "")

    async def leave(self) -> None:
        """Say goodbye: the avatar goes at once."""
        try:
            await self.send(Bye())
        except Refused:
            return
        await self._socket.wait_closed()

    async def drop(self) -> None:
        """Vanish without a word, as a lost network does: the avatar stays for the grace period."""
        self.abort()
        await self._socket.wait_closed()

    def abort(self) -> None:
        """As `drop`, without waiting for it."""
        self._socket.transport.abort()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()

    def _follow(self, event: Event) -> None:
        if isinstance(event, Frame):
            self.crowd.apply(event)
        elif isinstance(event, Welcome):
            self.welcome, self.token = event, event.token
            self.crowd = CrowdView.of(event)
        elif isinstance(event, FreshToken):
            self.token = event.token
        if isinstance(event, Welcome | Correct | Seated):
            self.stood = Stood(event.x, event.z, event.yaw)


def pose_bytes(
    seq: int,
    x: float,
    y: float,
    z: float,
    yaw: float,
    vx: float = 0.0,
    vz: float = 0.0,
    head_yaw: float = 0.0,
    head_pitch: float = 0.0,
    action: int = Action.STAND,
    *,
    teleported: bool = False,
) -> bytes:
    """A POSE without XR block. Head angles in radians."""
    flags = PoseFlag.TELEPORTED if teleported else 0
    return _POSE.pack(
        Kind.POSE,
        flags,
        seq & 0xFFFF,
        x,
        y,
        z,
        yaw,
        vx,
        vz,
        _head_steps(head_yaw),
        _head_steps(head_pitch),
        action,
        0,
    )


def _head_steps(angle: float) -> int:
    return max(-127, min(127, round(angle / HEAD_STEP)))


async def _welcome(socket: _Connection, wait: Waiting) -> Welcome:
    """The answer to hello."""
    while True:
        event = _event(await _received(socket))
        if isinstance(event, Welcome):
            return event
        if isinstance(event, Queued | FreshToken):
            wait(event)


def _welcome_before(socket: _Connection, take: Take, wait: Waiting) -> asyncio.Future[Welcome]:
    """The answer to hello, when it comes; every message after it goes to `take`."""
    welcome: asyncio.Future[Welcome] = asyncio.get_running_loop().create_future()

    def take_first(data: bytes) -> None:
        event = _event(data)
        if isinstance(event, Welcome) and not welcome.done():
            socket.take = take
            welcome.set_result(event)
        elif isinstance(event, Queued | FreshToken):
            wait(event)

    socket.take = take_first
    return welcome


async def _welcome_or_end(socket: _Connection, welcome: asyncio.Future[Welcome]) -> Welcome:
    """The answer to hello. Raises Refused when the connection ends before."""
    closed = asyncio.ensure_future(socket.wait_closed())
    try:
        await asyncio.wait((welcome, closed), return_when=asyncio.FIRST_COMPLETED)
    finally:
        closed.cancel()
    if not welcome.done():
        raise Refused(socket.close_code or 1006, socket.close_reason or "")
    return welcome.result()


async def _received(socket: ClientConnection) -> bytes:
    try:
        data = await socket.recv(decode=False)
    except ConnectionClosed as closed:
        raise _refused(closed) from None
    return bytes(data)


def _event(data: bytes) -> Event | None:
    """A message or a frame; None for kinds and messages that are not known here."""
    if data[:1] == bytes([Kind.FRAME]):
        return read_frame(data)
    if data[:1] == bytes([Kind.CONTROL]):
        return decode_server(data)
    if not data:
        raise malformed("empty message")
    return None


def _refused(closed: ConnectionClosed) -> Refused:
    received = closed.rcvd
    return Refused(1006, "") if received is None else Refused(received.code, received.reason)
