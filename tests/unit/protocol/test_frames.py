"""Frames without a socket: the fast path, the library behind it, and the border between them."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from yuanzhan.client import pose_bytes
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.frames import (
    FRAGMENTS_MAX_COUNT,
    READ_FRAMES_MAX_COUNT,
    FrameReader,
    is_pose_frame,
    pose_of_message,
    server_frame,
)
from yuanzhan.protocol.limits import MESSAGE_MAX_BYTES
from yuanzhan.protocol.poses import POSE_XR, PoseFlag


def masked(payload: bytes, opcode: Opcode = Opcode.BINARY, *, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin).serialize(mask=True)


def xr_pose() -> bytes:
    pose = np.zeros(1, POSE_XR)
    pose["kind"], pose["flags"], pose["x"] = 0x10, PoseFlag.XR, 3.0
    return pose.tobytes()


POSE = pose_bytes(7, 1.0, 2.0, 3.0, 0.5)


def unmask(kept: bytes) -> bytes:
    mask, body = kept[:4], kept[4:]
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))


@pytest.mark.parametrize("pose", [POSE, xr_pose()], ids=["plain", "xr"])
def test_a_pose_frame_is_known_by_its_bytes(pose: bytes) -> None:
    for _ in range(50):  # the mask is random
        data = masked(pose)
        assert is_pose_frame(data)
        assert unmask(data[2:]) == pose


@pytest.mark.parametrize(
    "data",
    [
        masked(POSE)[:-1],
        masked(POSE) + b"\x82",
        masked(POSE, Opcode.TEXT),
        masked(POSE, fin=False),
        masked(b"\x01" + POSE[1:]),
        masked(POSE[:1] + bytes([PoseFlag.XR]) + POSE[2:]),
        masked(xr_pose()[:1] + b"\0" + xr_pose()[2:]),
        masked(POSE + b"\0"),
        server_frame(POSE) + bytes(4),
        b"",
        b"\x82",
    ],
    ids=[
        "a byte short",
        "another frame begins",
        "text",
        "a fragment",
        "a control message",
        "XR is said and missing",
        "XR comes unsaid",
        "a byte long",
        "not masked",
        "nothing",
        "half a header",
    ],
)
def test_what_is_not_exactly_one_pose_goes_the_slow_way(data: bytes) -> None:
    assert not is_pose_frame(data)


@given(st.lists(st.binary(max_size=400), max_size=6), st.randoms(use_true_random=False))
def test_messages_arrive_whole_however_the_stream_is_cut(messages: list[bytes], random: object) -> None:
    stream = b"".join(masked(message) for message in messages)
    reader = FrameReader()
    got: list[bytes] = []
    offset = 0
    while offset < len(stream):
        size = random.randint(1, 50)  # type: ignore[attr-defined]
        got += reader.receive(stream[offset : offset + size])
        offset += size
    assert got == messages
    assert reader.at_boundary


def test_between_header_and_body_is_no_boundary() -> None:
    reader = FrameReader()
    data = masked(POSE)
    for cut in range(1, len(data)):
        assert list(reader.receive(data[cut - 1 : cut])) == []
        assert not reader.at_boundary
    assert list(reader.receive(data[-1:])) == [POSE]
    assert reader.at_boundary


def test_between_fragments_is_no_boundary_and_control_frames_may_come_between() -> None:
    reader = FrameReader()
    assert list(reader.receive(masked(b"ab", fin=False))) == []
    assert not reader.at_boundary
    assert list(reader.receive(masked(b"ping", Opcode.PING))) == []
    assert reader.take_pong() == Frame(Opcode.PONG, b"ping").serialize(mask=False)
    assert not reader.at_boundary
    assert list(reader.receive(masked(b"cd", Opcode.CONT))) == [b"abcd"]
    assert reader.at_boundary


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (masked(b"hello", Opcode.TEXT), "binary_only"),
        (masked(bytes(MESSAGE_MAX_BYTES + 1)), "too_big"),
        (b"\x82\xff" + (1 << 62).to_bytes(8, "big") + bytes(4), "too_big"),
        (masked(bytes(3000), fin=False) + masked(bytes(3000), Opcode.CONT), "too_big"),
        (server_frame(b"unmasked"), "bad_framing"),
        (b"\xf2\x80" + bytes(4), "bad_framing"),
        (b"\x83\x80" + bytes(4), "bad_framing"),
        (masked(b"", Opcode.CONT), "bad_framing"),
        (masked(b"a", fin=False) + masked(b"", Opcode.CONT, fin=False) * FRAGMENTS_MAX_COUNT, "bad_framing"),
        (masked(b"", Opcode.PING) * (READ_FRAMES_MAX_COUNT + 1), "too_many"),
    ],
    ids=[
        "text",
        "large",
        "says it is huge",
        "large in fragments",
        "not masked",
        "reserved bits",
        "unknown opcode",
        "nothing to continue",
        "fragments without end",
        "pings without end",
    ],
)
def test_what_is_not_allowed_ends_with_its_reason(data: bytes, reason: str) -> None:
    reader = FrameReader()
    with pytest.raises(ConnectionRefused) as refusal:
        list(reader.receive(data))
    assert refusal.value.reason == reason


def test_a_frame_too_big_is_refused_by_its_header_alone() -> None:
    with pytest.raises(ConnectionRefused) as refusal:
        list(FrameReader().receive(masked(bytes(5000))[:8]))
    assert refusal.value.reason == "too_big"


def test_a_message_may_come_in_some_fragments_and_a_read_bring_many_frames() -> None:
    fragments = (
        masked(b"a", fin=False)
        + masked(b"b", Opcode.CONT, fin=False) * (FRAGMENTS_MAX_COUNT - 2)
        + masked(b"c", Opcode.CONT)
    )
    assert list(FrameReader().receive(fragments)) == [b"a" + b"b" * (FRAGMENTS_MAX_COUNT - 2) + b"c"]
    assert len(list(FrameReader().receive(masked(b"m") * READ_FRAMES_MAX_COUNT))) == READ_FRAMES_MAX_COUNT


def test_only_the_newest_of_many_pings_is_answered_and_once() -> None:
    reader = FrameReader()
    for number in range(100):
        list(reader.receive(masked(b"%d" % number, Opcode.PING)))
    assert reader.data_to_send() == b""
    assert reader.take_pong() == Frame(Opcode.PONG, b"99").serialize(mask=False)
    assert reader.take_pong() == b""


def test_no_pong_follows_our_close_frame() -> None:
    reader = FrameReader()
    list(reader.receive(masked(b"before", Opcode.PING)))
    reader.close("malformed")
    list(reader.receive(masked(b"after", Opcode.PING)))
    assert reader.take_pong() == b""
    assert reader.data_to_send().startswith(b"\x88")


def kept_bytes(reader: FrameReader) -> int:
    return len(reader._pending)


@pytest.mark.parametrize(
    "first",
    [masked(b"text", Opcode.TEXT), server_frame(b"unmasked"), masked(b"\x03\xe8", Opcode.CLOSE)],
    ids=["text", "not masked", "close"],
)
def test_after_a_refusal_or_a_close_frame_nothing_is_kept(first: bytes) -> None:
    reader = FrameReader()
    with suppress(ConnectionRefused):
        list(reader.receive(first + masked(POSE)))
    assert kept_bytes(reader) == 0
    for _ in range(10):
        assert list(reader.receive(masked(POSE) * 100)) == []
        assert kept_bytes(reader) == 0


def test_the_closing_handshake_is_answered_and_ends_the_reading() -> None:
    reader = FrameReader()
    list(reader.receive(masked(b"\x03\xe8", Opcode.CLOSE) + masked(POSE)))
    assert reader.finished
    assert reader.peer_close_code == 1000
    assert reader.data_to_send() == b"\x88\x02\x03\xe8"


def test_our_close_frame_carries_code_and_reason_once() -> None:
    reader = FrameReader()
    reader.close("too_slow")
    reader.close("malformed")
    assert reader.data_to_send() == b"\x88\x0a" + (4410).to_bytes(2, "big") + b"too_slow"
    assert reader.closed
    assert not reader.finished
    list(reader.receive(masked(b"\x11\x3a", Opcode.CLOSE)))
    assert reader.finished


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 200_000])
def test_server_frames_have_the_header_that_the_library_writes(size: int) -> None:
    payload = bytes(size)
    assert server_frame(payload) == Frame(Opcode.BINARY, payload).serialize(mask=False)


@pytest.mark.parametrize("message", [b"\x10", POSE[:-1], POSE + b"\0", xr_pose()[:32], POSE + bytes(32)])
def test_a_pose_of_a_wrong_size_is_malformed(message: bytes) -> None:
    with pytest.raises(ConnectionRefused) as refusal:
        pose_of_message(message)
    assert refusal.value.reason == "malformed"


@given(st.binary(max_size=200))
def test_random_bytes_never_break_the_reader(data: bytes) -> None:
    outcome = ""
    try:
        list(FrameReader().receive(data))
    except ConnectionRefused as refused:
        outcome = refused.reason
    assert outcome in ("", "binary_only", "too_big", "bad_framing")
