"""A dressed booth inside its slot, against an oracle that turns points one by one."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.booths.dress import Dress
from yuanzhan.booths.fit import extent, require_fit, require_inside
from yuanzhan.booths.problems import Findings
from yuanzhan.scene.manifest import Vector
from yuanzhan.scene.stands import turned

SLOT: Vector = (6.0, 3.0, 4.0)
LOW: Vector = (-1.0, 0.0, -0.5)
HIGH: Vector = (1.0, 2.0, 0.5)


def dressed(x: float = 0, z: float = 0, yaw_deg: float = 0, scale: float = 1) -> Dress:
    return Dress(hall="h", slot="s", offset_m=(x, z), yaw_deg=yaw_deg, scale=scale)


def fit(dress: Dress) -> list[tuple[str, str]]:
    findings = Findings()
    require_fit(findings, dress, SLOT, LOW, HIGH)
    return [(problem.pointer, problem.code) for problem in findings.problems]


def test_a_model_in_the_middle_fits() -> None:
    assert fit(dressed()) == []


def test_one_that_reaches_out_is_told_on_which_axis() -> None:
    assert fit(dressed(x=2.2)) == [("/offset_m/0", "outside_slot")]
    assert fit(dressed(z=-1.7)) == [("/offset_m/1", "outside_slot")]
    assert fit(dressed(x=-2.2, z=1.7)) == [("/offset_m/0", "outside_slot"), ("/offset_m/1", "outside_slot")]


def test_turning_changes_what_fits() -> None:
    assert fit(dressed(x=2.4)) == [("/offset_m/0", "outside_slot")]
    assert fit(dressed(x=2.4, yaw_deg=90)) == []


def test_one_that_fits_nowhere_is_told_how_large_it_is() -> None:
    findings = Findings()
    require_fit(findings, dressed(scale=2), SLOT, LOW, HIGH)
    (problem,) = findings.problems
    assert (problem.pointer, problem.code) == ("/scale", "too_large_for_slot")
    assert problem.params == {"size": "4.0 × 4.0 × 2.0", "room": "6.0 × 3.0 × 4.0"}


@pytest.mark.parametrize(("x", "z", "count"), [(0, 0, 0), (3, 2, 0), (3.2, 0, 1), (0, -2.2, 1), (9, 9, 2)])
def test_the_origin_must_be_inside(x: float, z: float, count: int) -> None:
    findings = Findings()
    require_inside(findings, dressed(x, z), SLOT)
    assert len(findings.problems) == count


@given(st.floats(-360, 360), st.floats(0.1, 5), st.floats(-5, 5), st.floats(0, 5), st.floats(0, 5))
def test_the_extent_is_that_of_the_turned_corners(
    yaw_deg: float, scale: float, at: float, wide: float, deep: float
) -> None:
    low, high = (at, at, at), (at + wide, at + 1.0, at + deep)
    corners = [
        turned(x * scale, z * scale, math.radians(yaw_deg))
        for x, z in itertools.product((low[0], high[0]), (low[2], high[2]))
    ]
    width, height, depth = extent(dressed(yaw_deg=yaw_deg, scale=scale), low, high)
    assert width == pytest.approx(max(x for x, _ in corners) - min(x for x, _ in corners), abs=1e-9)
    assert depth == pytest.approx(max(z for _, z in corners) - min(z for _, z in corners), abs=1e-9)
    assert height == pytest.approx(scale)
