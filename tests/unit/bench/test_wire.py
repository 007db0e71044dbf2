"""Frames are counted and messages handed on however the stream is cut; poses are what a server takes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.bench.swarm import client_frame
from yuanzhan.bench.wire import FrameCounter, pose_frames
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import FrameReader, is_pose_frame, server_frame
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.messages.joining import Bye
from yuanzhan.protocol.messages.people import Said
from yuanzhan.protocol.poses import POSE

FRAME = bytes([Kind.FRAME])
payloads = st.one_of(
    st.binary(max_size=300).map(lambda data: FRAME + data),
    st.integers(60_000, 70_000).map(lambda size: FRAME + bytes(size)),
    st.text(max_size=200).map(lambda text: encode(Said(1, "a", text))),
)


@given(st.lists(payloads, max_size=12), st.lists(st.integers(1, 40_000), min_size=1, max_size=40))
def test_frames_are_counted_and_messages_handed_on_however_the_stream_is_cut(
    sent: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(server_frame(payload) for payload in sent)
    heard: list[bytes] = []
    counter = FrameCounter(heard.append)
    at = 0
    while at < len(stream):
        piece = stream[at : at + cuts[at % len(cuts)]]
        counter.read(memoryview(piece), len(piece))
        at += len(piece)
    assert counter.frames_count == sum(payload[:1] == FRAME for payload in sent)
    assert heard == [payload for payload in sent if payload[:1] != FRAME]


@given(st.lists(payloads, max_size=6), st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_who_keeps_all_is_handed_every_message_whole(sent: list[bytes], cuts: list[int]) -> None:
    small = [payload[:400] for payload in sent]
    stream = b"".join(server_frame(payload) for payload in small)
    heard: list[bytes] = []
    counter = FrameCounter(heard.append, keeps_all=True)
    at = 0
    while at < len(stream):
        piece = stream[at : at + cuts[at % len(cuts)]]
        counter.read(memoryview(piece), len(piece))
        at += len(piece)
    assert heard == small


def test_the_code_of_a_close_frame_is_kept() -> None:
    counter = FrameCounter(lambda payload: None)
    counter.read(memoryview(b"\x88\x02\x11\x3a"), 4)
    assert counter.close_code == 4410


def test_pose_frames_are_what_the_server_takes_for_one_pose() -> None:
    poses = np.zeros(50, POSE)
    poses["kind"] = Kind.POSE
    poses["x"] = np.arange(50)
    for frame, pose in zip(pose_frames(poses, np.random.default_rng(1)), poses, strict=True):
        assert is_pose_frame(frame.tobytes())
        assert list(FrameReader().receive(frame.tobytes())) == [pose.tobytes()]


def test_messages_of_any_length_are_read_by_the_server() -> None:
    for payload in (encode(Bye()), b"\x01" + bytes(3000)):
        assert list(FrameReader().receive(client_frame(payload))) == [payload]
