"""Sending on both databases: who may, about what, how often; first written down, with its line of record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from yuanzhan.access import Actor, Role
from yuanzhan.errors.base import YuanzhanError
from yuanzhan.errors.booths import NoSuchBooth
from yuanzhan.errors.outreach import BoothNotShown, TooManyLetters
from yuanzhan.errors.requests import BodyWrong, NotAllowed
from yuanzhan.instants import DAY_MS, HOUR_MS
from yuanzhan.outreach.audience import Audience
from yuanzhan.outreach.desk import Draft, OutreachDesk
from yuanzhan.outreach.letter import Letter, Spot, Text
from yuanzhan.outreach.tally import Tally
from yuanzhan.privacy.purge import Purge
from yuanzhan.settings import Settings
from yuanzhan.store import audit
from yuanzhan.store.accounts import Organisation
from yuanzhan.store.database import Database, Session

OPERATOR = Actor("o", "周宁", Role.OPERATOR)
LIN = Actor("lin", "Lin", Role.EXHIBITOR, "org-lin")
WEI = Actor("wei", "Wei", Role.EXHIBITOR, "org-wei")
OTHERS = [Actor(role, role, role) for role in (Role.MODERATOR, Role.SPEAKER, Role.VISITOR)]
OWNERS = {"tea": "org-lin", "pots": "org-lin", "robots": "org-wei"}
TITLE = Text("龙井茶铺", "Longjing tea")
HELLO = Text("三点试茶", "Tea at three")
XSS = "<img src=x onerror=alert(1)>"


@dataclass
class Halls:
    """Who would get it, and what was sent, in order."""

    people: list[int] = field(default_factory=list)
    sent: list[tuple[Letter, Sequence[int]]] = field(default_factory=list)
    asked: list[Audience] = field(default_factory=list)

    def audience(self, audience: Audience) -> list[int]:
        self.asked.append(audience)
        return list(self.people)

    def deliver(self, letter: Letter, people: Sequence[int]) -> None:
        self.sent.append((letter, people))


@dataclass
class Sending:
    """A desk, and everything about it."""

    database: Database
    halls: Halls = field(default_factory=Halls)
    shown: dict[str, str] = field(default_factory=lambda: {"tea": "retail", "pots": "retail"})
    now_ms: int = 20_000 * DAY_MS

    def __post_init__(self) -> None:
        self.tally = Tally(self.database)
        self.desk = OutreachDesk(
            self.database,
            self.halls,
            self.tally,
            spot_of=self._spot_of,
            owns=self._owns,
            halls=("lobby", "retail"),
            is_refused=lambda text: "rude" in text,
            letters_per_hour=2,
            clock=lambda: self.now_ms,
        )

    def _spot_of(self, booth: str, hall: str | None) -> Spot | None:
        there = self.shown.get(booth)
        return Spot(there, booth, TITLE) if there is not None and hall in (None, there) else None

    async def _owns(self, session: Session, actor: Actor, id: str) -> object:
        if OWNERS.get(id) is None or OWNERS[id] != actor.organisation_id:
            raise NoSuchBooth()
        return None

    async def rows(self) -> list[audit.AuditRow]:
        async with self.database.reading() as session:
            return [row async for row in audit.rows(session)]


@pytest.fixture
async def sending(database: Database) -> Sending:
    async with database.transaction() as session:
        session.add_all(Organisation(id=id, name=id, created_at_ms=0) for id in ("org-lin", "org-wei"))
    return Sending(database)


def of_booth(booth: str = "tea", **more: Any) -> Draft:
    return Draft(HELLO, more.pop("audience", Audience()), by=booth, **more)


async def refused(sending: Sending, actor: Actor, draft: Draft) -> YuanzhanError:
    with pytest.raises(YuanzhanError) as error:
        await sending.desk.send(actor, draft)
    assert (sending.halls.sent, await sending.rows()) == ([], []), "nothing was sent, nothing written"
    return error.value


async def test_an_operator_sends_to_a_hall_and_the_record_says_what_and_to_about_how_many(
    sending: Sending,
) -> None:
    sending.halls.people = list(range(37))
    audience = Audience(halls=frozenset({"retail"}), tags=frozenset({"crafts"}))
    told = await sending.desk.send(OPERATOR, Draft(HELLO, audience, about=("retail", "tea")))
    ((letter, people),) = sending.halls.sent
    assert (letter.text, letter.about, letter.leads, letter.by_booth) == (
        HELLO,
        Spot("retail", "tea", TITLE),
        True,
        False,
    )
    assert list(people) == list(range(37))
    (row,) = await sending.rows()
    assert (row.actor_id, row.act, row.target) == ("o", "outreach.send", "booth:tea")
    recorded = json.loads(row.after)
    assert recorded["audience"] == audience.to_json() == told["audience"]
    assert recorded["text"] == {"zh": "三点试茶", "en": "Tea at three"}
    assert recorded["meant"] == {"about": 35}, "no exact number, in the record neither"


async def test_an_exhibitor_speaks_for_their_own_shown_booth_and_for_nothing_else(sending: Sending) -> None:
    assert isinstance(await refused(sending, LIN, of_booth("robots")), NoSuchBooth)
    assert isinstance(await refused(sending, LIN, Draft(HELLO, Audience())), BodyWrong)
    assert isinstance(await refused(sending, WEI, of_booth("robots")), BoothNotShown)
    theirs = Audience(booths=frozenset({"tea", "robots"}))
    assert isinstance(await refused(sending, LIN, of_booth(audience=theirs)), BodyWrong)
    assert isinstance(await refused(sending, LIN, of_booth(about=("retail", "pots"))), BodyWrong)
    await sending.desk.send(LIN, of_booth(audience=Audience(booths=frozenset({"tea"}))))
    ((letter, _),) = sending.halls.sent
    assert letter.by_booth
    assert letter.about is not None
    assert letter.about.hall == "retail"


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: actor.role)
async def test_nobody_else_sends_asks_or_reads(sending: Sending, actor: Actor) -> None:
    for draft in (Draft(HELLO, Audience()), of_booth()):
        assert isinstance(await refused(sending, actor, draft), NotAllowed)
    with pytest.raises(NotAllowed):
        await sending.desk.reach_of(actor, Audience(), None)
    with pytest.raises(NotAllowed):
        await sending.desk.sent(actor, "tea")
    assert sending.halls.asked == []


async def test_an_operator_does_not_speak_for_a_booth(sending: Sending) -> None:
    assert isinstance(await refused(sending, OPERATOR, of_booth()), NoSuchBooth)


async def test_an_exhibitor_sends_so_many_an_hour_whatever_the_booth_and_at_once(sending: Sending) -> None:
    both = await asyncio.gather(
        *(sending.desk.send(LIN, of_booth(booth)) for booth in ("tea", "pots", "tea", "pots")),
        return_exceptions=True,
    )
    assert [type(each) for each in both if isinstance(each, Exception)] == [TooManyLetters] * 2
    assert (await sending.desk.sent(LIN, "tea"))["left"] == 0
    assert len(sending.halls.sent) == len(await sending.rows()) == 2
    sending.now_ms += HOUR_MS
    await sending.desk.send(LIN, of_booth())
    assert (await sending.desk.sent(LIN, "tea"))["left"] == 1


async def test_operators_are_bound_by_visitors_rates_alone(sending: Sending) -> None:
    for _ in range(5):
        await sending.desk.send(OPERATOR, Draft(HELLO, Audience()))
    assert len(sending.halls.sent) == 5


async def test_words_that_are_not_said_are_not_sent(sending: Sending) -> None:
    error = await refused(sending, OPERATOR, Draft(Text("好", "how rude"), Audience()))
    assert isinstance(error, BodyWrong)
    assert [(each.pointer, each.code) for each in error.problems] == [("/text/en", "words_refused")]


async def test_what_cannot_be_chosen_is_told_by_its_place(sending: Sending) -> None:
    audience = Audience(frozenset({"nowhere"}), tags=frozenset({"cars"}))
    error = await refused(sending, OPERATOR, Draft(HELLO, audience))
    assert isinstance(error, BodyWrong)
    assert [each.pointer for each in error.problems] == ["/audience/halls", "/audience/tags"]


async def test_small_audiences_are_told_as_small(sending: Sending) -> None:
    for count in range(5):
        sending.halls.people = list(range(count))
        assert await sending.desk.reach_of(LIN, Audience(), "tea") == {"fewer_than": 5}
    sending.halls.people = list(range(12))
    assert await sending.desk.reach_of(OPERATOR, Audience(), None) == {"about": 10}


async def test_what_came_of_it_is_told_as_counts_whether_written_yet_or_not(sending: Sending) -> None:
    told = await sending.desk.send(LIN, of_booth())
    sending.tally.count("sent", told["id"], 12)
    sending.tally.count("shown", told["id"], 7)
    await sending.tally.write()
    sending.tally.count("shown", told["id"], 1)
    sending.tally.count("arrived", told["id"])
    for _ in range(2):
        (letter,) = (await sending.desk.sent(LIN, "tea"))["letters"]
        assert letter["counts"] == {
            "sent": {"about": 10},
            "shown": {"about": 10},
            "led": {"about": 0},
            "arrived": {"fewer_than": 5},
            "off": {"about": 0},
        }
        await sending.tally.write()


async def test_of_a_letter_to_one_nobody_learns_what_that_one_did(sending: Sending) -> None:
    told = await sending.desk.send(LIN, of_booth())
    answers = []
    for what in ("sent", "shown", "off"):
        answers.append((await sending.desk.sent(LIN, "tea"))["letters"][0]["counts"])
        sending.tally.count(what, told["id"])
    answers.append((await sending.desk.sent(LIN, "tea"))["letters"][0]["counts"])
    few = {name: {"fewer_than": 5} for name in ("sent", "shown", "led", "arrived", "off")}
    assert answers == [few] * 4


async def test_an_exhibitor_reads_of_their_own_letters_alone_and_operators_of_all(sending: Sending) -> None:
    await sending.desk.send(LIN, of_booth())
    await sending.desk.send(OPERATOR, Draft(HELLO, Audience(), about=("retail", "tea")))
    assert [each["by_booth"] for each in (await sending.desk.sent(OPERATOR, None))["letters"]].count(
        True
    ) == 1
    assert len((await sending.desk.sent(OPERATOR, None))["letters"]) == 2
    assert [each["by_booth"] for each in (await sending.desk.sent(LIN, "tea"))["letters"]] == [True]
    with pytest.raises(NoSuchBooth):
        await sending.desk.sent(WEI, "tea")
    assert [each["by_booth"] for each in (await sending.desk.sent(LIN, None))["letters"]] == [True]
    assert (await sending.desk.sent(WEI, None))["letters"] == []


async def test_markup_is_text_all_the_way(sending: Sending) -> None:
    await sending.desk.send(OPERATOR, Draft(Text(XSS, XSS), Audience()))
    (letter,) = (await sending.desk.sent(OPERATOR, None))["letters"]
    assert letter["text"] == {"zh": XSS, "en": XSS}


async def test_letters_go_with_the_counts_after_their_days(sending: Sending) -> None:
    await sending.desk.send(OPERATOR, Draft(HELLO, Audience()))
    purge = Purge(sending.database, Settings(), clock=lambda: sending.now_ms + 729 * DAY_MS)
    assert await purge.once() == {}
    purge = Purge(sending.database, Settings(), clock=lambda: sending.now_ms + 731 * DAY_MS)
    assert await purge.once() == {"letters": 1}
