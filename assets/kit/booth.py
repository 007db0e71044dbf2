"""Demo booths: a back wall or none, a plinth with one product large, a name board, a poster, small goods.

A booth is at most two draw calls: material "booth" (vertex colours) and its own 512 px atlas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from kit import palette, sign
from kit.mesh import box, card, lathe, standing, surface
from kit.model import Model
from kit.sign import Atlas, Style

MATERIAL = "booth"
ATLAS = "booth_sign"


@dataclass(frozen=True)
class Look:
    """Colours (hex) of a stand."""

    wall: str = "#e6dfcf"
    frame: str = "#4a2f20"
    counter: str = "#8a8377"
    top: str = "#5a3826"
    accent: str = "#8f2f2c"
    board: Style = sign.BROWN


SONG = Look()
MARKET = Look("#efe3cc", "#7a4a2c", "#6e5036", "#8a5a33", "#2f4a6b", sign.INDIGO)
LAB = Look("#f3f1ea", "#d8b98a", "#e4e0d5", "#d8b98a", "#d6482f", sign.LIGHT)


def stand(
    title: str,
    subtitle: str,
    product: Model,
    seed: int,
    look: Look = SONG,
    width_m: float = 3.6,
    depth_m: float = 2.0,
    wall: bool = True,
    awning: bool = False,
) -> tuple[Model, Atlas]:
    """Model and atlas for Hall.booth. Its front is +Z; it fills width * depth about the origin, 2.9 m tall.

    wall=False for niches that have their own back wall; awning adds a striped cloth over the front.
    """
    atlas = Atlas(ATLAS, 512)
    model = Model()
    back = -depth_m / 2
    if wall:
        _frame(model, look, width_m, back)
    _poster(model, atlas, title, seed, look, (-width_m / 2 + 0.85, 1.55, back + 0.09))
    board_w = min(1.9, width_m - 1.5)
    _board(model, atlas, title, subtitle, look, board_w, (width_m / 2 - 0.3 - board_w / 2, 2.35, back + 0.1))
    plinth = (width_m * 0.2, 0.0, back + 0.75)
    _plinth(model, look, plinth)
    _seal(model, atlas, title, look, (plinth[0], 0.44, plinth[2] + 0.40))
    model.place(product, (plinth[0], 0.86, plinth[2]), scale=_fit(product, 1.25, 0.98))
    _side_table(model, look, seed, (-width_m * 0.26, 0.0, back + 0.62))
    if awning:
        _awning(model, look, width_m, depth_m)
    return model, atlas


def _fit(product: Model, width_m: float, height_m: float) -> float:
    points = np.concatenate([m.position for meshes in product.meshes.values() for m in meshes])
    size = points.max(0) - points.min(0)
    return float(min(width_m / size[0], height_m / size[1], 1.5))


def _paint(
    model: Model, colour: str, mesh: object, at: tuple[float, float, float] = (0, 0, 0), yaw: float = 0.0
) -> None:
    model.add(MATERIAL, mesh, at, yaw, tuple(palette.linear(colour)))  # type: ignore[arg-type]


def _frame(model: Model, look: Look, width_m: float, back: float) -> None:
    _paint(model, look.wall, standing(width_m, 2.7, 0.08, 0.0, (0, 0, back)))
    for x in (-width_m / 2, width_m / 2):
        _paint(model, look.frame, standing(0.12, 2.85, 0.14, 0.015, (x, 0, back)))
    _paint(model, look.frame, box(width_m + 0.3, 0.12, 0.16, 0.015, (0, 2.8, back)))
    _paint(model, look.accent, box(width_m - 0.12, 0.1, 0.1, 0.01, (0, 0.05, back)))


def _poster(
    model: Model, atlas: Atlas, title: str, seed: int, look: Look, at: tuple[float, float, float]
) -> None:
    discs = ("#b8543f", "#7fa08a", "#6f8a4a", "#c9a24a", "#4d6f8a", "#c77f86")
    picture = sign.poster_picture(title, 196, 360, seed, discs[seed % len(discs)])
    _paint(model, look.frame, box(1.2, 2.12, 0.06, 0.012), at)
    model.add(ATLAS, card(1.1, 2.02, atlas.put(picture)), (at[0], at[1], at[2] + 0.035))


def _board(
    model: Model,
    atlas: Atlas,
    title: str,
    subtitle: str,
    look: Look,
    width_m: float,
    at: tuple[float, float, float],
) -> None:
    height = 0.56
    picture = sign.board_picture(title, 290, round(290 * height / width_m), look.board, subtitle)
    _paint(model, look.frame, box(width_m + 0.1, height + 0.1, 0.07, 0.012), at)
    model.add(ATLAS, card(width_m, height, atlas.put(picture)), (at[0], at[1], at[2] + 0.04))


def _plinth(model: Model, look: Look, at: tuple[float, float, float]) -> None:
    x, _, z = at
    _paint(model, look.counter, standing(1.5, 0.08, 0.9, 0.02, (x, 0, z)))
    _paint(model, look.counter, standing(1.36, 0.72, 0.76, 0.025, (x, 0.08, z)))
    _paint(model, look.top, standing(1.5, 0.06, 0.88, 0.018, (x, 0.8, z)))


def _seal(model: Model, atlas: Atlas, title: str, look: Look, at: tuple[float, float, float]) -> None:
    """The first two characters of the title, cut like a seal into the front of the plinth."""
    picture = Image.new("RGB", (72, 72), look.accent)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((5, 5, 66, 66), outline="#efe6d2", width=2)
    word = title[:2]
    sign.write(draw, word, (36, 36), 28 if len(word) > 1 else 46, "#efe6d2", vertical=True, spacing=1.02)
    _paint(model, look.frame, box(0.44, 0.44, 0.03, 0.006), at)
    model.add(ATLAS, card(0.38, 0.38, atlas.put(picture)), (at[0], at[1], at[2] + 0.018))


def _side_table(model: Model, look: Look, seed: int, at: tuple[float, float, float]) -> None:
    """A low table with small goods: boxes, a jar, a stack of leaflets."""
    rng = np.random.default_rng([51, seed])
    x, _, z = at
    _paint(model, look.top, standing(0.9, 0.05, 0.5, 0.012, (x, 0.5, z)))
    for dx in (-0.38, 0.38):
        for dz in (-0.19, 0.19):
            _paint(model, look.frame, box(0.05, 0.5, 0.05, 0, (x + dx, 0.25, z + dz)))
    colours = (look.accent, "#d9c7a0", look.wall, look.frame)
    for i in range(3):
        w, h = 0.13 + 0.07 * rng.random(), 0.08 + 0.12 * rng.random()
        _paint(model, colours[i], standing(w, h, 0.16, 0.01, (x - 0.28 + 0.2 * i, 0.55, z - 0.05)))
    jar = lathe([(0, 0), (0.06, 0), (0.085, 0.08), (0.05, 0.16), (0.055, 0.18), (0, 0.17)], 12, 60)
    _paint(model, colours[3], jar, (x + 0.32, 0.55, z))
    _paint(model, "#efe6d2", box(0.2, 0.025, 0.14, 0, (x + 0.1, 0.562, z + 0.15)), yaw=0.0)


def _awning(model: Model, look: Look, width_m: float, depth_m: float) -> None:
    """Striped cloth that sags from the wall to two poles in front."""
    stripes = 9
    t = np.linspace(0, 1, 6)
    front = depth_m / 2 + 0.15
    y = 2.85 - 0.45 * t - 0.12 * np.sin(np.pi * t)
    z = -depth_m / 2 + (front + depth_m / 2) * t
    for i in range(stripes):
        x0, x1 = (width_m * (i / stripes - 0.5), width_m * ((i + 1) / stripes - 0.5))
        sheet = surface(np.stack([np.column_stack([0 * t + x, y, z]) for x in (x0, x1)])).facing((0, 1, 0))
        colour = look.accent if i % 2 == 0 else "#efe6d2"
        _paint(model, colour, sheet)
        _paint(model, colour, sheet.inside_out().moved((0, -0.01, 0)))
    for x in (-width_m / 2 + 0.05, width_m / 2 - 0.05):
        _paint(model, look.frame, standing(0.06, 2.42, 0.06, 0.01, (x, 0, front - 0.05)))
