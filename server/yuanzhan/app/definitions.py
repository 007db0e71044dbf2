"""A hall of `scene` as those know it who do not know `scene`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yuanzhan.hall.hall import Placement
from yuanzhan.live.definition import HallDefinition
from yuanzhan.scene.extras import Place, Slot
from yuanzhan.scene.halls import Hall
from yuanzhan.settings import Settings

# A comfortable seat, and the one that the avatars' sitting clip is made for.
SEAT_HEIGHT_M: Final = 0.43


def define(hall: Hall, settings: Settings) -> HallDefinition:
    """What the house needs to know of a hall."""
    floor = hall.floor
    return HallDefinition(
        id=hall.id,
        capacity=hall.capacity or settings.hall_capacity,
        floor_heights=floor.heights,
        floor_origin_x=floor.origin_x,
        floor_origin_z=floor.origin_z,
        floor_cell_m=floor.cell_m,
        spawns={spawn.id: _placement(spawn) for spawn in hall.spawns},
        seats={seat.id: _under(_placement(seat)) for seat in hall.seats},
        places={name: _placement(place) for name, place in hall.places.items()},
        observers_max=settings.hall_observers,
        queue_max=settings.hall_queue,
        floor_bare_heights=floor.bare,
    )


def slots_of(halls: Iterable[Hall]) -> dict[str, dict[str, Slot]]:
    """Where booths may stand, by hall and id."""
    return {hall.id: {slot.id: slot for slot in hall.content.slots} for hall in halls}


def _placement(place: Place) -> Placement:
    return Placement(*place.position, place.yaw)


def _under(seat: Placement) -> Placement:
    """Where a sitter's feet are: a hall gives the seat's surface, a pose is always of the feet."""
    return seat._replace(y=seat.y - SEAT_HEIGHT_M)
