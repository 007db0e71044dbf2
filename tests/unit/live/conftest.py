"""A house of two halls behind a real socket, and visitors for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import pytest

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from yuanzhan.client import Client, Event

E = TypeVar("E")

PATIENCE_S = 30.0
"""A machine that also runs other tests takes its time."""


@pytest.fixture
async def house() -> AsyncIterator[HouseServer]:
    """Two level halls."""
    async with serve_house([flat_hall("hall"), flat_hall("other", capacity=2)]) as server:
        yield server


async def receive(client: Client, kind: type[E], timeout_s: float = PATIENCE_S) -> E:
    """The next event of this kind."""

    async def search() -> E:
        while True:
            event = await client.receive()
            if isinstance(event, kind):
                return event

    return await asyncio.wait_for(search(), timeout_s)


async def receive_until(
    client: Client, is_so: Callable[[], bool], timeout_s: float = PATIENCE_S
) -> list[Event]:
    """What came until something is so."""

    async def follow() -> list[Event]:
        events = []
        while not is_so():
            events.append(await client.receive())
        return events

    return await asyncio.wait_for(follow(), timeout_s)
