"""Trees and shrubs: clouds of two-sided diamond leaves, dark inside and light outside, on tapering limbs.

A leaf is 4 triangles with the normal of the cloud that it belongs to, so that a tree is shaded as one body.
Keep trees 4 m from where people look: their facets show.
"""

from __future__ import annotations

import numpy as np

from kit import palette
from kit.mesh import Mesh, join, make, tube
from kit.model import Model

Range = tuple[str, str]


def leaves(
    centre: np.ndarray,
    size: np.ndarray | float,
    normal: np.ndarray,
    colour: np.ndarray,
    rng: np.random.Generator,
    slim: float = 0.45,
    along: np.ndarray | None = None,
) -> Mesh:
    """centre, normal, colour (n, 3); along: the leaves' own direction, any where None."""
    count = len(centre)
    spine = rng.normal(size=(count, 3)) if along is None else along + rng.normal(size=(count, 3)) * 0.25
    spine = spine / np.linalg.norm(spine, axis=1, keepdims=True)
    width = np.cross(spine, rng.normal(size=(count, 3)))
    width = width / np.maximum(np.linalg.norm(width, axis=1, keepdims=True), 1e-9)
    s = np.broadcast_to(np.asarray(size, float), (count,))[:, None]
    corner = np.stack(
        [centre - spine * s, centre + width * s * slim, centre + spine * s, centre - width * s * slim], 1
    )
    first = np.arange(count)[:, None] * 4
    index = np.concatenate([first + [0, 1, 2], first + [0, 2, 3], first + [2, 1, 0], first + [3, 2, 0]])
    return make(
        corner.reshape(-1, 3),
        np.repeat(normal, 4, 0),
        np.zeros((count * 4, 2)),
        index,
        np.repeat(colour, 4, 0),
    )


