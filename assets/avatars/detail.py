"""The two levels of detail that are meshes. The third, far away, is pictures taken of these."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """How many triangles each surface gets, and how fine its trims are."""

    name: str
    triangles: Mapping[str, int]
    trim_share: float  # of a trim's segments that are kept
    tube_sides: int  # 2: flat ribbons
    fine: bool  # soles, lapels, knots and other things not seen from afar

    def segments(self, count: int, least: int = 4) -> int:
        return max(round(count * self.trim_share), least)


NEAR = Detail(
    name="near",
    triangles={
        "head": 480, "hair.short": 440, "hair.bob": 440, "hair.bun": 420, "hair.long": 480,
        "hands": 200, "shoes": 170, "soles": 90, "arms": 170, "legs": 170,
        "jacket": 720, "trousers": 320, "robe": 560, "sash": 90, "skirt": 340, "dress": 560,
        "hat": 150, "pack": 190,
    },
    trim_share=0.9,
    tube_sides=5,
    fine=True,
)  # fmt: skip
MID = Detail(
    name="mid",
    triangles={
        "head": 76, "hair.short": 84, "hair.bob": 84, "hair.bun": 96, "hair.long": 96,
        "hands": 28, "shoes": 32, "soles": 0, "arms": 36, "legs": 36,
        "jacket": 156, "trousers": 72, "robe": 120, "sash": 20, "skirt": 64, "dress": 128,
        "hat": 28, "pack": 30,
    },
    trim_share=0.42,
    tube_sides=2,
    fine=False,
)  # fmt: skip
LEVELS = (NEAR, MID)
