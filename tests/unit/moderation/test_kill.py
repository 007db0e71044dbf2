"""What was acknowledged survives a kill at any moment: a server process, real acts over HTTP, SIGKILL."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.people import page
from yuanzhan.client import Client, Refused
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


@pytest.mark.parametrize("moment", range(MOMENTS_COUNT))
async def test_acknowledged_acts_hold_after_a_kill(
    moment: int, client_dir: Path, scenes_dir: Path, tmp_path: Path
) -> None:
    rng = random.Random(moment)
    data = tmp_path / "data"
    server = Process(client_dir, scenes_dir, data)
    url = await server.start()
    acknowledged: dict[str, str] = {}
    sent: list[str] = []
    try:
        async with page(url) as owner:
            await owner.accept(server.owner_link(), "owner")
            ws_url = url.replace("http", "ws", 1) + "/ws"
            people = {
                f"p{number}": await Client.connect(
                    ws_url, hall="first", name=f"p{number}", headers=cookie(f"p{number}")
                )
                for number in range(8)
            }

            async def ban(name: str, client: Client) -> None:
                order: dict[str, Any] = {"kind": "ban", "reason": "fraud", "by": ["device"]}
                order["target"] = {"hall": "first", "visitor": client.id}
                sent.append(name)
                try:
                    status, body = await owner.ask("POST", "/api/acts", order)
                except OSError:
                    return
                if status == 201:
                    acknowledged[name] = body["act"]["id"]

            banning = asyncio.gather(*(ban(name, client) for name, client in people.items()))
            await asyncio.sleep(rng.uniform(0.0, 0.12))
            server.kill()
            await asyncio.wait((asyncio.ensure_future(banning),), timeout=20)
        url = await server.start()
        ws_url = url.replace("http", "ws", 1) + "/ws"
        for name in acknowledged:
            with pytest.raises(Refused, match="4431"):
                await Client.connect(ws_url, hall="first", name=name, headers=cookie(name))
    finally:
        server.kill()
    async with open_store("", data) as store:
        assert (await store.verify_audit()).is_whole
    assert len(sent) == 8


def cookie(name: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={name:A<22}"}
