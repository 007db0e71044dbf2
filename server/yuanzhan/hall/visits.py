"""Who looks at which booth, counted: visits, seconds, a heat map; never a track of anybody.

    visits = Visits(slots_count)
    visits.set_zones(zones)                    # the published booths of the hall are these now
    visits.enter(slot, number, counts=True)    # a visitor came (bots do not count)
    visits.count(crowd, now_s, elapsed_s)      # once a second
    for count in visits.take(): ...            # what came together since the last take

A booth's zone is its slot and `AROUND_M` around it, in the slot's own frame: from there one looks at it.
Where zones meet, one is in that of the nearer booth. A visit begins when somebody has stayed for
`VISIT_AFTER_S`; who only walks by is in the heat map, and in nothing else. It ends by leaving the zone.

Of a visitor is kept, as long as it is in the hall, in whose zone it stands since when. Everything is by slot
and vectorised: a second of 10,000 visitors among 22 booths costs 3 ms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.crowd import Crowd
from yuanzhan.hall.floor import Block
from yuanzhan.hall.sketch import Registers, add, empty

AROUND_M: Final = 2.0
"""From so far one still reads a panel."""
VISIT_AFTER_S: Final = 6.0
"""Who walks along a booth, 8 m at 1.5 m/s, is out of its zone again; who stops is not."""
HEAT_CELL_M: Final = 0.5
NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Zone:
    """One booth and its slot's rectangle. `items` may be opened in it."""

    booth: str
    ground: Block
    items: frozenset[str] = frozenset()

    @property
    def columns(self) -> int:
        """Cells of the heat map along the slot's width."""
        return math.ceil((self.ground.width_m + 2 * AROUND_M) / HEAT_CELL_M)

    @property
    def rows(self) -> int:
        """Cells of the heat map along the slot's depth, the first row at its front (-Z)."""
        return math.ceil((self.ground.depth_m + 2 * AROUND_M) / HEAT_CELL_M)


