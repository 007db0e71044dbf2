"""The halls of a folder, ready to serve: texts, places and floor of each.

`load_halls` reads of each GLB only the JSON and takes the floor from the file beside it, so that starting
is quick. A hall without a floor.bin (one that somebody just dropped in) gets its floor computed once and
kept in the cache.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.descriptor import UrlFor, descriptor, summary
from yuanzhan.scene.extras import Place, Places, Portal, read_places
from yuanzhan.scene.floor import FLOOR_VERSION, Floor, read_floor
from yuanzhan.scene.manifest import Manifest, Vector, read_manifest
from yuanzhan.scene.reader import Json, read_file, read_structure

FLOOR_FILE: Final = "floor.bin"

# How far in front of a panel one stands to read it, and of a booth's slot to see it whole.
READING_DISTANCE_M: Final = 1.8
BOOTH_DISTANCE_M: Final = 1.5
# Steps out of a portal, beyond its radius, so that arriving does not lead straight back.
PORTAL_DISTANCE_M: Final = 0.8


@dataclass(frozen=True, eq=False)
class Hall:
    """One hall. `content` is what its nodes say, as placed in the glTF; the properties below are what
    visitors use."""

    manifest: Manifest
    content: Places = field(repr=False)
    floor: Floor = field(repr=False)
    floor_file: Path = field(repr=False)

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def glb_file(self) -> Path:
        return self.manifest.path(self.manifest.file)

    @property
    def capacity(self) -> int | None:
        """How many visitors its hall.toml allows; None leaves it to the server's setting."""
        return self.manifest.capacity

    @property
    def portals(self) -> tuple[Portal, ...]:
        return self.content.portals

    @property
    def seats(self) -> tuple[Place, ...]:
        """Seats as authored: the place is the seat's surface."""
        return self.content.seats

    @cached_property
    def spawns(self) -> tuple[Place, ...]:
        """Where visitors start, on the floor; the first is the default. Never empty."""
        placed = tuple(self._on_floor(spawn) for spawn in self.content.spawns)
        return placed or (default_start(self.floor),)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every id that a visitor may ask to stand at (`at` of hello and go) to where to stand, on the floor.

        Spawn points, portals, booths (by booth id), slots, panels and check-ins; where ids meet, the
        earlier of these counts.
        """
        found: dict[str, Place] = {spawn.id: spawn for spawn in self.spawns}
        for portal in self.content.portals:
            found.setdefault(
                portal.id, self._in_front(portal, portal.radius_m + PORTAL_DISTANCE_M, turned=False)
            )
        slots = {slot.id: slot for slot in self.content.slots}
        for booth in self.manifest.booths:
            slot = slots.get(booth.slot)
            if slot is not None:
                distance_m = slot.size_m[2] / 2 + BOOTH_DISTANCE_M
                found.setdefault(booth.id, self._in_front(slot, distance_m, turned=True, id=booth.id))
        for slot in self.content.slots:
            found.setdefault(
                slot.id, self._in_front(slot, slot.size_m[2] / 2 + BOOTH_DISTANCE_M, turned=True)
            )
        for panel in self.content.panels:
            found.setdefault(panel.id, self._in_front(panel, READING_DISTANCE_M, turned=True))
        for checkin in self.content.checkins:
            found.setdefault(checkin.id, self._on_floor(checkin))
        return found

    @cached_property
    def bounds(self) -> tuple[Vector, Vector]:
        """Lowest and highest corner, metres, of where visitors can be (2 m of head room included)."""
        floor = self.floor
        rows, columns = np.nonzero(floor.walkable)
        if not len(rows):
            return (0.0, 0.0, 0.0), (0.0, 2.0, 0.0)
        low_x, low_z = floor.middle_of(int(rows.min()), int(columns.min()))
        high_x, high_z = floor.middle_of(int(rows.max()), int(columns.max()))
        half = floor.cell_m / 2
        highest = float(np.nanmax(floor.heights))
        return (low_x - half, floor.lowest_m, low_z - half), (high_x + half, highest + 2.0, high_z + half)

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file that a visitor may be told the URL of."""
        manifest = self.manifest
        names = [manifest.file, manifest.poster, manifest.lightmap.file if manifest.lightmap else None]
        names.append(manifest.levels)
        names += [booth.file for booth in manifest.booths]
        return (*dict.fromkeys(manifest.path(name) for name in names if name), self.floor_file)

    @cached_property
    def bytes(self) -> int:
        """What a visitor downloads to see all of it: all but the poster and what headsets fetch later."""
        aside = {self.manifest.path(name) for name in (self.manifest.poster, self.manifest.levels) if name}
        return sum(path.stat().st_size for path in self.files if path not in aside)

    def summary(self, url_for: UrlFor) -> Json:
        """The hall in `GET /api/halls`, without `visitors`, and with `capacity` null where the server
        decides."""
        return summary(self, url_for)

    def descriptor(self, url_for: UrlFor) -> Json:
        """The hall in `GET /api/halls/{id}`: the summary and all that the client needs to build the hall."""
        return descriptor(self, url_for)

    def _on_floor(self, place: Place) -> Place:
        x, y, z = place.position
        return Place(place.id, self.floor.nearest_walkable(x, z) or (x, y, z), place.yaw)

    def _in_front(self, place: Place, distance_m: float, *, turned: bool, id: str | None = None) -> Place:
        """On the floor in front of `place` (along its -Z); `turned` looks back at it."""
        x, y, z = place.position
        x -= math.sin(place.yaw) * distance_m
        z -= math.cos(place.yaw) * distance_m
        stand = self.floor.nearest_walkable(x, z) or (x, y, z)
        yaw = place.yaw
        if turned:
            yaw = math.atan2(-(place.position[0] - stand[0]), -(place.position[2] - stand[2]))
        return Place(id or place.id, stand, yaw)


