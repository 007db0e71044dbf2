"""What probes should know, by what the generator did, and how much of it they know.

Every `LOOK_PERIOD_S` each probe's view is held against the truth: everybody in the hall has to be known to
it, those around it where they are; nobody may be known who left a while ago.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from yuanzhan.bench.probe import SURROUNDINGS_M
from yuanzhan.bench.stroll import Stroll
from yuanzhan.bench.swarm import Swarm
from yuanzhan.protocol.limits import EXTRAPOLATE_MAX_S, TICK_HZ

LOOK_PERIOD_S: Final = 1.0
GHOST_AFTER_S: Final = 3.0


@dataclass(slots=True)
class Knowledge:
    """Sums over all looks of all probes.

    `unknown`: in the hall, but not known; `unknown_near`: of these, within `SURROUNDINGS_M`; `ghosts`:
    known, but gone for more than `GHOST_AFTER_S`. `off_m`: how far the known ones around are from where
    they are, median and 99th percentile, in metres.
    """

    looks: int = 0
    compared: int = 0
    near_compared: int = 0
    unknown: int = 0
    unknown_near: int = 0
    ghosts: int = 0
    off_m_p50: float = 0.0
    off_m_p99: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


class Oracle:
    """Looks at the probes of a swarm, one at a time."""

    def __init__(self, swarm: Swarm, stroll: Stroll) -> None:
        self._swarm = swarm
        self._stroll = stroll
        self._sums = Knowledge()
        self._off: list[np.ndarray[Any, np.dtype[np.float64]]] = []
        self._next_s = 0.0
        self._turn = 0

    @property
    def knowledge(self) -> Knowledge:
        """What was found so far."""
        off = np.concatenate(self._off) if self._off else np.zeros(0)
        if len(off):
            p50, p99 = np.percentile(off, [50, 99])
            self._sums.off_m_p50, self._sums.off_m_p99 = round(float(p50), 3), round(float(p99), 3)
        return self._sums

    def look(self, now_s: float) -> None:
        """Compare the next probe, if it is time."""
        probes = self._swarm.probes
        if now_s < self._next_s or not probes:
            return
        self._next_s = now_s + LOOK_PERIOD_S / len(probes)
        self._turn = (self._turn + 1) % len(probes)
        probe = probes[self._turn]
        view, visitors = probe.view, self._swarm.visitors_by_slot(len(probe.view.present))
        there = visitors >= 0
        settled = there & self._swarm.settled_slots(visitors, now_s)
        sums = self._sums
        sums.looks += 1
        sums.compared += int(settled.sum())
        sums.unknown += int(np.count_nonzero(settled & ~view.present))
        gone = self._swarm.gone_generations(len(view.present), now_s, GHOST_AFTER_S)
        sums.ghosts += int(np.count_nonzero(view.present & (view.generation == gone)))

        places = self._stroll.where(now_s)
        near = settled.copy()
        mine = places[probe.visitor]
        off = places[visitors[settled]] - mine
        near[settled] = np.hypot(off[:, 0], off[:, 1]) <= SURROUNDINGS_M
        sums.near_compared += int(near.sum())
        sums.unknown_near += int(np.count_nonzero(near & ~view.present))
        known = np.flatnonzero(near & view.present)
        age_s = np.clip((view.tick.max(initial=0) - view.tick[known]) / TICK_HZ, 0.0, EXTRAPOLATE_MAX_S)
        seen_x = view.x[known] + view.vx[known] * age_s
        seen_z = view.z[known] + view.vz[known] * age_s
        true = places[visitors[known]]
        self._off.append(np.hypot(seen_x - true[:, 0], seen_z - true[:, 1]))
