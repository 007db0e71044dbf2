"""What is published in a hall, put where it is needed: the hall's description, its floor, its counts; and
what came of it, put where it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from yuanzhan.hall.floor import Block, Deck
from yuanzhan.hall.hall import Placement
from yuanzhan.hall.visits import Zone
from yuanzhan.live.cards import LeftCard
from yuanzhan.live.definition import PublishedBooth, PublishedBooths
from yuanzhan.live.house import House
from yuanzhan.outreach.letter import Spot, Text
from yuanzhan.scene.extras import Slot
from yuanzhan.scene.halls import Hall
from yuanzhan.scene.manifest import Booth as OwnBooth
from yuanzhan.scene.stands import HallRectangle, Stand, own_ground, slot_rectangle
from yuanzhan.store.visits import Counted
from yuanzhan.visits.ledger import Ledger
from yuanzhan.web.halls import PublishedHall

TakenDown = Callable[[], frozenset[tuple[str | None, str]]]
"""Hall and id of each booth that is not to be shown."""

log = structlog.get_logger("yuanzhan.app")


def nothing_taken_down() -> frozenset[tuple[str | None, str]]:
    """Where nobody takes booths down."""
    return frozenset()


class Showing:
    """The published booths of all halls.

    showing.show("retail", stands)     # these, and no others, from now on

    What was taken down is not shown: of a hall's own booths the one in that hall, for others may have one of
    its id; of the published ones, whose ids are theirs alone, wherever a version of it would stand.
    """

    def __init__(
        self,
        halls: Iterable[Hall],
        published: Mapping[str, PublishedHall],
        house: House,
        taken_down: TakenDown = nothing_taken_down,
    ) -> None:
        self._halls = {hall.id: hall for hall in halls}
        self._published = published
        self._house = house
        self._taken_down = taken_down
        self._stands: dict[str, Sequence[Stand]] = {}
        self._hidden: dict[str, frozenset[str]] = {}
        house.on_taken_down(self._taken_down_changed)

    @property
    def halls(self) -> Sequence[str]:
        """Ids of the halls that booths may stand in."""
        return tuple(self._halls)

    def version_of(self, hall_id: str, booth_id: str) -> int | None:
        """Which version of a published booth is shown; None for the hall's own."""
        stands = self._stands.get(hall_id, ())
        return next((stand.version for stand in stands if stand.id == booth_id), None)

    def title_of(self, hall_id: str, booth_id: str) -> dict[str, str] | None:
        """What a booth is called that visitors see now, the hall's own included."""
        spot = self.spot_of(booth_id, hall_id)
        return None if spot is None else {"zh": spot.title.zh, "en": spot.title.en}

    def show(self, hall_id: str, stands: Sequence[Stand]) -> None:
        """Show these booths in a hall; who is inside is told. What has no slot there is left out, and of two
        in one slot the later one.
        """
        self._stands[hall_id] = stands
        self.show_again(hall_id)

    def show_again(self, hall_id: str) -> None:
        """Show what is to be shown now: without what operators took down, the hall's own booths included."""
        if hall_id not in self._halls:
            return
        hidden = frozenset(booth for where, booth in self._taken_down() if where == hall_id)
        self._hidden[hall_id] = self._hidden_in(hall_id)
        stands = [stand for stand in self._stands.get(hall_id, ()) if stand.id not in self._hidden[hall_id]]
        hall = self._halls[hall_id]
        slots = {slot.id: slot for slot in hall.content.slots}
        shown: dict[str, Stand] = {}
        for stand in stands:
            if stand.slot in slots and stand.slot not in shown:
                shown[stand.slot] = stand
            else:
                log.warning("booth_left_out", hall=hall_id, booth=stand.id, slot=stand.slot)
        published = self._published[hall_id]
        published.show(tuple(shown.values()), hidden)
        booths = (_booth(hall, slots[slot_id], stand) for slot_id, stand in shown.items())
        own = [booth for booth in hall.manifest.booths if booth.slot in slots]
        standing = [booth for booth in own if booth.slot not in shown and booth.id not in hidden]
        grounds = None if len(standing) == len(own) else _grounds(slots, standing)
        self._house.booths_changed(
            hall_id,
            PublishedBooths(
                published.booths_revision,
                tuple(booths),
                grounds,
                frozenset(booth.id for booth in standing),
            ),
        )

    def _taken_down_changed(self, hall_id: str) -> None:
        """Something was taken down in this hall, or may be seen again; it may be published elsewhere."""
        for each in self._halls:
            if each == hall_id or self._hidden.get(each) != self._hidden_in(each):
                self.show_again(each)

    def _hidden_in(self, hall_id: str) -> frozenset[str]:
        """The published booths of a hall that were taken down, here or anywhere."""
        down = {booth for _, booth in self._taken_down()}
        return frozenset(stand.id for stand in self._stands.get(hall_id, ()) if stand.id in down)

    def spot_of(self, booth_id: str, hall_id: str | None = None) -> Spot | None:
        """A booth that visitors see now, in this hall or wherever it is."""
        for each in self._halls if hall_id is None else (hall_id,):
            told = self._published[each].description["booths"] if each in self._published else ()
            for booth in told:
                if booth["id"] == booth_id:
                    return Spot(each, booth_id, Text(booth["title"]["zh"], booth["title"]["en"]))
        return None


def _grounds(slots: Mapping[str, Slot], standing: Iterable[OwnBooth]) -> tuple[Block, ...]:
    """Where these of the hall's own booths stand."""
    return tuple(_block(own_ground(slots[booth.slot])) for booth in standing)


def _booth(hall: Hall, slot: Slot, stand: Stand) -> PublishedBooth:
    place = hall.places[slot.id]
    return PublishedBooth(
        id=stand.id,
        place=Placement(*place.position, place.yaw),
        zone=Zone(stand.id, _block(slot_rectangle(slot)), stand.items),
        blocks=tuple(_block(rectangle) for rectangle in stand.blocks(slot)),
        decks=tuple(Deck(_block(deck.ground), deck.y) for deck in stand.raised(slot)),
        takes_cards=stand.takes_cards,
    )


def _block(rectangle: HallRectangle) -> Block:
    return Block(rectangle.x, rectangle.z, rectangle.yaw, rectangle.width_m, rectangle.depth_m)


def take_counts(house: House) -> list[Counted]:
    """What all halls counted since the last time."""
    return [
        Counted(count.booth, count.visits, count.dwell_s, count.heat_s, count.sketch, count.opened)
        for counts in house.take_visits().values()
        for count in counts
    ]


async def keep_card(ledger: Ledger, card: LeftCard) -> None:
    """Keep what somebody left. Raises what the store says when it cannot."""
    await ledger.keep_card(
        booth=card.booth,
        hall=card.hall,
        name=card.name,
        contact=card.contact,
        note=card.note,
        by_device=card.device,
        by_account=card.account,
    )
