"""How large a model is as it stands: every vertex of every placement, in metres.

Skinned meshes stand where their joints put them (the node that holds one does not move it: glTF 2.0, section
3.7.3.3); animations and morph targets are taken as they are at rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.issues import refused
from yuanzhan.scene.nodes import Matrix, PlacedNode
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.triangles import instance_matrices

# Vertices times placements: above it a mesh is placed by the corners of its box, which may be a little large.
_EXACT_MAX: Final = 200_000_000
_CHUNK: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lowest and highest corner, metres."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @property
    def size(self) -> tuple[float, float, float]:
        """Width, height, depth."""
        x, y, z = (high - low for low, high in zip(self.low, self.high, strict=True))
        return x, y, z


def placed_bounds(gltf: Gltf, accessors: Accessors, nodes: list[PlacedNode]) -> Bounds | None:
    """The bounds of everything with a shape; None where there is nothing. Raises SceneInvalid."""
    search = _Search(gltf, accessors, {node.index: node.world for node in nodes})
    for node in nodes:
        if "mesh" in node.json:
            search.add(node)
    return search.found()


class _Search:
    """Grows with each node."""

    def __init__(self, gltf: Gltf, accessors: Accessors, worlds: dict[int, Matrix]) -> None:
        self._gltf = gltf
        self._accessors = accessors
        self._worlds = worlds
        self._low = np.full(3, np.inf)
        self._high = np.full(3, -np.inf)
        self._work = 0
        self._points: dict[int, NDArray[np.float32]] = {}

    def found(self) -> Bounds | None:
        if not np.isfinite(self._low).all() or not np.isfinite(self._high).all():
            return None
        (x, y, z), (u, v, w) = self._low.tolist(), self._high.tolist()
        return Bounds((x, y, z), (u, v, w))

    def add(self, node: PlacedNode) -> None:
        joints = self._joints(node.json["skin"]) if "skin" in node.json else None
        matrices = instance_matrices(self._accessors, node) if joints is None else None
        mesh = self._gltf.item("meshes", node.json["mesh"])
        for primitive in mesh.get("primitives", []):
            attributes = primitive.get("attributes", {})
            if "POSITION" not in attributes:
                continue
            points = self._positions(attributes["POSITION"])
            if joints is not None and "JOINTS_0" in attributes and "WEIGHTS_0" in attributes:
                self._grow(self._skinned(points, attributes, joints))
            else:
                self._place(points, node.world[None] if matrices is None else matrices)

    def _positions(self, index: int) -> NDArray[np.float32]:
        """(n, 3) float32, each accessor read once."""
        if index not in self._points:
            points = self._accessors.floats(index)
            if points.shape[1] != 3:
                raise self._gltf.invalid(f"accessors[{index}]: POSITION must be VEC3")
            if not np.isfinite(points).all():
                raise refused(self._gltf.name, "NOT_FINITE", f"/accessors/{index}")
            self._points[index] = points
        return self._points[index]

    def _place(self, points: NDArray[np.float32], matrices: NDArray[np.float64]) -> None:
        if not len(points):
            return
        self._work += len(points) * len(matrices)
        if self._work > _EXACT_MAX:
            points = _corners(points)
        step = max(_CHUNK // len(points), 1)
        for at in range(0, len(matrices), step):
            part = matrices[at : at + step]
            for axis in range(3):
                along = points @ part[:, axis, :3].T + part[:, axis, 3]
                self._low[axis] = min(self._low[axis], float(along.min()))
                self._high[axis] = max(self._high[axis], float(along.max()))

    def _grow(self, points: NDArray[np.float64]) -> None:
        if len(points):
            self._low = np.minimum(self._low, points.min(axis=0))
            self._high = np.maximum(self._high, points.max(axis=0))

    def _joints(self, index: Any) -> NDArray[np.float64]:
        """(joints, 4, 4) float: what each joint does to a vertex that is all its own."""
        skin: Json = self._gltf.item("skins", index)
        joints = skin.get("joints", [])
        worlds = np.stack([self._worlds.get(joint, np.eye(4)) for joint in joints] or [np.eye(4)])
        if "inverseBindMatrices" not in skin:
            return worlds
        inverse = self._accessors.floats(skin["inverseBindMatrices"]).astype(np.float64)
        if inverse.shape[1] != 16 or len(inverse) < len(worlds):
            raise self._gltf.invalid(f"skins[{index}]: a matrix for each joint is needed")
        return worlds @ inverse[: len(worlds)].reshape(-1, 4, 4).transpose(0, 2, 1)

    def _skinned(
        self, points: NDArray[np.float32], attributes: Json, joints: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(n, 3) float: by the first four joints of each vertex, as renderers do."""
        which = self._accessors.raw(attributes["JOINTS_0"]).astype(np.int64)
        weights = self._accessors.floats(attributes["WEIGHTS_0"]).astype(np.float64)
        if (
            which.shape != (len(points), 4)
            or weights.shape != which.shape
            or which.max(initial=0) >= len(joints)
        ):
            raise self._gltf.invalid("joints and weights must be four a vertex, of joints that there are")
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        homogeneous = np.concatenate([points.astype(np.float64), np.ones((len(points), 1))], axis=1)
        placed = np.zeros((len(points), 3))
        for column in range(4):
            moved = np.einsum("nij,nj->ni", joints[which[:, column], :3], homogeneous)
            placed += weights[:, column, None] * moved
        return placed


def _corners(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(8, 3): the corners of the box around the points."""
    ends = np.stack([points.min(axis=0), points.max(axis=0)])
    numbers = np.arange(8)
    return np.stack([ends[numbers >> axis & 1, axis] for axis in range(3)], axis=1)
