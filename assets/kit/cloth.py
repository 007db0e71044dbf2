"""Cloth that hangs: awnings, banners with writing, and lines across a street.

Cloth in low sun glows through: the materials of `materials`, one a dye, emit a little of their own colour.
A hall adds them before it hangs anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from kit import palette, texture
from kit.material import Material
from kit.mesh import Mesh, box, join, make, surface, tube
from kit.model import Model
from kit.sign import Atlas, write

DYES = {
    "cloth_indigo": "#2f4a6b",
    "cloth_persimmon": "#d9763a",
    "cloth_cream": "#e8dcc0",
    "cloth_red": "#a8322a",
}


def materials(glow: float = 0.3) -> list[Material]:
    """One material a dye; glow: how much of its colour shines through from the sun behind."""
    return [
        Material(
            name,
            partial(texture.cloth, dye),
            tile_m=1.0,
            roughness=0.95,
            double_sided=True,
            solid=False,
            walkable=False,
            occludes=True,
            emissive=tuple(float(c) * glow for c in palette.linear(dye)),  # type: ignore[arg-type]
        )
        for name, dye in DYES.items()
    ]


def catenary(span_m: float, sag_m: float, count: int) -> np.ndarray:
    """(count, 2): x and y of a chain between (-span/2, 0) and (span/2, 0) that hangs down to -sag.

    y = a (cosh(x / a) - cosh(span / 2a)); `a` by Newton's method from the parabola's value span^2 / 8 sag.
    """
    half = span_m / 2
    a = half * half / (2 * sag_m)
    for _ in range(12):
        error = a * (np.cosh(half / a) - 1) - sag_m
        slope = np.cosh(half / a) - 1 - half / a * np.sinh(half / a)
        a -= error / slope
    x = np.linspace(-half, half, count)
    return np.column_stack([x, a * (np.cosh(x / a) - np.cosh(half / a))])


def awning(
    width_m: float,
    reach_m: float = 1.5,
    drop_m: float = 0.55,
    dye: str = "cloth_indigo",
    hem: str = "cloth_cream",
) -> Model:
    """Its back edge lies on the x axis; two struts hold it out, a scalloped valance hangs from its front."""
    columns, rows = 25, 6
    x = np.linspace(-width_m / 2, width_m / 2, columns)
    t = np.linspace(0, 1, rows)[:, None]
    # it sags between its two side seams and along its run
    sag = 0.05 * np.sin(np.pi * (x / width_m + 0.5)) * np.sin(np.pi * t * 0.9) + 0.09 * np.sin(np.pi * t)
    sheet = np.stack([x + 0 * t, -drop_m * t - sag, reach_m * t + 0 * x], axis=2)
    model = Model().add(dye, surface(sheet).facing((0, 1, 0)))
    model.add(dye, _valance(sheet[-1], 0.0, 0.2, width_m))
    model.add(hem, _valance(sheet[-1], 0.2, 0.26, width_m))
    for side in (-1, 1):
        strut = [
            (side * (width_m / 2 - 0.05), -0.85, 0.02),
            (side * (width_m / 2 - 0.05), -drop_m, reach_m - 0.02),
        ]
        model.add("wood", tube(strut, 0.022, 5))
    front = [(-width_m / 2, -drop_m - 0.02, reach_m), (width_m / 2, -drop_m - 0.02, reach_m)]
    return model.add("wood", tube(front, 0.025, 5))


def _valance(edge: np.ndarray, start_m: float, end_m: float, width_m: float) -> Mesh:
    """The cloth that hangs from the front pole, cut to five scallops a metre and a bit."""
    scallop = np.abs(np.sin(np.pi * np.round(width_m / 0.7) * (edge[:, 0] / width_m + 0.5)))
    down = np.zeros((2, len(edge), 3))
    down[0, :, 1] = -start_m * (0.72 + 0.28 * scallop)
    down[1, :, 1] = -end_m * (0.72 + 0.28 * scallop)
    sheet = edge[None] + down
    return surface(sheet).facing((0, 0, 1))


def banner(
    atlas: Atlas,
    picture: Image.Image,
    width_m: float,
    height_m: float,
    billow_m: float = 0.08,
    rod: bool = True,
) -> Model:
    """Painted cloth hung by its upper edge (the origin is the middle of it), to be read from both sides."""
    left, top, right, bottom = atlas.put(picture)
    rows, columns = 9, 5
    t = np.linspace(0, 1, rows)[:, None]
    u = np.linspace(0, 1, columns)[None]
    z = billow_m * np.sin(t * 4.2) * (0.4 + 0.6 * t) + 0.35 * billow_m * np.sin(u * 5 + t * 3) * t
    sheet = np.stack([(u - 0.5) * width_m + 0 * t, -height_m * t + 0 * u, z], axis=2)
    front = surface(sheet).facing((0, 0, 1))
    uv = np.stack([left + (right - left) * u + 0 * t, top + (bottom - top) * t + 0 * u], axis=2).reshape(
        -1, 2
    )
    back_uv = np.stack(
        [right - (right - left) * u + 0 * t, top + (bottom - top) * t + 0 * u], axis=2
    ).reshape(-1, 2)
    model = Model().add(atlas.name, replace(front, uv=uv))
    model.add(atlas.name, replace(front.moved((0, 0, -0.006)).inside_out(), uv=back_uv))
    if rod:
        model.add("wood", box(width_m + 0.16, 0.05, 0.05, 0), colour=(0.5, 0.42, 0.38))
        model.add("wood", box(width_m + 0.04, 0.035, 0.035, 0, (0, -height_m, float(z[-1].mean()))))
    return model


def pennant_line(
    span_m: float,
    sag_m: float,
    dyes: Sequence[str] = ("cloth_indigo", "cloth_persimmon", "cloth_cream"),
    every_m: float = 0.5,
) -> Model:
    """A rope along x between two points at y = 0, with three-cornered flags."""
    model = _rope(span_m, sag_m)
    count = int(span_m / every_m)
    line = catenary(span_m, sag_m, 2 * count + 1)
    for i in range(count):
        a, b = line[2 * i], line[2 * i + 2]
        x, y, width = line[2 * i + 1, 0], (a[1] + b[1]) / 2, (b[0] - a[0]) * 0.74
        tip = 0.05 * np.sin(i * 2.4)
        corner = np.array(
            [[x - width / 2, y, 0], [x + tip, y - 0.42, 0.06 * np.cos(i * 1.7)], [x + width / 2, y, 0]]
        )
        normal = np.cross(corner[1] - corner[0], corner[2] - corner[0])
        normal = normal / np.linalg.norm(normal)
        flag = make(corner, np.tile(normal, (3, 1)), corner[:, :2], np.array([[0, 1, 2]]))
        model.add(dyes[i % len(dyes)], flag)
    return model


def drape_line(
    span_m: float, sag_m: float, pieces: Sequence[tuple[str, float]], drop_m: float = 1.5
) -> Model:
    """A rope along x with long cloths over it, as dyers hang them: (dye, width in metres), evenly spread."""
    model = _rope(span_m, sag_m)
    free = (span_m - sum(width for _, width in pieces)) / (len(pieces) + 1)
    start = -span_m / 2 + free
    line = catenary(span_m, sag_m, 81)
    for k, (dye, width) in enumerate(pieces):
        x = np.linspace(start, start + width, 7)[None]
        y = np.interp(x, line[:, 0], line[:, 1])
        t = np.linspace(0, 1, 6)[:, None]
        length = drop_m * (0.86 + 0.14 * np.sin(3.1 * k + 1))
        fold = 0.05 * np.sin(x * 14 + k) * (0.3 + t) + 0.1 * np.sin(t * 3.3 + k)
        model.add(dye, surface(np.stack([x + 0 * t, y - length * t, fold * t], axis=2)).facing((0, 0, 1)))
        start += width + free
    return model


def lantern_line(span_m: float, sag_m: float, lantern: Model, count: int) -> Model:
    """A rope along x with lanterns; the lantern's origin hangs 0.75 m below the rope."""
    model = _rope(span_m, sag_m)
    line = catenary(span_m, sag_m, 2 * count + 1)
    for x, y in line[1::2]:
        model.place(lantern, (x, y - 0.75, 0))
    return model


