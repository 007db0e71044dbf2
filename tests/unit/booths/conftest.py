"""Exhibitors over each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.exhibitors import LIN, WEI, Exhibitors
from yuanzhan.store.accounts import Organisation
from yuanzhan.store.database import Database


@pytest.fixture
async def exhibitors(database: Database, tmp_path: Path) -> Exhibitors:
    async with database.transaction() as session:
        for actor in (LIN, WEI):
            session.add(Organisation(id=actor.organisation_id, name=actor.name, created_at_ms=0))
    return Exhibitors(database, tmp_path / "files")
