"""kill -9 of the server, or of a child of it, at random moments of uploads and checks.

    python -m tests.kill.uploads --count 20        (make kill-uploads)

In each round an exhibitor's program sends models (some good, some not), in parts, and goes on as programs do
when the server is gone and back. Somewhere in it the server is killed, or one of the processes that check.
At the end of a round everything that was acknowledged must be there, once, in the state that is true.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.plain_hall import make_plain_hall
from tests.support.booth_pages import TUS, upload_metadata
from tests.support.box_model import box_glb
from tests.support.people import Page
from tests.support.process import ServerProcess, serving

PART_BYTES: Final = 64 << 10
JUNK_BYTES: Final = 2 << 20
# Far from what anything here needs on a busy machine.
PATIENCE_S: Final = 300.0
# The files are sent in about two seconds, and a good model is checked and made smaller in a few more: moments
# are taken from the sending alone in every second round, and from all of it in the others.
PAUSE_S: Final = 0.05
SENDING_S: Final = 1.5
LATEST_S: Final = 6.0
# None of these says anything of a file whose child somebody killed.
SPOILT: Final = frozenset({"CHECK_CRASHED", "CHECK_FAILED", "CHECK_OUT_OF_MEMORY", "CHECK_TIMED_OUT"})


@dataclass
class Sent:
    """A file on its way. `acknowledged` is the offset that the server confirmed last."""

    content: bytes
    is_good: bool
    path: str = ""
    acknowledged: int = 0
    version: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Round:
    """What one round came to."""

    killed: str
    after_s: float
    acknowledged: int
    total: int
    states: tuple[str, ...]


@dataclass
class Ground:
    """A server with its data, that is killed and started again, and an exhibitor's program."""

    folder: Path
    rng: random.Random
    token: str = ""
    booth: str = ""
    sent: list[Sent] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @contextmanager
    def running(self) -> Iterator[ServerProcess]:
        """The server, from its start to its end, however that comes."""
        flags = ["--port=0", f"--data-dir={self.data}", f"--scenes-dir={self.folder / 'scenes'}"]
        flags += [
            f"--client-dir={self.folder / 'client'}",
            "--disk-reserve-mb=0",
            "--organisation-uploads=100",
        ]
        with serving(*flags) as server:
            server.wait_for("Visitors", PATIENCE_S)
            yield server

    async def set_up(self) -> None:
        """An organisation, its exhibitor's token, and a booth."""
        with self.running() as server:
            url = server.url()
            link = server.wait_for("/invitation/").split()[-1]
            async with aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
                owner = Page(http, url)
                await owner.accept(link, "owner")
                invitation = await owner.invite("exhibitor", organisation={"name": "lin"})
            async with aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
                lin = Page(http, url)
                await lin.accept(invitation, "lin")
                self.token = (await lin.ask("POST", "/api/tokens", {"name": "pipeline"}))[1]["token"]
                self.booth = (await lin.ask("POST", "/api/booths", {"title": "x"}))[1]["id"]

    async def round(self, number: int) -> Round:
        """One kill, and everything made good after it."""
        files = [
            Sent(box_glb(name=f"Box {number} {self.rng.random()}"), is_good=True),
            Sent(self.rng.randbytes(JUNK_BYTES), is_good=False),
        ]
        self.sent += files
        after_s = self.rng.uniform(0.0, SENDING_S if number % 2 else LATEST_S)
        killed = "a child" if number % 3 == 2 else "the server"
        with self.running() as server:
            sending = asyncio.create_task(self.send(server.url(), files))
            started_s = time.monotonic()
            if killed == "a child":
                await asyncio.sleep(after_s)
                while not await self.kill_a_child(server.process.pid):
                    # All was over before the moment came: with another model there is one.
                    await sending
                    more = Sent(box_glb(name=f"Box {number} {self.rng.random()}"), is_good=True)
                    files.append(more)
                    self.sent.append(more)
                    sending = asyncio.create_task(self.send(server.url(), [more]))
                await sending
                await self.settle(server.url())
            else:
                await asyncio.sleep(after_s)
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
                sending.cancel()
                await asyncio.wait([sending])
            after_s = time.monotonic() - started_s if killed == "the server" else after_s
        acknowledged = sum(file.acknowledged for file in files)
        await self.wait_for_children_to_end()
        with self.running() as server:
            await self.check_offsets(server.url(), files)
            await self.send(server.url(), files)
            states = await self.settle(server.url())
        with self.running() as server:  # a start sweeps what nobody needs
            self.check_files(await self.versions(server.url()))
        await self.wait_for_children_to_end()
        total = sum(len(file.content) for file in files)
        return Round(killed, after_s, acknowledged, total, tuple(states[-2:]))

    async def send(self, url: str, files: list[Sent]) -> None:
        """Send what has not come yet, both at once, going on where the server says."""
        async with self.http(url) as http:
            await asyncio.gather(*(self.send_one(http, file) for file in files))

    async def send_one(self, http: aiohttp.ClientSession, file: Sent) -> None:
        if file.version is not None:
            return
        if not file.path:
            told = upload_metadata(booth=self.booth, filename="model.glb", sha256=file.sha256)
            headers = TUS | {"Upload-Length": str(len(file.content)), "Upload-Metadata": told}
            async with http.post("/api/uploads", headers=headers) as answer:
                assert answer.status == 201, await answer.text()
                file.path = answer.headers["Location"]
        async with http.head(file.path, headers=TUS) as answer:
            assert answer.status == 200, answer.status
            offset = int(answer.headers["Upload-Offset"])
            self.acknowledge(file, answer)
        while file.version is None:
            part = file.content[offset : offset + PART_BYTES]
            headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            async with http.patch(file.path, headers=headers, data=part) as answer:
                assert answer.status == 204, await answer.text()
                offset = int(answer.headers["Upload-Offset"])
                self.acknowledge(file, answer)
            await asyncio.sleep(PAUSE_S)

    def acknowledge(self, file: Sent, answer: aiohttp.ClientResponse) -> None:
        file.acknowledged = int(answer.headers["Upload-Offset"])
        if "Yuanzhan-Version" in answer.headers:
            file.version = int(answer.headers["Yuanzhan-Version"])

    async def check_offsets(self, url: str, files: list[Sent]) -> None:
        """What was acknowledged before the kill is there after it."""
        async with self.http(url) as http:
            for file in files:
                if file.path:
                    async with http.head(file.path, headers=TUS) as answer:
                        assert answer.status == 200, answer.status
                        assert int(answer.headers["Upload-Offset"]) >= file.acknowledged

    async def settle(self, url: str) -> list[str]:
        """Wait for every check to end; then each version must be what its content is, once."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not all(map(is_done, versions := await self.versions(url))):
            assert time.monotonic() < deadline_s, versions
            await asyncio.sleep(0.2)
        done = [file for file in self.sent if file.version is not None]
        expected = sorted((file.sha256, "ready" if file.is_good else "rejected") for file in done)
        assert sorted((v["sha256"], v["state"]) for v in versions) == expected, json.dumps(versions)[:4000]
        for version in versions:
            codes = [issue["code"] for issue in version["report"]["issues"]]
            assert SPOILT.isdisjoint(codes), codes
            # What was left out because a child was killed would stay left out.
            assert (version["optimised"] or {}).get("issues", []) == []
        return [version["state"] for version in versions]

    async def versions(self, url: str) -> list[dict[str, Any]]:
        """Of the booth, as they are told."""
        async with self.http(url) as http, http.get(f"/api/booths/{self.booth}") as answer:
            assert answer.status == 200, await answer.text()
            versions: list[dict[str, Any]] = (await answer.json())["versions"]
            return versions

    def check_files(self, versions: list[dict[str, Any]]) -> None:
        """Originals are what was sent; nothing is left that no version tells of."""
        objects = {path.name: path for path in (self.data / "objects").rglob("*") if path.is_file()}
        for file in self.sent:
            assert objects[f"{file.sha256}.upload"].read_bytes() == file.content
        for name, path in objects.items():
            if not name.endswith(".gz"):
                with path.open("rb") as opened:
                    assert hashlib.file_digest(opened, "sha256").hexdigest() == name.partition(".")[0]
        told = set(re.findall(r'"/files/([^"]+)"', json.dumps(versions)))
        told |= {f"{file.sha256}.upload" for file in self.sent}
        assert {name.removesuffix(".gz") for name in objects} == told
        # An upload whose uploader never heard of it waits, empty, for its time to be over.
        known = {file.path.rpartition("/")[2] for file in self.sent}
        for path in (self.data / "uploads").iterdir():
            assert (path.stat().st_size, path.name in known) == (0, False)
        work = self.data / "work"
        assert not work.exists() or list(work.iterdir()) == []

    async def kill_a_child(self, server_pid: int) -> bool:
        """Kill one of the processes that check; False when there is none for a while."""
        for _ in range(40):
            children = [pid for pid in descendants(server_pid) if self.is_ours(pid)]
            if children:
                with suppress(ProcessLookupError):
                    os.kill(self.rng.choice(children), signal.SIGKILL)
                    return True
            await asyncio.sleep(0.05)
        return False

    def is_ours(self, pid: int) -> bool:
        return str(self.data) in command_of(pid)

    async def wait_for_children_to_end(self) -> None:
        """Children die with their server."""
        deadline_s = time.monotonic() + PATIENCE_S
        while left := [pid for pid in all_pids() if self.is_ours(pid)]:
            assert time.monotonic() < deadline_s, [command_of(pid) for pid in left]
            await asyncio.sleep(0.05)

    def http(self, url: str) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {self.token}"})


def make_ground(folder: Path, seed: int) -> Ground:
    """Everything that a server needs, in `folder`."""
    make_plain_hall(folder / "scenes" / "lobby", with_floor=True)
    (folder / "client").mkdir()
    (folder / "client" / "index.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
    return Ground(folder, random.Random(seed))


def is_done(version: dict[str, Any]) -> bool:
    """Checked; and its textures were looked at, which comes when nothing is checked."""
    if version["state"] in ("received", "checking"):
        return False
    return version["state"] != "ready" or version["textures"] is not None


def all_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    return ""


def parent_of(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    return 0


def descendants(pid: int) -> list[int]:
    """The processes below `pid`."""
    parents = {child: parent_of(child) for child in all_pids()}
    found, layer = [], {pid}
    while layer:
        layer = {child for child, parent in parents.items() if parent in layer}
        found += sorted(layer)
    return found


async def kill(count: int, seed: int, folder: Path) -> list[Round]:
    """So many rounds; printed as they end."""
    ground = make_ground(folder, seed)
    await ground.set_up()
    rounds = []
    for number in range(count):
        rounds.append(await ground.round(number))
        done = rounds[-1]
        print(
            f"{number + 1:2}  {done.killed:18} after {done.after_s:4.1f} s"
            f"  {done.acknowledged:9,} of {done.total:,} bytes acknowledged  then {', '.join(done.states)}",
            flush=True,
        )
    return rounds


def main() -> int:
    parser = argparse.ArgumentParser(description="kill -9 at random moments of uploads and checks")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20261126)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(kill(given.count, given.seed, Path(folder)))
    print(f"{given.count} kills: everything that was acknowledged is there, once")
    return 0


if __name__ == "__main__":
    sys.exit(main())
