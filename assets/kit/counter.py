"""Stone counters and the goods of a market street."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from kit.mesh import Mesh, Vec3, blob, box, join, lathe, tube
from kit.model import Model


def stone_counter(length_m: float = 1.8, depth_m: float = 0.7, height_m: float = 0.82) -> Model:
    """Along x, its front +Z: a plinth, panelled sides, a thick slab and a strip of light under its lip."""
    model = Model()
    model.add("stone", box(length_m - 0.1, 0.1, depth_m - 0.06, 0.02, (0, 0.05, 0)), colour=(0.8, 0.8, 0.8))
    model.add("stone", box(length_m - 0.2, height_m - 0.18, depth_m - 0.16, 0.02, (0, height_m / 2, 0)))
    for x in (-0.25, 0.25):
        panel = box(
            length_m * 0.42,
            height_m * 0.5,
            0.04,
            0.015,
            (x * length_m * 0.92, height_m * 0.5, depth_m / 2 - 0.08),
        )
        model.add("stone", panel, colour=(0.9, 0.88, 0.84))
    model.add("stone", box(length_m, 0.09, depth_m, 0.03, (0, height_m - 0.045, 0)), colour=(1.06, 1.04, 1.0))
    return model.add("strip", box(length_m - 0.25, 0.025, 0.025, 0, (0, height_m - 0.11, depth_m / 2 - 0.06)))


@cache
def _ball(radius: float) -> Mesh:
    return blob(radius, 0.0, np.random.default_rng(0), 0)


def fruit(colour: Vec3, seed: int) -> Model:
    """A shallow basket heaped with round fruit, 0.5 m wide."""
    rng = np.random.default_rng([21, seed])
    basket = lathe([(0.17, 0), (0.25, 0.13), (0.265, 0.13), (0.24, 0.1), (0.0, 0.09)], 9)
    model = Model().add("paint", basket, colour=(0.42, 0.26, 0.11))
    for ring, count, y in ((0.16, 7, 0.14), (0.08, 4, 0.21), (0.0, 1, 0.27)):
        for k in range(count):
            a = 2 * np.pi * k / count + rng.random()
            at = (ring * np.cos(a), y + 0.01 * rng.random(), ring * np.sin(a))
            model.add("paint", _ball(0.066), at, colour=np.array(colour) * (0.8 + 0.35 * rng.random()))
    return model


def jars(seed: int) -> Model:
    """Three glazed jars with cloth-covered mouths."""
    rng = np.random.default_rng([22, seed])
    model = Model()
    for k, (x, z) in enumerate(((-0.2, -0.04), (0.06, 0.08), (0.26, -0.08))):
        s = 0.8 + 0.45 * rng.random()
        pot = lathe([(0.07, 0), (0.12, 0.09), (0.13, 0.18), (0.08, 0.27), (0.065, 0.3)], 9)
        lid = lathe([(0.085, 0.285), (0.08, 0.32), (0.0, 0.345)], 8)
        if k == 1:
            model.add("celadon", pot, (x, 0, z), scale=s)
        else:
            model.add(
                "paint", pot, (x, 0, z), colour=((0.16, 0.07, 0.03), (0.05, 0.09, 0.16))[k // 2], scale=s
            )
        model.add("paint", lid, (x, 0, z), colour=(0.45, 0.05, 0.03), scale=s)
    return model


def silk(seed: int) -> Model:
    """Bolts of silk laid side by side and crosswise on top."""
    rng = np.random.default_rng([23, seed])
    dyes = np.array(
        [(0.55, 0.06, 0.05), (0.03, 0.09, 0.22), (0.62, 0.42, 0.12), (0.1, 0.24, 0.16), (0.62, 0.3, 0.32)]
    )
    model = Model()
    order = rng.permutation(len(dyes))
    for k in range(5):
        x, y = (-0.24 + 0.16 * k, 0.08) if k < 4 else (0.0, 0.22)
        roll = tube([(0, 0, -0.3), (0, 0, 0.3)], 0.078, 9)
        end = lathe([(0.078, 0), (0.0, 0.004)], 9).turned(np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]))
        yaw = 0.0 if k < 4 else 1.3
        for mesh, at in ((roll, (0, 0, 0)), (end, (0, 0, 0.3)), (end.moved(yaw=np.pi), (0, 0, -0.3))):
            model.add("paint", mesh.moved(at), (x, y, 0), yaw, dyes[order[k]])
    return model


def steamers(seed: int) -> Model:
    """Two stacks of bamboo steamers, a bun on the shorter one."""
    model = Model()
    drum = lathe([(0.17, 0), (0.17, 0.085), (0.16, 0.085), (0.155, 0.06), (0, 0.06)], 9)
    lid = lathe([(0.175, 0), (0.165, 0.03), (0.0, 0.06)], 9)
    for x, count in ((-0.19, 3 + seed % 2), (0.19, 2)):
        for k in range(count):
            model.add("paint", drum, (x, 0.087 * k, 0), colour=np.array((0.5, 0.33, 0.15)) * (0.85 + 0.1 * k))
        if x < 0:
            model.add("paint", lid, (x, 0.087 * count, 0), colour=(0.55, 0.37, 0.18))
    for a in range(4):
        at = (0.19 + 0.075 * np.cos(a * 1.57), 0.16, 0.075 * np.sin(a * 1.57))
        model.add("paint", _ball(0.06), at, colour=(0.8, 0.76, 0.68))
    return model


def tea(seed: int) -> Model:
    """Tins of tea and a pot with two cups on a tray."""
    model = Model()
    body = lathe([(0.06, 0), (0.06, 0.14), (0.053, 0.15)], 9)
    tin = join([body, lathe([(0.056, 0.14), (0.056, 0.18), (0, 0.187)], 9)])
    for k, colour in enumerate(((0.035, 0.075, 0.05), (0.34, 0.24, 0.1), (0.17, 0.05, 0.03))):
        model.add("paint", tin, (-0.34 + 0.17 * k, 0, -0.1 + 0.03 * ((k + seed) % 2)), colour=colour)
    model.add("paint", box(0.44, 0.025, 0.3, 0.008, (0.24, 0.012, 0.02)), colour=(0.12, 0.06, 0.03))
    pot = lathe(
        [(0.04, 0), (0.075, 0.03), (0.08, 0.07), (0.045, 0.11), (0.02, 0.12), (0.018, 0.14), (0, 0.145)], 12
    )
    model.add("paint", pot, (0.16, 0.025, 0), colour=(0.2, 0.075, 0.04))
    model.add(
        "paint",
        tube([(0.23, 0.09, 0), (0.27, 0.11, 0), (0.29, 0.14, 0)], (0.018, 0.013, 0.009), 6),
        colour=(0.2, 0.075, 0.04),
    )
    cup = lathe([(0.02, 0), (0.036, 0.045), (0.032, 0.045), (0.0, 0.012)], 8)
    for x, z in ((0.34, 0.09), (0.38, -0.02)):
        model.add("celadon", cup, (x, 0.025, z))
    return model


def _ribbed(canopy: Mesh) -> Mesh:
    """Paler along every second seam, with a pale band near the rim, as paper over ribs is."""
    x, y, z = canopy.position.T
    rib = 0.8 + 0.2 * np.cos(10 * np.arctan2(z, x))
    band = 1 + 1.4 * (np.abs(y - 0.025) < 0.01)
    return replace(canopy, colour=canopy.colour * (rib * band)[:, None])


def umbrellas(seed: int) -> Model:
    """An open oil-paper umbrella leaning over two closed ones."""
    rng = np.random.default_rng([24, seed])
    dye = ((0.6, 0.09, 0.05), (0.66, 0.4, 0.08), (0.05, 0.2, 0.24))[seed % 3]
    canopy = _ribbed(lathe([(0.46, 0.0), (0.42, 0.025), (0.26, 0.11), (0.03, 0.19), (0.0, 0.2)], 20, 90))
    tilt = 0.9 + 0.2 * rng.random()
    c, s = np.cos(tilt), np.sin(tilt)
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    model = Model()
    for mesh in (canopy, canopy.inside_out()):
        model.add("paint", mesh.turned(turn), (0.05, 0.4, -0.05), colour=dye)
    handle = tube([(0, 0.2, 0), (0, -0.42, 0)], 0.012, 5).turned(turn)
    model.add("paint", handle, (0.05, 0.4, -0.05), colour=(0.3, 0.18, 0.08))
    closed = lathe([(0.012, 0), (0.04, 0.1), (0.045, 0.35), (0.012, 0.62)], 8)
    for x in (-0.3, -0.38):
        model.add(
            "paint",
            closed.turned(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])),
            (x + 0.1, 0.045, 0.05),
            0.3,
            dye,
        )
    return model


GOODS: dict[str, Callable[[int], Model]] = {
    "persimmons": lambda seed: fruit((0.75, 0.19, 0.03), seed),
    "bayberries": lambda seed: fruit((0.22, 0.015, 0.04), seed),
    "pears": lambda seed: fruit((0.55, 0.5, 0.14), seed),
    "jars": jars,
    "silk": silk,
    "steamers": steamers,
    "tea": tea,
    "umbrellas": umbrellas,
}


def laid_counter(goods: tuple[str, ...], seed: int, length_m: float = 1.8) -> Model:
    """A stone counter with one kind of goods in each of equal parts."""
    model = stone_counter(length_m)
    for k, name in enumerate(goods):
        x = ((k + 0.5) / len(goods) - 0.5) * (length_m - 0.1)
        model.place(GOODS[name](seed + k), (x, 0.82, 0.0))
    return model
