"""One step of untrusted work in a child process: what it may take, and what came of it, as data.

    outcome = await run(python_step("yuanzhan.jobs.precheck", "upload.glb"), folder, Limits(seconds=20))

The step runs in `folder`, its temporary folder and its home, with an environment of its own, without a
network, as one group that is killed together, by a deadline, by its memory, by the end of this task or of
this process (`keeper.py` does all that). What it writes to standard output is its answer. Nothing that it
leaves behind is believed either: take files with `made_file`, which follows no symbolic link.
"""

from __future__ import annotations

import asyncio
import errno
import json
import math
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from yuanzhan.errors.starting import ToolMissing

_KEEPER: Final = Path(__file__).with_name("keeper.py")
# How much longer than its step a keeper may take before it is killed itself.
_KEEPER_GRACE_S: Final = 10.0
# A step that fails where there is less room than this failed for want of room, whatever it says: what it had
# written may be gone again.
_ROOM_BYTES: Final = 16 << 20
# What keeps a step from the network, where nothing does: no namespaces, and no filter for this machine.
OPEN: Final = "open"
# Children give way to the server: on a busy machine they wait for their turn, which is not their fault.
BUSY_FACTOR: Final = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What a step may take: wall time, memory of all its processes together, size of each file it writes.

    `cpu_seconds` is processor time (0: no limit): on a busy machine that is what tells a long step from one
    that waits for its turn.
    """

    seconds: float = 20.0
    cpu_seconds: int = 0
    memory_bytes: int = 1 << 30
    open_files: int = 256
    file_bytes: int = 1 << 30
    output_bytes: int = 8 << 20
    # The server's own ticks go first.
    nice: int = 10

    @classmethod
    def of_processor(cls, seconds: float, memory_bytes: int) -> Limits:
        """So much time of a processor, and BUSY_FACTOR times as much on the clock."""
        return cls(seconds * BUSY_FACTOR, cpu_seconds=math.ceil(seconds), memory_bytes=memory_bytes)


@dataclass(frozen=True, slots=True)
class Step:
    """A command line (absolute path first) and its environment, which inherits nothing."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


class End(StrEnum):
    """How a step ended."""

    DONE = "done"  # exit code 0
    FAILED = "failed"  # another exit code
    CRASHED = "crashed"  # a signal that was not ours
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MANY_PROCESSES = "too_many_processes"
    TOO_MUCH_OUTPUT = "too_much_output"


