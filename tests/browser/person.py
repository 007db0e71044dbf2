"""Somebody with an account at their page: fills forms, drops files; what the page complains of is kept."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from tests.browser.visitor import REPORT_VIOLATIONS, WAIT_MS

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# Unless somebody wants pictures nobody looks at these pages: software draws a sixteenth of the pixels, and
# nothing that moves by itself.
SCALE = 1 if os.environ.get("BROWSER_TEST_SHOTS") else 0.25
COARSE: dict[str, Any] = {"device_scale_factor": SCALE, "reduced_motion": "reduce"}


class Person:
    """A page in a browser context of its own, in Chinese unless said otherwise."""

    def __init__(self, browser: Browser, url: str, *, locale: str = "zh-CN") -> None:
        self.context = browser.new_context(base_url=url, viewport=DESKTOP, locale=locale, **COARSE)
        self.context.set_default_timeout(WAIT_MS)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.page: Page = self.context.new_page()
        self.expected: list[str] = []
        self._said: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._said.append(f"error: {error}"))

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def drop(self, selector: str, files: Mapping[str, bytes]) -> None:
        """Files let go over an element, as from a folder on a desktop."""
        encoded = [[name, base64.b64encode(content).decode()] for name, content in files.items()]
        transfer = self.page.evaluate_handle(
            """(files) => {
              const transfer = new DataTransfer();
              for (const [name, content] of files) {
                const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
                transfer.items.add(new File([bytes], name));
              }
              return transfer;
            }""",
            encoded,
        )
        self.page.dispatch_event(selector, "dragover", {"dataTransfer": transfer})
        self.page.dispatch_event(selector, "drop", {"dataTransfer": transfer})

    def drop_from_disk(self, selector: str, path: Path) -> None:
        """A file or folder of the disk, let go over an element by the browser itself."""
        target = self.page.locator(selector)
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        session = self.context.new_cdp_session(self.page)
        for type in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": type, **at, "data": data})

    def get(self, path: str) -> Any:
        """A route of the API, as this person."""
        answer = self.context.request.get(path)
        assert answer.ok, (path, answer.status, answer.text())
        return answer.json()

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """A change over the API, as this person's page would ask for it."""
        csrf = self.get("/api/me")["csrf"]
        headers = {"X-Yuanzhan-CSRF": csrf, "Origin": self._origin()}
        answer = self.context.request.fetch(path, method=method, headers=headers, data=body)
        assert answer.ok, (path, answer.status, answer.text())
        return answer.json() if answer.body() else None

    def expect(self, pattern: str) -> None:
        """The page may complain of this, for the test makes it."""
        self.expected.append(pattern)

    def complaints(self) -> list[str]:
        """Console errors and warnings, page errors, violations of the policy."""
        violations: list[str] = self.page.evaluate("() => window.__violations")
        said = [*self._said, *violations]
        return [line for line in said if not any(re.search(pattern, line) for pattern in self.expected)]

    def _origin(self) -> str:
        origin: str = self.page.evaluate("() => location.origin")
        return origin

    def _console(self, message: ConsoleMessage) -> None:
        # Software rendering tells of its own slowness.
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            self._said.append(f"{message.type}: {message.text}")
