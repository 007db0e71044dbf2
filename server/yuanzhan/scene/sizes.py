"""Sizes of files and textures as people read them: kB and MB are powers of ten, as in file managers and data
sheets. The exhibitors' pages write them the same way (client/src/exhibitor/parts.ts)."""

from __future__ import annotations

from typing import Final

KB: Final = 1_000
MB: Final = 1_000_000


def said_size(size: int) -> str:
    """`size` bytes: 47 kB, 5.2 MB."""
    kilobytes = (size + KB // 2) // KB
    return f"{max(kilobytes, min(size, 1))} kB" if kilobytes < 1_000 else f"{size / MB:.1f} MB"
