"""The z-buffer against the obvious loop over samples and triangles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.scene.portrait import zbuffer
from yuanzhan.scene.portrait.zbuffer import NOTHING, rasterise

WIDTH, HEIGHT = 13, 9


def slow(points: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is nearest at each sample, and how near the second is."""
    best = np.full((HEIGHT, WIDTH), NOTHING)
    near = np.full((HEIGHT, WIDTH), np.inf)
    for number, (a, b, c) in enumerate(points.astype(np.float64)):
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-3:
            continue
        for y in range(HEIGHT):
            for x in range(WIDTH):
                p = (x + 0.5, y + 0.5)
                second = ((p[0] - a[0]) * (c[1] - a[1]) - (p[1] - a[1]) * (c[0] - a[0])) / area
                third = ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / area
                weights = np.array([1 - second - third, second, third])
                # on the edge either answer is right: such samples are not compared
                if (np.abs(weights) < 1e-3).any():
                    near[y, x], best[y, x] = -np.inf, NOTHING
                elif (weights > 0).all():
                    here = float(weights @ depth[number])
                    if here < near[y, x]:
                        near[y, x], best[y, x] = here, number
    return best, near


places = st.lists(
    st.tuples(*[st.tuples(st.integers(-40, 170), st.integers(-40, 130), st.integers(1, 99))] * 3), max_size=12
)


@given(places)
def test_the_nearest_triangle_is_found_at_every_sample(
    corners: list[tuple[tuple[int, int, int], ...]],
) -> None:
    values = np.array(corners, dtype=np.float32).reshape(-1, 3, 3)
    # a depth of its own for each, so that no two are equally near
    points, depth = values[..., :2] / 10, values[..., 2] + np.linspace(0, 0.5, len(values))[:, None]
    best, near = slow(points, depth)
    found = rasterise(points, depth.astype(np.float32), WIDTH, HEIGHT)
    compared = ~np.isneginf(near)
    same = found.triangle == best
    # where two are within rounding of each other, either may be in front
    there = np.isfinite(near) & compared
    close = np.zeros_like(same)
    close[there] = np.abs(found.depth[there] - near[there]) < 1e-2
    assert (same | close)[compared].all()


def test_many_small_chunks_give_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    points = (rng.random((300, 1, 2)) * (80, 60) + rng.normal(0, 6, (300, 3, 2))).astype(np.float32)
    depth = rng.random((300, 3)).astype(np.float32)
    whole = rasterise(points, depth, 80, 60)
    monkeypatch.setattr(zbuffer, "_CHUNK", 37)
    pieces = rasterise(points, depth, 80, 60)
    assert np.array_equal(whole.triangle, pieces.triangle)
    assert np.array_equal(whole.depth, pieces.depth)


def test_nothing_at_all_is_an_empty_picture() -> None:
    empty = np.zeros((0, 3, 2), dtype=np.float32)
    found = rasterise(empty, np.zeros((0, 3), dtype=np.float32), 4, 3)
    assert (found.triangle == NOTHING).all()
    assert np.isinf(found.depth).all()


def test_what_has_no_area_or_no_place_is_nowhere() -> None:
    points = np.array([[[1, 1], [1, 1], [1, 1]], [[0, 0], [2, 2], [4, 4]], [[np.nan, 0], [9, 0], [0, 9]]])
    found = rasterise(points.astype(np.float32), np.zeros((3, 3), dtype=np.float32), 8, 8)
    assert (found.triangle == NOTHING).all()


def test_holes_let_through_what_is_behind() -> None:
    square = np.array([[[0, 0], [8, 0], [0, 8]], [[8, 0], [8, 8], [0, 8]]] * 2, dtype=np.float32)
    depth = np.repeat(np.array([[1, 1, 1], [1, 1, 1], [2, 2, 2], [2, 2, 2]], dtype=np.float32), 1, axis=0)
    found = rasterise(square, depth, 8, 8, lambda numbers, weights: numbers >= 2)
    assert (found.triangle >= 2).all()
