"""`yuanzhan bench crowd`: a hall full of visitors, measured from outside, beside the bare ceiling."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from yuanzhan.bench.ceiling import Ceiling, measure_ceiling
from yuanzhan.bench.host import Reading, read_hall, read_server, tick_ms_at
from yuanzhan.bench.oracle import Knowledge, Oracle
from yuanzhan.bench.plan import CRUSH_RADIUS_M, CrowdPlan
from yuanzhan.bench.stroll import Places, Stroll, homes
from yuanzhan.bench.swarm import JOIN_TIMEOUT_S, JOINING_MAX_COUNT, Swarm
from yuanzhan.bots.measure import summarise
from yuanzhan.bots.open_files import SPARE_COUNT, raise_open_files
from yuanzhan.bots.run import places_of
from yuanzhan.errors.command_line import ServerGone
from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.protocol.look import LOOK_FIELDS, Look, pack_look

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CrowdResult:
    """What was measured; see docs/performance.md for each figure's meaning."""

    hall: str
    density: str
    movement: str
    seconds: float
    visitors: int
    joined: int
    present: int
    coming: int
    join_s: float
    disconnects: int
    closes: dict[int, int]
    frames_per_s: float
    updates_per_s: float
    poses_per_s: float
    near_hz: float
    latency_ms: dict[str, float | int | None]
    bytes_per_visitor_per_s: float
    tick_ms_p99: float | None
    server_cpu: float | None
    server_rss_bytes_per_visitor: float | None
    generator_cpu: float
    frames_skipped_per_s: float | None
    corrections: int
    churned: int
    knowledge: dict[str, Any]
    returned: dict[str, Any] | None
    ceiling_frames_per_s: float | None
    ceiling_cpu: float | None
    cost_ratio: float | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def bench_crowd(
    plan: CrowdPlan,
    base_url: str,
    say: Say,
    *,
    joining_max_count: int = JOINING_MAX_COUNT,
) -> CrowdResult:
    """Fill a hall of the server at `base_url`, measure for `plan.seconds`, empty it, measure the ceiling.

    Raises OpenFilesTooFew, OSError; ServerGone when it goes away meanwhile.
    """
    raise_open_files(plan.visitors + SPARE_COUNT)
    swarm, stroll = _swarm_of(plan, base_url, joining_max_count)
    empty = read_server(base_url)
    try:
        say(f"{plan.visitors} visitors come in over {plan.join_s:.0f} s")
        join_s = _fill(swarm, plan, say)
        swarm.run_for(plan.settle_s)
        say(f"{_who_is_in(swarm, plan.visitors)}; measuring for {plan.seconds:.0f} s")
        measured = _measure(swarm, stroll, plan, base_url, say)
        _let_in_the_last(swarm)
        present_count, coming_count = swarm.present_count, swarm.coming_count
        returned = _return(swarm, stroll, plan, say)
    except OSError as error:
        # It answered before the first came.
        raise ServerGone(url=base_url) from error
    finally:
        swarm.close()
    bare = None
    if plan.ceiling_s > 0:
        say(f"the bare ceiling: {plan.ceiling_s:.0f} s of send() to {plan.visitors} connections")
        bare = measure_ceiling(plan.visitors, measured.frame_bytes, plan.ceiling_s)
    return _result(plan, swarm, measured, join_s, present_count, coming_count, returned, empty, bare)


@dataclass(slots=True)
class _Measured:
    seconds: float
    frames_count: int
    bytes_count: int
    poses_count: int
    updates_per_frame: float
    near_hz: float
    latencies_s: Any
    generator_cpu: float
    knowledge: Knowledge
    begin: Reading | None
    end: Reading | None

    @property
    def frame_bytes(self) -> int:
        """Of a frame on the wire, on average."""
        return max(16, round(self.bytes_count / max(1, self.frames_count)))


