"""`yuanzhan version`: which version this is."""

from __future__ import annotations

import argparse

import yuanzhan


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("version", help="print the version")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print it. Returns the exit code."""
    print(f"yuanzhan {yuanzhan.__version__}")
    return 0
