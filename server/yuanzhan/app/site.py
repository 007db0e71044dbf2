"""The parts as what answers over HTTP."""

from __future__ import annotations

import time

from yuanzhan.app.parts import Parts
from yuanzhan.booths.ownership import own_booth, seen_booth
from yuanzhan.booths.telling import TakenDownAnswer
from yuanzhan.instants import iso, now_ms
from yuanzhan.moderation.acts import Act
from yuanzhan.oidc.provider import Provider
from yuanzhan.privacy.notice import notice
from yuanzhan.privacy.own_data import Here, OwnData
from yuanzhan.reach import is_https
from yuanzhan.settings import Settings
from yuanzhan.visits.book import Book
from yuanzhan.web.accounts import AccountRoutes
from yuanzhan.web.attempts import Attempts
from yuanzhan.web.booth_bodies import telling
from yuanzhan.web.booths import BoothRoutes
from yuanzhan.web.browser import Browser
from yuanzhan.web.desk import DeskRoutes
from yuanzhan.web.events import EventRoutes
from yuanzhan.web.files import ClientFiles
from yuanzhan.web.health import Health
from yuanzhan.web.objects import Files
from yuanzhan.web.oidc import OidcRoutes
from yuanzhan.web.openapi import Description
from yuanzhan.web.outreach import OutreachRoutes
from yuanzhan.web.privacy import PrivacyRoutes
from yuanzhan.web.routes import Site
from yuanzhan.web.uploads import UploadRoutes
from yuanzhan.web.versions import VersionRoutes
from yuanzhan.web.visitors import Visitors
from yuanzhan.web.visits import VisitRoutes
from yuanzhan.workshop import Workshop


def site(settings: Settings, client: ClientFiles, parts: Parts, shop: Workshop) -> Site:
    """What answers over HTTP."""
    kept, halls, entrance = parts.kept, parts.halls, parts.entrance
    gate = entrance.gate
    browser = Browser(
        public_url=settings.public_url,
        trust_forwarded=settings.trust_forwarded,
        lifetime_s=entrance.office.sessions.lifetime_ms // 1000,
    )
    accounts = AccountRoutes(entrance.office, gate, browser)
    tell = telling(lambda booth: _taken_down(kept.standing.take_down_of(booth, now_ms())))
    return Site(
        visitors=_visitors(settings, client, parts),
        client=client,
        files=Files(halls.shelf, shop.stock),
        door=entrance.door,
        health=_health(settings, parts),
        gate=gate,
        accounts=accounts,
        oidc=_oidc(settings, parts, browser, accounts),
        rights=entrance.rights,
        booths=BoothRoutes(shop.desk, shop.overview, shop.uploads, gate, tell),
        versions=VersionRoutes(shop.publication, shop.desk, shop.overview, gate, tell),
        uploads=UploadRoutes(shop.uploads, gate),
        description=Description(),
        desk=_desk(settings, parts),
        visits=VisitRoutes(Book(kept.store.database, seen_booth, own_booth), gate),
        outreach=OutreachRoutes(halls.outreach, gate, time.monotonic),
        privacy=_privacy(settings, parts, accounts),
        events=_events(settings, parts),
    )


def _visitors(settings: Settings, client: ClientFiles, parts: Parts) -> Visitors:
    return Visitors(
        client,
        parts.halls.published,
        parts.gauges.crowds,
        settings.filing,
        settings.minimum_age,
        is_https(settings),
    )


def _health(settings: Settings, parts: Parts) -> Health:
    gauges, door = parts.gauges, parts.entrance.door
    return Health(
        parts.halls.house.head_counts,
        lambda: gauges.ticker.age_s,
        lambda: door.is_closed,
        gauges.metrics,
        settings.metrics,
        gauges.watch,
    )


def _oidc(settings: Settings, parts: Parts, browser: Browser, accounts: AccountRoutes) -> OidcRoutes:
    return OidcRoutes(
        provider_of(settings),
        parts.entrance.office,
        parts.entrance.gate,
        browser,
        Attempts(parts.kept.secret, browser),
        accounts.confirm,
        domains=settings.oidc_domains,
        second_factor=settings.oidc_second_factor,
    )


def provider_of(settings: Settings) -> Provider | None:
    """Whom people may sign in by, if anybody."""
    if not settings.oidc_issuer:
        return None
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name
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


def _desk(settings: Settings, parts: Parts) -> DeskRoutes:
    return DeskRoutes(
        parts.halls.desk,
        parts.halls.house.oversight,
        parts.entrance.gate,
        trust_forwarded=settings.trust_forwarded,
        appeals=parts.entrance.appeals,
        wall_ms=now_ms,
    )


def _privacy(settings: Settings, parts: Parts, accounts: AccountRoutes) -> PrivacyRoutes:
    house = parts.halls.house
    own_data = OwnData(
        parts.kept.store.database,
        parts.kept.chat_log.flush,
        lambda whose: house.oversight.forget_lines(device=whose.device, account=whose.account),
        keep_lines=settings.chat_kept_by_law,
        here=Here(
            lambda whose: house.outreach.held_of(device=whose.device, account=whose.account),
            lambda whose: house.outreach.forget(device=whose.device, account=whose.account),
        ),
    )
    return PrivacyRoutes(
        notice(settings),
        own_data,
        parts.entrance.gate,
        accounts.confirm,
        trust_forwarded=settings.trust_forwarded,
        asking=parts.entrance.asking,
    )


def _events(settings: Settings, parts: Parts) -> EventRoutes:
    halls = parts.halls
    return EventRoutes(
        halls.events,
        parts.kept.programme,
        halls.published,
        halls.house.stage_of,
        parts.entrance.gate,
        public_url=settings.public_url,
        clock_ms=now_ms,
    )