def load_halls(scenes_dir: Path, cache_dir: Path) -> list[Hall]:
    """Every folder of `scenes_dir` with a hall.toml, in the order of the landing page.

    Raises SceneInvalid (one sentence that names file and key) for the first that is not a hall. Writes only
    into `cache_dir`, and only for halls without a floor.bin.
    """
    folders = sorted(path.parent for path in scenes_dir.glob("*/hall.toml")) if scenes_dir.is_dir() else []
    halls = [load_hall(folder, cache_dir) for folder in folders]
    return sorted(halls, key=lambda hall: (hall.manifest.order, hall.id))


def load_hall(folder: Path, cache_dir: Path) -> Hall:
    """The hall in `folder`. Raises SceneInvalid."""
    manifest = read_manifest(folder)
    glb = manifest.path(manifest.file)
    try:
        content = read_places(read_structure(glb))
        floor_file = glb.with_name(FLOOR_FILE)
        if not floor_file.is_file():
            floor_file = _cached_floor(manifest, cache_dir)
        return Hall(manifest, content, read_floor(floor_file), floor_file)
    except SceneInvalid as error:
        raise SceneInvalid(
            file=f"{folder.name}/{error.params['file']}", detail=error.params["detail"]
        ) from None


def compute_floor(manifest: Manifest) -> Floor:
    """The floor of a hall with its booths in their slots, and without them, from the geometry. Raises
    SceneInvalid."""
    # Here, because serving halls that have their floor needs none of what this imports.
    from yuanzhan.scene.bare import with_bare
    from yuanzhan.scene.surface import find_floor

    booths = {booth.slot: read_file(manifest.path(booth.file)) for booth in manifest.booths}
    hall = read_file(manifest.path(manifest.file))
    standing = find_floor(hall, booths)
    slots = [slot for slot in read_places(hall).slots if slot.id in booths]
    return with_bare(standing, find_floor(hall), slots) if slots else standing


def write_floor(folder: Path) -> Path:
    """Compute the floor of the hall in `folder` and keep it beside its GLB, as `make halls` does. Raises
    SceneInvalid."""
    manifest = read_manifest(folder)
    path = manifest.path(manifest.file).with_name(FLOOR_FILE)
    path.write_bytes(compute_floor(manifest).to_bytes())
    return path


def default_start(floor: Floor) -> Place:
    """Where visitors start in a hall without spawn points: the middle of the floor, looking to the hall's
    centre."""
    rows, columns = np.nonzero(floor.walkable)
    if not len(rows):
        return Place("start", (0.0, 0.0, 0.0), 0.0)
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    row, column = int(rows[nearest]), int(columns[nearest])
    x, z = floor.middle_of(row, column)
    centre_x, centre_z = floor.middle_of(
        int(rows.min() + rows.max()) // 2, int(columns.min() + columns.max()) // 2
    )
    looks = math.hypot(centre_x - x, centre_z - z) > 1.0
    yaw = math.atan2(x - centre_x, z - centre_z) if looks else 0.0
    return Place("start", (x, float(floor.heights[row, column]), z), yaw)


def _cached_floor(manifest: Manifest, cache_dir: Path) -> Path:
    """The floor by the content of everything that it is computed from."""
    digest = hashlib.sha256(f"floor {FLOOR_VERSION}".encode())
    digest.update(manifest.path(manifest.file).read_bytes())
    for booth in manifest.booths:
        digest.update(f"\0{booth.slot}\0".encode())
        digest.update(manifest.path(booth.file).read_bytes())
    path = cache_dir / "floors" / f"{digest.hexdigest()[:32]}.bin"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(".part")
        whole.write_bytes(compute_floor(manifest).to_bytes())
        whole.replace(path)
    return path
