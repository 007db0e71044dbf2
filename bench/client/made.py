"""A recording made without sockets: the server's own hall, the walkers of `yuanzhan bench crowd`, and a clock
that is a number. What the viewer gets is byte for byte what the server would write, ten times a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.client.recording import Recording
from yuanzhan.bench.plan import CRUSH_RADIUS_M, Density
from yuanzhan.bench.stroll import Indexes, Places, Stroll, homes
from yuanzhan.bots.ground import Ground
from yuanzhan.hall.encoded import MID_RING, NEAR_RING
from yuanzhan.hall.floor import Floor
from yuanzhan.hall.hall import Delivery, Hall, Placement
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.limits import TICK_HZ
from yuanzhan.protocol.look import LOOK_FIELDS, Look, pack_look
from yuanzhan.protocol.messages.joining import Welcome
from yuanzhan.protocol.messages.people import Population

Stand = tuple[float, float, float]
"""x, z, yaw."""
TICK_S = 0.1
WARM_UP_TICKS = 150
NAMES = (
    "小满",
    "桐庐老周",
    "阿宁",
    "沈清",
    "苏木",
    "林薇",
    "青川",
    "Marco",
    "Ada Lin",
    "钱塘江边的风",
    "元元",
    "老许",
)


def make(
    description: dict[str, Any], ground: Ground, stand: Stand, visitors: int, density: Density, seconds: float
) -> Recording:
    """`visitors` are about in a hall; what somebody who stands at `stand` is told for so long."""
    rng = np.random.default_rng(1)
    floor = Floor(ground.heights, ground.origin_x, ground.origin_z, ground.cell_m)
    hall = Hall(visitors + 1, floor)
    places = homes(ground, visitors, density, _exhibits(description), rng)
    leash_m = CRUSH_RADIUS_M if density == "crush" else np.inf
    stroll = Stroll(ground, places, "mixed", rng, leash_m)
    slots = np.array([hall.join(_look(rng), _placement(ground, x, z, 0.0), 0.0) for x, z in places])
    for visitor, (x, z) in enumerate(places):
        hall.watch(int(slots[visitor]), True)
        stroll.place(visitor, x, z, 0.0)
        stroll.arrived[visitor] = True
    for tick in range(WARM_UP_TICKS):
        _tick(hall, stroll, slots, (tick + 1) * TICK_S)
    viewer = _placement(ground, *stand)
    own = hall.join(0, viewer, WARM_UP_TICKS * TICK_S)
    hall.watch(own, True)
    welcome = _welcome(hall, own, viewer, description["id"])
    messages = [
        (0.0, encode(welcome)),
        (0.0, encode(Population(visitors + 1, {welcome.hall: visitors + 1}))),
    ]
    for tick in range(round(seconds / TICK_S)):
        for delivery in _tick(hall, stroll, slots, (WARM_UP_TICKS + tick + 1) * TICK_S):
            if own in delivery.slots:
                messages.append((tick * TICK_S, _payload(delivery.frame)))
    return Recording(visitors, messages, dict(_person(hall.crowd.id_of(slot)) for slot in slots.tolist()))


def _tick(hall: Hall, stroll: Stroll, slots: Indexes, now_s: float) -> list[Delivery]:
    visitors, poses = stroll.due(now_s)
    for slot, pose in zip(slots[visitors].tolist(), poses, strict=True):
        hall.put(slot, NO_MASK + pose.tobytes())
    return hall.tick(now_s).deliveries


def _payload(frame: bytes) -> bytes:
    """Of a server's WebSocket frame: without the header."""
    short = frame[1] & 0x7F
    return frame[{126: 4, 127: 10}.get(short, 2) :]


def _placement(ground: Ground, x: float, z: float, yaw: float) -> Placement:
    return Placement(x, float(ground.heights_at(np.array([x]), np.array([z]))[0]), z, yaw)


def _exhibits(description: dict[str, Any]) -> Places:
    kinds = ("panels", "checkins", "slots")
    found = [entry["position"] for kind in kinds for entry in description.get(kind, [])]
    return np.array([(place[0], place[2]) for place in found])


def _look(rng: np.random.Generator) -> int:
    """Any look, but for three of four nothing on the head or the back: few choose it."""
    look = Look(*(int(rng.integers(spec.values_count)) for spec in LOOK_FIELDS))
    return pack_look(look if rng.random() < 0.25 else look._replace(accessory=0))


def _person(visitor_id: int) -> tuple[int, dict[str, Any]]:
    name = NAMES[visitor_id % len(NAMES)]
    return visitor_id, {"id": visitor_id, "name": name, "badge": ""}


def _welcome(hall: Hall, own: int, viewer: Placement, hall_id: str) -> Welcome:
    return Welcome(
        id=hall.crowd.id_of(own),
        hall=hall_id,
        token="",
        resumed=False,
        name="bench",
        look=0,
        x=viewer.x,
        y=viewer.y,
        z=viewer.z,
        yaw=viewer.yaw,
        tick=hall.tick_number,
        tick_hz=TICK_HZ,
        cell_m=hall.grid.cell_m,
        origin_x=hall.grid.origin_x,
        origin_z=hall.grid.origin_z,
        floor_y=hall.floor.lowest_y,
        near_ring=NEAR_RING,
        mid_ring=MID_RING,
        slots=hall.crowd.slots_count,
        capacity=hall.crowd.slots_count,
        population=hall.crowd.population,
    )