def cloud(
    centre: np.ndarray,
    radius: float,
    height: float,
    count: int,
    colours: Range,
    size: float,
    rng: np.random.Generator,
) -> Mesh:
    """A flattened ball of leaves, denser at its skin."""
    direction = rng.normal(size=(count, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    depth = rng.random(count)[:, None] ** 0.25
    where = direction * depth * [radius, height, radius] + centre
    normal = direction + [0, 0.7, 0]
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    light = 0.5 + 0.5 * direction[:, 1] * depth[:, 0] + rng.normal(size=count) * 0.12
    light = np.clip(light, 0, 1)[:, None] * (0.45 + 0.55 * depth)
    dark, bright = palette.linear(colours[0]), palette.linear(colours[1])
    return leaves(
        where, size * (0.7 + 0.6 * rng.random(count)), normal, dark * (1 - light) + bright * light, rng
    )


def pine(seed: int, scale: float = 1.0) -> Model:
    """A leaning pine with flat cloud layers, 5 m tall. About 3,300 triangles."""
    rng = np.random.default_rng([1, seed])
    trunk = np.array([[0, 0, 0], [0.25, 1.2, 0.1], [-0.15, 2.4, 0.2], [0.3, 3.6, 0], [0.1, 4.8, -0.1]])
    trunk[1:] += rng.normal(size=(4, 3)) * 0.12
    model = Model().add("bark", tube(trunk, [0.26, 0.21, 0.17, 0.12, 0.06], 6), scale=scale)
    clouds = []
    for height, radius in ((2.5, 1.5), (2.9, 1.3), (3.6, 1.4), (4.2, 1.1), (4.9, 0.9)):
        angle = rng.random() * 6.28
        centre = np.array([np.cos(angle) * radius * 0.75, height, np.sin(angle) * radius * 0.75])
        clouds.append(cloud(centre, radius, 0.36, 155, palette.PINE, 0.2, rng))
        limb = [trunk[2], (trunk[2] + centre) / 2 + [0, -0.1, 0], centre - [0, 0.15, 0]]
        model.add("bark", tube(limb, [0.09, 0.07, 0.03], 5), scale=scale)
    return model.add("leaf", join(clouds), scale=scale)


def blossom(seed: int, scale: float = 1.0, colours: Range = palette.BLOSSOM) -> Model:
    """A peach or plum tree in flower, 3.8 m tall. About 5,400 triangles."""
    rng = np.random.default_rng([2, seed])
    model = Model().add(
        "bark", tube([[0, 0, 0], [0.1, 0.8, 0], [-0.1, 1.5, 0.1]], [0.17, 0.14, 0.1], 6), scale=scale
    )
    clouds = []
    turn = rng.random() * 6.28
    for i in range(7):
        angle = i * 2.4 + turn
        centre = np.array([np.cos(angle) * (0.5 + 0.12 * i), 2.1 + 0.22 * i, np.sin(angle) * (0.5 + 0.1 * i)])
        clouds.append(cloud(centre, 0.85, 0.55, 170, colours, 0.088, rng))
        limb = [[-0.1, 1.4, 0.1], centre * [0.5, 0.85, 0.5], centre]
        model.add("bark", tube(limb, [0.08, 0.05, 0.02], 5), scale=scale)
    return model.add("leaf", join(clouds), scale=scale)


def willow(seed: int, scale: float = 1.0, strands: int = 95) -> Model:
    """A weeping willow, 5.5 m tall. About 6,500 triangles."""
    rng = np.random.default_rng([3, seed])
    model = Model().add(
        "bark",
        tube([[0, 0, 0], [0.2, 1.5, 0.1], [0, 3, 0], [0.2, 4.2, 0]], [0.34, 0.27, 0.22, 0.12], 7),
        scale=scale,
    )
    centres, light = [], []
    for _ in range(strands):
        angle, radius = rng.random() * 6.28, rng.random() ** 0.6 * 2.6
        out = np.array([np.cos(angle), 0, np.sin(angle)])
        start = out * radius + [0, 5.3 - 0.13 * radius**2 + rng.random() * 0.5, 0]
        step = np.arange(int(7 + rng.random() * 9))[:, None]
        strand = start + out * 0.5 * (1 - np.exp(-step * 0.3)) + [0, -0.24, 0] * step
        centres.append(strand + rng.normal(size=strand.shape) * 0.04)
        light.append(0.35 + 0.65 * rng.random(len(strand)) * (0.55 + 0.45 * radius / 2.6))
    centre, k = np.concatenate(centres), np.concatenate(light)[:, None]
    normal = centre * [1, 0, 1]
    normal = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6) + [0, 0.8, 0]
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    colour = palette.linear("#3c5a2a") * (1 - k) + palette.linear(palette.WILLOW[1]) * k
    down = np.tile([0, -1.0, 0], (len(centre), 1))
    hanging = leaves(centre, 0.15, normal, colour, rng, 0.19, down)
    crown = cloud(np.array([0.1, 5.0, 0]), 2.2, 0.8, 380, palette.WILLOW, 0.17, rng)
    model.add("leaf", join([hanging, crown]), scale=scale)
    for i in range(4):
        c, s = np.cos(i * 1.6), np.sin(i * 1.6)
        limb = [[0.1, 3.2, 0], [c, 4.6, s], [c * 1.9, 5.1, s * 1.9]]
        model.add("bark", tube(limb, [0.12, 0.08, 0.03], 5), scale=scale)
    return model


def bamboo(seed: int, scale: float = 1.0, stems: int = 9) -> Model:
    """A clump of bamboo, 5 to 7 m tall. About 1,700 triangles."""
    rng = np.random.default_rng([4, seed])
    model = Model()
    meshes = []
    t = np.linspace(0, 1, 4)[:, None]
    for _ in range(stems):
        foot, height = rng.normal(size=3) * [0.55, 0, 0.55], 4.8 + rng.random() * 2.6
        lean = rng.normal(size=3) * [0.5, 0, 0.5]
        stem = tube(foot + [0, height, 0] * t + lean * t * t, np.linspace(0.05, 0.02, 4).tolist(), 4)
        meshes.append(stem.tinted(palette.linear(palette.BAMBOO_STEM)))
        count = 40
        up = 0.3 + 0.7 * rng.random(count)[:, None]
        where = foot + [0, height, 0] * up + lean * up * up + rng.normal(size=(count, 3)) * [0.38, 0.2, 0.38]
        k = rng.random(count)[:, None] * 0.6 + 0.4 * up
        normal = rng.normal(size=(count, 3)) * 0.3 + [0, 1, 0]
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        colour = palette.linear(palette.BAMBOO[0]) * (1 - k) + palette.linear(palette.BAMBOO[1]) * k
        droop = rng.normal(size=(count, 3)) * 0.7 + [0, -0.5, 0]
        meshes.append(leaves(where, 0.24, normal, colour, rng, 0.2, droop))
    return model.add("leaf", join(meshes), scale=scale)


def broadleaf(seed: int, scale: float = 1.0, colours: Range = ("#2c4a24", "#7aa35c")) -> Model:
    """A round garden tree (camphor), 5 m tall. About 4,500 triangles."""
    rng = np.random.default_rng([6, seed])
    model = Model().add(
        "bark", tube([[0, 0, 0], [0.05, 1.2, 0], [0, 2.4, 0.1]], [0.22, 0.17, 0.13], 6), scale=scale
    )
    clouds = []
    for i in range(6):
        angle = i * 2.4 + rng.random()
        centre = np.array([np.cos(angle) * 0.95, 3.0 + 0.3 * i, np.sin(angle) * 0.95])
        clouds.append(cloud(centre, 1.25, 0.9, 170, colours, 0.2, rng))
        model.add(
            "bark",
            tube([[0, 2.2, 0.1], centre * [0.5, 0.92, 0.5], centre], [0.1, 0.07, 0.03], 5),
            scale=scale,
        )
    return model.add("leaf", join(clouds), scale=scale)


def shrub(seed: int, radius: float = 0.8, colours: Range = palette.SHRUB) -> Model:
    """A low bush. 144 triangles."""
    rng = np.random.default_rng([5, seed])
    return Model().add("leaf", cloud(np.array([0, 0.32, 0]), radius, 0.42, 36, colours, 0.2, rng))
