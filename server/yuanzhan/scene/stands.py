"""A published booth as it stands in its slot: where its model is put, and what of the floor it takes.

Frames, one inside the other; metres, Y up, front at -Z:
- the model's own; `low` and `high` are its bounds there;
- the booth's: the model with the middle of its foot at the origin, times `scale`;
- the slot's: the booth turned by `yaw_deg` and moved by `offset_m` (x, z);
- the hall's: the slot as it is placed.

A panel of the dress is at a place of the booth's frame before scaling: it turns and moves with the booth, and
does not grow with it.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from yuanzhan.scene.extras import Slot
from yuanzhan.scene.floor import STEP_M
from yuanzhan.scene.manifest import Text, Vector
from yuanzhan.scene.reader import Json

OWN_REACH_M: Final = 0.4
"""So far beyond its slot a booth of the hall's own keeps people away: what the floor keeps from what is
solid, and the size of its cells."""

FootRectangle = tuple[float, float, float, float]
"""Lowest x and z, highest x and z, in the model's frame."""


DeckRectangle = tuple[float, float, float, float, float]
"""The same, and how high above the model's foot."""


@dataclass(frozen=True, slots=True)
class HallRectangle:
    """On a hall's floor: middle, turn, and sides along its own x and z; metres and radians."""

    x: float
    z: float
    yaw: float
    width_m: float
    depth_m: float

    def json(self) -> list[float]:
        """To the millimetre."""
        return [round(value, 4) for value in (self.x, self.z, self.yaw, self.width_m, self.depth_m)]


@dataclass(frozen=True, slots=True)
class HallDeck:
    """A rectangle of a hall at height `y` that one steps up on."""

    ground: HallRectangle
    y: float

    def json(self) -> list[float]:
        """To the millimetre."""
        return [*self.ground.json(), round(self.y, 4)]


