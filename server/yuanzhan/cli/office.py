"""What commands on accounts and on the record have in common: which store they open, and who they act as."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yuanzhan import catalogue, data_dir, settings
from yuanzhan.settings import Settings

if TYPE_CHECKING:
    from yuanzhan.accounts.office import Office
    from yuanzhan.privacy.own_data import OwnData
    from yuanzhan.store.opening import Store
    from yuanzhan.store.personal import Whose

SETTINGS: Final = ("data_dir", "database_url", "public_url", "port")


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened store, and the use-cases over it."""

    store: Store
    office: Office
    own_data: OwnData
    base_url: str


def add_store_flags(parser: argparse.ArgumentParser) -> None:
    """Where the store is, as `serve` has it."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file of settings")
    for name in SETTINGS:
        flag, line = "--" + name.replace("_", "-"), settings.help_of(name)
        parser.add_argument(
            flag, type=partial(settings.parse, name), metavar=name.split("_")[-1].upper(), help=line
        )


def chosen(arguments: argparse.Namespace) -> Settings:
    """The settings of a command line."""
    flags = {name: getattr(arguments, name) for name in SETTINGS}
    return settings.read(flags, os.environ, arguments.config)


@asynccontextmanager
async def desk(arguments: argparse.Namespace) -> AsyncIterator[Desk]:
    """Open the store, beside a server that runs or without one."""
    from yuanzhan import logs, reach
    from yuanzhan.accounts.office import open_office
    from yuanzhan.privacy.own_data import OwnData
    from yuanzhan.store.opening import open_store

    found = chosen(arguments)
    logs.configure("human", "error")
    data_dir.prepare(found.data_dir)
    async with open_store(found.database_url, found.data_dir) as store:
        office = open_office(
            store.database,
            data_dir.read_secret(found.data_dir),
            idle_hours=found.session_idle_hours,
            lifetime_days=found.session_days,
        )
        own_data = OwnData(store.database, _nothing_waits, _nobody_is_here, keep_lines=found.chat_kept_by_law)
        yield Desk(store, office, own_data, reach.base_url(found, found.port))


async def _nothing_waits() -> None:
    """What is said at this second is in a server that runs, and written within the next."""


def _nobody_is_here(whose: Whose) -> None:
    """The halls of a server that runs forget by themselves what is minutes old."""


def say(key: str, **params: str | int) -> None:
    """A sentence of the catalogue in the terminal's language."""
    print(catalogue.sentence(f"cli.{key}", catalogue.lang_of_environment(os.environ), params))
