"""`yuanzhan` and `python -m yuanzhan`: pick the command, run it, say in one sentence what went wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import yuanzhan
from yuanzhan import catalogue
from yuanzhan.cli import admin, audit, bench, bots, hall, inspect, optimise, serve, tools, version
from yuanzhan.cli.parser import Parser
from yuanzhan.errors.base import YuanzhanError

# One file a command; each declares its arguments and imports what is heavy only when it runs.
from yuanzhan.errors.statuses import exit_code

# One file a command; each declares its arguments and imports what is heavy only when it runs.
COMMANDS = (serve, hall, inspect, optimise, admin, audit, bots, bench, tools, version)

# What a shell reports for a program that Ctrl+C ended.
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    parser = Parser(prog="yuanzhan", description="A virtual-exhibition server: halls, people, one link.")
    parser.add_argument("--version", action="version", version=f"yuanzhan {yuanzhan.__version__}")
    names = (command.__name__.rsplit(".", 1)[-1] for command in COMMANDS)
    commands = parser.add_subparsers(required=True, metavar="|".join(names))
    for command in COMMANDS:
        command.add_parser(commands)
    arguments = argparse.Namespace()
    try:
        arguments = parser.parse_args(argv)
        code: int = arguments.run(arguments)
        return code
    except YuanzhanError as error:
        print(f"yuanzhan: {_in_words(error)}", file=sys.stderr)
        # A command may keep a code of its own for what kept it from running.
        return int(getattr(arguments, "exit_code", exit_code(error)))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _in_words(error: YuanzhanError) -> str:
    lang = catalogue.lang_of_environment(os.environ)
    params = dict(error.params)
    if "expected" in params:
        params["expected"] = catalogue.sentence(str(params["expected"]), lang)
    return catalogue.sentence(f"error.{error.code}", lang, params)


if __name__ == "__main__":
    sys.exit(main())
