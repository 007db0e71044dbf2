"""What one arriving pose costs, with and without the fast path: `python bench/pose_reading.py [--json]`.

One connection's `data_received`, one masked pose frame a call, no socket. The slow path is the same bytes
through the sans-I/O protocol of the `websockets` library: what the fast path has to beat to be worth it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from websockets.frames import Frame, Opcode

from yuanzhan.client import pose_bytes
from yuanzhan.hall.crowd import Crowd
from yuanzhan.protocol.frames import FrameReader, is_pose_frame
from yuanzhan.protocol.session import Session, State

ROUNDS = 100_000


def fast(crowd: Crowd, data: bytes) -> Callable[[], None]:
    """As `Connection.data_received` does between messages."""

    def receive() -> None:
        if is_pose_frame(data):
            crowd.put(0, data[2:])

    return receive


def slow(crowd: Crowd, data: bytes) -> Callable[[], None]:
    """As it does with everything else."""
    reader, session = FrameReader(), Session(0.0)
    session.state = State.IN_HALL

    def receive() -> None:
        for message in reader.receive(data):
            pose = session.read(message, 0.0)
            if isinstance(pose, bytes):
                crowd.put(0, pose)

    return receive


def microseconds(receive: Callable[[], None]) -> float:
    """Of one call, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        begun_s = time.perf_counter()
        for _ in range(ROUNDS):
            receive()
        best = min(best, time.perf_counter() - begun_s)
    return best / ROUNDS * 1e6


def main() -> None:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    crowd = Crowd(10)
    data = Frame(Opcode.BINARY, pose_bytes(1, 1.0, 0.0, 2.0, 0.5)).serialize(mask=True)
    result = {"fast_us": microseconds(fast(crowd, data)), "slow_us": microseconds(slow(crowd, data))}
    if options.json:
        print(json.dumps(result))
    else:
        print(f"fast path {result['fast_us']:.2f} us, websockets' protocol {result['slow_us']:.2f} us a pose")


if __name__ == "__main__":
    main()
