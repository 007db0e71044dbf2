"""A model: meshes by material, with the lamps that belong to them. Parts return models; models hold
models.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from kit import palette
from kit.mesh import Mesh, Vec3, rotation_y


@dataclass(frozen=True)
class Lamp:
    """A point of light for the baker; glow_m > 0 also draws a soft halo of that width."""

    at: tuple[float, float, float]
    power: float = 1.0
    colour: tuple[float, float, float] = palette.LANTERN_LIGHT
    glow_m: float = 0.0


@dataclass
class Model:
    """meshes: by material name, in the order they came; the order is part of what makes builds repeatable."""

    meshes: dict[str, list[Mesh]] = field(default_factory=dict)
    lamps: list[Lamp] = field(default_factory=list)

    def add(
        self,
        material: str,
        mesh: Mesh,
        at: Vec3 = (0, 0, 0),
        yaw: float = 0.0,
        colour: Vec3 = (1, 1, 1),
        scale: float = 1.0,
    ) -> Model:
        """A mesh of one material; colour (linear) multiplies the material's."""
        moved = mesh.moved(at, yaw, scale)
        self.meshes.setdefault(material, []).append(
            moved if tuple(colour) == (1, 1, 1) else moved.tinted(colour)
        )
        return self

    def place(self, model: Model, at: Vec3 = (0, 0, 0), yaw: float = 0.0, scale: float = 1.0) -> Model:
        """Another model, moved. Its lamps come along; their power goes with the square of the scale."""
        for material, meshes in model.meshes.items():
            self.meshes.setdefault(material, []).extend(mesh.moved(at, yaw, scale) for mesh in meshes)
        turn = rotation_y(yaw)
        for lamp in model.lamps:
            where = np.array(lamp.at) * scale @ turn.T + np.asarray(at, float)
            self.lamps.append(
                replace(
                    lamp,
                    at=(float(where[0]), float(where[1]), float(where[2])),
                    power=lamp.power * scale * scale,
                    glow_m=lamp.glow_m * scale,
                )
            )
        return self

    def lamp(
        self,
        at: Vec3,
        power: float = 1.0,
        colour: tuple[float, float, float] = palette.LANTERN_LIGHT,
        glow_m: float = 0.0,
    ) -> Model:
        self.lamps.append(Lamp((float(at[0]), float(at[1]), float(at[2])), power, colour, glow_m))
        return self

    def recoloured(self, materials: dict[str, str]) -> Model:
        """A copy whose materials are renamed: {"wood": "birch"}."""
        copy = Model(lamps=list(self.lamps))
        for material, meshes in self.meshes.items():
            copy.meshes.setdefault(materials.get(material, material), []).extend(meshes)
        return copy

    def triangle_count(self) -> int:
        return sum(len(mesh.index) for meshes in self.meshes.values() for mesh in meshes)
