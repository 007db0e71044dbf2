"""Every error that Yuanzhan names, and what each becomes at the edges.

    YuanzhanError                       code, params: the sentence is in the message catalogue
    ├── StartError                      this machine or its settings: one sentence, exit code 1
    │   ├── CommandLineFault            exit code 2: what was typed, or written into a file of settings
    │   │   ├── SettingAlone
    │   │   ├── SettingInvalid
    │   │   ├── SettingMistyped (SettingUnknown)
    │   │   ├── SettingUnknown
    │   │   ├── ConfigUnreadable
    │   │   ├── UsageMissing
    │   │   ├── UsageUnknown
    │   │   ├── UsageNoValue
    │   │   ├── UsageInvalid
    │   │   ├── OutputUnwritable
    │   │   ├── RecordMissing           nothing to look at where somebody wanted to
    │   │   ├── TextTooLong
    │   │   └── TextUnreadable
    │   ├── PortBusy
    │   ├── AddressUnavailable
    │   ├── DataDirUnwritable
    │   ├── DatabaseUnreachable
    │   ├── DatabaseNewer               made by a later version of the program
    │   ├── BucketMissing
    │   ├── BucketRefuses
    │   ├── BucketTaken                 by another database
    │   ├── BucketUnreachable
    │   ├── ExtraMissing                of the optional packages
    │   ├── ToolMissing
    │   ├── ClientMissing
    │   ├── HallsMissing
    │   ├── WordListInvalid
    │   ├── OpenFilesTooFew
    │   ├── HallUnknown
    │   ├── ServerUnreachable           what a command on the other side of the network says
    │   ├── ServerStrange
    │   ├── ServerGone
    │   └── SceneInvalid                a hall.toml or a glTF that cannot be read
    ├── PeerFault                       what somebody sent is not acceptable
    │   ├── RequestRefused              answered over HTTP with a status
    │   │   ├── NotAWebSocket           400
    │   │   ├── SubprotocolMissing      400
    │   │   ├── ForeignOrigin           403
    │   │   ├── NotForYou               403
    │   │   ├── NoSuchPage              404
    │   │   ├── NoSuchHall              404
    │   │   ├── NoSuchCard              404
    │   │   ├── MethodNotAllowed        405
    │   │   ├── RequestTooLarge         413
    │   │   ├── TooManyPending          429
    │   │   ├── NotSignedIn             401
    │   │   ├── SignInRefused           401
    │   │   ├── CodeNeeded              401
    │   │   ├── CodeWrong               401
    │   │   ├── NotAllowed              403
    │   │   ├── RequestForged           403
    │   │   ├── SecondFactorNeeded      403
    │   │   ├── SignInAgain             403
    │   │   ├── AttemptOver             400
    │   │   ├── IdentityUnknown         403
    │   │   ├── IdentityRefused         403
    │   │   ├── IdentityTaken           409
    │   │   ├── LastWayIn               409
    │   │   ├── NoProvider              404
    │   │   ├── ProviderRefused         403
    │   │   ├── NoSuchInvitation        404
    │   │   ├── NoSuchAccount           404
    │   │   ├── NoSuchItem              404
    │   │   ├── LoginTaken              409
    │   │   ├── LastOwner               409
    │   │   ├── TooManyTokens           409
    │   │   ├── LoginInvalid            422
    │   │   ├── NameInvalid             422
    │   │   ├── PasswordWeak            422
    │   │   ├── OrganisationNeeded      422
    │   │   ├── TooManyTries            429
    │   │   ├── ActInvalid              422
    │   │   ├── EventInvalid            422
    │   │   ├── EventEndsEarly          422
    │   │   ├── EventTooLong            422
    │   │   ├── EventPast               422
    │   │   ├── EventsOverlap           409
    │   │   ├── EventOver               409
    │   │   ├── TooManyEvents           409
    │   │   ├── NoSuchEvent             404
    │   │   ├── TargetGone              404
    │   │   ├── TargetIsStaff           403
    │   │   ├── ActKnown                409
    │   │   ├── ActOver                 409
    │   │   ├── ReportHandled           409
    │   │   ├── AppealKnown             409
    │   │   ├── BodyWrong               422; carries problems, each with its JSON pointer
    │   │   │   └── DressWrong          422
    │   │   ├── NoSuchBooth             404 (another organisation's is not there either)
    │   │   ├── NoSuchVersion           404
    │   │   ├── NoSuchUpload            404
    │   │   ├── NotInThisState          409
    │   │   ├── BoothNotShown           409
    │   │   ├── TooManyLetters          429
    │   │   ├── SlotTaken               409
    │   │   ├── SubmittedAnew           409
    │   │   ├── TooManyBooths           409
    │   │   ├── TooManyVersions         409
    │   │   ├── UploadOffsetWrong       409
    │   │   ├── TusVersionUnknown       412
    │   │   ├── UploadTooLarge          413 beyond what may be
    │   │   ├── UploadTooLong           413 beyond what was said
    │   │   ├── QuotaFull               413
    │   │   ├── MediaTypeWrong          415
    │   │   ├── FileKindRefused         415 not a picture, video or sound that browsers play
    │   │   ├── UploadHashWrong         422
    │   │   ├── UploadBusy              423
    │   │   ├── TooManyUploads          429
    │   │   ├── ChecksumMismatch        460 (of tus)
    │   │   └── RequestInvalid          400 (whatever aiohttp itself refuses)
    │   └── ConnectionRefused           answered over the WebSocket with a close code, by reason
    └── ServerFault                     our own
        ├── InternalError               500
        ├── ProviderUnreachable         502: whom we let say who somebody is
        ├── ProviderStrange             502
        ├── DiskFull                    507
        ├── ObjectsUnreachable          503
        ├── PictureUnfinished           503
        └── Stopping                    503

Codes are stable names; `error.<code>` and `close.<reason>` of the catalogue hold their sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

Param = str | int | float


class YuanzhanError(Exception):
    """A named problem. `code` is stable; `params` fill the catalogue's sentence."""

    code: str = "internal"

    def __init__(self, **params: Param) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class StartError(YuanzhanError):
    """The program cannot start (or a command cannot run) here."""

    code = "cannot_start"


