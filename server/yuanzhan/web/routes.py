"""Every route of the server, in one list: method, path, who answers, who may ask.

docs/operating.md says what each is for, and a test compares. Another test asks each with each role.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from yuanzhan.access import Permission
from yuanzhan.web.accounts import AccountRoutes
from yuanzhan.web.attempts import CALLBACK, CODE
from yuanzhan.web.booths import BoothRoutes
from yuanzhan.web.desk import ACTING, DeskRoutes
from yuanzhan.web.events import EventRoutes
from yuanzhan.web.files import ClientFiles
from yuanzhan.web.gate import Gate
from yuanzhan.web.handshake import Door
from yuanzhan.web.health import Health
from yuanzhan.web.objects import Files
from yuanzhan.web.oidc import OidcRoutes
from yuanzhan.web.openapi import Description
from yuanzhan.web.outreach import REACHING, OutreachRoutes
from yuanzhan.web.policy import add_policy
from yuanzhan.web.privacy import PrivacyRoutes
from yuanzhan.web.refusals import answer_errors
from yuanzhan.web.rights import Rights
from yuanzhan.web.route import ANYBODY, Route
from yuanzhan.web.uploads import UploadRoutes, tell_version
from yuanzhan.web.versions import VersionRoutes
from yuanzhan.web.visitors import Visitors
from yuanzhan.web.visits import VisitRoutes

_WATCH = (Permission.HALLS_WATCH,)
_REPORTS = (Permission.REPORTS_HANDLE,)
_SELF = (Permission.SELF,)
_EDIT_BOOTHS = (Permission.BOOTHS_EDIT,)
_SEE_BOOTHS = (Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
_REVIEW = (Permission.BOOTHS_REVIEW,)
_MANAGE = (Permission.ACCOUNTS_MANAGE,)
_INVITE = (Permission.INVITE_COLLEAGUES, Permission.INVITE_EXHIBITORS, Permission.INVITE_STAFF)


@dataclass(frozen=True, slots=True)
class Site:
    """The objects whose methods answer."""

    visitors: Visitors
    client: ClientFiles
    files: Files
    door: Door
    health: Health
    gate: Gate
    accounts: AccountRoutes
    oidc: OidcRoutes
    rights: Rights
    booths: BoothRoutes
    versions: VersionRoutes
    uploads: UploadRoutes
    description: Description
    desk: DeskRoutes
    visits: VisitRoutes
    outreach: OutreachRoutes
    privacy: PrivacyRoutes
    events: EventRoutes


def routes(site: Site) -> list[Route]:
    """All of them, in the order in which they are tried; GET answers HEAD as well. The last one takes
    whatever no other did.
    """
    return [
        Route("GET", "/", site.visitors.landing, ANYBODY),
        Route("GET", "/halls/{hall}", site.visitors.hall_page, ANYBODY),
        Route("GET", "/halls/{hall}/events.ics", site.events.hall_feed, ANYBODY),
        Route("GET", "/halls/{hall}/{place}", site.visitors.hall_page, ANYBODY),
        Route("GET", "/exhibitor", site.visitors.exhibitor, ANYBODY),
        Route("GET", "/operator", site.visitors.operator, ANYBODY),
        Route("GET", "/operator/metrics", site.visitors.metrics, ANYBODY),
        Route("GET", "/operator/events", site.visitors.events, ANYBODY),
        Route("GET", "/sign-in", site.visitors.account, ANYBODY),
        Route("GET", "/invitation/{token}", site.visitors.account, ANYBODY),
        Route("GET", "/account", site.visitors.account, ANYBODY),
        Route("GET", "/privacy", site.visitors.privacy, ANYBODY),
        Route(
            "GET",
            "/{page:exhibitor|operator(?:/metrics|/events)?|sign-in|account|privacy|halls/[^/]+(?:/[^/]+)?}/",
            site.visitors.without_slash,
            ANYBODY,
        ),
        *_account_routes(site.accounts),
        *_oidc_routes(site.oidc),
        *_privacy_routes(site.privacy),
        *_desk_routes(site.desk),
        *_event_routes(site.events),
        Route("GET", "/api/halls", site.visitors.list_halls, ANYBODY),
        Route("GET", "/api/halls/{hall}", site.visitors.describe_hall, ANYBODY),
        Route("GET", "/api/halls/{hall}/booths", site.visitors.list_booths, ANYBODY),
        *_booth_routes(site.booths, site.versions, site.uploads),
        Route("GET", "/api/booths/{id}/visits", site.visits.visits, _SEE_BOOTHS),
        Route("GET", "/api/booths/{id}/leads", site.visits.leads, _EDIT_BOOTHS),
        Route("GET", "/api/booths/{id}/leads.csv", site.visits.leads_csv, _EDIT_BOOTHS),
        Route("DELETE", "/api/booths/{id}/leads/{lead}", site.visits.forget_lead, _EDIT_BOOTHS),
        Route("GET", "/api/outreach", site.outreach.sent, REACHING),
        Route("POST", "/api/outreach", site.outreach.send, REACHING),
        Route("POST", "/api/outreach/audience", site.outreach.reach, REACHING),
        Route("GET", "/api/openapi.json", site.description.get, ANYBODY),
        Route("GET", "/files/{name}", site.files.get, ANYBODY),
        Route("GET", "/ws", site.door.get, ANYBODY),
        Route("GET", "/healthz", site.health.healthz, ANYBODY),
        Route("GET", "/metrics", site.health.metrics, ANYBODY),
        Route("GET", "/api/measurements", site.health.measurements, _WATCH),
        Route("GET", "/{path:.+}", site.client.get, ANYBODY),
    ]


def _account_routes(accounts: AccountRoutes) -> list[Route]:
    return [
        Route("POST", "/api/sign-in", accounts.sign_in, ANYBODY),
        Route("POST", "/api/sign-out", accounts.sign_out, _SELF),
        Route("GET", "/api/me", accounts.me, _SELF),
        Route("POST", "/api/me/password", accounts.change_password, _SELF),
        Route("GET", "/api/me/second-factor", accounts.second_factor, _SELF),
        Route("POST", "/api/me/second-factor", accounts.begin_second_factor, _SELF),
        Route("PUT", "/api/me/second-factor", accounts.confirm_second_factor, _SELF),
        Route("POST", "/api/me/second-factor/remove", accounts.remove_second_factor, _SELF),
        Route("GET", "/api/sessions", accounts.list_sessions, _SELF),
        Route("DELETE", "/api/sessions/{id}", accounts.end_session, _SELF),
        Route("GET", "/api/tokens", accounts.list_tokens, _SELF),
        Route("POST", "/api/tokens", accounts.create_token, _SELF),
        Route("DELETE", "/api/tokens/{id}", accounts.revoke_token, _SELF),
        Route("POST", "/api/invitations", accounts.invite, _INVITE),
        Route("GET", "/api/invitations", accounts.list_invitations, _INVITE),
        Route("POST", "/api/invitations/{id}/withdraw", accounts.withdraw_invitation, _INVITE),
        Route("GET", "/api/invitations/{token}", accounts.look_at_invitation, ANYBODY),
        Route("POST", "/api/invitations/{token}", accounts.accept_invitation, ANYBODY),
        Route("GET", "/api/organisation", accounts.organisation, (Permission.ORGANISATION_READ,)),
        Route(
            "DELETE",
            "/api/organisation/members/{id}",
            accounts.remove_member,
            (Permission.ORGANISATION_EDIT,),
        ),
        Route("GET", "/api/audit", accounts.record, (Permission.AUDIT_READ,)),
        Route("GET", "/api/accounts", accounts.list_accounts, _MANAGE),
        Route("PATCH", "/api/accounts/{id}", accounts.set_role, _MANAGE),
        Route("DELETE", "/api/accounts/{id}", accounts.close_account, _MANAGE),
        Route("POST", "/api/accounts/{id}/revoke", accounts.revoke_account, _MANAGE),
        Route("POST", "/api/accounts/{id}/reset", accounts.reset_account, _MANAGE),
    ]


def _oidc_routes(oidc: OidcRoutes) -> list[Route]:
    return [
        Route("GET", "/api/oidc", oidc.provider, ANYBODY),
        Route("POST", "/api/oidc", oidc.begin, ANYBODY),
        Route("POST", CODE, oidc.code, ANYBODY),
        Route("GET", CALLBACK, oidc.callback, ANYBODY),
        Route("GET", "/api/me/identity", oidc.identity, _SELF),
        Route("POST", "/api/me/identity", oidc.begin_link, _SELF),
        Route("POST", "/api/me/identity/remove", oidc.unlink, _SELF),
    ]


def _privacy_routes(privacy: PrivacyRoutes) -> list[Route]:
    for_others = (Permission.PRIVACY_HANDLE,)
    return [
        Route("GET", "/api/privacy", privacy.notice, ANYBODY),
        Route("GET", "/api/privacy/device", privacy.copy_device, ANYBODY),
        Route("POST", "/api/privacy/device/erase", privacy.erase_device, ANYBODY),
        Route("GET", "/api/me/copy", privacy.copy_me, _SELF),
        Route("POST", "/api/me/erase", privacy.erase_me, _SELF),
        Route("POST", "/api/privacy/copy", privacy.copy_for, for_others),
        Route("POST", "/api/privacy/erase", privacy.erase_for, for_others),
    ]


def _desk_routes(desk: DeskRoutes) -> list[Route]:
    return [
        Route("GET", "/api/desk", desk.overview, _WATCH),
        Route("GET", "/api/desk/acts", desk.table, _WATCH),
        Route("GET", "/api/acts", desk.list_acts, _WATCH),
        Route("POST", "/api/acts", desk.perform, ACTING),
        Route("POST", "/api/acts/{id}/undo", desk.undo, ACTING),
        Route("GET", "/api/acts/{id}/appeal", desk.appeal_state, ANYBODY),
        Route("POST", "/api/acts/{id}/appeal", desk.appeal, ANYBODY),
        Route("GET", "/api/appeals", desk.list_appeals, _REPORTS),
        Route("POST", "/api/appeals/{id}/{answer}", desk.answer_appeal, _REPORTS),
        Route("GET", "/api/reports", desk.list_reports, _REPORTS),
        Route("GET", "/api/reports/{id}", desk.report, _REPORTS),
        Route("POST", "/api/reports/{id}/{step}", desk.step_report, _REPORTS),
        Route("GET", "/api/people", desk.search, _WATCH),
        Route("GET", "/api/people/{hall}/{visitor}", desk.person, _WATCH),
        Route("GET", "/api/visitors/{visit}", desk.visit, _WATCH),
        Route("GET", "/api/halls/{hall}/lines", desk.lines, _WATCH),
    ]


def _event_routes(events: EventRoutes) -> list[Route]:
    manage = (Permission.EVENTS_MANAGE,)
    return [
        Route("GET", "/events.ics", events.all_halls_feed, ANYBODY),
        Route("GET", "/events/{id}.ics", events.one_feed, ANYBODY),
        Route("GET", "/api/events", events.listed, ANYBODY),
        Route("POST", "/api/events", events.plan, manage),
        Route("PUT", "/api/events/{id}", events.change, manage),
        Route("POST", "/api/events/{id}/cancel", events.cancel, manage),
        Route("GET", "/api/events/{id}/stage", events.stage, _WATCH),
        Route("GET", "/api/desk/events", events.for_staff, _WATCH),
    ]


def _booth_routes(booths: BoothRoutes, versions: VersionRoutes, uploads: UploadRoutes) -> list[Route]:
    version = "/api/booths/{id}/versions/{number}"
    return [
        Route("GET", "/api/booths", booths.booths, _SEE_BOOTHS),
        Route("POST", "/api/booths", booths.create, _EDIT_BOOTHS),
        Route("GET", "/api/booths/{id}", booths.get, _SEE_BOOTHS),
        Route("PUT", "/api/booths/{id}", booths.rename, _EDIT_BOOTHS),
        Route("DELETE", "/api/booths/{id}", booths.delete, _EDIT_BOOTHS),
        Route("PUT", "/api/booths/{id}/dress", booths.dress, _EDIT_BOOTHS),
        Route("POST", "/api/booths/{id}/files", booths.add_file, _EDIT_BOOTHS),
        Route("GET", "/api/booths/{id}/preview", booths.preview, _SEE_BOOTHS),
        Route("DELETE", version, versions.delete_version, _EDIT_BOOTHS),
        Route("POST", f"{version}/submit", versions.submit, _EDIT_BOOTHS),
        Route("POST", f"{version}/withdraw", versions.withdraw, (*_EDIT_BOOTHS, Permission.BOOTHS_WITHDRAW)),
        Route("POST", f"{version}/approve", versions.approve, _REVIEW),
        Route("POST", f"{version}/return", versions.send_back, _REVIEW),
        Route("POST", f"{version}/publish", versions.publish, (*_EDIT_BOOTHS, *_REVIEW)),
        Route("GET", "/api/halls/{hall}/slots", booths.slots, _SEE_BOOTHS),
        Route("GET", "/api/reviews", versions.reviews, _REVIEW),
        Route("OPTIONS", "/api/uploads", uploads.options, ANYBODY),
        Route("POST", "/api/uploads", uploads.create, _EDIT_BOOTHS),
        Route("HEAD", "/api/uploads/{id}", uploads.head, _EDIT_BOOTHS),
        Route("PATCH", "/api/uploads/{id}", uploads.append, _EDIT_BOOTHS),
        Route("DELETE", "/api/uploads/{id}", uploads.remove, _EDIT_BOOTHS),
    ]


def web_application(site: Site) -> web.Application:
    """The aiohttp application: one kind of error, policy headers on everything, every route behind the
    gate.
    """
    application = web.Application(middlewares=[answer_errors])
    application.on_response_prepare.append(add_policy)
    application.on_response_prepare.append(tell_version)
    application.on_response_prepare.append(site.health.exposition.count_answer)
    made = routes(site)
    site.description.tell_of(made)
    some = (
        *_account_routes(site.accounts),
        *_oidc_routes(site.oidc),
        *_privacy_routes(site.privacy),
    )
    changing = {
        (route.method, route.path) for route in some if route.method != "GET" or route.path == CALLBACK
    }
    for route in made:
        handler = site.gate.guard(route)
        if (route.method, route.path) in changing:
            # Whatever changes accounts is answered when open sockets have been looked at.
            handler = site.rights.after(handler)
        if route.method == "GET":
            application.router.add_get(route.path, handler)
        else:
            application.router.add_route(route.method, route.path, handler)
    return application
