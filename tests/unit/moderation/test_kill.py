"""What was acknowledged survives a kill at any moment: a server process, real acts over HTTP, SIGKILL."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.plain_hall import make_plain_hall
from tests.support.people import Page, page
from tests.support.small_hall import write_small_hall
from tests.unit.live.conftest import receive
from yuanzhan.client import Client, Refused
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.store.opening import open_store
from yuanzhan.web.devices import COOKIE

START_S = 60.0
MOMENTS_COUNT = int(os.environ.get("KILL_MOMENTS", "1"))


class Process:
    """`yuanzhan serve` on a port of its own choice, its output kept."""

    def __init__(self, client: Path, scenes: Path, data: Path) -> None:
        self._log = data.parent / "server.log"
        self._flags = [f"--client-dir={client}", f"--scenes-dir={scenes}", f"--data-dir={data}", "--port=0"]
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def spawn(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            self._read = self._log.stat().st_size
            command = [sys.executable, "-m", "yuanzhan", "serve", *self._flags]
            return subprocess.Popen(command, stdout=log, stderr=log)

    async def start(self) -> str:
        """Returns its URL."""
        self._process = self.spawn()
        async with asyncio.timeout(START_S):
            while True:
                found = re.search(r"(http://localhost:\d+)/operator", self.said())
                if found:
                    return found[1]
                assert self._process.poll() is None, self.said()
                await asyncio.sleep(0.05)

    def said(self) -> str:
        """What it printed since it was started last."""
        return self._log.read_bytes()[self._read :].decode()

    def owner_link(self) -> str:
        found = re.search(r"http://\S+/invitation/\S+", self.said())
        assert found, self.said()
        return found[0]

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)


@pytest.fixture(scope="session")
def scenes_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`first`, and `market` with a demo booth."""
    folder = tmp_path_factory.mktemp("scenes")
    write_small_hall(folder / "first")
    make_plain_hall(folder / "market", portals=(), with_floor=True)
    return folder


@dataclass
class Desk:
    """The owner's page, and what was acknowledged to it: the id of each act by a name."""

    owner: Page
    acknowledged: dict[str, str] = field(default_factory=dict)

    async def act(self, name: str, kind: str, target: dict[str, Any], **more: Any) -> None:
        order = {"kind": kind, "reason": "fraud", "target": target} | more
        with suppress(OSError, aiohttp.ClientError):
            status, body = await self.owner.ask("POST", "/api/acts", order)
            assert status == 201, body
            self.acknowledged[name] = body["act"]["id"]

    async def undo(self, name: str) -> None:
        with suppress(OSError, aiohttp.ClientError):
            status, body = await self.owner.ask("POST", f"/api/acts/{self.acknowledged[name]}/undo")
            assert status == 200, body
            self.acknowledged[f"undo {name}"] = self.acknowledged[name]

    async def report(self, by: Client, about: Client) -> None:
        with suppress(Refused):
            await by.send(Report("person", "abuse", id=about.id))
            assert await receive(by, Notice) == Notice("report_received")
            self.acknowledged["report"] = ""


@pytest.mark.parametrize("moment", range(MOMENTS_COUNT))
async def test_acknowledged_acts_hold_after_a_kill(
    moment: int, client_dir: Path, scenes_dir: Path, tmp_path: Path
) -> None:
    rng = random.Random(moment)
    data = tmp_path / "data"
    server = Process(client_dir, scenes_dir, data)
    url = await server.start()
    names = [f"p{number}" for number in range(6)]
    try:
        async with page(url) as owner:
            await owner.accept(server.owner_link(), "owner")
            desk = Desk(owner)
            people = {name: await join(url, name) for name in names}
            _, told = await owner.ask("GET", "/api/halls/market/booths")
            booth = {"hall": "market", "booth": told["booths"][0]["id"]}

            def on(name: str) -> dict[str, Any]:
                return {"hall": "first", "visitor": people[name].id}

            # So that there is something to undo, and something acknowledged before any kill.
            await desk.act("mute", "mute", on("p4"))
            work = [
                *(desk.act(name, "ban", on(name), by=["device"]) for name in names[:3]),
                desk.undo("mute"),
                desk.act("door", "door", {"hall": "market"}, params={"door": "locked"}),
                desk.act("booth", "take_down", booth),
                desk.report(people["p4"], people["p5"]),
            ]
            rng.shuffle(work)
            doing = asyncio.gather(*work)
            await asyncio.sleep(rng.uniform(0.0, 0.12))
            server.kill()
            await asyncio.wait_for(doing, 30)
        assert desk.acknowledged
        url = await server.start()
        await check_holds(url, desk.acknowledged, booth)
    finally:
        server.kill()
    async with open_store("", data) as store:
        assert (await store.verify_audit()).is_whole


async def check_holds(url: str, acknowledged: dict[str, str], booth: dict[str, Any]) -> None:
    """What was acknowledged is so: in the list, at the door, in the hall, in the queue."""
    async with page(url) as owner:
        await owner.sign_in("owner")
        _, listed = await owner.ask("GET", "/api/acts?holding")
        holding = {act["id"] for act in listed["acts"]}
        undone = {id for name, id in acknowledged.items() if name.startswith("undo")}
        made = {id for name, id in acknowledged.items() if not name.startswith(("undo", "report", "mute"))}
        assert made <= holding
        assert not undone & holding
        if "undo mute" not in acknowledged:
            # It was asked for, and may have been written before the kill: then the record has it, too.
            _, rows = await owner.ask("GET", "/api/audit?count=200")
            is_undone = any(row["act"] == "act.undo" for row in rows)
            assert (acknowledged["mute"] in holding) is not is_undone
        for name in {"p0", "p1", "p2"} & acknowledged.keys():
            with pytest.raises(Refused, match="4431"):
                await join(url, name)
        _, told = await owner.ask("GET", "/api/desk")
        doors = {hall["hall"]: hall["door"] for hall in told["halls"]}
        _, market = await owner.ask("GET", "/api/halls/market/booths")
        if "door" in acknowledged:
            assert doors["market"] == "locked"
        if "booth" in acknowledged:
            assert booth["booth"] not in [each["id"] for each in market["booths"]]
        _, queue = await owner.ask("GET", "/api/reports")
        if "report" in acknowledged:
            assert [one["name"] for one in queue["reports"]] == ["p5"]


async def join(url: str, name: str) -> Client:
    return await Client.connect(
        url.replace("http", "ws", 1) + "/ws",
        hall="first",
        name=name,
        headers={"Cookie": f"{COOKIE}={name:A<22}"},
    )
