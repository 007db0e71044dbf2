"""Sections of a frame for all cells at once: records sorted by cell in, one block of bytes out.

The sections of a block stand in the order of the cells' indexes, each with its header, so the sections of
a span of cells are one slice of the block. What a visitor sees is a few spans, hence a frame is a few
slices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.grid import Span
from yuanzhan.protocol.limits import CELL_MAX_COUNT
from yuanzhan.protocol.poses import RECORDS, SECTION_HEADER, Tier

_UNIT_BYTES = 2
"""Headers and records of all tiers are whole numbers of these."""
_HEADER_UNITS = SECTION_HEADER.itemsize // _UNIT_BYTES


@dataclass(frozen=True, slots=True)
class Block:
    """Sections of one tier.

    The section of cell c is `data[starts[c]:starts[c + 1]]`, empty where there is nothing to say;
    `befores[c]` sections stand before it. Both lists have one entry more than there are cells.
    """

    data: bytes
    starts: list[int]
    befores: list[int]

    def take(self, spans: list[Span], parts: list[bytes]) -> int:
        """Append the bytes of these spans of cells to `parts`; returns how many sections they hold."""
        starts, befores, data = self.starts, self.befores, self.data
        count = 0
        for first, end in spans:
            low, high = starts[first], starts[end]
            if low != high:
                parts.append(data[low:high])
                count += befores[end] - befores[first]
        return count

    @property
    def sections_count(self) -> int:
        """Sections in the whole block."""
        return self.befores[-1]


def block_of(
    tier: Tier, records: NDArray[np.void], cells: NDArray[np.int32], columns: int, cells_count: int
) -> Block:
    """(n,) records of `tier` and their (n,) cell indexes, ascending -> their sections.

    `columns` is how many cells there are along x; `cells_count` how many in all.
    """
    size = RECORDS[tier].itemsize
    counts = np.bincount(cells, minlength=cells_count)
    if counts.max(initial=0) > CELL_MAX_COUNT:
        raise ValueError(f"{counts.max()} records in one cell, possible are {CELL_MAX_COUNT}")
    occupied = counts > 0
    starts = np.zeros(cells_count + 1, np.int64)
    np.cumsum(occupied * SECTION_HEADER.itemsize + counts * size, out=starts[1:])
    befores = np.zeros(cells_count + 1, np.int64)
    np.cumsum(occupied, out=befores[1:])

    units = np.empty(starts[-1] // _UNIT_BYTES, np.uint16)
    where = np.flatnonzero(occupied)
    _scatter(units, starts[where] // _UNIT_BYTES, _headers(tier, where, counts[where], columns))
    ranks = np.arange(len(cells)) - (np.cumsum(counts) - counts)[cells]
    at = starts[cells] // _UNIT_BYTES + _HEADER_UNITS + ranks * (size // _UNIT_BYTES)
    _scatter(units, at, records)
    return Block(units.tobytes(), starts.tolist(), befores.tolist())


def flat_section(tier: Tier, records: NDArray[np.void]) -> tuple[bytes, int]:
    """Sections that belong to no cell (GONE, LOOK): their bytes, and how many they are."""
    parts = []
    for first in range(0, len(records), CELL_MAX_COUNT):
        chunk = records[first : first + CELL_MAX_COUNT]
        header = np.zeros(1, SECTION_HEADER)
        header["tier"], header["count"] = tier, len(chunk)
        parts += [header.tobytes(), chunk.tobytes()]
    return b"".join(parts), len(parts) // 2


def _headers(
    tier: Tier, cells: NDArray[np.int64], counts: NDArray[np.int64], columns: int
) -> NDArray[np.void]:
    headers = np.zeros(len(cells), SECTION_HEADER)
    headers["tier"] = tier
    headers["count"] = counts
    headers["cell_x"] = cells % columns
    headers["cell_z"] = cells // columns
    return headers


def _scatter(units: NDArray[np.uint16], at: NDArray[np.int64], records: NDArray[np.void]) -> None:
    """Write each of (n,) records into `units`, from the unit `at` on."""
    width = records.dtype.itemsize // _UNIT_BYTES
    rows = np.ascontiguousarray(records).view(np.uint16).reshape(len(records), width)
    units[at[:, None] + np.arange(width)] = rows
