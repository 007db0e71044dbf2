"""Alerts on their way to the operator's own address: a JSON POST each, in order, tried until it is taken.

    webhook = Webhook(url, "https://expo.example", version)
    posting = asyncio.create_task(webhook.run())
    webhook.tell(alert)                  # never waits; beyond WAITING_MAX_COUNT the oldest is dropped
    webhook.stop(); await posting        # one last try of what waits, within LAST_TRY_S

The body is the alert with `id`, the same each time it is tried, `server` and `version`. Whatever is answered
with 2xx is taken. Redirects are not followed: the address is the one that was set.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import aiohttp
import structlog

from yuanzhan.watching.alerts import Alert

log = structlog.get_logger("yuanzhan.watching")

WAITING_MAX_COUNT: Final = 100
ANSWER_S: Final = 10.0
LAST_TRY_S: Final = 1.0
PAUSES_S: Final = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Between tries; after the last it is given up, and the log says so."""


class Webhook:
    """See above."""

    def __init__(self, url: str, server: str, version: str, *, pauses_s: Sequence[float] = PAUSES_S) -> None:
        self._url = url
        self._about = {"server": server, "version": version}
        self._pauses_s = pauses_s
        self._waiting: deque[dict[str, Any]] = deque(maxlen=WAITING_MAX_COUNT)
        self._told = asyncio.Event()
        self._stopping = asyncio.Event()

    def tell(self, alert: Alert) -> None:
        """Have it sent, where there is an address."""
        if not self._url:
            return
        self._waiting.append({"id": uuid4().hex, **alert.to_json(), **self._about})
        self._told.set()

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping.set()
        self._told.set()

    async def run(self) -> None:
        """Send what is told until `stop`."""
        async with aiohttp.ClientSession() as http:
            while not self._stopping.is_set():
                await self._told.wait()
                self._told.clear()
                while self._waiting and not self._stopping.is_set():
                    await self._deliver(http, self._waiting.popleft())
            for body in self._waiting:
                await self._post(http, body, LAST_TRY_S / len(self._waiting))

    async def _deliver(self, http: aiohttp.ClientSession, body: dict[str, Any]) -> None:
        for pause_s in (*self._pauses_s, None):
            if await self._post(http, body, ANSWER_S):
                return
            if pause_s is None:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._stopping.wait()
            if self._stopping.is_set():
                self._waiting.appendleft(body)
                return
        log.error("alert_not_delivered", alert=body["alert"], state=body["state"])

    async def _post(self, http: aiohttp.ClientSession, body: dict[str, Any], answer_s: float) -> bool:
        """Whether it was taken. The address may hold a key, so the log has no word of it."""
        try:
            timeout = aiohttp.ClientTimeout(total=answer_s)
            async with http.post(self._url, json=body, timeout=timeout, allow_redirects=False) as answer:
                is_taken = 200 <= answer.status < 300
                if not is_taken:
                    log.warning("alert_refused", status=answer.status)
                return is_taken
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("alert_unreachable", error=type(error).__name__)
            return False
