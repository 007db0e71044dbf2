"""One hall: visitors come, move, sit and leave; each tick tells every cell what its visitors see.

No I/O and no clock: poses come in by `put`, time by `tick`, and what goes out is bytes with the slots
that get them.

A tick in three steps: 1. `drain` and judge the poses that arrived; good ones move their visitors, others
are corrected; 2. encode once what changed: blocks of NEAR (twice: for a cell's own visitors and for those
around), MID and CROWD; 3. compose one frame per occupied cell of slices of these blocks. Visitors who
just came (or missed frames) get a FULL frame of their cell; those who walked into another cell get NEAR
of what newly came near on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall import records
from yuanzhan.hall.crowd import Crowd, Slots
from yuanzhan.hall.floor import Floor
from yuanzhan.hall.grid import Grid, Span
from yuanzhan.hall.motion import Motion, Verdict, keep_seated, take_over
from yuanzhan.hall.sections import Block, block_of, flat_section
from yuanzhan.hall.tiers import Budget, CrowdDue, MidDue, NearDue, neighbour_share, ranks
from yuanzhan.protocol.frames import cell_frame
from yuanzhan.protocol.poses import Action, PoseFlag, Tier

CELL_M: Final = 4.0
"""A conversation fits into a cell, and 3 x 3 of them reach as far as faces can be told apart."""
NEAR_RING: Final = 1
MID_RING: Final = 3
"""14 m: beyond it an avatar is a few dozen pixels tall."""
MID_PERIOD_TICKS: Final = 4


class Placement(NamedTuple):
    """Where somebody stands: metres, radians."""

    x: float
    y: float
    z: float
    yaw: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """One WebSocket frame, header included, and the (n,) slots that get it."""

    frame: bytes
    slots: Slots
    full: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A visitor whose pose was not possible stands here."""

    slot: int
    place: Placement
    reason: str


@dataclass(frozen=True, slots=True)
class TickResult:
    """What a tick has to say."""

    tick: int
    deliveries: list[Delivery]
    corrections: list[Correction]
    poses_count: int
    changed_count: int


