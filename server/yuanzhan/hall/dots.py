"""Everybody in a hall as dots on an operator's map: one message for all who watch, 8 bytes a visitor."""

from __future__ import annotations

from typing import Final

import numpy as np

from yuanzhan.hall.crowd import Crowd
from yuanzhan.hall.floor import Floor
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.poses import DOT, DOTS_HEADER, DotFlag, quantise_fraction

PLACE_BITS: Final = 16


def encode_dots(crowd: Crowd, floor: Floor, tick: int, now_s: float) -> bytes:
    """The DOTS message of all visitors, those who are hidden too: 8 bytes and 8 for each."""
    slots = np.flatnonzero(crowd.present)
    x, z = crowd.whereabouts(slots, now_s)
    dots = np.zeros(len(slots), DOT)
    dots["slot"] = slots
    dots["generation"] = crowd.generation[slots]
    dots["flags"] = (
        crowd.marks[slots]
        | crowd.hidden[slots] * np.uint8(DotFlag.HIDDEN)
        | crowd.frozen[slots] * np.uint8(DotFlag.FROZEN)
    )
    dots["x"] = quantise_fraction((x - floor.origin_x) / floor.width_m, PLACE_BITS)
    dots["z"] = quantise_fraction((z - floor.origin_z) / floor.depth_m, PLACE_BITS)
    header = np.zeros(1, DOTS_HEADER)
    header["kind"], header["count"], header["tick"] = Kind.DOTS, len(slots), tick & 0xFFFFFFFF
    return header.tobytes() + dots.tobytes()
