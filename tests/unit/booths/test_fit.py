"""A dressed booth inside its slot, against an oracle that turns points one by one."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yuanzhan.booths.dress import Dress, Panel
from yuanzhan.booths.fit import TOLERANCE_M, extent, require_fit, require_inside, require_panels_inside
from yuanzhan.booths.problems import Findings
from yuanzhan.catalogue import sentence
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


def panels(dress: Dress, *places: Vector, room: Vector = SLOT) -> list[tuple[str, Any]]:
    titled = {"kind": "text", "title": {"zh": "展板"}}
    hung = [Panel.model_validate({"id": f"p{n}", "at": place, **titled}) for n, place in enumerate(places)]
    findings = Findings()
    require_panels_inside(findings, dress.model_copy(update={"panels": tuple(hung)}), room)
    assert {problem.code for problem in findings.problems} <= {"panel_outside_slot"}
    return [(problem.pointer, problem.params["over"]) for problem in findings.problems]


def test_a_panel_moves_and_turns_with_the_booth_and_must_not_leave_the_slot() -> None:
    places: list[Vector] = [(2.5, 1.5, 0.0), (0.0, 1.5, -1.5)]
    assert panels(dressed(), *places) == []
    assert panels(dressed(scale=5), *places) == []  # panels do not grow with the model
    # At the figure that says most of it: of a booth that is turned by a quarter, sideways is its depth.
    assert panels(dressed(x=1.0), *places) == [("/panels/0/at/0", 50)]
    assert panels(dressed(z=-0.75), *places) == [("/panels/1/at/2", 25)]
    assert panels(dressed(yaw_deg=90), *places) == [("/panels/0/at/0", 50)]
    assert panels(dressed(), (0.0, 3.5, 0.0), (0.0, -0.5, 0.0)) == [
        ("/panels/0/at/1", 50),
        ("/panels/1/at/1", 50),
    ]


@pytest.mark.parametrize("yaw_deg", [0, 90, 180, 270])
def test_mirrored_panels_are_inside_or_outside_alike(yaw_deg: float) -> None:
    # As far out as one may be: a sine that is not quite 0 must not tip it.
    edges: list[Vector] = [(x, 1.5, z) for x in (-1.45, 1.45) for z in (-1.3, 1.3)]
    room: Vector = (3.8, 3.0, 2.4) if yaw_deg % 180 == 0 else (2.4, 3.0, 3.8)
    assert panels(dressed(yaw_deg=yaw_deg), *edges, room=room) == []
    beyond: list[Vector] = [(x, 1.5, 1.5 * z) for x, _, z in edges]
    assert panels(dressed(yaw_deg=yaw_deg), *beyond, room=room) == [
        (f"/panels/{index}/at/2", 75) for index in range(4)
    ]


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-3, 3), st.floats(-3, 3), st.floats(-360, 360))
def test_a_panel_is_where_the_hall_puts_it(x: float, z: float, dx: float, dz: float, yaw_deg: float) -> None:
    corner = math.cos(math.radians(yaw_deg)) + 1j * math.sin(math.radians(yaw_deg))
    # In the plane of x and -z, a turn about Y is one against the clock.
    placed = complex(x, -z) * corner + complex(dx, -dz)
    over_m = max(abs(placed.real) - SLOT[0] / 2, abs(placed.imag) - SLOT[2] / 2)
    assume(abs(over_m - TOLERANCE_M) > 1e-6)
    found = panels(dressed(dx, dz, yaw_deg), (x, 1.0, z))
    assert bool(found) == (over_m > TOLERANCE_M)


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
    found = {"width": 4.0, "height": 4.0, "depth": 2.0}
    assert problem.params == found | {"most_width": 6.0, "most_height": 3.0, "most_depth": 4.0}
    told = sentence(f"problem.{problem.code}", "en", problem.params)
    assert "4.0 m wide, 2.0 m deep, 4.0 m high" in told


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
