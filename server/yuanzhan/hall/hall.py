"""One hall: visitors come, move, sit and leave; each tick tells every cell what its visitors see.

No I/O and no clock: poses come in by `put`, time by `tick`, and what goes out is bytes with the slots
that get them.

A tick in three steps: 1. `drain` and judge the poses that arrived; good ones move their visitors, others
are corrected; 2. encode once what changed: blocks of NEAR (twice: for a cell's own visitors and for those
around), MID and CROWD; 3. compose one frame per occupied cell of slices of these blocks. Visitors who
just came (or missed frames) get a FULL frame of their cell; those who walked into another cell get NEAR
of what newly came near on top.

Observers (`observe`) go through steps 1 and 3 as visitors do, and nothing of them is encoded in step 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.crowd import Crowd, Slots
from yuanzhan.hall.encoded import MID_PERIOD_TICKS, MID_RING, NEAR_RING, EncodedTick, News, Spans
from yuanzhan.hall.floor import Floor
from yuanzhan.hall.grid import Grid
from yuanzhan.hall.motion import Motion, Verdict, keep_put, take_over
from yuanzhan.hall.reckoning import Reckoning, halt, silent
from yuanzhan.hall.tiers import NEVER, Budget, CrowdDue, MidDue, NearDue, neighbour_shares
from yuanzhan.protocol.poses import Action

CELL_M: Final = 4.0
"""A conversation fits into a cell, and 3 x 3 of them reach as far as faces can be told apart."""


class Placement(NamedTuple):
    """Where somebody stands: metres, radians."""

    x: float
    y: float
    z: float
    yaw: float


class Delivery(NamedTuple):
    """One WebSocket frame, header included, and the slots that get it."""

    frame: bytes
    slots: list[int]
    full: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A visitor whose pose was not possible stands here."""

    slot: int
    place: Placement
    reason: str


@dataclass(frozen=True, slots=True)
class Advance:
    """What became of the poses of a tick."""

    encoded: EncodedTick
    corrections: list[Correction]
    poses_count: int
    changed_count: int


@dataclass(frozen=True, slots=True)
class TickResult:
    """What a tick has to say."""

    deliveries: list[Delivery]
    advance: Advance

    @property
    def corrections(self) -> list[Correction]:
        """Whom to put right."""
        return self.advance.corrections


