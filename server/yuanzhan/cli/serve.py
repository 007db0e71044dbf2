"""`yuanzhan serve`: start the server and say how to reach it."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from yuanzhan import catalogue, settings
from yuanzhan.catalogue import Lang

if TYPE_CHECKING:
    from yuanzhan.reach import Reach


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command: one flag for each setting that is no secret."""
    parser = commands.add_parser("serve", help="start the server")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file of settings")
    for name in settings.flags():
        _add_flag(parser, name)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM. Returns the exit code."""
    # What is imported stays: to look through it again and again meanwhile took a tenth of a start.
    gc.disable()
    from yuanzhan import logs
    from yuanzhan.app import serving

    gc.enable()
    flags = {name: getattr(arguments, name) for name in settings.flags()}
    chosen = settings.read(flags, os.environ, arguments.config)
    logs.configure(chosen.log_format, chosen.log_level)
    lang = catalogue.lang_of_environment(os.environ)
    serving.run(chosen, lambda reach: announce(reach, lang))
    return 0


def announce(reach: Reach, lang: Lang) -> None:
    """Print the links that people need, and a QR code where a phone can use it."""
    base = reach.base_url

    def say(key: str, **params: str | int) -> None:
        print(catalogue.sentence(f"cli.{key}", lang, params))

    print()
    say("ready", halls=reach.hall_count)
    say("visitor_link", url=f"{base}/")
    say("exhibitor_link", url=f"{base}/exhibitor")
    say("operator_link", url=f"{base}/operator")
    if reach.owner_url is not None:
        say("owner_link", url=reach.owner_url)
    if reach.network_urls:
        _announce_network(reach.network_urls, lang)
    else:
        say("no_network" if reach.is_for_network else "phone_hint")
    say("stop_hint")
    print()
    sys.stdout.flush()


def _announce_network(urls: tuple[str, ...], lang: Lang) -> None:
    import segno

    print()
    print(catalogue.sentence("cli.network_links", lang))
    for url in urls:
        print(f"  {url}/")
    if urls[0].startswith("https://"):
        print(catalogue.sentence("cli.certificate_hint", lang))
    else:
        print(catalogue.sentence("cli.insecure_hint", lang))
    segno.make(f"{urls[0]}/", error="m").terminal(compact=True)


def _add_flag(parser: argparse.ArgumentParser, name: str) -> None:
    flag = "--" + name.replace("_", "-")
    line = settings.help_of(name)
    if isinstance(settings.default_of(name), bool):
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=line)
    else:
        default = settings.default_of(name)
        shown = f" (default: {default})" if default not in ("", ()) else ""
        metavar = "N" if isinstance(default, int) else name.split("_")[-1].upper()
        parser.add_argument(flag, type=partial(settings.parse, name), metavar=metavar, help=line + shown)
