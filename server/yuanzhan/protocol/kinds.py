"""What a message is, by its first byte."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """First byte of every message."""

    CONTROL = 0x01
    POSE = 0x10
    FRAME = 0x20
    DOTS = 0x21
