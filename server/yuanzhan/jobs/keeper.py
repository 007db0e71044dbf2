"""Stands between the server and one untrusted step: starts it, watches it, ends it, tells what came of it.

A program of its own (`python -I -S keeper.py REQUEST`, standard library alone), so that a busy server still
gets its limits kept, and so that nothing of the step outlives either of the two:

    server ── keeper ── [first process of a pid namespace ──] step ── whatever the step starts
              watches     reaps orphans; its end ends all

The keeper dies with the server (PR_SET_PDEATHSIG), the namespace with the keeper. Where namespaces are not
allowed, the keeper adopts orphans (PR_SET_CHILD_SUBREAPER) and kills all that descends from it. Memory is
what all those processes hold together (RSS, looked at every WATCH_S): RLIMIT_AS would count the address
space that WebAssembly reserves and never touches. No network: a network namespace with nothing in it, and
in any case a seccomp filter that refuses socket(2) and io_uring.

REQUEST is JSON (see `child.py`). To standard output goes one line of JSON, then what the step wrote to its
standard output.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import struct
import sys
import tempfile
import time
from typing import IO, Any, Final, NoReturn

WATCH_S: Final = 0.02
# A step that forks without end is stopped before the machine has no process left.
PROCESSES_MAX: Final = 64
ERRORS_KEPT_BYTES: Final = 4096

# linux/sched.h, linux/prctl.h
_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = (
    0x08000000, 0x10000000, 0x20000000, 0x40000000
)  # fmt: skip
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 36, 38, 22
_SECCOMP_MODE_FILTER: Final = 2
# linux/audit.h, and the numbers of socket(2): architectures that the filter knows.
_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP: Final = 425
_EACCES, _ENOSYS = 13, 38
# Inside its user namespace the step is nobody in particular, and so without capabilities.
_INNER_ID: Final = 65534
_EXIT_NOT_STARTED: Final = 127

_libc: Any = ctypes.CDLL(None, use_errno=True)
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class _Watch:
    """What descends from this process, and how much memory it holds; `helper` is ours and does not count."""

    def __init__(self) -> None:
        self._before = _pids()
        self._ours: set[int] = set()
        self.helper = 0
        self.peak_bytes = 0

    def look(self) -> tuple[int, int]:
        """Bytes that all descendants hold together now, and how many they are."""
        there = self.descendants() - {self.helper}
        held = sum(_rss_bytes(pid) for pid in there)
        self.peak_bytes = max(self.peak_bytes, held)
        return held, len(there)

    def descendants(self) -> set[int]:
        """Every process below this one. What was there before the step is none of it and not looked at."""
        there = _pids()
        self._before &= there
        self._ours &= there
        parents = {pid: _parent(pid) for pid in there - self._before - self._ours}
        ours = self._ours | {os.getpid()}
        while found := {pid for pid, parent in parents.items() if parent in ours and pid not in ours}:
            ours |= found
        self._ours = ours - {os.getpid()}
        return set(self._ours)


def main() -> None:
    """Run the step that `sys.argv[1]` describes."""
    request: dict[str, Any] = json.loads(sys.argv[1])
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD})
    network = _isolate()
    _die_with_parent(signal.SIGTERM)
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if os.getppid() != request["parent"]:
        os._exit(1)
    with (
        tempfile.TemporaryFile(dir=request["folder"]) as output,
        tempfile.TemporaryFile(dir=request["folder"]) as errors,
    ):
        outcome = _keep(request, output, errors)
        outcome["network"] = network
        outcome["errors"] = _tail(errors, ERRORS_KEPT_BYTES)
        output.seek(0)
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
        sys.stdout.buffer.write(output.read(request["output_bytes_max"] + 1))
        sys.stdout.flush()


def _keep(request: dict[str, Any], output: IO[bytes], errors: IO[bytes]) -> dict[str, Any]:
    """Start the step and wait for its end or make it."""
    started_s = time.monotonic()
    watch = _Watch()
    read_end, write_end = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(read_end)
        _first_process(request, output, errors, write_end)
    os.close(write_end)
    watch.helper = first
    end = "done"
    while not _ended(first):
        held, count = watch.look()
        if held > request["memory_bytes"]:
            end = "out_of_memory"
        elif count > PROCESSES_MAX:
            end = "too_many_processes"
        elif time.monotonic() - started_s > request["seconds"]:
            end = "timed_out"
        else:
            caught = signal.sigtimedwait({signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}, WATCH_S)
            if caught is None or caught.si_signo == signal.SIGCHLD:
                continue
            end = "cancelled"
        break
    _end_all(watch, first)
    told = os.read(read_end, 64)
    status, peak_kb = struct.unpack("<iq", told) if len(told) == 12 else (0, 0)
    if end == "done" and not told:
        end = "crashed"
    return {
        "end": end,
        "status": status if told else None,
        "seconds": round(time.monotonic() - started_s, 3),
        "peak_rss_bytes": max(watch.peak_bytes, peak_kb * 1024),
    }


def _first_process(request: dict[str, Any], output: IO[bytes], errors: IO[bytes], write_end: int) -> NoReturn:
    """Pid 1 where there is a namespace: starts the step, reaps all, tells how the step ended, ends."""
    _die_with_parent(signal.SIGKILL)
    step = os.fork()
    if step == 0:
        os.close(write_end)
        _become(request, output, errors)
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if pid == step:
            os.write(write_end, struct.pack("<iq", status, usage.ru_maxrss))
            break
    os._exit(0)


def _become(request: dict[str, Any], output: IO[bytes], errors: IO[bytes]) -> NoReturn:
    """Turn into the step."""
    try:
        os.setsid()
        _die_with_parent(signal.SIGKILL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output.fileno(), 1), (errors.fileno(), 2)):
            os.dup2(source, target)
        for limit, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, request["open_files"]),
            (resource.RLIMIT_FSIZE, request["file_bytes"]),
        ):
            resource.setrlimit(limit, (value, value))
        if request["cpu_seconds"]:
            # A signal that tells what it was about; a second later the one that cannot be ignored.
            resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_seconds"], request["cpu_seconds"] + 1))
        os.nice(request["nice"])
        _first_for_the_kernel_to_kill()
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.chdir(request["folder"])
        _refuse_sockets()
        os.execve(request["command"][0], request["command"], request["environment"])
    except BaseException as error:
        os.write(2, f"not started: {error}\n".encode())
    os._exit(_EXIT_NOT_STARTED)


def _isolate() -> str:
    """Leave for namespaces of our own. Returns what keeps the step from the network."""
    user, group = os.geteuid(), os.getegid()
    spaces = _CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNET | _CLONE_NEWIPC
    if _libc.unshare(spaces) != 0:
        return "filter" if os.uname().machine in _ARCHITECTURES else "open"
    # Not every kernel lets one write these; the step is nobody then as well.
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{_INNER_ID} {user} 1"),
        ("gid_map", f"{_INNER_ID} {group} 1"),
    ):
        try:
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
        except OSError:
            break
    return "namespace"


def _die_with_parent(sign: signal.Signals) -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def _first_for_the_kernel_to_kill() -> None:
    """When memory runs out, the step goes and not the server."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass  # not Linux, or not allowed: only a preference


