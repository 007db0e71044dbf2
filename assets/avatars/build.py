"""Builds the avatar kit into client/public/avatars: `PYTHONPATH=assets python -m avatars.build [folder]`.

The same bytes each time on the same machine.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from avatars import accessories, dress, figure, jacket, kit, robe
from avatars.detail import LEVELS, Detail
from avatars.distance import Field
from avatars.hair import HAIRS
from avatars.mesh import Mesh
from avatars.occlusion import shaded

OUTPUT = Path(__file__).resolve().parents[2] / "client" / "public" / "avatars"
OUTFITS = [jacket, robe, dress]
FACE_LEAST_OPEN = 0.86  # lower, and the triangles along the hairline show


def _short_hair_shadow(p: np.ndarray) -> np.ndarray:
    """The hair's field drawn in a little, so that the hairline shades the brow softly."""
    return HAIRS[0].field(p) + 0.012


def _head(detail: Detail) -> Mesh:
    mesh = shaded(figure.head(detail), [figure.head_field, jacket.body_field, _short_hair_shadow])
    least = FACE_LEAST_OPEN * figure.face_light(mesh.positions)
    return replace(mesh, occlusion=np.maximum(mesh.occlusion, least))


def parts(detail: Detail) -> Iterator[tuple[str, Mesh]]:
    body: list[Field] = [figure.head_field, figure.hand_field, figure.shoe_field]
    yield "head", _head(detail)
    for i, hair in enumerate(HAIRS):
        yield f"hair{i}", shaded(hair.mesh(detail), [hair.field, figure.head_field, jacket.body_field])
    for i, outfit in enumerate(OUTFITS):
        yield f"outfit{i}", shaded(outfit.mesh(detail), [outfit.field, *body])
    yield "accessories", shaded(accessories.mesh(detail), [figure.head_field, jacket.body_field])


def build(folder: Path) -> dict[str, Mesh]:
    meshes = {f"{detail.name}.{name}": mesh for detail in LEVELS for name, mesh in parts(detail)}
    kit.write(meshes, folder)
    return meshes


if __name__ == "__main__":
    for name, mesh in build(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT).items():
        print(f"{name:18} {len(mesh.triangles):5} triangles {len(mesh.positions):5} vertices")
