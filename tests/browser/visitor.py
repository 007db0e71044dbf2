"""One visitor's page: what it shows, what it knows of itself (`?debug`), and what it complains of."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

WAIT_MS = 60_000
SMALL = {"width": 480, "height": 300}
REPORT_VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Visitor:
    """A page in a browser context of its own.

    Without a graphics card a drawn frame takes most of a core for half a second: a page draws now and then
    where its test is about what is drawn (`draws`), else never, and does everything else of each frame.
    """

    def __init__(self, browser: Browser, url: str, name: str, options: dict[str, Any]) -> None:
        scripts = options.pop("init_scripts", [])
        self.flags = "debug&quality=low&draw=" + ("seldom" if options.pop("draws", False) else "never")
        self.context = browser.new_context(
            base_url=url, **({"viewport": SMALL, "reduced_motion": "reduce"} | options)
        )
        self.url = url
        self.expected: list[str] = []
        self._said: list[str] = []
        self.context.add_init_script(REPORT_VIOLATIONS)
        # The name is chosen once, as if on an earlier visit; the page may change it afterwards.
        profile = json.dumps({"name": name, "look": 0})
        self.context.add_init_script(
            "const known = localStorage.getItem('yuanzhan.profile');"
            f"if (!known) localStorage.setItem('yuanzhan.profile', {json.dumps(profile)});"
            "localStorage.setItem('yuanzhan.hints', '1');"
        )
        for script in scripts:
            self.context.add_init_script(script)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._said.append(f"error: {error}"))
        self.page.on("request", self._request)

    def open(self, path: str) -> None:
        separator = "&" if "?" in path else "?"
        self.page.goto(f"{path}{separator}{self.flags}")

    def enter(self) -> None:
        """Wait until the visitor stands in the hall and frames flow: the first are slow where one draws."""
        self.wait("() => window.yuanzhan?.ready === true")
        frames = self.evaluate("() => window.yuanzhan.frames")
        self.wait("(frames) => window.yuanzhan.frames > frames + 10", argument=frames)

    def wait(self, condition: str, timeout_ms: int = WAIT_MS, argument: Any = None) -> None:
        self.page.wait_for_function(condition, arg=argument, timeout=timeout_ms)

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        return self.page.evaluate(expression, argument)

    @property
    def me(self) -> dict[str, Any]:
        """`id`, `hall`, `x`, `y`, `z`, `yaw`, `action`, `look` of the visitor itself."""
        me: dict[str, Any] = self.evaluate("() => window.yuanzhan.me()")
        return me

    def others(self) -> list[dict[str, Any]]:
        """Where everyone else is shown now."""
        others: list[dict[str, Any]] = self.evaluate("() => window.yuanzhan.others()")
        return others

    def wait_for_other(self, visitor_id: int, condition: str, *values: Any) -> None:
        """Wait until `condition` holds of `person`, as shown here; `values` are the condition's own."""
        body = (
            f"const person = window.yuanzhan.others().find((other) => other.id === id); return {condition};"
        )
        self.wait(f"([id, values]) => {{ {body} }}", argument=[visitor_id, list(values)])

    def wait_in(self, hall: str) -> None:
        """Wait until the visitor stands in this hall and the address says so."""
        here = "location.pathname === '/halls/' + hall && window.yuanzhan.me().hall === hall"
        self.wait(f"(hall) => window.yuanzhan?.ready && {here}", argument=hall)

    def hold(self, key: str, seconds: float) -> None:
        self.page.keyboard.down(key)
        self.page.wait_for_timeout(seconds * 1000)
        self.page.keyboard.up(key)

    def expect(self, pattern: str) -> None:
        """The page may complain of this, for the test makes it."""
        self.expected.append(pattern)

    def complaints(self) -> list[str]:
        """Console errors and warnings, page errors, requests elsewhere, violations of the policy."""
        violations: list[str] = [] if self.page.is_closed() else self.evaluate("() => window.__violations")
        return [line for line in (*self._said, *violations) if not self._expects(line)]

    def _expects(self, line: str) -> bool:
        return any(re.search(pattern, line) for pattern in self.expected)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._said.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, self.url.replace("http", "ws", 1), "blob:", "data:")):
            self._said.append(f"foreign request: {request.url}")
