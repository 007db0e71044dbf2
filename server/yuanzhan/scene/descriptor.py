"""A hall as the JSON of the HTTP API. URLs come from a function that is handed in, so that this layer knows
no routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from yuanzhan.scene.extras import Place
from yuanzhan.scene.manifest import Sun, Text
from yuanzhan.scene.reader import Json

if TYPE_CHECKING:
    from yuanzhan.scene.halls import Hall

UrlFor: TypeAlias = Callable[[Path], str]


def summary(hall: Hall, url_for: UrlFor) -> Json:
    """HallSummary without `visitors`, which only the live hall knows."""
    manifest = hall.manifest
    return {
        "id": hall.id,
        "order": manifest.order,
        "shape": manifest.shape,
        "title": manifest.title.json(),
        "place": manifest.place.json(),
        "summary": manifest.summary.json(),
        "poster": url_for(manifest.path(manifest.poster)) if manifest.poster else None,
        "capacity": manifest.capacity,
        "bytes": hall.bytes,
        "programme": [{"at": item.at, "title": item.title.json()} for item in manifest.programme],
    }


def descriptor(hall: Hall, url_for: UrlFor) -> Json:
    """HallDescriptor: the summary and all that the client builds the hall from."""
    manifest, content = hall.manifest, hall.content
    lightmap = manifest.lightmap
    low, high = hall.bounds
    return summary(hall, url_for) | {
        "glb": url_for(hall.glb_file),
        "lightmap": {"url": url_for(manifest.path(lightmap.file)), "scale": lightmap.scale}
        if lightmap
        else None,
        "floor": url_for(hall.floor_file),
        "levels": url_for(manifest.path(manifest.levels)) if manifest.levels else None,
        "sun": asdict(manifest.sun or _default_sun(hall)),
        "sky": asdict(manifest.sky),
        "look": asdict(manifest.look),
        "viewpoints": [asdict(viewpoint) for viewpoint in manifest.viewpoints],
        "spawns": [_place(spawn) for spawn in hall.spawns],
        "seats": [_place(seat) for seat in content.seats],
        "portals": [
            _place(portal) | {"hall": portal.hall, "radius_m": portal.radius_m} for portal in content.portals
        ],
        "checkins": _checkins(hall),
        "panels": _panels(hall),
        "slots": [_place(slot) | {"size_m": slot.size_m} for slot in content.slots],
        "booths": [
            {
                "id": booth.id,
                "slot": booth.slot,
                "url": url_for(manifest.path(booth.file)),
                "title": booth.title.json(),
                "body": booth.body.json(),
                "bytes": manifest.path(booth.file).stat().st_size,
            }
            for booth in manifest.booths
        ],
        "screens": list(content.screens),
        "stage": manifest.stage if manifest.stage in hall.places else None,
        "bounds": {"min": low, "max": high},
    }


def _place(place: Place) -> dict[str, Any]:
    return {"id": place.id, "position": place.position, "yaw": place.yaw}


def _panels(hall: Hall) -> list[Json]:
    """Panels that have both a node and a text."""
    texts = {panel.id: panel for panel in hall.manifest.panels}
    return [
        _place(panel)
        | {
            "size_m": panel.size_m,
            "title": texts[panel.id].title.json(),
            "body": texts[panel.id].body.json(),
            "source": texts[panel.id].source.json(),
        }
        for panel in hall.content.panels
        if panel.id in texts
    ]


def _checkins(hall: Hall) -> list[Json]:
    """Titles of hall.toml come before those of the nodes; without either, the id."""
    titles = {checkin.id: checkin.title for checkin in hall.manifest.checkins}
    return [
        {
            "id": checkin.id,
            "position": checkin.position,
            "radius_m": checkin.radius_m,
            "title": next(
                (t for t in (titles.get(checkin.id, Text()), checkin.title) if t != Text()),
                Text(checkin.id, checkin.id),
            ).json(),
        }
        for checkin in hall.content.checkins
    ]


def _default_sun(hall: Hall) -> Sun:
    """A late-morning sun whose shadow covers the floor."""
    low, high = hall.bounds
    width = max(20.0, (high[0] - low[0]) * 1.2)
    depth = max(20.0, (high[2] - low[2]) * 1.2)
    return Sun(shadow_m=(min(width, 300.0), min(depth, 300.0)))