class CommandLineFault(StartError):
    """What was typed cannot be."""


class SettingInvalid(CommandLineFault):
    """params: setting, value, expected: a range, choices, or a key `cli.expected_…` of the catalogue."""

    code = "setting_invalid"


class SettingUnknown(CommandLineFault):
    """params: setting, names: those that there are."""

    code = "setting_unknown"


class SettingMistyped(SettingUnknown):
    """params: setting, nearest: the one that was meant, it seems."""

    code = "setting_mistyped"


class SettingAlone(CommandLineFault):
    """params: setting, needs: another one, without which it means nothing."""

    code = "setting_alone"


class ConfigUnreadable(CommandLineFault):
    """params: path, detail."""

    code = "config_unreadable"


class UsageMissing(CommandLineFault):
    """params: what, help: the command that tells more. So have all that begin with Usage."""

    code = "usage_missing"


class UsageUnknown(CommandLineFault):
    """params: what, help."""

    code = "usage_unknown"


class UsageNoValue(CommandLineFault):
    """params: what, help."""

    code = "usage_no_value"


class UsageInvalid(CommandLineFault):
    """params: detail, help."""

    code = "usage_invalid"


class OutputUnwritable(CommandLineFault):
    """params: path and detail: what the system says."""

    code = "output_unwritable"


class RecordMissing(CommandLineFault):
    """params: place: a folder, a file, or a database's URL without its password."""

    code = "record_missing"


class TextTooLong(CommandLineFault):
    """params: what, count and most: characters."""

    code = "text_too_long"


class TextUnreadable(CommandLineFault):
    """It is not UTF-8. params: what."""

    code = "text_unreadable"


class PortBusy(StartError):
    """params: port."""

    code = "port_busy"


class AddressUnavailable(StartError):
    """params: host, port, detail."""

    code = "address_unavailable"


class DataDirUnwritable(StartError):
    """params: path, detail."""

    code = "data_dir_unwritable"


class DatabaseUnreachable(StartError):
    """params: url (without its password), detail."""

    code = "database_unreachable"


class DatabaseNewer(StartError):
    """params: detail."""

    code = "database_newer"


class BucketMissing(StartError):
    """params: bucket."""

    code = "bucket_missing"


class BucketRefuses(StartError):
    """params: bucket."""

    code = "bucket_refuses"


class BucketTaken(StartError):
    """params: bucket, with its prefix. Another database has its files there, and would lose them."""

    code = "bucket_taken"


class BucketUnreachable(StartError):
    """params: bucket, detail."""

    code = "bucket_unreachable"


class ExtraMissing(StartError):
    """params: setting, extra: what pip installs for it."""

    code = "extra_missing"


class ToolMissing(StartError):
    """params: tool."""

    code = "tool_missing"


class ClientMissing(StartError):
    """params: path."""

    code = "client_missing"


class HallsMissing(StartError):
    """params: path."""

    code = "halls_missing"


class HallUnknown(StartError):
    """params: hall, halls: the ids of those that there are."""

    code = "hall_unknown"


