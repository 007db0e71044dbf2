"""The peers: what each is called, where it lives, how it starts and how one speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.peers.dialects import Dialect
from bench.peers.dialects.broadcast import Broadcast
from bench.peers.dialects.colyseus import Colyseus
from bench.peers.dialects.socketio import SocketIo


@dataclass(frozen=True)
class Peer:
    """`command` and `probe` are given the scratch folder and the port. A peer whose wire only its own SDK
    reads has a `probe`, a program that does.
    """

    title: str
    folder: str
    dialect: Dialect
    command: Callable[[Path, int], list[str]]
    probe: Callable[[Path, int], list[str]] | None = None


def _node(script: str) -> Callable[[Path, int], list[str]]:
    return lambda scratch, port: [str(scratch / "node_modules/.bin/node"), str(scratch / script), str(port)]


def _python(folder: str) -> Callable[[Path, int], list[str]]:
    module = f"bench.peers.{folder}.server"
    return lambda scratch, port: [str(scratch / "venv/bin/python"), "-m", module, str(port)]


PEERS: Final = (
    Peer("Colyseus", "colyseus", Colyseus(), _node("server.mjs"), _node("probe.mjs")),
    Peer("`websockets`, our own broadcast", "websockets", Broadcast(), _python("websockets")),
    Peer("aiohttp, our own broadcast", "aiohttp", Broadcast(), _python("aiohttp")),
    Peer("Socket.IO relay, as networked-aframe", "socketio", SocketIo(), _node("server.mjs")),
)
