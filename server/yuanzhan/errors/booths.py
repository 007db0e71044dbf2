"""Booths, their versions, and the cards that are left there."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused
from yuanzhan.errors.requests import BodyWrong


class NoSuchBooth(RequestRefused):
    code = "no_such_booth"


class NoSuchVersion(RequestRefused):
    code = "no_such_version"


class NoSuchCard(RequestRefused):
    code = "no_such_card"


class NotInThisState(RequestRefused):
    """params: state."""

    code = "not_in_this_state"


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


class DressWrong(BodyWrong):
    code = "dress_wrong"
