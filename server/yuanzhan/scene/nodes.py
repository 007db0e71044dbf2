"""The nodes of a glTF scene with their world transforms.

glTF nodes form strict trees: a node that is reached twice (shared or in a circle) is refused, which also
bounds the walk. Directions: a node looks along its own -Z, as OMI_spawn_point and cameras do. Yaw 0 looks
along the world's -Z and grows counter-clockwise seen from above.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.issues import refused
from yuanzhan.scene.limits import LIMITS
from yuanzhan.scene.reader import Gltf, Json

Matrix = NDArray[np.float64]

# No hall reaches farther from its origin; also keeps float32 heights exact to a millimetre.
COORDINATE_MAX_M: Final = float(LIMITS.coordinate_m)


@dataclass(frozen=True, eq=False)
class PlacedNode:
    """A node in the scene. `world` is (4, 4) float, column vectors; `walkable` and `solid` count the node's
    parents in."""

    index: int
    name: str
    json: Json = field(repr=False)
    world: Matrix = field(repr=False)
    walkable: bool = True
    solid: bool = True

    @property
    def position(self) -> tuple[float, float, float]:
        """Where the node's origin is, metres."""
        return point(self.world, (0.0, 0.0, 0.0))

    @property
    def yaw(self) -> float:
        """Where its -Z looks, radians."""
        return yaw_of(-self.world[:3, 2])

    @property
    def extras(self) -> Json:
        """Its `extras.yuanzhan`, empty when absent."""
        return yuanzhan_extras(self.json)

    def extension(self, name: str) -> Json | None:
        """Its extension `name`, None when absent."""
        extensions = self.json.get("extensions")
        found = extensions.get(name) if isinstance(extensions, dict) else None
        return found if isinstance(found, dict) else None


def placed_nodes(gltf: Gltf) -> list[PlacedNode]:
    """Every node of the default scene, parents before children. Raises SceneInvalid."""
    found: list[PlacedNode] = []
    seen: set[int] = set()
    stack: list[tuple[int, Matrix, bool, bool]] = [
        (index, np.eye(4), True, True) for index in reversed(_roots(gltf))
    ]
    while stack:
        index, parent, walkable, solid = stack.pop()
        if index in seen:
            raise gltf.invalid(f"nodes[{index}] is in the scene twice or within itself")
        seen.add(index)
        json = gltf.item("nodes", index)
        world = parent @ local_matrix(gltf, index, json)
        farthest = float(np.abs(world[:3, 3]).max())
        if not np.all(np.isfinite(world)) or farthest > COORDINATE_MAX_M:
            raise refused(
                gltf.name, "TOO_FAR", f"/nodes/{index}", metres=f"{farthest:.6g}", limit=int(COORDINATE_MAX_M)
            )
        extras = yuanzhan_extras(json)
        walkable = walkable and extras.get("walkable") is not False
        solid = solid and extras.get("solid") is not False
        name = json.get("name")
        found.append(PlacedNode(index, name if isinstance(name, str) else "", json, world, walkable, solid))
        children = _indices(gltf, json.get("children", []), f"nodes[{index}].children")
        stack.extend((child, world, walkable, solid) for child in reversed(children))
    return found


def local_matrix(gltf: Gltf, index: int, node: Json) -> Matrix:
    """(4, 4) float: the node's `matrix`, or its translation, rotation and scale (glTF 2.0, section 3.5.3)."""
    if "matrix" in node:
        return _numbers(gltf, node["matrix"], 16, f"nodes[{index}].matrix").reshape(4, 4).T
    matrix = np.eye(4)
    if "rotation" in node:
        matrix[:3, :3] = rotation_matrix(_numbers(gltf, node["rotation"], 4, f"nodes[{index}].rotation"))
    if "scale" in node:
        matrix[:3, :3] *= _numbers(gltf, node["scale"], 3, f"nodes[{index}].scale")
    if "translation" in node:
        matrix[:3, 3] = _numbers(gltf, node["translation"], 3, f"nodes[{index}].translation")
    return matrix


def rotation_matrix(quaternion: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 4) float, x y z w, to (..., 3, 3) float. A quaternion of no length turns nothing."""
    quaternion = np.asarray(quaternion, dtype=np.float64)
    length = np.linalg.norm(quaternion, axis=-1, keepdims=True)
    unit = np.where(length > 0, quaternion / np.where(length > 0, length, 1), [0.0, 0.0, 0.0, 1.0])
    x, y, z, w = np.moveaxis(unit, -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def point(matrix: Matrix, local: tuple[float, float, float]) -> tuple[float, float, float]:
    """`local` carried by `matrix`, as Python floats."""
    x, y, z = (matrix[:3, :3] @ np.asarray(local, dtype=np.float64) + matrix[:3, 3]).tolist()
    return x, y, z


def yaw_of(direction: NDArray[np.float64]) -> float:
    """The yaw that looks along `direction`, (3,) float; 0 when it points straight up or down."""
    x, _, z = direction.tolist()
    return math.atan2(-x, -z) if math.hypot(x, z) > 1e-9 else 0.0


def yuanzhan_extras(json: Json) -> Json:
    """The object at `extras.yuanzhan` of a node, mesh or material; empty when there is none."""
    extras = json.get("extras")
    found = extras.get("yuanzhan") if isinstance(extras, dict) else None
    return found if isinstance(found, dict) else {}


def _roots(gltf: Gltf) -> list[int]:
    scenes = gltf.items("scenes")
    if scenes:
        scene = gltf.item("scenes", gltf.document.get("scene", 0))
        return _indices(gltf, scene.get("nodes", []), "scenes[].nodes")
    children = set(_all_children(gltf))
    return [index for index in range(len(gltf.items("nodes"))) if index not in children]


def _all_children(gltf: Gltf) -> Iterator[int]:
    for index, node in enumerate(gltf.items("nodes")):
        yield from _indices(gltf, node.get("children", []), f"nodes[{index}].children")


def _indices(gltf: Gltf, value: Any, where: str) -> list[int]:
    if not isinstance(value, list) or not all(isinstance(i, int) and not isinstance(i, bool) for i in value):
        raise gltf.invalid(f"{where} must be a list of node numbers")
    return value


def _numbers(gltf: Gltf, value: Any, count: int, where: str) -> NDArray[np.float64]:
    if (
        not isinstance(value, list)
        or len(value) != count
        or not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in value)
    ):
        raise gltf.invalid(f"{where} must be {count} numbers")
    numbers = np.array(value, dtype=np.float64)
    if not np.all(np.isfinite(numbers)):
        raise gltf.invalid(f"{where} must be finite numbers")
    return numbers
