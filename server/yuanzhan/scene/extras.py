"""What the nodes of a hall mean: spawn points, seats, portals, slots, panels, check-ins, screens, sounds,
colliders.

From OMI_spawn_point, OMI_seat, OMI_link, OMI_physics_body / OMI_physics_shape and KHR_audio_emitter, and,
for what has no extension, from `extras.yuanzhan` (docs/authoring.md, "Nodes").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from yuanzhan.scene.manifest import ID_PATTERN, Text, Vector
from yuanzhan.scene.nodes import Matrix, PlacedNode, placed_nodes, point, yaw_of, yuanzhan_extras
from yuanzhan.scene.reader import Gltf, Json

# A portal or a check-in without a radius.
PORTAL_RADIUS_M: Final = 1.2
CHECKIN_RADIUS_M: Final = 1.5
SIZE_MAX_M: Final = 1_000.0

_HALL_LINK: Final = re.compile(r"/halls/([a-z0-9][a-z0-9_-]{0,63})(?:[/?#].*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in a hall: metres; yaw in radians, looking along the node's -Z."""

    id: str
    position: Vector
    yaw: float


@dataclass(frozen=True, slots=True)
class Portal(Place):
    hall: str
    radius_m: float


@dataclass(frozen=True, slots=True)
class Slot(Place):
    """Where a booth goes. `matrix` is (4, 4) float; `size_m` is width, height, depth."""

    size_m: Vector
    matrix: Matrix = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PanelPlace(Place):
    size_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Checkin(Place):
    radius_m: float
    title: Text


@dataclass(frozen=True, slots=True)
class Sound(Place):
    """A KHR_audio_emitter that stands at a node."""

    gain: float


@dataclass(frozen=True, slots=True)
class Collider:
    """An invisible box of OMI_physics_shape: `size_m` along the axes of `matrix`, (4, 4) float, around its
    origin."""

    size_m: Vector
    matrix: Matrix = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Places:
    """Everything that the nodes say, in the order of the file; `problems` are sentences about what was left
    out."""

    spawns: tuple[Place, ...] = ()
    seats: tuple[Place, ...] = ()
    portals: tuple[Portal, ...] = ()
    slots: tuple[Slot, ...] = ()
    panels: tuple[PanelPlace, ...] = ()
    checkins: tuple[Checkin, ...] = ()
    sounds: tuple[Sound, ...] = ()
    colliders: tuple[Collider, ...] = ()
    screens: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read_places(gltf: Gltf, nodes: Sequence[PlacedNode] | None = None) -> Places:
    """The places of a hall. Wrong extras are left out and told in `problems`; broken glTF raises
    SceneInvalid."""
    reader = _Reader(gltf)
    for node in placed_nodes(gltf) if nodes is None else nodes:
        reader.read(node)
    return reader.places()


