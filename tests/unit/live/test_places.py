"""Those on duty go to whoever they name; to everybody else no such place is known."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.unit.live.conftest import receive
from yuanzhan.access import Actor, Role
from yuanzhan.client import Client
from yuanzhan.moderation.callers import SignedIn
from yuanzhan.protocol.messages.joining import Go, Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.positions import Correct


async def by_header(request: web.Request) -> SignedIn | None:
    role = request.headers.get("X-Role")
    return None if role is None else SignedIn(Actor("account", "值守", Role(role)))


@pytest.fixture
async def server() -> AsyncIterator[HouseServer]:
    async with serve_house([flat_hall("hall"), flat_hall("other")], identify=by_header) as server:
        yield server


DUTY = {"X-Role": "moderator"}


def faces(welcome: Welcome | Correct, x: float, z: float) -> bool:
    """Whether whoever stands so looks at (x, z): forward is (-sin yaw, -cos yaw)."""
    dx, dz = x - welcome.x, z - welcome.z
    distance = math.hypot(dx, dz)
    ahead = -math.sin(welcome.yaw) * dx - math.cos(welcome.yaw) * dz
    return distance < 3 and ahead > 0.99 * distance


async def test_an_operator_arrives_beside_whoever_is_named_and_looks_at_them(server: HouseServer) -> None:
    async with await Client.connect(server.url, hall="hall", name="one") as one:
        place = f"visitor:{one.id}"
        async with await Client.connect(server.url, hall="hall", at=place, name="d", headers=DUTY) as duty:
            assert faces(duty.welcome, one.welcome.x, one.welcome.z)
            # And from another hall.
            await duty.send(Go("other"))
            await receive(duty, Welcome)
            await duty.send(Go("hall", place))
            assert faces(await receive(duty, Welcome), one.welcome.x, one.welcome.z)
            await duty.send(Go("hall", place))
            assert faces(await receive(duty, Correct), one.welcome.x, one.welcome.z)


async def test_who_is_gone_is_no_place(server: HouseServer) -> None:
    async with await Client.connect(server.url, hall="hall", at="visitor:7", name="d", headers=DUTY) as duty:
        assert await receive(duty, Notice) == Notice("no_such_place", {"at": "visitor:7"})


@pytest.mark.parametrize("headers", [{}, {"X-Role": "exhibitor"}], ids=["guest", "exhibitor"])
async def test_nobody_else_is_led_to_somebody(server: HouseServer, headers: dict[str, str]) -> None:
    async with await Client.connect(server.url, hall="hall", name="one") as one:
        place = f"visitor:{one.id}"
        async with await Client.connect(
            server.url, hall="hall", at=place, name="other", headers=headers
        ) as other:
            assert await receive(other, Notice) == Notice("no_such_place", {"at": place})
            await other.send(Go("hall", place))
            assert await receive(other, Notice) == Notice("no_such_place", {"at": place})
