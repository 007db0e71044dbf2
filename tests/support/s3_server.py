"""An S3 server of the tests' own (rclone's), a process whose buckets are folders that a test looks into."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

KEYS = {
    "AWS_ACCESS_KEY_ID": "a-key-of-tests",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-tests",
    "AWS_REGION": "us-east-1",
}
# What it knew of a folder is not believed: tests change files behind its back. (With 0 its own timers spin.)
FLAGS = ("--config=", "--dir-cache-time=1ms", "--poll-interval=0", "--no-cleanup")


class S3Server:
    """One that can be stopped, frozen, and started again where it was."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self.start()

    def new_bucket(self) -> str:
        """The name of an empty bucket."""
        name = f"bucket-{next(self._numbers)}"
        (self._folder / name).mkdir()
        return name

    def url(self, bucket: str, prefix: str = "") -> str:
        """What `objects_url` says of it."""
        return f"s3://{bucket}/{prefix}?endpoint=http://127.0.0.1:{self._port}"

    def path(self, bucket: str, key: str = "") -> Path:
        """Where what has this key is."""
        return self._folder / bucket / key

    def keys(self, bucket: str) -> set[str]:
        """The keys of everything in a bucket."""
        root = self.path(bucket)
        return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}

    def start(self) -> None:
        """Have it answer, if it does not."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            return
        key = ",".join((KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]))
        address = f"--addr=127.0.0.1:{self._port}"
        log = self._folder.with_suffix(".log")
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [self._program, "serve", "s3", *FLAGS, f"--auth-key={key}", address, self._folder],
                stdout=output,
                stderr=output,
            )
        self._port = int(self._told(log, r"127\.0\.0\.1:(\d+)"))

    def freeze(self) -> None:
        """Have it take connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        """Have it gone, as by kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _told(self, log: Path, pattern: str) -> str:
        assert self._process is not None
        while (found := re.search(pattern, log.read_text())) is None:
            assert self._process.poll() is None, log.read_text()
            time.sleep(0.01)
        return found[1]


def program() -> Path | None:
    """rclone, or None where it is not installed."""
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.is_file() else shutil.which("rclone")
    return Path(found) if found else None


@contextmanager
def running(program: Path, folder: Path) -> Iterator[S3Server]:
    """One, until the block ends."""
    server = S3Server(program, folder)
    try:
        yield server
    finally:
        server.stop()
