"""What an error becomes at the edges: its HTTP status, or a command's exit code."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from yuanzhan.errors import accounts, booths, events, moderation, outreach, requests, server, sign_in, uploads
from yuanzhan.errors.base import CommandLineFault, PeerFault, YuanzhanError

_KINDS: Final[dict[int, tuple[type[YuanzhanError], ...]]] = {
    400: (
        requests.RequestInvalid,
        requests.NotAWebSocket,
        requests.SubprotocolMissing,
        sign_in.AttemptOver,
    ),
    401: (
        sign_in.NotSignedIn,
        sign_in.SignInRefused,
        sign_in.CodeNeeded,
        sign_in.CodeWrong,
    ),
    403: (
        requests.ForeignOrigin,
        requests.NotForYou,
        requests.RequestForged,
        requests.NotAllowed,
        sign_in.SecondFactorNeeded,
        sign_in.SignInAgain,
        sign_in.IdentityUnknown,
        sign_in.IdentityRefused,
        sign_in.ProviderRefused,
        moderation.TargetIsStaff,
    ),
    404: (
        requests.NoSuchPage,
        requests.NoSuchHall,
        sign_in.NoProvider,
        accounts.NoSuchInvitation,
        accounts.NoSuchAccount,
        accounts.NoSuchItem,
        booths.NoSuchCard,
        booths.NoSuchBooth,
        booths.NoSuchVersion,
        uploads.NoSuchUpload,
        events.NoSuchEvent,
        moderation.TargetGone,
    ),
    405: (requests.MethodNotAllowed,),
    409: (
        sign_in.IdentityTaken,
        sign_in.LastWayIn,
        accounts.LoginTaken,
        accounts.LastOwner,
        accounts.TooManyTokens,
        booths.NotInThisState,
        booths.SlotTaken,
        booths.SubmittedAnew,
        booths.TooManyBooths,
        booths.TooManyVersions,
        uploads.UploadOffsetWrong,
        events.EventsOverlap,
        events.EventChanged,
        events.EventOver,
        events.TooManyEvents,
        moderation.ActKnown,
        moderation.ActOver,
        moderation.NothingSaid,
        moderation.ReportHandled,
        moderation.AppealKnown,
        outreach.BoothNotShown,
    ),
    412: (uploads.TusVersionUnknown,),
    413: (
        requests.RequestTooLarge,
        uploads.UploadTooLarge,
        uploads.UploadTooLong,
        uploads.QuotaFull,
    ),
    415: (
        uploads.MediaTypeWrong,
        uploads.FileKindRefused,
    ),
    422: (
        requests.BodyWrong,
        accounts.LoginInvalid,
        accounts.NameInvalid,
        accounts.PasswordWeak,
        accounts.OrganisationNeeded,
        booths.DressWrong,
        uploads.UploadHashWrong,
        events.EventInvalid,
        events.EventEndsEarly,
        events.EventTooLong,
        events.EventPast,
        moderation.ActInvalid,
        moderation.BothLanguagesNeeded,
    ),
    423: (uploads.UploadBusy,),
    429: (
        requests.TooManyPending,
        sign_in.TooManyTries,
        uploads.TooManyUploads,
        outreach.TooManyLetters,
    ),
    460: (uploads.ChecksumMismatch,),
    500: (server.InternalError,),
    502: (
        sign_in.ProviderUnreachable,
        sign_in.ProviderStrange,
    ),
    503: (
        uploads.PictureUnfinished,
        server.ObjectsUnreachable,
        server.Stopping,
    ),
    507: (server.DiskFull,),
}

# Each error to its status: the nearest ancestor in it counts.
HTTP_STATUS: Final = MappingProxyType[type[YuanzhanError], int](
    {kind: status for status, kinds in _KINDS.items() for kind in kinds}
    | {PeerFault: 400, YuanzhanError: 500}
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
