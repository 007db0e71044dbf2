"""Steps that misbehave in every way: each is ended, leaves nothing running, and its end is told as data."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.children import NO_NAMESPACES
from yuanzhan.errors.starting import ToolMissing
from yuanzhan.jobs.child import (
    End,
    Limits,
    Outcome,
    Step,
    hand_over,
    made_file,
    node_step,
    python_step,
    run,
    run_sync,
    run_to_verdict,
    scratch,
)

MB = 1 << 20
# Far from what any of these needs on a busy machine, so that only the limit under test is met.
PATIENT = Limits(seconds=60.0)
GONE_S = 20.0


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as made:
        yield made


def step(code: str, *arguments: str) -> Step:
    """Python code as a step."""
    return Step((sys.executable, "-I", "-S", "-c", code, *arguments))


def running(mark: str) -> list[int]:
    """The processes with `mark` in their command line, keepers left out: they hold it in their request."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if mark.encode() in words and b"keeper.py" not in words:
            found.append(int(path.parent.name))
    return found


def wait_until_there(mark: str) -> None:
    deadline_s = time.monotonic() + GONE_S
    while not running(mark):
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def wait_until_none(mark: str) -> None:
    deadline_s = time.monotonic() + GONE_S
    while running(mark):
        assert time.monotonic() < deadline_s, f"running: {running(mark)}"
        time.sleep(0.02)


async def test_a_good_step_answers_on_its_standard_output(folder: Path) -> None:
    outcome = await run(
        step("import sys; print(sys.argv[1]); sys.stderr.write('by the way')", "元"), folder, PATIENT
    )
    assert (outcome.end, outcome.exit_code, outcome.output) == (End.DONE, 0, "元\n".encode())
    assert outcome.errors == "by the way"
    assert outcome.is_done
    assert outcome.peak_rss_bytes > 1 * MB
    assert 0 < outcome.seconds < PATIENT.seconds


async def test_it_inherits_no_environment_and_lives_in_its_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUANZHAN_SECRET", "of the server")
    code = "import os; print(sorted(os.environ.items()), os.getcwd(), os.listdir('.'))"
    outcome = await run(step(code), folder, PATIENT)
    home = [("HOME", str(folder)), ("LANG", "C.UTF-8"), ("TMPDIR", str(folder))]
    assert outcome.output.decode().strip() == f"{home} {folder} []"


async def test_an_exit_code_is_told_with_the_end_of_what_it_complained(folder: Path) -> None:
    outcome = await run(step("import sys; sys.exit('x' * 9000 + 'that is why')"), folder, PATIENT)
    assert (outcome.end, outcome.exit_code) == (End.FAILED, 1)
    assert outcome.errors.endswith("that is why\n")
    assert len(outcome.errors) == 4096


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ("import ctypes; ctypes.string_at(0)", signal.SIGSEGV),
        ("import os; os.abort()", signal.SIGABRT),
        ("import os; os.kill(os.getpid(), 9)", signal.SIGKILL),
    ],
)
async def test_a_crash_is_told_by_its_signal(folder: Path, code: str, sign: signal.Signals) -> None:
    outcome = await run(step(code), folder, PATIENT)
    assert (outcome.end, outcome.signal, outcome.exit_code) == (End.CRASHED, sign, None)


TRIED = "import os, sys; open('tried', 'a').write('x'); tried = os.path.getsize('tried')\n"


@pytest.mark.parametrize(
    ("code", "end", "tried"),
    [
        ("if tried < 3: os.kill(os.getpid(), 9)", End.DONE, 3),
        ("os.kill(os.getpid(), 9)", End.CRASHED, 3),
        ("if tried < 2: import time; time.sleep(600)", End.DONE, 2),
        ("import time; time.sleep(600)", End.TIMED_OUT, 2),
        ("sys.exit(1)", End.FAILED, 1),
    ],
)
async def test_what_may_have_ended_by_chance_is_run_again_before_it_is_judged(
    folder: Path, code: str, end: End, tried: int
) -> None:
    limits = PATIENT if "sleep" not in code else Limits(seconds=1.5)
    outcome = await run_to_verdict(step(TRIED + code), folder, limits)
    assert (outcome.end, (folder / "tried").stat().st_size) == (end, tried)


