"""`yuanzhan` and `python -m yuanzhan`: pick the command, run it, say in one sentence what went wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from yuanzhan import catalogue
from yuanzhan.cli import bench, bots, hall, serve, version
from yuanzhan.errors import YuanzhanError, exit_code

# One file a command; each declares its arguments and imports what is heavy only when it runs.
COMMANDS = (serve, hall, bots, bench, version)

# What a shell reports for a program that Ctrl+C ended.
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="yuanzhan", description="A virtual-exhibition server: halls, people, one link."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_parser(commands)
    try:
        arguments = parser.parse_args(argv)
        code: int = arguments.run(arguments)
        return code
    except YuanzhanError as error:
        lang = catalogue.lang_of_environment(os.environ)
        print(f"yuanzhan: {catalogue.sentence(f'error.{error.code}', lang, error.params)}", file=sys.stderr)
        return exit_code(error)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
