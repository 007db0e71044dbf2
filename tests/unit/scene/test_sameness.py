"""Each kind of difference between two files is found, and none where there is none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.glb import Pieces
from yuanzhan.scene.reader import Gltf, read_gltf
from yuanzhan.scene.sameness import differences, stated_bounds

Json = dict[str, Any]


def made(
    change: Callable[[Json], object] | None = None,
    far: float = 1.0,
    *,
    last_s: float = 1.0,
    way_m: float = 1.0,
    sign: float = 1.0,
    heard: bytes = b"a sound",
) -> Gltf:
    """A small file with something of everything, changed by `change`."""
    pieces = Pieces()
    corners = pieces.positions([(0, 0, 0), (1, 0, 0), (0, far, 0)])
    times = pieces.floats([0.0, last_s], min=[0.0], max=[last_s])
    moves = pieces.floats([0.0, 0.0, 0.0, way_m, 0.0, 0.0], "VEC3", 3)
    turns = pieces.floats([*(sign * part for part in (0.0, 0.6, 0.0, 0.8)), 0.0, 0.0, 0.0, 1.0], "VEC4", 4)
    sound, picture = pieces.view(heard), pieces.view(b"a picture")
    document: Json = {
        "extensionsUsed": ["KHR_materials_variants", "OMI_seat", "KHR_audio_emitter"],
        "extensions": {
            "KHR_materials_variants": {"variants": [{"name": "红"}, {"name": "蓝"}]},
            "KHR_audio_emitter": {"audio": [{"bufferView": sound}], "emitters": [{"gain": 0.5}]},
        },
        "extras": {"shop": 1},
        "images": [{"bufferView": picture, "mimeType": "image/png", "extras": {"licence": "CC0"}}],
        "materials": [{"name": "paint", "extras": {"a": 1}}, {"name": "ink"}, {"name": "unused"}],
        "meshes": [
            {
                "name": "plate",
                "primitives": [
                    {
                        "attributes": {"POSITION": corners},
                        "material": 0,
                        "extensions": {
                            "KHR_materials_variants": {
                                "mappings": [
                                    {"material": 0, "variants": [0]},
                                    {"material": 1, "variants": [1]},
                                ]
                            }
                        },
                    }
                ],
            }
        ],
        "nodes": [
            {"name": "root", "children": [1], "extras": {"yuanzhan": {"type": "slot", "id": "a"}}},
            {
                "name": "plate",
                "mesh": 0,
                "translation": [0.0, 1.0, 0.0],
                "extensions": {"OMI_seat": {"back": 1}},
            },
        ],
        "animations": [
            {
                "name": "rise",
                "samplers": [{"input": times, "output": moves}, {"input": times, "output": turns}],
                "channels": [
                    {"sampler": 0, "target": {"node": 1, "path": "translation"}},
                    {"sampler": 1, "target": {"node": 1, "path": "rotation"}},
                ],
            }
        ],
        "scenes": [{"nodes": [0], "name": "hall"}],
        "scene": 0,
    }
    document = copy.deepcopy(document)
    if change is not None:
        change(document)
    return read_gltf(pieces.glb(document), "made.glb")


def test_a_file_is_the_same_as_itself() -> None:
    assert differences(made(), made()) == []


def test_what_nobody_uses_may_go() -> None:
    assert differences(made(), made(lambda d: d["materials"].pop())) == []


def test_how_things_are_stored_may_change() -> None:
    assert differences(made(lambda d: d["extensionsUsed"].append("KHR_mesh_quantization")), made()) == []


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("name", lambda d: d["nodes"][1].pop("name")),
        ("name", lambda d: d["materials"][0].update(name="other")),
        ("name", lambda d: d["meshes"][0].update(name="other")),
        ("name", lambda d: d["scenes"][0].pop("name")),
        ("extras", lambda d: d["nodes"][0]["extras"]["yuanzhan"].update(id="b")),
        ("extras", lambda d: d["materials"][0].pop("extras")),
        ("extras", lambda d: d.pop("extras")),
        ("extension", lambda d: d["nodes"][1].pop("extensions")),
        ("extension", lambda d: d["nodes"][1]["extensions"]["OMI_seat"].update(back=2)),
        ("extension", lambda d: d["extensionsUsed"].remove("OMI_seat")),
        ("variants", lambda d: d["extensions"]["KHR_materials_variants"]["variants"].pop()),
        ("animations", lambda d: d["animations"][0]["channels"][0]["target"].update(path="scale")),
        ("animations", lambda d: d.pop("animations")),
        (
            "animations",
            lambda d: d["animations"][0]["samplers"][0].update(
                output=d["animations"][0]["samplers"][0]["input"]
            ),
        ),
        ("variants", lambda d: mappings(d)[1].update(material=0)),
        ("variants", lambda d: mappings(d).pop()),
        ("extras", lambda d: d["images"][0].pop("extras")),
        ("extension", lambda d: d["extensions"]["KHR_audio_emitter"]["emitters"][0].update(gain=1.0)),
        ("extension", lambda d: d["extensions"].pop("KHR_audio_emitter")),
        ("transform", lambda d: d["nodes"][1].update(translation=[0.0, 1.001, 0.0])),
        ("children", lambda d: d["nodes"][0].pop("children")),
        ("mesh", lambda d: d["nodes"][1].pop("mesh")),
        ("nodes", lambda d: d["nodes"].append({})),
    ],
)
def test_each_difference_is_found(what: str, change: Callable[[Json], object]) -> None:
    assert what in {difference.what for difference in differences(made(), made(change))}


def mappings(document: Json) -> list[Json]:
    primitive = document["meshes"][0]["primitives"][0]
    found: list[Json] = primitive["extensions"]["KHR_materials_variants"]["mappings"]
    return found


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"last_s": 1.009}, set()),
        ({"last_s": 1.02}, {"animations"}),
        ({"way_m": 0.992}, set()),
        ({"way_m": 0.9}, {"animations"}),
        ({"sign": -1}, set()),
        ({"sign": -1.005}, set()),
        ({"heard": b"a sound\0\0\0"}, set()),
        ({"heard": b"another sound"}, {"extension"}),
    ],
)
def test_what_moves_and_sounds_is_held_against_what_it_was(other: dict[str, Any], what: set[str]) -> None:
    assert {difference.what for difference in differences(made(), made(**other))} == what


@pytest.mark.parametrize(("far", "is_same"), [(1.009, True), (1.02, False), (0.98, False)])
def test_sizes_may_differ_by_a_hundredth(far: float, is_same: bool) -> None:
    found = differences(made(), made(far=far))
    assert (found == []) is is_same
    assert {difference.what for difference in found} <= {"bounds"}


def test_bounds_that_are_not_those_of_the_vertices_are_found() -> None:
    honest = made()
    assert list(stated_bounds(honest)) == []
    honest.document["accessors"][0]["max"] = [1.0, 2.0, 0.0]
    assert [difference.what for difference in stated_bounds(honest)] == ["bounds"]
