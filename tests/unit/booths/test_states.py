"""The table of a version's states."""

from __future__ import annotations

import itertools

import pytest

from yuanzhan.booths.states import FINAL, SUBMITTED_ANEW, TRANSITIONS, Act, State, after


def test_what_the_table_does_not_say_cannot_be_done() -> None:
    for state, act in itertools.product(State, Act):
        assert after(state, act) == TRANSITIONS.get((state, act))


def test_every_state_can_be_reached_from_received() -> None:
    reached = {State.RECEIVED}
    while True:
        more = reached | {to for (state, _), to in TRANSITIONS.items() if state in reached}
        if more == reached:
            break
        reached = more
    assert reached == set(State)


def test_the_final_states_are_those_that_nothing_leads_out_of() -> None:
    assert {state for state in State if not any(after(state, act) for act in Act)} == FINAL


def test_only_what_an_operator_approved_gets_published() -> None:
    """Every way from `received` to `published` goes through `approve`."""

    def reach(without: Act) -> set[State]:
        reached = {State.RECEIVED}
        while True:
            more = reached | {
                to for (state, act), to in TRANSITIONS.items() if state in reached and act is not without
            }
            if more == reached:
                return reached
            reached = more

    assert State.PUBLISHED in reach(Act.SUPERSEDE)
    for needed in (Act.CHECK, Act.ACCEPT, Act.SUBMIT, Act.APPROVE, Act.PUBLISH):
        assert State.PUBLISHED not in reach(needed)


def test_nothing_that_was_published_is_ever_submitted_as_it_is() -> None:
    for state in SUBMITTED_ANEW:
        assert after(state, Act.SUBMIT) is None


def test_a_check_that_was_interrupted_begins_anew() -> None:
    assert after(State.CHECKING, Act.CHECK) is State.CHECKING


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_is_over_stays_over(state: State) -> None:
    assert all(after(state, act) is None for act in Act)
