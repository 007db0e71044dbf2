"""Sky, baking and export of assets/kit: against values that can be worked out by hand."""

from __future__ import annotations

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kit import bake, build, export, mesh
from kit.hall import Hall
from kit.model import Lamp, Model
from kit.sky import Sky, look_up, radiance, sun_direction, table

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "vectors" / "sky.json"
EVEN = Sky(*[(0.5, 0.5, 0.5)] * 6, glow_strength=0.0, cloud=0.0)
"""The same radiance from everywhere."""
NO_SUN = bake.Sun(np.array([0, 1.0, 0]), np.zeros(3))


def floor(size_m: float = 20.0) -> bake.Surface:
    return bake.Surface(mesh.rectangle(size_m, size_m), np.array([0.5, 0.5, 0.5]), True)


def test_the_sky_has_the_golden_values_that_the_client_reads_too() -> None:
    golden = json.loads(GOLDEN.read_text())
    sky = Sky.from_toml(golden["sky"])
    sun = sun_direction(golden["sun"]["elevation_deg"], golden["sun"]["azimuth_deg"])
    found = radiance(sky, sun, np.array([case["direction"] for case in golden["cases"]]))
    np.testing.assert_allclose(found, [case["radiance"] for case in golden["cases"]], atol=1e-6)


def test_unknown_sky_keys_are_named() -> None:
    with pytest.raises(ValueError, match="zenit"):
        Sky.from_toml({"zenit": [0, 0, 1]})


