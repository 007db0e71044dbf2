"""What Song astronomers looked through: the armillary sphere, the water-driven clock tower, the star chart.

After Su Song's Xin Yi Xiang Fa Yao (1094): an outer frame of meridian, horizon and equator, a middle set that
turns with the sky, an inner ring with the sighting tube. Proportions are by eye, not from a survey.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from kit import palette, roof, sign
from kit.column import round_column
from kit.dome import ring
from kit.mesh import Mesh, box, join, lathe, rotation_x, rotation_z, standing, tube
from kit.model import Model
from kit.rail import wood_rail

HANGZHOU_LATITUDE = np.radians(30.3)
"""How far the pole stands above the horizon."""
ECLIPTIC = np.radians(23.5)
SOLAR_TERMS = tuple(
    "冬至 小寒 大寒 立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 "  # noqa: SIM905
    "夏至 小暑 大暑 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪".split()
)


def _hoop(radius: float, wide: float, tall: float) -> Mesh:
    """A band about the Y axis."""
    return ring(radius, 0.0, wide, tall, 72)


def armillary(radius: float = 2.1) -> Model:
    """Three nests of bronze rings about a golden earth; the origin is the middle."""
    k = radius / 2.1
    upright, tilt = rotation_x(np.pi / 2), rotation_z(np.pi / 2 - HANGZHOU_LATITUDE)
    model = Model()
    outer = [
        _hoop(2.1, 0.14, 0.26),
        _hoop(2.1, 0.13, 0.22).turned(upright),
        _hoop(2.02, 0.09, 0.17).turned(tilt),
    ]
    middle = [
        _hoop(1.76, 0.08, 0.16).turned(tilt),
        _hoop(1.76, 0.08, 0.16).turned(rotation_z(np.pi / 2 - HANGZHOU_LATITUDE + ECLIPTIC)),
        _hoop(1.76, 0.07, 0.14).turned(tilt @ rotation_x(np.pi / 2)),
        _hoop(1.76, 0.07, 0.14).turned(tilt @ rotation_z(np.pi / 2) @ rotation_x(0.5)),
    ]
    inner = [_hoop(1.36, 0.05, 0.1).turned(tilt @ rotation_x(np.pi / 2 + 0.7)) for _ in range(1)]
    inner.append(_hoop(1.24, 0.04, 0.09).turned(tilt @ rotation_x(np.pi / 2 + 0.7)))
    pole = np.array([np.cos(HANGZHOU_LATITUDE), np.sin(HANGZHOU_LATITUDE), 0])
    axis = tube([-pole * 2.1, pole * 2.1], 0.035, 8)
    sight = np.array([0.35, 0.75, 0.56])
    barrel = tube([-sight * 1.3, sight * 1.3], 0.06, 8)
    model.add("brass", join([*outer, axis]), scale=k)
    model.add("gold", join(middle), scale=k)
    model.add("bronze", join([*inner, barrel]), scale=k)
    model.add(
        "gold", lathe([(0.3 * np.sin(a), -0.3 * np.cos(a)) for a in np.linspace(0, np.pi, 9)], 16), scale=k
    )
    return model


def hung_armillary(height: float, from_height: float, spread: float = 1.6, radius: float = 2.1) -> Model:
    """The sphere on three cables from a ring above."""
    model = Model().place(armillary(radius), (0, height, 0))
    for k in range(3):
        angle = k * 2 * np.pi / 3 + 0.5
        top = (spread * np.cos(angle), from_height, spread * np.sin(angle))
        end = (radius * 0.98 * np.cos(angle), height + 0.1, radius * 0.98 * np.sin(angle))
        model.add("steel", tube([top, end], 0.018, 5))
    return model


def star_chart(size_px: int = 640) -> Image.Image:
    """A floor chart: the pole amid 28 lodges, the circles of the sky, the 24 solar terms round the rim."""
    rng = np.random.default_rng(1247)  # the year in which the Suzhou chart was cut in stone
    picture = Image.new("RGB", (size_px, size_px), "#22333d")
    draw = ImageDraw.Draw(picture)
    middle = size_px / 2

    def circle(radius: float, colour: str, width: int, dx: float = 0.0) -> None:
        draw.ellipse(
            (middle - radius + dx, middle - radius, middle + radius + dx, middle + radius),
            outline=colour,
            width=width,
        )

    draw.ellipse((2, 2, size_px - 2, size_px - 2), fill="#e9e2d0")
    draw.ellipse((size_px * 0.075, size_px * 0.075, size_px * 0.925, size_px * 0.925), fill="#22333d")
    for radius in (0.42, 0.30, 0.12):
        circle(size_px * radius, "#c79a4b", 2)
    circle(size_px * 0.30, "#d6482f", 2, size_px * 0.055)
    for k in range(28):
        angle = 2 * np.pi * k / 28
        near, far = size_px * 0.12, size_px * 0.42
        draw.line(
            (
                middle + near * np.cos(angle),
                middle + near * np.sin(angle),
                middle + far * np.cos(angle),
                middle + far * np.sin(angle),
            ),
            fill="#5f7078",
            width=1,
        )
    _constellations(draw, rng, size_px)
    _around(picture, SOLAR_TERMS, size_px * 0.462, round(size_px * 0.036))
    return picture


def _constellations(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size_px: int) -> None:
    """Short chains of stars, as old charts draw them; the Dipper near the pole is in its place."""
    middle = size_px / 2
    for _ in range(64):
        angle, r = rng.random() * 2 * np.pi, size_px * (0.14 + 0.27 * rng.random())
        x, y = middle + r * np.cos(angle), middle + r * np.sin(angle)
        heading, points = rng.random() * 2 * np.pi, [(x, y)]
        for _ in range(int(rng.integers(1, 5))):
            heading += rng.normal() * 0.7
            x, y = x + 13 * np.cos(heading), y + 13 * np.sin(heading)
            points.append((x, y))
        _chain(draw, points)
    dipper = [
        (0.0, 0.0),
        (0.7, -0.5),
        (1.5, -0.6),
        (2.2, -0.3),
        (2.3, 0.5),
        (3.3, 0.6),
        (3.4, -0.4),
        (2.2, -0.3),
    ]
    _chain(draw, [(middle - 40 + x * 22, middle - 30 + y * 22) for x, y in dipper])


def _chain(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]]) -> None:
    draw.line(points, fill="#c9b98c", width=1)
    for x, y in points:
        draw.ellipse((x - 2.2, y - 2.2, x + 2.2, y + 2.2), fill="#f6ecd0")


def _around(picture: Image.Image, words: tuple[str, ...], radius: float, size_px: int) -> None:
    """Words set round a circle, their heads outwards."""
    middle = picture.width / 2
    for i, word in enumerate(words):
        angle = 2 * np.pi * i / len(words)
        tile = Image.new("RGBA", (size_px * 3, size_px * 2), (0, 0, 0, 0))
        sign.write(ImageDraw.Draw(tile), word, (tile.width / 2, tile.height / 2), size_px, "#2d3438")
        turned = tile.rotate(-np.degrees(angle) - 90, expand=True, resample=Image.Resampling.BICUBIC)
        x, y = middle + radius * np.cos(angle), middle + radius * np.sin(angle)
        picture.paste(turned, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)


def clock_tower() -> Model:
    """Su Song's tower, 10 m: a tapering timber house, a gallery, and the sphere under a lifted roof."""
    model = Model()
    model.add("stone", standing(5.4, 0.5, 5.4, 0.05))
    model.add("stone", standing(4.9, 0.35, 4.9, 0.05, (0, 0.5, 0)))
    _tapered_house(model, 0.85, 5.0, 2.15, 1.8)
    _clock_face(model)
    floor = 5.95
    model.add("wood", box(4.7, 0.22, 4.7, 0.03, (0, floor, 0)))
    for i in range(4):
        yaw = i * np.pi / 2
        model.place(wood_rail(4.3), (2.2 * np.sin(yaw), floor + 0.1, 2.2 * np.cos(yaw)), yaw)
    for x in (-1.5, 1.5):
        for z in (-1.5, 1.5):
            model.place(round_column(2.6, 0.26, base=False), (x, floor + 0.1, z))
    model.place(armillary(1.0), (0, floor + 1.35, 0))
    model.place(roof.pyramid(2.7, 1.9, 0.7, 2.0), (0, floor + 2.7, 0))
    return model


