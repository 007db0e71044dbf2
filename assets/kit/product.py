"""Things to show in booths, each about half a metre to a metre tall, standing on y = 0, facing +Z.

Made of vertex colours alone (material "booth"), so that a whole booth is one draw call beside its signs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kit import palette
from kit.mesh import Mesh, Vec3, box, card, join, lathe, rotation_x, rotation_z, standing, surface, tube
from kit.model import Model

MATERIAL = "booth"


class _Kit:
    """A model of one material with colours by hex."""

    def __init__(self) -> None:
        self.model = Model()

    def add(self, colour: str, mesh: Mesh, at: Vec3 = (0, 0, 0), yaw: float = 0.0) -> _Kit:
        self.model.add(MATERIAL, mesh, at, yaw, tuple(palette.linear(colour)))
        return self


def _two_sided(mesh: Mesh) -> Mesh:
    return join([mesh, mesh.inside_out()])


def _ball(radius: float, sides: int = 16, squash: float = 1.0) -> Mesh:
    a = np.linspace(-np.pi / 2, np.pi / 2, max(6, sides // 2 + 1))
    return lathe([(radius * max(0.0, np.cos(x)), radius * squash * np.sin(x)) for x in a], sides, 80)


def _ring(radius: float, thick: float, sides: int = 28) -> Mesh:
    """A hoop in the (x, y) plane."""
    a = np.linspace(0, 2 * np.pi, sides + 1)
    return tube(np.column_stack([radius * np.cos(a), radius * np.sin(a), 0 * a]), thick, 6)


# ---------------------------------------------------------------- crafts and goods


def tea_tin() -> Model:
    """Longjing: a tall tin, a pot, three cups on a tray."""
    k = _Kit()
    k.add(
        "#3f5a3a",
        lathe([(0, 0), (0.17, 0), (0.17, 0.42), (0.155, 0.45), (0, 0.45)], 18),
        (-0.26, 0.03, -0.06),
    )
    k.add(
        "#d8b25a",
        lathe([(0.172, 0.12), (0.176, 0.14), (0.176, 0.3), (0.172, 0.32)], 18),
        (-0.26, 0.03, -0.06),
    )
    k.add(
        "#d8b25a",
        lathe([(0.16, 0.45), (0.16, 0.5), (0.05, 0.53), (0.05, 0.57), (0, 0.58)], 18),
        (-0.26, 0.03, -0.06),
    )
    k.add(
        "#6d3b2a",
        lathe(
            [
                (0, 0),
                (0.1, 0),
                (0.17, 0.08),
                (0.17, 0.16),
                (0.1, 0.22),
                (0.03, 0.24),
                (0.03, 0.28),
                (0, 0.29),
            ],
            16,
        ),
        (0.16, 0.03, -0.08),
    )
    k.add(
        "#6d3b2a",
        tube([(0.3, 0.1, -0.08), (0.38, 0.15, -0.08), (0.42, 0.23, -0.08)], [0.035, 0.025, 0.018], 8),
    )
    k.add(
        "#6d3b2a",
        tube([(0.0, 0.2, -0.08), (-0.08, 0.2, -0.08), (-0.1, 0.12, -0.08), (0.0, 0.08, -0.08)], 0.014, 6),
    )
    for x in (-0.02, 0.14, 0.3):
        k.add(
            "#dfe8df",
            lathe([(0, 0.01), (0.035, 0), (0.062, 0.075), (0.056, 0.075), (0.03, 0.015), (0, 0.015)], 12),
            (x, 0.03, 0.18),
        )
        k.add("#9aa84a", lathe([(0.052, 0), (0, 0.001)], 12), (x, 0.085, 0.18))
    k.add("#4a3024", box(1.0, 0.03, 0.56, 0.012, (0.02, 0.015, 0.02)))
    return k.model


def silk_scroll() -> Model:
    """Bolts of silk and one drawn open over a stand."""
    k = _Kit()
    for i, colour in enumerate(("#b23a3a", "#d9a441", "#3f6f8f", "#7a5a8c", "#5f8a6a")):
        roll = lathe([(0, -0.36), (0.075, -0.36), (0.075, 0.36), (0, 0.36)], 14).turned(rotation_z(np.pi / 2))
        k.add(colour, roll, (-0.05 + 0.02 * (i % 2), 0.08 + 0.14 * (i // 2), -0.15 + 0.15 * (i % 2)))
    t = np.linspace(0, 1, 14)
    fall = np.column_stack([0 * t, 0.85 - 0.8 * t**1.4, 0.02 + 0.3 * t + 0.03 * np.sin(t * 14)])
    sheet = np.stack([fall + [x, 0, 0.02 * np.sin(x * 22)] for x in np.linspace(-0.32, 0.32, 9)], 1)
    k.add("#c8506a", _two_sided(surface(sheet)))
    k.add("#4a3024", tube([(-0.42, 0.86, 0.02), (0.42, 0.86, 0.02)], 0.022, 8))
    for x in (-0.4, 0.4):
        k.add("#4a3024", box(0.04, 0.88, 0.04, 0.008, (x, 0.44, 0.02)))
    return k.model


def paper_umbrella() -> Model:
    """An oil-paper umbrella, open, leaning, with its ribs."""
    k = _Kit()
    ribs = 24
    outer = lathe([(0.62, 0.0), (0.4, 0.16), (0.2, 0.26), (0.04, 0.32), (0, 0.325)], ribs, 80)
    turn = rotation_x(0.6)
    k.add("#c2452f", outer.turned(turn), (0, 0.55, 0))
    k.add("#d98c5f", outer.inside_out().turned(turn), (0, 0.545, 0))
    for radius, y, colour in ((0.5, 0.095, "#efe0c0"), (0.24, 0.245, "#efe0c0")):
        band = lathe([(radius + 0.03, y - 0.02), (radius, y + 0.012)], ribs, 80)
        k.add(colour, band.turned(turn), (0, 0.562, 0.004))
    for i in range(12):
        a = i * np.pi / 6
        rib = tube(
            [(0.03 * np.cos(a), 0.1, 0.03 * np.sin(a)), (0.42 * np.cos(a), 0.12, 0.42 * np.sin(a))], 0.006, 4
        )
        k.add("#c9a36a", rib.turned(turn), (0, 0.55, 0))
    k.add("#b98a4e", tube([(0, -0.52, 0), (0, 0.38, 0)], 0.016, 8).turned(turn), (0, 0.55, 0))
    return k.model


def folding_fan() -> Model:
    """A large folding fan on a stand, painted in two bands."""
    k = _Kit()
    a = np.radians(np.linspace(12, 168, 41))
    fold = np.where(np.arange(41) % 2, 0.012, -0.012)
    for low, high, colour in ((0.3, 0.5, "#efe6d2"), (0.5, 0.72, "#e7dcc2"), (0.72, 0.76, "#a8322a")):
        rows = [np.column_stack([r * np.cos(a), r * np.sin(a), fold]) for r in (low, high)]
        k.add(colour, _two_sided(surface(np.stack(rows))), (0, 0.14, 0))
    for i in range(0, 41, 4):
        end = (0.34 * np.cos(a[i]), 0.34 * np.sin(a[i]), 0)
        k.add("#5a3a26", tube([(0, 0, 0), end], [0.012, 0.016], 4), (0, 0.14, 0))
    k.add(
        "#2e4a52",
        tube(
            [
                (-0.45, 0.32, 0.02),
                (-0.2, 0.42, 0.02),
                (0.05, 0.36, 0.02),
                (0.3, 0.47, 0.02),
                (0.5, 0.36, 0.02),
            ],
            [0.02, 0.03, 0.02, 0.03, 0.01],
            4,
        ),
        (0, 0.2, 0),
    )
    k.add("#3d281c", standing(0.5, 0.06, 0.2, 0.015)).add("#3d281c", standing(0.06, 0.14, 0.06, 0.01))
    return k.model


def celadon_vase() -> Model:
    """Longquan celadon: a tall vase and two bowls."""
    k = _Kit()
    vase = [
        (0, 0),
        (0.13, 0),
        (0.16, 0.04),
        (0.25, 0.25),
        (0.25, 0.38),
        (0.12, 0.52),
        (0.085, 0.62),
        (0.1, 0.72),
        (0.15, 0.76),
        (0.135, 0.755),
        (0.08, 0.66),
        (0, 0.6),
    ]
    k.add("#8fb79f", lathe(vase, 24, 60))
    bowl = [
        (0, 0),
        (0.07, 0),
        (0.08, 0.04),
        (0.16, 0.12),
        (0.2, 0.16),
        (0.185, 0.16),
        (0.12, 0.08),
        (0, 0.05),
    ]
    k.add("#9cc4b2", lathe(bowl, 20, 60), (0.42, 0, 0.12)).add(
        "#7da58d", lathe(bowl, 20, 60), (-0.42, 0, 0.1)
    )
    return k.model


def bamboo_basket() -> Model:
    """Woven baskets, round and tall, with a handle."""
    k = _Kit()

    def basket(radius: float, height: float, colour: str, at: Vec3) -> None:
        rows = 7
        for i in range(rows):
            y, r = height * (i + 0.5) / rows, radius * (0.8 + 0.2 * np.sin(np.pi * (i + 1) / rows))
            a = np.linspace(0, 2 * np.pi, 25)
            weave = r + 0.008 * np.cos(a * 12 + np.pi * i)
            k.add(
                colour,
                tube(
                    np.column_stack([weave * np.cos(a), 0 * a + y, weave * np.sin(a)]),
                    height / rows * 0.55,
                    4,
                ),
                at,
            )
        k.add("#8a6233", lathe([(0, 0.01), (radius * 0.8, 0.01)], 16).facing((0, 1, 0)), at)

    basket(0.26, 0.3, "#c79a55", (-0.18, 0, 0))
    basket(0.17, 0.46, "#b5833f", (0.3, 0, 0.06))
    a = np.linspace(0, np.pi, 13)
    k.add(
        "#9a6c35",
        tube(np.column_stack([0.25 * np.cos(a), 0.28 + 0.3 * np.sin(a), 0 * a]), 0.015, 6),
        (-0.18, 0, 0),
    )
    return k.model


def guqin() -> Model:
    """A seven-stringed zither on its table."""
    k = _Kit()
    x = np.linspace(-0.62, 0.62, 15)
    half = 0.085 + 0.02 * np.cos((x - 0.2) * 3.0) - 0.02 * np.exp(-((x + 0.28) ** 2) / 0.004)
    rows = []
    for z in np.linspace(-1, 1, 7):
        rows.append(np.column_stack([x, 0 * x + 0.56 + 0.035 * np.sqrt(np.clip(1 - z * z, 0, 1)), half * z]))
    k.add("#43170f", surface(np.stack(rows, 1)).facing((0, 1, 0)))
    k.add("#2b100b", box(1.22, 0.04, 0.18, 0.01, (0, 0.54, 0)))
    for i in range(7):
        z = (i - 3) * 0.017
        k.add("#d9cfae", box(1.12, 0.003, 0.003, 0, (0, 0.604, z)))
    for i in range(13):
        k.add("#e8dcb8", box(0.012, 0.004, 0.012, 0, (-0.5 + i * 0.083, 0.59, 0.065)))
    k.add("#5a3a26", box(1.4, 0.05, 0.4, 0.012, (0, 0.5, 0)))
    for sx in (-0.58, 0.58):
        k.add("#5a3a26", box(0.05, 0.48, 0.34, 0.012, (sx, 0.24, 0)))
    return k.model


def flower_lantern() -> Model:
    """A palace lantern with tassels."""
    k = _Kit()
    k.add("#e8542f", lathe([(0.12, 0.18), (0.3, 0.3), (0.36, 0.48), (0.3, 0.66), (0.12, 0.78)], 16, 80))
    for y in (0.18, 0.78):
        k.add("#d8a63a", lathe([(0, y - 0.03), (0.14, y - 0.03), (0.14, y + 0.03), (0, y + 0.03)], 16))
    for i in range(16):
        a = i * np.pi / 8
        rib = [
            (r * np.cos(a), y, r * np.sin(a))
            for r, y in ((0.125, 0.19), (0.307, 0.3), (0.366, 0.48), (0.307, 0.66), (0.125, 0.77))
        ]
        k.add("#f0b24a", tube(rib, 0.006, 4))
    for i in range(8):
        a = i * np.pi / 4
        k.add("#d8a63a", box(0.02, 0.15, 0.02, 0, (0.1 * np.cos(a), 0.09, 0.1 * np.sin(a))))
    k.add("#3d281c", tube([(0, 0.8, 0), (0, 1.0, 0)], 0.012, 6))
    k.add("#3d281c", standing(0.4, 0.03, 0.4, 0.01))
    return k.model


def thread_books() -> Model:
    """Stitched books in a case, one open: block printing."""
    k = _Kit()
    for i in range(6):
        k.add(
            ("#2f4a66", "#35536f", "#2b4460")[i % 3],
            box(0.42, 0.045, 0.3, 0.006, (-0.24, 0.035 + 0.05 * i, -0.05)),
            yaw=0.03 * (i % 3 - 1),
        )
        k.add("#efe6d2", box(0.4, 0.034, 0.285, 0, (-0.235, 0.035 + 0.05 * i, -0.045)))
    k.add("#4a3024", box(0.6, 0.05, 0.44, 0.01, (0.3, 0.12, 0.06)).turned(rotation_x(0.25)))
    for side in (-1, 1):
        t = np.linspace(0, 1, 7)
        line = np.column_stack([side * 0.26 * t, 0.17 + 0.05 * np.sin(np.pi * t) * (1 - t), 0 * t])
        page = np.stack([line + [0.3, 0, z] for z in (-0.14, 0.2)], 1)
        k.add("#f2ead6", _two_sided(surface(page)).turned(rotation_x(0.15)))
    for i in range(5):
        k.add("#2b2622", box(0.012, 0.002, 0.22, 0, (0.12 + 0.025 * i, 0.228, 0.03)).turned(rotation_x(0.15)))
    return k.model


def printing_block() -> Model:
    """A carved block of type, a roller and a fresh sheet."""
    k = _Kit()
    rng = np.random.default_rng(31)
    k.add("#7a4f2c", box(0.62, 0.09, 0.46, 0.012, (-0.1, 0.06, 0)))
    for row in range(6):
        for column in range(8):
            height = 0.02 + 0.008 * rng.random()
            k.add(
                "#3a2a20",
                box(
                    0.045, height, 0.045, 0, (-0.35 + column * 0.07, 0.105 + height / 2, -0.175 + row * 0.07)
                ),
            )
    roller = lathe([(0, -0.16), (0.06, -0.16), (0.06, 0.16), (0, 0.16)], 14).turned(rotation_z(np.pi / 2))
    k.add("#2b2622", roller, (0.42, 0.07, 0.05), 0.3).add(
        "#8a5a33", tube([(0.42, 0.07, 0.1), (0.44, 0.2, 0.36)], 0.018, 6)
    )
    sheet = np.stack(
        [
            [(x, 0.18 + 0.42 * t, -0.28 + 0.05 * np.sin(t * 3)) for t in np.linspace(0, 1, 6)]
            for x in (-0.36, 0.16)
        ]
    )
    k.add("#efe6d2", _two_sided(surface(sheet)))
    for i in range(6):
        k.add("#2b2622", box(0.03, 0.3, 0.004, 0, (-0.3 + i * 0.08, 0.4, -0.235)))
    return k.model


def opera_headdress() -> Model:
    """A Kunqu crown: pearls, pompons and two long pheasant plumes."""
    k = _Kit()
    k.add(
        "#e9d9c8", lathe([(0, 0.06), (0.1, 0.08), (0.13, 0.2), (0.12, 0.32), (0.06, 0.42), (0, 0.44)], 16, 80)
    )
    k.add("#3d281c", lathe([(0, 0), (0.16, 0), (0.16, 0.03), (0.05, 0.07), (0, 0.07)], 16))
    for i in range(13):
        a = np.radians(-90 + 180 * i / 12)
        for ring, (r, y) in enumerate(((0.16, 0.33), (0.19, 0.43), (0.17, 0.53))):
            ball = _ball(0.032, 8)
            colour = ("#d9a441", "#2f7f8f", "#c23b3b")[(i + ring) % 3]
            k.add(
                colour,
                ball,
                (r * np.sin(a), y + 0.06 * np.cos(a), 0.05 + 0.1 * np.cos(a) * (1 - ring * 0.25)),
            )
    t = np.linspace(0, 1, 12)
    for side in (-1, 1):
        plume = np.column_stack(
            [side * (0.08 + 0.62 * t**1.5), 0.5 + 0.75 * np.sin(t * 2.2), -0.05 - 0.2 * t]
        )
        k.add("#8a5a2a", tube(plume, np.linspace(0.022, 0.004, 12).tolist(), 5))
        k.add("#c23b3b", _ball(0.05, 10), (side * 0.15, 0.24, 0.02))
    return k.model


def wine_jar() -> Model:
    """Shaoxing wine: sealed jars with red paper, a bowl."""
    k = _Kit()
    jar = [(0, 0), (0.14, 0), (0.22, 0.12), (0.24, 0.26), (0.16, 0.38), (0.11, 0.41), (0.12, 0.45), (0, 0.46)]
    for x, z, s in ((-0.26, 0, 1.0), (0.22, -0.06, 1.15)):
        k.add("#5c3a28", lathe([(r * s, y * s) for r, y in jar], 20, 60), (x, 0, z))
        k.add(
            "#b23a30",
            lathe([(0.135 * s, 0.44 * s), (0.14 * s, 0.5 * s), (0.05 * s, 0.55 * s), (0, 0.55 * s)], 12),
            (x, 0, z),
        )
        label = card(0.2 * s, 0.2 * s).turned(rotation_z(np.pi / 4))
        k.add("#c8352c", label, (x, 0.24 * s, z + 0.247 * s))
    bowl = [(0, 0), (0.05, 0), (0.1, 0.07), (0.09, 0.07), (0.04, 0.02), (0, 0.02)]
    for x in (-0.04, 0.06):
        k.add("#d8cfc0", lathe(bowl, 14, 60), (x, 0, 0.26 + x))
    return k.model


def brush_set() -> Model:
    """Huzhou brushes on a hanging stand, ink stone and ink stick."""
    k = _Kit()
    for x in (-0.4, 0.4):
        k.add("#4a2f20", box(0.05, 0.7, 0.06, 0.012, (x, 0.35, -0.08)))
    k.add("#4a2f20", box(1.0, 0.05, 0.07, 0.015, (0, 0.7, -0.08))).add(
        "#4a2f20", standing(0.95, 0.04, 0.26, 0.012, (0, 0, -0.08))
    )
    for i in range(6):
        x, length = -0.3 + i * 0.12, 0.3 + 0.03 * (i % 3)
        k.add(
            ("#b9894e", "#7a4a2c", "#d0ad74")[i % 3],
            tube([(x, 0.66, -0.08), (x, 0.66 - length, -0.08)], 0.014, 8),
        )
        k.add(
            "#efe6d2",
            lathe([(0, -0.1), (0.012, -0.06), (0.022, -0.02), (0.016, 0)], 10, 80),
            (x, 0.66 - length, -0.08),
        )
    k.add(
        "#26282a",
        lathe([(0, 0), (0.15, 0), (0.16, 0.05), (0.13, 0.05), (0.12, 0.035), (0, 0.03)], 20),
        (0.12, 0, 0.22),
    )
    k.add("#1a1a1a", box(0.05, 0.03, 0.2, 0.008, (-0.2, 0.03, 0.22)))
    return k.model


def sword() -> Model:
    """A Longquan sword on its rack, and the scabbard below."""
    k = _Kit()
    for x in (-0.38, 0.38):
        k.add("#3d281c", box(0.06, 0.5, 0.12, 0.015, (x, 0.25, 0)))
    k.add("#3d281c", standing(1.0, 0.05, 0.26, 0.015))
    blade = box(0.82, 0.045, 0.008, 0.004, (0.14, 0.46, 0.06))
    k.add("#cfd6da", blade).add("#c79a4b", box(0.04, 0.12, 0.05, 0.012, (-0.29, 0.46, 0.06)))
    k.add("#5a2a22", tube([(-0.31, 0.46, 0.06), (-0.52, 0.46, 0.06)], 0.02, 8)).add(
        "#c79a4b", _ball(0.03, 10), (-0.54, 0.46, 0.06)
    )
    k.add("#1f2a2c", box(0.86, 0.06, 0.03, 0.012, (0.12, 0.3, 0.06)))
    for x in (-0.26, 0.1, 0.52):
        k.add("#c79a4b", box(0.04, 0.068, 0.036, 0.01, (x, 0.3, 0.06)))
    return k.model


def pearl_shell() -> Model:
    """Zhuji pearls: an open shell on a cushion, a string of pearls."""
    k = _Kit()
    a = np.radians(np.linspace(0, 180, 17))
    for tilt, colour in ((0.15, "#d9cbb8"), (-1.1, "#e6d8c8")):
        rows = []
        for r in np.linspace(0.02, 1, 6):
            bulge = 0.09 * np.sin(r * np.pi * 0.9)
            rows.append(
                np.column_stack(
                    [0.3 * r * np.cos(a), 0 * a - bulge, 0.3 * r * np.sin(a) * (1 + 0.03 * np.cos(a * 16))]
                )
            )
        shell = _two_sided(surface(np.stack(rows)))
        k.add(colour, shell.turned(rotation_x(tilt)), (0, 0.2, -0.12))
    k.add("#f6f0ea", _ball(0.075, 16), (0, 0.2, 0.05))
    k.add("#3a3f66", lathe([(0, 0), (0.36, 0), (0.4, 0.05), (0.34, 0.11), (0, 0.12)], 20, 80))
    for i in range(22):
        t = i / 21 * 2 * np.pi
        k.add(
            "#f4ece4",
            _ball(0.022, 8),
            (0.42 * np.cos(t) * (1 + 0.1 * np.sin(3 * t)), 0.03, 0.2 + 0.16 * np.sin(t)),
        )
    return k.model


def porcelain_shoes() -> Model:
    """Embroidered cloth shoes on a stack of boxes."""
    k = _Kit()
    for i, colour in enumerate(("#8f2f2c", "#e9e1cf", "#2f4a6b")):
        k.add(colour, box(0.5 - 0.05 * i, 0.14, 0.34, 0.01, (0.02 * i, 0.07 + 0.145 * i, 0)))
    for x in (-0.09, 0.09):
        t = np.linspace(-1, 1, 9)
        rows = [
            np.column_stack(
                [
                    x + 0.055 * np.cos(u) * np.sqrt(np.clip(1.02 - t * t, 0, 1)),
                    0.45 + 0.06 * np.sin(u) * (1 - 0.4 * (t > 0)),
                    0.16 * t,
                ]
            )
            for u in np.linspace(0, np.pi, 7)
        ]
        k.add("#a8322a", surface(np.stack(rows)).facing((0, 1, 0)))
        k.add("#f0e6d0", box(0.1, 0.02, 0.3, 0.008, (x, 0.44, 0))).add(
            "#e3b85a", _ball(0.018, 8), (x, 0.5, 0.1)
        )
    return k.model


def film_camera() -> Model:
    """Hengdian: a film camera with its two reels on a tripod."""
    k = _Kit()
    k.add("#2d3438", box(0.2, 0.24, 0.36, 0.02, (0, 0.72, 0)))
    lens = lathe(
        [(0, 0), (0.06, 0), (0.06, 0.1), (0.09, 0.12), (0.09, 0.2), (0.075, 0.2), (0.06, 0.16), (0, 0.16)], 16
    )
    k.add("#15191b", lens.turned(rotation_x(np.pi / 2)), (0, 0.72, 0.18))
    reel = lathe([(0, -0.025), (0.15, -0.025), (0.15, 0.025), (0, 0.025)], 20).turned(rotation_z(np.pi / 2))
    for z in (-0.12, 0.14):
        k.add("#5b6468", reel, (0, 0.98, z)).add("#c79a4b", _ball(0.03, 8), (0.03, 0.98, z))
    for i in range(3):
        a = i * 2.094 + 0.5
        k.add("#4a3326", tube([(0, 0.6, 0), (0.34 * np.sin(a), 0.0, 0.34 * np.cos(a))], [0.028, 0.018], 6))
    k.add("#7a1f1c", box(0.012, 0.012, 0.2, 0, (0.11, 0.8, 0)))
    return k.model


# ---------------------------------------------------------------- technology and learning


def headset() -> Model:
    """A VR headset on a head-shaped stand, with controllers."""
    k = _Kit()
    k.add(
        "#c9ccce",
        lathe(
            [
                (0, 0),
                (0.2, 0),
                (0.2, 0.03),
                (0.06, 0.06),
                (0.055, 0.2),
                (0.14, 0.32),
                (0.17, 0.46),
                (0.15, 0.6),
                (0.06, 0.68),
                (0, 0.69),
            ],
            20,
            60,
        ),
    )
    k.add("#f3f1ea", box(0.36, 0.18, 0.16, 0.05, (0, 0.5, 0.16))).add(
        "#15191b", box(0.32, 0.14, 0.03, 0.014, (0, 0.5, 0.245))
    )
    a = np.linspace(0.25, np.pi - 0.25, 14)
    strap = np.column_stack([0.19 * np.cos(a), 0 * a + 0.52, 0.1 - 0.28 * np.sin(a)])
    k.add("#2d3438", tube(strap, 0.025, 6))
    for side in (-1, 1):
        k.add("#f3f1ea", tube([(side * 0.36, 0.05, 0.1), (side * 0.36, 0.19, 0.06)], [0.026, 0.034], 8))
        k.add("#2d3438", _ring(0.075, 0.01, 18).turned(rotation_x(0.9)), (side * 0.36, 0.24, 0.08))
        k.add("#d6482f", _ball(0.014, 6), (side * 0.36, 0.2, 0.1))
    return k.model


def globe() -> Model:
    """A globe in its meridian ring."""
    k = _Kit()
    a = np.linspace(-np.pi / 2, np.pi / 2, 17)
    ball = lathe([(0.3 * max(0.0, np.cos(x)), 0.3 * np.sin(x)) for x in a], 32, 80)
    p = ball.position / 0.3
    land = np.sin(p[:, 0] * 3.1 + 1.2) * np.cos(p[:, 2] * 2.7 - 0.5) + 0.5 * np.sin(p[:, 1] * 5 + p[:, 0] * 4)
    sea, soil = palette.linear("#2f6f9f"), palette.linear("#8fa860")
    share = np.clip((land - 0.35) * 6, 0, 1)[:, None]
    tinted = Mesh(ball.position, ball.normal, ball.uv, ball.index, sea * (1 - share) + soil * share)
    k.model.add(MATERIAL, tinted.turned(rotation_z(0.41)), (0, 0.5, 0))
    k.add("#c79a4b", _ring(0.335, 0.012, 36).turned(rotation_z(0.41)), (0, 0.5, 0))
    k.add("#4a3326", lathe([(0, 0), (0.2, 0), (0.2, 0.03), (0.05, 0.06), (0.04, 0.16), (0, 0.16)], 18))
    return k.model


def microscope() -> Model:
    k = _Kit()
    k.add("#e9e7e0", box(0.3, 0.05, 0.4, 0.02, (0, 0.03, 0))).add(
        "#2d3438", box(0.22, 0.03, 0.24, 0.008, (0, 0.24, 0.04))
    )
    arm = [(0, 0.05, -0.15), (0, 0.3, -0.19), (0, 0.52, -0.13), (0, 0.6, 0.0)]
    k.add("#e9e7e0", tube(arm, [0.055, 0.05, 0.045, 0.04], 10))
    tilt = rotation_x(-0.45)
    k.add(
        "#e9e7e0",
        lathe(
            [
                (0, 0),
                (0.05, 0),
                (0.05, 0.2),
                (0.04, 0.22),
                (0.04, 0.36),
                (0.05, 0.37),
                (0.05, 0.41),
                (0, 0.41),
            ],
            14,
        ).turned(tilt),
        (0, 0.48, 0.06),
    )
    for i in range(3):
        a = i * 2.09
        k.add(
            "#c79a4b",
            lathe([(0, 0), (0.018, 0), (0.026, 0.05), (0.026, 0.12), (0, 0.12)], 10),
            (0.05 * np.sin(a), 0.36, 0.05 + 0.05 * np.cos(a)),
        )
    for side in (-1, 1):
        k.add(
            "#2d3438",
            lathe([(0, 0), (0.045, 0), (0.045, 0.03), (0, 0.03)], 12).turned(rotation_z(-side * np.pi / 2)),
            (side * 0.05, 0.2, -0.17),
        )
    k.add("#9fd0e0", box(0.1, 0.006, 0.03, 0, (0, 0.258, 0.05)))
    return k.model


def robot() -> Model:
    """A small guide robot."""
    k = _Kit()
    k.add("#f3f1ea", lathe([(0, 0.04), (0.2, 0.06), (0.24, 0.2), (0.2, 0.42), (0.1, 0.5), (0, 0.5)], 20, 60))
    k.add("#2d3438", lathe([(0, 0), (0.18, 0), (0.2, 0.05), (0, 0.07)], 20))
    k.add("#f3f1ea", box(0.36, 0.26, 0.26, 0.06, (0, 0.68, 0))).add(
        "#14202a", box(0.29, 0.18, 0.03, 0.012, (0, 0.68, 0.125))
    )
    for side in (-1, 1):
        k.add("#6fd0ff", _ball(0.026, 10), (side * 0.07, 0.69, 0.138))
        k.add(
            "#d8dcdf",
            tube(
                [(side * 0.2, 0.42, 0), (side * 0.31, 0.34, 0.06), (side * 0.3, 0.24, 0.14)],
                [0.045, 0.038, 0.05],
                8,
            ),
        )
    k.add("#d6482f", tube([(0, 0.81, 0), (0, 0.9, 0)], 0.01, 6)).add("#d6482f", _ball(0.03, 8), (0, 0.92, 0))
    k.add("#7fb2d6", box(0.14, 0.1, 0.02, 0.006, (0, 0.3, 0.232)))
    return k.model


def robot_arm() -> Model:
    """A six-jointed teaching arm."""
    k = _Kit()
    k.add("#2d3438", lathe([(0, 0), (0.2, 0), (0.2, 0.05), (0.12, 0.08), (0.12, 0.16), (0, 0.16)], 20))
    joints = [(0, 0.18, 0), (0.02, 0.55, -0.08), (0.05, 0.82, 0.18), (0.06, 0.66, 0.4)]
    for a, b, r in zip(joints[:-1], joints[1:], (0.075, 0.06, 0.045), strict=True):
        k.add("#e8a13a", tube([a, b], [r, r * 0.85], 12))
    for p, r in zip(joints, (0.1, 0.085, 0.07, 0.05), strict=True):
        k.add("#2d3438", _ball(r, 12), p)
    for side in (-1, 1):
        k.add(
            "#c9ccce",
            tube(
                [(0.06, 0.64, 0.4), (0.06 + side * 0.06, 0.58, 0.42), (0.06 + side * 0.02, 0.5, 0.43)],
                0.014,
                6,
            ),
        )
    k.add("#d6482f", box(0.08, 0.08, 0.08, 0.01, (0.07, 0.45, 0.43)))
    return k.model


def model_ship() -> Model:
    """A junk of the Ming treasure fleet: hull, three battened sails."""
    k = _Kit()
    x = np.linspace(-0.62, 0.62, 13)
    sheer, beam = 0.24 + 0.22 * (x / 0.62) ** 2 * 0.6, 0.15 * np.sqrt(np.clip(1 - (x / 0.68) ** 4, 0, 1))
    for side in (-1, 1):
        rows = [
            np.column_stack([x * (0.72 + 0.28 * h), 0.1 + (sheer - 0.1) * h, side * beam * h**0.6])
            for h in np.linspace(0, 1, 6)
        ]
        k.add("#6b3f26", _two_sided(surface(np.stack(rows))))
    k.add(
        "#a9743f",
        surface(np.stack([np.column_stack([x, sheer - 0.03, s * beam]) for s in (-1, 1)])).facing((0, 1, 0)),
    )
    k.add("#8f2f2c", box(0.3, 0.12, 0.2, 0.015, (-0.42, 0.37, 0)))
    for mx, height, wide in ((-0.28, 0.5, 0.3), (0.06, 0.66, 0.38), (0.4, 0.44, 0.26)):
        k.add("#4a3024", tube([(mx, 0.2, 0), (mx, 0.3 + height, 0)], [0.014, 0.008], 6))
        t = np.linspace(0, 1, 6)
        for row in range(5):
            y0, y1 = 0.34 + height * row / 5.4, 0.34 + height * (row + 0.94) / 5.4
            taper = 1 - 0.09 * row
            sheet = [
                np.column_stack(
                    [mx - 0.35 * wide * taper + wide * taper * t, 0 * t + y, 0.03 * np.sin(np.pi * t)]
                )
                for y in (y0, y1)
            ]
            k.add("#d9b679" if row % 2 else "#cfa868", _two_sided(surface(np.stack(sheet))))
    k.add("#4a3326", box(0.6, 0.04, 0.2, 0.01, (0, 0.02, 0)))
    for sx in (-0.2, 0.2):
        k.add("#4a3326", box(0.04, 0.12, 0.14, 0.008, (sx, 0.09, 0)))
    return k.model


def orrery() -> Model:
    """Planets on arms about a sun."""
    k = _Kit()
    k.add("#4a3326", lathe([(0, 0), (0.22, 0), (0.22, 0.03), (0.06, 0.06), (0.03, 0.4), (0, 0.4)], 18))
    k.add("#e8b33a", _ball(0.11, 16), (0, 0.5, 0))
    planets = (
        (0.2, 0.03, "#b08b6a", 0.4),
        (0.3, 0.045, "#d9a45f", 2.3),
        (0.42, 0.05, "#3f7fb0", 4.1),
        (0.55, 0.04, "#b5502f", 5.6),
    )
    for i, (r, size, colour, a) in enumerate(planets):
        y = 0.46 + 0.02 * i
        k.add(
            "#c79a4b",
            tube(
                [
                    (0, 0.36 - 0.02 * i, 0),
                    (r * np.cos(a), 0.36 - 0.02 * i, r * np.sin(a)),
                    (r * np.cos(a), y, r * np.sin(a)),
                ],
                0.008,
                5,
            ),
        )
        k.add(colour, _ball(size, 12), (r * np.cos(a), y + size, r * np.sin(a)))
        k.add("#a8906a", _ring(r, 0.003, 40).turned(rotation_x(np.pi / 2)), (0, y + size, 0))
    return k.model


def helix() -> Model:
    """DNA."""
    k = _Kit()
    t = np.linspace(0, 1, 40)
    strands = []
    for side, colour in ((0.0, "#d6482f"), (np.pi, "#3f7fb0")):
        a = t * 4 * np.pi + side
        line = np.column_stack([0.17 * np.cos(a), 0.08 + 0.85 * t, 0.17 * np.sin(a)])
        strands.append(line)
        k.add(colour, tube(line, 0.024, 6))
    for i in range(2, 40, 3):
        a, b = strands[0][i], strands[1][i]
        middle = (a + b) / 2
        k.add("#e8c35a" if i % 2 else "#7aa35c", tube([a, middle], 0.012, 5))
        k.add("#d8d4c8" if i % 2 else "#8a6fb0", tube([middle, b], 0.012, 5))
    k.add("#2d3438", lathe([(0, 0), (0.24, 0), (0.24, 0.04), (0.2, 0.06), (0, 0.06)], 20))
    return k.model


def abacus() -> Model:
    k = _Kit()
    for y in (0.14, 0.44, 0.66):
        k.add("#5a2f1e", box(1.0, 0.05, 0.1, 0.012, (0, y, 0)))
    for x in (-0.5, 0.5):
        k.add("#5a2f1e", box(0.05, 0.57, 0.1, 0.012, (x, 0.4, 0)))
    bead = lathe([(0.012, -0.026), (0.042, -0.008), (0.042, 0.008), (0.012, 0.026)], 8, 20)
    rng = np.random.default_rng(41)
    for i in range(9):
        x = -0.4 + i * 0.1
        k.add("#c79a4b", tube([(x, 0.15, 0), (x, 0.65, 0)], 0.006, 4))
        low = int(rng.integers(0, 6))
        for j in range(5):
            k.add(
                "#2a1a14",
                bead,
                (x, 0.195 + 0.054 * j + (0.0 if j < low else -0.0), 0)
                if j < low
                else (x, 0.41 - 0.054 * (4 - j), 0),
            )
        k.add("#2a1a14", bead, (x, 0.5, 0))
    for x in (-0.4, 0.4):
        k.add("#3d281c", box(0.1, 0.12, 0.24, 0.015, (x, 0.06, 0)))
    return k.model


def telescope() -> Model:
    k = _Kit()
    turn = rotation_x(-0.6)
    barrel = lathe(
        [
            (0, -0.45),
            (0.04, -0.45),
            (0.04, -0.3),
            (0.07, -0.28),
            (0.07, 0.4),
            (0.09, 0.42),
            (0.09, 0.55),
            (0.08, 0.55),
            (0.075, 0.5),
            (0, 0.5),
        ],
        18,
    )
    k.add("#f3f1ea", barrel.turned(rotation_x(np.pi / 2)).turned(turn), (0, 0.78, 0))
    k.add("#2d3438", lathe([(0, 0), (0.06, 0), (0.06, 0.12), (0, 0.12)], 14), (0, 0.62, 0))
    for i in range(3):
        a = i * 2.094
        k.add("#8a5a33", tube([(0, 0.64, 0), (0.36 * np.sin(a), 0, 0.36 * np.cos(a))], [0.03, 0.02], 6))
    return k.model


def atom() -> Model:
    """Three orbits about a nucleus."""
    k = _Kit()
    k.add("#2d3438", lathe([(0, 0), (0.2, 0), (0.2, 0.04), (0.025, 0.07), (0.02, 0.3), (0, 0.3)], 18))
    for i in range(7):
        a, b = i * 2.4, np.arccos(1 - 2 * (i + 0.5) / 7)
        at = (0.05 * np.sin(b) * np.cos(a), 0.55 + 0.05 * np.cos(b), 0.05 * np.sin(b) * np.sin(a))
        k.add("#d6482f" if i % 2 else "#e8b33a", _ball(0.045, 10), at)
    for i in range(3):
        turn = rotation_z(i * 1.05) @ rotation_x(1.15)
        k.add("#7fb2d6", _ring(0.36, 0.009, 40).turned(turn), (0, 0.55, 0))
        electron = turn @ np.array([0.36 * np.cos(i * 2.0 + 0.6), 0.36 * np.sin(i * 2.0 + 0.6), 0])
        k.add("#3f7fb0", _ball(0.032, 10), tuple(electron + [0, 0.55, 0]))
    return k.model


def solids() -> Model:
    """Geometric solids: sphere, cone, cube, torus."""
    k = _Kit()
    k.add("#d6482f", _ball(0.15, 18), (-0.36, 0.15, 0.1))
    k.add("#7aa35c", lathe([(0, 0), (0.17, 0), (0, 0.44)], 22, 30), (0.02, 0, -0.1))
    k.add("#7fb2d6", box(0.24, 0.24, 0.24, 0.008, (0.36, 0.12, 0.06)), yaw=0.4)
    k.add("#e8b33a", _ring(0.12, 0.045, 24).turned(rotation_x(np.pi / 2)), (0.02, 0.045, 0.26))
    k.add("#8a6fb0", lathe([(0, 0), (0.1, 0), (0.1, 0.3), (0, 0.3)], 6, 20), (-0.3, 0, -0.2))
    return k.model


def star_globe() -> Model:
    """A small armillary sphere, after Su Song."""
    k = _Kit()
    for i, turn in enumerate((rotation_x(0.0), rotation_x(np.pi / 2), rotation_z(0.6) @ rotation_x(1.2))):
        k.add(
            ("#c79a4b", "#b58a3f", "#d9b569")[i], _ring(0.34 - 0.03 * i, 0.014, 40).turned(turn), (0, 0.56, 0)
        )
    k.add(
        "#c79a4b", _ring(0.34, 0.012, 40).turned(np.array([[0, 0, 1.0], [0, 1, 0], [-1, 0, 0]])), (0, 0.56, 0)
    )
    k.add("#2f4a6b", _ball(0.07, 14), (0, 0.56, 0)).add(
        "#8a6a35", tube([(-0.2, 0.26, 0), (0.2, 0.86, 0)], 0.008, 5)
    )
    for i in range(4):
        a = i * np.pi / 2 + 0.78
        k.add(
            "#8a5a2a",
            tube(
                [
                    (0.34 * np.cos(a), 0.0, 0.34 * np.sin(a)),
                    (0.26 * np.cos(a), 0.2, 0.26 * np.sin(a)),
                    (0.3 * np.cos(a), 0.4, 0.3 * np.sin(a)),
                ],
                [0.035, 0.022, 0.02],
                6,
            ),
        )
    k.add("#4a3326", lathe([(0, 0), (0.42, 0), (0.42, 0.03), (0, 0.04)], 24))
    return k.model


ALL: Sequence[Callable[[], Model]] = (
    tea_tin, silk_scroll, paper_umbrella, folding_fan, celadon_vase, bamboo_basket, guqin,
    flower_lantern, thread_books,
    printing_block, opera_headdress, wine_jar, brush_set, sword, pearl_shell, porcelain_shoes,
    film_camera, headset, globe,
    microscope, robot, robot_arm, model_ship, orrery, helix, abacus, telescope, atom, solids, star_globe,
)  # fmt: skip
