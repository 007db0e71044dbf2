"""What glTF-Transform does not know comes through reading and writing as it was."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import yuanzhan.jobs
from tests.support.glb import Pieces, glb_json, view_bytes
from yuanzhan.jobs.child import Limits, node_step, run_sync

Json = dict[str, Any]

NODE = Path(yuanzhan.jobs.__file__).parent / "node"
ROUND_TRIP = Path(__file__).with_name("roundtrip.mjs")
SOUND = b"ID3" + bytes(range(250))


def a_picture() -> bytes:
    """A PNG of some pixels."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(file, "PNG")
    return file.getvalue()


PIXEL = a_picture()


def exotic_glb() -> bytes:
    """Extensions on all kinds of things, some with bytes, textures and animated pointers."""
    pieces = Pieces()
    # the sound comes first, so that its view has another number afterwards
    sound, picture = pieces.view(SOUND), pieces.view(PIXEL)
    corners = pieces.positions([(0, 0, 0), (1, 0, 0), (0, 1, 0)])
    table = pieces.floats([7.0, 8.0])
    times = pieces.floats([0.0, 1.0], min=[0.0], max=[1.0])
    colours = pieces.floats([1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0], "VEC4", 4)
    names = ["OMI_spawn_point", "OMI_seat", "KHR_audio_emitter", "ACME_paint", "KHR_animation_pointer"]
    pointer = {"KHR_animation_pointer": {"pointer": "/materials/0/pbrMetallicRoughness/baseColorFactor"}}
    return pieces.glb(
        {
            "asset": {"version": "2.0", "extras": {"by": "某人"}},
            "extensionsUsed": names,
            "extensionsRequired": ["OMI_spawn_point"],
            "extensions": {
                "KHR_audio_emitter": {
                    "audio": [{"bufferView": sound, "mimeType": "audio/mpeg"}],
                    "sources": [{"audio": 0, "loop": True}],
                    "emitters": [{"type": "global", "sources": [0]}],
                }
            },
            "images": [{"bufferView": picture, "mimeType": "image/png", "name": "dot"}],
            "samplers": [{"magFilter": 9728}],
            "textures": [{"source": 0, "sampler": 0}, {"source": 0}],
            "materials": [
                {
                    "name": "paint",
                    "extensions": {"ACME_paint": {"flakeTexture": {"index": 1, "texCoord": 0, "amount": 2}}},
                    "extras": {"shop": 3},
                }
            ],
            "meshes": [
                {
                    "name": "板",
                    "primitives": [
                        {
                            "attributes": {"POSITION": corners},
                            "material": 0,
                            "extensions": {"ACME_paint": {"accessor": table}},
                        }
                    ],
                    "extensions": {"ACME_paint": {"coats": 2}},
                }
            ],
            "nodes": [
                {"name": "空", "extensions": {"OMI_seat": {"back": [0, 0, 1], "foot": [0, -1, 0]}}},
                {"name": "spawn", "extensions": {"OMI_spawn_point": {"team": "红", "group": ""}}},
                {"name": "sound", "mesh": 0, "extensions": {"KHR_audio_emitter": {"emitter": 0}}},
            ],
            "scenes": [{"nodes": [0, 1, 2], "extensions": {"KHR_audio_emitter": {"emitters": [0]}}}],
            "scene": 0,
            "animations": [
                {
                    "name": "blush",
                    "samplers": [{"input": times, "output": colours}],
                    "channels": [{"sampler": 0, "target": {"path": "pointer", "extensions": pointer}}],
                }
            ],
        }
    )


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "in.glb").write_bytes(exotic_glb())
    outcome = run_sync(node_step(ROUND_TRIP, str(NODE / "io.mjs"), "in.glb", "out.glb"), folder, Limits(60))
    assert outcome.is_done, outcome.errors
    return (folder / "in.glb").read_bytes(), (folder / "out.glb").read_bytes()


def test_every_extension_is_still_declared(before_and_after: tuple[bytes, bytes]) -> None:
    before, after = map(glb_json, before_and_after)
    assert sorted(after["extensionsUsed"]) == sorted(before["extensionsUsed"])
    assert after["extensionsRequired"] == before["extensionsRequired"]


@pytest.mark.parametrize("kind", ["nodes", "scenes"])
def test_extensions_of_nodes_and_scenes_are_the_same(
    before_and_after: tuple[bytes, bytes], kind: str
) -> None:
    before, after = map(glb_json, before_and_after)
    assert [item["extensions"] for item in after[kind]] == [item["extensions"] for item in before[kind]]


def test_a_sound_inside_the_file_is_the_same_bytes(before_and_after: tuple[bytes, bytes]) -> None:
    _, after = before_and_after
    emitter = glb_json(after)["extensions"]["KHR_audio_emitter"]
    assert view_bytes(after, emitter["audio"][0].pop("bufferView"))[: len(SOUND)] == SOUND
    assert emitter == {
        "audio": [{"mimeType": "audio/mpeg"}],
        "sources": [{"audio": 0, "loop": True}],
        "emitters": [{"type": "global", "sources": [0]}],
    }


def test_a_texture_of_an_unknown_material_is_followed(before_and_after: tuple[bytes, bytes]) -> None:
    _, after = before_and_after
    document = glb_json(after)
    paint = document["materials"][0]["extensions"]["ACME_paint"]["flakeTexture"]
    texture = document["textures"][paint["index"]]
    image = document["images"][texture["source"]]
    assert (paint["amount"], image["name"]) == (2, "dot")
    assert view_bytes(after, image["bufferView"]) == PIXEL
    assert document["samplers"][texture["sampler"]].get("magFilter") is None


def test_meshes_primitives_and_accessors_keep_theirs(before_and_after: tuple[bytes, bytes]) -> None:
    _, after = before_and_after
    document = glb_json(after)
    mesh = document["meshes"][0]
    assert mesh["extensions"] == {"ACME_paint": {"coats": 2}}
    accessor = document["accessors"][mesh["primitives"][0]["extensions"]["ACME_paint"]["accessor"]]
    start = accessor.get("byteOffset", 0)
    assert view_bytes(after, accessor["bufferView"])[start : start + 8] == b"\0\0\xe0@\0\0\0A"


def test_an_animation_that_points_at_a_material_does_so_still(before_and_after: tuple[bytes, bytes]) -> None:
    before, after = map(glb_json, before_and_after)
    assert after["animations"][0]["channels"] == before["animations"][0]["channels"]
    assert after["asset"]["extras"] == {"by": "某人"}
