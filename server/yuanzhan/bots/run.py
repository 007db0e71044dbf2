"""Sends bots into a hall: each has a connection of its own, all are moved together ten times a second."""

from __future__ import annotations

import asyncio
import json
import math
import random
import ssl
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import numpy as np
from numpy.typing import NDArray
from websockets.exceptions import InvalidHandshake

from yuanzhan.bots.ground import Ground, read_ground
from yuanzhan.bots.measure import (
    OBSERVERS_MAX_COUNT,
    Observer,
    SentPoses,
    ServerUse,
    read_server_use,
    summarise,
)
from yuanzhan.bots.persona import line, persona
from yuanzhan.bots.walk import Exhibit, Indexes, Walkers
from yuanzhan.client import Client, Refused
from yuanzhan.errors.connections import CLOSE_CODES, ConnectionRefused
from yuanzhan.protocol.codec import decode_server
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import POSE_MAX_HZ
from yuanzhan.protocol.messages.directions import ServerMessage
from yuanzhan.protocol.messages.joining import FreshToken, Welcome
from yuanzhan.protocol.messages.people import Chat
from yuanzhan.protocol.messages.positions import Correct
from yuanzhan.protocol.sections import read_frame

JOINING_MAX_COUNT: Final = 16
"""At once: half of what the server lets one address have without a hello."""
JOIN_LIMIT_S: Final = 60.0
"""Whoever measures for so many seconds is not kept for ever by a server that lets nobody in."""
REJOIN_AFTER_S: Final = (1.0, 8.0)
REFUSED_AFTER_TRIES: Final = 3
"""Until then it may be that many come at once; a full hall is believed at once."""
SEND_PORTIONS: Final = 4
"""People do not all send at the same moment: the poses of a step leave in so many portions."""
CHAT_PERIOD_S: Final = 4.0
"""Somebody in the whole hall says something so often; more would be noise."""
_EXHIBITS_MAX_COUNT: Final = 16
"""Each has a flow field of the whole floor."""
_HTTP_TIMEOUT_S: Final = 20.0
_CONTROL: Final = bytes([Kind.CONTROL])
_FRAME: Final = bytes([Kind.FRAME])


@dataclass(frozen=True, slots=True)
class BotsResult:
    """What was measured. `joined`: were in the hall; `refused`: how many never were, by what was said to
    them (bots neither wait for a place nor watch without one). `near_hz`: frames with NEAR records a second,
    mean of the bots that look. `latency_ms`: from sending a pose to a neighbour's reading of it.
    `server_cpu` in cores; both server numbers are None where /metrics is closed.
    """

    joined: int
    refused: Mapping[str, int]
    disconnects: int
    near_hz: float
    latency_ms: Mapping[str, float | int | None]
    server_cpu: float | None
    server_rss_bytes: int | None

    def as_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


async def run_bots(
    url: str,
    hall: str,
    count: int,
    seconds: float | None = None,
    *,
    seed: int | None = None,
    stop: asyncio.Event | None = None,
) -> BotsResult:
    """Send `count` bots to `hall` of the server at `url` (http, https, ws or wss) for `seconds`, or until
    `stop` is set, or until cancelled.

    Measuring begins when all have joined or were refused. Raises OSError or ValueError when the hall
    cannot be read.
    """
    base_url, socket_url = addresses(url)
    tls = tls_for(base_url)
    description = await asyncio.to_thread(_read_json, f"{base_url}/api/halls/{hall}", tls)
    floor = await asyncio.to_thread(_read, urljoin(base_url, description["floor"]), tls)
    troop = await asyncio.to_thread(
        _Troop, socket_url, hall, count, read_ground(floor), description, tls, seed
    )
    return await troop.run(base_url, seconds, stop or asyncio.Event())


