"""`yuanzhan admin`: accounts from the server's own machine, with or without a server that runs."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from yuanzhan.access import COMMAND_LINE, Role
from yuanzhan.cli import texts
from yuanzhan.cli.office import Desk, add_store_flags, desk, say
from yuanzhan.instants import iso

Act = Callable[[Desk, argparse.Namespace], Awaitable[None]]

ROLES = [str(role) for role in Role]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its acts."""
    acts = commands.add_parser("admin", help="accounts and the database").add_subparsers(
        required=True, metavar="ACT"
    )
    _add(acts, "migrate", migrate, "bring the database up to date, as every start does")
    owner = _add(
        acts, "create-owner", create_owner, "make an owner; asks for the password, or reads a line of it"
    )
    owner.add_argument("login", type=texts.login, help="what they sign in with")
    owner.add_argument("--name", help="what others see (default: the login)")
    invite_parser = _add(acts, "invite", invite, "print a link that makes one account")
    invite_parser.add_argument("role", choices=ROLES)
    invite_parser.add_argument("--organisation", help="name of a new organisation; exhibitors need one")
    invite_parser.add_argument(
        "--organisation-id", type=texts.organisation_id, help="id of one that there is"
    )
    invite_parser.add_argument("--note", type=texts.note, default="", help="whom it is for")
    listing = _add(acts, "list-accounts", list_accounts, "every account")
    listing.add_argument("--json", action="store_true", help="print one JSON object a line")
    _add_for_login(acts, "revoke", revoke, "end all sessions and API tokens of an account")
    _add_for_login(acts, "close", close, "close an account: it signs in no more")
    _add_for_login(acts, "reset-password", reset_password, "print a link that sets a new password")
    _add_for_login(acts, "reset-second-factor", reset_second_factor, "for who lost their phone and codes")
    for name, act, line in (
        ("copy-data", copy_data, "print everything that is kept of an account, as JSON"),
        ("erase", erase, "erase an account and what it left"),
    ):
        parser = _add_for_login(acts, name, act, line)
        parser.add_argument("--reason", type=texts.reason, required=True, help="why: it goes into the record")
    role = _add_for_login(acts, "set-role", set_role, "give an account another role")
    role.add_argument("role", choices=ROLES)


def run(arguments: argparse.Namespace) -> int:
    """Do one act. Returns 0; what cannot be done is an error."""
    asyncio.run(_run(arguments.act, arguments))
    return 0


async def _run(act: Act, arguments: argparse.Namespace) -> None:
    async with desk(arguments) as opened:
        await act(opened, arguments)


async def migrate(opened: Desk, arguments: argparse.Namespace) -> None:
    """Opening the store has done it."""
    from yuanzhan.store.schema import newest_revision

    say("migrated", revision=newest_revision())


async def create_owner(opened: Desk, arguments: argparse.Namespace) -> None:
    """An owner with a password."""
    password = _password()
    name = arguments.name or arguments.login
    person = await opened.office.directory.create_owner(COMMAND_LINE, arguments.login, name, password)
    say("owner_made", login=person.login)


async def invite(opened: Desk, arguments: argparse.Namespace) -> None:
    """A link for one account."""
    from yuanzhan.accounts.invitations import Wanted

    wanted = Wanted(Role(arguments.role), arguments.organisation_id, arguments.organisation, arguments.note)
    link = await opened.office.invitations.create(COMMAND_LINE, wanted)
    print(f"{opened.base_url}/invitation/{link.key}")


async def list_accounts(opened: Desk, arguments: argparse.Namespace) -> None:
    """Every account, closed ones included."""
    for person in await opened.office.directory.everybody():
        if arguments.json:
            fields = asdict(person) | {"created_at": iso(person.created_at_ms)}
            del fields["created_at_ms"]
            print(json.dumps(fields, ensure_ascii=False))
        else:
            organisation = person.organisation.name if person.organisation else ""
            mark = " (closed)" if person.is_closed else ""
            print(f"{person.id}  {person.role:<10}{person.login:<24}{person.name}  {organisation}{mark}")


async def revoke(opened: Desk, arguments: argparse.Namespace) -> None:
    """End whatever lets an account in."""
    person = await opened.office.directory.of_login(arguments.login)
    sessions, tokens = await opened.office.directory.revoke(COMMAND_LINE, person.id)
    say("revoked", login=person.login, sessions=sessions, tokens=tokens)


async def close(opened: Desk, arguments: argparse.Namespace) -> None:
    """Close an account."""
    person = await opened.office.directory.of_login(arguments.login)
    await opened.office.directory.close(COMMAND_LINE, person.id)
    say("account_closed", login=person.login)


async def reset_password(opened: Desk, arguments: argparse.Namespace) -> None:
    """A link that sets a new password."""
    person = await opened.office.directory.of_login(arguments.login)
    link = await opened.office.invitations.create_reset(COMMAND_LINE, person.id)
    print(f"{opened.base_url}/invitation/{link.key}")


async def reset_second_factor(opened: Desk, arguments: argparse.Namespace) -> None:
    """Password alone from now on."""
    person = await opened.office.directory.of_login(arguments.login)
    await opened.office.second_factors.reset(COMMAND_LINE, person.id)
    say("second_factor_off", login=person.login)


async def set_role(opened: Desk, arguments: argparse.Namespace) -> None:
    """Another role."""
    person = await opened.office.directory.of_login(arguments.login)
    await opened.office.directory.set_role(COMMAND_LINE, person.id, Role(arguments.role))
    say("role_set", login=person.login, role=arguments.role)


async def copy_data(opened: Desk, arguments: argparse.Namespace) -> None:
    """For somebody who asks for it."""
    whose = await opened.own_data.of_login(arguments.login)
    copy = await opened.own_data.copy_for(COMMAND_LINE, whose, arguments.reason)
    print(json.dumps(copy, ensure_ascii=False, indent=2))


async def erase(opened: Desk, arguments: argparse.Namespace) -> None:
    """For somebody who asks for it."""
    whose = await opened.own_data.of_login(arguments.login)
    told = await opened.own_data.erase_for(COMMAND_LINE, whose, arguments.reason)
    erased = told["erased"]
    say("erased", login=arguments.login, lines=erased["lines"], cards=erased["cards"])


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass()
    return sys.stdin.readline().rstrip("\n")


def _add(
    acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, act: Act, line: str
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=line)
    add_store_flags(parser)
    parser.set_defaults(run=run, act=act)
    return parser


def _add_for_login(
    acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, act: Act, line: str
) -> argparse.ArgumentParser:
    parser = _add(acts, name, act, line)
    parser.add_argument("login", type=texts.login, help="what they sign in with")
    return parser
