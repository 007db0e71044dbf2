"""A hall that is full, over real sockets: who comes then watches, or waits, and is let in by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.support.patience import until
from tests.support.raw_socket import RawSocket
from tests.unit.live.conftest import PATIENCE_S, receive, receive_until
from yuanzhan.client import Client, Refused
from yuanzhan.moderation.acts import Act, Kind, Reason
from yuanzhan.protocol.codec import decode_server
from yuanzhan.protocol.fields import NOBODY
from yuanzhan.protocol.kinds import Kind as MessageKind
from yuanzhan.protocol.limits import RESUME_GRACE_S
from yuanzhan.protocol.messages.joining import FreshToken, Go, Profile, Queued, Stood, Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, People, Person, Said, Who
from yuanzhan.protocol.messages.positions import Correct, Sit
from yuanzhan.protocol.sections import Frame

pytestmark = pytest.mark.both_loops


@pytest.fixture
async def house() -> AsyncIterator[HouseServer]:
    """A hall for two visitors, one observer and two in its queue; and one with much room."""
    async with serve_house(
        [flat_hall("hall", 2, observers_max=1, queue_max=2), flat_hall("other")]
    ) as server:
        yield server


async def join(server: HouseServer, name: str = "a", hall: str = "hall", **options: object) -> Client:
    return await Client.connect(server.url, hall=hall, name=name, **options)  # type: ignore[arg-type]


class InQueue:
    """Somebody who is in the queue when `begin` returns."""

    def __init__(self, server: HouseServer, name: str, token: str | None = None, **options: Any) -> None:
        self.places: list[tuple[int, int]] = []
        self.token = token
        self._queued = asyncio.Event()
        self.joining = asyncio.create_task(join(server, name, token=token, waiting=self._hear, **options))

    @classmethod
    async def begin(cls, server: HouseServer, name: str, token: str | None = None, **options: Any) -> InQueue:
        one = cls(server, name, token, **options)
        await asyncio.wait_for(one._queued.wait(), PATIENCE_S)
        return one

    def _hear(self, message: Queued | FreshToken) -> None:
        if isinstance(message, FreshToken):
            self.token = message.token
        else:
            self.places.append((message.place, message.length))
            self._queued.set()

    async def let_in(self, timeout_s: float = PATIENCE_S) -> Client:
        return await asyncio.wait_for(self.joining, timeout_s)

    async def give_up(self) -> None:
        self.joining.cancel()
        with suppress(asyncio.CancelledError):
            await self.joining


async def test_who_finds_the_hall_full_watches_and_is_seen_by_nobody(house: HouseServer) -> None:
    async with await join(house, "one") as one, await join(house, "two"), await join(house, "w") as watcher:
        assert watcher.welcome.observer
        assert (watcher.welcome.id, watcher.welcome.population) == (NOBODY, 2)
        assert await receive(watcher, Queued) == Queued("hall", 1, 1)
        assert (await receive(watcher, Frame)).full
        assert watcher.crowd.population == 2
        await watcher.send_pose(x=2.0, z=2.0, teleported=True)
        await one.send_pose(x=1.5, z=-2.0, teleported=True)
        slot = one.id & 0xFFFF
        await receive_until(watcher, lambda: abs(watcher.crowd.x[slot] - 1.5) < 0.01)
        await receive_until(one, lambda: one.crowd.population == 2)
        assert house.house.head_counts() == {"hall": 2, "other": 0}
        assert house.house.observer_counts() == {"hall": 1, "other": 0}


async def test_an_observer_hears_what_is_said_near_and_has_no_voice_and_no_seat(house: HouseServer) -> None:
    async with await join(house, "one") as one, await join(house, "two"), await join(house, "w") as watcher:
        await one.send(Chat("hello"))
        said = await receive(watcher, Said)
        assert said == Said(one.id, "one", "hello", said.line)
        for message in (Chat("and me"), Sit("bench"), Sit(None)):
            await watcher.send(message)
            assert await receive(watcher, Notice) == Notice("observing")
        await one.send(Who((watcher.id, one.id)))
        assert (await receive(one, People)).people == (Person(one.id, "one"),)


async def test_an_observer_moves_as_a_visitor_does(house: HouseServer) -> None:
    async with await join(house), await join(house), await join(house, "w") as watcher:
        await watcher.send_pose(x=18.0, z=0.0)
        assert (await receive(watcher, Correct)).reason == "too_fast"
        await watcher.send(Go("hall", "booth"))
        moved = await receive(watcher, Correct)
        assert moved.reason == "moved"
        assert abs(moved.x - 10.0) <= 1.5


async def test_when_somebody_leaves_the_observer_is_let_in_where_they_watched(house: HouseServer) -> None:
    async with await join(house, "one") as one, await join(house) as two, await join(house, "w") as watcher:
        await watcher.send_pose(x=2.0, z=-3.0, teleported=True)
        await watcher.send(Profile("new name", 4))
        await receive(watcher, Notice)
        await asyncio.sleep(0.2)
        await two.leave()
        welcome = await receive(watcher, Welcome, 1.0)
        assert not welcome.observer
        assert (welcome.name, welcome.look, welcome.resumed) == ("new name", 4, False)
        assert (welcome.x, welcome.z) == (2.0, -3.0)
        slot = welcome.id & 0xFFFF
        await receive_until(one, lambda: one.crowd.id_of(slot) == welcome.id and one.crowd.look[slot] == 4)
        await watcher.send(Chat("now I can"))
        assert (await receive(one, Said)).id == welcome.id
        assert house.house.observer_counts() == {"hall": 0, "other": 0}


async def test_the_queue_tells_places_lets_in_by_order_and_beyond_it_the_hall_is_full(
    house: HouseServer,
) -> None:
    async with await join(house) as one, await join(house), await join(house, "w") as watcher:
        first = await InQueue.begin(house, "first")
        second = await InQueue.begin(house, "second")
        assert (first.places, second.places) == ([(1, 1)], [(2, 2)])
        assert house.house.queue_counts() == {"hall": 2, "other": 0}
        with pytest.raises(Refused, match="4503 hall_full"):
            await join(house, "third")
        await one.leave()
        assert not (await receive(watcher, Welcome, 1.0)).observer
        async with await first.let_in(1.0) as watches:
            assert watches.welcome.observer
            await until(lambda: second.places[-1] == (1, 1))
            await watcher.leave()
            assert not (await receive(watches, Welcome, 1.0)).observer
            async with await second.let_in(1.0) as last:
                assert last.welcome.observer
                assert house.house.head_counts() == {"hall": 2, "other": 0}


async def test_without_observers_the_queue_leads_into_the_hall() -> None:
    async with serve_house([flat_hall(capacity=1, queue_max=1)]) as house:
        one = await join(house)
        waits = await InQueue.begin(house, "waits")
        await one.leave()
        async with await waits.let_in(1.0) as inside:
            assert not inside.welcome.observer
            await inside.send(Chat("in"))
            assert (await receive(inside, Said)).text == "in"


async def test_an_observer_comes_back_to_the_same_place_in_line_and_viewpoint() -> None:
    async with serve_house([flat_hall(capacity=1, observers_max=2)]) as house:
        one = await join(house)
        lost, later = await join(house, "lost"), await join(house, "later")
        await lost.send_pose(x=2.0, z=-3.0, teleported=True)
        await asyncio.sleep(0.2)
        await lost.drop()
        async with await lost.reconnect(house.url) as again:
            assert (again.welcome.observer, again.welcome.resumed) == (True, True)
            assert (again.welcome.x, again.welcome.z) == (2.0, -3.0)
            assert await receive(again, Queued) == Queued("hall", 1, 2)
            await one.leave()
            assert not (await receive(again, Welcome, 1.0)).observer
            await receive_until(again, lambda: again.crowd.population == 1)
        await later.leave()


async def test_who_queues_comes_back_to_the_same_place(house: HouseServer) -> None:
    async with await join(house), await join(house), await join(house, "w"):
        lost = await InQueue.begin(house, "lost")
        later = await InQueue.begin(house, "later")
        await lost.give_up()
        again = await InQueue.begin(house, "lost", lost.token)
        assert again.places == [(1, 2)]
        assert later.places == [(2, 2)]
        # A second connection with the token takes over the place of the first.
        second = await InQueue.begin(house, "lost", again.token)
        with pytest.raises(Refused, match="4409 replaced"):
            await again.joining
        assert second.places == [(1, 2)]
        await second.give_up()
        await later.give_up()


async def test_who_is_away_when_their_turn_comes_is_passed_over_and_stays_first() -> None:
    async with serve_house([flat_hall(capacity=2, observers_max=2)]) as house:
        one, two = await join(house), await join(house)
        lost, later = await join(house, "lost"), await join(house, "later")
        await lost.drop()
        await until(
            lambda: any(v.connection is None for _, v in house.house._rooms["hall"].observers.places())
        )
        await one.leave()
        assert not (await receive(later, Welcome, 1.0)).observer
        async with await lost.reconnect(house.url) as again:
            assert again.welcome.observer
            await two.leave()
            assert not (await receive(again, Welcome, 1.0)).observer
        await later.leave()


async def test_after_the_grace_period_the_places_of_the_lost_are_others() -> None:
    ahead_s = 0.0
    definition = flat_hall(capacity=1, observers_max=1, queue_max=1)
    async with (
        serve_house([definition], clock=lambda: time.monotonic() + ahead_s) as house,
        await join(house),
    ):
        watcher = await join(house)
        waits = await InQueue.begin(house, "waits")
        await watcher.drop()
        await waits.give_up()
        await asyncio.sleep(0.2)
        assert house.house.observer_counts() == house.house.queue_counts() == {"hall": 1}
        ahead_s += RESUME_GRACE_S
        await until(lambda: house.house.observer_counts() == house.house.queue_counts() == {"hall": 0})


async def test_who_waits_may_go_to_another_hall_and_leaves_the_queue(house: HouseServer) -> None:
    async with await join(house), await join(house), await join(house, "w") as watcher:
        one = await InQueue.begin(house, "one")
        await one.give_up()
        async with await join(house, "one", hall="other", token=one.token) as elsewhere:
            assert not elsewhere.welcome.observer
            assert house.house.queue_counts() == {"hall": 0, "other": 0}
            # An observer as well; and who comes from elsewhere watches, if there is a place to watch from.
            await watcher.send(Go("other"))
            assert (await receive(watcher, Welcome)).hall == "other"
            await elsewhere.send(Go("hall"))
            welcome = await receive(elsewhere, Welcome)
            assert (welcome.hall, welcome.observer) == ("hall", True)
            # Nobody gives up a hall for a queue.
            await watcher.send(Go("hall"))
            assert await receive(watcher, Notice) == Notice("hall_full", {"hall": "hall"})


async def test_who_must_queue_after_a_restart_comes_back_to_where_they_stood() -> None:
    async with serve_house([flat_hall()]) as before, await join(before, "one") as one:
        token, stood = one.token, Stood(-7.25, 3.5, 1.0)
    async with serve_house([flat_hall(capacity=1, queue_max=2)]) as house:
        first = await join(house)
        one_again = await InQueue.begin(house, "one", token, stood=stood, at="booth")
        await first.leave()
        async with await one_again.let_in() as one:
            assert (one.welcome.x, one.welcome.z, one.welcome.yaw) == (-7.25, 3.5, 1.0)


async def test_who_waits_at_the_entrance_halls_door_is_not_told_that_they_were_led_out() -> None:
    async with serve_house([flat_hall(capacity=1, queue_max=2)]) as house:
        first = await join(house)
        waiting = await RawSocket.visitor(house.port)
        told = [await control(waiting)]
        house.house.oversight.apply(Act("act", Kind.EVACUATE, Reason.SAFETY, 0, hall="hall"))
        assert await receive(first, Notice) == Notice("led_out", {"hall": "hall"})
        await first.leave()
        while not isinstance(told[-1], Welcome):
            told.append(await control(waiting))
        assert {type(message) for message in told} == {Queued, FreshToken, Welcome}
        waiting.close()


async def control(peer: RawSocket) -> object:
    """The next control message."""
    while True:
        _, payload = await peer.frame()
        if payload[0] == MessageKind.CONTROL:
            return decode_server(payload)


async def test_operators_find_who_watches_and_who_waits_and_the_same_visit_after_a_restart() -> None:
    definition = flat_hall(capacity=1, observers_max=1, queue_max=1)
    async with serve_house([definition]) as house:
        first, watcher = await join(house, "lin 1"), await join(house, "lin 2")
        waits = await InQueue.begin(house, "lin 3")
        oversight = house.house.oversight
        before = oversight.search("LIN")
        assert [(one.name, one.standing) for one in before] == [
            ("lin 1", "visitor"),
            ("lin 2", "observer"),
            ("lin 3", "queued"),
        ]
        assert [oversight.known_by(one.visit) for one in before] == before
        assert oversight.search("lin", "other") == []
        tokens = first.token, watcher.token
        await waits.give_up()
    # The other one is first now, and has the id of then.
    async with serve_house([definition]) as house, await join(house, "lin 2", token=tokens[1]) as one:
        oversight = house.house.oversight
        assert one.id == first.id
        assert oversight.known_by(before[0].visit) is None
        async with await join(house, "lin 1", token=tokens[0]):
            found = oversight.known_by(before[0].visit)
            assert found is not None
            assert (found.name, found.standing) == ("lin 1", "observer")


async def test_a_full_hall_has_no_place_for_bots(house: HouseServer) -> None:
    async with await join(house), await join(house):
        with pytest.raises(Refused, match="4503 hall_full"):
            await join(house, "Robot", bot=True)
        async with await join(house, "Robot", hall="other", bot=True) as robot:
            await robot.send(Go("hall"))
            assert await receive(robot, Notice) == Notice("hall_full", {"hall": "hall"})


async def test_a_place_that_is_freed_goes_to_who_watches_not_to_who_just_comes() -> None:
    async with serve_house([flat_hall(capacity=1, observers_max=2)]) as house:
        one = await join(house)
        watcher = await join(house, "watcher")
        await one.leave()
        async with await join(house, "newcomer") as newcomer:
            assert not (await receive(watcher, Welcome, 1.0)).observer
            assert newcomer.welcome.observer
        await watcher.leave()
