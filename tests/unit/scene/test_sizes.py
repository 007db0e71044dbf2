"""Sizes as people read them."""

from __future__ import annotations

import pytest

from yuanzhan.scene.sizes import said_size


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 kB"),
        (1, "1 kB"),
        (499, "1 kB"),
        (48_640, "49 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (5_242_880, "5.2 MB"),
    ],
)
def test_kilobytes_and_megabytes_are_powers_of_ten_as_on_the_exhibitors_pages(size: int, said: str) -> None:
    assert said_size(size) == said
