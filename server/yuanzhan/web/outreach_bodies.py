"""What /api/outreach takes and gives. Numbers of people are never exact (outreach.letter)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from yuanzhan.booths.dress import BodyText, filled
from yuanzhan.booths.telling import Text as BothLanguages
from yuanzhan.outreach.audience import Audience

_STRICT: Final = ConfigDict(extra="forbid", strict=True)

TEXT_MAX_CHARS: Final = 140
"""What is read at a glance while walking."""
CHOSEN_MAX_COUNT: Final = 32
ID_MAX_CHARS: Final = 64

Id = Annotated[str, Field(min_length=1, max_length=ID_MAX_CHARS, pattern=r"^[^\x00-\x1f\x7f]+$")]
Ids = Annotated[list[Id], Field(max_length=CHOSEN_MAX_COUNT)]
Words = Annotated[BodyText, Field(max_length=TEXT_MAX_CHARS), AfterValidator(filled)]
Langs = Annotated[list[Literal["zh-CN", "en"]], Field(max_length=2)]


class AudienceBody(BaseModel):
    """Of each list one has to fit, and of all lists each; an empty one is everybody."""

    model_config = _STRICT

    halls: Ids = []
    booths: Ids = []
    tags: Ids = []
    langs: Langs = []

    def audience(self) -> Audience:
        """As the desk has it."""
        return Audience(
            frozenset(self.halls), frozenset(self.booths), frozenset(self.tags), frozenset(self.langs)
        )


class TextBody(BaseModel):
    """In both languages."""

    model_config = _STRICT

    zh: Words
    en: Words


class AboutBody(BaseModel):
    """A booth that is shown in a hall."""

    model_config = _STRICT

    hall: Id
    booth: Id


class ReachBody(BaseModel):
    """`by` is the own booth that an exhibitor speaks for."""

    model_config = _STRICT

    audience: AudienceBody = AudienceBody()
    by: Id | None = None


class LetterBody(ReachBody):
    """`about` is what operators invite to; `invite` whether visitors are led to the booth."""

    text: TextBody
    about: AboutBody | None = None
    invite: bool = True


class About(BaseModel):
    """About so many people."""

    model_config = ConfigDict(extra="forbid")

    about: int


class FewerThan(BaseModel):
    """Fewer people than so many."""

    model_config = ConfigDict(extra="forbid")

    fewer_than: int


People = About | FewerThan


class CountsAnswer(BaseModel):
    """What came of a letter."""

    sent: People
    shown: People
    led: People
    arrived: People
    off: People


class AudienceAnswer(BaseModel):
    """As it was asked for."""

    halls: list[str]
    booths: list[str]
    tags: list[str]
    langs: list[str]


class LetterAnswer(BaseModel):
    """A letter that was sent, to about how many it was meant, and what came of it."""

    id: str
    at: str
    by_booth: bool
    hall: str
    booth: str
    title: BothLanguages
    leads: bool
    text: BothLanguages
    audience: AudienceAnswer
    meant: People
    counts: CountsAnswer


class OutreachAnswer(BaseModel):
    """`left` is how many an exhibitor may send within the hour; null for operators."""

    interests: list[str]
    letters: list[LetterAnswer]
    per_hour: int
    left: int | None
