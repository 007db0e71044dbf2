"""`yuanzhan bots`: visitors made by the program, so that a hall is alive or under load."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import sys
import urllib.request
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from yuanzhan.errors import HallUnknown, ServerStrange, ServerUnreachable, SettingInvalid

if TYPE_CHECKING:
    from yuanzhan.bots import BotsResult

_HTTP_TIMEOUT_S = 20.0
COUNT_MAX = 10_000
"""As many as a hall may hold, and as the setting `bots` allows."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("bots", help="send visitors made by the program to a running server")
    parser.add_argument(
        "--url", type=_url, default="http://localhost:8080", help="where the server is (default: %(default)s)"
    )
    parser.add_argument("--hall", help="a hall's id; without it they spread over all halls")
    parser.add_argument("--count", type=_count, default=20, help="how many (default: %(default)s)")
    parser.add_argument("--seconds", type=_seconds, help="how long; without it, until Ctrl+C")
    parser.add_argument("--json", action="store_true", help="print what they measured as JSON")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send them, and print what they measured. Returns 1 when one never came in or was thrown out."""
    from yuanzhan.app import fastest_loop_factory

    try:
        halls = _wanted(arguments.hall, _halls(arguments.url))
        with asyncio.Runner(loop_factory=fastest_loop_factory()) as runner:
            counts = _share(arguments.count, halls)
            results = runner.run(_send(arguments, counts))
    except (HTTPError, ValueError) as error:
        raise ServerStrange(url=arguments.url) from error
    except OSError as error:
        raise ServerUnreachable(url=arguments.url, detail=_reason(error)) from error
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
    from yuanzhan.bots import run_bots

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


def _wanted(hall: str | None, halls: list[str]) -> list[str]:
    """Those of the server's halls that bots go to. Raises HallUnknown."""
    if hall is None:
        return halls
    if hall not in halls:
        raise HallUnknown(hall=hall, halls=", ".join(halls))
    return [hall]


def _halls(url: str) -> list[str]:
    """The ids of a server's halls. Raises OSError, ValueError when the answer is none of ours."""
    from yuanzhan.bots.run import addresses, tls_for

    base_url, _ = addresses(url)
    with urllib.request.urlopen(
        f"{base_url}/api/halls", timeout=_HTTP_TIMEOUT_S, context=tls_for(base_url)
    ) as answer:
        try:
            return [str(hall["id"]) for hall in json.load(answer)["halls"]]
        except (KeyError, TypeError) as error:
            raise ValueError("no list of halls") from error


def _reason(error: OSError) -> str:
    """In words, without the number."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    return cause.strerror or str(cause)


def _url(text: str) -> str:
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        raise SettingInvalid(setting="--url", value=text, expected="http(s)://host[:port]")
    return text


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= COUNT_MAX:
        raise SettingInvalid(setting="--count", value=text, expected=f"1-{COUNT_MAX}")
    return count


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise SettingInvalid(setting="--seconds", value=text, expected="cli.expected_seconds")
    return seconds


def _in_words(result: BotsResult) -> str:
    p99 = result.latency_ms["p99"]
    latency = f", p99 {p99:.0f} ms" if p99 is not None else ""
    return f"{result.joined} joined, {result.disconnects} thrown out, NEAR {result.near_hz} Hz{latency}"
