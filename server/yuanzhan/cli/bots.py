"""`yuanzhan bots`: visitors made by the program, so that a hall is alive or under load."""

from __future__ import annotations

import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("bots", help="send visitors made by the program into a hall")
    parser.add_argument(
        "--url", default="ws://localhost:8080/ws", help="the server's WebSocket (default: %(default)s)"
    )
    parser.add_argument("--hall", default="lobby", help="the hall's id (default: %(default)s)")
    parser.add_argument("--count", type=int, default=20, help="how many (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=None, help="how long; without it, until Ctrl+C")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send them and report. Returns the exit code."""
    raise NotImplementedError
