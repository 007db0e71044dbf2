"""The whole server while it serves, and the process around it."""

from __future__ import annotations

import asyncio
import errno
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from yuanzhan import catalogue, chores, cutoff, data_dir
from yuanzhan.app.definitions import slots_of
from yuanzhan.app.kept import read_words
from yuanzhan.app.moving import moving
from yuanzhan.app.parts import put_together
from yuanzhan.app.process import fastest_loop_factory, raise_open_files_limit
from yuanzhan.app.site import site
from yuanzhan.app.stopping import BOTS_STOP_S, HTTP_STOP_S, STEPS_STOP_S, STOP_S, Stop
from yuanzhan.errors.starting import AddressUnavailable, HallsMissing, PortBusy
from yuanzhan.reach import Reach, own_url, reach_of, tls_of
from yuanzhan.scene.halls import load_halls
from yuanzhan.settings import Settings
from yuanzhan.showing import Showing
from yuanzhan.store.opening import open_store
from yuanzhan.web.files import ClientFiles
from yuanzhan.web.reception import Reception
from yuanzhan.web.routes import web_application
from yuanzhan.workshop import workshop

log = structlog.get_logger("yuanzhan.app")

# A burst of visitors at the opening of a hall waits in the kernel rather than being refused.
BACKLOG: Final = 4096


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens."""

    reach: Reach
    showing: Showing


def run(settings: Settings, announce: Callable[[Reach], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` is called once, when listening. Raises StartError."""
    raise_open_files_limit()
    with asyncio.Runner(loop_factory=fastest_loop_factory()) as runner:
        runner.run(_serve_until_signal(settings, announce))


async def _serve_until_signal(settings: Settings, announce: Callable[[Reach], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serving(settings) as running:
        log.info("listening", url=running.reach.base_url, halls=running.reach.hall_count)
        announce(running.reach)
        await stop.wait()
        log.info("stopping")
        cutoff.begin(STOP_S)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Running]:
    """The whole server, listening while the context is open; leaving it tells the visitors and closes.

    Should a tick fail, the visitors are told at once, the block is cancelled, and the error is raised: the
    process ends, is started anew, and everybody rejoins.
    """
    data_dir.prepare(settings.data_dir)
    # Before anything is migrated or tidied: that is for who works there alone.
    with data_dir.held(settings.data_dir):
        async with _alone(settings) as running:
            yield running


@asynccontextmanager
async def _alone(settings: Settings) -> AsyncIterator[Running]:
    """The same where no other server works."""
    # Read now: the first error answered must not wait for the disk.
    catalogue.load()
    halls = load_halls(settings.scenes_dir, settings.data_dir / "cache")
    if not halls:
        raise HallsMissing(path=str(settings.scenes_dir))
    client = ClientFiles(settings.client_dir)
    client.check()
    tls = tls_of(settings)
    words = read_words(settings)
    stop = Stop()
    async with (
        open_store(settings.database_url, settings.data_dir) as store,
        put_together(settings, halls, store, words) as parts,
        workshop(
            settings,
            store.database,
            slots_of(halls),
            parts.halls.showing.show,
            on_received=parts.gauges.metrics.count_upload,
            stop_s=lambda: stop.left_s(STEPS_STOP_S),
        ) as shop,
    ):
        first_owner = await parts.entrance.office.invitations.first_owner()
        runner = Reception(
            web_application(site(settings, client, parts, shop)),
            per_address=None if settings.trust_forwarded else settings.connections_per_address,
            tls=tls,
            stop_s=HTTP_STOP_S,
        )
        await runner.setup()
        try:
            port = await _listen(runner, settings)
            reach = reach_of(settings, port, len(halls), first_owner.key if first_owner else None)
            async with moving(parts, stop), _bots(settings, port):
                try:
                    yield Running(reach, parts.halls.showing)
                finally:
                    stop.begin()
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> int:
    """Open the port. Returns its number. Raises PortBusy, AddressUnavailable."""
    host, port = settings.listen_host, settings.port
    try:
        await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(port=port) from error
        raise AddressUnavailable(host=host, port=port, detail=error.strerror or str(error)) from error
    return int(runner.addresses[0][1])


@asynccontextmanager
async def _bots(settings: Settings, port: int) -> AsyncIterator[None]:
    """The visitors made by the program, in a process of their own that ends with this one."""
    if not settings.bots:
        yield
        return
    url = own_url(settings, port)
    words = (sys.executable, "-m", "yuanzhan", "bots", "--until-eof", "--url", url)
    process = await asyncio.create_subprocess_exec(
        *words,
        "--count",
        str(settings.bots),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        await chores.end_process(process, within_s=BOTS_STOP_S)
