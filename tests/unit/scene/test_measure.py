"""Costs as placed, on scenes whose cost is plain to see."""

from __future__ import annotations

import io

import numpy as np
import pytest
import trimesh
from PIL import Image

from tests.plain_hall import Glb
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.measure import Cost, measure, texture_sizes
from yuanzhan.scene.reader import read_gltf


def cost_of(glb: Glb) -> Cost:
    return measure(read_gltf(glb.to_bytes()), 1000)


def test_a_mesh_costs_as_often_as_it_is_placed() -> None:
    glb = Glb()
    cube = glb.add_mesh(trimesh.creation.box(), glb.add_material((1, 1, 1)))
    for x in range(5):
        glb.add_node(mesh=cube, translation=[x, 0, 0])
    glb.add_node(name="empty")
    assert cost_of(glb) == Cost(triangles=60, draw_calls=5, texture_bytes=0, materials=1, bytes=1000)


def test_instances_cost_their_triangles_and_one_draw_call() -> None:
    glb = Glb()
    cube = glb.add_mesh(trimesh.creation.box())
    attributes = {"TRANSLATION": glb.add_accessor(np.zeros((7, 3), dtype="<f4"), "VEC3", 5126)}
    glb.add_node(mesh=cube, extensions={"EXT_mesh_gpu_instancing": {"attributes": attributes}})
    cost = cost_of(glb)
    assert (cost.triangles, cost.draw_calls) == (84, 1)


def test_every_primitive_is_a_draw_call_and_counts_by_its_mode() -> None:
    glb = Glb()
    positions = glb.add_accessor(np.zeros((9, 3), dtype="<f4"), "VEC3", 5126)
    modes = {0: 0, 1: 0, 4: 3, 5: 7, 6: 7}
    primitives = [{"attributes": {"POSITION": positions}, "mode": mode} for mode in modes]
    glb.document["meshes"].append({"primitives": [*primitives, {"attributes": {}}]})
    glb.add_node(mesh=0)
    cost = cost_of(glb)
    assert (cost.triangles, cost.draw_calls) == (sum(modes.values()), 6)


def test_what_is_not_in_the_scene_costs_nothing_to_draw() -> None:
    glb = Glb()
    glb.add_mesh(trimesh.creation.box())
    assert cost_of(glb) == Cost(bytes=1000)


def image(glb: Glb, width: int, height: int, kind: str = "PNG") -> int:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, kind)
    images = glb.document.setdefault("images", [])
    images.append({"bufferView": glb.add_view(file.getvalue()), "mimeType": f"image/{kind.lower()}"})
    return len(images) - 1


def test_an_image_counts_once_and_the_better_one_of_two() -> None:
    glb = Glb()
    png, webp, _unused = image(glb, 64, 64), image(glb, 32, 16, "WEBP"), image(glb, 999, 999)
    glb.document["textures"] = [
        {"source": png},
        {"source": png},
        {"source": png, "extensions": {"EXT_texture_webp": {"source": webp}}},
        {},
    ]
    assert cost_of(glb).texture_bytes == 64 * 64 * 4 * 4 // 3 + 32 * 16 * 4 * 4 // 3
    assert [(s.width, s.height) for s in texture_sizes(read_gltf(glb.to_bytes()))] == [(64, 64), (32, 16)]


@pytest.mark.parametrize("uri", ["wood.png", "data:image/svg+xml;base64,PHN2Zy8+"])
def test_an_image_elsewhere_or_of_another_kind_is_refused(uri: str) -> None:
    glb = Glb()
    glb.document |= {"images": [{"uri": uri}], "textures": [{"source": 0}]}
    with pytest.raises(SceneInvalid, match=r"images\[0\]"):
        cost_of(glb)


def test_costs_add_up() -> None:
    assert Cost(1, 2, 3, 4, 5) + Cost(10, 20, 30, 40, 50) == Cost(11, 22, 33, 44, 55)
