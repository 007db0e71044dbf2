"""A request that is refused for what it is, whatever it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from yuanzhan.errors.base import Param, RequestRefused


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


class NotAllowed(RequestRefused):
    code = "not_allowed"


class RequestForged(RequestRefused):
    """A change that our own page did not send."""

    code = "request_forged"


class NoSuchPage(RequestRefused):
    code = "no_such_page"


class NoSuchHall(RequestRefused):
    code = "no_such_hall"


class MethodNotAllowed(RequestRefused):
    code = "method_not_allowed"


class RequestTooLarge(RequestRefused):
    code = "request_too_large"


class TooManyPending(RequestRefused):
    code = "too_many_pending"


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
