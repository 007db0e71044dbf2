"""A glTF as one soup of triangles with what shading needs at each corner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.portrait.looks import Look, looks_of
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.triangles import instance_matrices, primitive_faces

# Mostly float32; where a step makes float64 of it, nothing is lost.
Floats: TypeAlias = NDArray[np.floating[Any]]
Ints = NDArray[np.int32]

# A picture of 640 x 480 shows no more; a larger file has lighter versions.
TRIANGLES_MAX: Final = 3_000_000


@dataclass(frozen=True, eq=False)
class Soup:
    """Per triangle and corner: `corners` (n, 3, 3) in metres, `normals` (n, 3, 3) unit, `coordinates`
    (n, 3, 2) of textures, `colours` (n, 3, 4) linear; per triangle `look` (n,), an index into `looks`."""

    corners: Floats = field(repr=False)
    normals: Floats = field(repr=False)
    coordinates: Floats = field(repr=False)
    colours: Floats = field(repr=False)
    look: Ints = field(repr=False)
    looks: tuple[Look, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.corners)

    def only(self, chosen: NDArray[np.bool_]) -> Soup:
        """The triangles where `chosen`, (n,) bool."""
        return Soup(
            self.corners[chosen],
            self.normals[chosen],
            self.coordinates[chosen],
            self.colours[chosen],
            self.look[chosen],
            self.looks,
        )

    def placed(self, matrix: NDArray[np.float64]) -> Soup:
        """Carried by a (4, 4) float matrix."""
        linear = matrix[:3, :3]
        corners = (self.corners.reshape(-1, 3) @ linear.T + matrix[:3, 3]).astype(np.float32)
        # Normals go by the inverse transpose; a mirrored node turns its triangles inside out.
        normals = self.normals.reshape(-1, 3) @ np.linalg.pinv(linear)
        normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
        carried = replace(
            self, corners=corners.reshape(-1, 3, 3), normals=normals.astype(np.float32).reshape(-1, 3, 3)
        )
        return carried._turned() if np.linalg.det(linear) < 0 else carried

    def _turned(self) -> Soup:
        """The same triangles seen from behind."""
        return Soup(
            self.corners[:, ::-1],
            self.normals[:, ::-1],
            self.coordinates[:, ::-1],
            self.colours[:, ::-1],
            self.look,
            self.looks,
        )

    @classmethod
    def joined(cls, parts: Sequence[Soup]) -> Soup:
        """Several with the same looks as one."""
        return cls(
            np.concatenate([part.corners for part in parts]),
            np.concatenate([part.normals for part in parts]),
            np.concatenate([part.coordinates for part in parts]),
            np.concatenate([part.colours for part in parts]),
            np.concatenate([part.look for part in parts]),
            parts[0].looks,
        )


def soup_of(gltf: Gltf) -> Soup:
    """Everything that is placed in the default scene. Raises SceneInvalid."""
    accessors = Accessors(gltf)
    looks = tuple(looks_of(gltf))
    parts: list[Soup] = []
    meshes: dict[int, list[Soup]] = {}
    total = 0
    for node in placed_nodes(gltf):
        if "mesh" not in node.json:
            continue
        index = node.json["mesh"]
        if index not in meshes:
            meshes[index] = list(_primitives(accessors, index, looks))
        for matrix in instance_matrices(accessors, node):
            total += sum(map(len, meshes[index]))
            if total > TRIANGLES_MAX:
                raise gltf.invalid(f"places more than {TRIANGLES_MAX} triangles")
            parts.extend(part.placed(matrix) for part in meshes[index])
    if not total:
        raise gltf.invalid("places no triangles")
    return Soup.joined(parts)


def _primitives(accessors: Accessors, index: Any, looks: tuple[Look, ...]) -> Iterator[Soup]:
    for number, primitive in enumerate(accessors.gltf.item("meshes", index).get("primitives", [])):
        where = f"meshes[{index}].primitives[{number}]"
        positions, faces = primitive_faces(accessors, primitive, where)
        if not len(faces):
            continue
        attributes: Json = primitive["attributes"]
        material = primitive.get("material", len(looks) - 1)
        corners = positions[faces]
        count = len(positions)
        normals = _attribute(accessors, attributes, "NORMAL", count, 3)
        coordinates = _attribute(accessors, attributes, f"TEXCOORD_{looks[material].coordinates}", count, 2)
        colours = _attribute(accessors, attributes, "COLOR_0", count, None)
        yield Soup(
            corners,
            _flat(corners) if normals is None else normals[faces],
            np.zeros((len(faces), 3, 2), np.float32) if coordinates is None else coordinates[faces],
            np.ones((len(faces), 3, 4), np.float32) if colours is None else _rgba(colours)[faces],
            np.full(len(faces), material, dtype=np.int32),
            looks,
        )


def _attribute(
    accessors: Accessors, attributes: Json, name: str, count: int, width: int | None
) -> Floats | None:
    if name not in attributes:
        return None
    values = accessors.floats(attributes[name])
    return values if len(values) == count and width in (None, values.shape[1]) else None


def _rgba(colours: Floats) -> Floats:
    if colours.shape[1] == 4:
        return colours
    return np.concatenate([colours[:, :3], np.ones((len(colours), 1), np.float32)], axis=1)


def _flat(corners: Floats) -> Floats:
    """(n, 3, 3): the triangle's own normal at each corner."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-20)
    return np.repeat(normals[:, None], 3, axis=1).astype(np.float32)