class Hall:
    """The presence of everyone in one hall."""

    def __init__(
        self, capacity: int, floor: Floor, cell_m: float = CELL_M, budget: Budget | None = None
    ) -> None:
        self.floor = floor
        self.grid = Grid(floor.origin_x, floor.origin_z, floor.width_m, floor.depth_m, cell_m)
        self.crowd = Crowd(capacity)
        self.tick_number = 0
        self._budget = budget or Budget()
        count = self.crowd.slots_count
        self._motion = Motion(count, floor)
        self._near = NearDue(count)
        ring_cells_count = (2 * MID_RING + 1) ** 2 - (2 * NEAR_RING + 1) ** 2
        ring_part = min(1.0, ring_cells_count / self.grid.cells_count)
        self._mid = MidDue(count, MID_PERIOD_TICKS, ring_part)
        self._crowd_due = CrowdDue(count)
        self._owed_full = np.zeros(count, np.bool_)
        self._seen_from = np.full(count, -1, np.int32)
        self._new_looks: set[int] = set()
        self._gone: list[tuple[int, int]] = []
        self._spans = _Spans(self.grid)

    # --- coming, going, standing elsewhere -------------------------------------------------------------

    def join(self, look: int, place: Placement, now_s: float) -> int:
        """A newcomer's slot. Raises ConnectionRefused (`hall_full`)."""
        slot = self.crowd.add(look, now_s)
        self._new_looks.add(slot)
        self._settle(slot, place, now_s)
        return slot

    def leave(self, slot: int, now_s: float) -> None:
        """The visitor is gone; everybody is told at the next tick."""
        self._gone.append((slot, int(self.crowd.generation[slot])))
        self._new_looks.discard(slot)
        one = np.array([slot])
        self._near.forget(one)
        self._mid.forget(one)
        self._crowd_due.forget(one)
        self._owed_full[slot] = False
        self.crowd.remove(slot, now_s)

    def watch(self, slot: int, watching: bool) -> None:
        """The visitor's connection came or went. Who comes gets a FULL frame."""
        self.crowd.watching[slot] = watching
        self._owed_full[slot] = watching

    def owe_full(self, slot: int) -> None:
        """The visitor missed frames: the next one is a FULL one."""
        self._owed_full[slot] = self.crowd.watching[slot]

    def put(self, slot: int, pose: bytes) -> None:
        """A pose as `frames.is_pose_frame` or `frames.pose_of_message` left it."""
        self.crowd.put(slot, pose)

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
        self._new_looks.add(slot)

    def place_of(self, slot: int) -> Placement:
        """Where the visitor stands."""
        crowd = self.crowd
        x, y, z = float(crowd.x[slot]), float(crowd.y[slot]), float(crowd.z[slot])
        return Placement(x, y, z, float(crowd.yaw[slot]))

    def near(self, slot: int, radius_m: float) -> Slots:
        """(n,) connected visitors within `radius_m` of this one, itself included."""
        crowd = self.crowd
        distance = np.hypot(crowd.x - crowd.x[slot], crowd.z - crowd.z[slot])
        return np.flatnonzero(crowd.watching & (distance <= radius_m))

    def _settle(self, slot: int, place: Placement, now_s: float) -> None:
        crowd = self.crowd
        crowd.x[slot], crowd.y[slot], crowd.z[slot], crowd.yaw[slot] = place
        crowd.vx[slot] = crowd.vz[slot] = 0.0
        crowd.action[slot] = Action.STAND
        crowd.forget_arrived(slot)
        self._motion.begin(slot, now_s)
        self._changed(np.array([slot]))

    # --- the tick ---------------------------------------------------------------------------------------

    def tick(self, now_s: float) -> TickResult:
        """Let time go on to `now_s`."""
        self.tick_number += 1
        poses_count, changed_count = self._take_poses(now_s)
        deliveries = self._compose(self._encode())
        self._new_looks.clear()
        self._gone.clear()
        return TickResult(self.tick_number, deliveries, self._corrections(now_s), poses_count, changed_count)

    def _take_poses(self, now_s: float) -> tuple[int, int]:
        slots, poses = self.crowd.drain()
        if len(slots) == 0:
            return 0, 0
        keep_seated(self.crowd, slots, poses)
        good = self._motion.judge(self.crowd, slots, poses, now_s) == Verdict.GOOD
        take_over(self.crowd, slots[good], poses[good])
        self._changed(slots[good])
        return len(slots), int(np.count_nonzero(good))

    def _changed(self, slots: Slots) -> None:
        crowd = self.crowd
        crowd.cell[slots] = self.grid.cells_at(crowd.x[slots], crowd.z[slots])
        self._near.changed(slots, self.tick_number)
        self._mid.changed(slots, self.tick_number)
        self._crowd_due.changed(slots)

    def _corrections(self, now_s: float) -> list[Correction]:
        slots, verdicts = self._motion.corrections(self.crowd, now_s)
        return [
            Correction(slot, self.place_of(slot), Verdict(verdict).name.lower())
            for slot, verdict in zip(slots.tolist(), verdicts.tolist(), strict=True)
        ]

    def _encode(self) -> _Encoded:
        cells, count = self.crowd.cell, self.grid.cells_count
        shape = (self.grid.rows, self.grid.columns)
        watching = np.bincount(cells[self.crowd.watching], minlength=count)
        waiting = self._near.waiting_by_cell(cells, count)
        share = neighbour_share(waiting.reshape(shape), watching.reshape(shape), self._budget)
        neighbour, own = self._near.select(cells, count, share, self._budget.own)
        mid = self._mid.select(cells, self.tick_number, self._budget)
        crowd = self._crowd_due.select(cells, self.tick_number, self._budget)
        return _Encoded(self, neighbour, own, mid, crowd)

    def _compose(self, encoded: _Encoded) -> list[Delivery]:
        """The frames of all cells with somebody who watches."""
        crowd = self.crowd
        watching = np.flatnonzero(crowd.watching)
        new, old = crowd.cell[watching], self._seen_from[watching]
        owed = self._owed_full[watching]
        crossed = (new != old) & ~owed

        deliveries = []
        for cell, slots in _grouped(watching[~owed & ~crossed], crowd.cell):
            frame = encoded.frame(cell)
            if frame:
                deliveries.append(Delivery(frame, slots, full=False))
        # Both cells in one key: those who walked the same way share a frame.
        ways = np.zeros(crowd.slots_count, np.int64)
        ways[watching] = old.astype(np.int64) * self.grid.cells_count + new
        for way, slots in _grouped(watching[crossed], ways):
            came_from, cell = divmod(way, self.grid.cells_count)
            frame = encoded.frame(cell, self.grid.entered(came_from, cell, NEAR_RING))
            if frame:
                deliveries.append(Delivery(frame, slots, full=False))
        for cell, slots in _grouped(watching[owed], crowd.cell):
            deliveries.append(Delivery(encoded.full_frame(cell), slots, full=True))
        self._owed_full[watching] = False
        self._seen_from[watching] = new
        return deliveries


