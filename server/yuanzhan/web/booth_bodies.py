"""What /api/booths is asked with, and answers of it that booths/telling.py does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from yuanzhan.booths.dress import AnyTitle, BodyText, filled
from yuanzhan.booths.telling import Json, TakenDownAnswer

_STRICT: Final = ConfigDict(extra="forbid", strict=True)
REASON_MAX: Final = 1_000
MOMENT_MAX: Final = 32

Tell = Callable[[Json], Json]
"""A booth as the desk tells it, made a BoothAnswer."""


def telling(taken_down: Callable[[str], TakenDownAnswer | None]) -> Tell:
    """Adds what the staff did to the booth, which `taken_down` says by its id."""

    def tell(booth: Json) -> Json:
        down = taken_down(booth["id"])
        return booth | {"taken_down": None if down is None else down.model_dump()}

    return tell


class NewBooth(BaseModel):
    """What a booth begins with."""

    model_config = _STRICT

    title: AnyTitle


class Reason(BaseModel):
    """Why. The exhibitor reads it."""

    model_config = _STRICT

    reason: Annotated[BodyText, Field(max_length=REASON_MAX), AfterValidator(filled)]


class Withdrawal(BaseModel):
    """Why, where there is something to say."""

    model_config = _STRICT

    reason: Annotated[BodyText, Field(max_length=REASON_MAX)] = ""


class Approval(BaseModel):
    """Without `publish` it is approved only, to be published later. `submitted_at` is that of the version as
    it was looked at."""

    model_config = _STRICT

    publish: bool = True
    submitted_at: Annotated[BodyText, Field(max_length=MOMENT_MAX)] | None = None


class FileAnswer(BaseModel):
    """A file for panels: `object` goes into the dress, `url` is where it is served."""

    object: str
    url: str
    type: str
    kind: str
