"""Whether a dressed booth stays inside its slot. Pure geometry; metres, and degrees about the vertical axis.

The frames are those of scene/stands.py: the model with the middle of its foot at the origin, scaled, turned,
and moved by `offset_m` from the middle of the slot's floor. A slot's size is width (x), height (y), depth
(z).

While a booth is being dressed it may reach out, and so may a panel that turned and moved with it: whoever
goes to a smaller slot first goes there and then tidies up. What is submitted has to be inside.
"""

from __future__ import annotations

import math
from typing import Final

from yuanzhan.booths.dress import Dress
from yuanzhan.booths.problems import Findings
from yuanzhan.scene.manifest import Vector
from yuanzhan.scene.stands import turned

# A hand's breadth: walls of stands are drawn to the millimetre, models seldom are.
TOLERANCE_M: Final = 0.1


def require_inside(findings: Findings, dress: Dress, size_m: Vector) -> None:
    """The booth's origin must be inside the slot: that much is known before there is a model."""
    for index, side_m in enumerate((size_m[0], size_m[2])):
        if abs(dress.offset_m[index]) > side_m / 2 + TOLERANCE_M:
            findings.add(f"/offset_m/{index}", "outside_slot")


def require_fit(findings: Findings, dress: Dress, size_m: Vector, low: Vector, high: Vector) -> None:
    """The model between `low` and `high` (its bounds) must stay inside, as it is dressed."""
    found = extent(dress, low, high)
    if any(side > room + 2 * TOLERANCE_M for side, room in zip(found, size_m, strict=True)):
        findings.add(
            "/scale",
            "too_large_for_slot",
            **{name: round(side, 1) for name, side in zip(("width", "height", "depth"), found, strict=True)},
            **{f"most_{name}": side for name, side in zip(("width", "height", "depth"), size_m, strict=True)},
        )
        return
    for index, side, room in ((0, found[0], size_m[0]), (1, found[2], size_m[2])):
        if abs(dress.offset_m[index]) + side / 2 > room / 2 + TOLERANCE_M:
            findings.add(f"/offset_m/{index}", "outside_slot")


def require_panels_inside(findings: Findings, dress: Dress, size_m: Vector) -> None:
    """Each panel must stand inside the slot: beside it is somebody else's, or the way."""
    for index, panel in enumerate(dress.panels):
        over_m, axis = _outside_m(dress, panel.at, size_m)
        if over_m > TOLERANCE_M:
            findings.add(
                f"/panels/{index}/at/{axis}",
                "panel_outside_slot",
                number=index + 1,
                over=math.ceil(round(over_m * 100, 1)),
            )


def _outside_m(dress: Dress, at: Vector, size_m: Vector) -> tuple[float, int]:
    """How far a place of the booth's frame is out of the slot, along the axis on which it is farthest, and
    which of its own three figures says most of that."""
    yaw = math.radians(dress.yaw_deg)
    x, z = turned(at[0], at[2], yaw)
    x, z = x + dress.offset_m[0], z + dress.offset_m[1]
    width, height, depth = size_m
    is_lengthwise = abs(math.cos(yaw)) >= abs(math.sin(yaw))
    across, along = (0, 2) if is_lengthwise else (2, 0)
    over_m, axis = max(
        (abs(x) - width / 2, across), (abs(z) - depth / 2, along), (at[1] - height, 1), (-at[1], 1)
    )
    # To the millimetre, in which slots are: a turn by 180 degrees is no reason to be outside.
    return round(over_m, 3), axis


def extent(dress: Dress, low: Vector, high: Vector) -> Vector:
    """Width, height and depth of the scaled and turned model along the slot's axes."""
    cos, sin = abs(math.cos(math.radians(dress.yaw_deg))), abs(math.sin(math.radians(dress.yaw_deg)))
    x, y, z = (dress.scale * (above - below) for below, above in zip(low, high, strict=True))
    return x * cos + z * sin, y, x * sin + z * cos
