"""`yuanzhan bots`: visitors made by the program, so that a hall is alive or under load."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from yuanzhan import catalogue
from yuanzhan.cli import target
from yuanzhan.errors.command_line import ServerStrange, ServerUnreachable

if TYPE_CHECKING:
    from yuanzhan.bots.run import BotsResult

COUNT_MAX = 10_000
"""As many as a hall may hold, and as the setting `bots` allows."""
EXIT_INTERRUPTED = 130
"""What a shell reports for a program that Ctrl+C ended."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("bots", help="send visitors made by the program to a running server")
    parser.add_argument(
        "--url",
        type=target.url,
        default="http://localhost:8080",
        help="where the server is (default: %(default)s)",
    )
    parser.add_argument("--hall", help="a hall's id; without it they spread over all halls")
    parser.add_argument("--count", type=_count, default=20, help="how many (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=partial(target.seconds, "--seconds"), help="how long; without it, until Ctrl+C"
    )
    parser.add_argument("--json", action="store_true", help="print what they measured as JSON")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send them, and print what they measured. Returns 1 when one never came in or was thrown out; when that
    ended them, 0 for the end of standard input and 130 for Ctrl+C.
    """
    from yuanzhan.bots.open_files import SPARE_COUNT, raise_open_files

    raise_open_files(arguments.count + SPARE_COUNT)
    from yuanzhan.app.process import fastest_loop_factory

    stop = _Stop()
    try:
        halls = target.wanted(arguments.hall, target.halls_of(arguments.url))
        with asyncio.Runner(loop_factory=fastest_loop_factory()) as runner:
            counts = _share(arguments.count, halls)
            results = runner.run(_send(arguments, counts, stop))
    except (HTTPError, ValueError) as error:
        raise ServerStrange(url=arguments.url) from error
    except OSError as error:
        raise ServerUnreachable(url=arguments.url, detail=target.reason(error)) from error
    for hall, result in results.items():
        _tell(hall, result, arguments.json)
    if stop.code is not None:
        return stop.code
    all_stayed = all(
        result.joined == counts[hall] and not result.disconnects for hall, result in results.items()
    )
    return 0 if all_stayed else 1


class _Stop:
    """What ended them before their time, by the exit code that it makes."""

    code: int | None = None

    def watch(self, event: asyncio.Event, *, until_eof: bool) -> None:
        """From now on Ctrl+C, and where it is wanted the end of standard input, set the event."""
        loop = asyncio.get_running_loop()

        def interrupted(_number: int, _frame: FrameType | None) -> None:
            signal.signal(signal.SIGINT, before)  # a second one does not wait for goodbyes
            loop.call_soon_threadsafe(self._set, event, EXIT_INTERRUPTED)

        if threading.current_thread() is threading.main_thread():
            # Not the loop's own handler: asyncio.Runner has put its own in that place, which cancels.
            before = signal.signal(signal.SIGINT, interrupted)
        if until_eof:
            # A thread, as an event loop cannot wait for files and /dev/null.
            words = (loop, partial(self._set, event, 0))
            threading.Thread(target=_read_until_eof, args=words, daemon=True).start()

    def _set(self, event: asyncio.Event, code: int) -> None:
        if self.code is None:
            self.code = code
        event.set()


def _read_until_eof(loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    with suppress(RuntimeError):  # they have ended by themselves
        loop.call_soon_threadsafe(then)


async def _send(arguments: argparse.Namespace, counts: dict[str, int], stop: _Stop) -> dict[str, BotsResult]:
    from yuanzhan.bots.run import run_bots

    event = asyncio.Event()
    stop.watch(event, until_eof=arguments.until_eof)
    results = await asyncio.gather(
        *(
            run_bots(arguments.url, hall, count, arguments.seconds, stop=event)
            for hall, count in counts.items()
        )
    )
    return dict(zip(counts, results, strict=True))


def _tell(hall: str, result: BotsResult, as_json: bool) -> None:
    print(result.as_json() if as_json else f"{hall}: {_in_words(result)}")
    refused_count = sum(result.refused.values())
    if refused_count:
        why = ", ".join(f"{reason} {times}" for reason, times in result.refused.items())
        params: dict[str, str | int | float] = {
            "hall": hall,
            "refused": refused_count,
            "why": why,
        }
        lang = catalogue.lang_of_environment(os.environ)
        print(catalogue.sentence("cli.bots_outside", lang, params), file=sys.stderr)


def _share(count: int, halls: list[str]) -> dict[str, int]:
    """How many go to each hall: as evenly as it goes, the first ones get what is left."""
    shares = {hall: count // len(halls) + (index < count % len(halls)) for index, hall in enumerate(halls)}
    return {hall: share for hall, share in shares.items() if share}


def _count(text: str) -> int:
    return target.whole_number("--count", text, COUNT_MAX)


def _in_words(result: BotsResult) -> str:
    p99 = result.latency_ms["p99"]
    latency = f", p99 {p99:.0f} ms" if p99 is not None else ""
    return f"{result.joined} joined, {result.disconnects} thrown out, NEAR {result.near_hz} Hz{latency}"