async def test_a_step_that_hangs_is_stopped_with_everything_it_started(folder: Path) -> None:
    """Also what left the group and ignores all signals that can be ignored."""
    mark = uuid.uuid4().hex
    code = """
import os, signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""
    outcome = await run(step(code, mark), folder, Limits(seconds=1.5))
    assert outcome.end is End.TIMED_OUT
    assert outcome.seconds >= 1.5
    wait_until_none(mark)


async def test_processor_time_is_a_limit_of_its_own(folder: Path) -> None:
    limits = Limits(seconds=60.0, cpu_seconds=1)
    stuck = await run(step("while True: pass"), folder, limits)
    assert (stuck.end, stuck.may_be_chance) == (End.TIMED_OUT, False)
    assert (await run(step("import time; time.sleep(1.5)"), folder, limits)).is_done


async def test_what_a_good_step_leaves_running_ends_with_it(folder: Path) -> None:
    mark = uuid.uuid4().hex
    code = "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(600)"
    assert (await run(step(code, mark), folder, PATIENT)).is_done
    wait_until_none(mark)


async def test_memory_is_watched_and_its_peak_told(folder: Path) -> None:
    limits = Limits(seconds=60.0, memory_bytes=200 * MB)
    outcome = await run(step("kept = []\nwhile True: kept.append(b'x' * 1000000)"), folder, limits)
    assert outcome.end is End.OUT_OF_MEMORY
    assert outcome.peak_rss_bytes > 200 * MB


async def test_memory_of_all_its_processes_counts_together(folder: Path) -> None:
    code = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        kept = bytearray(b"x" * 100000000)
        time.sleep(600)
time.sleep(600)
"""
    limits = Limits(seconds=60.0, memory_bytes=250 * MB)
    assert (await run(step(code), folder, limits)).end is End.OUT_OF_MEMORY


async def test_address_space_that_nobody_touches_is_no_memory(folder: Path) -> None:
    """WebAssembly in Node reserves gigabytes of it."""
    code = "import mmap; kept = mmap.mmap(-1, 8 << 30); print('fine')"
    outcome = await run(step(code), folder, Limits(seconds=60.0, memory_bytes=100 * MB))
    assert outcome.output == b"fine\n"


async def test_a_fork_bomb_is_stopped(folder: Path) -> None:
    outcome = await run(step("import os\nwhile True: os.fork()"), folder, PATIENT)
    assert outcome.end in (End.TOO_MANY_PROCESSES, End.OUT_OF_MEMORY)


async def test_files_cannot_grow_without_end(folder: Path) -> None:
    code = "with open('big', 'wb') as file:\n    while True: file.write(b'x' * 100000)"
    outcome = await run(step(code), folder, Limits(seconds=60.0, file_bytes=1 * MB))
    assert (outcome.end, outcome.exit_code) == (End.FAILED, 1)
    assert "File too large" in outcome.errors
    assert (folder / "big").stat().st_size == 1 * MB


async def test_only_so_many_files_are_open_at_once(folder: Path) -> None:
    code = "kept = [open('/dev/null') for _ in range(100)]"
    outcome = await run(step(code), folder, Limits(seconds=60.0, open_files=32))
    assert "Too many open files" in outcome.errors


async def test_an_answer_has_a_largest_size(folder: Path) -> None:
    outcome = await run(step("print('x' * 1001)"), folder, Limits(seconds=60.0, output_bytes=1000))
    assert (outcome.end, outcome.output) == (End.TOO_MUCH_OUTPUT, b"")


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX"])
async def test_there_is_no_network(folder: Path, family: str) -> None:
    outcome = await run(step(f"import socket; socket.socket(socket.{family})"), folder, PATIENT)
    assert "PermissionError" in outcome.errors
    assert outcome.network in ("namespace", "filter")


async def test_a_cancelled_step_is_killed(folder: Path) -> None:
    mark = uuid.uuid4().hex
    task = asyncio.create_task(run(step("import time; time.sleep(600)", mark), folder, PATIENT))
    await asyncio.to_thread(wait_until_there, mark)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wait_until_none(mark)


PARENT = """
import sys
from pathlib import Path
from yuanzhan.jobs.child import Limits, Step, run_sync
code = '''
import os, time
if os.fork() == 0:
    os.setsid()
time.sleep(600)
'''
run_sync(Step((sys.executable, "-I", "-S", "-c", code, sys.argv[2])), Path(sys.argv[1]), Limits(seconds=600))
"""


def test_a_step_dies_with_a_server_that_is_killed(folder: Path) -> None:
    dies_with_its_parent(folder, [])


def dies_with_its_parent(folder: Path, prefix: list[str]) -> None:
    mark = uuid.uuid4().hex
    parent = subprocess.Popen([*prefix, sys.executable, "-c", PARENT, str(folder), mark])
    try:
        deadline_s = time.monotonic() + GONE_S
        while len([pid for pid in running(mark) if pid != parent.pid]) < 2:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
    finally:
        parent.kill()
        parent.wait()
    wait_until_none(mark)


@pytest.fixture
def without_namespaces() -> list[str]:
    """The beginning of a command line for where namespaces are not allowed."""
    if shutil.which("unshare") is None or subprocess.run([*NO_NAMESPACES, "true"], check=False).returncode:
        pytest.skip("no unshare here, or none is allowed: then every test of this file shows the same")
    return NO_NAMESPACES


def test_without_namespaces_the_step_still_dies_with_the_server(
    folder: Path, without_namespaces: list[str]
) -> None:
    dies_with_its_parent(folder, without_namespaces)


