"""Work benches, and the arcades and notice boards of a modern school in timber."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from kit import palette, sign
from kit.mesh import box, card, lathe, standing
from kit.model import Model
from kit.sign import Atlas


def bench(instrument: Model, width_m: float = 2.2, height_m: float = 0.9) -> Model:
    """A standing bench with one instrument, a lamp strip, a notebook and two stools; its front is +Z."""
    model = Model()
    model.add("glulam", standing(width_m, 0.06, 0.8, 0.015, (0, height_m - 0.06, 0)))
    for x in (-width_m / 2 + 0.12, width_m / 2 - 0.12):
        model.add("steel", standing(0.07, height_m - 0.06, 0.66, 0.01, (x, 0, 0)))
    model.add("steel", box(width_m - 0.3, 0.05, 0.05, 0, (0, 0.2, -0.2)))
    model.add(
        "glulam",
        standing(0.5, 0.42, 0.6, 0.015, (-width_m / 2 + 0.5, height_m - 0.54, 0)),
        colour=(0.85, 0.85, 0.85),
    )
    model.place(instrument.recoloured({"booth": "paint"}), (0.2, height_m, -0.02), scale=0.75)
    model.add(
        "paint",
        box(0.3, 0.02, 0.22, 0.004, (-0.62, height_m + 0.012, 0.12)),
        colour=palette.linear("#efe9da"),
    )
    model.add(
        "paint",
        box(0.3, 0.024, 0.03, 0.004, (-0.62, height_m + 0.012, 0.02)),
        colour=palette.linear("#d6482f"),
    )
    for x in (-0.5, 0.5):
        model.place(stool(), (x, 0, 0.75))
    return model


def stool(height_m: float = 0.5) -> Model:
    model = Model()
    model.add(
        "glulam", lathe([(0, height_m - 0.05), (0.19, height_m - 0.05), (0.19, height_m), (0, height_m)], 18)
    )
    for k in range(4):
        angle = k * np.pi / 2 + 0.4
        model.add(
            "steel", standing(0.03, height_m - 0.05, 0.03, 0, (0.13 * np.cos(angle), 0, 0.13 * np.sin(angle)))
        )
    return model


def arcade(bays: int, bay_m: float = 5.0, depth_m: float = 4.2, height_m: float = 3.5) -> Model:
    """Along x, centred; open to +Z, a plaster wall behind, a slatted timber roof above."""
    length = bays * bay_m
    model = Model()
    back, front = -depth_m / 2, depth_m / 2
    model.add("white_wall", standing(length, height_m, 0.22, 0, (0, 0, back)))
    model.add("stone_block", standing(length, 0.3, 0.3, 0.02, (0, 0, back)), colour=(0.8, 0.8, 0.8))
    for i in range(bays + 1):
        x = (i - bays / 2) * bay_m
        model.add("glulam", standing(0.24, height_m, 0.24, 0.02, (x, 0, front)))
        model.add("glulam", box(0.16, 0.34, depth_m + 0.9, 0.02, (x, height_m + 0.12, 0.2)))
        model.add("white_wall", standing(0.16, height_m - 0.5, 1.9, 0, (x, 0, back + 0.95)))
    for z in (back + 0.2, front):
        model.add("glulam", box(length + 0.3, 0.3, 0.18, 0.02, (0, height_m - 0.1, z)))
    slats = round(length / 0.42)
    for i in range(slats + 1):
        x = (i / slats - 0.5) * length
        model.add(
            "glulam", box(0.07, 0.16, depth_m + 1.4, 0, (x, height_m + 0.36, 0.3)), colour=(0.92, 0.92, 0.92)
        )
    # the back half keeps the rain off
    model.add(
        "glulam",
        box(length + 0.5, 0.08, depth_m * 0.6, 0.02, (0, height_m + 0.5, back + depth_m * 0.3)),
        colour=(0.9, 0.9, 0.9),
    )
    return model


def notice_board(
    atlas: Atlas,
    title: str,
    subtitle: str,
    lines: tuple[str, ...],
    width_m: float = 1.2,
    height_m: float = 1.6,
) -> Model:
    """A board on two legs that stands on the floor; its front is +Z and its middle 1.45 m up."""
    picture = _notice(title, subtitle, lines, round(width_m * 190), round(height_m * 190))
    model = Model()
    y = 1.45
    model.add("glulam", box(width_m + 0.1, height_m + 0.1, 0.07, 0.015, (0, y, 0)))
    model.add(atlas.name, card(width_m, height_m, atlas.put(picture)), (0, y, 0.04))
    for x in (-width_m / 2 + 0.1, width_m / 2 - 0.1):
        model.add("steel", standing(0.07, y, 0.07, 0.01, (x, 0, -0.05)))
    model.add("steel", standing(width_m + 0.1, 0.05, 0.5, 0.01))
    return model


def _notice(title: str, subtitle: str, lines: tuple[str, ...], width_px: int, height_px: int) -> Image.Image:
    picture = Image.new("RGB", (width_px, height_px), sign.LIGHT.ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width_px, height_px * 0.045), fill=sign.LIGHT.border)
    size = int(min(width_px * 0.8 / max(2, len(title)), width_px * 0.2))
    sign.write(draw, title, (width_px / 2, height_px * 0.19), size, sign.LIGHT.text)
    sign.write(
        draw, subtitle, (width_px / 2, height_px * 0.315), int(width_px * 0.056), "#5a625f", weight=400
    )
    draw.line((width_px * 0.12, height_px * 0.39, width_px * 0.88, height_px * 0.39), fill="#c9c2b2", width=1)
    for i, line in enumerate(lines):
        sign.write(
            draw,
            line,
            (width_px / 2, height_px * (0.49 + 0.105 * i)),
            int(width_px * 0.078),
            sign.LIGHT.text,
            weight=400,
        )
    return picture
