"""A certified OpenID Connect provider (npm's oidc-provider), a process of its own, and who signs in there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from yarl import URL

CLIENT_ID = "yuanzhan"
CLIENT_SECRET = "a secret + of tests"
PROGRAM = Path(__file__).with_name("oidc_provider.mjs")
HOPS_MAX = 12


class Provider:
    """A running one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.issuer = self._line()

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self._tell("rotate")

    @contextmanager
    def clock_is_off(self, seconds: int) -> Iterator[None]:
        """Its clock differs from ours meanwhile."""
        self._tell(f"clock {seconds}")
        try:
            yield
        finally:
            self._tell("clock 0")

    def _tell(self, what: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        assert self._line() == "done"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[Provider]:
    """One on a free port of this machine, that calls itself by this host."""
    process = subprocess.Popen(
        ["node", str(PROGRAM), host],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Provider(process)
    finally:
        process.kill()
        process.communicate()


async def authorise(url: str, login: str, jar: aiohttp.CookieJar | None = None) -> URL:
    """Follow the provider's pages as a browser, typing `login` where it is asked for: where it sends us back
    to. With the jar of an earlier time it is signed in there.
    """
    # An empty jar is false.
    jar = aiohttp.CookieJar(unsafe=True) if jar is None else jar
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        at, form = URL(url), None
        for _ in range(HOPS_MAX):
            async with http.request(
                "POST" if form else "GET", at, data=form, allow_redirects=False
            ) as answer:
                text = await answer.text()
                location = answer.headers.get("Location")
            if location is None:
                action = re.search(r'<form [^>]*action="([^"]+)"', text)
                assert action is not None, f"{answer.status}: {text[:500]}"
                at = at.join(URL(action[1]))
                # Of a login that differs from the session's the provider has the browser send one by itself.
                form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))
                if "prompt" in form:
                    form |= {"login": login, "password": "any"}
                continue
            at, form = at.join(URL(location)), None
            if at.path == "/oidc/callback":
                return at
    raise AssertionError("the provider sends us round and round")
