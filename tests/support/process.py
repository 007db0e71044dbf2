"""`yuanzhan` as a process of its own, as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 30.0


def command(*arguments: str | Path) -> list[str]:
    """The command line of `yuanzhan ARGUMENTS`."""
    return [sys.executable, "-m", "yuanzhan", *map(str, arguments)]


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without settings and languages of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("YUANZHAN_", "LC_")) and name not in ("LANG", "LANGUAGE", "XDG_DATA_HOME")
    }
    return kept | {"PYTHONUNBUFFERED": "1"} | extra


class ServerProcess:
    """A running `yuanzhan serve`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, timeout_s: float = START_S) -> str:
        """The first line of its output with `text` in it."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            found = next((line for line in list(self.lines) if text in line), None)
            if found is not None:
                return found
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"no {text!r} in the output:\n" + "\n".join(self.lines))

    def url(self) -> str:
        """Where visitors are sent, without the last slash."""
        return self.wait_for("Visitors").split()[-1].rstrip("/")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


@contextmanager
def serving(*arguments: str | Path, **extra: str) -> Iterator[ServerProcess]:
    """`yuanzhan serve ARGUMENTS`, killed at the end if it still runs."""
    process = subprocess.Popen(
        command("serve", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(**extra),
    )
    server = ServerProcess(process)
    try:
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        server._reader.join(5)
        process.stdout.close()