class SceneInvalid(StartError):
    """params: file (and key), detail: what is wrong with it, in one sentence.

    `issue` is the same as reports of uploads have it (scene/issues.py), where the table has a code for it.
    """

    code = "scene_invalid"
    issue: Any = None


class WordListInvalid(StartError):
    """params: path, detail."""

    code = "word_list_invalid"


class OpenFilesTooFew(StartError):
    """params: limit, wanted."""

    code = "open_files_too_few"


class ServerUnreachable(StartError):
    """params: url, detail."""

    code = "server_unreachable"


class ServerStrange(StartError):
    """Something answers, but not a Yuanzhan server. params: url."""

    code = "server_strange"


class ServerGone(StartError):
    """It went away while a command was at work with it. params: url."""

    code = "server_gone"


class PeerFault(YuanzhanError):
    """Somebody else's mistake: said to them, not logged as ours."""

    code = "request_invalid"


class RequestRefused(PeerFault):
    """Refused over HTTP."""


class RequestInvalid(RequestRefused):
    code = "request_invalid"


class NotAWebSocket(RequestRefused):
    code = "not_a_websocket"


class SubprotocolMissing(RequestRefused):
    """params: subprotocol."""

    code = "subprotocol_missing"


class ForeignOrigin(RequestRefused):
    code = "foreign_origin"


class NotForYou(RequestRefused):
    code = "not_for_you"


class NoSuchPage(RequestRefused):
    code = "no_such_page"


class NoSuchHall(RequestRefused):
    code = "no_such_hall"


class NoSuchCard(RequestRefused):
    code = "no_such_card"


class MethodNotAllowed(RequestRefused):
    code = "method_not_allowed"


class RequestTooLarge(RequestRefused):
    code = "request_too_large"


class TooManyPending(RequestRefused):
    code = "too_many_pending"


class NotSignedIn(RequestRefused):
    code = "not_signed_in"


class SignInRefused(RequestRefused):
    code = "sign_in_refused"


class CodeNeeded(RequestRefused):
    """The password is right, and the account has a second factor."""

    code = "code_needed"


class CodeWrong(RequestRefused):
    code = "code_wrong"


class NotAllowed(RequestRefused):
    code = "not_allowed"


class RequestForged(RequestRefused):
    """A change that our own page did not send."""

    code = "request_forged"


class SecondFactorNeeded(RequestRefused):
    """The server asks it of all staff, and this account has none yet."""

    code = "second_factor_needed"


class SignInAgain(RequestRefused):
    """The account has no password to ask for, and this session is not from just now."""

    code = "sign_in_again"


class AttemptOver(RequestRefused):
    """What came back from the provider belongs to no sign-in that this browser began, or to one of before."""

    code = "attempt_over"


class IdentityUnknown(RequestRefused):
    """The provider knows them, and no account that is open is theirs."""

    code = "identity_unknown"


class IdentityRefused(RequestRefused):
    """Without a verified e-mail address of a domain that the server asks for."""

    code = "identity_refused"


class IdentityTaken(RequestRefused):
    """It is another account's, or the account has one already."""

    code = "identity_taken"


class LastWayIn(RequestRefused):
    """Nobody could sign in to the account without it."""

    code = "last_way_in"


class NoProvider(RequestRefused):
    """The server has none to sign in by."""

    code = "no_provider"


class ProviderRefused(RequestRefused):
    """The provider let them not in, or they did not want to."""

    code = "provider_refused"


class NoSuchInvitation(RequestRefused):
    """Unknown, used or too old."""

    code = "no_such_invitation"


class NoSuchAccount(RequestRefused):
    code = "no_such_account"


class NoSuchItem(RequestRefused):
    """A session, a token, an organisation: not there, or not theirs."""

    code = "no_such_item"


class LoginTaken(RequestRefused):
    """params: login."""

    code = "login_taken"


class LastOwner(RequestRefused):
    code = "last_owner"


class TooManyTokens(RequestRefused):
    """params: most."""

    code = "too_many_tokens"


class LoginInvalid(RequestRefused):
    """params: least, most."""

    code = "login_invalid"


class NameInvalid(RequestRefused):
    code = "name_invalid"


class PasswordWeak(RequestRefused):
    """params: least."""

    code = "password_weak"


class OrganisationNeeded(RequestRefused):
    code = "organisation_needed"


