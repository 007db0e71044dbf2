"""Control messages: what goes in comes out, and nothing else comes in."""

from __future__ import annotations

import math
from dataclasses import fields

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.codec import decode_client, decode_server, encode
from yuanzhan.protocol.messages.directions import (
    CLIENT_MESSAGES,
    SERVER_MESSAGES,
    ClientMessage,
    ServerMessage,
)
from yuanzhan.protocol.messages.joining import Bye, Closing, FreshToken, Go, Hello, Profile
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, People, Person, Population, Said, Who
from yuanzhan.protocol.messages.positions import Correct, Seated, Sit

ids = st.integers(0, 0xFFFFFF)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
finite = st.floats(allow_nan=False, allow_infinity=False)
client_messages = st.one_of(
    st.builds(
        Hello,
        hall=texts,
        name=texts,
        look=st.integers(0, 0xFFFFFFFF),
        lang=st.sampled_from(["zh-CN", "en"]),
        at=st.none() | texts,
        token=st.none() | texts,
        bot=st.booleans(),
    ),
    st.builds(Profile, name=texts, look=st.integers(0, 0xFFFFFFFF)),
    st.builds(Go, hall=texts, at=st.none() | texts),
    st.builds(Who, ids=st.lists(ids, max_size=64).map(tuple)),
    st.builds(Chat, text=texts),
    st.builds(Sit, seat=st.none() | texts),
    st.just(Bye()),
)
persons = st.builds(Person, id=ids, name=texts, badge=st.sampled_from(["", "staff", "speaker", "bot"]))
server_messages = st.one_of(
    st.builds(FreshToken, token=texts),
    st.builds(People, people=st.lists(persons, max_size=5).map(tuple)),
    st.builds(Said, id=ids, name=texts, text=texts),
    st.builds(Population, here=st.integers(0, 65_535), halls=st.dictionaries(texts, st.integers(0, 9999))),
    st.builds(Seated, seat=st.none() | texts, x=finite, y=finite, z=finite, yaw=finite),
    st.builds(
        Correct, x=finite, y=finite, z=finite, yaw=finite, reason=st.sampled_from(["outside", "moved"])
    ),
    st.builds(
        Notice, code=texts, params=st.dictionaries(texts, texts | st.integers(0, 9) | finite, max_size=3)
    ),
    st.builds(Closing, code=st.integers(1000, 4999), reason=texts, retry_s=st.none() | finite),
)


@given(client_messages)
def test_what_a_visitor_says_is_understood(message: ClientMessage) -> None:
    assert decode_client(encode(message)) == message


@given(server_messages)
def test_what_the_server_says_is_understood(message: ServerMessage) -> None:
    assert decode_server(encode(message)) == message


def control(plain: object) -> bytes:
    packed: bytes = msgpack.packb(plain)
    return b"\x01" + packed


HELLO = {"t": "hello", "hall": "a", "name": "b", "look": 0, "lang": "en"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x01", "not msgpack"),
        (b"\x01\xc1", "not msgpack"),
        (b"\x01" + b"\x91" * 3000, "not msgpack"),
        (control([1, 2]), "not a map"),
        (control({}), "t: expected a string"),
        (control({"t": 3}), "t: expected a string"),
        (control({"t": "hello"}), "hello.hall: missing"),
        (control(HELLO | {"look": "red"}), "hello.look: expected an integer"),
        (control(HELLO | {"look": True}), "hello.look: expected an integer"),
        (control(HELLO | {"look": -1}), "hello.look: expected 0 to 4294967295"),
        (control(HELLO | {"look": 1 << 32}), "hello.look: expected 0 to 4294967295"),
        (control(HELLO | {"name": None}), "hello.name: expected a string"),
        (control(HELLO | {"lang": "de"}), "hello.lang: expected one of 'zh-CN', 'en'"),
        (control(HELLO | {"hall": "x" * 65}), "hello.hall: longer than 64"),
        (control(HELLO | {"token": 5}), "hello.token: expected a string"),
        (control(HELLO | {"bot": 1}), "hello.bot: expected true or false"),
        (control({"t": "who", "ids": 7}), "who.ids: expected a list"),
        (control({"t": "who", "ids": list(range(65))}), "who.ids: longer than 64"),
        (control({"t": "who", "ids": [1, "2"]}), "who.ids[1]: expected an integer"),
        (control({"t": "who", "ids": [1 << 24]}), "who.ids[0]: expected 0 to 16777215"),
        (control({"t": "chat", "text": b"\xff"}), "not msgpack"),
        (b"\x01\x82\xa1t\xa4chat\xa4text\xa2\xff\xff", "not msgpack"),
        (control({"t": "chat", "text": msgpack.ExtType(5, b"12")}), "not msgpack"),
        (b"\x01\x81\x01\x02", "not msgpack"),
        (control({"t": "bye"}) + b"\x00", "not msgpack"),
    ],
)
def test_what_is_no_message_is_refused_with_the_place_of_the_fault(data: bytes, said: str) -> None:
    with pytest.raises(ConnectionRefused) as refusal:
        decode_client(data)
    assert refusal.value.close_code == 4400
    assert said in str(refusal.value.params["detail"])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_from_the_server_are_finite(number: float) -> None:
    plain = {"t": "correct", "x": number, "y": 0.0, "z": 0.0, "yaw": 0.0, "reason": "outside"}
    with pytest.raises(ConnectionRefused):
        decode_server(control(plain))


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_ignored(data: bytes) -> None:
    outcome: object
    try:
        outcome = decode_client(b"\x01" + data)
    except ConnectionRefused as refused:
        outcome = refused.close_code
    assert outcome in (None, 4400) or isinstance(outcome, CLIENT_MESSAGES)


@given(client_messages, st.data())
def test_a_cut_message_is_refused(message: ClientMessage, data: st.DataObject) -> None:
    whole = encode(message)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(ConnectionRefused):
        decode_client(whole[:cut])


def test_unknown_messages_and_fields_are_ignored() -> None:
    assert decode_client(control({"t": "dance", "steps": [1, 2]})) is None
    assert decode_client(control({"t": "bye", "why": "late"})) == Bye()


def test_more_than_a_message_may_be_is_refused_before_it_is_read() -> None:
    with pytest.raises(ConnectionRefused) as refusal:
        decode_client(control({"t": "chat", "text": "x" * 5000}))
    assert refusal.value.close_code == 1009


def test_each_message_has_its_own_name_and_every_field_a_type() -> None:
    kinds = [*CLIENT_MESSAGES, *SERVER_MESSAGES]
    assert len({kind.t for kind in kinds}) == len(kinds)
    assert all(spec.type for kind in kinds for spec in fields(kind))
