"""`yuanzhan bench crowd`: how many a hall holds on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from yuanzhan.cli import target
from yuanzhan.errors.command_line import ServerStrange, ServerUnreachable, SettingInvalid

if TYPE_CHECKING:
    from yuanzhan.bench.crowd import CrowdResult
    from yuanzhan.bench.plan import CrowdPlan

VISITORS_MAX = 60_000
"""A slot is a u16, and a quarter of the slots are at rest."""
SEED_MAX = 2**32 - 1


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its one bench."""
    from yuanzhan.bench.plan import CrowdPlan

    benches = commands.add_parser("bench", help="measure").add_subparsers(required=True, metavar="BENCH")
    parser = benches.add_parser("crowd", help="fill a hall with walking visitors and measure what they get")
    plan = CrowdPlan()
    parser.add_argument(
        "--url", type=target.url, help="a server that runs already; without it one is started for the run"
    )
    parser.add_argument("--hall", default=plan.hall, help="a hall's id (default: %(default)s)")
    _add_crowd(parser, plan)
    _add_times(parser, plan)
    parser.add_argument(
        "--seed", type=_seed, default=plan.seed, help="of all that is random (default: %(default)s)"
    )
    parser.add_argument("--no-ceiling", action="store_true", help="leave out the bare ceiling")
    parser.add_argument("--json", action="store_true", help="print what was measured as one line of JSON")
    parser.set_defaults(run=run)


def _add_crowd(parser: argparse.ArgumentParser, plan: CrowdPlan) -> None:
    """How many there are, where, and what they do."""
    from yuanzhan.bench.plan import DENSITIES, MOVEMENTS

    parser.add_argument(
        "--visitors", type=_visitors, default=plan.visitors, help="how many (default: %(default)s)"
    )
    parser.add_argument(
        "--density", choices=DENSITIES, default=plan.density, help="where they are (default: %(default)s)"
    )
    parser.add_argument(
        "--movement",
        choices=MOVEMENTS,
        default=plan.movement,
        help="whether they walk (default: %(default)s)",
    )
    for flag, help_ in (
        ("--throttled", "share that reads 5 KB/s"),
        ("--stalled", "share that stops reading once inside"),
    ):
        parser.add_argument(flag, type=partial(target.share, flag), default=0.0, metavar="SHARE", help=help_)
    parser.add_argument(
        "--churn",
        type=partial(target.not_negative, "--churn"),
        default=0.0,
        help="how many a second leave for good, and others come",
    )


def _add_times(parser: argparse.ArgumentParser, plan: CrowdPlan) -> None:
    """How long each part takes, in seconds."""
    for flag, default, help_ in (
        ("--seconds", plan.seconds, "how long to measure (default: %(default)s)"),
        ("--join-seconds", plan.join_s, "how long the doors take (default: %(default)s)"),
        ("--settle-seconds", plan.settle_s, "before measuring (default: %(default)s)"),
        ("--return-seconds", None, "then break all connections and let all come back in so long"),
        ("--ceiling-seconds", plan.ceiling_s, "how long to measure the bare ceiling (default: %(default)s)"),
    ):
        parser.add_argument(flag, type=partial(target.seconds, flag), default=default, help=help_)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print. Returns 1 when not everybody came in and stayed."""
    from yuanzhan.bench.crowd import bench_crowd
    from yuanzhan.bench.host import OWN_JOINING_MAX_COUNT, own_server
    from yuanzhan.bench.plan import CrowdPlan
    from yuanzhan.bench.swarm import JOINING_MAX_COUNT
    from yuanzhan.bots.run import addresses

    _check_shares(arguments.throttled, arguments.stalled)
    base_url = addresses(arguments.url)[0] if arguments.url else None
    plan = CrowdPlan(
        hall=arguments.hall,
        visitors=arguments.visitors,
        seconds=arguments.seconds,
        density=arguments.density,
        movement=arguments.movement,
        throttled=arguments.throttled,
        stalled=arguments.stalled,
        join_s=arguments.join_seconds,
        settle_s=arguments.settle_seconds,
        churn_per_s=arguments.churn,
        return_s=arguments.return_seconds,
        seed=arguments.seed,
        ceiling_s=0 if arguments.no_ceiling else arguments.ceiling_seconds,
    )
    try:
        with nullcontext(base_url) if base_url else own_server(plan.visitors) as url:
            target.wanted(plan.hall, target.halls_of(url))
            joining = JOINING_MAX_COUNT if base_url else OWN_JOINING_MAX_COUNT
            result = bench_crowd(plan, url, _say, joining_max_count=joining)
    except (HTTPError, ValueError) as error:
        raise ServerStrange(url=arguments.url or "localhost") from error
    except OSError as error:
        raise ServerUnreachable(url=arguments.url or "localhost", detail=target.reason(error)) from error
    print(json.dumps(result.as_dict()) if arguments.json else _table(result))
    # Who is on the way in when it ends, in another's stead, is not missing.
    whole = result.joined + result.coming == result.present + result.coming == plan.visitors
    return 0 if whole else 1


def _visitors(text: str) -> int:
    return target.whole_number("--visitors", text, VISITORS_MAX)


def _seed(text: str) -> int:
    return target.whole_number("--seed", text, SEED_MAX, smallest=0)


def _check_shares(throttled: float, stalled: float) -> None:
    """Nobody is both. Raises SettingInvalid."""
    if throttled + stalled > 1.0:
        together = f"{throttled:g} + {stalled:g}"
        raise SettingInvalid(setting="--throttled + --stalled", value=together, expected="0-1")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _table(result: CrowdResult) -> str:
    rows = {name: _shown(value) for name, value in result.as_dict().items()}
    width = max(map(len, rows))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
