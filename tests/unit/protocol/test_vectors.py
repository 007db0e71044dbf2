"""The golden vectors, and the Python side's decoders against them. The client's tests read the same file."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from tests.vectors import write
from yuanzhan.crowd_view import CrowdView
from yuanzhan.protocol.codec import decode_client, decode_server
from yuanzhan.protocol.poses import POSE, POSE_XR
from yuanzhan.protocol.sections import Frame, read_frame

VECTORS: dict[str, Any] = json.loads(write.PATH.read_text("utf-8"))


def test_the_file_says_what_the_code_says() -> None:
    assert write.PATH.read_text("utf-8") == write.text(), (
        "python -m tests.vectors.write, and read the difference"
    )


@pytest.mark.parametrize("entry", VECTORS["control_client"], ids=lambda entry: entry["message"]["t"])
def test_messages_of_visitors_decode(entry: dict[str, Any]) -> None:
    message = decode_client(bytes.fromhex(entry["hex"]))
    assert message is not None
    assert json.loads(json.dumps({"t": message.t, **asdict(message)})) == entry["message"]


@pytest.mark.parametrize("entry", VECTORS["control_server"], ids=lambda entry: entry["message"]["t"])
def test_messages_of_the_server_decode(entry: dict[str, Any]) -> None:
    message = decode_server(bytes.fromhex(entry["hex"]))
    assert message is not None
    assert json.loads(json.dumps({"t": message.t, **asdict(message)})) == entry["message"]


@pytest.mark.parametrize("entry", VECTORS["poses"], ids=["plain", "xr"])
def test_poses_decode(entry: dict[str, Any]) -> None:
    data = bytes.fromhex(entry["hex"])
    record = np.frombuffer(data, POSE if len(data) == POSE.itemsize else POSE_XR)[0]
    assert write.plain(record) == entry["fields"]


@pytest.mark.parametrize("entry", VECTORS["frames"], ids=["full", "small", "empty"])
def test_frames_decode_to_what_the_page_says(entry: dict[str, Any]) -> None:
    frame = read_frame(bytes.fromhex(entry["hex"]))
    assert (frame.tick, frame.full) == (entry["tick"], entry["full"])
    assert [
        (section.tier.name, section.cell_x, section.cell_z, len(section.records))
        for section in frame.sections
    ] == [(told["tier"], told["cell_x"], told["cell_z"], len(told["records"])) for told in entry["sections"]]
    for section, told in zip(frame.sections, entry["sections"], strict=True):
        view = CrowdView(65_536, **entry["grid"])
        view.apply(Frame(frame.tick, False, (section,)))
        for record in told["records"]:
            check_record(view, told["tier"], record)


def check_record(view: CrowdView, tier: str, record: dict[str, Any]) -> None:
    slot = record["slot"]
    if tier == "GONE":
        assert not view.present[slot]
        return
    assert view.present[slot]
    assert view.generation[slot] == record["generation"]
    for field in ("x", "y", "z", "yaw", "vx", "vz", "head_yaw", "head_pitch", "seq", "action", "look"):
        if record.get(field) is not None:
            assert getattr(view, field)[slot] == pytest.approx(record[field], abs=1e-9)
    if tier == "XR":
        assert write.plain(view.xr[slot]) == record["xr"]


@pytest.mark.parametrize("entry", VECTORS["frames"][:2], ids=["full", "small"])
def test_a_cut_frame_is_refused(entry: dict[str, Any]) -> None:
    data = bytes.fromhex(entry["hex"])
    for size in range(len(data)):
        with pytest.raises(Exception, match="malformed"):
            read_frame(data[:size])