def test_the_sun_stands_where_its_angles_say() -> None:
    np.testing.assert_allclose(sun_direction(0, 0), [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(sun_direction(0, 90), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(sun_direction(90, 37), [0, 1, 0], atol=1e-12)


def test_clouds_stay_between_nothing_and_all() -> None:
    cloudy = radiance(Sky(cloud=1.0), np.array([0, 1.0, 0]), _directions(500))
    assert np.isfinite(cloudy).all()
    assert (cloudy >= 0).all()


def test_looking_up_the_sky_map_is_close_to_the_formula() -> None:
    sky, sun = Sky(cloud=0.0), sun_direction(40, 200)
    directions = _directions(300)
    directions = directions[np.abs(directions[:, 1]) > 0.1]
    found = look_up(table(sky, sun), directions)
    np.testing.assert_allclose(found, radiance(sky, sun, directions), atol=0.1)


def test_open_ground_gets_all_of_an_even_sky_and_a_room_gets_none() -> None:
    roof = bake.Surface(mesh.box(20, 0.2, 20, 0, (0, 0.5, 0)), np.zeros(3), False)
    point, up = np.array([[0.0, 0, 0]]), np.array([[0, 1.0, 0]])
    opened, _ = bake.Baker([floor()], [], 1.0, EVEN, NO_SUN).light(point, up, 64)
    closed, _ = bake.Baker([floor(), roof], [], 1.0, EVEN, NO_SUN).light(point, up, 64)
    np.testing.assert_allclose(opened, 0.5, atol=1e-6)
    assert closed.max() < 0.05


def test_a_lamp_falls_off_with_the_square_and_is_stopped_by_a_wall() -> None:
    lamps = [Lamp((0, 2, 0), 1.0, (1, 1, 1))]
    black = Sky(*[(0.0, 0.0, 0.0)] * 6, glow_strength=0.0, cloud=0.0)
    ground = bake.Surface(mesh.rectangle(20, 20), np.zeros(3), False)
    screen = bake.Surface(mesh.box(2, 0.1, 2, 0, (0, 1, 0)), np.zeros(3), False)
    point, up = np.array([[0.0, 0, 0]]), np.array([[0, 1.0, 0]])
    lit, _ = bake.Baker([ground], lamps, 3.0, black, NO_SUN).light(point, up, 8)
    dark, _ = bake.Baker([ground, screen], lamps, 3.0, black, NO_SUN).light(point, up, 8)
    fade = (1 - (4 / bake.LAMP_REACH_M**2) ** 2) ** 2
    np.testing.assert_allclose(lit, 3.0 * fade / (4 + 0.25), rtol=1e-6)
    np.testing.assert_allclose(dark, 0.0)


def test_a_vertex_inside_something_takes_its_neighbours_light() -> None:
    pole = mesh.lathe([(0.1, -0.5), (0.1, 0.5)], 8)  # its foot is in the plinth
    plinth = bake.Surface(mesh.box(1, 1, 1, 0, (0, -0.5, 0)), np.zeros(3), False)
    baker = bake.Baker([floor(), plinth], [], 1.0, EVEN, NO_SUN)
    light = bake.vertex_light(baker, pole, 0.01, 64)
    assert light.min() > 0.15


def test_normals_that_are_not_unit_are_refused_before_rays_walk_the_whole_tree() -> None:
    baker = bake.Baker([floor()], [], 1.0, EVEN, NO_SUN)
    with pytest.raises(ValueError, match="unit length"):
        baker.light(np.zeros((2, 3)), np.array([[0, 0, 0], [0, 1.0, 0]]), 4)


def test_bisecting_keeps_the_surface_and_shortens_its_edges() -> None:
    whole = mesh.rectangle(7, 3)
    cut = bake.bisect(whole, 1.0)
    corner = cut.position[cut.index]
    assert np.linalg.norm(corner - np.roll(corner, 1, axis=1), axis=2).max() <= 1.0
    area = (
        np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1).sum() / 2
    )
    assert area == pytest.approx(21)


def test_the_lightmap_covers_each_surface_once_and_the_same_bytes_come_twice() -> None:
    room = {"plaster": mesh.box(4, 3, 4, 0, (0, 1.5, 0)).inside_out(), "paving": mesh.rectangle(4, 4)}
    surfaces = [bake.Surface(each, np.array([0.6, 0.6, 0.6]), True) for each in room.values()]
    lamps = [Lamp((0, 2, 0))]

    def baked() -> bake.Lightmap:
        return bake.lightmap(bake.Baker(surfaces, lamps, 1.7, EVEN, NO_SUN), room, bake.PREVIEW)

    first, second = baked(), baked()
    assert first.image.tobytes() == second.image.tobytes()
    for _, uv in first.meshes.values():
        assert uv.min() >= 0
        assert uv.max() <= 1
    assert np.asarray(first.image).max() > 60


def small_hall() -> Hall:
    hall = Hall()
    hall.add("paving", mesh.rectangle(6, 6))
    hall.add("wood", mesh.standing(0.4, 3, 0.4), (1, 0, 1))
    hall.spawn("start", (0, 0, 2), mesh.NORTH)
    hall.seat("bench", (1, 0.45, 0), mesh.EAST)
    hall.slot("a01", (-2, 0, 0), mesh.EAST)
    hall.collider("edge", (1, 2, 3), (2, 1, 0))
    hall.lamp((0, 2, 0), glow_m=0.8)
    hall.booth("tea", "a01", Model().add("booth", mesh.standing(1, 1, 1)), hall.signs)
    return hall


def test_a_hall_is_written_with_its_places_and_keeps_them_when_packed(tmp_path: Path) -> None:
    hall = small_hall()
    light = build.light_of({}, preview=True)
    parts, lightmap, booths, _ = build.baked(hall, light)
    assert lightmap is not None
    raw = export.glb("small", parts, hall.places, hall.lamps)
    assert raw == export.glb("small", parts, hall.places, hall.lamps)
    build.pack(raw, tmp_path / "small.glb")
    packed = _json(tmp_path / "small.glb")
    nodes = {node["name"]: node for node in packed["nodes"]}
    assert {"static_paving", "static_wood", "start", "bench", "slot-a01", "edge", "glow-000"} == set(nodes)
    assert nodes["start"]["extensions"] == {"OMI_spawn_point": {}}
    assert nodes["slot-a01"]["extras"]["yuanzhan"]["type"] == "slot"
    assert nodes["edge"]["extensions"]["OMI_physics_body"]["collider"]["shape"] == 0
    assert packed["extensions"]["OMI_physics_shape"]["shapes"][0]["box"]["size"] == [1, 2, 3]
    attributes = {m["name"]: set(m["primitives"][0]["attributes"]) for m in packed["meshes"]}
    assert {"TEXCOORD_0", "TEXCOORD_1"} <= attributes["paving"]
    assert "_LIGHT" in attributes["wood"]
    assert set(booths) == {"tea"}


def test_tangents_follow_u_and_the_bitangent_goes_up_the_picture() -> None:
    card = mesh.card(2, 1)  # uv from the top left
    found = export.tangents(card, card.uv)
    np.testing.assert_allclose(found[:, :3], np.tile([1, 0, 0], (4, 1)), atol=1e-9)
    bitangent = np.cross(card.normal, found[:, :3]) * found[:, 3:]
    np.testing.assert_allclose(bitangent, np.tile([0, 1, 0], (4, 1)), atol=1e-9)


def test_a_booth_goes_back_to_its_own_origin_with_its_front_at_minus_z() -> None:
    hall = small_hall()
    _, _, booths, _ = build.baked(hall, build.light_of({}, preview=True))
    position = booths["tea"][0].mesh.position
    np.testing.assert_allclose(position.min(axis=0), [-0.5, 0, -0.5], atol=1e-9)
    np.testing.assert_allclose(position.max(axis=0), [0.5, 1, 0.5], atol=1e-9)


def test_a_material_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="'glas'"):
        build.merged(Model().add("glas", mesh.box(1, 1, 1)), Hall().materials)


def test_the_validator_finds_nothing_wrong_with_what_is_written(tmp_path: Path) -> None:
    hall = small_hall()
    parts, _, _, _ = build.baked(hall, build.light_of({}, preview=True))
    file = tmp_path / "raw.glb"
    file.write_bytes(export.glb("small", parts, hall.places, hall.lamps))
    script = (
        "import v from 'gltf-validator'; import {readFileSync} from 'node:fs';"
        "const r = await v.validateBytes(new Uint8Array(readFileSync(process.argv[1])));"
        "console.log(JSON.stringify(r.issues.messages))"
    )
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", script, str(file)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    found = [m for m in json.loads(ran.stdout) if m["severity"] < 2 and m["code"] != "UNSUPPORTED_EXTENSION"]
    assert found == []


def _json(file: Path) -> Any:
    data = file.read_bytes()
    (length,) = struct.unpack_from("<I", data, 12)
    return json.loads(data[20 : 20 + length])


def _directions(count: int) -> np.ndarray:
    found: np.ndarray = np.random.default_rng(3).normal(size=(count, 3))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found