class _Spans:
    """What is around each cell, worked out when first wanted."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._near: dict[int, list[Span]] = {}
        self._around: dict[int, list[Span]] = {}
        self._mid: dict[int, list[Span]] = {}

    def near(self, cell: int) -> list[Span]:
        """The cell and its neighbours."""
        return self._kept(self._near, cell, NEAR_RING, -1)

    def around(self, cell: int) -> list[Span]:
        """The neighbours alone."""
        return self._kept(self._around, cell, NEAR_RING, 0)

    def mid(self, cell: int) -> list[Span]:
        """The wider ring."""
        return self._kept(self._mid, cell, MID_RING, NEAR_RING)

    def _kept(self, kept: dict[int, list[Span]], cell: int, ring: int, hole: int) -> list[Span]:
        spans = kept.get(cell)
        if spans is None:
            spans = kept[cell] = self._grid.around(cell, ring, hole)
        return spans


class _Encoded:
    """The blocks of one tick. What only newcomers need is encoded when the first of them asks."""

    def __init__(self, hall: Hall, neighbour: Slots, own: Slots, mid: Slots, crowd: Slots) -> None:
        self._hall = hall
        self._neighbour = self._near_blocks(neighbour)
        self._own = self._near_blocks(own)
        mid_records = records.mid_records(hall.crowd, mid, hall.grid, hall.floor.lowest_y)
        self._mid = self._block(Tier.MID, mid_records, mid)
        self._common, self._common_count = self._common_sections(crowd)

    def frame(self, cell: int, entered: list[Span] | None = None) -> bytes:
        """The frame for those who stand in this cell, with NEAR of the cells that they just came near to;
        empty when there is nothing to say.
        """
        parts = [self._common]
        spans = self._hall._spans
        count = self._common_count
        here = [(cell, cell + 1)]
        for block in self._own:
            count += block.take(here, parts)
        for block in self._neighbour:
            count += block.take(spans.around(cell), parts)
        count += self._mid.take(spans.mid(cell), parts)
        if entered:
            for block in self._everybody_near:
                count += block.take(entered, parts)
        return cell_frame(self._hall.tick_number, count, parts) if count else b""

    def full_frame(self, cell: int) -> bytes:
        """The FULL frame for those who stand in this cell."""
        data, count = self._whole_hall
        parts = [data]
        for block in self._everybody_near:
            count += block.take(self._hall._spans.near(cell), parts)
        return cell_frame(self._hall.tick_number, count, parts, full=True)

    @cached_property
    def _everybody_near(self) -> list[Block]:
        slots = self._hall_slots
        crowded = ranks(self._hall.crowd.cell[slots]) < self._hall._budget.full
        return self._near_blocks(slots[crowded])

    @cached_property
    def _whole_hall(self) -> tuple[bytes, int]:
        crowd, slots = self._hall.crowd, self._hall_slots
        looks, looks_count = flat_section(Tier.LOOK, records.look_records(crowd, slots))
        block = self._block(Tier.CROWD, records.crowd_records(crowd, slots, self._hall.grid), slots)
        return looks + block.data, looks_count + block.sections_count

    @cached_property
    def _hall_slots(self) -> Slots:
        """Everybody, sorted by cell."""
        present = np.flatnonzero(self._hall.crowd.present)
        return present[np.argsort(self._hall.crowd.cell[present], kind="stable")]

    def _common_sections(self, crowd_slots: Slots) -> tuple[bytes, int]:
        """What the whole hall is told: who left, who looks how, and a slice of CROWD."""
        hall = self._hall
        gone = np.array(hall._gone, np.int64).reshape(-1, 2)
        gone_bytes, gone_count = flat_section(
            Tier.GONE, records.gone_records(gone[:, 0], gone[:, 1].astype(np.uint8))
        )
        new_looks = np.array(sorted(hall._new_looks), np.int64)
        looks, looks_count = flat_section(Tier.LOOK, records.look_records(hall.crowd, new_looks))
        crowd_records = records.crowd_records(hall.crowd, crowd_slots, hall.grid)
        block = self._block(Tier.CROWD, crowd_records, crowd_slots)
        return (
            gone_bytes + looks + block.data,
            gone_count + looks_count + block.sections_count,
        )

    def _near_blocks(self, slots: Slots) -> list[Block]:
        """NEAR of these slots, sorted by cell, and XR of those among them who wear a headset."""
        crowd = self._hall.crowd
        blocks = [self._block(Tier.NEAR, records.near_records(crowd, slots, self._hall.grid), slots)]
        with_xr = slots[(crowd.flags[slots] & PoseFlag.XR).astype(np.bool_)]
        if len(with_xr):
            blocks.append(self._block(Tier.XR, records.xr_records(crowd, with_xr), with_xr))
        return blocks

    def _block(self, tier: Tier, rows: NDArray[np.void], slots: Slots) -> Block:
        grid = self._hall.grid
        return block_of(tier, rows, self._hall.crowd.cell[slots], grid.columns, grid.cells_count)


def _grouped(slots: Slots, keys: NDArray[np.int32] | NDArray[np.int64]) -> list[tuple[int, Slots]]:
    """(n,) slots by their key (an array indexed by slot): the key and the slots of each group."""
    if len(slots) == 0:
        return []
    order = np.argsort(keys[slots], kind="stable")
    slots = slots[order]
    ordered = keys[slots]
    cuts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    heads = ordered[np.concatenate(([0], cuts))].tolist()
    return list(zip(heads, np.split(slots, cuts), strict=True))