@dataclass(slots=True)
class BoothCount:
    """What came together at one booth. `heat_s` is (rows, columns) float32: seconds that visitors stood in
    each cell. `sketch` counts who visited (`hall.sketch`). `opened` is by item.
    """

    booth: str
    heat_s: NDArray[np.float32]
    visits: int = 0
    dwell_s: float = 0.0
    sketch: Registers = field(default_factory=empty)
    opened: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nobody came."""
        return not self.visits and not self.opened and not self.dwell_s and not self.heat_s.any()


class Visits:
    """The counts of one hall. Arrays by slot, or by zone."""

    def __init__(self, slots_count: int) -> None:
        self._zones: Sequence[Zone] = ()
        self._finder = _Finder(())
        self._numbers = np.zeros(slots_count, np.uint64)
        self._counts = np.zeros(slots_count, np.bool_)
        self._zone = np.full(slots_count, NOWHERE, np.int32)
        self._since_s = np.zeros(slots_count)
        self._visiting = np.zeros(slots_count, np.bool_)
        self._done: list[BoothCount] = []
        self._begin()

    def set_zones(self, zones: Sequence[Zone]) -> None:
        """The booths are these from now on. Who stands at one that stays goes on visiting it."""
        self._done += self._current()
        former = {zone.booth: (index, zone.ground) for index, zone in enumerate(self._zones)}
        moved = np.full(len(self._zones) + 1, NOWHERE, np.int32)  # the last: of those who are nowhere
        for index, zone in enumerate(zones):
            index_before, ground = former.get(zone.booth, (NOWHERE, None))
            if ground == zone.ground:
                moved[index_before] = index
        self._zone = moved[self._zone]
        self._visiting &= self._zone != NOWHERE
        self._zones = tuple(zones)
        self._finder = _Finder(self._zones)
        self._begin()

    def enter(self, slot: int, number: int, *, counts: bool) -> None:
        """Somebody has this slot now. `number` is theirs alone, 64 random bits."""
        self._numbers[slot] = number
        self._counts[slot] = counts
        self._zone[slot] = NOWHERE
        self._visiting[slot] = False

    def opened(self, slot: int, booth: str, item: str) -> None:
        """Somebody opened something; what the booth has not, and what bots do, is not counted."""
        zone = next((zone for zone in self._zones if zone.booth == booth), None)
        if zone is not None and item in zone.items and self._counts[slot]:
            of_booth = self._opened.setdefault(booth, {})
            of_booth[item] = of_booth.get(item, 0) + 1

    def count(self, crowd: Crowd, now_s: float, elapsed_s: float) -> list[tuple[str, NDArray[np.intp]]]:
        """Everybody stood where they are for `elapsed_s`. Returns the visits that begin: the booth, and
        (n,) the slots of who stopped there.
        """
        if not self._zones:
            return []
        slots = np.flatnonzero(crowd.present & crowd.watching & self._counts)
        zone, cell = self._finder.find(crowd.x[slots], crowd.z[slots])
        came = zone != self._zone[slots]
        self._zone[slots] = zone
        self._since_s[slots[came]] = now_s
        self._visiting[slots[came]] = False

        slots, zone, cell = slots[zone != NOWHERE], zone[zone != NOWHERE], cell[zone != NOWHERE]
        self._heat_s += np.bincount(cell, minlength=len(self._heat_s)) * elapsed_s
        stayed_s = now_s - self._since_s[slots]
        visiting = self._visiting[slots]
        begins = ~visiting & (stayed_s >= VISIT_AFTER_S)
        zones_count = len(self._zones)
        self._visits += np.bincount(zone[begins], minlength=zones_count)
        seconds = np.where(visiting, elapsed_s, np.where(begins, stayed_s, 0.0))
        self._dwell_s += np.bincount(zone, weights=seconds, minlength=zones_count)
        self._visiting[slots[begins]] = True
        begun = []
        for index in np.unique(zone[begins]).tolist():
            those = slots[begins & (zone == index)]
            add(self._sketches[index], self._numbers[those])
            begun.append((self._zones[index].booth, those))
        return begun

    def take(self) -> list[BoothCount]:
        """What was counted since the last time, of booths with somebody; the counts begin anew."""
        taken = [*self._done, *self._current()]
        self._done = []
        self._begin()
        return taken

    def _begin(self) -> None:
        count = len(self._zones)
        self._heat_s = np.zeros(self._finder.cells_count)
        self._visits = np.zeros(count, np.int64)
        self._dwell_s = np.zeros(count)
        self._sketches = [empty() for _ in range(count)]
        self._opened: dict[str, dict[str, int]] = {}

    def _current(self) -> list[BoothCount]:
        counts = []
        for index, zone in enumerate(self._zones):
            first = int(self._finder.first_cell[index])
            heat_s = self._heat_s[first : first + zone.rows * zone.columns]
            counts.append(
                BoothCount(
                    zone.booth,
                    heat_s.reshape(zone.rows, zone.columns).astype(np.float32),
                    int(self._visits[index]),
                    float(self._dwell_s[index]),
                    self._sketches[index],
                    self._opened.get(zone.booth, {}),
                )
            )
        return [count for count in counts if not count.is_empty]


class _Finder:
    """In which zone a place is, and in which cell of its heat map; cells of all zones are numbered on."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        grounds = [zone.ground for zone in zones]
        self._x = np.array([ground.x for ground in grounds], np.float64)
        self._z = np.array([ground.z for ground in grounds], np.float64)
        self._cos = np.cos([ground.yaw for ground in grounds])
        self._sin = np.sin([ground.yaw for ground in grounds])
        self._half_width_m = np.array([ground.width_m / 2 + AROUND_M for ground in grounds])
        self._half_depth_m = np.array([ground.depth_m / 2 + AROUND_M for ground in grounds])
        self._columns = np.array([zone.columns for zone in zones], np.int64)
        sizes = [zone.rows * zone.columns for zone in zones]
        self.first_cell = np.cumsum([0, *sizes])[:-1].astype(np.int64)
        self.cells_count = sum(sizes)

    def find(
        self, x: NDArray[np.float32], z: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """(n,) places -> (n,) zones, NOWHERE in none, and (n,) cells, 0 in none."""
        zone = np.full(len(x), NOWHERE, np.int32)
        cell = np.zeros(len(x), np.int64)
        nearest = np.full(len(x), np.inf)
        # One pass a booth over everybody: a hall has some dozens of booths.
        for index in range(len(self._x)):
            away_x, away_z = x - self._x[index], z - self._z[index]
            across = away_x * self._cos[index] - away_z * self._sin[index] + self._half_width_m[index]
            along = away_x * self._sin[index] + away_z * self._cos[index] + self._half_depth_m[index]
            distance = away_x * away_x + away_z * away_z
            inside = (
                (across >= 0)
                & (across < 2 * self._half_width_m[index])
                & (along >= 0)
                & (along < 2 * self._half_depth_m[index])
                & (distance < nearest)
            )
            nearest[inside] = distance[inside]
            zone[inside] = index
            row = (along[inside] / HEAT_CELL_M).astype(np.int64)
            column = (across[inside] / HEAT_CELL_M).astype(np.int64)
            cell[inside] = self.first_cell[index] + row * self._columns[index] + column
        return zone, cell
