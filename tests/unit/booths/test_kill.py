"""One kill; `make kill-uploads` does twenty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill.uploads import kill


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    rounds = await kill(1, 7, tmp_path)
    assert len(rounds) == 1
