"""Lanterns. Each brings the lamp that the baker sees and a halo; powers are for dusk."""

from __future__ import annotations

from kit.mesh import box, join, lathe
from kit.model import Model


def round_lantern(scale: float = 1.0, power: float = 1.0, hanger_m: float = 0.5) -> Model:
    """Hangs: the origin is the middle of its body, 0.6 m wide at scale 1."""
    s = scale
    body = [(0.06, -0.34), (0.17, -0.3), (0.27, -0.15), (0.3, 0), (0.27, 0.15), (0.17, 0.3), (0.06, 0.34)]
    caps = join(
        [
            lathe([(0, -0.4), (0.11, -0.4), (0.11, -0.33), (0.18, -0.31)], 8),
            lathe([(0.18, 0.31), (0.11, 0.33), (0.11, 0.4), (0, 0.4)], 8),
            box(0.02, hanger_m, 0.02, 0, (0, 0.4 + hanger_m / 2, 0)),
            box(0.03, 0.35, 0.03, 0, (0, -0.55, 0)),
        ]
    )
    model = Model()
    model.add("lantern", lathe([(x * s, y * s) for x, y in body], 12, crease_deg=90))
    model.add("wood", caps, colour=(0.6, 0.5, 0.45), scale=s)
    model.lamp((0, -0.1 * s, 0), power * s * s, glow_m=1.5 * s)
    return model


def palace_lantern(scale: float = 1.0, power: float = 1.2) -> Model:
    """Hangs: six paper sides in a wooden frame, 0.7 m tall; the origin is the middle."""
    s = scale
    model = Model()
    model.add("lantern", lathe([(0.2 * s, -0.26 * s), (0.26 * s, 0.26 * s)], 6, crease_deg=1))
    for y, r in ((-0.29, 0.24), (0.29, 0.34)):
        model.add(
            "wood",
            lathe([(0, -0.03), (r, -0.03), (r, 0.03), (0.05, 0.06), (0, 0.06)], 6),
            (0, y * s, 0),
            scale=s,
        )
    model.add("wood", box(0.02, 0.5, 0.02, 0, (0, 0.6, 0)), scale=s)
    model.add("wood", box(0.03, 0.4, 0.03, 0, (0, -0.5, 0)), colour=(2.2, 0.5, 0.4), scale=s)
    model.lamp((0, -0.1 * s, 0), power * s * s, glow_m=1.4 * s)
    return model


def wall_lantern(scale: float = 0.9, power: float = 1.0) -> Model:
    """A round lantern on an arm; the origin is where the arm meets the wall (facing +Z)."""
    model = Model().place(round_lantern(scale, power, 0.15), (0, -0.6, 0.5))
    return model.add("wood", box(0.06, 0.06, 0.62, 0.01, (0, 0, 0.28)))


def standing_lamp(height_m: float = 1.5, power: float = 0.9) -> Model:
    """A stone garden lantern (shiding): foot, shaft, lit box and cap."""
    model = Model()
    k = height_m / 1.5
    shaft = [
        (0.32, 0),
        (0.32, 0.1),
        (0.2, 0.18),
        (0.13, 0.24),
        (0.12, 0.75),
        (0.2, 0.84),
        (0.3, 0.9),
        (0.3, 0.96),
        (0, 0.96),
    ]
    model.add("stone", lathe([(r * k, y * k) for r, y in shaft], 8))
    model.add("lantern", lathe([(0.17 * k, 0.96 * k), (0.17 * k, 1.22 * k)], 4, crease_deg=1))
    for x in (-1, 1):
        for z in (-1, 1):
            model.add("stone", box(0.05, 0.27, 0.05, 0, (x * 0.13, 1.09, z * 0.13)), scale=k)
    model.add(
        "stone",
        lathe(
            [
                (0.36 * k, 1.22 * k),
                (0.36 * k, 1.27 * k),
                (0.12 * k, 1.42 * k),
                (0.06 * k, 1.5 * k),
                (0, 1.52 * k),
            ],
            8,
        ),
    )
    model.lamp((0, 1.1 * k, 0), power, glow_m=0.9 * k)
    return model


def candle_float(power: float = 0.25) -> Model:
    """A lotus lamp that floats: petals of paper about a flame; the origin is on the water."""
    model = Model()
    for sides, r, y in ((8, 0.22, 0.0), (8, 0.15, 0.03)):
        cup = lathe([(r * 0.55, y), (r, y + 0.1), (r * 0.92, y + 0.16)], sides, crease_deg=1)
        model.add("lantern", cup).add("lantern", cup.inside_out())
    model.add("leaf", lathe([(0.0, -0.01), (0.27, 0.0), (0.0, 0.02)], 8), colour=(0.06, 0.12, 0.04))
    model.lamp((0, 0.25, 0), power, glow_m=0.8)
    return model