class Hall:
    """The presence of everyone in one hall."""

    def __init__(
        self,
        capacity: int,
        floor: Floor,
        cell_m: float = CELL_M,
        budget: Budget | None = None,
        observers_max: int = 0,
    ) -> None:
        self.floor = floor
        self.grid = Grid(floor.origin_x, floor.origin_z, floor.width_m, floor.depth_m, cell_m)
        self.crowd = Crowd(capacity, observers_max)
        self.tick_number = 0
        self._ticked_s = 0.0
        self._budget = budget or Budget()
        count = self.crowd.size
        self._motion = Motion(count, floor)
        self._reckoning = Reckoning(count)
        self._near = NearDue(count)
        ring_cells_count = (2 * MID_RING + 1) ** 2 - (2 * NEAR_RING + 1) ** 2
        self._mid = MidDue(count, self.grid.columns, MID_PERIOD_TICKS, ring_cells_count)
        self._crowd_due = CrowdDue(count)
        self._owed_since = np.full(count, NEVER, np.int64)
        self._seen_from = np.full(count, -1, np.int32)
        self._new_looks: set[int] = set()
        self._gone: list[tuple[int, int]] = []
        self._spans = Spans(self.grid)

    # --- coming, going, standing elsewhere -------------------------------------------------------------

    def join(self, look: int, place: Placement, now_s: float) -> int:
        """A newcomer's slot. Raises ConnectionRefused (`hall_full`)."""
        slot = self.crowd.add(look, now_s)
        self._new_looks.add(slot)
        self._settle(slot, place, now_s)
        return slot

    def observe(self, place: Placement, now_s: float) -> int:
        """A slot for somebody who watches from here, and moves as a visitor does, but is not in the hall.
        Raises ConnectionRefused (`hall_full`).
        """
        slot = self.crowd.add_observer()
        self._settle(slot, place, now_s)
        return slot

    def leave(self, slot: int, now_s: float) -> None:
        """The visitor (or observer) is gone; of a visitor everybody is told at the next tick."""
        if self.crowd.present[slot] and not self.crowd.hidden[slot]:
            self._tell_gone(slot)
        self._owed_since[slot] = NEVER
        self.crowd.remove(slot, now_s)

    def _tell_gone(self, slot: int) -> None:
        self._gone.append((slot, int(self.crowd.generation[slot])))
        self._new_looks.discard(slot)
        one = np.array([slot])
        self._near.forget(one)
        self._mid.forget(one)
        self._crowd_due.forget(one)

    def hide(self, slot: int, hidden: bool, now_s: float) -> None:
        """Others see this visitor no longer, or again; itself it is in the hall as before."""
        if self.crowd.hidden[slot] == hidden:
            return
        self.crowd.hidden[slot] = hidden
        if hidden:
            self._tell_gone(slot)
        else:
            self._new_looks.add(slot)
            self._changed(np.array([slot]), now_s)

    def freeze(self, slot: int, frozen: bool, now_s: float) -> None:
        """The visitor stays where it stands, or may walk again."""
        self.crowd.frozen[slot] = frozen
        if frozen:
            one = np.array([slot])
            halt(self.crowd, one)
            self.crowd.forget_arrived(slot)
            self._changed(one, now_s)

    def watch(self, slot: int, watching: bool) -> None:
        """The connection of a visitor or observer came or went. Who comes gets a FULL frame."""
        self.crowd.watching[slot] = watching
        self._owed_since[slot] = self.tick_number if watching else NEVER

    def owe_full(self, slot: int) -> None:
        """The visitor missed frames: the next one is a FULL one."""
        if self.crowd.watching[slot]:
            self._owed_since[slot] = min(self._owed_since[slot], self.tick_number)

    @property
    def put(self) -> Callable[[int, bytes], None]:
        """Takes a slot and its pose, as `frames.is_pose_frame` or `frames.pose_of_message` left it."""
        return self.crowd.put

    def place(self, slot: int, place: Placement, now_s: float) -> None:
        """Stand the visitor here; poses under way from elsewhere will be corrected."""
        self.crowd.seated[slot] = False
        self._settle(slot, place, now_s)

    def sit(self, slot: int, place: Placement, now_s: float) -> None:
        """Seat the visitor here."""
        self._settle(slot, place, now_s)
        self.crowd.seated[slot] = True
        self.crowd.action[slot] = Action.SIT

    def stand(self, slot: int, now_s: float) -> Placement:
        """Let the visitor stand up; returns where."""
        place = self.place_of(slot)
        height = self.floor.height_at(place.x, place.z, place.y)
        place = place._replace(y=height)
        self.place(slot, place, now_s)
        return place

    def set_look(self, slot: int, look: int) -> None:
        """The visitor changed clothes; everybody is told at the next tick."""
        self.crowd.look[slot] = look
        if not self.crowd.hidden[slot]:
            self._new_looks.add(slot)

    def place_of(self, slot: int) -> Placement:
        """Where the visitor stands."""
        crowd = self.crowd
        x, y, z = float(crowd.x[slot]), float(crowd.y[slot]), float(crowd.z[slot])
        return Placement(x, y, z, float(crowd.yaw[slot]))

    def near(self, slot: int, radius_m: float) -> Slots:
        """(n,) connected visitors and observers within `radius_m` of this one, itself included."""
        crowd = self.crowd
        distance = np.hypot(crowd.x - crowd.x[slot], crowd.z - crowd.z[slot])
        return np.flatnonzero(crowd.watching & (distance <= radius_m))

    def without_floor(self) -> Slots:
        """(n,) visitors and observers who do not sit, where nobody can stand (any more)."""
        crowd = self.crowd
        heights = self.floor.heights_at(crowd.x.astype(np.float64), crowd.z.astype(np.float64))
        return np.flatnonzero((crowd.present | crowd.watching) & ~crowd.seated & np.isnan(heights))

    def _settle(self, slot: int, place: Placement, now_s: float) -> None:
        crowd = self.crowd
        crowd.x[slot], crowd.y[slot], crowd.z[slot], crowd.yaw[slot] = place
        crowd.vx[slot] = crowd.vz[slot] = 0.0
        crowd.action[slot] = Action.STAND
        crowd.moved_s[slot] = now_s
        crowd.forget_arrived(slot)
        self._motion.begin(slot, now_s)
        one = np.array([slot])
        self._find_cells(one)
        self._changed(one, now_s)

    @property
    def is_still(self) -> bool:
        """Nobody is here or watches, and nobody just left: a tick would tell nothing."""
        return self.crowd.population == 0 and self.crowd.observers_count == 0 and not self._gone

    # --- the tick ---------------------------------------------------------------------------------------

    def tick(self, now_s: float) -> TickResult:
        """Let time go on to `now_s`, and tell those who watch here what happened here."""
        advance = self.advance(now_s)
        return TickResult(self.compose(advance.encoded), advance)

    def advance(self, now_s: float) -> Advance:
        """Let time go on to `now_s`; what happened is encoded and can be composed, here or elsewhere."""
        self.tick_number += 1
        poses_count, changed_count = self._take_poses(now_s)
        self._halt_silent(now_s)
        encoded = self._encode(now_s)
        self._new_looks.clear()
        self._gone.clear()
        return Advance(encoded, self._corrections(now_s), poses_count, changed_count)

    def compose(self, encoded: EncodedTick) -> list[Delivery]:
        """The frames of all cells with somebody who watches."""
        crowd = self.crowd
        watching = np.flatnonzero(crowd.watching)
        new, old = crowd.cell[watching], self._seen_from[watching]
        owed = self._owed_since[watching] != NEVER
        crossed = (new != old) & ~owed

        deliveries = []
        for cell, slots in _grouped(watching[~owed & ~crossed], crowd.cell):
            frame = encoded.frame(cell)
            if frame:
                deliveries.append(Delivery(frame, slots, full=False))
        # Both cells in one key: those who walked the same way share a frame.
        ways = np.zeros(crowd.size, np.int64)
        ways[watching] = old.astype(np.int64) * self.grid.cells_count + new
        for way, slots in _grouped(watching[crossed], ways):
            came_from, cell = divmod(way, self.grid.cells_count)
            frame = encoded.frame(cell, came_from)
            if frame:
                deliveries.append(Delivery(frame, slots, full=False))
        due = self._due_full(watching[owed], encoded)
        for cell, slots in _grouped(due, crowd.cell):
            deliveries.append(Delivery(encoded.full_frame(cell), slots, full=True))
        self._owed_since[due] = NEVER
        self._seen_from[watching] = new
        return deliveries

    def _due_full(self, owed: Slots, encoded: EncodedTick) -> Slots:
        """(n,) slots that are owed a FULL frame -> (m,) who get it now, those who waited longest. The others
        get nothing before it.
        """
        if len(owed) == 0:
            return owed
        count = max(1, self._budget.full_bytes // max(1, encoded.whole_hall_bytes))
        return owed[np.argsort(self._owed_since[owed], kind="stable")[:count]]

    def _take_poses(self, now_s: float) -> tuple[int, int]:
        slots, poses = self.crowd.drain()
        if len(slots) == 0:
            return 0, 0
        keep_put(self.crowd, slots, poses)
        good = self._motion.judge(self.crowd, slots, poses, now_s) == Verdict.GOOD
        moved = slots[good]
        take_over(self.crowd, moved, poses[good], now_s)
        self._find_cells(moved)
        self._changed(self._reckoning.news(self.crowd, moved, now_s), now_s)
        return len(slots), len(moved)

    def _halt_silent(self, now_s: float) -> None:
        slots = silent(self.crowd, now_s)
        if len(slots):
            halt(self.crowd, slots)
            self._changed(slots, now_s)

    def _find_cells(self, slots: Slots) -> None:
        crowd = self.crowd
        crowd.cell[slots] = self.grid.cells_at(crowd.x[slots], crowd.z[slots])

    def _changed(self, slots: Slots, now_s: float) -> None:
        """These have news, in all tiers; what observers and those who are hidden do is nobody's news."""
        slots = slots[self.crowd.present[slots] & ~self.crowd.hidden[slots]]
        self._reckoning.told(self.crowd, slots, now_s)
        self._near.changed(slots, self.tick_number)
        self._mid.changed(slots, self.tick_number)
        self._crowd_due.changed(slots)

    def _corrections(self, now_s: float) -> list[Correction]:
        slots, verdicts = self._motion.corrections(self.crowd, now_s)
        return [
            Correction(slot, self.place_of(slot), Verdict(verdict).name.lower())
            for slot, verdict in zip(slots.tolist(), verdicts.tolist(), strict=True)
        ]

    def _encode(self, now_s: float) -> EncodedTick:
        cells, count = self.crowd.cell, self.grid.cells_count
        shape = (self.grid.rows, self.grid.columns)
        watching = np.bincount(cells[self.crowd.watching], minlength=count)
        for_neighbours, for_own = self._near.waiting_by_cell(cells, count)
        budget = self._budget.over(now_s - self._ticked_s)
        self._ticked_s = now_s
        shares = neighbour_shares(
            for_neighbours.reshape(shape), for_own.reshape(shape), watching.reshape(shape), budget
        )
        neighbour, own = self._near.select(cells, count, shares.ravel(), budget.own)
        news = News(
            tick=self.tick_number,
            now_s=now_s,
            neighbour=neighbour,
            own=own,
            mid=self._mid.select(cells, self.tick_number, budget),
            crowd=self._with_newcomers(self._crowd_due.select(cells, self.tick_number, budget)),
            looks=np.array(sorted(self._new_looks), np.int64),
            gone=tuple(self._gone),
        )
        return EncodedTick(self.crowd, self.grid, self._spans, self.floor.lowest_y, news, self._budget.full)

    def _with_newcomers(self, slots: Slots) -> Slots:
        """(n,) slots due in CROWD, and those whose look is told: newcomers stand somewhere at once."""
        if not self._new_looks:
            return slots
        both = np.union1d(slots, np.array(list(self._new_looks), np.int64))
        return both[np.argsort(self.crowd.cell[both], kind="stable")]


def _grouped(slots: Slots, keys: NDArray[np.int32] | NDArray[np.int64]) -> Iterator[tuple[int, list[int]]]:
    """(n,) slots by their key (an array indexed by slot): the key and the slots of each group."""
    if len(slots) == 0:
        return
    slots = slots[np.argsort(keys[slots], kind="stable")]
    ordered = keys[slots]
    firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    members = slots.tolist()
    bounds = pairwise([*firsts.tolist(), len(members)])
    for key, (first, end) in zip(ordered[firsts].tolist(), bounds, strict=True):
        yield key, members[first:end]
