"""A server of our own with a crowd in it, and its owner: for measuring what operators do and see."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp

from yuanzhan.bench.host import read_server

JOIN_TIMEOUT_S: Final = 240.0
PASSWORD: Final = "measured by the hour, not the minute"


@contextmanager
def crowd(base_url: str, hall: str, visitors: int) -> Iterator[None]:
    """So many walking visitors in a hall, by a process of their own; there when the block begins."""
    words = ["--url", base_url, "--hall", hall, "--visitors", str(visitors)]
    words += ["--seconds", "3600", "--no-ceiling", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "yuanzhan", "bench", "crowd", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end_s = time.monotonic() + JOIN_TIMEOUT_S
        while here(base_url, hall) < visitors:
            if time.monotonic() > end_s or process.poll() is not None:
                raise OSError(f"only {here(base_url, hall)} of {visitors} came in")
            time.sleep(0.5)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def here(base_url: str, hall: str) -> int:
    """Visitors in a hall."""
    with urllib.request.urlopen(f"{base_url}/api/halls", timeout=20.0) as answer:
        halls: list[dict[str, Any]] = json.load(answer)["halls"]
    return next(int(each["visitors"]) for each in halls if each["id"] == hall)


async def sign_in(http: aiohttp.ClientSession, base_url: str, owner_key: str) -> dict[str, str]:
    """Make the owner. Returns the headers of whatever they change."""
    body = {"login": "owner", "name": "掌柜", "password": PASSWORD}
    async with http.post(f"/api/invitations/{owner_key}", json=body, headers={"Origin": base_url}) as answer:
        answer.raise_for_status()
        return {"Origin": base_url, "X-Yuanzhan-CSRF": (await answer.json())["csrf"]}


async def server_cores(base_url: str, seconds: float) -> float:
    """Processor time a second of the server over the next seconds."""
    begin = await asyncio.to_thread(read_server, base_url)
    await asyncio.sleep(seconds)
    end = await asyncio.to_thread(read_server, base_url)
    assert begin is not None
    assert end is not None
    return (end.cpu_s - begin.cpu_s) / (end.at_s - begin.at_s)
