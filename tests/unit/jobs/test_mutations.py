"""Files that somebody changed at will: whatever comes of it is an answer."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plain_hall import Glb, glb_bytes
from tests.unit.jobs.test_check import PATIENT, image_of
from tests.unit.scene.test_canonical import draco_ball, quantised_ball
from yuanzhan.jobs import canonical, intake
from yuanzhan.jobs.check import check_upload
from yuanzhan.jobs.child import scratch
from yuanzhan.scene.issues import told
from yuanzhan.scene.limits import LIMITS


def furnished() -> Glb:
    """A file with a little of everything that the steps look into."""
    glb = quantised_ball()
    document = glb.document
    image = glb.add_view(image_of((8, 8)))
    document["images"] = [{"bufferView": image, "mimeType": "image/png"}]
    document["textures"] = [{"source": 0}]
    document["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
    box = glb.add_mesh(trimesh.creation.box(), 0)
    count = 8
    attributes = document["meshes"][box]["primitives"][0]["attributes"]
    attributes["JOINTS_0"] = glb.add_accessor(np.zeros((count, 4), dtype="u1"), "VEC4", 5121)
    attributes["WEIGHTS_0"] = glb.add_accessor(np.full((count, 4), 0.25, dtype="<f4"), "VEC4", 5126)
    joint = glb.add_node(name="joint")
    binds = glb.add_accessor(np.eye(4, dtype="<f4").reshape(1, 16), "MAT4", 5126)
    document["skins"] = [{"joints": [joint], "inverseBindMatrices": binds}]
    glb.add_node(mesh=box, skin=0)
    steps = glb.add_accessor(np.arange(9, dtype="<f4").reshape(3, 3), "VEC3", 5126)
    many = glb.add_node(mesh=0, children=[])
    document["nodes"][many]["extensions"] = {
        "EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": steps}}
    }
    times = glb.add_accessor(np.array([[0], [1]], dtype="<f4"), "SCALAR", 5126, min=[0.0], max=[1.0])
    turns = glb.add_accessor(np.array([[0, 0, 0, 1]] * 2, dtype="<f4"), "VEC4", 5126)
    document["animations"] = [
        {
            "samplers": [{"input": times, "output": turns}],
            "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
        }
    ]
    document["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "red"}]}}
    return glb


GOOD = furnished()
DRACO = draco_ball()


def steps(data: bytes, folder: Path) -> list[str]:
    """What the two Python steps answer about a file, in this process: the codes, the second's last."""
    path = folder / "upload.glb"
    path.write_bytes(data)
    request = {
        "upload": str(path), "name": "upload.glb", "siblings": False, "limits": dataclasses.asdict(LIMITS),
    }  # fmt: skip
    taken = intake.answer(request, folder)
    json.dumps(taken)
    issues = [told(issue["code"], issue["where"], **issue["params"]) for issue in taken["issues"]]
    if not any(issue.is_error for issue in issues):
        made = canonical.answer(request | taken, folder)
        json.dumps(made)
        issues += [told(issue["code"], issue["where"], **issue["params"]) for issue in made["issues"]]
    return [issue.code for issue in issues if issue.is_error]


@pytest.mark.parametrize("glb", [GOOD, DRACO], ids=["furnished", "draco"])
def test_the_files_to_be_changed_are_good(glb: Glb, tmp_path: Path) -> None:
    assert steps(copy.deepcopy(glb).to_bytes(), tmp_path) == []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something is in a JSON document."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path] * bool(path) + [place for key, child in children for place in places(child, (*path, key))]


ODD: list[Any] = [
    None, True, -1, 0, 1, 2, 7, 255, 2**31, 2**53, 2**70, 0.5, -1e30, 1e300, "", "x", "POSITION", "data:,x",
    [], {}, [[]], [{}], [None], [0], [-1], ["x"], {"x": 1}, [1e300] * 16, [0] * 3, {"extensions": {}},
]  # fmt: skip


@settings(max_examples=150)
@given(st.data())
def test_json_with_odd_values_is_judged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    glb = copy.deepcopy(data.draw(st.sampled_from([GOOD, DRACO])))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(glb.document)))
        holder: Any = glb.document
        for key in place[:-1]:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[place[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        elif isinstance(holder, dict):
            del holder[place[-1]]
    folder = tmp_path_factory.getbasetemp() / "mutations"
    folder.mkdir(exist_ok=True)
    steps(glb_bytes(glb.document | {"buffers": [{"byteLength": len(glb.binary)}]}, bytes(glb.binary)), folder)


@settings(max_examples=150)
@given(st.data())
def test_files_with_odd_bytes_are_judged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(copy.deepcopy(GOOD).to_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.getbasetemp() / "mutations"
    folder.mkdir(exist_ok=True)
    steps(bytes(whole[: data.draw(st.integers(0, len(whole)))]), folder)


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_a_decoder_makes_of_odd_bytes_the_check_comes_to_its_end(seed: int) -> None:
    """Draco's data changed, in a child of its own as always: it may crash there."""
    rng = np.random.default_rng(seed)
    glb = copy.deepcopy(DRACO)
    view = glb.document["bufferViews"][0]
    for at in rng.integers(12, view["byteLength"], size=1 + seed):
        glb.binary[int(at)] = int(rng.integers(256))
    with scratch() as folder:
        path = folder / "upload-it.glb"
        path.write_bytes(glb.to_bytes())
        result = await check_upload(path, path.name, folder, LIMITS, PATIENT)
    assert result.accepted or result.issues[0].is_error
