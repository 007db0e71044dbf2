"""What several tests of the web need."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import RunningServer
from tests.support.people import Page, page


@pytest.fixture
async def owner(server: RunningServer) -> AsyncIterator[Page]:
    """The first owner, signed in."""
    assert server.owner_url is not None
    async with page(server.base_url) as browser:
        await browser.accept(server.owner_url, "owner", "掌柜")
        yield browser
