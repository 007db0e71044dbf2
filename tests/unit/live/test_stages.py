"""Events in the halls, over real sockets: who is heard by all, hands, the floor, and how many came.

The wall clock is an argument, so an evening takes no time; `tick` is the house's own.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.unit.events.conftest import NOW, body
from tests.unit.live.conftest import receive
from yuanzhan.access import Actor, Role
from yuanzhan.client import Client
from yuanzhan.events.attendance import Attended
from yuanzhan.events.event import Event
from yuanzhan.events.plans import read_plan
from yuanzhan.events.programme import Programme
from yuanzhan.instants import HOUR_MS, MINUTE_MS
from yuanzhan.live.definition import HallDefinition
from yuanzhan.live.stages import COUNT_PERIOD_S
from yuanzhan.moderation.acts import Act, Kind, Reason
from yuanzhan.moderation.callers import SignedIn
from yuanzhan.protocol.limits import FLOOR_MAX_COUNT
from yuanzhan.protocol.messages.events import Floor, Hand, Hands, Part, Stage
from yuanzhan.protocol.messages.joining import Go, Welcome
from yuanzhan.protocol.messages.moderation import Restricted, Rules
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, Person, Said

NUMBERS = itertools.count(1)
ACCOUNTS = {role.value: Actor(f"account-{role}", role.value, role) for role in Role}
SPEAKER: Mapping[str, str] = {"X-Role": "speaker"}
STAFF: Mapping[str, str] = {"X-Role": "moderator"}


async def by_header(request: web.Request) -> SignedIn | None:
    account = ACCOUNTS.get(request.headers.get("X-Role", ""))
    return None if account is None else SignedIn(account, f"session:{account.role}")


@dataclass
class Evening:
    """A house with a programme, and the clocks that it goes by."""

    programme: Programme
    server: HouseServer
    wall_ms: list[int]
    shift_s: list[float]
    stack: AsyncExitStack
    events: list[Event] = field(default_factory=list)

    async def join(self, name: str = "visitor", **more: Any) -> Client:
        client = await Client.connect(self.server.url, hall=more.pop("hall", "hall"), name=name, **more)
        return await self.stack.enter_async_context(client)

    def plan(self, **more: Any) -> Event:
        plan = read_plan(body(**({"hall": "hall", "stage": "booth"} | more)), NOW)
        event = Event(f"event{next(NUMBERS)}", plan, 0, NOW)
        self.put(event)
        return event

    def put(self, event: Event) -> None:
        self.programme.put(event, self.wall_ms[0])
        self.server.house.programme_changed()

    def at(self, moment_ms: int) -> None:
        self.wall_ms[0] = moment_ms
        self.server.house.programme_changed()

    def begin(self, **more: Any) -> Event:
        event = self.plan(**more)
        self.at(event.plan.begins_ms)
        return event

    def act(self, kind: Kind, client: Client, **params: Any) -> Act:
        found = self.server.house.oversight.known(client.welcome.hall, client.id)
        assert found is not None
        act = Act(
            f"act{next(NUMBERS)}",
            kind,
            Reason.PROGRAMME,
            self.wall_ms[0],
            marks=found.marks.own,
            params=params,
        )
        self.server.house.oversight.apply(act)
        return act


@asynccontextmanager
async def evening_of(halls: Sequence[HallDefinition] = (), **more: Any) -> AsyncIterator[Evening]:
    programme, wall_ms, shift_s = Programme(), [NOW], [0.0]
    halls = halls or [flat_hall("hall", width_m=80.0), flat_hall("other")]
    async with (
        serve_house(
            halls,
            wall_clock=lambda: wall_ms[0] / 1000,
            clock=lambda: time.monotonic() + shift_s[0],
            identify=by_header,
            programme=programme,
            **more,
        ) as server,
        AsyncExitStack() as stack,
    ):
        yield Evening(programme, server, wall_ms, shift_s, stack)


@pytest.fixture
async def evening() -> AsyncIterator[Evening]:
    async with evening_of() as evening:
        yield evening


async def test_everybody_is_told_when_doors_open_when_it_begins_and_when_it_is_over(evening: Evening) -> None:
    one = await evening.join()
    event = evening.plan(capacity=50)
    evening.at(event.plan.begins_ms - 5 * MINUTE_MS)
    doors = await receive(one, Stage)
    assert (doors.state, doors.event, doors.at, doors.capacity) == ("doors", event.id, "booth", 50)
    assert (doors.zh, doors.en, doors.left_s) == ("古琴夜会", "An evening of guqin", 300.0)
    late = await evening.join("late")
    assert (await receive(late, Stage)).state == "doors"
    evening.at(event.plan.begins_ms)
    assert (await receive(one, Stage)).left_s == 3600.0
    evening.at(event.plan.ends_ms)
    assert await receive(one, Stage) == Stage("none")


async def test_who_is_where_nothing_takes_place_is_told_nothing(evening: Evening) -> None:
    evening.begin()
    one = await evening.join(hall="other")
    await one.send(Chat("hello"))
    came = await until(one, Said)
    assert not came[-1].stage
    assert not any(isinstance(event, Stage) for event in came), "nothing of the other hall"


async def test_a_speaker_is_heard_in_the_whole_hall_while_the_event_runs(evening: Evening) -> None:
    speaker = await evening.join("林栀", headers=SPEAKER)
    distant = await evening.join("distant", at="far")
    event = evening.begin()
    assert await receive(speaker, Part) == Part(True, True, 0)
    await speaker.send(Chat("各位好"))
    said = await receive(distant, Said)
    assert (said.text, said.stage) == ("各位好", True)
    evening.at(event.plan.ends_ms)
    assert await receive(speaker, Part) == Part(False, False, 0)
    await speaker.send(Chat("散场了"))
    assert not (await receive(speaker, Said)).stage


async def test_a_speaker_of_one_hall_is_none_in_another(evening: Evening) -> None:
    evening.begin()
    speaker = await evening.join("林栀", headers=SPEAKER, hall="other")
    await speaker.send(Chat("hello"))
    assert not (await receive(speaker, Said)).stage


async def test_an_operator_makes_a_visitor_a_speaker_and_takes_it_back(evening: Evening) -> None:
    one, distant = await evening.join("one"), await evening.join("distant", at="far")
    event = evening.begin()
    act = evening.act(Kind.STAGE, one, event=event.id)
    assert await receive(one, Part) == Part(True, True, 0)
    await one.send(Chat("hello all"))
    assert (await receive(distant, Said)).stage
    stage = evening.server.house.stage_of(event.id)
    assert stage is not None
    assert stage["speakers"] == [{"visitor": one.id, "name": "one"}]
    evening.server.house.oversight.lift(act)
    assert await receive(one, Part) == Part(False, False, 0)
    await one.send(Chat("only near"))
    assert not (await receive(one, Said)).stage


async def test_who_was_made_a_speaker_of_one_event_is_none_of_the_next(evening: Evening) -> None:
    one = await evening.join("one")
    event = evening.begin()
    evening.act(Kind.STAGE, one, event=event.id)
    assert (await receive(one, Part)).speaks
    evening.plan(begins_ms=event.plan.ends_ms)
    evening.at(event.plan.ends_ms)
    assert await receive(one, Part) == Part(False, False, 0)


async def test_a_hand_is_seen_in_its_place_and_the_floor_given_and_taken_back(evening: Evening) -> None:
    leader = await evening.join("host", headers=STAFF)
    first, second = await evening.join("first"), await evening.join("second", at="far")
    evening.begin()
    assert await receive(leader, Part) == Part(False, True, 0), "staff lead, and are not heard by all"
    await first.send(Hand(True))
    assert await receive(first, Part) == Part(False, False, 1)
    await second.send(Hand(True))
    assert await receive(second, Part) == Part(False, False, 2)
    hands = await hands_of(leader, 2)
    assert hands == Hands((Person(first.id, "first"), Person(second.id, "second")), ())
    await leader.send(Floor(first.id, True))
    assert await receive(first, Notice) == Notice("floor_given")
    assert await receive(first, Part) == Part(True, False, 0)
    assert await receive(second, Part) == Part(False, False, 1), "those behind move up"
    await first.send(Chat("my question"))
    assert (await receive(second, Said)).stage
    await leader.send(Floor(first.id, False))
    assert await receive(first, Notice) == Notice("floor_taken")
    assert await receive(first, Part) == Part(False, False, 0)
    await leader.send(Floor(second.id, False))
    assert await receive(second, Notice) == Notice("hand_lowered")
    assert await receive(second, Part) == Part(False, False, 0)


async def test_who_does_not_lead_gives_nobody_the_floor(evening: Evening) -> None:
    one, other = await evening.join("one"), await evening.join("other")
    evening.begin()
    await other.send(Hand(True))
    assert (await receive(other, Part)).hand == 1
    for visitor_id in (other.id, one.id):
        await one.send(Floor(visitor_id, True))
    await one.send(Chat("hello"))
    assert not (await receive(one, Said)).stage
    await other.send(Hand(False))
    assert await receive(other, Part) == Part(False, False, 0), "its hand was up still"


async def test_whoever_has_the_floor_leads_nothing(evening: Evening) -> None:
    leader = await evening.join("host", headers=STAFF)
    one, other = await evening.join("one"), await evening.join("other")
    evening.begin()
    await leader.send(Floor(one.id, True))
    assert await receive(one, Part) == Part(True, False, 0)
    await one.send(Floor(other.id, True))
    await one.send(Chat("done"))
    await receive(one, Said)
    await other.send(Chat("hello"))
    said = await receive(other, Said)
    assert said.text == "done"
    assert not (await receive(other, Said)).stage


async def test_the_floor_is_for_a_few(evening: Evening) -> None:
    leader = await evening.join("host", headers=STAFF)
    people = [await evening.join(f"v{number}") for number in range(FLOOR_MAX_COUNT + 1)]
    evening.begin()
    for one in people:
        await leader.send(Floor(one.id, True))
    assert await receive(leader, Notice) == Notice("floor_full", {"max": FLOOR_MAX_COUNT})


async def test_a_hand_stays_up_where_the_floor_is_full(evening: Evening) -> None:
    leader, late = await evening.join("host", headers=STAFF), await evening.join("late")
    people = [await evening.join(f"v{number}") for number in range(FLOOR_MAX_COUNT)]
    event = evening.begin()
    await late.send(Hand(True))
    assert (await receive(late, Part)).hand == 1
    for one in (*people, late):
        await leader.send(Floor(one.id, True))
    assert (await receive(leader, Notice)).code == "floor_full"
    stage = evening.server.house.stage_of(event.id)
    assert stage is not None
    assert stage["hands"] == [{"visitor": late.id, "name": "late"}]


async def test_leaders_lead_the_next_event_as_well(evening: Evening) -> None:
    """A page forgets its part with the event: it is told anew where one begins when the other ends."""
    leader = await evening.join("host", headers=STAFF)
    event = evening.begin()
    assert await receive(leader, Part) == Part(False, True, 0)
    evening.plan(begins_ms=event.plan.ends_ms)
    evening.at(event.plan.ends_ms)
    came = await until(leader, Part)
    assert came[-1] == Part(False, True, 0)
    assert any(isinstance(each, Stage) for each in came)


async def test_a_leader_whose_line_broke_sees_the_hands_again(evening: Evening) -> None:
    leader, one = await evening.join("host", headers=STAFF), await evening.join("one")
    evening.begin(begins_ms=NOW + MINUTE_MS)
    await one.send(Hand(True))
    hands = await hands_of(leader, 1)
    again = await evening.join("host", headers=STAFF, token=leader.token)
    assert again.welcome.resumed
    assert await receive(again, Hands) == hands


async def test_who_goes_and_comes_again_has_no_floor_and_is_in_no_queue(evening: Evening) -> None:
    leader = await evening.join("host", headers=STAFF)
    first, second = await evening.join("first"), await evening.join("second")
    event = evening.begin()
    await leader.send(Floor(first.id, True))
    assert (await receive(first, Part)).speaks
    await second.send(Hand(True))
    assert (await receive(second, Part)).hand == 1
    for one in (first, second):
        await one.send(Go("other"))
        await receive(one, Welcome)
    stage = evening.server.house.stage_of(event.id)
    assert stage is not None
    assert (stage["hands"], stage["floor"]) == ([], [])
    await first.send(Go("hall"))
    await first.send(Chat("still here"))
    assert not (await receive(first, Said)).stage


async def test_who_watches_a_full_hall_neither_speaks_nor_leads() -> None:
    """It begins when they are let in."""
    async with evening_of(halls=[flat_hall("hall", 1, observers_max=2), flat_hall("other")]) as full:
        one = await full.join("one")
        speaker = await full.join("林栀", headers=SPEAKER)
        assert speaker.welcome.observer
        event = full.begin()
        await receive(speaker, Stage)
        await speaker.send(Floor(one.id, True))
        await speaker.send(Chat("hello"))
        came = await until(speaker, Notice)
        assert came[-1] == Notice("observing")
        assert not any(isinstance(each, Part) for each in came)
        stage = full.server.house.stage_of(event.id)
        assert stage is not None
        assert stage["floor"] == []
        await one.send(Go("other"))
        assert await receive(speaker, Part) == Part(True, True, 0)


async def test_who_is_silenced_while_their_hand_is_up_is_in_no_queue(evening: Evening) -> None:
    for kind in (Kind.MUTE, Kind.HIDE):
        one = await evening.join(kind.value)
        event = evening.begin(begins_ms=evening.wall_ms[0] + MINUTE_MS, hall="hall")
        await one.send(Hand(True))
        assert (await receive(one, Part)).hand == 1
        evening.act(kind, one)
        assert (await receive(one, Part)).hand == 0
        await one.send(Hand(True))
        assert await receive(one, Notice) == Notice("chat_muted")
        evening.at(event.plan.ends_ms)


async def test_a_hand_where_nothing_runs_is_answered_and_one_of_many_is_too_fast(evening: Evening) -> None:
    one = await evening.join()
    await one.send(Hand(True))
    assert await receive(one, Notice) == Notice("no_event")
    evening.begin()
    for _ in range(5):
        await one.send(Hand(True))
        await one.send(Hand(False))
    assert await receive(one, Notice) == Notice("hand_too_fast")


async def test_who_is_muted_raises_no_hand_and_says_nothing_with_the_floor(evening: Evening) -> None:
    leader, one = await evening.join("host", headers=STAFF), await evening.join()
    evening.begin()
    evening.act(Kind.MUTE, one)
    await receive(one, Restricted)
    await one.send(Hand(True))
    assert await receive(one, Notice) == Notice("chat_muted")
    await leader.send(Floor(one.id, True))
    assert await receive(one, Notice) == Notice("floor_given")
    await one.send(Chat("hello"))
    assert await receive(one, Notice) == Notice("chat_muted")


async def test_who_is_silenced_on_the_stage_knows_it_and_is_back_when_it_is_undone(evening: Evening) -> None:
    speaker, other = await evening.join("s", headers=SPEAKER), await evening.join("other")
    evening.begin()
    assert await receive(speaker, Part) == Part(True, True, 0)
    for kind in (Kind.MUTE, Kind.HIDE):
        act = evening.act(kind, speaker)
        assert await receive(speaker, Part) == Part(False, True, 0)
        evening.server.house.oversight.lift(act)
        assert await receive(speaker, Part) == Part(True, True, 0)
    await speaker.send(Chat("hello again"))
    assert (await receive(other, Said)).stage


async def test_who_is_hidden_is_not_heard_from_the_stage_either(evening: Evening) -> None:
    speaker, other = await evening.join("s", headers=SPEAKER), await evening.join("other")
    evening.begin()
    evening.act(Kind.HIDE, speaker)
    await receive(speaker, Restricted)
    await speaker.send(Chat("unheard"))
    assert (await receive(speaker, Said)).text == "unheard"
    await other.send(Chat("heard"))
    assert (await receive(other, Said)).text == "heard"


async def test_where_only_speakers_may_talk_the_floor_is_enough(evening: Evening) -> None:
    leader, one = await evening.join("host", headers=STAFF), await evening.join()
    evening.begin()
    act = Act("only", Kind.SPEAKERS, Reason.PROGRAMME, NOW, hall="hall", params={"speakers_only": True})
    evening.server.house.oversight.apply(act)
    await receive(one, Rules)
    await one.send(Chat("hello"))
    assert await receive(one, Notice) == Notice("chat_speakers")
    await leader.send(Floor(one.id, True))
    await receive(one, Part)
    await one.send(Chat("hello"))
    assert (await receive(one, Said)).stage


async def test_a_hand_goes_with_its_owner(evening: Evening) -> None:
    leader, one = await evening.join("host", headers=STAFF), await evening.join("one")
    evening.begin()
    await one.send(Hand(True))
    assert len((await hands_of(leader, 1)).hands) == 1
    await one.send(Go("other"))
    assert (await hands_of(leader, 0)).hands == ()


async def test_that_an_event_is_cancelled_is_told_to_all_who_are_there(evening: Evening) -> None:
    one, elsewhere = await evening.join("one"), await evening.join("two", hall="other")
    event = evening.begin()
    assert (await receive(one, Stage)).state == "running"
    evening.put(replace(event, cancelled=True))
    assert await receive(one, Notice) == Notice("event_cancelled")
    assert (await receive(one, Stage)).state == "none"
    await elsewhere.send(Chat("hello"))
    while not isinstance(said := await elsewhere.receive(), Said):
        assert not isinstance(said, Notice)


async def test_a_change_of_the_plan_keeps_hands_and_its_end_forgets_them(evening: Evening) -> None:
    one = await evening.join("one")
    event = evening.begin()
    await one.send(Hand(True))
    assert (await receive(one, Part)).hand == 1
    longer = read_plan(body(hall="hall", ends_ms=event.plan.ends_ms + HOUR_MS), NOW, event.plan)
    evening.put(Event(event.id, longer, 1, NOW))
    assert (await receive(one, Stage)).left_s == 2 * 3600.0
    evening.put(Event(event.id, longer, 2, NOW, cancelled=True))
    assert await receive(one, Stage) == Stage("none")
    assert await receive(one, Part) == Part(False, False, 0)


async def test_who_comes_when_it_is_full_is_told_so_and_is_in(evening: Evening) -> None:
    evening.begin(capacity=1)
    first = await evening.join("first")
    second = await evening.join("second")
    assert await receive(second, Notice) == Notice("event_full", {"capacity": 1})
    await first.send(Chat("hello"))
    assert not any(isinstance(event, Notice) for event in await until(first, Said))


async def test_bots_take_no_place_and_a_speaker_is_not_told_that_it_is_full(evening: Evening) -> None:
    event = evening.begin(capacity=2)
    await evening.join("bot", bot=True)
    await evening.join("another", bot=True)
    guests = [await evening.join("first"), await evening.join("second")]
    speaker = await evening.join("speaker", headers={"X-Role": "speaker"})
    for one in (*guests, speaker):
        await one.send(Chat("hello"))
        assert not any(isinstance(told, Notice) for told in await until(one, Said))
    state = evening.server.house.stage_of(event.id)
    assert state is not None
    assert state["here"] == 3
    late = await evening.join("late")
    assert await receive(late, Notice) == Notice("event_full", {"capacity": 2})


async def test_who_is_there_is_counted_and_programs_are_not(evening: Evening) -> None:
    event = evening.begin()
    for name in ("one", "two"):
        await evening.join(name)
    await evening.join("bot", bot=True)
    await evening.join("elsewhere", hall="other")
    evening.shift_s[0] += COUNT_PERIOD_S
    evening.server.house.tick()
    (counted,) = evening.server.house.take_attendance()
    assert (counted.event, counted.peak, counted.newcomers) == (event.id, 2, 2)
    assert counted.stayed_s >= 2 * COUNT_PERIOD_S
    assert set(Attended.__dataclass_fields__) == {"event", "peak", "newcomers", "stayed_s"}


async def until(client: Client, kind: type[Any]) -> list[Any]:
    """What comes, up to the first of a kind."""
    came: list[Any] = []
    while not came or not isinstance(came[-1], kind):
        came.append(await client.receive())
    return came


async def hands_of(leader: Client, count: int) -> Hands:
    """What a leader is told once so many hands are up."""
    while True:
        hands = await receive(leader, Hands)
        if len(hands.hands) == count:
            return hands
