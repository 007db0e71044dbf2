"""Where a name of a place leads: to a place of the hall, and those on duty to whoever they name."""

from __future__ import annotations

import math

from yuanzhan.access import Permission
from yuanzhan.hall.hall import Placement
from yuanzhan.live.room import Room
from yuanzhan.live.visitor import Standing
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.places import visitor_at


def place_for(caller: Caller, room: Room, at: str | None) -> Placement | None:
    """Where `at` means for this caller; None for an unknown name, and for who is not there (any more). To who
    may not watch the halls nobody's id is a place.
    """
    place = room.place_named(at)
    visitor_id = visitor_at(at)
    if place is not None or visitor_id is None or not caller.may(Permission.HALLS_WATCH):
        return place
    somebody = room.visitor_of(visitor_id)
    if somebody is None or somebody.standing is not Standing.VISITOR:
        return None
    there = room.hall.place_of(somebody.slot)
    here = room.beside(there)
    return here._replace(yaw=math.atan2(here.x - there.x, here.z - there.z))
