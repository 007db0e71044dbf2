"""Probes that are a program of their own, because only the peer's own SDK reads its wire."""

from __future__ import annotations

import json
import select
import subprocess
from pathlib import Path
from typing import Final

from bench.peers.poses import PoseLog
from bench.peers.usage import Usage, usage_of

PROBES_COUNT: Final = 4
_ANSWER_LIMIT_S: Final = 60.0


class SdkProbe:
    """A process that is told by lines what to do, and answers by lines."""

    def __init__(self, command: list[str], log: Path) -> None:
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, bufsize=0
            )
        self.frames_counts: list[int] = []
        self.seen = PoseLog()

    def join(self, count: int) -> None:
        """So many more visitors who look."""
        self._ask(f"join {count}")

    def measure(self) -> None:
        """Look from now on."""
        self._ask("measure")

    def end(self) -> None:
        """Stop looking, and fetch what was seen."""
        answer = json.loads(self._ask("end"))
        self.frames_counts = answer["frames"]
        self.seen.extend(answer["seen"])

    def usage(self) -> Usage:
        """Of the probes' own process: it counts as the generator's."""
        return usage_of(self._process.pid)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _ask(self, line: str) -> bytes:
        """Raises TimeoutError or ConnectionError when there is no answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line.encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], _ANSWER_LIMIT_S)
            if not ready:
                raise TimeoutError(f"the probes do not answer {line!r}")
            part = self._process.stdout.read(1 << 20)
            if not part:
                raise ConnectionError("the probes have ended")
            answer += part
        return answer
