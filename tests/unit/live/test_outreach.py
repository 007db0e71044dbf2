"""Letters in running halls, over real sockets: who gets one, who does not, and what comes of it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.unit.live.conftest import PATIENCE_S, receive
from tests.unit.live.test_booths import TEA, published
from yuanzhan.client import Client
from yuanzhan.hall.visits import VISIT_AFTER_S
from yuanzhan.live.outreach import ARRIVED_M, SENT_PER_TICK
from yuanzhan.moderation.acts import Act, Kind, Reason
from yuanzhan.outreach.audience import Audience
from yuanzhan.outreach.letter import Letter, Spot, Text
from yuanzhan.protocol.messages.joining import Go, Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Invitation, Outcome, Reachable, Recalled
from yuanzhan.protocol.messages.people import Chat, Said
from yuanzhan.web.devices import COOKIE, digest_of

HELLO = Text("三点试茶 <b>", "Tea at three <b>")
TITLE = Text("龙井茶铺", "Longjing tea")
ALLOWED = Reachable("hour", "zh-CN", ("crafts", "no such interest"), booths=True)
DEVICE = f"{'phone':A<22}"


@dataclass
class Floor:
    """Two halls with the booth `tea` in one, and what was counted. `now_s` is theirs to move."""

    server: HouseServer
    now: list[float]
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def outreach(self) -> Any:
        return self.server.house.outreach

    async def join(self, choice: Reachable | None = ALLOWED, hall: str = "hall", **options: Any) -> Client:
        client = await Client.connect(self.server.url, hall=hall, name="visitor", **options)
        if choice is not None:
            await client.send(choice)
            await self.settled(client)
        return client

    async def settled(self, client: Client) -> None:
        """Everything that this visitor said before was heard."""
        self.now[0] += 1.0
        await client.send(Chat("."))
        while (await receive(client, Said)).id != client.id:
            pass

    def send(self, id: str = "l1", audience: Audience | None = None, *, leads: bool = True) -> int:
        """To whoever it is for; returns how many."""
        people = self.outreach.audience(audience or Audience())
        spot = Spot("hall", "tea", TITLE)
        self.outreach.deliver(Letter(id, HELLO, spot, leads=leads, by_booth=True), people)
        return len(people)

    async def counted(self, **wanted: int) -> None:
        """Wait until so much has come of the letter `l1`."""
        deadline_s = time.monotonic() + PATIENCE_S
        expected = {what: number for what, number in wanted.items() if number}
        while {what: number for (what, id), number in self.counts.items() if id == "l1"} != expected:
            assert time.monotonic() < deadline_s, self.counts
            await asyncio.sleep(0.05)


@asynccontextmanager
async def floor_of() -> AsyncIterator[Floor]:
    now, counts = [1000.0], Counter[tuple[str, str]]()

    def count(what: str, letter_id: str, number: int) -> None:
        counts[what, letter_id] += number

    halls = [flat_hall("hall"), flat_hall("other")]
    async with serve_house(halls, clock=lambda: now[0], count_letters=count) as server:
        server.house.booths_changed("hall", published(TEA))
        yield Floor(server, now, counts)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with floor_of() as made:
        yield made


async def nothing_comes(floor: Floor, client: Client) -> None:
    """No invitation before an answer to what is said now."""
    await asyncio.sleep(0.3)
    floor.now[0] += 1.0
    await client.send(Chat("."))
    while True:
        event = await asyncio.wait_for(client.receive(), PATIENCE_S)
        assert not isinstance(event, Invitation)
        if isinstance(event, Said) and event.id == client.id:
            return


async def test_who_allows_it_gets_it_and_nobody_else(floor: Floor) -> None:
    async with await floor.join() as one, await floor.join(None) as asked_nothing:
        assert floor.send() == 1
        got = await receive(one, Invitation)
        assert got == Invitation(
            "l1", "booth", HELLO.zh, HELLO.en, TITLE.zh, TITLE.en, hall="hall", booth="tea"
        )
        await nothing_comes(floor, asked_nothing)
        await floor.counted(sent=1)


async def test_a_letter_is_chosen_by_hall_interest_and_language(floor: Floor) -> None:
    async with (
        await floor.join(),
        await floor.join(Reachable("hour", "en", ("food",)), "other"),
    ):
        wanted = [
            (Audience(), 2),
            (Audience(halls=frozenset({"other"})), 1),
            (Audience(tags=frozenset({"crafts"})), 1),
            (Audience(tags=frozenset({"no such interest"})), 0),
            (Audience(langs=frozenset({"en"}), tags=frozenset({"crafts"})), 0),
            (Audience(langs=frozenset({"en", "zh-CN"}), tags=frozenset({"crafts", "food"})), 2),
        ]
        assert [len(floor.outreach.audience(audience)) for audience, _ in wanted] == [n for _, n in wanted]


async def test_a_letter_is_chosen_by_the_booth_that_somebody_stopped_at_if_they_agreed(floor: Floor) -> None:
    choice = Reachable("hour", "en")
    async with await floor.join(at="tea") as one, await floor.join(choice, at="tea") as shy:
        for client in (one, shy):
            await client.send_pose(x=8.0, z=0.9, teleported=True)
        audience = Audience(booths=frozenset({"tea"}))
        deadline_s = time.monotonic() + PATIENCE_S
        while len(floor.outreach.audience(audience)) < 1:
            assert time.monotonic() < deadline_s
            floor.now[0] += VISIT_AFTER_S / 4
            await asyncio.sleep(0.15)
        assert len(floor.outreach.audience(audience)) == 1
        await one.send(Go("other"))
        await receive(one, Welcome)
        assert len(floor.outreach.audience(audience)) == 1, "in another hall they stopped there still"
        await one.send(Reachable("hour", "zh-CN"))
        await floor.settled(one)
        assert floor.outreach.audience(audience) == []


async def test_the_next_one_waits_for_its_time(floor: Floor) -> None:
    async with await floor.join() as one:
        assert floor.send("l1") == 1
        await receive(one, Invitation)
        floor.now[0] += 3000.0
        assert floor.send("l2") == 0
        floor.now[0] += 600.0
        # Two at once: the second is too soon by the time that it is sent.
        assert (floor.send("l3"), floor.send("l4")) == (1, 1)
        assert (await receive(one, Invitation)).id == "l3"
        await nothing_comes(floor, one)


async def test_off_is_off_at_once(floor: Floor) -> None:
    async with await floor.join() as one:
        floor.send()
        await receive(one, Invitation)
        await one.send(Outcome("l1", "off"))
        await one.send(Reachable("none", "zh-CN"))
        await floor.settled(one)
        floor.now[0] += 10_000.0
        assert floor.send("l2") == 0
        await floor.counted(sent=1, off=1)


async def test_what_came_of_it_counts_once_and_only_if_it_can_be(floor: Floor) -> None:
    async with await floor.join() as one, await floor.join(None) as other:
        floor.send()
        await receive(one, Invitation)
        for _ in range(3):
            await one.send(Outcome("l1", "shown"))
            await one.send(Outcome("another", "shown"))
            await other.send(Outcome("l1", "shown"))
        await one.send_pose(x=8.0 - ARRIVED_M - 1, z=0.0, teleported=True)
        await floor.settled(one)
        await one.send(Outcome("l1", "arrived"))
        await one.send(Outcome("l1", "led"))
        await one.send(Outcome("l1", "arrived"))
        await floor.settled(one)
        await floor.counted(sent=1, shown=1, led=1)
        for x in (2.0, 8.0):
            await one.send_pose(x=x, z=0.9, teleported=True)
            await asyncio.sleep(0.3)
            await floor.settled(one)
        await one.send(Outcome("l1", "arrived"))
        await floor.counted(sent=1, shown=1, led=1, arrived=1)


async def test_who_was_put_out_gets_nothing(floor: Floor) -> None:
    async with await floor.join() as one:
        known = floor.server.house.oversight.known("hall", one.id)
        assert known is not None
        act = Act("a", Kind.REMOVE, Reason.HARASSMENT, int(time.time() * 1000), marks=known.marks.own)
        people = floor.outreach.audience(Audience())
        floor.server.house.oversight.apply(act)
        assert floor.outreach.audience(Audience()) == []
        floor.outreach.deliver(Letter("l1", HELLO), people)
        await asyncio.sleep(0.4)
        await floor.counted()


async def test_a_withdrawn_booth_ends_its_invitations(floor: Floor) -> None:
    async with await floor.join() as one, await floor.join() as far:
        await far.send(Go("other"))
        await receive(far, Welcome)
        assert floor.send() == 2
        for client in (one, far):
            await receive(client, Invitation)
        floor.server.house.booths_changed("hall", published(revision=2))
        for client in (one, far):
            assert await receive(client, Recalled) == Recalled(("l1",))
        await one.send(Outcome("l1", "led"))
        await floor.settled(one)
        await floor.counted(sent=2)
        floor.now[0] += 3600.0
        assert floor.send("l2") == 2, "they would get one, but it leads nowhere"
        await nothing_comes(floor, one)


async def test_what_a_booth_said_goes_with_it_and_what_operators_said_of_it_stays(floor: Floor) -> None:
    """A booth may be taken down for what it says."""
    async with await floor.join() as one, await floor.join() as other:
        spot = Spot("hall", "tea", TITLE)
        first, second = floor.outreach.audience(Audience())
        floor.outreach.deliver(Letter("l1", HELLO, spot, leads=False, by_booth=True), [first])
        floor.outreach.deliver(Letter("l2", HELLO, spot, leads=False, by_booth=False), [second])
        assert (await receive(one, Invitation)).id == "l1"
        assert (await receive(other, Invitation)).id == "l2"
        floor.server.house.booths_changed("hall", published(revision=2))
        assert await receive(one, Recalled) == Recalled(("l1",))
        floor.now[0] += 3600.0
        floor.send("l3", leads=False)
        await nothing_comes(floor, one)
        await other.send(Chat("."))
        while not isinstance(event := await other.receive(), Said) or event.id != other.id:
            assert not isinstance(event, Invitation | Recalled)


async def test_an_erasure_reaches_the_halls_and_the_page(floor: Floor) -> None:
    headers = {"Cookie": f"{COOKIE}={DEVICE}"}
    device = digest_of(DEVICE)
    async with await floor.join(headers=headers) as one, await floor.join():
        held = floor.outreach.held_of(device=device, account="")
        assert held == [
            {"rate": "hour", "lang": "zh-CN", "tags": ["crafts"], "by_booths": True, "booths": []}
        ]
        floor.outreach.forget(device=device, account="")
        assert (await receive(one, Notice)).code == "reach_off"
        assert floor.outreach.held_of(device=device, account="") == []
        assert floor.send() == 1


async def test_who_leaves_is_forgotten(floor: Floor) -> None:
    async with await floor.join():
        assert len(floor.outreach.audience(Audience())) == 1
    deadline_s = time.monotonic() + PATIENCE_S
    while floor.outreach._readers:
        assert time.monotonic() < deadline_s
        floor.now[0] += 5.0
        await asyncio.sleep(0.1)


async def test_a_letter_to_many_goes_out_over_several_ticks(floor: Floor) -> None:
    async with await floor.join() as one:
        (number,) = floor.outreach.audience(Audience())
        strangers = [number + 1 + index for index in range(SENT_PER_TICK)]
        floor.outreach.deliver(Letter("l1", HELLO), [*strangers, number])
        await receive(one, Invitation)
        await floor.counted(sent=1)


def test_where_one_arrives_is_near_a_booth() -> None:
    assert math.hypot(40, 24) / 2 > ARRIVED_M
