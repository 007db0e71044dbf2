"""How often a password may be tried."""

from __future__ import annotations

import pytest

from yuanzhan.accounts.tries import ADDRESS, FULL_AFTER_S, KEYS_MAX_COUNT, LOGIN, PAIR, Tries
from yuanzhan.errors.sign_in import TooManyTries


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tries(clock: Clock) -> Tries:
    return Tries(clock)


def until_refused(tries: Tries, logins: list[str], addresses: list[str]) -> int:
    """How many failures in turn are let through."""
    for count in range(10_000):
        try:
            tries.begin(logins[count % len(logins)], addresses[count % len(addresses)])
        except TooManyTries:
            return count
    raise AssertionError("never refused")


def test_one_address_may_fail_for_one_login_a_few_times(tries: Tries) -> None:
    assert until_refused(tries, ["mei"], ["a"]) == PAIR.burst


def test_many_addresses_may_fail_for_one_login_more_often(tries: Tries) -> None:
    assert until_refused(tries, ["mei"], [f"address {n}" for n in range(1000)]) == LOGIN.burst


def test_one_address_may_fail_for_many_logins(tries: Tries) -> None:
    assert until_refused(tries, [f"login {n}" for n in range(1000)], ["a"]) == ADDRESS.burst


def test_who_knows_the_password_is_never_kept_out(tries: Tries) -> None:
    for _ in range(1000):
        tries.begin("mei", "a")
        tries.forgive("mei", "a")


def test_a_failure_is_forgotten_with_time_and_the_wait_is_told(tries: Tries, clock: Clock) -> None:
    until_refused(tries, ["mei"], ["a"])
    with pytest.raises(TooManyTries) as refused:
        tries.begin("mei", "a")
    clock.now_s += float(refused.value.params["seconds"]) - 1.5
    with pytest.raises(TooManyTries):
        tries.begin("mei", "a")
    clock.now_s += 1.5
    tries.begin("mei", "a")


def test_another_person_at_the_same_address_is_not_concerned(tries: Tries) -> None:
    until_refused(tries, ["mei"], ["a"])
    tries.begin("lan", "a")
    tries.begin("mei", "b")


def test_what_is_remembered_is_bounded(tries: Tries) -> None:
    for number in range(KEYS_MAX_COUNT):
        tries.begin(f"login {number}", f"address {number}")
    assert len(tries._filled) == KEYS_MAX_COUNT


def test_logins_and_addresses_are_forgotten_once_their_failures_do_not_count(
    tries: Tries, clock: Clock
) -> None:
    until_refused(tries, ["mei"], ["a"])
    clock.now_s += FULL_AFTER_S
    tries.begin("lan", "b")
    tries.forget()
    assert len(tries) == 6
    clock.now_s += 1.0
    tries.forget()
    assert len(tries) == 3, "whoever failed lately is remembered"