def addresses(url: str) -> tuple[str, str]:
    """The server's base URL for HTTP, and its WebSocket URL."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    secure = parts.scheme in ("https", "wss")
    return (
        f"{'https' if secure else 'http'}://{parts.netloc}",
        f"{'wss' if secure else 'ws'}://{parts.netloc}/ws",
    )


class _Troop:
    """All bots of one run."""

    def __init__(
        self,
        socket_url: str,
        hall: str,
        count: int,
        ground: Ground,
        description: Mapping[str, Any],
        tls: ssl.SSLContext | None,
        seed: int | None,
    ) -> None:
        self._url = socket_url
        self._hall = hall
        self._count = count
        self._tls = tls
        self._rng = random.Random(seed)
        self._walkers = Walkers(
            count, ground, exhibits_of(description, ground, self._rng), np.random.default_rng(seed)
        )
        self._places = places_of(description)
        self._clients: list[Client | None] = [None] * count
        self._slots = np.zeros(count, np.int64)
        self._personas = [persona(self._rng) for _ in range(count)]
        self._sent = SentPoses(1 << 16)
        self._observers: dict[int, Observer] = {}
        self._joining = asyncio.Semaphore(JOINING_MAX_COUNT)
        self._all_know = asyncio.Event()
        """Each is in, or was refused."""
        self._measuring = False
        self._joined: set[int] = set()
        self._knowing: set[int] = set()
        self._refused: dict[int, str] = {}
        self._disconnects_count = 0
        self._leaving = False

    async def run(self, base_url: str, seconds: float | None, stop: asyncio.Event) -> BotsResult:
        """Join, walk, measure, leave."""
        tasks = [asyncio.create_task(self._live(bot)) for bot in range(self._count)]
        walking = asyncio.create_task(self._walk())
        begin: ServerUse | None = None
        begun_s = time.monotonic()
        try:
            # Without an end of their own they wait for the server as long as it takes.
            await _first(self._all_know, stop, within_s=None if seconds is None else JOIN_LIMIT_S)
            begin = await asyncio.to_thread(read_server_use, base_url, self._tls)
            begun_s = time.monotonic()
            self._observe()
            await _first(stop, within_s=seconds)
        finally:
            self._measuring = False
            measured_s = time.monotonic() - begun_s
            self._leaving = True
            walking.cancel()
            end = await asyncio.to_thread(read_server_use, base_url, self._tls)
            await self._leave(tasks)
        return self._result(measured_s, begin, end)

    def _observe(self) -> None:
        """From now on a few bots look into their frames: of those in the hall, as long as there are any."""
        inside = np.flatnonzero(self._walkers.active).tolist()
        chosen = self._rng.sample(inside, min(len(inside), OBSERVERS_MAX_COUNT))
        self._observers = {bot: Observer(self._sent, int(self._slots[bot])) for bot in chosen}
        self._measuring = True

    def _result(self, measured_s: float, begin: ServerUse | None, end: ServerUse | None) -> BotsResult:
        observers = list(self._observers.values())
        latencies = [part for observer in observers for part in observer.latencies_s]
        near_hz = [observer.near_frames_count / measured_s for observer in observers]
        cpu = None
        if begin is not None and end is not None:
            cpu = round((end.cpu_s - begin.cpu_s) / (end.at_s - begin.at_s), 3)
        return BotsResult(
            joined=len(self._joined),
            refused=self._refusals(),
            disconnects=self._disconnects_count,
            near_hz=round(float(np.mean(near_hz)), 2) if near_hz else 0.0,
            latency_ms=summarise(np.concatenate(latencies) if latencies else np.zeros(0)),
            server_cpu=cpu,
            server_rss_bytes=None if end is None else end.rss_bytes,
        )

    def _refusals(self) -> dict[str, int]:
        outside = set(range(self._count)) - self._joined
        return dict(Counter(self._refused.get(bot, "no answer") for bot in sorted(outside)))

    async def _leave(self, tasks: list[asyncio.Task[None]]) -> None:
        # All at once: a goodbye is read at the server's next tick.
        leaving = (client.leave() for client in self._clients if client is not None)
        await asyncio.gather(*leaving, return_exceptions=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _live(self, bot: int) -> None:
        """One bot's life: in the hall, and back into it when thrown out."""
        pause_s = REJOIN_AFTER_S[0]
        tries_count = 0
        token: str | None = None
        while not self._leaving:
            try:
                async with self._joining:
                    client = await self._join(bot, token)
            except (OSError, ConnectionRefused, InvalidHandshake, TimeoutError) as error:
                if isinstance(error, Refused) and error.code == CLOSE_CODES["bad_token"]:
                    token = None
                tries_count += 1
                self._outside(bot, error, tries_count)
                await asyncio.sleep(pause_s * self._rng.uniform(0.5, 1.5))
                pause_s = min(2 * pause_s, REJOIN_AFTER_S[1])
                continue
            pause_s, tries_count = REJOIN_AFTER_S[0], 0
            async with client:
                await client.ended()
            token = client.token
            self._walkers.active[bot] = False
            self._clients[bot] = None
            if not self._leaving:
                self._disconnects_count += 1

    def _outside(self, bot: int, error: Exception, tries_count: int) -> None:
        """An attempt to come in failed."""
        self._refused[bot] = error.reason or str(error.code) if isinstance(error, Refused) else _said(error)
        full = isinstance(error, Refused) and error.code == CLOSE_CODES["hall_full"]
        if full or tries_count >= REFUSED_AFTER_TRIES:
            self._know(bot)

    def _know(self, bot: int) -> None:
        """This one knows whether it gets in."""
        self._knowing.add(bot)
        if len(self._knowing) == self._count:
            self._all_know.set()

    async def _join(self, bot: int, token: str | None) -> Client:
        name, look, lang = self._personas[bot]
        client = await Client.connect(
            self._url,
            hall=self._hall,
            name=name,
            look=look,
            lang=lang,
            token=token,
            at=self._rng.choice(self._places),
            bot=True,
            tls=self._tls,
            take=partial(self._hear, bot),
        )
        self._clients[bot] = client
        self._enter(bot, client.welcome)
        return client

    def _enter(self, bot: int, welcome: Welcome) -> None:
        self._know(bot)
        self._joined.add(bot)
        self._slots[bot] = welcome.id & 0xFFFF
        self._sent.join(welcome.id)
        self._walkers.place(bot, welcome.x, welcome.y, welcome.z, welcome.yaw)

    def _hear(self, bot: int, data: bytes) -> None:
        """A message of the server. What cannot be read ends the connection."""
        client = self._clients[bot]
        try:
            if data[:1] == _CONTROL:
                self._obey(bot, client, decode_server(data))
            elif self._measuring and bot in self._observers and data[:1] == _FRAME:
                self._observers[bot].see(read_frame(data), time.monotonic())
        except ConnectionRefused:
            if client is not None:
                client.abort()

    def _obey(self, bot: int, client: Client | None, message: ServerMessage | None) -> None:
        if isinstance(message, Correct):
            self._walkers.place(bot, message.x, message.y, message.z, message.yaw)
        elif isinstance(message, FreshToken) and client is not None:
            client.token = message.token

    async def _walk(self) -> None:
        """Move everybody, and send what must be sent."""
        period_s = 1.0 / POSE_MAX_HZ
        last_s = time.monotonic()
        chat_at_s = last_s + CHAT_PERIOD_S
        while True:
            await asyncio.sleep(max(0.0, last_s + period_s - time.monotonic()))
            now_s = time.monotonic()
            self._walkers.step(now_s, min(now_s - last_s, 3 * period_s))
            last_s = now_s
            await self._send_poses(now_s)
            if now_s >= chat_at_s:
                chat_at_s = now_s + CHAT_PERIOD_S * self._rng.uniform(0.5, 1.5)
                await self._chat(now_s)

    async def _send_poses(self, now_s: float) -> None:
        bots, poses = self._walkers.due(now_s)
        for portion in range(SEND_PORTIONS):
            await self._send_portion(bots[portion::SEND_PORTIONS], poses[portion::SEND_PORTIONS])
            await asyncio.sleep(0.8 / POSE_MAX_HZ / SEND_PORTIONS)

    async def _send_portion(self, bots: Indexes, poses: NDArray[np.void]) -> None:
        self._sent.note(self._slots[bots], poses["seq"].astype(np.uint8), time.monotonic())
        size = poses.dtype.itemsize
        data = poses.tobytes()
        for index, bot in enumerate(bots.tolist()):
            client = self._clients[bot]
            if client is not None:
                await self._send(client, data[index * size : (index + 1) * size])

    async def _chat(self, now_s: float) -> None:
        paused = self._walkers.paused(now_s).tolist()
        if not paused:
            return
        bot = self._rng.choice(paused)
        client = self._clients[bot]
        if client is not None:
            self._walkers.talk(bot, now_s)
            lang = self._personas[bot][2]
            try:
                await client.send(Chat(line(lang, self._rng)))
            except Refused:
                return

    async def _send(self, client: Client, data: bytes) -> None:
        try:
            await client.send_bytes(data)
        except Refused:
            return


