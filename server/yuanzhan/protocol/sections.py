"""A FRAME taken apart: what a visitor reads. Every size is checked before it is used."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.poses import RECORDS, FrameFlag, Tier

# The same layouts as FRAME_HEADER and SECTION_HEADER of `poses`, for one at a time.
_FRAME: Final = struct.Struct("<BBHI")
_SECTION: Final = struct.Struct("<BxHhh")
_KINDS: Final = {int(tier): (tier, dtype, dtype.itemsize) for tier, dtype in RECORDS.items()}


@dataclass(frozen=True, slots=True)
class Section:
    """(n,) records of one tier in one cell."""

    tier: Tier
    cell_x: int
    cell_z: int
    records: NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a tick told. Sections of unknown tiers cannot be skipped (their size is unknown) and end the
    frame.
    """

    tick: int
    full: bool
    sections: tuple[Section, ...]

    def count(self, tier: Tier) -> int:
        """Records of this tier."""
        return sum(len(section.records) for section in self.sections if section.tier is tier)


def read_frame(data: bytes) -> Frame:
    """Raises ConnectionRefused (`malformed`) for what is no whole frame."""
    if len(data) < _FRAME.size or data[0] != Kind.FRAME:
        raise _malformed("not a frame")
    _, flags, sections_count, tick = _FRAME.unpack_from(data)
    sections = []
    offset = _FRAME.size
    for _ in range(sections_count):
        section = _read_section(data, offset)
        if section is None:
            break
        sections.append(section)
        offset += _SECTION.size + section.records.nbytes
    else:
        if offset != len(data):
            raise _malformed("bytes after the last section")
    return Frame(tick, bool(flags & FrameFlag.FULL), tuple(sections))


def together(sections: Sequence[Section]) -> NDArray[np.void]:
    """(n,) records of one or more sections of the same tier, in their order."""
    # By way of bytes: joining structured arrays costs more than all the rest of reading a frame.
    return np.frombuffer(b"".join(section.records.data for section in sections), sections[0].records.dtype)


def _read_section(data: bytes, offset: int) -> Section | None:
    """The section at `offset`, None when its tier is not known here."""
    if offset + _SECTION.size > len(data):
        raise _malformed("a section is missing")
    number, count, cell_x, cell_z = _SECTION.unpack_from(data, offset)
    kind = _KINDS.get(number)
    if kind is None:
        return None
    tier, dtype, size = kind
    offset += _SECTION.size
    if offset + count * size > len(data):
        raise _malformed("a section is cut off")
    return Section(tier, cell_x, cell_z, np.frombuffer(data, dtype, count, offset))


def _malformed(detail: str) -> ConnectionRefused:
    return ConnectionRefused("malformed", detail=detail)
