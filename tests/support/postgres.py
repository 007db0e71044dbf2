"""A PostgreSQL cluster of the tests' own, in a temporary folder, over a Unix socket, gone afterwards."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL

USER = "yuanzhan"
# No port; nothing here outlives the run, and nothing in its hundreds of databases is worth tidying up.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "40",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
OPTIONS = tuple(f"--{name}={value}" for name, value in SETTINGS.items())
# Debian keeps the server's programs here, beside the path.
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Cluster:
    """A running cluster. `folder` holds its socket."""

    folder: Path
    numbers: Iterator[int]

    def new_database(self, copied: str = "template1") -> URL:
        """The URL of a new database, as empty as the one that is copied."""
        name = f"test_{next(self.numbers)}"
        asyncio.run(self._create(name, copied))
        return self.url(name)

    def url(self, name: str) -> URL:
        """Where a database is."""
        return URL.create(
            "postgresql+asyncpg", username=USER, database=name, query={"host": str(self.folder)}
        )

    async def _create(self, name: str, copied: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user=USER, database="postgres")
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {copied}")
        finally:
            await connection.close()


def programs() -> Path | None:
    """The folder with initdb and postgres, or None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def running(bin_dir: Path) -> Iterator[Cluster]:
    """Make a cluster and run it until the block ends. PostgreSQL refuses to run as root: a user without
    rights has it then.
    """
    folder = Path(tempfile.mkdtemp(prefix="yuanzhan-pg-"))
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    identity: dict[str, Any] = {}
    if owner is not None:
        identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = folder / "data"
    made = subprocess.run(
        [bin_dir / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True,
        text=True,
        cwd=folder,
        **identity,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [bin_dir / "postgres", "-D", data, "-k", folder, *OPTIONS],
            stdout=output,
            stderr=output,
            cwd=folder,
            **identity,
        )
    try:
        asyncio.run(_until_it_answers(folder, server))
        assert server.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        yield Cluster(folder, count(1))
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


async def _until_it_answers(folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Or has ended."""
    while server.poll() is None:
        try:
            connection = await asyncpg.connect(host=str(folder), user=USER, database="postgres")
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.05)
            continue
        await connection.close()
        return