def test_without_namespaces_there_is_no_network_and_no_way_out_of_the_group(
    folder: Path, without_namespaces: list[str]
) -> None:
    mark = uuid.uuid4().hex
    script = """
import sys
from pathlib import Path
from yuanzhan.jobs.child import Limits, Step, run_sync
code = '''
import os, socket, time
try:
    socket.socket()
except PermissionError:
    print("no network", flush=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
time.sleep(600)
'''
outcome = run_sync(
    Step((sys.executable, "-I", "-S", "-c", code, sys.argv[2])), Path(sys.argv[1]), Limits(seconds=2)
)
print(outcome.end, outcome.network, outcome.output)
"""
    done = subprocess.run(
        [*without_namespaces, sys.executable, "-c", script, str(folder), mark],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "timed_out filter b'no network\\n'\n", done.stderr
    wait_until_none(mark)


def test_where_nothing_keeps_children_from_the_network_the_log_says_so_once(
    folder: Path, without_namespaces: list[str]
) -> None:
    # A machine that the filter does not know, as far as programs are told.
    unknown = ["setarch", "i686"]
    if subprocess.run([*unknown, "true"], check=False).returncode:
        pytest.skip("this machine cannot pass for another")
    (folder / "it.glb").write_bytes(b"no model")
    script = """
import asyncio, sys
from pathlib import Path
from yuanzhan.booths.steps import JobSteps
from yuanzhan.jobs.check import CheckLimits
from yuanzhan.jobs.optimise import OptimiseOptions
from yuanzhan.scene.limits import LIMITS

async def check_twice(folder):
    steps = JobSteps(LIMITS, CheckLimits(seconds=60), OptimiseOptions())
    for _ in range(2):
        checked = await steps.check(folder / "it.glb", "it.glb", folder)
        print([issue["code"] for issue in checked.report["issues"]])

asyncio.run(check_twice(Path(sys.argv[1])))
"""
    command = [*without_namespaces, *unknown, sys.executable, "-c", script, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.count("['FILE_KIND']") == 2, done.stderr
    assert (done.stdout + done.stderr).count("children_open") == 1


def test_node_runs_too_and_a_full_heap_is_told_as_such(folder: Path) -> None:
    script = folder / "greedy.mjs"
    script.write_text("const kept = []; for (;;) kept.push(new Array(1000).fill({}));", encoding="utf-8")
    outcome: Outcome = run_sync(node_step(script, heap_mb=32), folder, PATIENT)
    assert outcome.end is End.OUT_OF_MEMORY
    script.write_text("console.log(process.argv[2], Object.keys(process.env).sort());", encoding="utf-8")
    assert run_sync(node_step(script, "one"), folder, PATIENT).output.startswith(b"one [")


def test_our_own_modules_are_steps(folder: Path) -> None:
    outcome = run_sync(python_step("yuanzhan", "version"), folder, PATIENT)
    assert outcome.is_done, outcome.errors


def test_without_node_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing):
        node_step(tmp_path / "x.mjs")


def test_a_program_that_is_not_there_is_a_failure_with_a_reason(folder: Path) -> None:
    outcome = run_sync(Step(("/nowhere/at-all",)), folder, PATIENT)
    assert (outcome.end, outcome.exit_code) == (End.FAILED, 127)
    assert "not started" in outcome.errors


async def test_a_step_that_fails_where_the_disk_is_full_says_nothing_of_its_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100 * MB, 99 * MB, MB))
    with pytest.raises(OSError, match="space") as full:
        await run(step("raise SystemExit(1)"), folder, PATIENT)
    assert full.value.errno == errno.ENOSPC
    assert (await run(step("pass"), folder, PATIENT)).is_done


def test_what_a_step_is_asked_has_no_largest_size_and_no_name_to_guess(tmp_path: Path) -> None:
    asked = {"names": ["材" * 100] * 3000}
    paths = {hand_over(tmp_path, asked) for _ in range(2)}
    assert len(paths) == 2
    for path in paths:
        assert Path(path).parent == tmp_path
        assert json.loads(Path(path).read_text(encoding="utf-8")) == asked


def test_only_plain_files_are_taken_from_a_step(folder: Path) -> None:
    (folder / "plain").write_bytes(b"x")
    (folder / "soft").symlink_to("/etc/passwd")
    os.link(folder / "plain", folder / "hard")
    (folder / "folder").mkdir()
    for name in ("soft", "hard", "plain", "folder", "nothing"):
        assert made_file(folder, name) is None
    (folder / "hard").unlink()
    assert made_file(folder, "plain") == folder / "plain"


def test_a_scratch_folder_is_gone_afterwards(tmp_path: Path) -> None:
    with scratch(tmp_path / "work") as folder:
        (folder / "file").write_bytes(b"x")
        assert folder.parent == tmp_path / "work"
    assert list((tmp_path / "work").iterdir()) == []
