"""The composition root: settings to halls to house to web, and the life of the process around them."""

from __future__ import annotations

import asyncio
import errno
import importlib
import resource
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

import yuanzhan
from yuanzhan import catalogue, chores, cutoff, data_dir
from yuanzhan.access import Role
from yuanzhan.accounts.office import Office, open_office
from yuanzhan.booths.ownership import own_booth, seen_booth
from yuanzhan.booths.telling import TakenDownAnswer
from yuanzhan.collecting import Collecting
from yuanzhan.errors.starting import AddressUnavailable, HallsMissing, PortBusy, WordListInvalid
from yuanzhan.events.desk import EventDesk, read_programme
from yuanzhan.events.programme import Programme
from yuanzhan.events.register import Register
from yuanzhan.hall.hall import Placement
from yuanzhan.instants import iso, now_ms
from yuanzhan.live.definition import HallDefinition
from yuanzhan.live.house import House
from yuanzhan.live.joins import Joins
from yuanzhan.live.safety import Safety
from yuanzhan.live.ticker import Ticker, ticking
from yuanzhan.moderation.acts import Act
from yuanzhan.moderation.chat_log import ChatLog
from yuanzhan.moderation.desk import Desk, read_standing
from yuanzhan.moderation.standing import Standing
from yuanzhan.moderation.words import OWN_LISTS, WordFilter, WordsInvalid
from yuanzhan.oidc.provider import Provider
from yuanzhan.outreach.desk import OutreachDesk
from yuanzhan.outreach.tally import Tally
from yuanzhan.privacy.notice import notice
from yuanzhan.privacy.own_data import Here, OwnData
from yuanzhan.privacy.purge import Purge
from yuanzhan.reach import Reach, is_https, own_url, reach_of, tls_of
from yuanzhan.scene.extras import Place, Slot
from yuanzhan.scene.halls import Hall, load_halls
from yuanzhan.settings import Settings
from yuanzhan.showing import Showing, keep_card, take_counts
from yuanzhan.store.opening import Store, open_store
from yuanzhan.visits.book import Book
from yuanzhan.visits.ledger import Ledger
from yuanzhan.watching.alerts import Alerts, thresholds
from yuanzhan.watching.firing import read_firing, write_firing
from yuanzhan.watching.watch import Watch
from yuanzhan.watching.webhook import Webhook
from yuanzhan.web.accounts import AccountRoutes
from yuanzhan.web.attempts import Attempts
from yuanzhan.web.booth_bodies import telling
from yuanzhan.web.booths import BoothRoutes
from yuanzhan.web.browser import Browser
from yuanzhan.web.crowds import Crowds
from yuanzhan.web.desk import DeskRoutes, appeals_ration
from yuanzhan.web.events import EventRoutes
from yuanzhan.web.files import ClientFiles
from yuanzhan.web.gate import Gate
from yuanzhan.web.halls import PublishedHall, publish
from yuanzhan.web.handshake import Door
from yuanzhan.web.health import Health
from yuanzhan.web.metrics import Metrics
from yuanzhan.web.objects import Files
from yuanzhan.web.oidc import OidcRoutes
from yuanzhan.web.openapi import Description
from yuanzhan.web.outreach import OutreachRoutes
from yuanzhan.web.privacy import PrivacyRoutes, asking_ration
from yuanzhan.web.rations import Rations
from yuanzhan.web.reception import Reception
from yuanzhan.web.rights import Rights
from yuanzhan.web.routes import Site, web_application
from yuanzhan.web.shelf import Shelf
from yuanzhan.web.uploads import UploadRoutes
from yuanzhan.web.versions import VersionRoutes
from yuanzhan.web.visitors import Visitors
from yuanzhan.web.visits import VisitRoutes
from yuanzhan.workshop import Workshop, workshop

log = structlog.get_logger("yuanzhan.app")