async def _first(*events: asyncio.Event, within_s: float | None) -> None:
    """When the first of these happens, or the time is over."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _said(error: Exception) -> str:
    """In a few words, without a traceback's decorations."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def places_of(description: Mapping[str, Any]) -> list[str | None]:
    """Where bots come in: all over the hall, as people do by many links, not in a heap at the door."""
    kinds = ("spawns", "panels", "checkins", "portals", "booths")
    return [entry["id"] for kind in kinds for entry in description.get(kind, [])] or [None]


def exhibits_of(description: Mapping[str, Any], ground: Ground, rng: random.Random) -> list[Exhibit]:
    """What there is to see, by the hall's description; a few places on the floor where it says nothing."""
    places: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for kind, distance_m in (("slots", 2.6), ("panels", 1.6)):
        for entry in description.get(kind, []):
            x, _, z = entry["position"]
            yaw = entry.get("yaw", 0.0)
            places.append(((x - math.sin(yaw) * distance_m, z - math.cos(yaw) * distance_m), (x, z)))
    for entry in description.get("checkins", []):
        x, _, z = entry["position"]
        places.append(((x, z), (x, z)))
    if len(places) < 2:
        rows, columns = np.nonzero(ground.walkable)
        for index in (rng.randrange(len(rows)) for _ in range(6)):
            x = ground.origin_x + (columns[index] + 0.5) * ground.cell_m
            z = ground.origin_z + (rows[index] + 0.5) * ground.cell_m
            places.append(((x, z), (x + 1.0, z)))
    rng.shuffle(places)
    return [Exhibit(ground, stand, look_at) for stand, look_at in places[:_EXHIBITS_MAX_COUNT]]


def tls_for(base_url: str) -> ssl.SSLContext | None:
    """For https; on this machine without asking who signed, as a server for the local network signs for
    itself.
    """
    if not base_url.startswith("https:"):
        return None
    context = ssl.create_default_context()
    if urlsplit(base_url).hostname in ("localhost", "127.0.0.1", "::1"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _read_json(url: str, tls: ssl.SSLContext | None) -> dict[str, Any]:
    answer = json.loads(_read(url, tls))
    if not isinstance(answer, dict):
        raise ValueError(f"{url}: not an object")
    return answer


def _read(url: str, tls: ssl.SSLContext | None) -> bytes:
    with urllib.request.urlopen(url, timeout=_HTTP_TIMEOUT_S, context=tls) as answer:
        data: bytes = answer.read()
    return data
