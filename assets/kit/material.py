"""What surfaces are made of: glTF PBR values, how the baker sees them, and what the floor finder may do
with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from PIL import Image

from kit import palette, texture

Picture = Callable[[], Image.Image]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """Colours are linear. tile_m: metres that one repeat of the texture covers; None keeps uv as they
    are (0..1).
    """

    name: str
    texture: Picture | None = None
    normal: Picture | None = None
    normal_scale: float = 1.0
    tile_m: float | None = 1.0
    colour: Colour = (1.0, 1.0, 1.0)
    roughness: float = 0.8
    metallic: float = 0.0
    emissive: Colour = (0.0, 0.0, 0.0)
    emissive_strength: float = 1.0
    emissive_texture: Picture | None = None
    unlit: bool = False
    double_sided: bool = False
    lightmap: bool = False
    """Large plain surfaces: light baked into the lightmap. All else keeps it at its vertices."""
    occludes: bool = True
    """Seen by the baker's rays. Lamps, glass and far scenery are not."""
    shadow: str = "both"
    """cast, receive, both or none: its part in the sun's shadow map."""
    walkable: bool = True
    solid: bool = True
    water: bool = False
    screen: str = ""
    """Name of the animated screen that the client draws on it; needs tile_m=None."""
    refine_m: float = 0.0
    """Edges are cut to this length before light is baked to vertices; 0 leaves them."""
    extras: dict[str, object] = field(default_factory=dict)

    def but(self, name: str, **changes: object) -> Material:
        """The same material under another name with some values changed."""
        return replace(self, name=name, **changes)  # type: ignore[arg-type]

    def albedo(self) -> np.ndarray:
        """(3,) mean diffuse colour, linear: what a ray that hits it sees."""
        base = np.array(self.colour, float)
        if self.texture is not None:
            pixels = np.asarray(self.texture().convert("RGB").resize((32, 32)), float) / 255
            base = base * palette.to_linear(pixels).mean((0, 1))
        return base * (1 - 0.7 * self.metallic)


def _library() -> dict[str, Material]:
    leafy = {"double_sided": False, "walkable": False, "solid": False, "shadow": "cast"}
    far = {"unlit": True, "occludes": False, "shadow": "none", "walkable": False, "solid": False}
    materials = [
        # large surfaces, in the lightmap
        Material("paving", texture.paving, texture.paving_normal, 0.5, 2.0, roughness=0.78, lightmap=True),
        Material("ground", texture.ground, tile_m=5.0, roughness=1.0, lightmap=True),
        Material("plaster", texture.plaster, tile_m=4.0, roughness=0.92, lightmap=True),
        Material("stone_block", texture.stone, tile_m=2.2, roughness=0.8, lightmap=True),
        Material("wood_board", texture.wood, tile_m=1.6, roughness=0.6, lightmap=True),
        Material("planks", texture.planks, tile_m=1.6, roughness=0.55, lightmap=True),
        Material("terrazzo", texture.terrazzo, tile_m=2.0, roughness=0.28, lightmap=True),
        Material("carpet", partial(texture.cloth, "#7d2521"), tile_m=1.0, roughness=0.95, lightmap=True),
        # small parts, light at their vertices
        Material("wood", texture.wood, tile_m=1.6, roughness=0.62, refine_m=1.6),
        Material("stone", texture.stone, tile_m=2.2, refine_m=2.5),
        Material(
            "tile", texture.roof_tile, texture.roof_tile_normal, 0.7, 1.0, roughness=0.55, walkable=False
        ),
        Material("bark", texture.wood, tile_m=1.2, colour=(0.55, 0.5, 0.48), roughness=0.95),
        Material("gold", colour=(0.83, 0.6, 0.24), roughness=0.32, metallic=1.0),
        Material("bronze", colour=(0.42, 0.28, 0.13), roughness=0.38, metallic=1.0),
        Material("celadon", colour=(0.42, 0.62, 0.52), roughness=0.14),
        Material("white", colour=(0.8, 0.79, 0.75), roughness=0.6),
        Material("dark", colour=(0.02, 0.022, 0.024), roughness=0.35),
        Material("paint", colour=(1, 1, 1), roughness=0.55),
        Material("cloth", texture.cloth, tile_m=1.0, roughness=0.95, double_sided=True, solid=False),
        # glowing
        Material(
            "lantern",
            colour=(0.45, 0.14, 0.04),
            roughness=0.6,
            emissive=(1, 0.33, 0.12),
            emissive_strength=0.8,
            occludes=False,
            shadow="none",
            solid=False,
        ),
        Material(
            "strip",
            emissive=(1, 0.8, 0.55),
            emissive_strength=1.5,
            occludes=False,
            shadow="none",
            solid=False,
        ),
        Material(
            "lattice",
            partial(texture.lattice),
            tile_m=None,
            roughness=0.7,
            emissive=(1, 1, 1),
            emissive_texture=texture.lattice_light,
        ),
        # plants
        Material("leaf", roughness=0.85, **leafy),
        # water
        Material(
            "water",
            normal=texture.water_normal,
            normal_scale=0.12,
            tile_m=7.0,
            colour=(0.012, 0.035, 0.032),
            roughness=0.06,
            water=True,
            walkable=False,
            shadow="receive",
        ),
        # the far distance, each its own colour so that it can differ by hall
        Material("hill_near", tile_m=None, colour=(0.045, 0.055, 0.085), **far),
        Material("hill_middle", tile_m=None, colour=(0.12, 0.105, 0.15), **far),
        Material("hill_far", tile_m=None, colour=(0.30, 0.19, 0.21), **far),
        Material("shore", tile_m=None, colour=(0.16, 0.12, 0.14), **far),
    ]
    return {material.name: material for material in materials}


LIBRARY: dict[str, Material] = _library()
"""What every hall starts with; a hall may replace or add."""
