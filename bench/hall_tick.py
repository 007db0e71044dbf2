"""How long a tick of one hall takes, without sockets: `python bench/hall_tick.py [--json]`.

Everybody walks and sends two poses a second, so a fifth of them arrive in each tick. Measured apart: `put`
(the copies of all poses of a tick), `advance` (judge, bin, encode) and `compose` (a frame for each cell).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from yuanzhan.hall.floor import Floor
from yuanzhan.hall.hall import Hall, Placement
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.poses import POSE

CASES = ((100, 60.0), (1_000, 60.0), (10_000, 60.0), (10_000, 120.0), (10_000, 240.0))
TICKS = 60
WARM_UP_TICKS = 20
POSES_HZ = 2.0
WALK_M_S = 1.2


@dataclass(frozen=True)
class Row:
    """Medians over the ticks, in milliseconds; bytes of frames as written, per visitor and second."""

    visitors: int
    side_m: float
    put_ms: float
    advance_ms: float
    compose_ms: float
    p99_ms: float
    frames: float
    kb_per_visitor_s: float


def measure(visitors: int, side_m: float, seed: int = 1) -> Row:
    """One hall, square and flat."""
    rng = np.random.default_rng(seed)
    cells = round(side_m / 0.5)
    hall = Hall(visitors, Floor(np.zeros((cells, cells), np.float32), -side_m / 2, -side_m / 2, 0.5))
    x, z = rng.uniform(-side_m / 2 + 1, side_m / 2 - 1, (2, visitors))
    yaw = rng.uniform(-np.pi, np.pi, visitors)
    for index in range(visitors):
        slot = hall.join(0, Placement(float(x[index]), 0.0, float(z[index]), 0.0), 0.0)
        hall.watch(slot, True)
    hall.tick(0.1)
    times: list[tuple[float, float, float]] = []
    frames_count = bytes_count = 0
    for tick in range(2, 2 + WARM_UP_TICKS + TICKS):
        senders = np.flatnonzero(rng.random(visitors) < POSES_HZ / 10)
        walked_m = WALK_M_S / POSES_HZ
        x[senders] = np.clip(x[senders] - np.sin(yaw[senders]) * walked_m, 1 - side_m / 2, side_m / 2 - 1)
        z[senders] = np.clip(z[senders] - np.cos(yaw[senders]) * walked_m, 1 - side_m / 2, side_m / 2 - 1)
        yaw[senders] += rng.normal(0, 0.6, len(senders))
        poses = np.zeros(len(senders), POSE)
        poses["kind"], poses["x"], poses["z"], poses["yaw"] = 0x10, x[senders], z[senders], yaw[senders]
        data = [NO_MASK + pose.tobytes() for pose in poses]
        marks = [time.perf_counter()]
        for slot, pose in zip(senders.tolist(), data, strict=True):
            hall.put(slot, pose)
        marks.append(time.perf_counter())
        advance = hall.advance(tick / 10)
        marks.append(time.perf_counter())
        deliveries = hall.compose(advance.encoded)
        marks.append(time.perf_counter())
        if tick >= 2 + WARM_UP_TICKS:
            times.append(tuple((end - begin) * 1000 for begin, end in pairwise(marks)))  # type: ignore[arg-type]
            frames_count += len(deliveries)
            bytes_count += sum(len(item.frame) * len(item.slots) for item in deliveries)
    put_ms, advance_ms, compose_ms = np.median(times, axis=0)
    return Row(
        visitors=visitors,
        side_m=side_m,
        put_ms=round(float(put_ms), 2),
        advance_ms=round(float(advance_ms), 2),
        compose_ms=round(float(compose_ms), 2),
        p99_ms=round(float(np.percentile(np.sum(times, axis=1), 99)), 2),
        frames=round(frames_count / TICKS, 1),
        kb_per_visitor_s=round(bytes_count / visitors / (TICKS / 10) / 1000, 1),
    )


def main() -> None:
    """Measure all cases and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = [measure(visitors, side_m) for visitors, side_m in CASES]
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    print("visitors  side m  put ms  advance ms  compose ms  p99 ms  frames  kB/s a visitor")
    for row in rows:
        print(
            f"{row.visitors:8}  {row.side_m:6.0f}  {row.put_ms:6.2f}  {row.advance_ms:10.2f}  "
            f"{row.compose_ms:10.2f}  {row.p99_ms:6.2f}  {row.frames:6.1f}  {row.kb_per_visitor_s:14.1f}"
        )


if __name__ == "__main__":
    main()
