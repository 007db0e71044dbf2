"""`yuanzhan audit`: is the record whole, and all of it as JSON Lines; the log of sign-ins beside it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from yuanzhan.cli.office import add_store_flags, chosen, say
from yuanzhan.errors.command_line import OutputUnwritable, SettingInvalid

if TYPE_CHECKING:
    from yuanzhan.store.opening import Store

NUMBER_MAX: Final = 2**63 - 1
"""Of a row, as both databases count."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    acts = commands.add_parser("audit", help="check and export the record of acts").add_subparsers(
        required=True, metavar="verify|export|sign-ins"
    )
    check = acts.add_parser(
        "verify", help="find edited, removed, swapped or cut off rows; exit code 1 if any"
    )
    check.add_argument("--json", action="store_true", help="print what was found as one JSON object")
    add_store_flags(check)
    check.set_defaults(run=run_verify)
    export = acts.add_parser("export", help="every row as JSON Lines")
    export.add_argument("--output", type=Path, metavar="FILE", help="a file (default: standard output)")
    export.add_argument(
        "--after", type=_number, default=0, metavar="N", help="only rows with a higher number"
    )
    add_store_flags(export)
    export.set_defaults(run=run_export)
    signed_in = acts.add_parser("sign-ins", help="who signed in when, and who was refused, as JSON Lines")
    signed_in.add_argument("--output", type=Path, metavar="FILE", help="a file (default: standard output)")
    add_store_flags(signed_in)
    signed_in.set_defaults(run=run_sign_ins)


def run_verify(arguments: argparse.Namespace) -> int:
    """Returns 1 when something is wrong with the record. Raises RecordMissing."""
    return asyncio.run(_verify(arguments))


def run_export(arguments: argparse.Namespace) -> int:
    """Print the rows. Returns 0. Raises OutputUnwritable, RecordMissing."""
    asyncio.run(_export(arguments))
    return 0


def run_sign_ins(arguments: argparse.Namespace) -> int:
    """Print the log of sign-ins. Returns 0. Raises OutputUnwritable, RecordMissing."""
    asyncio.run(_sign_ins(arguments))
    return 0


async def _verify(arguments: argparse.Namespace) -> int:
    async with _record(arguments) as store:
        verdict = await store.verify_audit()
    if arguments.json:
        found = [{"damage": str(item.damage), "sequence": item.sequence} for item in verdict.findings]
        told = {"rows": verdict.row_count, "head": verdict.newest.hash, "unsigned": verdict.unsigned_count}
        print(json.dumps(told | {"findings": found}))
    elif verdict.is_whole:
        say("audit_whole", rows=verdict.row_count, hash=verdict.newest.hash)
        if verdict.unsigned_count:
            first = verdict.newest.sequence - verdict.unsigned_count + 1
            say("audit_behind", count=verdict.unsigned_count, row=first)
    else:
        for item in verdict.findings:
            say(f"audit_{item.damage}", row=item.sequence)
    return 0 if verdict.is_whole else 1


async def _export(arguments: argparse.Namespace) -> None:
    from yuanzhan.store import audit

    path: Path | None = arguments.output
    # One open file that only this command writes: it may as well wait for the disk.
    async with _record(arguments) as store, store.database.reading() as session:
        with nullcontext(sys.stdout) if path is None else _opened(path) as output:
            async for row in audit.rows(session, arguments.after):
                print(audit.canonical(audit.exported(row)), file=output)


async def _sign_ins(arguments: argparse.Namespace) -> None:
    from yuanzhan.instants import iso
    from yuanzhan.store import sign_ins

    path: Path | None = arguments.output
    async with _record(arguments) as store, store.database.reading() as session:
        with nullcontext(sys.stdout) if path is None else _opened(path) as output:
            async for row in sign_ins.rows(session):
                told = {"event": row.event, "account": row.account_id, "address": row.address}
                told |= {"first_at": iso(row.first_at_ms), "last_at": iso(row.last_at_ms)}
                print(json.dumps(told | {"count": row.count}), file=output)


def _record(arguments: argparse.Namespace) -> AbstractAsyncContextManager[Store]:
    from yuanzhan import logs
    from yuanzhan.store.opening import open_record

    found = chosen(arguments)
    logs.configure("human", "error")
    return open_record(found.database_url, found.data_dir)


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise OutputUnwritable(path=str(path), detail=error.strerror or str(error)) from None


def _number(typed: str) -> int:
    if not typed.isdecimal() or not 0 <= int(typed) <= NUMBER_MAX:
        raise SettingInvalid(setting="--after", value=typed, expected=f"0-{NUMBER_MAX}")
    return int(typed)