@dataclass(frozen=True, slots=True)
class Stand:
    """One published booth. `dress` is its panels, products, links and card, as the HTTP API has them; `feet`
    are the rectangles of the model's frame that nobody can walk through; where they are not known (None), its
    bounds are. `decks` are those that one steps up on. `lods` are lighter versions, finest first: url, bytes,
    error_m (before scaling). `ktx2` is the model with textures that stay compressed on the graphics card.
    """

    id: str
    slot: str
    version: int
    url: str
    bytes: int
    title: Text
    low: Vector
    high: Vector
    body: Text = field(default_factory=Text)
    offset_m: tuple[float, float] = (0.0, 0.0)
    yaw_deg: float = 0.0
    scale: float = 1.0
    dress: Json = field(default_factory=dict)
    feet: tuple[FootRectangle, ...] | None = None
    decks: tuple[DeckRectangle, ...] = ()
    lods: tuple[Json, ...] = ()
    ktx2: str | None = None

    @property
    def items(self) -> frozenset[str]:
        """What can be opened, by id: panels, products, and links by their place in the list."""
        named = [*self.dress.get("panels", ()), *self.dress.get("products", ())]
        links = (link_id(index) for index in range(len(self.dress.get("links", ()))))
        return frozenset((*(str(item["id"]) for item in named), *links, ABOUT_ITEM))

    @property
    def takes_cards(self) -> bool:
        """Whether visitors may leave theirs: where the booth shows its own."""
        return self.dress.get("card") is not None

    def blocks(self, slot: Slot) -> tuple[HallRectangle, ...]:
        """What of the hall's floor it takes: nothing where all of the model is no higher than a step."""
        if (self.high[1] - self.low[1]) * self.scale <= STEP_M:
            return ()
        feet = self.feet
        if feet is None:
            feet = ((self.low[0], self.low[2], self.high[0], self.high[2]),)
        # Drawn larger, what was stepped up on may be a wall.
        walls = tuple(deck[:4] for deck in self.decks if deck[4] * self.scale > STEP_M)
        return self._in_hall(slot, (*feet, *walls))

    def raised(self, slot: Slot) -> tuple[HallDeck, ...]:
        """What of the hall's floor is higher as long as it stands."""
        low = [deck for deck in self.decks if deck[4] * self.scale <= STEP_M]
        grounds = self._in_hall(slot, [deck[:4] for deck in low])
        return tuple(
            HallDeck(ground, slot.position[1] + deck[4] * self.scale)
            for ground, deck in zip(grounds, low, strict=True)
        )

    def json(self, slot: Slot) -> Json:
        """Its entry in `booths` of the HTTP API."""
        return {
            "id": self.id,
            "slot": self.slot,
            "url": self.url,
            "title": self.title.json(),
            "body": self.body.json(),
            "bytes": self.bytes,
            "version": self.version,
            "transform": {
                "offset_m": list(self.offset_m),
                "yaw_deg": self.yaw_deg,
                "scale": self.scale,
            },
            "bounds": {"min": list(self.low), "max": list(self.high)},
            "blocks": [block.json() for block in self.blocks(slot)],
            "decks": [deck.json() for deck in self.raised(slot)],
            "lods": list(self.lods),
            "ktx2": self.ktx2,
            "dress": {"panels": [], "products": [], "links": [], "card": None} | self.dress,
        }

    def _in_hall(self, slot: Slot, feet: Iterable[FootRectangle]) -> tuple[HallRectangle, ...]:
        """Rectangles of the model's frame on the hall's floor."""
        yaw = slot.yaw + math.radians(self.yaw_deg)
        cos, sin = math.cos(yaw) * self.scale, math.sin(yaw) * self.scale
        moved_x, moved_z = turned(*self.offset_m, slot.yaw)
        origin_x, origin_z = slot.position[0] + moved_x, slot.position[2] + moved_z
        middle_x, middle_z = (self.low[0] + self.high[0]) / 2, (self.low[2] + self.high[2]) / 2
        found = []
        for low_x, low_z, high_x, high_z in feet:
            x, z = (low_x + high_x) / 2 - middle_x, (low_z + high_z) / 2 - middle_z
            found.append(
                HallRectangle(
                    origin_x + x * cos + z * sin,
                    origin_z - x * sin + z * cos,
                    yaw,
                    (high_x - low_x) * self.scale,
                    (high_z - low_z) * self.scale,
                )
            )
        return tuple(found)


ABOUT_ITEM: Final = "about"
"""The booth's own panel, with title and body."""


def link_id(index: int) -> str:
    """Links of a dress have no id of their own."""
    return f"link-{index + 1}"


def slot_rectangle(slot: Slot) -> HallRectangle:
    """All of a slot."""
    return HallRectangle(slot.position[0], slot.position[2], slot.yaw, slot.size_m[0], slot.size_m[2])


def own_ground(slot: Slot) -> HallRectangle:
    """Where the floor is another one when the slot's booth of the hall's own is gone."""
    width_m, _, depth_m = slot.size_m
    reach_m = 2 * OWN_REACH_M
    return HallRectangle(slot.position[0], slot.position[2], slot.yaw, width_m + reach_m, depth_m + reach_m)


def turned(x: float, z: float, yaw: float) -> tuple[float, float]:
    """(x, z) turned by `yaw` around Y, counter-clockwise seen from above."""
    cos, sin = math.cos(yaw), math.sin(yaw)
    return x * cos + z * sin, -x * sin + z * cos


def beside_the_demo(booths: Iterable[Json], stands: Sequence[Json]) -> list[Json]:
    """All booths of a hall: `stands`, and its own but for those whose slot is taken."""
    taken = {stand["slot"] for stand in stands}
    return [*(booth for booth in booths if booth["slot"] not in taken), *stands]


def revision_of(stands: Sequence[Json]) -> int:
    """A u32, equal for equal booths whatever their order; 0 for none."""
    if not stands:
        return 0
    told = sorted(json.dumps(stand, sort_keys=True, ensure_ascii=False) for stand in stands)
    return zlib.crc32("\n".join(told).encode()) or 1
