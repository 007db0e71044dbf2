"""A hall: a model with named places in it (docs/authoring.md), its materials and its sign atlases.

All yaws here say where a thing's front looks: 0 to +Z, pi/2 to +X (mesh.SOUTH, EAST, NORTH, WEST).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kit.material import LIBRARY, Material
from kit.mesh import Mesh, Vec3, card
from kit.model import Model
from kit.sign import Atlas


@dataclass(frozen=True)
class Place:
    """A node without a mesh. yaw: where its front looks; the node's own front is -Z."""

    name: str
    at: tuple[float, float, float]
    yaw: float
    extras: dict[str, object] = field(default_factory=dict)
    extensions: dict[str, object] = field(default_factory=dict)
    collider_m: tuple[float, float, float] | None = None


@dataclass
class Hall(Model):
    places: list[Place] = field(default_factory=list)
    materials: dict[str, Material] = field(default_factory=lambda: dict(LIBRARY))
    signs: Atlas = field(default_factory=lambda: Atlas("sign"))
    paintings: Atlas = field(default_factory=lambda: Atlas("painting"))
    lamp_strength: float = 1.7
    """Light of a lamp of power 1 at 0.87 m; 1.7 suits dusk, .25 the day."""
    booths: dict[str, tuple[str, Model, Atlas]] = field(default_factory=dict)
    """By id: slot id, model (its front is +Z, its floor y = 0), its own atlas."""

    def material(self, material: Material) -> Material:
        """Adds a material, or replaces the kit's of the same name."""
        self.materials[material.name] = material
        return material

    def spawn(self, name: str, at: Vec3, yaw: float) -> None:
        """Where visitors start, looking to yaw. The first is the default."""
        self._place(name, at, yaw, {}, {"OMI_spawn_point": {}})

    def seat(self, name: str, at: Vec3, yaw: float) -> None:
        """at: middle of the seat's surface; yaw: where the sitter looks."""
        seat = {"back": [0, 0, 0.2], "foot": [0, -0.45, -0.35], "knee": [0, 0, -0.3], "angle": 1.5707963}
        self._place(name, at, yaw, {"type": "seat", "id": name}, {"OMI_seat": seat})

    def slot(
        self, id: str, at: Vec3, yaw: float, size_m: tuple[float, float, float] = (3.8, 3.0, 2.2)
    ) -> None:
        """A booth's place: at is the middle of its floor, size_m its width, height, depth."""
        self._place(f"slot-{id}", at, yaw, {"type": "slot", "id": id, "size_m": list(size_m)})

    def portal(self, id: str, hall: str, at: Vec3, yaw: float, radius_m: float = 1.2) -> None:
        self._place(f"portal-{id}", at, yaw, {"type": "portal", "id": id, "hall": hall, "radius_m": radius_m})

    def panel(self, id: str, at: Vec3, yaw: float, size_m: tuple[float, float] = (1.2, 1.6)) -> None:
        """A text to read; hall.toml has the words, the model draws what it hangs on."""
        self._place(f"panel-{id}", at, yaw, {"type": "panel", "id": id, "size_m": list(size_m)})

    def checkin(self, id: str, at: Vec3, radius_m: float = 1.5) -> None:
        self._place(f"checkin-{id}", at, 0.0, {"type": "checkin", "id": id, "radius_m": radius_m})

    def collider(self, name: str, size_m: tuple[float, float, float], at: Vec3, yaw: float = 0.0) -> None:
        """An invisible box about `at` that nobody walks through."""
        self._place(name, at, yaw, {}, {}, size_m)

    def screen(self, name: str, width_m: float, height_m: float, at: Vec3, yaw: float) -> None:
        """A flat animated screen about `at`: "ink", "slides", "portal" or "panorama"
        (client/src/scene/screens.ts).
        """
        self.screen_mesh(name, card(width_m, height_m).moved(at, yaw))

    def screen_mesh(self, name: str, mesh: Mesh) -> None:
        """An animated screen of any shape with uv 0..1, v down: a curved panorama, say."""
        self.add(self.screen_material(name), mesh)

    def screen_material(self, name: str) -> str:
        """The name of the material that the client replaces by the animated screen."""
        material = f"screen_{name}"
        if material not in self.materials:
            self.material(
                Material(
                    material,
                    tile_m=None,
                    colour=(0.5, 0.5, 0.48),
                    unlit=True,
                    shadow="none",
                    solid=False,
                    screen=name,
                )
            )
        return material

    def booth(self, id: str, slot: str, model: Model, atlas: Atlas) -> None:
        """A demo booth; written to built/booths/<id>.glb and named by hall.toml."""
        if not any(place.extras.get("id") == slot for place in self.places):
            raise ValueError(f"booth {id}: the hall has no slot {slot}")
        self.booths[id] = (slot, model, atlas)

    def slot_place(self, slot: str) -> Place:
        return next(p for p in self.places if p.extras.get("type") == "slot" and p.extras.get("id") == slot)

    def _place(
        self,
        name: str,
        at: Vec3,
        yaw: float,
        extras: dict[str, object],
        extensions: dict[str, object] | None = None,
        collider_m: tuple[float, float, float] | None = None,
    ) -> None:
        if any(place.name == name for place in self.places):
            raise ValueError(f"two places are named {name}")
        where = (float(at[0]), float(at[1]), float(at[2]))
        self.places.append(
            Place(name, where, float(np.mod(yaw, 2 * np.pi)), extras, extensions or {}, collider_m)
        )
