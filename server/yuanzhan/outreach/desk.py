"""Who sends what to whom: operators to any hall or all, exhibitors about their own published booth.

    desk.reach_of(actor, draft)     # how many it would be sent to now, told coarsely
    desk.send(actor, draft)
    desk.sent(actor, booth)         # earlier letters, and what came of each

First one transaction writes the letter and its line in the audit record; when that is durable, the halls send
it. The record holds the audience as it was asked for and how many it was, and nobody of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from yuanzhan.access import Actor, Permission
from yuanzhan.errors.outreach import BoothNotShown, TooManyLetters
from yuanzhan.errors.requests import BodyWrong, NotAllowed, Problem
from yuanzhan.instants import HOUR_MS, iso, now_ms
from yuanzhan.outreach.audience import Audience
from yuanzhan.outreach.interests import interests
from yuanzhan.outreach.letter import Letter, Spot, Text, came_of, coarse
from yuanzhan.outreach.tally import Tally
from yuanzhan.store import audit
from yuanzhan.store import outreach as stored
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session
from yuanzhan.store.outreach import COUNTS, LetterRow

Json = dict[str, Any]

LISTED_MAX_COUNT: Final = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to send. `by` is the own booth that an exhibitor speaks for; `about` (hall, booth)
    what operators invite to, if anything.
    """

    text: Text
    audience: Audience
    by: str | None = None
    about: tuple[str, str] | None = None
    leads: bool = True


class Floor(Protocol):
    """The halls; `live.outreach.Outreach` is one."""

    def audience(self, audience: Audience) -> list[int]:
        """Whom it would be sent to now."""

    def deliver(self, letter: Letter, people: Sequence[int]) -> None:
        """Send it to these, as far as they allow it still."""


class Owns(Protocol):
    """Raises NoSuchBooth for a booth that is not the actor's own."""

    async def __call__(self, session: Session, actor: Actor, id: str, /) -> object: ...


SpotOf = Callable[[str, str | None], Spot | None]
"""A booth that visitors see, by its id, in this hall or in any."""


