"""Colours: sRGB hex as designers write them, linear as glTF wants them."""

from __future__ import annotations

import numpy as np

PLASTER = "#e9e4d8"
WOOD = "#6b4530"
TILE = "#5e646a"
STONE = "#b7b2a6"
PAVING = "#8d8a80"
MOSS = "#66704a"
LACQUER = "#16201d"
GOLD = "#e3b85a"
CLOTH = "#8f2f2c"
PAPER = "#efe6d2"
VERMILION = "#a8322a"
PINE = ("#1c3024", "#5d7f45")
WILLOW = ("#34512a", "#a9bd62")
BLOSSOM = ("#b4606b", "#fbdcd8")
BAMBOO = ("#2c4a2a", "#86a552")
BAMBOO_STEM = "#6f8a45"
SHRUB = ("#22361f", "#6b8a42")
LOTUS_LEAF = ("#3f6a3e", "#6d8f4e")
LOTUS = ("#e7899b", "#fdf0ee")
PORTALS = {"lobby": "#8fd0b4", "retail": "#f0b866", "culture": "#e0705a", "education": "#7fb8ea"}
"""Light of the gate that leads to each hall."""
LANTERN_LIGHT = (1.0, 0.60, 0.27)
"""Linear colour of what a lantern casts; its own paper glows (1, .36, .07)."""


def rgb(hex_colour: str) -> np.ndarray:
    """'#rrggbb' as (3,) float 0..255, sRGB."""
    return np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def linear(hex_colour: str) -> np.ndarray:
    """'#rrggbb' as (3,) linear float 0..1."""
    return to_linear(rgb(hex_colour) / 255)


def to_linear(srgb: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def to_srgb(value: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1, clipped to 0..1."""
    value = np.clip(value, 0, 1)
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
