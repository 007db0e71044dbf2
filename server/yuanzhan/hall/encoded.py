"""One tick of a hall, encoded once for everybody, and the frames that are slices of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall import records
from yuanzhan.hall.crowd import Crowd, Slots
from yuanzhan.hall.grid import Grid, Span
from yuanzhan.hall.sections import Block, block_of, flat_section
from yuanzhan.hall.tiers import ranks
from yuanzhan.protocol.frames import cell_frame
from yuanzhan.protocol.poses import PoseFlag, Tier

NEAR_RING: Final = 1
"""3 x 3 cells."""
MID_RING: Final = 3
"""14 m: beyond it an avatar is a few dozen pixels tall."""
MID_PERIOD_TICKS: Final = 4
"""2.5 times a second."""
ENTERED_MAX_COUNT: Final = 1 << 17
"""Ways from cell to cell that are remembered: the steps in a large hall, not every teleport."""


@dataclass(frozen=True, slots=True)
class News:
    """Whom a tick tells of, tier by tier. Slots are sorted by cell, but those of `looks`.

    `gone` holds slot and generation of those who left.
    """

    tick: int
    now_s: float
    neighbour: Slots
    own: Slots
    mid: Slots
    crowd: Slots
    looks: Slots
    gone: Sequence[tuple[int, int]]


class Spans:
    """What is around each cell, worked out when first wanted."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._near: dict[int, list[Span]] = {}
        self._around: dict[int, list[Span]] = {}
        self._mid: dict[tuple[int, int], list[Span]] = {}
        self._entered: dict[tuple[int, int], list[Span]] = {}

    def near(self, cell: int) -> list[Span]:
        """The cell and its neighbours."""
        return self._kept(self._near, cell, NEAR_RING, -1)

    def around(self, cell: int) -> list[Span]:
        """The neighbours alone."""
        return self._kept(self._around, cell, NEAR_RING, 0)

    def mid(self, cell: int, tick: int) -> list[Span]:
        """The rows of the wider ring whose turn it is."""
        turn = tick % MID_PERIOD_TICKS
        spans = self._mid.get((cell, turn))
        if spans is None:
            ring = self._grid.around(cell, MID_RING, NEAR_RING)
            columns = self._grid.columns
            spans = [span for span in ring if span[0] // columns % MID_PERIOD_TICKS == turn]
            self._mid[cell, turn] = spans
        return spans

    def entered(self, came_from: int, cell: int) -> list[Span]:
        """The cells near `cell` that are not near `came_from`."""
        way = came_from, cell
        spans = self._entered.get(way)
        if spans is None:
            spans = self._grid.entered(came_from, cell, NEAR_RING)
            if len(self._entered) < ENTERED_MAX_COUNT:
                self._entered[way] = spans
        return spans

    def _kept(self, kept: dict[int, list[Span]], cell: int, ring: int, hole: int) -> list[Span]:
        spans = kept.get(cell)
        if spans is None:
            spans = kept[cell] = self._grid.around(cell, ring, hole)
        return spans


class EncodedTick:
    """The blocks of one tick. What only newcomers need is encoded when the first of them asks, so ask before
    the hall's next tick; a pickled one holds for ever.
    """

    def __init__(
        self, crowd: Crowd, grid: Grid, spans: Spans, floor_y: float, news: News, full_max: int
    ) -> None:
        self.tick = news.tick
        self._now_s = news.now_s
        self._crowd = crowd
        self._grid = grid
        self._spans = spans
        self._full_max = full_max
        self._neighbour = self._near_blocks(news.neighbour)
        self._own = self._near_blocks(news.own)
        mid_records = records.mid_records(crowd, news.mid, grid, floor_y, news.now_s)
        self._mid = self._block(Tier.MID, mid_records, news.mid)
        self._common, self._common_count = self._common_sections(news)
        self._told: dict[int, tuple[bytes, int]] = {}

    def __getstate__(self) -> dict[str, object]:
        """Blocks and the hall's shape, without the crowd, which no other process has: all is encoded now."""
        whole = {"_whole_hall": self._whole_hall, "_everybody_near": self._everybody_near}
        state = {**self.__dict__, **whole}
        for name in ("_crowd", "_hall_slots"):
            state.pop(name, None)
        return state

    def frame(self, cell: int, came_from: int | None = None) -> bytes:
        """The frame for those who stand in this cell, with NEAR of the cells that they just came near to
        where they came from another one; empty when there is nothing to say.
        """
        told = self._told.get(cell)
        if told is None:
            told = self._told[cell] = self._all_that_happened(cell)
        data, count = told
        parts = [data]
        if came_from is not None:
            entered = self._spans.entered(came_from, cell)
            for block in self._everybody_near:
                count += block.take(entered, parts)
        return cell_frame(self.tick, count, parts) if count else b""

    def _all_that_happened(self, cell: int) -> tuple[bytes, int]:
        """The sections for this cell, and how many they are."""
        parts = [self._common]
        count = self._common_count
        here = [(cell, cell + 1)]
        for block in self._own:
            count += block.take(here, parts)
        for block in self._neighbour:
            count += block.take(self._spans.around(cell), parts)
        count += self._mid.take(self._spans.mid(cell, self.tick), parts)
        return b"".join(parts), count

    def full_frame(self, cell: int) -> bytes:
        """The FULL frame for those who stand in this cell."""
        data, count = self._whole_hall
        parts = [data]
        for block in self._everybody_near:
            count += block.take(self._spans.near(cell), parts)
        return cell_frame(self.tick, count, parts, full=True)

    @property
    def whole_hall_bytes(self) -> int:
        """What every FULL frame of this tick has at least; 0 only where nobody is."""
        return len(self._whole_hall[0])

    @cached_property
    def _everybody_near(self) -> list[Block]:
        slots = self._hall_slots
        crowded = ranks(self._crowd.cell[slots]) < self._full_max
        return self._near_blocks(slots[crowded])

    @cached_property
    def _whole_hall(self) -> tuple[bytes, int]:
        crowd, slots = self._crowd, self._hall_slots
        looks, looks_count = flat_section(Tier.LOOK, records.look_records(crowd, slots))
        block = self._block(Tier.CROWD, records.crowd_records(crowd, slots, self._grid, self._now_s), slots)
        return looks + block.data, looks_count + block.sections_count

    @cached_property
    def _hall_slots(self) -> Slots:
        """Everybody who is not hidden, sorted by cell."""
        shown = np.flatnonzero(self._crowd.present & ~self._crowd.hidden)
        return shown[np.argsort(self._crowd.cell[shown], kind="stable")]

    def _common_sections(self, news: News) -> tuple[bytes, int]:
        """What the whole hall is told: who left, who looks how, and a slice of CROWD."""
        gone = np.array(news.gone, np.int64).reshape(-1, 2)
        gone_bytes, gone_count = flat_section(
            Tier.GONE, records.gone_records(gone[:, 0], gone[:, 1].astype(np.uint8))
        )
        looks, looks_count = flat_section(Tier.LOOK, records.look_records(self._crowd, news.looks))
        block = self._block(
            Tier.CROWD, records.crowd_records(self._crowd, news.crowd, self._grid, self._now_s), news.crowd
        )
        return gone_bytes + looks + block.data, gone_count + looks_count + block.sections_count

    def _near_blocks(self, slots: Slots) -> list[Block]:
        """NEAR of these slots, sorted by cell, and XR of those among them who wear a headset."""
        crowd = self._crowd
        blocks = [self._block(Tier.NEAR, records.near_records(crowd, slots, self._grid, self._now_s), slots)]
        with_xr = slots[(crowd.flags[slots] & PoseFlag.XR).astype(np.bool_)]
        if len(with_xr):
            blocks.append(self._block(Tier.XR, records.xr_records(crowd, with_xr), with_xr))
        return blocks

    def _block(self, tier: Tier, rows: NDArray[np.void], slots: Slots) -> Block:
        grid = self._grid
        return block_of(tier, rows, self._crowd.cell[slots], grid.columns, grid.cells_count)
