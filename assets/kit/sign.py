"""Signs, couplets, posters and ink paintings, drawn into one texture a hall.

The characters come from Noto Serif SC (SIL OFL 1.1) out of the npm package @fontsource/noto-serif-sc,
which ships
the face as some hundred small files; each character is drawn with the file that has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kit import palette, texture
from kit.mesh import box, card, standing
from kit.model import Model

Box = tuple[int, int, int, int]
_FACE = Path(__file__).parents[2] / "node_modules" / "@fontsource" / "noto-serif-sc"


@cache
def _font_files(weight: int) -> list[tuple[list[tuple[int, int]], Path]]:
    """(ranges of code points, font file) of each piece of the face, from the package's own style sheet."""
    css = _FACE / f"{weight}.css"
    if not css.exists():
        raise FileNotFoundError(f"no {css.name} of @fontsource/noto-serif-sc: run `npm ci` first")
    pieces = []
    for rule in css.read_text(encoding="utf-8").split("@font-face")[1:]:
        file = re.search(r"url\(\./(files/[^)]+\.woff)\)", rule)
        ranges = re.search(r"unicode-range:\s*([^;}]+)", rule)
        if file is None or ranges is None:
            continue
        spans = []
        for item in ranges.group(1).split(","):
            ends = item.strip()[2:].split("-")
            spans.append((int(ends[0], 16), int(ends[-1], 16)))
        pieces.append((spans, _FACE / file.group(1)))
    return pieces


@cache
def _font(character: str, size_px: int, weight: int) -> ImageFont.FreeTypeFont:
    code = ord(character)
    for spans, file in _font_files(weight):
        if any(first <= code <= last for first, last in spans):
            return ImageFont.truetype(str(file), size_px)
    raise ValueError(f"Noto Serif SC has no {character!r} (U+{code:04X})")


def write(
    draw: ImageDraw.ImageDraw,
    text: str,
    centre: tuple[float, float],
    size_px: int,
    fill: str,
    vertical: bool = False,
    spacing: float = 1.0,
    weight: int = 700,
) -> None:
    """Text about a point, across or down; spacing is in units of the size."""
    advances = [
        size_px * spacing if vertical else _font(c, size_px, weight).getlength(c) * spacing for c in text
    ]
    position = -sum(advances) / 2
    for character, advance in zip(text, advances, strict=True):
        middle = position + advance / 2
        x, y = (centre[0], centre[1] + middle) if vertical else (centre[0] + middle, centre[1])
        # "mm" centres on the face's ascender and descender, the same in each of its files
        draw.text((x, y), character, font=_font(character, size_px, weight), fill=fill, anchor="mm")
        position += advance


def text_width(text: str, size_px: int, weight: int = 700) -> float:
    return float(sum(_font(c, size_px, weight).getlength(c) for c in text))


