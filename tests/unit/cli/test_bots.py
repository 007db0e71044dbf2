"""`yuanzhan bots`: its exit code says whether all came in and stayed."""

from __future__ import annotations

import argparse

import pytest

from yuanzhan.bots import BotsResult
from yuanzhan.cli import bots


def sent(monkeypatch: pytest.MonkeyPatch, joined: int, disconnects: int) -> int:
    """The exit code after three were sent and so many joined and were thrown out."""

    async def measured(url: str, hall: str, count: int, seconds: float | None) -> BotsResult:
        assert count == 3
        return BotsResult(joined, disconnects, 0.0, {"p99": None}, None, None)

    monkeypatch.setattr("yuanzhan.bots.run_bots", measured)
    parser = argparse.ArgumentParser()
    bots.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["bots", "--hall", "first", "--count", "3", "--seconds", "1"])
    return bots.run(arguments)


@pytest.mark.parametrize(("joined", "disconnects", "code"), [(3, 0, 0), (2, 0, 1), (3, 1, 1), (0, 0, 1)])
def test_it_fails_when_one_never_came_in_or_was_thrown_out(
    monkeypatch: pytest.MonkeyPatch, joined: int, disconnects: int, code: int
) -> None:
    assert sent(monkeypatch, joined, disconnects) == code