def box_corners(collider: Collider) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(8, 3) float: the corners of a collider in the world; corner i has bit 0 for +x, 1 for +y, 2 for +z."""
    signs = np.array([[(i >> axis & 1) - 0.5 for axis in range(3)] for i in range(8)])
    local = signs * np.asarray(collider.size_m)
    corners: np.ndarray[Any, np.dtype[np.float64]] = (
        local @ collider.matrix[:3, :3].T + collider.matrix[:3, 3]
    )
    return corners


class _Reader:
    def __init__(self, gltf: Gltf) -> None:
        self._gltf = gltf
        self._ids: dict[str, set[str]] = {}
        self._problems: list[str] = []
        self._spawns: list[Place] = []
        self._seats: list[Place] = []
        self._portals: list[Portal] = []
        self._slots: list[Slot] = []
        self._panels: list[PanelPlace] = []
        self._checkins: list[Checkin] = []
        self._sounds: list[Sound] = []
        self._colliders: list[Collider] = []

    def places(self) -> Places:
        return Places(
            tuple(self._spawns),
            tuple(self._seats),
            tuple(self._portals),
            tuple(self._slots),
            tuple(self._panels),
            tuple(self._checkins),
            tuple(self._sounds),
            tuple(self._colliders),
            screen_names(self._gltf),
            tuple(self._problems),
        )

    def read(self, node: PlacedNode) -> None:
        if node.extension("OMI_spawn_point") is not None:
            self._spawns.append(
                Place(self._id("spawn", node.name, len(self._spawns)), node.position, node.yaw)
            )
        seat = node.extension("OMI_seat")
        if seat is not None:
            self._seats.append(_omi_seat(node, seat, self._id("seat", node.name, len(self._seats))))
        link = node.extension("OMI_link")
        if link is not None:
            self._read_link(node, link)
        emitter = node.extension("KHR_audio_emitter")
        if emitter is not None:
            self._read_sound(node, emitter)
        body = node.extension("OMI_physics_body")
        if body is not None:
            self._read_body(node, body)
        self._read_extras(node, node.extras)

    def _read_extras(self, node: PlacedNode, extras: Json) -> None:
        kind = extras.get("type")
        if kind is None or kind == "glow":
            return
        if kind == "seat":
            if node.extension("OMI_seat") is None:
                id = self._id("seat", extras.get("id", node.name), len(self._seats))
                self._seats.append(Place(id, node.position, node.yaw))
        elif kind == "spawn":
            id = self._id("spawn", extras.get("id", node.name), len(self._spawns))
            self._spawns.append(Place(id, node.position, node.yaw))
        elif kind == "portal":
            hall = extras.get("hall")
            if not isinstance(hall, str) or not ID_PATTERN.fullmatch(hall):
                self._problem(node, "a portal needs 'hall', the id of the hall it leads to")
                return
            id = self._id("portal", extras.get("id", f"to-{hall}"), len(self._portals))
            radius_m = self._metres(node, extras, "radius_m", PORTAL_RADIUS_M)
            self._portals.append(Portal(id, node.position, node.yaw, hall, radius_m))
        elif kind == "slot":
            size = self._sizes(node, extras, 3, (4.0, 3.0, 3.0))
            id = self._id("slot", extras.get("id", node.name), len(self._slots))
            self._slots.append(Slot(id, node.position, node.yaw, (size[0], size[1], size[2]), node.world))
        elif kind == "panel":
            width, height = self._sizes(node, extras, 2, (1.2, 1.6))
            id = self._id("panel", extras.get("id", node.name), len(self._panels))
            self._panels.append(PanelPlace(id, node.position, node.yaw, (width, height)))
        elif kind == "checkin":
            id = self._id("checkin", extras.get("id", node.name), len(self._checkins))
            radius_m = self._metres(node, extras, "radius_m", CHECKIN_RADIUS_M)
            self._checkins.append(Checkin(id, node.position, node.yaw, radius_m, _title(extras)))
        else:
            self._problem(node, f"there is no type {str(kind)[:40]!r}")

    def _read_link(self, node: PlacedNode, link: Json) -> None:
        """A link to another hall of this server is a portal; links to elsewhere are not followed."""
        match = _HALL_LINK.fullmatch(str(link.get("uri", "")))
        if match is None:
            self._problem(node, "OMI_link is followed only to /halls/<id>")
            return
        id = self._id("portal", f"to-{match[1]}", len(self._portals))
        self._portals.append(Portal(id, node.position, node.yaw, match[1], PORTAL_RADIUS_M))

    def _read_sound(self, node: PlacedNode, emitter: Json) -> None:
        extension = self._gltf.document.get("extensions", {}).get("KHR_audio_emitter", {})
        emitters = extension.get("emitters", []) if isinstance(extension, dict) else []
        found = _listed(emitters, emitter.get("emitter"))
        if found is None:
            self._problem(node, "KHR_audio_emitter names no emitter of the file")
            return
        gain = found.get("gain", 1.0)
        id = self._id("sound", node.name, len(self._sounds))
        self._sounds.append(Sound(id, node.position, node.yaw, float(gain) if _is_number(gain) else 1.0))

    def _read_body(self, node: PlacedNode, body: Json) -> None:
        collider = body.get("collider")
        if not isinstance(collider, dict):
            return  # a trigger or a moving body: nothing that stands in the way
        extension = self._gltf.document.get("extensions", {}).get("OMI_physics_shape", {})
        shapes = extension.get("shapes", []) if isinstance(extension, dict) else []
        shape = _listed(shapes, collider.get("shape"))
        if shape is None or shape.get("type") != "box" or not isinstance(shape.get("box", {}), dict):
            self._problem(node, "OMI_physics_body: only shapes of type box are read")
            return
        size = shape.get("box", {}).get("size", [1, 1, 1])
        if not _are_sizes(size, 3):
            self._problem(node, "the size of its physics shape must be 3 lengths")
            return
        self._colliders.append(Collider((float(size[0]), float(size[1]), float(size[2])), node.world))

    def _id(self, kind: str, wanted: Any, index: int) -> str:
        """`wanted` made fit for a URL and unique among its kind, or `kind-1`, `kind-2`, ..."""
        text = str(wanted).strip().lower() if isinstance(wanted, str) else ""
        text = re.sub(r"[^a-z0-9_-]+", "-", text, flags=re.ASCII).strip("-_")[:56]
        taken = self._ids.setdefault(kind, set())
        candidate = text or f"{kind}-{index + 1}"
        number = 2
        while candidate in taken:
            candidate = f"{text or kind}-{number}"
            number += 1
        taken.add(candidate)
        return candidate

    def _metres(self, node: PlacedNode, extras: Json, key: str, default: float) -> float:
        value = extras.get(key, default)
        if _is_number(value) and 0 < value <= SIZE_MAX_M:
            return float(value)
        self._problem(node, f"'{key}' must be a length")
        return default

    def _sizes(
        self, node: PlacedNode, extras: Json, count: int, default: tuple[float, ...]
    ) -> tuple[float, ...]:
        value = extras.get("size_m", list(default))
        if _are_sizes(value, count):
            return tuple(float(v) for v in value)
        self._problem(node, f"'size_m' must be {count} lengths")
        return default

    def _problem(self, node: PlacedNode, detail: str) -> None:
        self._problems.append(f"node {node.name[:60] or node.index}: {detail}")


def screen_names(gltf: Gltf) -> tuple[str, ...]:
    """The `screen` of each material that is one, once each, in the order of the file."""
    names = (yuanzhan_extras(material).get("screen") for material in gltf.items("materials"))
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _omi_seat(node: PlacedNode, seat: Json, id: str) -> Place:
    """OMI_seat gives back, knee and foot: who sits there looks from back to knee. Without them, along -Z."""
    if not (_is_vector(seat.get("back")) and _is_vector(seat.get("knee"))):
        return Place(id, node.position, node.yaw)
    back, knee = (np.array(point(node.world, tuple(seat[key]))) for key in ("back", "knee"))
    x, y, z = ((back + knee) / 2).tolist()
    return Place(id, (x, y, z), yaw_of(knee - back))


def _title(extras: Json) -> Text:
    title = extras.get("title")
    if isinstance(title, str):
        return Text(title, title)
    if isinstance(title, dict):
        return Text(*(title[key] if isinstance(title.get(key), str) else "" for key in ("zh", "en")))
    return Text()


def _listed(items: Any, index: Any) -> Json | None:
    """`items[index]` where that is an object, else None."""
    if not isinstance(items, list) or not isinstance(index, int) or not 0 <= index < len(items):
        return None
    return items[index] if isinstance(items[index], dict) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_vector(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(map(_is_number, value))


def _are_sizes(value: Any, count: int) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == count
        and all(_is_number(v) and 0 < v <= SIZE_MAX_M for v in value)
    )
