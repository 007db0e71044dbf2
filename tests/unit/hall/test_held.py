"""Visitors who are hidden or made to stand still, and everybody as dots."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.floors import flat_floor
from yuanzhan.client import pose_bytes
from yuanzhan.crowd_view import CrowdView
from yuanzhan.hall.dots import encode_dots
from yuanzhan.hall.hall import Hall, Placement
from yuanzhan.protocol.frames import NO_MASK, server_frame
from yuanzhan.protocol.poses import DOT, DOTS_HEADER, Action, DotFlag
from yuanzhan.protocol.sections import read_frame

MIDDLE = Placement(0.0, 0.0, 0.0, 0.0)


def hall_of(count: int) -> tuple[Hall, list[int]]:
    hall = Hall(50, flat_floor())
    slots = [hall.join(0, MIDDLE, 0.0) for _ in range(count)]
    for slot in slots:
        hall.watch(slot, True)
    hall.tick(0.1)
    return hall, slots


def seen_by(hall: Hall, slot: int, view: CrowdView, now_s: float) -> None:
    """What one visitor is told at this tick goes into their view."""
    for delivery in hall.tick(now_s).deliveries:
        if slot in delivery.slots:
            view.apply(read_frame(delivery.frame[len(delivery.frame) - payload(delivery.frame) :]))


def payload(frame: bytes) -> int:
    short = frame[1] & 0x7F
    return int.from_bytes(frame[2:4], "big") if short == 126 else short


def view_of(hall: Hall) -> CrowdView:
    return CrowdView(hall.crowd.slots_count, hall.grid.cell_m, hall.grid.origin_x, hall.grid.origin_z, 0.0)


def test_who_is_hidden_is_gone_for_others_and_comes_back_with_its_look() -> None:
    hall, (one, other) = hall_of(2)
    view = view_of(hall)
    hall.owe_full(other)
    seen_by(hall, other, view, 0.2)
    assert view.present[one]
    hall.hide(one, True, 0.2)
    seen_by(hall, other, view, 0.3)
    assert not view.present[one]
    hall.put(one, NO_MASK + pose_bytes(1, 0.3, 0, 0, 0))
    hall.set_look(one, 5)
    hall.owe_full(other)
    seen_by(hall, other, view, 0.4)
    assert not view.present[one]
    hall.hide(one, False, 0.5)
    seen_by(hall, other, view, 0.6)
    assert view.present[one]
    assert view.look[one] == 5
    assert view.x[one] == pytest.approx(0.3, abs=0.01)


def test_who_leaves_while_hidden_is_told_to_nobody() -> None:
    hall, (one, _) = hall_of(2)
    hall.hide(one, True, 0.2)
    hall.tick(0.3)
    hall.leave(one, 0.4)
    assert hall.tick(0.5).deliveries == []
    assert not hall.crowd.present[one]


def test_a_slot_is_given_again_unhidden_and_free() -> None:
    hall, (one, _) = hall_of(2)
    hall.hide(one, True, 0.2)
    hall.freeze(one, True, 0.2)
    hall.leave(one, 0.3)
    for _ in range(hall.crowd.slots_count):
        slot = hall.join(0, MIDDLE, 10.0)
        assert not hall.crowd.hidden[slot]
        assert not hall.crowd.frozen[slot]
        hall.leave(slot, 0.0)


def test_who_is_frozen_stays_and_may_still_look_around() -> None:
    hall, (one, _) = hall_of(2)
    hall.put(one, NO_MASK + pose_bytes(1, 0.2, 0, 0, 0, vx=1.0, action=Action.WALK))
    hall.tick(0.2)
    hall.freeze(one, True, 0.3)
    hall.put(one, NO_MASK + pose_bytes(2, 5.0, 0, 3.0, 1.0, vx=1.0, action=Action.WALK, head_yaw=0.5))
    result = hall.tick(0.4)
    crowd = hall.crowd
    assert result.corrections == []
    assert (crowd.x[one], crowd.z[one], crowd.vx[one]) == (pytest.approx(0.2), 0.0, 0.0)
    assert crowd.action[one] == Action.STAND
    assert crowd.yaw[one] == 1.0
    assert crowd.head_yaw[one] > 0
    hall.freeze(one, False, 0.5)
    hall.put(one, NO_MASK + pose_bytes(3, 0.5, 0, 0, 0))
    hall.tick(0.6)
    assert crowd.x[one] == pytest.approx(0.5)


def test_dots_are_everybody_where_they_are_with_what_holds_for_them() -> None:
    hall, slots = hall_of(4)
    places = [(-20.0, -12.0), (0.0, 0.0), (19.9, 11.9), (7.25, -3.5)]
    for slot, (x, z) in zip(slots, places, strict=True):
        hall.place(slot, Placement(x, 0.0, z, 0.0), 1.0)
    hall.hide(slots[0], True, 1.0)
    hall.freeze(slots[1], True, 1.0)
    hall.crowd.marks[slots[2]] = DotFlag.MUTED | DotFlag.BOT
    hall.leave(slots[3], 1.0)
    message = encode_dots(hall.crowd, hall.floor, 77, 1.0)
    header = np.frombuffer(message, DOTS_HEADER, 1)[0]
    dots = np.frombuffer(message, DOT, offset=DOTS_HEADER.itemsize)
    assert (header["kind"], header["count"], header["tick"]) == (0x21, 3, 77)
    assert dots["slot"].tolist() == slots[:3]
    assert dots["flags"].tolist() == [DotFlag.HIDDEN, DotFlag.FROZEN, DotFlag.MUTED | DotFlag.BOT]
    found = np.stack(
        [
            dots["x"] / 65536 * hall.floor.width_m + hall.floor.origin_x,
            dots["z"] / 65536 * hall.floor.depth_m + hall.floor.origin_z,
        ],
        axis=1,
    )
    assert np.abs(found - np.array(places[:3])).max() < 0.001


def test_dots_of_an_empty_hall_are_a_header() -> None:
    hall = Hall(10, flat_floor())
    assert len(encode_dots(hall.crowd, hall.floor, 1, 0.0)) == DOTS_HEADER.itemsize
    assert len(server_frame(encode_dots(hall.crowd, hall.floor, 1, 0.0))) > 0
