"""Reading a server's frames from reads that end anywhere."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from bench.peers.wire import FrameReader, Opcode, http_answer_end, json_of

BIG_BYTES = 200


def server_frame(opcode: int, payload: bytes) -> bytes:
    """RFC 6455 section 5.2, unmasked."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65_536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


messages = st.lists(
    st.tuples(
        st.sampled_from([Opcode.TEXT, Opcode.BINARY, Opcode.PING]),
        st.sampled_from([0, 1, 125, 126, 300, 70_000]).map(lambda size: b"x" * size),
    ).filter(lambda message: message[0] is not Opcode.PING or len(message[1]) < 126),
    max_size=6,
)


@given(messages, st.lists(st.integers(1, 80_000), max_size=12), st.sampled_from([0, 1, BIG_BYTES, math.inf]))
def test_kept_frames_come_whole_and_in_order_however_the_stream_is_cut(
    sent: list[tuple[Opcode, bytes]], cuts: list[int], keeps_bytes: float
) -> None:
    stream = b"".join(server_frame(*message) for message in sent)
    reader = FrameReader(keeps_bytes)
    heard: list[tuple[int, bytes]] = []
    for size in [*cuts, len(stream)]:
        part, stream = stream[:size], stream[size:]
        if part:
            heard += reader.feed(memoryview(part))
    wanted = [(opcode, data) for opcode, data in sent if len(data) <= keeps_bytes or opcode is Opcode.PING]
    assert heard == wanted


def test_one_byte_at_a_time_is_enough() -> None:
    stream = server_frame(Opcode.BINARY, b"y" * 300) + server_frame(Opcode.PING, b"here?")
    reader = FrameReader(keeps_bytes=0)
    heard = [message for byte in stream for message in reader.feed(memoryview(bytes([byte])))]
    assert heard == [(Opcode.PING, b"here?")]


def test_an_http_answer_ends_where_its_length_says() -> None:
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a": 12}'
    assert http_answer_end(answer[:-1]) is None
    assert http_answer_end(answer + b"\x82\x00") == len(answer)
    assert json_of(answer) == {"a": 12}


def test_a_chunked_http_answer_ends_with_its_last_chunk() -> None:
    answer = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"a": 12}\r\n0\r\n\r\n'
    assert http_answer_end(answer[:-1]) is None
    assert http_answer_end(answer + b"\x82\x00") == len(answer)
    assert json_of(answer) == {"a": 12}
