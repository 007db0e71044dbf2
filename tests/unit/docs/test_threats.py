"""THREAT_MODEL.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROWS = [
    line.split("|")[1:4]
    for line in (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| attack |", "| --- |"))
]


@pytest.mark.parametrize(("attack", "met", "tried"), ROWS, ids=[attack.strip() for attack, _, _ in ROWS])
def test_each_attack_is_met_and_tried(attack: str, met: str, tried: str) -> None:
    assert met.strip()
    named = re.findall(r"`([a-z_/.]+)`", tried)
    assert named, attack
    for path in named:
        assert (ROOT / "tests" / path).exists(), path
