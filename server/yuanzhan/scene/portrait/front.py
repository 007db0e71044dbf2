"""Which side of a model is its front."""

from __future__ import annotations

from typing import Final

import numpy as np

from yuanzhan.scene.nodes import yuanzhan_extras
from yuanzhan.scene.portrait.camera import Side, framed
from yuanzhan.scene.portrait.soup import Soup
from yuanzhan.scene.portrait.zbuffer import NOTHING, rasterise
from yuanzhan.scene.reader import Gltf

# glTF 2.0, section 3.4: "the front of a glTF asset faces +Z". docs/authoring.md: a booth's front is -Z.
COMMON: Final[Side] = "+z"
AUTHORED: Final[Side] = "-z"

# The back of a stand is a wall: from its front one sees this much more.
_MORE: Final = 1.5
_WIDTH, _HEIGHT = 240, 180


def front_of(gltf: Gltf, soup: Soup) -> Side:
    """A file that carries our extras was made after our rules. Any other is made after glTF's, unless far
    more of it is to be seen from the other side."""
    things = (*gltf.items("nodes"), *gltf.items("materials"), gltf.document)
    if any(yuanzhan_extras(thing) for thing in things):
        return AUTHORED
    return AUTHORED if _seen(soup, AUTHORED) > _MORE * _seen(soup, COMMON) else COMMON


def _seen(soup: Soup, side: Side) -> int:
    """How many triangles one sees in a small picture from that side."""
    camera = framed(soup.corners.reshape(-1, 3), side, _WIDTH, _HEIGHT)
    points, distance = camera.project(soup.corners)
    visible = rasterise(points, -1 / distance, _WIDTH, _HEIGHT)
    return int(np.count_nonzero(np.unique(visible.triangle) != NOTHING))
