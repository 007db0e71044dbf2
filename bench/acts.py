"""How soon an act takes hold of its target in a full hall: from the sending of the operator's request until
the target's socket has been told.

    make bench-acts                # or: python bench/acts.py [--visitors 2000] [--probes 70] [--hall culture]

The crowd is that of `yuanzhan bench crowd`, in a process of its own. Probes are real connections among it;
each is muted, frozen and removed, one act after the other, as one operator does it. A mute and a freeze are
there when `restricted` says so, a removal when the connection ends. Everything is on one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgpack

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.staff import crowd, server_cores, sign_in
from yuanzhan.bench.host import own_server_and_owner
from yuanzhan.client import Client
from yuanzhan.protocol.kinds import Kind

RESULTS: Final = Path(__file__).with_name("acts.json")
PAUSE_S: Final = 0.1
EFFECT_TIMEOUT_S: Final = 30.0
KINDS: Final = ("mute", "freeze", "remove")


@dataclass
class Probe:
    """A visitor that notes when it is told of something."""

    told: dict[str, float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    client: Client | None = None

    def take(self, data: bytes) -> None:
        """A message came."""
        now_s = time.perf_counter()
        if data[0] != Kind.CONTROL:
            return
        message = msgpack.unpackb(data[1:])
        if message["t"] == "restricted":
            for kind, holds in (("mute", message["chat"]), ("freeze", message["frozen"])):
                if holds:
                    self.told.setdefault(kind, now_s)
        elif message["t"] == "closing":
            self.told.setdefault("remove", now_s)
        self.news.set()

    async def hears(self, kind: str) -> float:
        """When it was told. Raises TimeoutError."""
        async with asyncio.timeout(EFFECT_TIMEOUT_S):
            while kind not in self.told:
                self.news.clear()
                await self.news.wait()
        return self.told[kind]


async def measure(visitors: int, probes: int, hall: str) -> dict[str, Any]:
    """Fill the hall, act, and time it."""
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    answered: list[float] = []
    with own_server_and_owner(visitors + probes) as own, crowd(own.base_url, hall, visitors):
        cookies = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(own.base_url, cookie_jar=cookies) as http:
            headers = await sign_in(http, own.base_url, own.owner_key)
            ws_url = own.base_url.replace("http", "ws", 1) + "/ws"
            made = [Probe() for _ in range(probes)]
            for number, probe in enumerate(made):
                probe.client = await Client.connect(
                    ws_url, hall=hall, name=f"probe {number}", take=probe.take
                )
            busy = asyncio.create_task(server_cores(own.base_url, 10.0))
            for probe in made:
                assert probe.client is not None
                target = {"hall": hall, "visitor": probe.client.id}
                for kind in KINDS:
                    order = {"kind": kind, "reason": "harassment", "target": target}
                    sent_s = time.perf_counter()
                    async with http.post("/api/acts", json=order, headers=headers) as answer:
                        answered.append(time.perf_counter() - sent_s)
                        assert answer.status == 201, await answer.text()
                    took[kind].append(await probe.hears(kind) - sent_s)
                    await asyncio.sleep(PAUSE_S)
            cores = await busy
    every = [seconds for each in took.values() for seconds in each]
    return {
        "visitors": visitors,
        "acts": len(every),
        "server_cores": round(cores, 2),
        "until_told_ms": {"all": spread(every)} | {kind: spread(each) for kind, each in took.items()},
        "until_answered_ms": spread(answered),
    }


def spread(seconds: list[float]) -> dict[str, float]:
    """Percentiles in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {
        "p50": round(1000 * cuts[49], 1),
        "p95": round(1000 * cuts[94], 1),
        "p99": round(1000 * cuts[98], 1),
        "max": round(1000 * max(seconds), 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=2000)
    parser.add_argument("--probes", type=int, default=70)
    parser.add_argument("--hall", default="culture")
    arguments = parser.parse_args()
    result = asyncio.run(measure(arguments.visitors, arguments.probes, arguments.hall))
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
