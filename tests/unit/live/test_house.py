"""Visitors in a house, over real sockets: coming, talking, sitting, moving on, coming back."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Any

import pytest

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.unit.live.conftest import receive, receive_until
from yuanzhan.client import Client, Refused
from yuanzhan.live.house import CHECK_TICKS
from yuanzhan.live.room import SPREAD_M
from yuanzhan.protocol.limits import RESUME_GRACE_S, TOKEN_LIFETIME_S, TOKEN_RENEW_S
from yuanzhan.protocol.messages.joining import Closing, FreshToken, Go, Profile, Stood, Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, People, Person, Population, Said, Who
from yuanzhan.protocol.messages.positions import Correct, Seated, Sit
from yuanzhan.protocol.sections import Frame


async def join(server: HouseServer, name: str = "a", hall: str = "hall", **options: object) -> Client:
    return await Client.connect(server.url, hall=hall, name=name, **options)  # type: ignore[arg-type]


async def test_two_visitors_see_each_other_move(house: HouseServer) -> None:
    async with await join(house, "甲") as one, await join(house, "B", look=5) as other:
        slot = other.id & 0xFFFF
        await other.send_pose(x=1.5, z=-2.0, yaw=1.0, teleported=True)
        await receive_until(one, lambda: abs(one.crowd.x[slot] - 1.5) < 0.01)
        assert one.crowd.z[slot] == pytest.approx(-2.0, abs=0.001)
        assert one.crowd.yaw[slot] == pytest.approx(1.0, abs=0.013)
        assert one.crowd.look[slot] == 5
        assert one.crowd.id_of(slot) == other.id
        assert one.crowd.population == 2


async def test_the_welcome_says_where_and_who_one_is_and_a_full_frame_follows(house: HouseServer) -> None:
    async with await join(house, "  小  王 ", look=68) as visitor:
        welcome = visitor.welcome
        assert (welcome.hall, welcome.name, welcome.look) == ("hall", "小 王", 68)
        assert not welcome.resumed
        assert abs(welcome.x) <= 1.5
        assert abs(welcome.z) <= 1.5
        assert (welcome.capacity, welcome.population, welcome.tick_hz) == (200, 1, 10)
        first = await receive(visitor, Frame)
        assert first.full
        assert visitor.crowd.population == 1


async def test_a_place_can_be_asked_for_by_its_id(house: HouseServer) -> None:
    async with await join(house, at="booth") as visitor:
        assert abs(visitor.welcome.x - 10.0) <= 1.5
        assert visitor.welcome.yaw == 3.0


async def test_an_unknown_place_is_said_and_the_default_taken(house: HouseServer) -> None:
    async with await join(house, at="attic") as visitor:
        assert abs(visitor.welcome.x) <= 1.5
        assert await receive(visitor, Notice) == Notice("no_such_place", {"at": "attic"})


async def test_chat_is_heard_near_and_not_far(house: HouseServer) -> None:
    async with (
        await join(house, "speaker") as speaker,
        await join(house, "near") as near,
        await join(house, "far", at="booth") as far,
    ):
        await speaker.send_pose(x=0.0, z=0.0, teleported=True)
        await far.send_pose(x=12.0, z=4.0, teleported=True)
        slot = speaker.id & 0xFFFF
        await receive_until(near, lambda: abs(near.crowd.x[slot]) < 0.001)
        await asyncio.sleep(0.2)
        await speaker.send(Chat("  你好\n world "))
        heard = await receive(near, Said)
        assert heard == Said(speaker.id, "speaker", "你好 world", heard.line)
        assert await receive(speaker, Said) == heard
        with pytest.raises(TimeoutError):
            await receive(far, Said, 0.5)


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("", Notice("chat_empty")),
        ("\u202e \x00", Notice("chat_empty")),
        ("x" * 201, Notice("chat_too_long", {"max": 200})),
    ],
)
async def test_lines_that_are_none_get_a_notice(house: HouseServer, text: str, notice: Notice) -> None:
    async with await join(house) as visitor:
        await visitor.send(Chat(text))
        assert await receive(visitor, Notice) == notice


async def test_who_talks_without_end_is_asked_to_slow_down(house: HouseServer) -> None:
    async with await join(house) as visitor:
        for _ in range(6):
            await visitor.send(Chat("again"))
        assert await receive(visitor, Notice) == Notice("chat_too_fast")


async def test_names_are_told_to_those_who_ask(house: HouseServer) -> None:
    async with await join(house, "one") as one, await join(house, "Robot", bot=True) as other:
        await one.send(Who((other.id, one.id, other.id ^ 0x10000, 0xFFFFFF)))
        assert (await receive(one, People)).people == (
            Person(other.id, "Robot", "bot"),
            Person(one.id, "one"),
        )


async def test_a_new_name_and_look_are_news_for_the_hall(house: HouseServer) -> None:
    async with await join(house, "one") as one, await join(house, "other") as other:
        slot = other.id & 0xFFFF
        await other.send(Profile("  新名 ", 5))
        assert await receive(other, Notice) == Notice("name_changed", {"name": "新名"})
        events = await receive_until(one, lambda: one.crowd.look[slot] == 5)
        assert People((Person(other.id, "新名"),)) in events


@pytest.mark.parametrize(
    ("profile", "code"), [(Profile("\u202e", 0), "bad_name"), (Profile("a", 3), "bad_look")]
)
async def test_a_bad_profile_is_a_notice_and_changes_nothing(
    house: HouseServer, profile: Profile, code: str
) -> None:
    async with await join(house, "one") as one:
        await one.send(profile)
        assert (await receive(one, Notice)).code == code
        await one.send(Who((one.id,)))
        assert (await receive(one, People)).people[0].name == "one"


async def test_changing_clothes_without_end_is_slowed_down(house: HouseServer) -> None:
    async with await join(house) as one:
        for look in (0, 4, 0, 4, 0, 4):
            await one.send(Profile("a", look))
        assert await receive(one, Notice) == Notice("profile_too_fast")


async def test_a_seat_is_for_one(house: HouseServer) -> None:
    async with await join(house, "one") as one, await join(house, "other") as other:
        await one.send(Sit("bench"))
        assert await receive(one, Seated) == Seated("bench", 1.0, 0.45, 1.0, 1.5)
        await other.send(Sit("bench"))
        assert await receive(other, Notice) == Notice("seat_taken", {"seat": "bench"})
        await one.send(Sit("stool"))
        assert (await receive(one, Seated)).seat == "stool"
        await other.send(Sit("bench"))
        assert (await receive(other, Seated)).seat == "bench"
        await one.send(Sit(None))
        stood = await receive(one, Seated)
        assert (stood.seat, stood.y) == (None, 0.0)
        await other.leave()
        await asyncio.sleep(0.1)
        await one.send(Sit("bench"))
        assert (await receive(one, Seated)).seat == "bench"


@pytest.mark.parametrize(("seat", "code"), [("far", "seat_far"), ("throne", "no_such_place")])
async def test_a_seat_out_of_reach_is_a_notice(house: HouseServer, seat: str, code: str) -> None:
    async with await join(house) as visitor:
        await visitor.send(Sit(seat))
        assert await receive(visitor, Notice) == Notice(code, {"seat": seat})


async def test_going_to_a_place_here_is_a_correction(house: HouseServer) -> None:
    async with await join(house) as visitor:
        await visitor.send(Go("hall", "booth"))
        correct = await receive(visitor, Correct)
        assert correct.reason == "moved"
        assert abs(correct.x - 10.0) <= 1.5
        await visitor.send(Go("hall", "attic"))
        assert await receive(visitor, Notice) == Notice("no_such_place", {"at": "attic"})


async def test_going_to_another_hall_is_another_welcome_on_the_same_connection(house: HouseServer) -> None:
    async with await join(house, "stays") as stays, await join(house, "goes", look=4) as goes:
        await receive_until(stays, lambda: stays.crowd.population == 2)
        await goes.send(Go("other", "booth"))
        welcome = await receive(goes, Welcome)
        assert (welcome.hall, welcome.name, welcome.look) == ("other", "goes", 4)
        assert abs(welcome.x - 10.0) <= 1.5
        await receive_until(goes, lambda: goes.crowd.population == 1)
        await receive_until(stays, lambda: stays.crowd.population == 1)
        assert house.house.head_counts() == {"hall": 1, "other": 1}


async def test_a_hall_that_is_full_or_unknown_is_a_notice_to_those_inside(house: HouseServer) -> None:
    async with (
        await join(house, hall="other"),
        await join(house, hall="other"),
        await join(house) as visitor,
    ):
        await visitor.send(Go("other"))
        assert await receive(visitor, Notice) == Notice("hall_full", {"hall": "other"})
        await visitor.send(Go("cellar"))
        assert await receive(visitor, Notice) == Notice("no_such_hall")
        assert house.house.head_counts()["hall"] == 1


async def test_head_counts_are_told_when_they_change(house: HouseServer) -> None:
    async with await join(house) as visitor:
        assert await receive(visitor, Population) == Population(1, {"hall": 1, "other": 0})
        async with await join(house, hall="other"):
            assert await receive(visitor, Population) == Population(1, {"hall": 1, "other": 1})


async def test_a_lost_connection_comes_back_as_the_same_visitor(house: HouseServer) -> None:
    async with await join(house, "watcher") as watcher, await join(house, "lost", look=4) as lost:
        await lost.send_pose(x=3.0, z=2.0, teleported=True)
        slot = lost.id & 0xFFFF
        await receive_until(watcher, lambda: abs(watcher.crowd.x[slot] - 3.0) < 0.01)
        await lost.drop()
        async with await lost.reconnect(house.url) as again:
            assert again.welcome.resumed
            assert again.id == lost.id
            assert (again.welcome.x, again.welcome.z) == (3.0, 2.0)
            await receive_until(again, lambda: again.crowd.population == 2)
            assert house.house.head_counts()["hall"] == 2


async def test_who_sat_when_the_connection_was_lost_still_sits(house: HouseServer) -> None:
    lost = await join(house)
    await lost.send(Sit("bench"))
    await receive(lost, Seated)
    await lost.drop()
    async with await lost.reconnect(house.url) as again:
        assert (await receive(again, Seated)).seat == "bench"


async def test_goodbye_removes_the_avatar_at_once(house: HouseServer) -> None:
    async with await join(house) as stays, await join(house) as goes:
        await receive_until(stays, lambda: stays.crowd.population == 2)
        await goes.leave()
        await receive_until(stays, lambda: stays.crowd.population == 1, 1.0)


async def test_a_second_connection_with_the_same_token_replaces_the_first(house: HouseServer) -> None:
    first = await join(house)
    async with await first.reconnect(house.url) as second:
        assert second.id == first.id
        closing = await receive(first, Closing)
        assert (closing.code, closing.reason) == (4409, "replaced")
        with pytest.raises(Refused, match="4409 replaced"):
            await receive(first, Closing)
        await second.send(Chat("still here"))
        assert (await receive(second, Said)).text == "still here"


async def test_who_finds_the_other_hall_full_stays_in_this_one(house: HouseServer) -> None:
    async with (
        await join(house, hall="other"),
        await join(house, hall="other"),
        await join(house, "stays") as stays,
    ):
        with pytest.raises(Refused, match="4503 hall_full"):
            await join(house, "stays", hall="other", token=stays.token)
        await stays.send(Chat("still here"))
        assert (await receive(stays, Said)).text == "still here"


async def test_a_token_of_one_hall_lets_into_another_and_replaces_the_first(house: HouseServer) -> None:
    first = await join(house, "goes")
    async with await join(house, "goes", hall="other", token=first.token):
        assert (await receive(first, Closing)).reason == "replaced"
        assert house.house.head_counts() == {"hall": 0, "other": 1}


async def test_who_comes_back_with_another_name_and_as_a_bot_is_told(house: HouseServer) -> None:
    async with await join(house, "watcher") as watcher, await join(house, "former") as former:
        await former.drop()
        async with await join(house, "latter", token=former.token, bot=True) as again:
            assert again.welcome.resumed
            assert await receive(watcher, People) == People((Person(again.id, "latter", "bot"),))


async def test_what_an_empty_hall_has_to_tell_is_told_to_nobody_and_forgotten() -> None:
    async with serve_house([flat_hall()]) as server:
        for _ in range(3):
            await (await join(server)).leave()
        await asyncio.sleep(0.3)
        ((_, room),) = server.house._rooms.items()
        assert room.hall.is_still
        async with await join(server) as visitor:
            assert visitor.welcome.population == 1


class Clocks:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s

    def wall(self) -> float:
        return time.time() + self.ahead_s


async def test_after_the_grace_period_the_avatar_is_gone_and_the_visitor_enters_anew() -> None:
    clocks = Clocks()
    async with serve_house([flat_hall()], clock=clocks.monotonic, wall_clock=clocks.wall) as server:
        lost = await join(server)
        await lost.drop()
        await asyncio.sleep(0.2)
        assert server.house.head_counts() == {"hall": 1}
        clocks.ahead_s += RESUME_GRACE_S
        await asyncio.sleep(0.3)
        assert server.house.head_counts() == {"hall": 0}
        async with await lost.reconnect(server.url) as again:
            assert not again.welcome.resumed


async def test_an_expired_token_is_refused() -> None:
    clocks = Clocks()
    async with serve_house([flat_hall()], wall_clock=clocks.wall) as server:
        visitor = await join(server)
        await visitor.leave()
        clocks.ahead_s += TOKEN_LIFETIME_S + 2
        with pytest.raises(Refused, match="4401 bad_token"):
            await visitor.reconnect(server.url)


async def test_a_fresh_token_comes_in_time() -> None:
    clocks = Clocks()
    async with serve_house([flat_hall()], clock=clocks.monotonic) as server, await join(server) as visitor:
        former = visitor.token
        await asyncio.sleep(1.1)  # the token holds whole seconds
        while clocks.ahead_s <= TOKEN_RENEW_S:
            clocks.ahead_s += 20.0
            await visitor.send_pose(x=0.0, z=0.0)
            await asyncio.sleep(0.02)
            for _ in range(CHECK_TICKS):
                server.house.tick()
        fresh = await receive(visitor, FreshToken)
        assert fresh.token == visitor.token != former


async def test_a_server_that_stops_tells_everybody_and_one_that_starts_again_knows_them() -> None:
    async with serve_house([flat_hall()]) as server:
        visitor = await join(server, "小王", look=4)
        await visitor.send_pose(x=-7.25, z=3.5, yaw=1.0, teleported=True)
        port = server.port
    closing = await receive(visitor, Closing)
    assert (closing.code, closing.reason, closing.retry_s) == (1001, "going_away", 1.0)
    with pytest.raises(Refused, match="1001 going_away"):
        await receive(visitor, Closing)
    async with serve_house([flat_hall()], port=port) as server, await visitor.reconnect(server.url) as again:
        assert (again.welcome.name, again.welcome.look) == ("小王", 4)
        assert (again.welcome.x, again.welcome.z, again.welcome.yaw) == (-7.25, 3.5, 1.0)
        await receive_until(again, lambda: again.crowd.population == 1)


async def test_where_one_stood_counts_with_a_token_of_this_hall_and_where_one_can_stand(
    house: HouseServer,
) -> None:
    visitor = await join(house)
    token = visitor.token
    await visitor.leave()

    async def place(x: float, z: float, **options: Any) -> tuple[float, float]:
        async with await join(house, stood=Stood(x, z, 0.0), **options) as back:
            await back.leave()
            return back.welcome.x, back.welcome.z

    def is_at_the_door(x: float, z: float) -> bool:
        return math.hypot(x, z) <= SPREAD_M

    assert await place(15.0, -6.0, token=token) == (15.0, -6.0)
    # Beside the floor, as on a seat, one comes to the floor's nearest place; far outside there is none.
    assert await place(-22.0, 3.1, token=token) == pytest.approx((-19.75, 3.25))
    assert is_at_the_door(*await place(-29.0, 3.1, token=token))
    # Before the place of a link, which is where one first came to.
    assert await place(15.0, -6.0, token=token, at="booth") == (15.0, -6.0)
    assert is_at_the_door(*await place(15.0, -6.0))
    assert is_at_the_door(*await place(15.0, -6.0, hall="other", token=token))
    with pytest.raises(Refused, match="4400 malformed"):
        await place(1e300, 0.0, token=token)
