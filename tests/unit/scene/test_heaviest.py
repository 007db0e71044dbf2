"""What weighs most is named, and told with what to do."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from tests.support.glb import Pieces
from yuanzhan.scene.budgets import BOOTH_BUDGET
from yuanzhan.scene.heaviest import heaviest
from yuanzhan.scene.measure import Cost, measure
from yuanzhan.scene.reader import Gltf, read_gltf
from yuanzhan.scene.sizes import said_size


def loaded(triangles: int, times: int, side: int, materials: int = 1) -> tuple[Gltf, Cost]:
    """A mesh of so many triangles placed so often, with a square texture."""
    file = io.BytesIO()
    Image.fromarray(np.zeros((side, side, 3), dtype=np.uint8)).save(file, "PNG")
    pieces = Pieces()
    corners = pieces.positions([(0, 0, 0), (1, 0, 0), (0, 1, 0)])
    numbers = pieces.indices([0, 1, 2] * triangles)
    picture = pieces.view(file.getvalue())
    primitive = {"attributes": {"POSITION": corners}, "indices": numbers, "material": 0}
    document: dict[str, Any] = {
        "images": [{"bufferView": picture, "mimeType": "image/png", "name": "木纹"}],
        "textures": [{"source": 0}],
        "materials": [
            {"name": f"m{number}", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
            for number in range(materials)
        ],
        "meshes": [{"name": "mesh", "primitives": [primitive]}],
        "nodes": [{"name": "椅子", "mesh": 0} for _ in range(times)],
        "scenes": [{"nodes": list(range(times))}],
    }
    data = pieces.glb(document)
    gltf = read_gltf(data)
    return gltf, measure(gltf, len(data))


def test_a_mesh_of_many_triangles_is_named_by_its_node_and_material() -> None:
    first = heaviest(*loaded(20_000, 1, 4), BOOTH_BUDGET)[0]
    assert (first.kind, first.node, first.mesh, first.material) == ("mesh", "椅子", "mesh", "m0")
    assert (first.triangles, round(first.share, 2)) == (20_000, 0.2)
    assert first.advice.code == "HEAVY_MESH"
    assert "20,000" in first.advice.zh
    assert "椅子" in first.advice.zh


def test_what_has_no_name_is_told_by_its_place_in_the_file() -> None:
    gltf, cost = loaded(10, 1, 4)
    for kind in ("nodes", "meshes"):
        gltf.document[kind][0].pop("name")
    found = heaviest(gltf, cost, BOOTH_BUDGET)
    assert "“/meshes/0”" in next(heavy for heavy in found if heavy.kind == "mesh").advice.zh


def test_a_mesh_that_is_placed_often_counts_each_time() -> None:
    first = heaviest(*loaded(2_000, 30, 4), BOOTH_BUDGET)[0]
    assert (first.triangles, first.advice.code) == (60_000, "HEAVY_MESH_REPEATED")


def test_a_large_texture_is_heavy_on_the_card_however_few_bytes_it_has() -> None:
    first = heaviest(*loaded(1, 1, 2048), BOOTH_BUDGET)[0]
    assert (first.kind, first.texture, first.material) == ("texture", "木纹", "m0")
    assert first.texture_bytes == 2048 * 2048 * 4 * 4 // 3
    assert "1,024" in first.advice.message


def test_the_sentence_and_the_figure_beside_it_say_the_same_size() -> None:
    (texture,) = [heavy for heavy in heaviest(*loaded(1, 1, 2048), BOOTH_BUDGET) if heavy.kind == "texture"]
    message = texture.json()["message"]
    for size in (texture.bytes, texture.texture_bytes):
        assert all(said_size(size) in message[lang] for lang in ("zh", "en"))


def test_too_many_materials_and_draws_are_told_as_such() -> None:
    kinds = [heavy.kind for heavy in heaviest(*loaded(1, 90, 4, materials=25), BOOTH_BUDGET)]
    assert kinds[:2] == ["materials", "draws"]


def test_of_a_light_file_nobody_is_asked_for_anything() -> None:
    found = heaviest(*loaded(10, 1, 4), BOOTH_BUDGET)
    assert {heavy.advice.code for heavy in found} == {"LIGHT_ENOUGH"}
    assert all(heavy.json()["message"]["zh"] for heavy in found)