# A burst of visitors at the opening of a hall waits in the kernel rather than being refused.
BACKLOG: Final = 4096
# From the signal to the end of the process. All that a stop waits for, one after another, takes less even
# where nothing heeds it; what hangs beyond its own bound (a thread on a dead disk) is cut off, as by a kill:
# what was acknowledged is durable, and the next start goes on with the rest.
STOP_S: Final = 5.0
# The bots' own process ends at once, unless it is stuck: then it is killed, and waited for as long again.
BOTS_STOP_S: Final = 0.25
# Visitors are told and their sockets close within so long.
FAREWELL_S: Final = 2.0
# What was said and counted last is written within so long, and what those before have left over.
CHORES_STOP_S: Final = 0.75
REPORTS_STOP_S: Final = 0.25
# For requests that are being answered; aiohttp gives them so long to end, and once more to be cancelled.
HTTP_STOP_S: Final = 0.25
# For what a step of an upload's check does when it is told to end, and what all others have left over. Its
# child ends with this process at the latest, and the next start goes on with it.
STEPS_STOP_S: Final = 0.5
# For all that does not wait.
STOP_SPARE_S: Final = 0.25
# When visitors who were told that the server stops may try again: a restart takes less.
RETRY_S: Final = 3.0
# What was counted by address is forgotten so long after it counts no more; with the longest count, within the
# hour that the privacy page names.
FORGET_PERIOD_S: Final = 60.0
# A comfortable seat, and the one that the avatars' sitting clip is made for.
SEAT_HEIGHT_M: Final = 0.43


@dataclass(slots=True)
class _Stop:
    """How much of `STOP_S` is left."""

    begun_s: float | None = None

    def begin(self) -> None:
        """Now, unless it has begun before."""
        self.begun_s = self.begun_s or time.monotonic()

    def left_s(self, least_s: float, later_s: float = 0.0) -> float:
        """For a part that has `least_s` in any case, and parts after it that have `later_s`. What leaves the
        server otherwise, as a port that is busy does, begins the stop here.
        """
        self.begin()
        assert self.begun_s is not None
        gone_s = time.monotonic() - self.begun_s
        return max(least_s, STOP_S - gone_s - later_s - STOP_SPARE_S)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens."""

    reach: Reach
    showing: Showing


def run(settings: Settings, announce: Callable[[Reach], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` is called once, when listening. Raises StartError."""
    raise_open_files_limit()
    with asyncio.Runner(loop_factory=fastest_loop_factory()) as runner:
        runner.run(_serve_until_signal(settings, announce))


