"""The triangles of a scene as placed in the world: each node, each instance of EXT_mesh_gpu_instancing,
each primitive.

Skins, morph targets and animations are taken as they stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.accessors import Accessors, decode_draco
from yuanzhan.scene.extras import Collider, box_corners
from yuanzhan.scene.limits import LIMITS
from yuanzhan.scene.nodes import Matrix, PlacedNode, rotation_matrix, yuanzhan_extras
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.structure import DRACO, INSTANCING, instance_count

# Ten times the budget of a hall: what more a file may place before it is refused.
TRIANGLES_MAX: Final = 4_000_000
INSTANCES_MAX: Final = LIMITS.instances

POINTS, LINES, LINE_LOOP, LINE_STRIP, TRIANGLES, TRIANGLE_STRIP, TRIANGLE_FAN = range(7)

# The faces of a box whose corners are numbered as in `box_corners`, counter-clockwise seen from outside.
_BOX_FACES: Final = np.array(
    [
        [0, 2, 3], [0, 3, 1],
        [4, 5, 7], [4, 7, 6],
        [0, 1, 5], [0, 5, 4],
        [2, 6, 7], [2, 7, 3],
        [0, 4, 6], [0, 6, 2],
        [1, 3, 7], [1, 7, 5],
    ]
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Triangles:
    """`corners` is (n, 3, 3) float32: triangle, corner, xyz in metres. `walkable` and `solid` are (n,) bool.

    What is solid stands in the way; what is not walkable carries nobody, and nobody stands right beneath it
    either (a flower bed on the ground, the water of a pond).
    """

    corners: NDArray[np.float32] = field(repr=False)
    walkable: NDArray[np.bool_] = field(repr=False)
    solid: NDArray[np.bool_] = field(repr=False)

    def __len__(self) -> int:
        return len(self.corners)

    @classmethod
    def of(cls, corners: NDArray[np.float32], *, walkable: bool = True, solid: bool = True) -> Triangles:
        """All of one kind."""
        return cls(corners, np.full(len(corners), walkable), np.full(len(corners), solid))

    @classmethod
    def joined(cls, parts: Sequence[Triangles]) -> Triangles:
        """Several sets as one."""
        empty = cls.of(np.zeros((0, 3, 3), dtype=np.float32))
        return cls(
            np.concatenate([part.corners for part in (empty, *parts)]),
            np.concatenate([part.walkable for part in (empty, *parts)]),
            np.concatenate([part.solid for part in (empty, *parts)]),
        )

    def moved(self, *matrices: Matrix) -> Triangles:
        """Carried by each (4, 4) float, one after the other; computed in float64."""
        stacked = np.stack(matrices)
        points = self.corners.reshape(-1, 3).astype(np.float64) @ stacked[:, :3, :3].transpose(0, 2, 1)
        points += stacked[:, None, :3, 3]
        count = len(matrices)
        return Triangles(
            points.astype(np.float32).reshape(-1, 3, 3),
            np.tile(self.walkable, count),
            np.tile(self.solid, count),
        )


def placed_triangles(gltf: Gltf, nodes: Sequence[PlacedNode]) -> Triangles:
    """All triangles that matter for where visitors walk: those of `solid: false` nodes do not."""
    accessors = Accessors(gltf)
    # Where each mesh is placed, walkable and not.
    placements: dict[tuple[int, bool], list[Matrix]] = {}
    for node in nodes:
        if "mesh" in node.json and node.solid:
            gltf.item("meshes", node.json["mesh"])
            matrices = placements.setdefault((node.json["mesh"], node.walkable), [])
            matrices.extend(instance_matrices(accessors, node))
    parts: list[Triangles] = []
    total = 0
    for (mesh_index, walkable), matrices in placements.items():
        mesh = Triangles.joined(list(_primitives(accessors, mesh_index)))
        total += len(mesh) * len(matrices)
        if total > TRIANGLES_MAX:
            raise gltf.invalid(f"places more than {TRIANGLES_MAX} triangles")
        if not walkable:
            mesh = Triangles(mesh.corners, np.zeros(len(mesh), dtype=np.bool_), mesh.solid)
        if matrices:
            parts.append(mesh.moved(*matrices))
    return Triangles.joined(parts)


def collider_triangles(colliders: Sequence[Collider]) -> Triangles:
    """The faces of invisible boxes."""
    return Triangles.joined(
        [Triangles.of(box_corners(collider).astype(np.float32)[_BOX_FACES]) for collider in colliders]
    )


def instance_matrices(accessors: Accessors, node: PlacedNode) -> NDArray[np.float64]:
    """(instances, 4, 4) float: where the node's mesh stands in the world, once or per
    EXT_mesh_gpu_instancing."""
    instancing = node.extension(INSTANCING)
    if instancing is None:
        return node.world[None]
    attributes = instancing.get("attributes")
    if not isinstance(attributes, dict) or not attributes:
        raise accessors.gltf.invalid(f"nodes[{node.index}]: {INSTANCING} without attributes")
    parts = {
        key: _instance_values(accessors, node, attributes, key)
        for key in ("TRANSLATION", "ROTATION", "SCALE")
    }
    counts = {len(values) for values in parts.values() if values is not None}
    if not counts:
        # Only attributes of somebody's own: all instances stand where the node is.
        counts = {instance_count(accessors.gltf.document, node.json)}
    if len(counts) != 1 or max(counts) > INSTANCES_MAX:
        raise accessors.gltf.invalid(f"nodes[{node.index}]: {INSTANCING} needs attributes of one length")
    local = np.tile(np.eye(4), (counts.pop(), 1, 1))
    if parts["ROTATION"] is not None:
        local[:, :3, :3] = rotation_matrix(parts["ROTATION"])
    if parts["SCALE"] is not None:
        local[:, :3, :3] *= parts["SCALE"][:, None, :]
    if parts["TRANSLATION"] is not None:
        local[:, :3, 3] = parts["TRANSLATION"]
    return node.world @ local


def _instance_values(
    accessors: Accessors, node: PlacedNode, attributes: Json, key: str
) -> NDArray[np.float64] | None:
    if key not in attributes:
        return None
    values = accessors.floats(attributes[key]).astype(np.float64)
    if values.shape[1] != (4 if key == "ROTATION" else 3) or len(values) > INSTANCES_MAX:
        raise accessors.gltf.invalid(f"nodes[{node.index}]: {INSTANCING} has wrong {key}")
    return values


def _primitives(accessors: Accessors, mesh_index: Any) -> Iterator[Triangles]:
    mesh = accessors.gltf.item("meshes", mesh_index)
    primitives = mesh.get("primitives")
    if not isinstance(primitives, list) or not all(isinstance(p, dict) for p in primitives):
        raise accessors.gltf.invalid(f"meshes[{mesh_index}].primitives must be a list of objects")
    for number, primitive in enumerate(primitives):
        corners = primitive_triangles(accessors, primitive, f"meshes[{mesh_index}].primitives[{number}]")
        is_ground = not _is_water(accessors.gltf, primitive)
        yield Triangles.of(corners, walkable=is_ground, solid=is_ground)


def _is_water(gltf: Gltf, primitive: Json) -> bool:
    """Water carries nobody and is no wall: nobody stands in a pond whose bottom is within a step of its
    surface."""
    if "material" not in primitive:
        return False
    return yuanzhan_extras(gltf.item("materials", primitive["material"])).get("water") is True


def primitive_triangles(accessors: Accessors, primitive: Json, where: str) -> NDArray[np.float32]:
    """(n, 3, 3) float32: the triangles of a primitive in its own space; none for points and lines. Raises
    SceneInvalid."""
    positions, faces = primitive_faces(accessors, primitive, where)
    return positions[faces]


def primitive_faces(
    accessors: Accessors, primitive: Json, where: str
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(v, 3) float32 vertices of a primitive in its own space and (n, 3) int faces; no faces for points and
    lines. Raises SceneInvalid."""
    gltf = accessors.gltf
    nothing = np.zeros((0, 3), dtype=np.float32), np.zeros((0, 3), dtype=np.int64)
    mode = primitive.get("mode", TRIANGLES)
    if mode not in (TRIANGLES, TRIANGLE_STRIP, TRIANGLE_FAN):
        return nothing
    extensions = primitive.get("extensions")
    draco = extensions.get(DRACO) if isinstance(extensions, dict) else None
    if isinstance(draco, dict):
        positions, faces = decode_draco(accessors, draco, where)
    else:
        attributes = primitive.get("attributes")
        if not isinstance(attributes, dict) or "POSITION" not in attributes:
            return nothing
        positions = accessors.floats(attributes["POSITION"])
        if positions.shape[1] != 3:
            raise gltf.invalid(f"{where}: POSITION must be VEC3")
        faces = _faces(accessors, primitive, len(positions), mode)
    if faces.size and int(faces.max()) >= len(positions):
        raise gltf.invalid(f"{where}: its indices reach beyond its vertices")
    if not np.isfinite(positions).all():
        raise gltf.invalid(f"{where}: its positions are not all finite")
    return positions, faces


def _faces(accessors: Accessors, primitive: Json, vertices: int, mode: int) -> NDArray[np.int64]:
    order = accessors.indices(primitive["indices"]) if "indices" in primitive else np.arange(vertices)
    if mode == TRIANGLES:
        return order[: len(order) // 3 * 3].reshape(-1, 3)
    if len(order) < 3:
        return np.zeros((0, 3), dtype=np.int64)
    if mode == TRIANGLE_FAN:
        return np.stack([np.full(len(order) - 2, order[0]), order[1:-1], order[2:]], axis=1)
    faces = np.stack([order[:-2], order[1:-1], order[2:]], axis=1)
    faces[1::2] = faces[1::2, [1, 0, 2]]
    return faces
