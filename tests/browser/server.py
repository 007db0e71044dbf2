"""A server process with its own port and data, that can be killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

# Half of it is imports; a machine that also runs other tests takes its time.
START_S = 90.0
FIRST_PORT, LAST_PORT = (int(port) for port in os.environ.get("BROWSER_TEST_PORTS", "0-0").split("-"))


class Server:
    """`yuanzhan serve`, as a visitor's machine would reach it."""

    def __init__(self, client: Path, scenes: Path, data: Path, **settings: int | str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.data = data
        folders = {"client_dir": client, "scenes_dir": scenes, "data_dir": data}
        self._settings: dict[str, Path | int | str] = folders | settings
        self._log = data.parent / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers."""
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in self._settings.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "yuanzhan", "serve", "--port", str(self.port), *flags],
                stdout=log,
                stderr=log,
            )
        deadline_s = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline_s, self._log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would: no farewell."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(5)
        self._process = None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._process = None

    def owner_link(self) -> str:
        """The link that the first start prints, for the first owner's account."""
        deadline_s = time.monotonic() + START_S
        while (found := re.search(r"http://\S+/invitation/\S+", self._log.read_text("utf-8"))) is None:
            assert time.monotonic() < deadline_s, self._log.read_text("utf-8")
            time.sleep(0.05)
        return found[0]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return json.load(answer)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
            return True
        return False


def free_port() -> int:
    """Any free port, or one of the range BROWSER_TEST_PORTS=first-last."""
    for port in range(FIRST_PORT, LAST_PORT + 1):
        with socket.socket() as candidate, contextlib.suppress(OSError):
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind(("127.0.0.1", port))
            return int(candidate.getsockname()[1])
    raise AssertionError(f"no free port from {FIRST_PORT} to {LAST_PORT}")
