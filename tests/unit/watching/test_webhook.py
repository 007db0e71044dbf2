"""Alerts reach a real HTTP server, in order, also one that fails at first; and carry figures alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from yuanzhan.app.gauges import webhook_of
from yuanzhan.settings import Settings
from yuanzhan.watching.alerts import Alert, State
from yuanzhan.watching.webhook import WAITING_MAX_COUNT, Webhook


@dataclass
class Pager:
    """What somebody's pager would be: answers what it is told to, and remembers what it heard."""

    answers: list[int] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        self.came.set()
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})

    async def until(self, count: int) -> None:
        """Wait until so many have come."""
        async with asyncio.timeout(20):
            while len(self.heard) < count:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def pager() -> AsyncIterator[Pager]:
    found = Pager()
    application = web.Application()
    application.router.add_post("/hook", found.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield found
    await runner.cleanup()


def alert(at_ms: int = 7, state: State = State.FIRING) -> Alert:
    return Alert("tick", state, 131.234, 100.0, "ms", at_ms)


async def ended(hook: Webhook, running: asyncio.Task[None]) -> None:
    hook.stop()
    async with asyncio.timeout(20):
        await running


async def test_an_alert_names_the_server_where_no_public_address_is_set(pager: Pager) -> None:
    for given, server in (
        (Settings(alert_webhook=pager.url, port=46709), "http://localhost:46709"),
        (Settings(alert_webhook=pager.url, public_url="https://expo.example"), "https://expo.example"),
    ):
        hook = webhook_of(given)
        running = asyncio.create_task(hook.run())
        hook.tell(alert())
        await pager.until(1)
        await ended(hook, running)
        assert pager.heard.pop()["server"] == server


async def test_an_alert_is_a_json_post_of_figures(pager: Pager) -> None:
    hook = Webhook(pager.url, "https://expo.example", "1.2.3")
    running = asyncio.create_task(hook.run())
    hook.tell(alert())
    await pager.until(1)
    await ended(hook, running)
    (body,) = pager.heard
    assert len(body.pop("id")) == 32
    assert body == {
        "alert": "tick",
        "state": "firing",
        "value": 131.23,
        "limit": 100.0,
        "unit": "ms",
        "at_ms": 7,
        "server": "https://expo.example",
        "version": "1.2.3",
    }


@pytest.mark.parametrize("status", [500, 302, 404])
async def test_it_is_tried_again_until_it_is_taken_and_the_next_one_waits(pager: Pager, status: int) -> None:
    pager.answers = [status, status, 200]
    hook = Webhook(pager.url, "", "", pauses_s=(0.01, 0.01, 0.01))
    running = asyncio.create_task(hook.run())
    hook.tell(alert(1))
    hook.tell(alert(2, State.RESOLVED))
    await pager.until(4)
    await ended(hook, running)
    assert [body["at_ms"] for body in pager.heard] == [1, 1, 1, 2]
    assert len({body["id"] for body in pager.heard}) == 2


async def test_what_nobody_takes_is_given_up_and_the_next_one_is_told(pager: Pager) -> None:
    pager.answers = [500, 500, 200]
    hook = Webhook(pager.url, "", "", pauses_s=(0.01,))
    running = asyncio.create_task(hook.run())
    hook.tell(alert(1))
    hook.tell(alert(2))
    await pager.until(3)
    await ended(hook, running)
    assert [body["at_ms"] for body in pager.heard] == [1, 1, 2]


async def test_a_stop_tries_what_waits_once_more(pager: Pager) -> None:
    pager.answers = [500]
    hook = Webhook(pager.url, "", "", pauses_s=(3600.0,))
    running = asyncio.create_task(hook.run())
    hook.tell(alert(1))
    await pager.until(1)
    await ended(hook, running)
    assert [body["at_ms"] for body in pager.heard] == [1, 1]


async def test_nobody_there_stops_nothing() -> None:
    hook = Webhook("http://127.0.0.1:9/hook", "", "", pauses_s=())
    running = asyncio.create_task(hook.run())
    for number in range(2 * WAITING_MAX_COUNT):
        hook.tell(alert(number))
    await ended(hook, running)
