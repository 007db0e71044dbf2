"""Blocks of sections, against sections written one by one with struct."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.hall.sections import block_of, flat_section
from yuanzhan.protocol.poses import RECORDS, Tier

COLUMNS, CELLS_COUNT = 3, 12
cells_lists = st.lists(st.integers(0, CELLS_COUNT - 1), max_size=40).map(sorted)


def section_by_hand(tier: Tier, cell: int, bodies: list[bytes]) -> bytes:
    row, column = divmod(cell, COLUMNS)
    return struct.pack("<BBHhh", tier, 0, len(bodies), column, row) + b"".join(bodies)


@given(st.sampled_from([Tier.NEAR, Tier.MID, Tier.CROWD, Tier.XR]), cells_lists)
def test_a_block_is_the_sections_of_its_cells_in_order(tier: Tier, cells: list[int]) -> None:
    size = RECORDS[tier].itemsize
    raw = np.random.default_rng(len(cells)).bytes(len(cells) * size)
    records = np.frombuffer(raw, RECORDS[tier])
    block = block_of(tier, records, np.array(cells, np.int32), COLUMNS, CELLS_COUNT)
    by_cell: dict[int, list[bytes]] = {}
    for index, cell in enumerate(cells):
        by_cell.setdefault(cell, []).append(raw[index * size : (index + 1) * size])
    for cell in range(CELLS_COUNT):
        wanted = section_by_hand(tier, cell, by_cell[cell]) if cell in by_cell else b""
        assert block.data[block.starts[cell] : block.starts[cell + 1]] == wanted
    assert block.sections_count == len(by_cell)
    assert len(block.data) == 8 * len(by_cell) + len(raw)


@given(cells_lists, st.integers(0, CELLS_COUNT), st.integers(0, CELLS_COUNT))
def test_a_span_takes_whole_sections_and_counts_them(cells: list[int], first: int, end: int) -> None:
    first, end = sorted((first, end))
    records = np.zeros(len(cells), RECORDS[Tier.CROWD])
    block = block_of(Tier.CROWD, records, np.array(cells, np.int32), COLUMNS, CELLS_COUNT)
    parts: list[bytes] = []
    count = block.take([(first, end)], parts)
    chosen = [cell for cell in cells if first <= cell < end]
    assert count == len(set(chosen))
    assert len(b"".join(parts)) == 8 * len(set(chosen)) + 6 * len(chosen)


def test_more_records_than_a_section_can_count_are_refused_in_a_cell() -> None:
    cells = np.zeros(65_536, np.int32)
    with pytest.raises(ValueError, match="65536 records in one cell"):
        block_of(Tier.CROWD, np.zeros(65_536, RECORDS[Tier.CROWD]), cells, 1, 1)


def test_more_records_than_a_section_can_count_become_two_sections_where_there_is_no_cell() -> None:
    data, count = flat_section(Tier.GONE, np.zeros(65_536, RECORDS[Tier.GONE]))
    assert count == 2
    assert len(data) == 2 * 8 + 65_536 * 4
