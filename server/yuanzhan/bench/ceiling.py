"""The bare ceiling: what the kernel alone asks for frames of a size to so many connections.

A process of its own accepts the connections and does nothing but `send`, one connection after the other. Its
line of JSON says how many frames went out and how many processor seconds they took.
"""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

from yuanzhan.bench.plan import PASS_S, READS_PER_S

_READ_BYTES: Final = 1 << 18
_BACKLOG: Final = 4096
_WARM_UP_ROUNDS: Final = 2


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Frames a second, and cores of the sender, while it sends as fast as it can."""

    frames_per_s: float
    cpu: float


def measure_ceiling(connections: int, frame_bytes: int, seconds: float) -> Ceiling:
    """Start the sender and read from it as the swarm reads: each connection `READS_PER_S` times a second."""
    script = f"from yuanzhan.bench.ceiling import send; send({connections}, {frame_bytes}, {seconds})"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    sockets = []
    try:
        port = int(process.stdout.readline())
        for _ in range(connections):
            raw = socket.create_connection(("127.0.0.1", port))
            raw.setblocking(False)
            sockets.append(raw)
        _drain_until_exit(process, sockets)
        result = json.loads(process.stdout.read())
    finally:
        process.kill()
        process.wait()
        for raw in sockets:
            raw.close()
    return Ceiling(result["frames"] / result["seconds"], result["cpu_s"] / result["seconds"])


def _drain_until_exit(process: subprocess.Popen[bytes], sockets: list[socket.socket]) -> None:
    buffer = bytearray(_READ_BYTES)
    turn, pass_s = 0.0, time.monotonic()
    while process.poll() is None:
        now_s = time.monotonic()
        share = min(len(sockets) * READS_PER_S * (now_s - pass_s), len(sockets))
        pass_s = now_s
        for number in range(int(turn), int(turn + share)):
            try:
                sockets[number % len(sockets)].recv_into(buffer)
            except (BlockingIOError, ConnectionError):
                continue
        turn = (turn + share) % len(sockets)
        time.sleep(max(0.0, pass_s + PASS_S - time.monotonic()))


def send(connections: int, frame_bytes: int, seconds: float) -> None:
    """The sender's whole life."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
    print(listener.getsockname()[1], flush=True)
    sends = []
    for _ in range(connections):
        raw, _ = listener.accept()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.setblocking(False)
        sends.append(raw.send)
    frame = bytes(frame_bytes)
    for _ in range(_WARM_UP_ROUNDS):
        _send_round(sends, frame)
    sent_count = 0
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    while time.monotonic() - begun_s < seconds:
        sent_count += _send_round(sends, frame)
    took_s, cpu_s = time.monotonic() - begun_s, time.process_time() - begun_cpu_s
    print(json.dumps({"frames": sent_count, "seconds": took_s, "cpu_s": cpu_s}))


def _send_round(sends: list, frame: bytes) -> int:  # type: ignore[type-arg]
    """One frame to each; a full socket is passed over."""
    sent_count = 0
    for send_to in sends:
        try:
            send_to(frame)
            sent_count += 1
        except BlockingIOError:
            continue
    return sent_count
