"""The kit in the repository is whole, within its budgets, and fits the choices that the wire offers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from avatars import face, kit, palette
from avatars.build import OUTPUT
from avatars.clips import CLIPS, pose_texture
from avatars.mesh import Mesh, Zone
from avatars.skeleton import BONES, INDEX
from yuanzhan.protocol import look

PARTS = ["head", *(f"hair{i}" for i in range(4)), *(f"outfit{i}" for i in range(3)), "accessories"]
NEAR_BUDGET, MID_BUDGET = 3200, 520


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((OUTPUT / "kit.json").read_text())
    return loaded


def _vertices(description: dict[str, Any], name: str) -> tuple[np.ndarray, np.ndarray]:
    """(n, 28) uint8 vertices and (m, 3) indices of a part."""
    buffer = (OUTPUT / "kit.bin").read_bytes()
    part = description["parts"][name]
    n, stride = part["vertices"], description["bytesPerVertex"]
    vertices = np.frombuffer(buffer, np.uint8, n * stride, part["vertexOffset"]).reshape(n, stride)
    indices = np.frombuffer(buffer, "<u2", part["triangles"] * 3, part["indexOffset"]).reshape(-1, 3)
    return vertices, indices


@pytest.mark.parametrize("name", [f"{level}.{part}" for level in ("near", "mid") for part in PARTS])
def test_each_part_is_sound(description: dict[str, Any], name: str) -> None:
    vertices, indices = _vertices(description, name)
    assert indices.max() < len(vertices)
    assert (vertices[:, 16:20].astype(int).sum(1) == 255).all()
    assert (vertices[:, 12:16] < len(BONES)).all()
    assert (vertices[:, 24] <= max(Zone)).all()
    normals = vertices[:, 8:11].copy().view("i1").astype(float) / 127
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=0.03)
    height = vertices[:, 2:4].copy().view("<i2")[:, 0] / 32767 * description["positionRange"]
    assert height.min() > -0.01
    assert height.max() < 1.83


def test_there_is_a_part_for_each_choice_and_no_other(description: dict[str, Any]) -> None:
    assert set(description["parts"]) == {f"{level}.{part}" for level in ("near", "mid") for part in PARTS}
    choices = {field.name: field.values_count for field in look.LOOK_FIELDS}
    assert choices["hair"] == 4
    assert choices["outfit"] == 3
    assert choices["face"] == description["faces"] == len(face.FACES)
    assert choices["skin"] == len(palette.SKINS)
    assert choices["hair_colour"] == len(palette.HAIRS)
    assert choices["colours"] == len(palette.COLOURS)


def test_any_avatar_is_within_its_triangle_budget(description: dict[str, Any]) -> None:
    def dearest(level: str) -> int:
        triangles = {name: part["triangles"] for name, part in description["parts"].items()}
        hair = max(triangles[f"{level}.hair{i}"] for i in range(4))
        outfit = max(triangles[f"{level}.outfit{i}"] for i in range(3))
        return int(triangles[f"{level}.head"] + hair + outfit)

    assert dearest("near") <= NEAR_BUDGET
    assert dearest("mid") <= MID_BUDGET


def test_the_motion_file_is_what_the_clips_say(description: dict[str, Any]) -> None:
    assert [clip["name"] for clip in description["clips"]] == [clip.name for clip in CLIPS]
    halves = np.frombuffer((OUTPUT / "pose.bin").read_bytes(), "<f2")
    assert halves.size == description["frames"] * len(BONES) * 12
    np.testing.assert_allclose(halves.reshape(-1, len(BONES), 3, 4), pose_texture(), atol=2e-3)


def test_the_face_atlas_has_a_cell_for_each_face_and_expression() -> None:
    with Image.open(OUTPUT / "face.png") as picture:
        assert picture.size == (
            face.CELL_WIDTH_PX * len(face.EXPRESSIONS),
            face.CELL_HEIGHT_PX * len(face.FACES),
        )
        alpha = np.asarray(picture)[..., 3]
    cells = alpha.reshape(len(face.FACES), face.CELL_HEIGHT_PX, len(face.EXPRESSIONS), face.CELL_WIDTH_PX)
    assert (cells.max(axis=(1, 3)) == 255).all()
    # nothing is drawn at the rim, which the back of the head shows
    assert cells[:, :2].max() == 0
    assert cells[:, :, :, :1].max() == 0


def test_the_portraits_are_a_strip_of_as_many_looks() -> None:
    strip = json.loads((OUTPUT / "portraits.json").read_text())
    with Image.open(OUTPUT / "portraits.webp") as picture:
        assert picture.size == (strip["size"] * len(strip["looks"]), strip["size"])
        assert picture.mode == "RGBA"
    assert all(0 <= look < 1 << 24 for look in strip["looks"])


def test_packing_the_same_mesh_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    p = np.array([[0.0, 1, 0], [0.1, 1, 0], [0, 1.1, 0]])
    w = np.zeros((3, len(BONES)))
    w[:, INDEX["chest"]] = 1
    mesh = Mesh.of(p, np.array([[0, 1, 2]]), np.tile([0.0, 0, 1], (3, 1)), w, Zone.TOP)
    for folder in (tmp_path / "a", tmp_path / "b"):
        kit.write({"near.head": mesh}, folder)
    for name in ("kit.json", "kit.bin", "pose.bin", "face.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