def _tapered_house(model: Model, low: float, high: float, half_low: float, half_high: float) -> None:
    """Four leaning walls with corner posts and bands."""
    for i in range(4):
        lean = np.arctan2(half_low - half_high, high)
        panel = box(2 * half_high + 0.25, high, 0.14, 0.02, (0, high / 2, 0)).turned(rotation_x(-lean))
        yaw = i * np.pi / 2
        model.add("wood", panel, (half_low * np.sin(yaw), low, half_low * np.cos(yaw)), yaw, (0.8, 0.62, 0.5))
        for sign_x in (-1, 1):
            foot = np.array([sign_x * half_low, low, half_low])
            top = np.array([sign_x * half_high, low + high, half_high])
            model.add("wood", tube([foot, top], 0.16, 8), yaw=yaw, colour=(0.75, 0.7, 0.65))
        for share in (0.02, 0.5, 0.97):
            half = half_low + (half_high - half_low) * share
            model.add(
                "wood",
                box(2 * half + 0.1, 0.24, 0.22, 0.02),
                (half * np.sin(yaw), low + high * share, half * np.cos(yaw)),
                yaw,
                (0.7, 0.65, 0.6),
            )


def _clock_face(model: Model) -> None:
    """Five storeys of small windows in which wooden figures told the hours."""
    for row in range(5):
        y = 1.5 + row * 0.82
        z = 2.15 - (y - 0.85) / 5.0 * 0.35 + 0.12
        model.add("gold", box(1.7, 0.05, 0.12, 0, (0, y - 0.34, z)))
        for column in range(3):
            x = (column - 1) * 0.55
            model.add("dark", box(0.38, 0.56, 0.06, 0.01, (x, y, z)))
            colour = palette.linear(("#8f2f2c", "#2f4a6b", "#5d7f45")[(row + column) % 3])
            model.add(
                "paint",
                lathe([(0.1, 0), (0.07, 0.22), (0.0, 0.26)], 8),
                (x, y - 0.26, z + 0.07),
                colour=colour,
            )
            model.add(
                "paint",
                lathe([(0.0, 0.24), (0.06, 0.3), (0.0, 0.37)], 8),
                (x, y - 0.26, z + 0.07),
                colour=(0.75, 0.5, 0.36),
            )
