"""Letters to visitors who allow them."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused


class BoothNotShown(RequestRefused):
    """Visitors do not see it now: nobody can be invited there."""

    code = "booth_not_shown"


class TooManyLetters(RequestRefused):
    """params: most, letters an hour."""

    code = "too_many_letters"
