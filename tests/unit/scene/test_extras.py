"""What nodes mean, by extension and by extras."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.plain_hall import Glb, room_glb
from yuanzhan.scene.extras import Places, box_corners, read_places
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.reader import read_gltf

SAMPLES = Path(__file__).parents[4] / "shared" / "models" / "valid"


def places_of(*nodes: dict[str, Any], **document: Any) -> Places:
    glb = Glb()
    for node in nodes:
        glb.add_node(**node)
    glb.document |= document
    return read_places(read_gltf(glb.to_bytes()))


def test_the_plain_hall_has_one_of_everything() -> None:
    places = read_places(read_gltf(room_glb(("retail", "culture")).to_bytes()))
    assert [(s.id, s.position, s.yaw) for s in places.spawns] == [("gate", (0, 0, 8), 0)]
    assert [s.id for s in places.seats] == ["s01", "s02"]
    assert places.seats[0].position == pytest.approx((-6.5, 0.45, 3))
    assert places.seats[0].yaw == pytest.approx(-math.pi / 2)
    assert [(p.id, p.hall, p.radius_m) for p in places.portals] == [
        ("to-retail", "retail", 1.2),
        ("to-culture", "culture", 1.2),
    ]
    assert [(s.id, s.size_m, s.position) for s in places.slots] == [("a01", (4, 3, 3), (6, 0, -4))]
    assert [(p.id, p.size_m) for p in places.panels] == [("welcome", (1.2, 1.6))]
    assert [(c.id, c.radius_m) for c in places.checkins] == [("middle", 1.5)]
    assert places.screens == ("ink",)
    assert places.problems == ()


def test_ids_are_made_fit_for_urls_and_unique() -> None:
    spawn: dict[str, Any] = {"OMI_spawn_point": {}}
    names = ["Main Gate", "main gate", "", "正门", "a" * 90]
    ids = [s.id for s in places_of(*({"name": name, "extensions": spawn} for name in names)).spawns]
    assert ids == ["main-gate", "main-gate-2", "spawn-3", "spawn-4", "a" * 56]


def test_an_omi_seat_looks_from_back_to_knee() -> None:
    seat = {"back": [0, 0.33, -0.24], "foot": [0, -0.25, 0.3], "knee": [0, 0.33, 0.3]}
    (placed,) = places_of({"name": "chair", "translation": [1, 0, 1], "extensions": {"OMI_seat": seat}}).seats
    assert abs(placed.yaw) == pytest.approx(math.pi)
    assert placed.position == pytest.approx((1, 0.33, 1.03))


def test_an_omi_seat_without_points_looks_along_minus_z() -> None:
    (placed,) = places_of({"name": "chair", "extensions": {"OMI_seat": {}}}).seats
    assert (placed.position, placed.yaw) == ((0, 0, 0), 0)


def test_a_seat_by_extras_counts_once_beside_the_extension() -> None:
    extras = {"type": "seat", "id": "s9"}
    assert [s.id for s in places_of({"extras": extras}).seats] == ["s9"]
    assert len(places_of({"extras": extras, "extensions": {"OMI_seat": {}}}).seats) == 1


def test_an_omi_link_to_a_hall_is_a_portal_and_no_other_link_is() -> None:
    links = ["/halls/retail", "/halls/culture/stage?x", "https://example.org/halls/retail", "/exhibitor", 5]
    places = places_of(*({"extensions": {"OMI_link": {"uri": uri}}} for uri in links))
    assert [(p.id, p.hall) for p in places.portals] == [("to-retail", "retail"), ("to-culture", "culture")]
    assert len(places.problems) == 3


def test_a_physics_box_is_a_collider_of_its_size() -> None:
    shapes = {
        "OMI_physics_shape": {"shapes": [{"type": "box", "box": {"size": [2, 4, 6]}}, {"type": "sphere"}]}
    }
    body = {"OMI_physics_body": {"collider": {"shape": 0}}}
    (collider,) = places_of({"translation": [1, 2, 3], "extensions": body}, extensions=shapes).colliders
    corners = box_corners(collider)
    np.testing.assert_allclose([corners.min(axis=0), corners.max(axis=0)], [[0, 0, 0], [2, 4, 6]])


@pytest.mark.parametrize("shape", [1, 2, -1, "0", None])
def test_a_physics_shape_that_is_no_box_is_told_and_left_out(shape: object) -> None:
    shapes = {"OMI_physics_shape": {"shapes": [{"type": "box"}, {"type": "sphere"}]}}
    body = {"OMI_physics_body": {"collider": {"shape": shape}}}
    places = places_of({"name": "ball", "extensions": body}, extensions=shapes)
    assert places.colliders == ()
    assert places.problems == ("node ball: OMI_physics_body: only shapes of type box are read",)


def test_a_trigger_is_no_wall() -> None:
    body = {"OMI_physics_body": {"trigger": {"shape": 0}}}
    places = places_of({"extensions": body})
    assert (places.colliders, places.problems) == ((), ())


def test_an_audio_emitter_has_its_place_and_gain() -> None:
    audio = {"KHR_audio_emitter": {"emitters": [{"type": "positional", "gain": 0.5}]}}
    node = {"name": "brook", "translation": [1, 0, 2], "extensions": {"KHR_audio_emitter": {"emitter": 0}}}
    (sound,) = places_of(node, extensions=audio).sounds
    assert (sound.id, sound.position, sound.gain) == ("brook", (1, 0, 2), 0.5)
    assert places_of(node, extensions={"KHR_audio_emitter": {"emitters": []}}).problems


def test_a_check_in_may_bring_its_title() -> None:
    title = {"zh": "桥", "en": "Bridge"}
    (checkin,) = places_of({"extras": {"type": "checkin", "id": "bridge", "title": title}}).checkins
    assert checkin.title == Text("桥", "Bridge")
    assert checkin.radius_m == 1.5


@pytest.mark.parametrize(
    ("extras", "said"),
    [
        ({"type": "portal"}, "a portal needs 'hall'"),
        ({"type": "portal", "hall": "../x"}, "a portal needs 'hall'"),
        ({"type": "portal", "hall": "a", "radius_m": -1}, "'radius_m' must be a length"),
        ({"type": "checkin", "id": "a", "radius_m": "far"}, "'radius_m' must be a length"),
        ({"type": "slot", "id": "a", "size_m": [1, 2]}, "'size_m' must be 3 lengths"),
        ({"type": "panel", "id": "a", "size_m": [1, 0]}, "'size_m' must be 2 lengths"),
        ({"type": "teapot"}, "there is no type 'teapot'"),
        ({"type": 5}, "there is no type '5'"),
    ],
)
def test_wrong_extras_are_told_by_the_name_of_their_node(extras: dict[str, Any], said: str) -> None:
    (problem,) = places_of({"name": "thing", "extras": extras}).problems
    assert problem == f"node thing: {said}" or problem.startswith(f"node thing: {said}")


def test_the_sample_chair_of_the_seat_extension_faces_plus_z() -> None:
    path = SAMPLES / "simple_chair_pos_z.gltf"
    if not path.is_file():
        pytest.skip("the sample models are not beside this repository")
    (seat,) = read_places(read_gltf(path.read_bytes())).seats
    assert abs(seat.yaw) == pytest.approx(math.pi)


def test_the_sample_of_the_spawn_point_extension_has_spawn_points() -> None:
    path = SAMPLES / "spawn_point.gltf"
    if not path.is_file():
        pytest.skip("the sample models are not beside this repository")
    assert read_places(read_gltf(path.read_bytes())).spawns