def _refuse_sockets() -> None:
    """A seccomp filter for the rest of this process's life and its children's; needs no privilege."""
    known = _ARCHITECTURES.get(os.uname().machine)
    if known is None:
        return
    architecture, socket_number = known
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, errno = 0x7FFF0000, 0x00050000
    program = [
        (load, 0, 0, 4),  # the architecture
        (equal, 0, 5, architecture),
        (load, 0, 0, 0),  # the number of the system call
        (at_least, 3, 0, 0x40000000),  # x32, or no number at all
        (equal, 2, 0, socket_number),
        (equal, 2, 0, _IO_URING_SETUP),
        (answer, 0, 0, allow),
        (answer, 0, 0, errno | _EACCES),
        (answer, 0, 0, errno | _ENOSYS),
    ]
    code = b"".join(struct.pack("<HBBI", *line) for line in program)
    kept = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(kept)))
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no seccomp filter")


def _end_all(watch: _Watch, first: int) -> None:
    """Kill until nothing descends from us any more."""
    while left := watch.descendants() | ({first} if not _ended(first) else set()):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)
        _reap()


_gone: set[int] = set()


def _reap() -> None:
    try:
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            _gone.add(pid)
    except ChildProcessError:
        pass


def _ended(pid: int) -> bool:
    _reap()
    return pid in _gone


def _pids() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


def _parent(pid: int) -> int | None:
    """The parent of a process; None when it has just ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def _rss_bytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0


def _tail(file: IO[bytes], most: int) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - most, 0))
    return file.read(most).decode("utf-8", "replace")


if __name__ == "__main__":
    main()
