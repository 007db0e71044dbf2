"""Booths that come and go in running halls: who is told, who stands in the way, what is counted and kept."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

import pytest

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.unit.live.conftest import PATIENCE_S, receive, receive_until
from yuanzhan.client import Client
from yuanzhan.hall.floor import Block, Deck
from yuanzhan.hall.hall import Placement
from yuanzhan.hall.sketch import estimate
from yuanzhan.hall.visits import VISIT_AFTER_S, Zone
from yuanzhan.live.allowances import CARD_BURST
from yuanzhan.live.cards import LeftCard
from yuanzhan.live.definition import PublishedBooth, PublishedBooths
from yuanzhan.live.room import BOOTH_ANSWERS_HZ
from yuanzhan.live.rounds import BOOTHS_PERIOD_S
from yuanzhan.protocol.limits import CARD_NOTE_MAX_CHARS, CONTACT_MAX_CHARS, NAME_MAX_CODE_POINTS
from yuanzhan.protocol.messages.booths import Booths, Card, Opened
from yuanzhan.protocol.messages.joining import Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.positions import Correct

GROUND = Block(8.0, 4.0, 0.0, 4.0, 3.0)
TEA = PublishedBooth(
    id="tea",
    place=Placement(8.0, 0.0, 0.0, math.pi),
    zone=Zone("tea", GROUND, frozenset({"about", "pot"})),
    blocks=(Block(8.0, 4.0, 0.0, 3.0, 2.0),),
    takes_cards=True,
)


def published(*booths: PublishedBooth, revision: int = 1) -> PublishedBooths:
    return PublishedBooths(revision, booths)


async def join(server: HouseServer, name: str = "a", hall: str = "hall", **options: object) -> Client:
    return await Client.connect(server.url, hall=hall, name=name, **options)  # type: ignore[arg-type]


async def test_everybody_inside_is_told_and_nobody_elsewhere(house: HouseServer) -> None:
    async with await join(house) as one, await join(house) as two, await join(house, hall="other") as far:
        house.house.booths_changed("hall", published(TEA, revision=7))
        for visitor in (one, two):
            told = await receive(visitor, Booths)
            assert told == Booths("hall", 7, 2 / BOOTH_ANSWERS_HZ)
        house.house.booths_changed("other", published(revision=0))
        house.house.booths_changed("other", published(TEA, revision=9))
        assert (await receive(far, Booths)).revision == 9


async def test_who_comes_later_knows_the_revision_from_the_welcome(house: HouseServer) -> None:
    house.house.booths_changed("hall", published(TEA, revision=0xFFFFFFFF))
    async with await join(house, at="tea") as visitor:
        assert visitor.welcome.booths == 0xFFFFFFFF
        assert abs(visitor.welcome.x - TEA.place.x) <= 1.5
    async with await join(house, hall="other") as visitor:
        assert visitor.welcome.booths == 0


async def test_changes_that_come_close_together_are_told_as_one() -> None:
    now_s = 100.0
    async with serve_house([flat_hall("hall")], clock=lambda: now_s) as server, await join(server) as visitor:
        server.house.booths_changed("hall", published(TEA, revision=1))
        assert (await receive(visitor, Booths)).revision == 1
        for revision in range(2, 6):
            server.house.booths_changed("hall", published(TEA, revision=revision))
        await asyncio.sleep(0.3)
        now_s += BOOTHS_PERIOD_S
        assert (await receive(visitor, Booths)).revision == 5


async def test_who_stands_where_a_booth_comes_is_put_beside_it(house: HouseServer) -> None:
    async with await join(house) as visitor, await join(house) as aside:
        await visitor.send_pose(x=8.2, z=4.1, teleported=True)
        slot = visitor.id & 0xFFFF
        await receive_until(aside, lambda: abs(aside.crowd.x[slot] - 8.2) < 0.1)
        house.house.booths_changed("hall", published(TEA))
        correct = await receive(visitor, Correct)
        assert correct.reason == "outside"
        block = TEA.blocks[0]
        assert abs(correct.x - block.x) > block.width_m / 2 or abs(correct.z - block.z) > block.depth_m / 2
        assert math.dist((correct.x, correct.z), (8.2, 4.1)) < 2.5


async def test_nobody_walks_through_a_booth_and_everybody_where_it_was(house: HouseServer) -> None:
    async with await join(house) as visitor, await join(house) as other:
        slot = visitor.id & 0xFFFF
        house.house.booths_changed("hall", published(TEA))
        await visitor.send_pose(x=8.0, z=4.0, teleported=True)
        assert (await receive(visitor, Correct)).reason == "outside"
        house.house.booths_changed("hall", published(revision=0))
        await visitor.send_pose(x=8.0, z=4.0, teleported=True)
        await receive_until(other, lambda: abs(other.crowd.x[slot] - 8.0) < 0.1)


async def test_who_comes_to_a_booth_stands_on_its_podium_as_long_as_it_is_there(house: HouseServer) -> None:
    podium = replace(TEA, decks=(Deck(Block(8.0, 0.0, 0.0, 5.0, 5.0), 0.2),))
    for booths, height_m in ((published(podium), 0.2), (published(TEA), 0.0)):
        house.house.booths_changed("hall", booths)
        async with await join(house, at="tea") as visitor:
            assert visitor.welcome.y == pytest.approx(height_m)


async def test_who_stays_at_a_booth_and_opens_something_is_counted_and_bots_are_not() -> None:
    now_s = 1000.0
    async with (
        serve_house([flat_hall("hall")], clock=lambda: now_s) as server,
        await join(server, at="tea") as visitor,
        await join(server, bot=True, at="tea") as bot,
    ):
        server.house.booths_changed("hall", published(TEA))
        await receive(visitor, Booths)
        for client in (visitor, bot):
            await client.send_pose(x=8.0, z=0.9, teleported=True)
        await receive_until(visitor, lambda: abs(visitor.crowd.z[bot.id & 0xFFFF] - 0.9) < 0.1)
        for client in (visitor, bot):
            await client.send(Opened("tea", "pot"))
            await client.send(Opened("tea", "no such thing"))
        for _ in range(round(VISIT_AFTER_S) + 3):
            now_s += 1.0
            await asyncio.sleep(0.15)
        (count,) = server.house.take_visits()["hall"]
        assert (count.booth, count.visits, estimate(count.sketch)) == ("tea", 1, 1)
        assert count.opened == {"pot": 1}
        assert count.dwell_s >= VISIT_AFTER_S


async def test_a_card_is_kept_before_it_is_acknowledged() -> None:
    kept: list[LeftCard] = []
    may_keep = asyncio.Event()

    async def keep(card: LeftCard) -> None:
        await may_keep.wait()
        kept.append(card)

    async with serve_house([flat_hall("hall")], keep_card=keep) as server:
        server.house.booths_changed("hall", published(TEA))
        async with await join(server) as visitor:
            await visitor.send(Card("tea", " 李  雷", "lilei@example.com\n\x07", "=cmd()\t…"))
            await asyncio.sleep(0.2)
            assert kept == []
            may_keep.set()
            assert await receive(visitor, Notice) == Notice("card_left", {"booth": "tea"})
    assert kept == [LeftCard("hall", "tea", "李 雷", "lilei@example.com", "=cmd() …")]


async def test_a_card_that_nothing_takes_does_not_hold_up_the_stop() -> None:
    begun, given_up = asyncio.Event(), asyncio.Event()

    async def keep(card: LeftCard) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    async with serve_house([flat_hall("hall")], keep_card=keep) as server:
        server.house.booths_changed("hall", published(TEA))
        async with await join(server) as visitor:
            await visitor.send(Card("tea", "a", "b"))
            async with asyncio.timeout(PATIENCE_S):
                await begun.wait()
                await server.house.close(retry_s=1.0)
                await given_up.wait()


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (Card("tea", " ", "\u3164", "words"), "card_empty"),
        (Card("silk", "a", "b"), "no_such_booth"),
        (Card("tea", "a", ""), "card_failed"),
    ],
)
async def test_a_card_that_is_not_kept_is_told(house: HouseServer, card: Card, code: str) -> None:
    house.house.booths_changed("hall", published(TEA))
    async with await join(house) as visitor:
        await visitor.send(card)
        assert await receive(visitor, Notice) == Notice(code, {"booth": card.booth})


async def test_more_cards_than_anybody_has_are_refused() -> None:
    async def keep(card: LeftCard) -> None:
        return

    async with serve_house([flat_hall("hall")], keep_card=keep) as server:
        server.house.booths_changed("hall", published(TEA))
        async with await join(server) as visitor:
            for _ in range(round(CARD_BURST) + 1):
                await visitor.send(Card("tea", "a", "b"))
            codes = [(await receive(visitor, Notice)).code for _ in range(round(CARD_BURST) + 1)]
            assert sorted(codes) == ["card_left"] * round(CARD_BURST) + ["card_too_fast"]


async def test_the_longest_card_fits_in_a_message_and_a_longer_one_ends_the_connection(
    house: HouseServer,
) -> None:
    house.house.booths_changed("hall", published(TEA))
    longest = Card("tea", "😀" * NAME_MAX_CODE_POINTS, "😀" * CONTACT_MAX_CHARS, "😀" * CARD_NOTE_MAX_CHARS)
    async with await join(house) as visitor:
        await visitor.send(longest)
        assert (await receive(visitor, Notice)).code == "card_failed"


async def test_a_visitor_sees_the_booths_revision_again_when_it_comes_back(house: HouseServer) -> None:
    async with await join(house) as visitor:
        token = visitor.token
    house.house.booths_changed("hall", published(TEA, revision=5))
    async with await join(house, token=token) as again:
        assert isinstance(again.welcome, Welcome)
        assert again.welcome.booths == 5
