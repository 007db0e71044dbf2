"""What a run of the bench is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Density = Literal["even", "clustered", "crush"]
Movement = Literal["walk", "mixed", "stand"]

DENSITIES: Final[tuple[Density, ...]] = ("even", "clustered", "crush")
MOVEMENTS: Final[tuple[Movement, ...]] = ("walk", "mixed", "stand")

CRUSH_RADIUS_M: Final = 15.0
"""Nobody of a crush is further than 30 m from anybody else."""
CLUSTER_SPREAD_M: Final = 2.5
"""Standard deviation of a cluster around its exhibit, along each axis."""
CLUSTERED_SHARE: Final = 0.7
"""Of a clustered crowd; the others are anywhere."""
MIXED_WALKING_SHARE: Final = 0.5
"""Of a mixed crowd; the others stand and now and then look about."""
READS_PER_S: Final = 2.0
"""How often a visitor who is no probe reads; its socket holds what comes meanwhile."""
PASS_S: Final = 0.02
"""The generator sends what is due, and reads a share of the sockets, in passes of so long."""
THROTTLED_BYTES_PER_S: Final = 5_000
"""What a throttled visitor reads: a phone at the edge of its network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdPlan:
    """One run. Shares are of all visitors. `join_s` is how long the doors take; `settle_s` what passes then
    before measuring, while all walk home and read their first FULL frames; `churn_per_s` how many leave for
    good, and others come, while it is measured; `return_s` how long after a mass disconnect everybody may
    take to be back (None: there is none); `ceiling_s` how long the bare ceiling is measured
    (0: it is not).
    """

    hall: str = "culture"
    visitors: int = 10_000
    seconds: float = 60.0
    density: Density = "even"
    movement: Movement = "walk"
    throttled: float = 0.0
    stalled: float = 0.0
    join_s: float = 30.0
    settle_s: float = 12.0
    churn_per_s: float = 0.0
    return_s: float | None = None
    ceiling_s: float = 16.0
    probes: int = 8
    seed: int = 1
