"""A FRAME taken apart: what a visitor reads. Every size is checked before it is used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yuanzhan.errors import ConnectionRefused
from yuanzhan.protocol.messages import Kind
from yuanzhan.protocol.poses import FRAME_HEADER, RECORDS, SECTION_HEADER, FrameFlag, Tier


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
    if len(data) < FRAME_HEADER.itemsize or data[0] != Kind.FRAME:
        raise _malformed("not a frame")
    header = np.frombuffer(data, FRAME_HEADER, 1)[0]
    sections = []
    offset = FRAME_HEADER.itemsize
    for _ in range(int(header["sections"])):
        section = _read_section(data, offset)
        if section is None:
            break
        sections.append(section)
        offset += SECTION_HEADER.itemsize + section.records.nbytes
    else:
        if offset != len(data):
            raise _malformed("bytes after the last section")
    return Frame(int(header["tick"]), bool(header["flags"] & FrameFlag.FULL), tuple(sections))


def _read_section(data: bytes, offset: int) -> Section | None:
    """The section at `offset`, None when its tier is not known here."""
    if offset + SECTION_HEADER.itemsize > len(data):
        raise _malformed("a section is missing")
    header = np.frombuffer(data, SECTION_HEADER, 1, offset)[0]
    if header["tier"] not in list(Tier):
        return None
    tier, count = Tier(int(header["tier"])), int(header["count"])
    offset += SECTION_HEADER.itemsize
    if offset + count * RECORDS[tier].itemsize > len(data):
        raise _malformed("a section is cut off")
    records = np.frombuffer(data, RECORDS[tier], count, offset)
    return Section(tier, int(header["cell_x"]), int(header["cell_z"]), records)


def _malformed(detail: str) -> ConnectionRefused:
    return ConnectionRefused("malformed", detail=detail)