def _swarm_of(plan: CrowdPlan, base_url: str, joining_max_count: int) -> tuple[Swarm, Stroll]:
    rng = np.random.default_rng(plan.seed)
    description, ground = read_hall(base_url, plan.hall)
    entrances = dict(_entrances(description))
    names = list(entrances)
    exhibits = np.array([entrances[name] for name in names])
    places = homes(ground, plan.visitors, plan.density, exhibits, rng)
    leash_m = CRUSH_RADIUS_M if plan.density == "crush" else np.inf
    stroll = Stroll(ground, places, plan.movement, rng, leash_m)
    url = urlsplit(base_url)
    swarm = Swarm(
        (url.hostname or "127.0.0.1", url.port or 80),
        plan.hall,
        stroll,
        [names[index] for index in _nearest(places, exhibits)],
        _looks(plan.visitors, rng),
        probes_count=min(plan.probes, plan.visitors),
        joining_max_count=joining_max_count,
        throttled_count=round(plan.throttled * plan.visitors),
        stalled_count=round(plan.stalled * plan.visitors),
        rng=rng,
    )
    return swarm, stroll


def _entrances(description: dict[str, Any]) -> list[tuple[str | None, tuple[float, float]]]:
    """Where one may come in by name, and where that is."""
    known = set(places_of(description))
    found: list[tuple[str | None, tuple[float, float]]] = []
    for kind in ("spawns", "panels", "checkins", "portals", "slots"):
        for entry in description.get(kind, []):
            if entry["id"] in known:
                found.append((entry["id"], (entry["position"][0], entry["position"][2])))
    return found or [(None, (0.0, 0.0))]


def _nearest(places: Places, others: Places) -> list[int]:
    """(n,) for each place the index of the nearest of the others."""
    nearest: list[int] = []
    for begin in range(0, len(places), 1000):
        some = places[begin : begin + 1000]
        nearest += np.hypot(*(some[:, None, :] - others[None]).transpose(2, 0, 1)).argmin(axis=1).tolist()
    return nearest


def _looks(count: int, rng: np.random.Generator) -> list[int]:
    return [
        pack_look(Look(*(int(rng.integers(spec.values_count)) for spec in LOOK_FIELDS))) for _ in range(count)
    ]


def _fill(swarm: Swarm, plan: CrowdPlan, say: Say) -> float:
    """Let everybody in. Returns the seconds it took."""
    begun_s = time.monotonic()
    swarm.join(range(plan.visitors), plan.visitors / plan.join_s)
    said_s = begun_s
    while swarm.is_joining and time.monotonic() - begun_s < plan.join_s + 60.0:
        swarm.run_pass()
        if time.monotonic() - said_s > 5.0:
            said_s = time.monotonic()
            say(f"  {swarm.present_count} are in after {said_s - begun_s:.0f} s")
    return time.monotonic() - begun_s


def _who_is_in(swarm: Swarm, visitors_count: int) -> str:
    present_count = swarm.present_count
    if present_count == visitors_count:
        return "all are where they want to be"
    full_count = swarm.closes.get(CLOSE_CODES["hall_full"], 0)
    why = f"the hall was full for {full_count}" if full_count else "the others did not get in or were lost"
    return f"only {present_count} of {visitors_count} are in ({why})"


def _let_in_the_last(swarm: Swarm) -> None:
    """Those who came in the stead of others and are not in yet."""
    begun_s = time.monotonic()
    while swarm.is_joining and time.monotonic() - begun_s < JOIN_TIMEOUT_S:
        swarm.run_pass()


def _measure(swarm: Swarm, stroll: Stroll, plan: CrowdPlan, base_url: str, say: Say) -> _Measured:
    for probe in swarm.probes:
        probe.is_measuring = True
    oracle = Oracle(swarm, stroll)
    begin = read_server(base_url)
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    frames, size, poses = swarm.frames_count, swarm.bytes_count, swarm.poses_count
    said_s = begun_s
    while (elapsed_s := time.monotonic() - begun_s) < plan.seconds:
        swarm.run_pass()
        oracle.look(time.monotonic())
        swarm.renew(int(plan.churn_per_s * elapsed_s) - swarm.churned_count)
        if time.monotonic() - said_s > 10.0:
            said_s = time.monotonic()
            elapsed_s = said_s - begun_s
            say(f"  {elapsed_s:.0f} s: {(swarm.frames_count - frames) / elapsed_s:,.0f} frames a second")
    took_s = time.monotonic() - begun_s
    cpu_s = time.process_time() - begun_cpu_s
    end = read_server(base_url)
    if begin is not None and end is None:
        raise ServerGone(url=base_url)
    probes = swarm.probes
    latencies = [part for probe in probes for part in probe.latencies_s]
    return _Measured(
        seconds=took_s,
        frames_count=swarm.frames_count - frames,
        bytes_count=swarm.bytes_count - size,
        poses_count=swarm.poses_count - poses,
        updates_per_frame=sum(p.records_count for p in probes) / max(1, sum(p.frames_count for p in probes)),
        near_hz=float(np.mean([probe.near_frames_count / took_s for probe in probes])) if probes else 0.0,
        latencies_s=np.concatenate(latencies) if latencies else np.zeros(0),
        generator_cpu=cpu_s / took_s,
        knowledge=oracle.knowledge,
        begin=begin,
        end=end,
    )