async def _serve_until_signal(settings: Settings, announce: Callable[[Reach], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serving(settings) as running:
        log.info("listening", url=running.reach.base_url, halls=running.reach.hall_count)
        announce(running.reach)
        await stop.wait()
        log.info("stopping")
        cutoff.begin(STOP_S)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Running]:
    """The whole server, listening while the context is open; leaving it tells the visitors and closes.

    Should a tick fail, the visitors are told at once, the block is cancelled, and the error is raised: the
    process ends, is started anew, and everybody rejoins.
    """
    data_dir.prepare(settings.data_dir)
    # Read now: the first error answered must not wait for the disk.
    catalogue.load()
    halls = load_halls(settings.scenes_dir, settings.data_dir / "cache")
    if not halls:
        raise HallsMissing(path=str(settings.scenes_dir))
    client = ClientFiles(settings.client_dir)
    client.check()
    tls = tls_of(settings)
    words = read_words(settings)
    stop = _Stop()
    async with (
        open_store(settings.database_url, settings.data_dir) as store,
        _parts(settings, halls, store, words) as parts,
        workshop(
            settings,
            store.database,
            _slots(halls),
            parts.showing.show,
            on_received=parts.metrics.count_upload,
            stop_s=lambda: stop.left_s(STEPS_STOP_S),
        ) as shop,
    ):
        first_owner = await parts.office.invitations.first_owner()
        runner = Reception(
            web_application(_site(settings, client, store, parts, shop)),
            per_address=None if settings.trust_forwarded else settings.connections_per_address,
            tls=tls,
            stop_s=HTTP_STOP_S,
        )
        await runner.setup()
        try:
            port = await _listen(runner, settings)
            reach = reach_of(settings, port, len(halls), first_owner.key if first_owner else None)
            async with _moving(parts, stop), _bots(settings, port):
                try:
                    yield Running(reach, parts.showing)
                finally:
                    stop.begin()
        finally:
            await runner.cleanup()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the halls are run by, put together; nothing of it runs yet."""

    store: Store
    standing: Standing
    house: House
    ticker: Ticker
    metrics: Metrics
    door: Door
    gate: Gate
    rights: Rights
    office: Office
    desk: Desk
    chat_log: ChatLog
    ledger: Ledger
    programme: Programme
    register: Register
    tally: Tally
    outreach: OutreachDesk
    crowds: Crowds
    shelf: Shelf
    published: Mapping[str, PublishedHall]
    showing: Showing
    purge: Purge
    watch: Watch
    webhook: Webhook
    appeals: Rations
    asking: Rations

    async def forget_addresses(self) -> None:
        """Those that count no more, until cancelled; the halls forget theirs at their ticks."""
        while True:
            await asyncio.sleep(FORGET_PERIOD_S)
            for counted in (self.office.tries, self.appeals, self.asking):
                counted.forget()


@asynccontextmanager
async def _parts(
    settings: Settings, halls: list[Hall], store: Store, words: WordFilter
) -> AsyncIterator[_Parts]:
    """All parts; at the end what they hold of the system is let go."""
    chat_log = ChatLog(store.database, settings.chat_days)
    standing = await read_standing(store.database)
    programme = await read_programme(store.database, now_ms())
    secret = data_dir.read_secret(settings.data_dir)
    tally = Tally(store.database)
    house = House(
        [define(hall, settings) for hall in halls],
        secret,
        joins=Joins(settings.joins_per_minute),
        safety=Safety(
            standing=standing,
            words=words,
            words_do=settings.words,
            zone=ZoneInfo(settings.time_zone),
            said=chat_log.said,
            complain=lambda complaint, answered: desk.reports.complain(complaint, answered),
            booth_version=lambda hall, booth: showing.version_of(hall, booth),
        ),
        keep_card=lambda card: keep_card(ledger, card),
        programme=programme,
        count_letters=tally.count,
    )
    ledger = Ledger(store.database, lambda: take_counts(house), now_ms)
    desk = Desk(
        store.database,
        standing,
        house,
        chat_log,
        booth_title=lambda hall, booth: showing.title_of(hall, booth),
    )
    office = open_office(
        store.database,
        secret,
        idle_hours=settings.session_idle_hours,
        lifetime_days=settings.session_days,
        new_role=Role(settings.oidc_new_role) if settings.oidc_new_role else None,
    )
    gate = Gate(
        office.sessions,
        own_origins=(settings.public_url,),
        staff_second_factor=settings.staff_second_factor,
    )
    door = Door(
        house.open_connection,
        pending_per_address=settings.pending_per_address,
        own_origins=(settings.public_url, *settings.allowed_origins),
        trust_forwarded=settings.trust_forwarded,
        identify=gate.signed_in,
    )
    crowds = Crowds(house.head_counts, house.observer_counts, house.queue_counts)
    metrics = Metrics(
        crowds,
        lambda: door.pending,
        house.traffic,
        lambda: shutil.disk_usage(settings.data_dir).free,
        lambda: store.seal.unsigned_count,
    )
    webhook = Webhook(settings.alert_webhook, settings.public_url, yuanzhan.__version__)
    firing_file = settings.data_dir / "alerts.json"
    shelf = Shelf(settings.data_dir / "cache" / "files")
    published = publish(halls, shelf, settings.hall_capacity, settings.hall_observers, settings.hall_queue)
    shelf.sweep()
    showing = Showing(halls, published, house, lambda hall: standing.taken_down(hall, now_ms()))
    for hall in halls:
        showing.show_again(hall.id)
    try:
        yield _Parts(
            store=store,
            standing=standing,
            house=house,
            ticker=Ticker(house.tick, metrics.observe_tick, prepare=house.read_ahead),
            metrics=metrics,
            door=door,
            gate=gate,
            rights=Rights(gate.holding, house),
            office=office,
            desk=desk,
            chat_log=chat_log,
            ledger=ledger,
            programme=programme,
            register=Register(store.database, house.take_attendance),
            tally=tally,
            outreach=OutreachDesk(
                store.database,
                house.outreach,
                tally,
                spot_of=showing.spot_of,
                owns=own_booth,
                halls=showing.halls,
                is_refused=lambda text: settings.words != "off" and words.find(text) is not None,
                letters_per_hour=settings.letters_per_hour,
            ),
            crowds=crowds,
            shelf=shelf,
            published=published,
            showing=showing,
            purge=Purge(store.database, settings),
            watch=Watch(
                metrics.read,
                Alerts(thresholds(settings), read_firing(firing_file)),
                webhook.tell,
                now_ms,
                lambda firing: write_firing(firing_file, firing),
            ),
            webhook=webhook,
            appeals=appeals_ration(time.monotonic),
            asking=asking_ration(time.monotonic),
        )
    finally:
        house.let_go()


def _site(settings: Settings, client: ClientFiles, store: Store, parts: _Parts, shop: Workshop) -> Site:
    """What answers over HTTP."""
    gate, house, door, ticker = parts.gate, parts.house, parts.door, parts.ticker
    browser = Browser(
        public_url=settings.public_url,
        trust_forwarded=settings.trust_forwarded,
        lifetime_s=parts.office.sessions.lifetime_ms // 1000,
    )
    accounts = AccountRoutes(parts.office, gate, browser)
    tell = telling(lambda booth: _taken_down(parts.standing.take_down_of(booth, now_ms())))
    return Site(
        visitors=Visitors(
            client,
            parts.published,
            parts.crowds,
            settings.filing,
            settings.minimum_age,
            is_https(settings),
        ),
        client=client,
        files=Files(parts.shelf, shop.stock),
        door=door,
        health=Health(
            house.head_counts,
            lambda: ticker.age_s,
            lambda: door.is_closed,
            parts.metrics,
            settings.metrics,
            parts.watch,
        ),
        gate=gate,
        accounts=accounts,
        oidc=OidcRoutes(
            provider_of(settings),
            parts.office,
            gate,
            browser,
            Attempts(data_dir.read_secret(settings.data_dir), browser),
            accounts.confirm,
            domains=settings.oidc_domains,
            second_factor=settings.oidc_second_factor,
        ),
        rights=parts.rights,
        booths=BoothRoutes(shop.desk, shop.overview, shop.uploads, gate, tell),
        versions=VersionRoutes(shop.publication, shop.desk, shop.overview, gate, tell),
        uploads=UploadRoutes(shop.uploads, gate),
        description=Description(),
        desk=DeskRoutes(
            parts.desk,
            house,
            gate,
            trust_forwarded=settings.trust_forwarded,
            appeals=parts.appeals,
            wall_ms=now_ms,
        ),
        visits=VisitRoutes(Book(store.database, seen_booth, own_booth), gate),
        outreach=OutreachRoutes(parts.outreach, gate, time.monotonic),
        privacy=PrivacyRoutes(
            notice(settings),
            OwnData(
                store.database,
                parts.chat_log.flush,
                lambda whose: house.forget_lines(device=whose.device, account=whose.account),
                keep_lines=settings.chat_kept_by_law,
                here=Here(
                    lambda whose: house.outreach.held_of(device=whose.device, account=whose.account),
                    lambda whose: house.outreach.forget(device=whose.device, account=whose.account),
                ),
            ),
            gate,
            accounts.confirm,
            trust_forwarded=settings.trust_forwarded,
            asking=parts.asking,
        ),
        events=_event_routes(settings, store, parts),
    )


def _taken_down(act: Act | None) -> TakenDownAnswer | None:
    """As the booth's exhibitor is told: not by whom, and no comment among colleagues."""
    if act is None:
        return None
    return TakenDownAnswer(
        act=act.id,
        reason=act.reason.value,
        note=act.note,
        at=iso(act.made_at_ms),
        until=None if act.ends_at_ms is None else iso(act.ends_at_ms),
    )


def _event_routes(settings: Settings, store: Store, parts: _Parts) -> EventRoutes:
    programme, published, house = parts.programme, parts.published, parts.house
    return EventRoutes(
        EventDesk(
            store.database,
            programme,
            lambda hall: published[hall].places if hall in published else None,
            house.programme_changed,
            now_ms,
        ),
        programme,
        published,
        house.stage_of,
        parts.gate,
        public_url=settings.public_url,
        clock_ms=now_ms,
    )


@asynccontextmanager
async def _moving(parts: _Parts, stop: _Stop) -> AsyncIterator[None]:
    """The halls move while the block lasts; then the visitors are told, and what they did last is written."""
    house, door = parts.house, parts.door
    collecting = Collecting(house.traffic.closes.total)
    collecting.start()
    logging_chat = chores.begin("chat log", parts.chat_log.run())
    counting = chores.begin("visits", parts.ledger.run())
    registering = chores.begin("attendance", parts.register.run())
    tallying = chores.begin("letters", parts.tally.run())
    looking = chores.begin("rights", parts.rights.run())
    forgetting = chores.begin("addresses", parts.forget_addresses())
    following = chores.begin("acts", parts.desk.run())
    purging = chores.begin("purge", parts.purge.run())
    watching = chores.begin("watch", parts.watch.run())
    alerting = chores.begin("alerts", parts.webhook.run())
    signing = chores.begin("audit head", parts.store.keep_signed())

    def send_away() -> None:
        door.close()
        house.send_away(RETRY_S)

    try:
        async with ticking(parts.ticker, send_away):
            try:
                yield
            finally:
                door.close()
                await house.close(RETRY_S, FAREWELL_S)
    finally:
        parts.chat_log.stop()
        parts.ledger.stop()
        parts.register.stop()
        parts.tally.stop()
        looking.cancel()
        forgetting.cancel()
        following.cancel()
        parts.purge.stop()
        watching.cancel()
        signing.cancel()
        parts.webhook.stop()
        await chores.end(
            logging_chat,
            counting,
            registering,
            tallying,
            looking,
            forgetting,
            following,
            purging,
            watching,
            alerting,
            signing,
            within_s=stop.left_s(CHORES_STOP_S, REPORTS_STOP_S + 2 * HTTP_STOP_S + STEPS_STOP_S),
        )
        await parts.desk.reports.close(REPORTS_STOP_S)
        collecting.stop()


def provider_of(settings: Settings) -> Provider | None:
    """Whom people may sign in by, if anybody."""
    if not settings.oidc_issuer:
        return None
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name
    )


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


