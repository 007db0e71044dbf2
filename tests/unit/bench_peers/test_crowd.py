"""The load generator against a real server: the one on `websockets`, which the project uses itself."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from bench.peers.crowd import Crowd
from bench.peers.dialects.broadcast import Broadcast
from bench.peers.run import Run, measure
from bench.peers.table import Peer

VISITORS = 30


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_command(_: Path, port: int) -> list[str]:
    """The peer's server, in this environment."""
    return [sys.executable, "-m", "bench.peers.websockets.server", str(port)]


def test_a_small_crowd_is_kept_in_step(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.peers.run.WARM_UP_S", 0.5)
    peer = Peer("`websockets`", "websockets", Broadcast(), server_command)
    run: Run = measure(peer, tmp_path, VISITORS, 1.5, port)
    assert (run.joined, run.disconnects, run.ended) == (VISITORS, 0, None)
    assert run.near_hz > 5.0
    # Eight probes look; each sees the poses of all others and of itself, two a second.
    assert 0.5 < (run.latency_ms["samples"] or 0) / (8 * VISITORS * 2 * 1.5) < 1.5
    p50 = run.latency_ms["p50"]
    assert p50 is not None
    assert 0 < p50 < 1000
    # [id, x, y, z, yaw] with four floats of five bytes: 22 to 25 bytes a pose.
    assert 20 < run.bytes_per_visitor_per_s / (VISITORS * 2) < 30


def test_a_crowd_that_is_refused_says_what_it_heard(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        crowd = Crowd(Broadcast(), port, 1, 1, lambda: None, 1)
        crowd.join(0.05)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            crowd.join(5.0)
        crowd.close()
    assert (crowd.joined_count, crowd.lost_count) == (0, 1)
    assert "503" in crowd.refusal
