"""Passwords: what is taken, what is kept, and what a login that is not there costs."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.accounts.passwords import (
    HASHER,
    NOBODYS,
    PASSWORD_MAX_CHARS,
    PASSWORD_MIN_CHARS,
    WAITING_MAX,
    Passwords,
    check_password,
)
from yuanzhan.errors.accounts import PasswordWeak
from yuanzhan.errors.sign_in import TooManyTries


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    """With all of the work that other tests are spared."""
    return Passwords(PasswordHasher())


async def test_a_password_is_told_from_another(passwords: Passwords) -> None:
    kept = await passwords.hash("a tall plum tree")
    assert kept.startswith("$argon2id$")
    assert await passwords.matches(kept, "a tall plum tree")
    assert not await passwords.matches(kept, "a tall plum tree ")
    assert not await passwords.matches("not a hash at all", "a tall plum tree")


async def test_two_people_with_one_password_are_not_seen_to_have_it(passwords: Passwords) -> None:
    assert await passwords.hash("a tall plum tree") != await passwords.hash("a tall plum tree")


async def test_a_login_that_is_not_there_is_compared_as_well_and_never_matches(passwords: Passwords) -> None:
    nobodys = "nobody has this password, and nobody ever will"
    assert HASHER.verify(NOBODYS, nobodys)
    assert not await passwords.matches(None, nobodys)


async def test_comparing_with_nobodys_password_costs_what_any_other_does() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS)


async def test_one_password_typed_in_two_ways_is_the_same(passwords: Passwords) -> None:
    kept = await passwords.hash("café ﬁne ＡＢＣ 一二三")
    assert await passwords.matches(kept, "cafe\u0301 fine ABC 一二三")


async def test_beyond_a_queue_people_are_told_to_come_back() -> None:
    passwords = Passwords()
    passwords._waiting = WAITING_MAX
    with pytest.raises(TooManyTries):
        await passwords.matches(None, "x")


async def test_the_loop_goes_on_meanwhile(passwords: Passwords) -> None:
    hashing = asyncio.create_task(passwords.hash("a tall plum tree"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 2


@pytest.mark.parametrize(
    "password",
    ["a tall plum tree", "correct horse", "西湖边上第三棵柳树下见", "xK9#mQ2$vL", "x" * 5 + "abcdefgh"],
)
def test_long_passwords_are_taken(password: str) -> None:
    check_password(password, "mei")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "123456789",
        "1234567890",
        "11111111111111",
        "aabbaabbaabb",
        "Password123!",
        "qwertyuiop1",
        "meiling2026",
        "MeiLing!!!!!",
        "x" * (PASSWORD_MAX_CHARS + 1),
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak):
        check_password(password, "meiling@expo.example")


@given(st.text(max_size=300), st.text(min_size=3, max_size=20))
def test_any_text_is_taken_or_refused(password: str, login: str) -> None:
    try:
        check_password(password, login)
    except PasswordWeak:
        return
    assert PASSWORD_MIN_CHARS <= len(password) <= PASSWORD_MAX_CHARS
