"""Different visitors counted from registers, against a set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.hall.sketch import RANK_BITS, REGISTERS_COUNT, add, empty, estimate

numbers = st.lists(st.integers(0, 2**64 - 1), max_size=200)


def numbers_of(seed: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.random.default_rng(seed).integers(0, 2**64, count, np.uint64)


@given(numbers)
def test_each_register_holds_the_highest_rank_of_its_numbers(given_numbers: list[int]) -> None:
    registers = empty()
    add(registers, np.array(given_numbers, np.uint64))
    expected = [0] * REGISTERS_COUNT
    for number in given_numbers:
        rest = number >> 11
        rank = RANK_BITS - rest.bit_length() + 1
        expected[number % REGISTERS_COUNT] = max(expected[number % REGISTERS_COUNT], rank)
    assert registers.tolist() == expected


@given(numbers, numbers)
def test_two_together_are_the_greater_of_both_and_order_and_repetition_do_not_matter(
    ones: list[int], others: list[int]
) -> None:
    one, other, both = empty(), empty(), empty()
    add(one, np.array(ones, np.uint64))
    add(other, np.array(others, np.uint64))
    add(both, np.array(others + ones + ones, np.uint64))
    assert np.array_equal(np.maximum(one, other), both)


@pytest.mark.parametrize(("count", "off"), [(0, 0.0), (1, 0.0), (10, 0.0), (50, 0.04), (1000, 0.06)])
@pytest.mark.parametrize("seed", range(5))
def test_few_are_counted_nearly_exactly(count: int, off: float, seed: int) -> None:
    registers = empty()
    add(registers, numbers_of(seed, count))
    assert abs(estimate(registers) - count) <= off * count + (1 if count > 1 else 0)


@pytest.mark.parametrize("count", [10_000, 300_000])
def test_many_are_counted_within_four_standard_errors(count: int) -> None:
    registers = empty()
    add(registers, numbers_of(7, count))
    assert abs(estimate(registers) / count - 1) < 4 * 1.04 / REGISTERS_COUNT**0.5
