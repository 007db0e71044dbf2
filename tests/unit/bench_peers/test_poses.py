"""Poses that were sent, found again among those that were seen."""

from __future__ import annotations

import numpy as np

from bench.peers.poses import PoseLog
from bench.peers.walk import HALL_M, POSES_HZ, SPEED_M_S, Walkers


def test_ages_are_those_of_a_dictionary_by_place() -> None:
    rng = np.random.default_rng(5)
    walkers = Walkers(200, 0.0, rng)
    sent, seen = PoseLog(), PoseLog()
    sent_at_s: dict[tuple[float, float], float] = {}
    wanted: list[float] = []
    for now_s in np.arange(0.0, 4.0, 0.01).tolist():
        who = walkers.due(now_s)
        for x, z, _ in zip(*walkers.step(who, now_s), strict=True):
            sent.note(x, z, now_s)
            sent_at_s[x, z] = now_s
    for (x, z), at_s in sorted(sent_at_s.items())[::3]:
        seen.note(x, z, at_s + x % 1.0)
        wanted.append(x % 1.0)
    # One of nobody here.
    seen.note(1.0, 1.0, 3.0)
    assert len(wanted) > 200
    np.testing.assert_allclose(sent.latencies_s(seen), wanted, atol=1e-9)


def test_nothing_sent_or_nothing_seen_has_no_latency() -> None:
    log = PoseLog()
    log.note(1.0, 2.0, 3.0)
    assert log.latencies_s(PoseLog()).size == 0
    assert PoseLog().latencies_s(log).size == 0


def test_walkers_send_two_poses_a_second_and_stay_in_the_hall_at_walking_pace() -> None:
    count, seconds = 300, 20.0
    walkers = Walkers(count, 0.0, np.random.default_rng(1))
    last: dict[int, tuple[float, float, float]] = {}
    poses_count = 0
    for now_s in np.arange(0.0, seconds, 0.01).tolist():
        who = walkers.due(now_s)
        for walker, x, z, _ in zip(who.tolist(), *walkers.step(who, now_s), strict=True):
            poses_count += 1
            assert abs(x) <= HALL_M[0] / 2
            assert abs(z) <= HALL_M[1] / 2
            if walker in last:
                before_x, before_z, before_s = last[walker]
                assert np.hypot(x - before_x, z - before_z) <= SPEED_M_S * (now_s - before_s) + 1e-4
            last[walker] = (x, z, now_s)
    assert abs(poses_count / count / seconds - POSES_HZ) < 0.1
