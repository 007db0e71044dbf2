"""What the composition root translates between a hall and the house."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from tests.plain_hall import make_plain_hall
from yuanzhan import data_dir
from yuanzhan.app.definitions import define
from yuanzhan.app.serving import serving
from yuanzhan.errors.starting import DataDirTaken, DataDirUnwritable
from yuanzhan.reach import own_url
from yuanzhan.scene.halls import load_halls
from yuanzhan.settings import Settings


def test_a_sitters_pose_is_of_the_feet_below_the_seats_surface(tmp_path: Path) -> None:
    make_plain_hall(tmp_path / "scenes" / "plain", portals=())
    (hall,) = load_halls(tmp_path / "scenes", tmp_path / "cache")
    assert hall.seats
    for seat in hall.seats:
        feet = define(hall, Settings()).seats[seat.id]
        assert (feet.x, feet.z, feet.yaw) == (seat.position[0], seat.position[2], seat.yaw)
        assert seat.position[1] - feet.y == pytest.approx(0.43)


def test_a_hall_without_a_capacity_of_its_own_gets_the_servers(tmp_path: Path) -> None:
    make_plain_hall(tmp_path / "scenes" / "plain", portals=())
    (hall,) = load_halls(tmp_path / "scenes", tmp_path / "cache")
    assert hall.capacity is None
    settings = Settings(hall_capacity=123, hall_observers=4, hall_queue=5)
    definition = define(hall, settings)
    assert (definition.capacity, definition.observers_max, definition.queue_max) == (123, 4, 5)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (Settings(), "http://localhost:8220"),
        (Settings(lan=True), "https://localhost:8220"),
        (Settings(host="::"), "http://[::1]:8220"),
        (Settings(host="::1", lan=True), "https://[::1]:8220"),
        (Settings(host="192.0.2.1"), "http://192.0.2.1:8220"),
    ],
)
def test_the_programs_own_visitors_find_the_server(given: Settings, url: str) -> None:
    assert own_url(given, 8220) == url


async def test_a_record_that_was_edited_is_told_of_by_the_next_start(settings: Settings) -> None:
    sqlite = replace(settings, database_url="")
    async with serving(sqlite):
        pass
    with closing(sqlite3.connect(sqlite.data_dir / "yuanzhan.db")) as database, database:
        database.execute("DROP TRIGGER audit_never_changes")
        assert database.execute("UPDATE audit SET reason = 'another' WHERE sequence = 1").rowcount == 1
    async with serving(sqlite) as running, aiohttp.ClientSession(running.reach.base_url) as http:
        told = ""
        async with asyncio.timeout(30):
            while "yuanzhan_audit_damages 1.0" not in told:
                async with http.get("/metrics") as answer:
                    told = await answer.text()


async def test_a_second_server_touches_nothing_of_the_first_ones_directory(settings: Settings) -> None:
    """It may be of a newer version, which would bring the database of the running one up to date."""
    apart = replace(settings, database_url="")
    (apart.data_dir / "yuanzhan.db").unlink()
    with data_dir.held(apart.data_dir):
        before = sorted(apart.data_dir.rglob("*"))
        with pytest.raises(DataDirTaken):
            async with serving(apart):
                pass
        assert sorted(apart.data_dir.rglob("*")) == before
    async with serving(apart):
        pass


def test_a_lock_that_cannot_be_taken_at_all_is_not_another_server(tmp_path: Path) -> None:
    (tmp_path / "server.lock").mkdir()
    with pytest.raises(DataDirUnwritable), data_dir.held(tmp_path):
        pass
