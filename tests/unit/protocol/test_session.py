"""The states of a connection: every message in every state, and the limits."""

from __future__ import annotations

import pytest

from yuanzhan.client import pose_bytes
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.limits import HELLO_DEADLINE_S
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.joining import Bye, Go, Hello, Profile
from yuanzhan.protocol.messages.people import Chat, Said, Who
from yuanzhan.protocol.messages.positions import Sit
from yuanzhan.protocol.session import (
    CONTROL_BURST,
    CONTROL_RATE_HZ,
    POSE_BURST,
    POSE_RATE_HZ,
    UNKNOWN_MAX_COUNT,
    Allowance,
    Session,
    State,
)

HELLO = Hello("lobby", "a", 0, "en")
OTHERS = (Profile("a", 0), Go("lobby"), Who((1,)), Chat("x"), Sit(None), Bye())
POSE = pose_bytes(1, 0, 0, 0, 0)


def session_in(state: State) -> Session:
    session = Session(0.0)
    session.state = state
    return session


def refused(session: Session, message: bytes, now_s: float = 0.0) -> str:
    with pytest.raises(ConnectionRefused) as refusal:
        session.read(message, now_s)
    return refusal.value.reason


def test_before_hello_nothing_else_is_allowed() -> None:
    session = session_in(State.AWAITING_HELLO)
    for message in OTHERS:
        assert refused(session, encode(message)) == "unexpected"
    assert refused(session, POSE) == "unexpected"
    assert session.read(encode(HELLO), 0.0) == HELLO


@pytest.mark.parametrize("message", OTHERS, ids=lambda message: message.t)
def test_in_a_hall_everything_but_hello_is_allowed(message: ClientMessage) -> None:
    session = session_in(State.IN_HALL)
    assert session.read(encode(message), 0.0) == message
    assert session.read(POSE, 0.0) == NO_MASK + POSE
    assert refused(session, encode(HELLO)) == "unexpected"


def test_while_closing_everything_is_dropped() -> None:
    session = session_in(State.CLOSING)
    for message in (encode(HELLO), POSE, b"", b"\xff", b"\x01\xc1"):
        assert session.read(message, 0.0) is None


def test_unknown_kinds_and_messages_are_ignored_but_not_without_end() -> None:
    session = session_in(State.IN_HALL)
    for tick in range(UNKNOWN_MAX_COUNT - 1):
        assert session.read(b"\x77later", float(tick)) is None
    assert session.read(encode(Said(1, "a", "b")), 0.0) is None
    assert refused(session, b"\x77", 0.0) == "too_many"


def test_an_empty_message_is_malformed() -> None:
    assert refused(session_in(State.IN_HALL), b"") == "malformed"


def test_a_hello_is_waited_for_until_its_deadline() -> None:
    session = Session(10.0)
    session.check_deadline(10.0 + HELLO_DEADLINE_S)
    with pytest.raises(ConnectionRefused, match="no_hello"):
        session.check_deadline(10.1 + HELLO_DEADLINE_S)
    session.state = State.IN_HALL
    session.check_deadline(1000.0)


def test_far_too_many_control_messages_end_it() -> None:
    session = session_in(State.IN_HALL)
    for _ in range(int(CONTROL_BURST)):
        session.read(encode(Chat("x")), 0.0)
    assert refused(session, encode(Chat("x"))) == "too_many"
    assert session.read(encode(Chat("x")), 1.0) == Chat("x")


def test_far_too_many_poses_end_it() -> None:
    session = session_in(State.IN_HALL)
    session.count_poses(int(POSE_BURST), 0.0)
    with pytest.raises(ConnectionRefused, match="too_many"):
        session.count_poses(1, 0.0)
    session.count_poses(int(POSE_RATE_HZ), 1.0)


def test_an_allowance_is_not_fooled_by_a_clock_that_goes_back() -> None:
    allowance = Allowance(CONTROL_RATE_HZ, 2.0, 100.0)
    assert allowance.take(2.0, 100.0)
    assert not allowance.take(1.0, 50.0)
    assert not allowance.take(1.0, 100.0)
    assert allowance.take(1.0, 100.1)