class OutreachDesk:
    """See above. `is_refused` tells of a text with words that are not said."""

    def __init__(
        self,
        database: Database,
        floor: Floor,
        tally: Tally,
        *,
        spot_of: SpotOf,
        owns: Owns,
        halls: Sequence[str],
        is_refused: Callable[[str], bool],
        letters_per_hour: int,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database = database
        self._floor = floor
        self._tally = tally
        self._spot_of = spot_of
        self._owns = owns
        self._halls = frozenset(halls)
        self._is_refused = is_refused
        self._letters_per_hour = letters_per_hour
        self._clock = clock

    async def reach_of(self, actor: Actor, audience: Audience, by: str | None) -> Json:
        """How many a letter to them would be sent to now. Raises NotAllowed, NoSuchBooth, BodyWrong."""
        self._check_audience(audience, by)
        async with self._database.reading() as session:
            await self._check_right(session, actor, by)
        return coarse(len(self._floor.audience(audience)))

    async def send(self, actor: Actor, draft: Draft) -> Json:
        """Write it down and send it. Raises NotAllowed, NoSuchBooth, BoothNotShown, TooManyLetters,
        BodyWrong, and then nothing was sent.
        """
        self._check_audience(draft.audience, draft.by)
        self._check_words(draft.text)
        if draft.by is not None and draft.about is not None:
            # A booth speaks of itself.
            raise BodyWrong([Problem("/about", "unknown_key")])
        at_ms = self._clock()
        async with self._database.transaction() as session:
            await self._check_right(session, actor, draft.by)
            if draft.by is not None:
                await self._check_rate(session, actor, at_ms)
            letter = self._letter(draft)
            people = self._floor.audience(draft.audience)
            row = _row(letter, draft, actor, at_ms, len(people))
            await stored.add(session, row)
            told = self._told(row)
            await audit.append(
                session, actor, "outreach.send", _target(letter), after=_recorded(row, told), at_ms=at_ms
            )
        self._floor.deliver(letter, people)
        return told

    async def sent(self, actor: Actor, booth: str | None) -> Json:
        """The last letters, the newest first: all, or those that an exhibitor's own organisation sent, of one
        booth where one is named; and what may be chosen. Raises NotAllowed, NoSuchBooth.
        """
        is_operator = actor.may(Permission.REACH_ALL)
        if not (is_operator or actor.may(Permission.REACH_OWN)):
            raise NotAllowed()
        organisation = None if is_operator else actor.organisation_id or ""
        async with self._database.reading() as session:
            if booth is not None and not is_operator:
                await self._owns(session, actor, booth)
            rows = await stored.newest(session, LISTED_MAX_COUNT, organisation_id=organisation, booth=booth)
            left = None if organisation is None else await self._left(session, organisation)
        return {
            "interests": list(interests()),
            "letters": [self._told(row) for row in rows],
            "per_hour": self._letters_per_hour,
            "left": left,
        }

    # --- inside -----------------------------------------------------------------------------------------

    async def _check_right(self, session: Session, actor: Actor, by: str | None) -> None:
        """The one door: operators speak as operators, exhibitors for a booth of their own."""
        if not (actor.may(Permission.REACH_ALL) or actor.may(Permission.REACH_OWN)):
            raise NotAllowed()
        if by is not None:
            await self._owns(session, actor, by)
        elif not actor.may(Permission.REACH_ALL):
            raise BodyWrong([Problem("/by", "missing")])

    async def _check_rate(self, session: Session, actor: Actor, at_ms: int) -> None:
        assert actor.organisation_id is not None  # whose booth it is
        await stored.hold_organisation(session, actor.organisation_id)
        if await self._left(session, actor.organisation_id, at_ms) <= 0:
            raise TooManyLetters(most=self._letters_per_hour)

    async def _left(self, session: Session, organisation_id: str, at_ms: int | None = None) -> int:
        since_ms = (self._clock() if at_ms is None else at_ms) - HOUR_MS
        return max(0, self._letters_per_hour - await stored.count_since(session, organisation_id, since_ms))

    def _check_audience(self, audience: Audience, by: str | None) -> None:
        """Exhibitors are not told who stopped at the booths of others."""
        chosen_of = {
            "halls": (audience.halls, self._halls),
            "tags": (audience.tags, frozenset(interests())),
            "booths": (audience.booths, audience.booths if by is None else frozenset({by})),
        }
        problems = [
            Problem(f"/audience/{name}", "not_a_choice", {"choices": ", ".join(sorted(choices))})
            for name, (chosen, choices) in chosen_of.items()
            if not chosen <= choices
        ]
        if problems:
            raise BodyWrong(problems)

    def _check_words(self, text: Text) -> None:
        refused = [lang for lang, words in text.to_json().items() if self._is_refused(words)]
        if refused:
            raise BodyWrong([Problem(f"/text/{lang}", "words_refused") for lang in refused])

    def _letter(self, draft: Draft) -> Letter:
        """Raises BoothNotShown."""
        about = None
        if draft.by is not None:
            about = self._spot_of(draft.by, None)
        elif draft.about is not None:
            about = self._spot_of(draft.about[1], draft.about[0])
        if about is None and (draft.by is not None or draft.about is not None):
            raise BoothNotShown()
        leads = about is not None and draft.leads
        return Letter(new_id(), draft.text, about, leads, by_booth=draft.by is not None)

    def _told(self, row: LetterRow) -> Json:
        pending = self._tally.pending(row.id)
        counts = {name: getattr(row, name) + pending[name] for name in COUNTS}
        return {
            "id": row.id,
            "at": iso(row.at_ms),
            "by_booth": row.organisation_id is not None,
            "hall": row.hall,
            "booth": row.booth,
            "title": {"zh": row.title_zh, "en": row.title_en},
            "leads": row.leads,
            "text": {"zh": row.zh, "en": row.en},
            "audience": json.loads(row.audience),
            "meant": coarse(row.meant),
            "counts": {name: came_of(count, counts["sent"]) for name, count in counts.items()},
        }


def _row(letter: Letter, draft: Draft, actor: Actor, at_ms: int, meant: int) -> LetterRow:
    about = letter.about or Spot("", "", Text("", ""))
    return LetterRow(
        id=letter.id,
        at_ms=at_ms,
        organisation_id=actor.organisation_id if letter.by_booth else None,
        hall=about.hall,
        booth=about.booth,
        leads=letter.leads,
        title_zh=about.title.zh,
        title_en=about.title.en,
        zh=letter.text.zh,
        en=letter.text.en,
        audience=audit.canonical(draft.audience.to_json()),
        meant=meant,
        **dict.fromkeys(COUNTS, 0),
    )


def _target(letter: Letter) -> str:
    return f"booth:{letter.about.booth}" if letter.about is not None else "hall:*"


def _recorded(row: LetterRow, told: Json) -> Json:
    """What the record says of a letter."""
    names = ("audience", "text", "leads", "hall", "meant")
    return {"letter": row.id, **{name: told[name] for name in names}}
