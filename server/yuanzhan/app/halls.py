"""The halls, and all who stand round them: what they show, who runs them, what is counted in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from yuanzhan.app.definitions import define
from yuanzhan.app.kept import Kept
from yuanzhan.booths.ownership import own_booth
from yuanzhan.events.desk import EventDesk
from yuanzhan.events.register import Register
from yuanzhan.instants import now_ms
from yuanzhan.live.house import House
from yuanzhan.live.joins import Joins
from yuanzhan.live.safety import Safety
from yuanzhan.moderation.desk import Desk
from yuanzhan.outreach.desk import OutreachDesk
from yuanzhan.scene.halls import Hall
from yuanzhan.settings import Settings
from yuanzhan.showing import Showing, keep_card, take_counts
from yuanzhan.visits.ledger import Ledger
from yuanzhan.web.halls import PublishedHall, publish
from yuanzhan.web.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Halls:
    """`house` has the visitors, `showing` the booths, `desk` the operators, `events` the organisers."""

    house: House
    shelf: Shelf
    published: Mapping[str, PublishedHall]
    showing: Showing
    desk: Desk
    events: EventDesk
    outreach: OutreachDesk
    ledger: Ledger
    register: Register


def put_up(settings: Settings, halls: Sequence[Hall], kept: Kept) -> Halls:
    """The halls with the booths that are their own. House, desk and showing know one another: they meet by
    functions that look when they are called.
    """
    database, standing = kept.store.database, kept.standing
    house = House(
        [define(hall, settings) for hall in halls],
        kept.secret,
        joins=Joins(settings.joins_per_minute),
        safety=Safety(
            standing=standing,
            words=kept.words,
            words_do=settings.words,
            zone=ZoneInfo(settings.time_zone),
            said=kept.chat_log.said,
            complain=lambda complaint, answered: desk.reports.complain(complaint, answered),
            booth_version=lambda hall, booth: showing.version_of(hall, booth),
        ),
        keep_card=lambda card: keep_card(ledger, card),
        programme=kept.programme,
        count_letters=kept.tally.count,
    )
    ledger = Ledger(database, lambda: take_counts(house), now_ms, settings.count_s * 1000)
    shelf = Shelf(settings.data_dir / "cache" / "files")
    published = publish(
        halls,
        shelf,
        settings.hall_capacity,
        settings.hall_observers,
        settings.hall_queue,
        daily_programme=settings.daily_programme,
    )
    shelf.sweep()
    showing = Showing(halls, published, house, lambda: standing.all_taken_down(now_ms()))
    for hall in halls:
        showing.show_again(hall.id)
    desk = Desk(database, standing, house.oversight, kept.chat_log, booth_title=showing.title_of)
    return Halls(
        house=house,
        shelf=shelf,
        published=published,
        showing=showing,
        desk=desk,
        events=_event_desk(kept, house, published),
        outreach=_outreach_desk(settings, kept, house, showing),
        ledger=ledger,
        register=Register(database, house.take_attendance),
    )


def _event_desk(kept: Kept, house: House, published: Mapping[str, PublishedHall]) -> EventDesk:
    return EventDesk(
        kept.store.database,
        kept.programme,
        lambda hall: published[hall].places if hall in published else None,
        house.programme_changed,
        now_ms,
    )


def _outreach_desk(settings: Settings, kept: Kept, house: House, showing: Showing) -> OutreachDesk:
    return OutreachDesk(
        kept.store.database,
        house.outreach,
        kept.tally,
        spot_of=showing.spot_of,
        owns=own_booth,
        halls=showing.halls,
        is_refused=lambda text: settings.words != "off" and kept.words.find(text) is not None,
        letters_per_hour=settings.letters_per_hour,
    )