def _rope(span_m: float, sag_m: float) -> Model:
    line = catenary(span_m, sag_m, 13)
    path = np.column_stack([line, np.zeros(len(line))])
    return Model().add("rope", join([tube(path, 0.014, 4)]), colour=(0.5, 0.42, 0.3))


def rope_material() -> Material:
    return Material("rope", colour=(0.35, 0.27, 0.18), roughness=1.0, solid=False, walkable=False)


def banner_picture(
    text: str, width_px: int, height_px: int, ground: str, ink: str, border: str
) -> Image.Image:
    """Cloth with characters down its middle, a hem in another colour and a ring round a single character."""
    picture = Image.new("RGB", (width_px, height_px), ground)
    draw = ImageDraw.Draw(picture)
    hem = max(3, width_px // 14)
    draw.rectangle((0, 0, width_px, hem), fill=border)
    draw.rectangle((0, height_px - hem, width_px, height_px), fill=border)
    draw.rectangle(
        (hem, hem * 2, width_px - hem, height_px - hem * 2), outline=border, width=max(2, hem // 3)
    )
    if len(text) == 1:
        radius = width_px * 0.36
        middle = (width_px / 2, height_px * 0.45)
        disc = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
        draw.ellipse(disc, outline=ink, width=max(3, hem // 2))
        write(draw, text, middle, int(width_px * 0.5), ink)
        return picture
    size = int(min(width_px * 0.62, height_px * 0.86 / (len(text) * 1.12)))
    write(draw, text, (width_px / 2, height_px / 2), size, ink, vertical=True, spacing=1.12)
    return picture