# How often a step is run at most that ended so. Whoever kills a child may have meant another; what a machine
# had no time for once and then again, it has no time for.
TRIES: Final[Mapping[End, int]] = MappingProxyType({End.CRASHED: 3, End.TIMED_OUT: 2})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step. `output` is what it answered, `errors` the end of its standard error (for logs).

    `peak_rss_bytes` is the most that its processes held together. `network` tells what kept it from the
    network: namespace, filter (seccomp alone), or open (neither is to be had here).
    """

    end: End
    seconds: float
    peak_rss_bytes: int
    exit_code: int | None = None
    signal: int | None = None
    output: bytes = field(default=b"", repr=False)
    errors: str = field(default="", repr=False)
    network: str = ""

    @property
    def is_done(self) -> bool:
        return self.end is End.DONE

    @property
    def may_be_chance(self) -> bool:
        """Ended by what says nothing of the step for certain: a signal that was not ours (a kernel short of
        memory, somebody's kill -9), or the clock before its own processor time was used up."""
        return self.end is End.CRASHED or (self.end is End.TIMED_OUT and self.signal is None)


def python_step(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Step:
    """`python -m MODULE`, isolated: no user site, no PYTHON*, not the current folder."""
    # Linear algebra on one thread: each thread of OpenBLAS costs memory, and nothing here multiplies much.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return Step((sys.executable, "-I", "-B", "-m", module, *arguments), threads | dict(environment or {}))


def node_step(
    script: Path, *arguments: str, heap_mb: int = 512, environment: Mapping[str, str] | None = None
) -> Step:
    """`node SCRIPT`. Raises ToolMissing where there is no Node."""
    node = shutil.which("node")
    if node is None:
        raise ToolMissing(tool="node")
    command = (os.path.realpath(node), f"--max-old-space-size={heap_mb}", str(script), *arguments)
    return Step(command, {"UV_THREADPOOL_SIZE": "2"} | dict(environment or {}))


@contextmanager
def scratch(parent: Path | None = None) -> Iterator[Path]:
    """A new folder for one file's steps (in `parent`, which is made), gone at the end with all that is in
    it."""
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="step-", dir=parent)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hand_over(folder: Path, value: Any) -> str:
    """The path of a new file in `folder` with `value` as JSON, for a step to read: a command line ends at
    128 KB, and under a name that can be guessed a former step might have left a link."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="request-", suffix=".json", dir=folder, delete=False
    ) as file:
        json.dump(value, file)
    return file.name


def made_file(folder: Path, name: str) -> Path | None:
    """The regular file `name` that a step left right in `folder`; None for anything else, a link above
    all."""
    path = folder / name
    try:
        found = path.lstat()
    except OSError:
        return None
    return path if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 else None


async def run(step: Step, folder: Path, limits: Limits = Limits()) -> Outcome:
    """Run `step` in `folder` to its end, within `limits`. When this task is cancelled, the step is killed.

    Raises ToolMissing on a system that is not Linux, OSError (no space left) where a step failed and there is
    no room: nobody's file is to blame for a full disk.
    """
    keeper = await _begin(_keeper_command(step, folder, limits), folder)
    try:
        async with asyncio.timeout(limits.seconds + _KEEPER_GRACE_S):
            told, complaint = await keeper.communicate()
    except TimeoutError:
        told, complaint = b"", b"the keeper itself did not end"
    finally:
        if keeper.returncode is None:
            await _end(keeper)
    outcome = _outcome(told, complaint, limits)
    _require_room(outcome, folder)
    return outcome


async def run_to_verdict(step: Step, folder: Path, limits: Limits = Limits()) -> Outcome:
    """`run`, once more as it was where it may have ended by chance, up to TRIES times: then the step itself
    is to blame. It must be one that can begin anew over what it left in `folder`."""
    tried = 0
    while True:
        outcome = await run(step, folder, limits)
        tried += 1
        if not outcome.may_be_chance or tried >= TRIES[outcome.end]:
            return outcome


def run_sync(step: Step, folder: Path, limits: Limits = Limits()) -> Outcome:
    """`run` where there is no event loop: on the command line."""
    return asyncio.run(run(step, folder, limits))


def _require_room(outcome: Outcome, folder: Path) -> None:
    """Raises OSError for a step that may have failed because `folder` is full."""
    if outcome.end in (End.FAILED, End.CRASHED) and shutil.disk_usage(folder).free < _ROOM_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _keeper_command(step: Step, folder: Path, limits: Limits) -> Sequence[str]:
    if not sys.platform.startswith("linux"):
        raise ToolMissing(tool="Linux")
    home = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    request = {
        "parent": os.getpid(),
        "command": step.command,
        "environment": home | dict(step.environment),
        "folder": str(folder),
        "seconds": limits.seconds,
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "open_files": limits.open_files,
        "file_bytes": limits.file_bytes,
        "output_bytes_max": limits.output_bytes,
        "nice": limits.nice,
    }
    return (sys.executable, "-I", "-S", "-B", str(_KEEPER), json.dumps(request))


async def _begin(command: Sequence[str], folder: Path) -> asyncio.subprocess.Process:
    """Start it; when this task is cancelled meanwhile, it is there first, and ended then: what is given up
    half-way is a process that nobody waits for.
    """
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},
            cwd=folder,
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _end(await starting)
        raise


async def _end(keeper: asyncio.subprocess.Process) -> None:
    """A word first, so that it can end what it keeps where no namespace does that; then the axe.

    Not given up when the task is cancelled once more: nothing may be left running.
    """
    for sign, patience_s in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 10.0)):
        with suppress(ProcessLookupError):
            keeper.send_signal(sign)
        try:
            await asyncio.wait_for(asyncio.shield(keeper.wait()), patience_s)
        except TimeoutError:
            continue
        return


def _outcome(told: bytes, complaint: bytes, limits: Limits) -> Outcome:
    line, _, output = told.partition(b"\n")
    try:
        report: dict[str, Any] = json.loads(line)
    except ValueError:
        errors = complaint.decode("utf-8", "replace")
        return Outcome(End.CRASHED, limits.seconds, 0, errors=f"the keeper failed: {errors}"[-4096:])
    end = End(report["end"])
    exit_code = sign = None
    if end is End.DONE:
        code = os.waitstatus_to_exitcode(report["status"])
        exit_code, sign = (code, None) if code >= 0 else (None, -code)
        end = End.CRASHED if sign else End.FAILED if exit_code else End.DONE
    if len(output) > limits.output_bytes:
        end, output = End.TOO_MUCH_OUTPUT, b""
    if sign == signal.SIGXCPU:
        end = End.TIMED_OUT
    # Node ends itself when its heap is full; what a watcher outside would have called the same.
    if end is End.CRASHED and "heap out of memory" in report["errors"]:
        end = End.OUT_OF_MEMORY
    return Outcome(
        end,
        report["seconds"],
        report["peak_rss_bytes"],
        exit_code,
        sign,
        output,
        report["errors"],
        report["network"],
    )
