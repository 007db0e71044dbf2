"""Who may say what: the table of docs/protocol.md, tried with every message of every role on real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web
from websockets.exceptions import ConnectionClosed

from tests.support.documents import table
from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.support.watcher import Watcher
from tests.unit.events.conftest import NOW, body
from tests.unit.live.conftest import receive
from yuanzhan.access import Actor, Role
from yuanzhan.client import Client, Refused
from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.events.event import Event
from yuanzhan.events.plans import read_plan
from yuanzhan.events.programme import Programme
from yuanzhan.live.needs import NEEDS
from yuanzhan.moderation.callers import SignedIn
from yuanzhan.protocol.messages.booths import Card, Opened
from yuanzhan.protocol.messages.directions import CLIENT_MESSAGES, ClientMessage, ServerMessage
from yuanzhan.protocol.messages.events import Floor, Hand
from yuanzhan.protocol.messages.joining import Bye, Go, Hello, Profile, Welcome
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Outcome, Reachable
from yuanzhan.protocol.messages.people import Chat, People, Person, Said, Who
from yuanzhan.protocol.messages.positions import Seated, Sit
from yuanzhan.protocol.messages.watching import Watch

ALLOWED: Final = frozenset({"yes", "who leads"})
ANSWERS: Final[Mapping[type[ClientMessage], type[ServerMessage]]] = {
    Profile: Notice,
    Go: Welcome,
    Who: People,
    Chat: Said,
    Sit: Seated,
    Card: Notice,
    Report: Notice,
}
"""How one sees that it was taken; of the others, that the next one is."""


def documented() -> dict[str, dict[str, str]]:
    return {row.pop("t"): row for row in table("protocol", "Who may say what")}


async def by_header(request: web.Request) -> SignedIn | None:
    name = request.headers.get("X-Role", "guest")
    return (
        None if name == "guest" else SignedIn(Actor(f"account-{name}", name, Role(name)), f"session:{name}")
    )


def said_by(client: Client, other: Client) -> list[ClientMessage]:
    """One of each, as somebody in a hall may say it."""
    return [
        Profile(f"{client.welcome.name} again", 1),
        Who((client.id,)),
        Chat("hello"),
        Sit(None),
        Opened("tea", "about"),
        Card("tea", "小满", "a@b.example"),
        Report("person", "abuse", id=other.id),
        Hand(True),
        Reachable("none", "en"),
        Outcome("none", "shown"),
        Go("other"),
    ]


def test_every_message_and_every_role_has_its_place_in_the_document() -> None:
    rows = documented()
    assert list(rows) == [kind.t for kind in CLIENT_MESSAGES]
    assert {kind.t for kind in NEEDS} == set(rows)
    for row in rows.values():
        assert list(row) == ["guest", *reversed(Role)]
        assert set(row.values()) <= {*ALLOWED, ""}


async def test_every_message_is_taken_from_whom_the_document_says_and_from_nobody_else() -> None:
    programme = Programme()
    event = Event("e1", read_plan(body(hall="hall", stage="booth"), NOW), 0, NOW)
    programme.put(event, event.plan.begins_ms)
    # It has run for a minute when the server starts.
    begin_s, start_s = event.plan.begins_ms / 1000 + 60, time.monotonic()
    async with serve_house(
        [flat_hall("hall"), flat_hall("other")],
        wall_clock=lambda: begin_s + time.monotonic() - start_s,
        identify=by_header,
        programme=programme,
    ) as server:
        server.house.programme_changed()
        found = {t: dict.fromkeys(row, "") for t, row in documented().items()}
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(
                await Client.connect(server.url, hall="hall", name="other")
            )
            clients: dict[str, Client] = {}
            listening: dict[str, asyncio.Task[None]] = {}
            hearing = await stack.enter_async_context(asyncio.TaskGroup())
            # All stay: who comes after another from the same address has what that one had left.
            for role in ["guest", *reversed(Role)]:
                found[Watch.t][role] = await watches(server, role)
                client = await Client.connect(server.url, hall="hall", name=role, headers={"X-Role": role})
                await stack.enter_async_context(client)
                found[Hello.t][role] = "yes"
                found[Floor.t][role] = await floor(client, other)
                for message in said_by(client, other):
                    found[message.t][role] = await taken(client, message)
                clients[role] = client
                listening[role] = hearing.create_task(hears(client))
            for role, client in clients.items():
                listening[role].cancel()
                await asyncio.wait([listening[role]])
                found[Bye.t][role] = await ends(client)
    assert found == documented()


async def taken(client: Client, message: ClientMessage) -> str:
    """What the table says of a message that is taken, or of one that closes the connection."""
    await client.send(message)
    try:
        if type(message) in ANSWERS:
            await receive(client, ANSWERS[type(message)])
        else:
            await client.send(Who(()))
            await receive(client, People)
    except Refused as refused:
        return "" if refused.code == CLOSE_CODES["not_allowed"] else str(refused)
    return "yes"


async def floor(client: Client, other: Client) -> str:
    """Give somebody the floor: who leads does, and of others nothing happens."""
    await client.send(Floor(other.id, True))
    await client.send(Floor(other.id, False))
    await taken(client, Who(()))
    await other.send(Who((other.id,)))
    given, own = False, People((Person(other.id, "other"),))
    while (event := await other.receive()) != own:
        given |= event == Notice("floor_given")
    return "who leads" if given else ""


async def hears(client: Client) -> None:
    """Whoever reads nothing for long answers no ping, and is taken for gone."""
    while True:
        await client.receive()


async def ends(client: Client) -> str:
    await client.send(Bye())
    return "yes" if (await client.ended()).code == CLOSE_CODES["bye"] else ""


async def watches(server: HouseServer, role: str) -> str:
    """`watch` in place of `hello`."""
    watcher = await Watcher.connect(server.url, {"X-Role": role})
    await watcher.say(Watch("hall"))
    try:
        await watcher.next("watching")
    except ConnectionClosed:
        assert await watcher.ended() == CLOSE_CODES["not_allowed"]
        return ""
    await watcher.close()
    return "yes"
