"""Looks: eight choices in a u32."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.look import LOOK_FIELDS, Look, pack_look, unpack_look


@given(st.tuples(*(st.integers(0, spec.values_count - 1) for spec in LOOK_FIELDS)))
def test_choices_go_in_and_come_out(values: tuple[int, ...]) -> None:
    assert unpack_look(pack_look(Look(*values))) == values


@given(st.integers(0, 0xFFFFFFFF))
def test_a_number_is_a_look_or_refused(packed: int) -> None:
    possible = packed < 1 << 24 and all(
        packed >> spec.shift & (1 << spec.bits) - 1 < spec.values_count for spec in LOOK_FIELDS
    )
    if possible:
        assert pack_look(unpack_look(packed)) == packed
    else:
        with pytest.raises(ConnectionRefused, match="bad_look"):
            unpack_look(packed)


@pytest.mark.parametrize("spec", LOOK_FIELDS, ids=lambda spec: spec.name)
def test_a_choice_beyond_its_count_is_refused(spec: tuple[str, int, int, int]) -> None:
    name, shift, bits, values_count = spec
    assert unpack_look(values_count - 1 << shift)._asdict()[name] == values_count - 1
    if values_count < 1 << bits:
        with pytest.raises(ConnectionRefused):
            unpack_look(values_count << shift)
    with pytest.raises(ValueError, match=name):
        pack_look(Look()._replace(**{name: values_count}))


def test_fields_stand_side_by_side() -> None:
    for former, later in itertools.pairwise(LOOK_FIELDS):
        assert former.shift + former.bits == later.shift
