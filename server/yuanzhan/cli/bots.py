"""`yuanzhan bots`: visitors made by the program, so that a hall is alive or under load."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from yuanzhan.cli import target
from yuanzhan.errors import ServerStrange, ServerUnreachable

if TYPE_CHECKING:
    from yuanzhan.bots.run import BotsResult

COUNT_MAX = 10_000
"""As many as a hall may hold, and as the setting `bots` allows."""


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
    parser.add_argument("--seconds", type=target.seconds, help="how long; without it, until Ctrl+C")
    parser.add_argument("--json", action="store_true", help="print what they measured as JSON")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send them, and print what they measured. Returns 1 when one never came in or was thrown out."""
    from yuanzhan.app import fastest_loop_factory

    try:
        halls = target.wanted(arguments.hall, target.halls_of(arguments.url))
        with asyncio.Runner(loop_factory=fastest_loop_factory()) as runner:
            counts = _share(arguments.count, halls)
            results = runner.run(_send(arguments, counts))
    except (HTTPError, ValueError) as error:
        raise ServerStrange(url=arguments.url) from error
    except OSError as error:
        raise ServerUnreachable(url=arguments.url, detail=target.reason(error)) from error
    for hall, result in results.items():
        if arguments.json:
            print(result.as_json())
        else:
            print(f"{hall}: {_in_words(result)}")
    all_stayed = all(
        result.joined == counts[hall] and not result.disconnects for hall, result in results.items()
    )
    return 0 if all_stayed else 1


async def _send(arguments: argparse.Namespace, counts: dict[str, int]) -> dict[str, BotsResult]:
    from yuanzhan.bots.run import run_bots

    sending = asyncio.gather(
        *(run_bots(arguments.url, hall, count, arguments.seconds) for hall, count in counts.items())
    )
    if arguments.until_eof:
        loop = asyncio.get_running_loop()
        loop.add_reader(sys.stdin.fileno(), _cancel_at_eof, sending)
    try:
        return dict(zip(counts, await sending, strict=True))
    except asyncio.CancelledError:
        if arguments.until_eof:
            return {}
        raise


def _cancel_at_eof(sending: asyncio.Future[list[BotsResult]]) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        sending.cancel()


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