def read_words(settings: Settings) -> WordFilter:
    """Our lists of words, and those of the data directory. Raises WordListInvalid."""
    own = settings.data_dir / "words"
    try:
        return WordFilter.read((OWN_LISTS, own))
    except (WordsInvalid, OSError) as error:
        raise WordListInvalid(path=str(own), detail=str(error)) from error


def _placement(place: Place) -> Placement:
    return Placement(*place.position, place.yaw)


def _under(seat: Placement) -> Placement:
    """Where a sitter's feet are: a hall gives the seat's surface, a pose is always of the feet."""
    return seat._replace(y=seat.y - SEAT_HEIGHT_M)


@asynccontextmanager
async def _bots(settings: Settings, port: int) -> AsyncIterator[None]:
    """The visitors made by the program, in a process of their own that ends with this one."""
    if not settings.bots:
        yield
        return
    url = own_url(settings, port)
    words = (sys.executable, "-m", "yuanzhan", "bots", "--until-eof", "--url", url)
    process = await asyncio.create_subprocess_exec(
        *words,
        "--count",
        str(settings.bots),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        await chores.end_process(process, within_s=BOTS_STOP_S)


async def _listen(runner: web.AppRunner, settings: Settings) -> int:
    """Open the port. Returns its number. Raises PortBusy, AddressUnavailable."""
    host, port = settings.listen_host, settings.port
    try:
        await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(port=port) from error
        raise AddressUnavailable(host=host, port=port, detail=error.strerror or str(error)) from error
    return int(runner.addresses[0][1])


def _slots(halls: list[Hall]) -> dict[str, dict[str, Slot]]:
    """Where booths may stand, by hall and id."""
    return {hall.id: {slot.id: slot for slot in hall.content.slots} for hall in halls}


def fastest_loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed (it has no Windows version), otherwise None: asyncio's own."""
    try:
        uvloop = importlib.import_module("uvloop")
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def raise_open_files_limit() -> None:
    """Each visitor is an open file: take as many as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