@dataclass
class Atlas:
    """One picture that many signs share; its name is its material's name. Regions are packed against a
    skyline.
    """

    name: str
    size: int = 1024
    picture: Image.Image = field(init=False)
    _skyline: np.ndarray = field(init=False)
    """(size,) how far down each column of pixels is taken."""

    def __post_init__(self) -> None:
        self.picture = Image.new("RGB", (self.size, self.size), palette.LACQUER)
        self._skyline = np.zeros(self.size, int)

    def put(self, drawn: Image.Image) -> tuple[float, float, float, float]:
        """Pastes a picture and returns its uv: left, top, right, bottom."""
        margin = 4
        wide, tall = drawn.width + margin, drawn.height + margin
        if wide > self.size:
            raise ValueError(f"a sign of {drawn.width} px does not fit atlas {self.name} of {self.size} px")
        # the lowest place it can rest on, the leftmost of those
        rest = np.lib.stride_tricks.sliding_window_view(self._skyline, wide).max(axis=1)
        x = int(rest.argmin())
        y = int(rest[x])
        if y + tall > self.size:
            raise ValueError(f"atlas {self.name} of {self.size} px is full")
        self._skyline[x : x + wide] = y + tall
        # the border is stretched into the margin, so that mipmaps do not bleed
        self.picture.paste(drawn.resize((wide, tall)), (x, y))
        self.picture.paste(drawn, (x + margin // 2, y + margin // 2))
        left, top = (x + margin // 2 + 0.5) / self.size, (y + margin // 2 + 0.5) / self.size
        return left, top, left + (drawn.width - 1) / self.size, top + (drawn.height - 1) / self.size


@dataclass(frozen=True)
class Style:
    ground: str = palette.LACQUER
    text: str = palette.GOLD
    border: str = "#a97d35"


LACQUERED = Style()
GREEN = Style("#22302b", palette.GOLD, "#a97d35")
BROWN = Style("#2a211b", "#f0dcb0", "#a97d35")
RED = Style("#7c2a22", "#f3dfae", "#c79a4b")
INDIGO = Style("#26405e", "#efe6d2", "#8fa7bf")
PAPER = Style(palette.PAPER, "#2b2622", "#b9a98a")
LIGHT = Style("#f3f1ea", "#2d3438", "#d6482f")


def board_picture(text: str, width_px: int, height_px: int, style: Style, subtitle: str = "") -> Image.Image:
    picture = Image.new("RGB", (width_px, height_px), style.ground)
    draw = ImageDraw.Draw(picture)
    edge = max(2, round(min(width_px, height_px) * 0.035))
    draw.rectangle((edge, edge, width_px - 1 - edge, height_px - 1 - edge), outline=style.border, width=edge)
    vertical = height_px > 1.5 * width_px
    across, down = width_px - 6 * edge, height_px - 6 * edge
    if vertical:
        size = int(min(across * 0.86, down / (len(text) * 1.1)))
        write(draw, text, (width_px / 2, height_px / 2), size, style.text, vertical=True, spacing=1.1)
        return picture
    room = down * (0.62 if subtitle else 0.86)
    size = int(min(room, across / text_width(text, 100) * 96))
    write(draw, text, (width_px / 2, height_px * (0.40 if subtitle else 0.5)), size, style.text)
    if subtitle:
        small = int(min(down * 0.2, across / text_width(subtitle, 100, 400) * 96))
        write(draw, subtitle, (width_px / 2, height_px * 0.79), small, style.text, weight=400)
    return picture


def landscape(
    width_px: int, height_px: int, seed: int, paper: str = "#e8dcc0", ridges: int = 6
) -> Image.Image:
    """Mountains in ink: ridge lines, each fading downwards into mist."""
    rng = np.random.default_rng(seed)
    pixels = np.tile(palette.rgb(paper), (height_px, width_px, 1))
    y = np.mgrid[:height_px, :width_px][0]
    x = np.arange(width_px)
    side = 512
    brush = np.clip(texture.noise(f"brush {seed}", side, 1.3, 0.6), -2, 2)
    brush = np.asarray(
        Image.fromarray(brush.astype(np.float32)).resize((width_px, height_px), Image.Resampling.BILINEAR)
    )
    for i in range(ridges):
        phase = rng.random(9) * 6.28
        ridge = height_px * (0.30 + 0.6 * i / ridges) + 0.0 * x
        for k in range(1, 9):
            wave = np.abs(np.sin(x / 1024 * np.pi * 2 * k * 0.7 + phase[k])) ** 1.3
            ridge = ridge - wave * height_px * (0.26 / k**1.15) * (1 - 0.09 * i)
        ridge = ridge + height_px * 0.09
        depth = (y - ridge) / (height_px * 0.30)
        ink = (0.18 + 0.66 * i / ridges) * np.clip(1 - depth, 0, 1) ** 1.5 * np.clip((y - ridge) / 2.5, 0, 1)
        ink = np.clip(ink * (1 + 0.25 * brush), 0, 0.92)[..., None]
        pixels = pixels * (1 - ink) + np.array([46, 62, 60] if i < ridges - 2 else [40, 52, 40]) * ink
    return texture.image(pixels + brush[..., None] * 2)


def poster_picture(
    title: str, width_px: int, height_px: int, seed: int, disc: str = "#b8543f", paper: str = palette.PAPER
) -> Image.Image:
    """A hanging scroll: mountains, a sun, the title down the side and a seal."""
    picture = landscape(width_px, height_px, seed, paper, 5)
    draw = ImageDraw.Draw(picture)
    r = width_px * 0.11
    draw.ellipse(
        (width_px * 0.68 - r, height_px * 0.14 - r, width_px * 0.68 + r, height_px * 0.14 + r), fill=disc
    )
    size = int(width_px * 0.17)
    tall = size * 1.08 * len(title)
    write(
        draw,
        title,
        (width_px * 0.17, height_px * 0.07 + tall / 2),
        size,
        "#3a3028",
        vertical=True,
        spacing=1.08,
    )
    top, seal = height_px * 0.07 + tall + size * 0.3, width_px * 0.095
    draw.rectangle(
        (width_px * 0.17 - seal / 2, top, width_px * 0.17 + seal / 2, top + seal), fill=palette.VERMILION
    )
    return picture


# ---------------------------------------------------------------- as models, centre at the origin, facing +Z


def name_board(
    atlas: Atlas,
    text: str,
    width_m: float,
    height_m: float,
    style: Style = LACQUERED,
    px_per_m: float = 200,
    subtitle: str = "",
    frame: str = "wood",
) -> Model:
    """A framed board; text runs down where it is much taller than wide."""
    picture = board_picture(text, round(width_m * px_per_m), round(height_m * px_per_m), style, subtitle)
    return framed(atlas, picture, width_m, height_m, frame)


def painting(
    atlas: Atlas, width_m: float, height_m: float, seed: int, px_per_m: float = 100, frame: str = "wood"
) -> Model:
    """An ink landscape in a frame."""
    picture = landscape(round(width_m * px_per_m), round(height_m * px_per_m), seed)
    return framed(atlas, picture, width_m, height_m, frame)


def poster(
    atlas: Atlas,
    title: str,
    width_m: float,
    height_m: float,
    seed: int,
    disc: str = "#b8543f",
    px_per_m: float = 190,
) -> Model:
    picture = poster_picture(title, round(width_m * px_per_m), round(height_m * px_per_m), seed, disc)
    return framed(atlas, picture, width_m, height_m)


def framed(atlas: Atlas, picture: Image.Image, width_m: float, height_m: float, frame: str = "wood") -> Model:
    """Any picture in the atlas, on a backing a little larger than itself."""
    model = Model()
    model.add(frame, box(width_m + 0.14, height_m + 0.14, 0.09, 0.025), colour=(0.55, 0.45, 0.4))
    model.add(atlas.name, card(width_m, height_m, atlas.put(picture)), (0, 0, 0.055))
    return model


def notice(atlas: Atlas, title: str, subtitle: str, style: Style = PAPER) -> Model:
    """A board to read on two posts under a little roof, 2.2 m tall, standing, facing +Z; for Hall.panel
    at y 1.35.
    """
    model = Model()
    for x in (-0.68, 0.68):
        model.add("wood", standing(0.09, 2.1, 0.09, 0.015, (x, 0, 0)))
    model.add("wood", box(1.7, 0.07, 0.34, 0.02, (0, 2.12, 0)))
    model.add("tile", box(1.6, 0.06, 0.3, 0.02, (0, 2.18, 0)))
    picture = notice_picture(title, subtitle, 180, 225, style)
    return model.place(framed(atlas, picture, 1.2, 1.5), (0, 1.35, 0))


def notice_picture(
    title: str, subtitle: str, width_px: int, height_px: int, style: Style = PAPER
) -> Image.Image:
    """A title above lines of brush strokes that stand for its text."""
    picture = Image.new("RGB", (width_px, height_px), style.ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((6, 6, width_px - 7, height_px - 7), outline=style.border, width=2)
    size = int(min(width_px * 0.8 / len(title), height_px * 0.2))
    write(draw, title, (width_px / 2, height_px * 0.2), size, style.text)
    write(draw, subtitle, (width_px / 2, height_px * 0.37), int(size * 0.45), palette.VERMILION)
    for i in range(6):
        x = width_px * (0.84 - 0.135 * i)
        foot = height_px * (0.9 if i < 5 else 0.7)
        draw.line((x, height_px * 0.47, x, foot), fill=style.border, width=max(2, width_px // 60))
    return picture
