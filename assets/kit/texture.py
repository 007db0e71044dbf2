"""Surface textures, drawn by 1/f noise in the frequency domain: they tile by construction.

Each function returns a PIL image; the same arguments give the same pixels.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from kit import palette


def noise(seed: str, size: int, falloff: float = 1.8, across: float = 1.0, width: int = 0) -> np.ndarray:
    """(size, width or size) of mean 0 and deviation 1; across > 1 draws it out along rows."""
    width = width or size
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "little"))
    down = np.fft.fftfreq(size)[:, None] * size
    along = np.fft.fftfreq(width)[None] * width * across
    frequency = np.hypot(along, down)
    frequency[0, 0] = 1
    spectrum = frequency**-falloff * np.exp(2j * np.pi * rng.random((size, width)))
    spectrum[0, 0] = 0
    field = np.fft.ifft2(spectrum).real
    return (field - field.mean()) / field.std()


def _rng(seed: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "little"))


def image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def shaded(
    base: str, value: np.ndarray, amount: float, tint: tuple[float, float, float] = (1, 1, 1)
) -> np.ndarray:
    return palette.rgb(base) + value[..., None] * amount * np.array(tint)


def normal_map(height: np.ndarray, strength: float) -> Image.Image:
    """Tangent-space normals (+Y up, as glTF) of a tiling height field."""
    dx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * strength
    dy = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * strength
    normal = np.stack([-dx, dy, np.ones_like(height)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return image((normal * 0.5 + 0.5) * 255)


@cache
def _courses(size: int, rows: int, per_row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A running bond: the stone's number, and pixels to its nearest joint."""
    y, x = np.mgrid[:size, :size]
    tall, wide = size // rows, size // per_row
    row = y // tall
    x = (x + (row % 2) * (wide // 2) + (row * 37) % wide) % size
    stone = row * per_row + x // wide
    edge = np.minimum(np.minimum(x % wide, wide - 1 - x % wide), np.minimum(y % tall, tall - 1 - y % tall))
    return stone, edge, y


def paving(base: str = palette.PAVING, rows: int = 8, per_row: int = 4, moss: float = 0.55) -> Image.Image:
    """Worn stone setts; 512 px, 2 m."""
    size = 512
    stone, edge, _ = _courses(size, rows, per_row)
    rng = _rng(f"paving {base}")
    tone, hue = rng.normal(size=stone.max() + 1)[stone], rng.normal(size=stone.max() + 1)[stone]
    broad, fine = noise("paving broad", size, 1.6), noise("paving fine", size, 0.8)
    joint = np.clip(edge / 3.5, 0, 1)
    pixels = shaded(base, tone * 0.85 + broad * 0.45 + fine * 0.3, 13) + hue[..., None] * np.array([4, 1, -4])
    pixels *= (0.62 + 0.38 * joint)[..., None]
    cover = np.clip((1 - joint) * 0.7 + 0.25 * (broad > 1.2), 0, 1)[..., None] * moss
    return image(pixels * (1 - cover) + palette.rgb("#555a48") * cover)


def paving_normal(rows: int = 8, per_row: int = 4) -> Image.Image:
    _, edge, _ = _courses(512, rows, per_row)
    height = (
        np.clip(edge / 6, 0, 1)
        + noise("paving broad", 512, 1.6) * 0.06
        + noise("paving fine", 512, 0.8) * 0.03
    )
    return normal_map(height, 2.2)


def plaster(base: str = palette.PLASTER) -> Image.Image:
    """256 px, 4 m."""
    value = noise("plaster", 256, 1.7) * 0.5 + noise("plaster stain", 256, 2.4) * 0.7
    return image(shaded(base, value, 6, (1, 1, 1.2)))


def stone(base: str = palette.STONE) -> Image.Image:
    """256 px, 2.2 m."""
    value = (
        noise("stone", 256, 1.5) * 0.7
        + noise("stone grain", 256, 1.0) * 0.6
        + noise("stone grit", 256, 0.2) * 0.35
    )
    return image(shaded(base, value, 9, (1, 1, 1.1)))


def wood(base: str = palette.WOOD, contrast: float = 13) -> Image.Image:
    """Grain along u; 256 px, 1.6 m."""
    # the noise is drawn down the rows, then turned so that the grain follows u
    grain, broad = noise("wood", 256, 1.25, 14).T, noise("wood broad", 256, 1.7)
    rows = np.mgrid[:256, :256][1]
    rings = np.sin(rows / 256 * 2 * np.pi * 9 + broad * 1.1)
    value = (grain * 0.75 + rings * 0.4 + broad * 0.35).T
    return image(shaded(base, value, contrast, (1.15, 1, 0.8)))


def planks(base: str = palette.WOOD, boards: int = 8) -> Image.Image:
    """Floor boards along u; 512 px, 1.6 m."""
    size = 512
    row = np.mgrid[:size, :size][0]
    board, edge = row * boards // size, (row % (size // boards)).astype(float)
    rng = _rng(f"planks {base}")
    grain = noise("planks", size, 1.25, 0.12)
    value = grain * 0.8 + rng.normal(size=boards)[board] * 0.7
    gap = np.clip(np.minimum(edge, size // boards - 1 - edge) / 2, 0, 1)
    return image(shaded(base, value, 13, (1.15, 1, 0.8)) * (0.5 + 0.5 * gap)[..., None])


def terrazzo(
    base: str = "#e6e3da", chips: tuple[str, ...] = ("#8fb5a5", "#c79a4b", "#5b5f5c")
) -> Image.Image:
    """Polished stone with chips; 512 px, 2 m."""
    size = 512
    pixels = shaded(base, noise("terrazzo", size, 1.6) * 0.6, 5)
    for i, chip in enumerate(chips):
        field = noise(f"terrazzo chip {i}", size, 0.75)
        cover = np.clip((field - 1.75) * 3, 0, 1)[..., None] * 0.8
        pixels = pixels * (1 - cover) + palette.rgb(chip) * cover
    return image(pixels)


def roof_tile(base: str = palette.TILE) -> Image.Image:
    """Overlapping courses across v; 256 px, 1 m."""
    size = 256
    y, x = np.mgrid[:size, :size]
    tone = _rng(f"roof {base}").normal(size=64)[(x // 64) + 4 * (y // 64)]
    phase = (x % 64) / 64
    shade = (np.clip(phase * 3.2, 0, 1) * 0.35 + 0.65) * np.where(phase < 0.05, 0.55, 1)
    return image(shaded(base, tone * 0.7 + noise("roof", size, 1.4) * 0.7, 11) * shade[..., None])


def roof_tile_normal() -> Image.Image:
    phase = (np.mgrid[:256, :256][1] % 64) / 64
    return normal_map(1 - phase + noise("roof", 256, 1.4) * 0.05, 1.6)


def ground(base: str = palette.MOSS) -> Image.Image:
    """Moss and short grass; 512 px, 5 m."""
    value = noise("ground", 512, 1.6) * 0.9 + noise("ground fine", 512, 0.7) * 0.7
    return image(shaded(base, value, 13, (1.1, 1, 0.7)))


def water_normal() -> Image.Image:
    """256 px, 7 m."""
    return normal_map(noise("water", 256, 1.9) + 0.3 * noise("water fine", 256, 1.2), 0.55)


def cloth(base: str = palette.CLOTH) -> Image.Image:
    """A plain weave; 256 px, 1 m."""
    y, x = np.mgrid[:256, :256]
    weave = np.sin(x * np.pi / 2) * np.sin(y * np.pi / 2)
    return image(shaded(base, weave * 0.5 + noise("cloth", 256, 1.4) * 0.6, 7))


LATTICE_PX = (256, 512)


def lattice(frame: str = "#5a3826", paper: str = "#e9d3a4") -> Image.Image:
    """One leaf of a lattice door, paper behind the bars; covers 0..1."""
    picture = Image.new("RGB", LATTICE_PX, frame)
    _lattice_bars(ImageDraw.Draw(picture), paper, "#4c2e20", panel="#663f2a")
    pixels = np.asarray(picture, float) + noise("lattice", 512, 1.6, width=256)[..., None] * 4
    return image(pixels)


def lattice_light() -> Image.Image:
    """What shines through the paper of `lattice`."""
    mask = Image.new("L", LATTICE_PX, 0)
    _lattice_bars(ImageDraw.Draw(mask), 255, 0, panel=0)
    fade = np.linspace(1.1, 0.6, 512)[:, None]
    value = np.asarray(mask, float) / 255 * fade * (0.8 + 0.1 * noise("lattice light", 512, 2, width=256))
    return image(value[..., None] * np.array([255, 186, 104]))


def _lattice_bars(draw: ImageDraw.ImageDraw, paper: str | int, bar: str | int, panel: str | int) -> None:
    width, height = LATTICE_PX
    left, right, foot = 18, width - 18, 330
    draw.rectangle((left, left, right, foot), fill=paper)
    for x in range(left, right + 1, 20):
        draw.rectangle((x - 3, left, x + 3, foot), fill=bar)
    for y in (18, 60, 100, 174, 250, 290, 330):
        draw.rectangle((left, y - 3, right, y + 3), fill=bar)
    for x in range(-300, 300, 40):
        draw.line((x, 100, x + 150, 250), fill=bar, width=4)
        draw.line((x + 150, 100, x, 250), fill=bar, width=4)
    draw.rectangle((0, 331, width, height), fill=0 if bar == 0 else "#5a3826")
    draw.rectangle((0, 0, 13, height), fill=0 if bar == 0 else "#5a3826")
    draw.rectangle((width - 14, 0, width, height), fill=0 if bar == 0 else "#5a3826")
    for region in ((24, 346, width - 24, 372), (24, 384, width - 24, 490)):
        draw.rectangle(region, fill=panel, outline=bar, width=4)