def _return(swarm: Swarm, stroll: Stroll, plan: CrowdPlan, say: Say) -> dict[str, Any] | None:
    """All but the probes lose their connections at once and come back."""
    if plan.return_s is None:
        return None
    leaving = range(min(plan.probes, plan.visitors), plan.visitors)
    say(f"{len(leaving)} lose their connections and come back within {plan.return_s:.0f} s")
    swarm.drop(leaving)
    joined, moved = swarm.joined_count, swarm.moved_count
    begun_s = time.monotonic()
    swarm.join(leaving, len(leaving) / (0.8 * plan.return_s))
    while swarm.is_joining and time.monotonic() - begun_s < plan.return_s + 30.0:
        swarm.run_pass()
    took_s = time.monotonic() - begun_s
    return {
        "visitors": len(leaving),
        "back": swarm.joined_count - joined,
        "as_somebody_else": swarm.moved_count - moved,
        "seconds": round(took_s, 2),
    }


def _result(
    plan: CrowdPlan,
    swarm: Swarm,
    measured: _Measured,
    join_s: float,
    present_count: int,
    coming_count: int,
    returned: dict[str, Any] | None,
    empty: Reading | None,
    bare: Ceiling | None,
) -> CrowdResult:
    frames_per_s = measured.frames_count / measured.seconds
    begin, end = measured.begin, measured.end
    cpu = rss = tick_ms = skipped = ratio = None
    if begin is not None and end is not None:
        cpu = (end.cpu_s - begin.cpu_s) / (end.at_s - begin.at_s)
        tick_ms = tick_ms_at(0.99, begin, end)
        skipped = (end.skipped_count - begin.skipped_count) / (end.at_s - begin.at_s)
        rss = (end.rss_bytes - (empty.rss_bytes if empty else 0)) / max(1, present_count)
    if cpu is not None and bare is not None and frames_per_s:
        ratio = (cpu / frames_per_s) / (bare.cpu / bare.frames_per_s)
    return CrowdResult(
        hall=plan.hall,
        density=plan.density,
        movement=plan.movement,
        seconds=round(measured.seconds, 1),
        visitors=plan.visitors,
        joined=swarm.joined_count - swarm.churned_count - (returned["back"] if returned else 0),
        present=present_count,
        coming=coming_count,
        join_s=round(join_s, 1),
        disconnects=swarm.disconnects_count,
        closes=dict(sorted(swarm.closes.items())),
        frames_per_s=round(frames_per_s, 1),
        updates_per_s=round(frames_per_s * measured.updates_per_frame),
        poses_per_s=round(measured.poses_count / measured.seconds, 1),
        near_hz=round(measured.near_hz, 2),
        latency_ms=summarise(measured.latencies_s),
        bytes_per_visitor_per_s=round(measured.bytes_count / measured.seconds / max(1, present_count), 1),
        tick_ms_p99=_rounded(tick_ms, 1),
        server_cpu=_rounded(cpu, 3),
        server_rss_bytes_per_visitor=_rounded(rss, 0),
        generator_cpu=round(measured.generator_cpu, 3),
        frames_skipped_per_s=_rounded(skipped, 1),
        corrections=swarm.corrections_count,
        churned=swarm.churned_count,
        knowledge=measured.knowledge.as_dict(),
        returned=returned,
        ceiling_frames_per_s=_rounded(bare.frames_per_s if bare else None, 1),
        ceiling_cpu=_rounded(bare.cpu if bare else None, 3),
        cost_ratio=_rounded(ratio, 3),
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