class TooManyTries(RequestRefused):
    """params: seconds."""

    code = "too_many_tries"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a body: `pointer` (RFC 6901) says where, `problem.<code>` of the catalogue
    what, filled from `params`."""

    pointer: str
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


class BodyWrong(RequestRefused):
    """A body that is not what the address takes, with everything that is wrong with it."""

    code = "body_wrong"

    def __init__(self, problems: Iterable[Problem] = (), **params: Param) -> None:
        super().__init__(**params)
        self.problems = tuple(problems)


class DressWrong(BodyWrong):
    code = "dress_wrong"


class NoSuchBooth(RequestRefused):
    code = "no_such_booth"


class NoSuchVersion(RequestRefused):
    code = "no_such_version"


class NoSuchUpload(RequestRefused):
    code = "no_such_upload"


class NotInThisState(RequestRefused):
    """params: state."""

    code = "not_in_this_state"


class BoothNotShown(RequestRefused):
    """Visitors do not see it now: nobody can be invited there."""

    code = "booth_not_shown"


class TooManyLetters(RequestRefused):
    """params: most, letters an hour."""

    code = "too_many_letters"


class SlotTaken(RequestRefused):
    """params: hall, slot."""

    code = "slot_taken"


class SubmittedAnew(RequestRefused):
    """Since somebody looked at it."""

    code = "submitted_anew"


class TooManyVersions(RequestRefused):
    """params: most."""

    code = "too_many_versions"


class TooManyBooths(RequestRefused):
    """params: most."""

    code = "too_many_booths"


class UploadOffsetWrong(RequestRefused):
    """params: offset: where to go on."""

    code = "upload_offset_wrong"


class TusVersionUnknown(RequestRefused):
    """params: version: ours."""

    code = "tus_version_unknown"


class UploadTooLarge(RequestRefused):
    """params: most_mb."""

    code = "upload_too_large"


class UploadTooLong(RequestRefused):
    """params: length: what was said."""

    code = "upload_too_long"


class QuotaFull(RequestRefused):
    """params: most_mb."""

    code = "quota_full"


class MediaTypeWrong(RequestRefused):
    """params: wanted."""

    code = "media_type_wrong"


class FileKindRefused(RequestRefused):
    code = "file_kind_refused"


class UploadHashWrong(RequestRefused):
    code = "upload_hash_wrong"


class UploadBusy(RequestRefused):
    code = "upload_busy"


class TooManyUploads(RequestRefused):
    """params: most."""

    code = "too_many_uploads"


class ChecksumMismatch(RequestRefused):
    code = "checksum_mismatch"


class ActInvalid(RequestRefused):
    """params: pointer, a JSON pointer to what cannot be."""

    code = "act_invalid"


class EventInvalid(RequestRefused):
    """params: pointer, a JSON pointer to what cannot be."""

    code = "event_invalid"


class EventEndsEarly(RequestRefused):
    code = "event_ends_early"


class EventTooLong(RequestRefused):
    """params: hours, the most that an event lasts."""

    code = "event_too_long"


class EventPast(RequestRefused):
    code = "event_past"


class EventsOverlap(RequestRefused):
    """params: title, of the event that is in the hall at that time."""

    code = "events_overlap"


class EventOver(RequestRefused):
    code = "event_over"


class TooManyEvents(RequestRefused):
    """params: most."""

    code = "too_many_events"


class NoSuchEvent(RequestRefused):
    code = "no_such_event"


class TargetGone(RequestRefused):
    code = "target_gone"


class TargetIsStaff(RequestRefused):
    code = "target_is_staff"


class ActKnown(RequestRefused):
    code = "act_known"


class ActOver(RequestRefused):
    code = "act_over"


class ReportHandled(RequestRefused):
    code = "report_handled"


class AppealKnown(RequestRefused):
    code = "appeal_known"


class ConnectionRefused(PeerFault):
    """Refused over the WebSocket; `reason` is a key of `CLOSE_CODES`."""

    def __init__(self, reason: str, **params: Param) -> None:
        if reason not in CLOSE_CODES:
            raise ValueError(f"no close code for {reason!r}")
        self.code = reason
        super().__init__(**params)

    @property
    def reason(self) -> str:
        return self.code

    @property
    def close_code(self) -> int:
        return CLOSE_CODES[self.code]


class ServerFault(YuanzhanError):
    """Ours."""


class ProviderUnreachable(ServerFault):
    """The provider does not answer, in time or at all."""

    code = "provider_unreachable"


class ProviderStrange(ServerFault):
    """What the provider answers is not what it has to be. `detail` is for the log, and names no secret."""

    code = "provider_strange"


class InternalError(ServerFault):
    code = "internal"


class DiskFull(ServerFault):
    """Nothing that was acknowledged is lost; the operator has to make room."""

    code = "disk_full"


class ObjectsUnreachable(ServerFault):
    """The bucket does not answer, or refuses. Nothing that was acknowledged is lost."""

    code = "objects_unreachable"


class PictureUnfinished(ServerFault):
    """Whoever works on a panel's picture was killed, or had no time, again and again. The upload is kept."""

    code = "picture_unfinished"


class Stopping(ServerFault):
    code = "stopping"


# One table: what an error becomes over HTTP. The nearest ancestor in it counts.
HTTP_STATUS: Final = MappingProxyType[type[YuanzhanError], int](
    {
        RequestInvalid: 400,
        NotAWebSocket: 400,
        SubprotocolMissing: 400,
        ForeignOrigin: 403,
        NotForYou: 403,
        NoSuchPage: 404,
        NoSuchHall: 404,
        NoSuchCard: 404,
        MethodNotAllowed: 405,
        RequestTooLarge: 413,
        TooManyPending: 429,
        NotSignedIn: 401,
        SignInRefused: 401,
        CodeNeeded: 401,
        CodeWrong: 401,
        RequestForged: 403,
        SecondFactorNeeded: 403,
        SignInAgain: 403,
        AttemptOver: 400,
        IdentityUnknown: 403,
        IdentityRefused: 403,
        IdentityTaken: 409,
        LastWayIn: 409,
        NoProvider: 404,
        ProviderRefused: 403,
        NoSuchInvitation: 404,
        NoSuchAccount: 404,
        NoSuchItem: 404,
        LoginTaken: 409,
        LastOwner: 409,
        TooManyTokens: 409,
        LoginInvalid: 422,
        NameInvalid: 422,
        PasswordWeak: 422,
        OrganisationNeeded: 422,
        TooManyTries: 429,
        NotAllowed: 403,
        ActInvalid: 422,
        EventInvalid: 422,
        EventEndsEarly: 422,
        EventTooLong: 422,
        EventPast: 422,
        EventsOverlap: 409,
        EventOver: 409,
        TooManyEvents: 409,
        NoSuchEvent: 404,
        TargetGone: 404,
        TargetIsStaff: 403,
        ActKnown: 409,
        ActOver: 409,
        ReportHandled: 409,
        AppealKnown: 409,
        BodyWrong: 422,
        DressWrong: 422,
        NoSuchBooth: 404,
        NoSuchVersion: 404,
        NoSuchUpload: 404,
        NotInThisState: 409,
        BoothNotShown: 409,
        TooManyLetters: 429,
        SlotTaken: 409,
        SubmittedAnew: 409,
        TooManyBooths: 409,
        TooManyVersions: 409,
        UploadOffsetWrong: 409,
        TusVersionUnknown: 412,
        UploadTooLarge: 413,
        UploadTooLong: 413,
        QuotaFull: 413,
        MediaTypeWrong: 415,
        FileKindRefused: 415,
        UploadHashWrong: 422,
        UploadBusy: 423,
        TooManyUploads: 429,
        ChecksumMismatch: 460,
        InternalError: 500,
        ProviderUnreachable: 502,
        ProviderStrange: 502,
        DiskFull: 507,
        ObjectsUnreachable: 503,
        PictureUnfinished: 503,
        Stopping: 503,
        PeerFault: 400,
        YuanzhanError: 500,
    }
)

# The other: the reason of a closing connection to its WebSocket close code (docs/protocol.md, "Close codes").
CLOSE_CODES: Final = MappingProxyType[str, int](
    {
        "bye": 1000,
        "going_away": 1001,
        "bad_framing": 1002,
        "binary_only": 1003,
        "too_big": 1009,
        "malformed": 4400,
        "bad_token": 4401,
        "bad_name": 4403,
        "bad_look": 4403,
        "no_such_hall": 4404,
        "no_hello": 4408,
        "replaced": 4409,
        "too_slow": 4410,
        "unexpected": 4411,
        "too_many": 4429,
        "removed": 4430,
        "banned": 4431,
        "hall_closed": 4432,
        "hall_locked": 4433,
        "not_allowed": 4434,
        "hall_full": 4503,
    }
)


def http_status(error: YuanzhanError) -> int:
    """The HTTP status of `error`, by the nearest of its classes in `HTTP_STATUS`."""
    return status_of(type(error))


def status_of(kind: type[YuanzhanError]) -> int:
    """The HTTP status of errors of this kind."""
    return next(HTTP_STATUS[each] for each in kind.__mro__ if each in HTTP_STATUS)


def exit_code(error: YuanzhanError) -> int:
    """2 for what the caller typed, 1 for everything else (as argparse and the shells have it)."""
    return 2 if isinstance(error, CommandLineFault) else 1
