"""元宇宙浙江: the gateway. A court under a ring of timber, a black mirror, the land above it.

x runs east, z south. Visitors come in by the first moon gate, south; the halls lie west (market), north
(garden, through the ink mountains) and east (classroom), each behind a gate that shines in its own light.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely.geometry as sg

from kit import (
    booth,
    canopy,
    dome,
    far,
    gate,
    laboratory,
    lantern,
    product,
    relief,
    rock,
    sign,
    texture,
    tree,
)
from kit.canopy import Canopy
from kit.dome import at, inward, outward
from kit.hall import Hall
from kit.material import Material
from kit.mesh import EAST, NORTH, SOUTH, WEST, Mesh, box, plane, rotation_x, standing
from kit.wall import garden_wall

CANOPY = Canopy()
POOL = 6.0
COURT = 19.0
RIM = (17.4, 18.3)
"""A narrow band about the court, celadon like the broad one; brass joints lead from that to this."""
JOINTS = 24
SITE = sg.box(-27, -24, 27, 31)
GATE_Z = 20.5
MOUNTAIN_Z = -21.5
LIGHTS = {"retail": (1.0, 0.72, 0.28), "culture": (0.95, 0.36, 0.26), "education": (0.42, 0.72, 1.0)}
"""What shines through each hall's gate; linear."""


@dataclass(frozen=True)
class Way:
    hall: str
    name: str
    at: tuple[float, float, float]
    yaw: float


WAYS = (
    Way("retail", "元零售 西湖市集", (-21.5, 0.05, -1.0), EAST),
    Way("culture", "元文娱 曲水园", (0.0, 0.05, MOUNTAIN_Z), SOUTH),
    Way("education", "元教育 穹顶课堂", (21.5, 0.05, -1.0), WEST),
)
BOOTHS = (
    ("xr-devices", "元终端", "XR Devices", product.headset, "l01"),
    ("guide-robot", "数字人导览", "Digital Guides", product.robot, "l02"),
    ("celadon", "龙泉青瓷", "Longquan Celadon", product.celadon_vase, "l03"),
    ("silk", "杭州丝绸", "Hangzhou Silk", product.silk_scroll, "l04"),
)
BOOTH_ANGLES = np.radians((38, 142, 214, 326, 62, 118))
GATE_LOOK = booth.Look("#f1ede3", "#4a3326", "#dcd7ca", "#4a3326", "#c79a4b", sign.LIGHT)
NOTICES = {
    "plan": ("行动计划", "Action Plan 2023-2025", ("万人同屏", "实时互动", "精准触达")),
    "goals": (
        "三个一零五零",
        "Three times 10 and 50",
        ("头部企业 50 家", "应用场景 50 个", "创新中心 50 个"),
    ),
    "relief": ("山水浙江", "A land of hills and water", ("七山一水二分田", "十一城灯火", "艺术造型 非地图")),
}


def make(hall: Hall) -> None:
    _materials(hall)
    _ground(hall)
    _pool(hall)
    hall.place(canopy.lattice(CANOPY)).place(canopy.cover(CANOPY))
    hall.place(canopy.forked_columns(CANOPY, first=np.pi / 12))
    hall.place(relief.relief(1.95, np.radians(36)), (0, 3.5, 0))
    _mountains(hall)
    _ways(hall)
    _first_gate(hall)
    _notices(hall)
    _benches(hall)
    _garden(hall)
    _booths(hall)
    _places(hall)
    hall.place(far.hills(1)).place(far.shore())


def _materials(hall: Hall) -> None:
    """White terrazzo, celadon glass, tea-dark timber, brass, ink."""
    far_away = {"unlit": True, "occludes": False, "shadow": "none", "walkable": False, "solid": False}
    for material in (
        Material("terrazzo", partial(texture.terrazzo, "#d6d0c3"), tile_m=2.0, roughness=0.3, lightmap=True),
        Material(
            "celadon_floor",
            partial(texture.terrazzo, "#8ea79b", ("#d6d0c3", "#c79a4b", "#4d5b55")),
            tile_m=2.0,
            roughness=0.25,
            lightmap=True,
        ),
        Material("white_wall", partial(texture.plaster, "#f0ece2"), tile_m=4.0, roughness=0.9, lightmap=True),
        Material("timber", partial(texture.wood, "#5a3f2f", 9), tile_m=1.6, roughness=0.5, refine_m=1.6),
        Material("glulam", partial(texture.wood, "#5a3f2f", 9), tile_m=1.6, roughness=0.5),
        Material("steel", colour=(0.05, 0.055, 0.055), roughness=0.4, metallic=0.6),
        Material("brass", colour=(0.72, 0.5, 0.2), roughness=0.28, metallic=1.0),
        # half a metal: a mirror would only show the sky
        Material("bronze", colour=(0.46, 0.27, 0.10), roughness=0.42, metallic=0.6),
        Material("celadon_roof", colour=(0.35, 0.52, 0.43), roughness=0.25, walkable=False, refine_m=1.5),
        Material(
            "mirror",
            normal=texture.water_normal,
            normal_scale=0.035,
            tile_m=9.0,
            colour=(0.006, 0.008, 0.009),
            roughness=0.03,
            water=True,
            walkable=False,
            shadow="none",
        ),
        Material(
            "light",
            colour=(0.2, 0.16, 0.1),
            emissive=(1.0, 0.8, 0.5),
            emissive_strength=2.2,
            occludes=False,
            shadow="none",
            solid=False,
        ),
        Material("hill_near", tile_m=None, colour=(0.13, 0.24, 0.22), **far_away),  # type: ignore[arg-type]
        Material("hill_middle", tile_m=None, colour=(0.30, 0.43, 0.47), **far_away),  # type: ignore[arg-type]
        Material("hill_far", tile_m=None, colour=(0.50, 0.62, 0.70), **far_away),  # type: ignore[arg-type]
        Material("shore", tile_m=None, colour=(0.42, 0.50, 0.46), **far_away),  # type: ignore[arg-type]
    ):
        hall.material(material)


def _ground(hall: Hall) -> None:
    court = sg.Point(0, 0).buffer(COURT, quad_segs=32)
    walks = (
        sg.box(-26, -5, 26, 3)
        .union(sg.box(-5, 10, 5, 31))
        .union(sg.box(-22, MOUNTAIN_Z - 0.3, 22, -12))
        .union(sg.box(-27, 21.5, 27, 31))
    )
    pool = sg.Point(0, 0).buffer(POOL + 0.05, quad_segs=32)
    paved = court.union(walks).intersection(SITE)
    band = sg.Point(0, 0).buffer(13.4, quad_segs=32).difference(sg.Point(0, 0).buffer(10.4, quad_segs=32))
    carpet = sg.box(-1.6, 13.4, 1.6, 31)
    rim = sg.Point(0, 0).buffer(RIM[1], quad_segs=32).difference(sg.Point(0, 0).buffer(RIM[0], quad_segs=32))
    dark = band.union(carpet).union(rim).intersection(paved)
    hall.add("terrazzo", plane(paved.difference(pool).difference(dark), 0.05))
    hall.add("celadon_floor", plane(dark, 0.05))
    hall.add("ground", plane(SITE.difference(paved.buffer(-0.1)), 0.0))
    for radius in (10.4, 13.4, *RIM):
        hall.add("brass", dome.ring(radius, 0.05, 0.05, 0.02))
    for k in range(JOINTS):
        angle = (k + 0.5) * 2 * np.pi / JOINTS
        joint = box(0.05, 0.02, RIM[0] - 13.4, 0)
        hall.add("brass", joint, at((RIM[0] + 13.4) / 2, angle, 0.05), outward(angle))
    for x, z, length, yaw in (
        (0, -24, 54.5, 0.0),
        (0, 31, 54.5, 0.0),
        (-27, 3.5, 55.5, EAST),
        (27, 3.5, 55.5, EAST),
    ):
        hall.add("stone_block", box(length, 1.0, 0.5, 0.04, (0, -0.46, 0)), (x, 0, z), yaw)


def _pool(hall: Hall) -> None:
    hall.add("mirror", dome.disc(POOL + 0.05, -0.08))
    hall.add("dark", dome.ring(POOL + 0.18, 0.03, 0.36, 0.22))
    hall.add("brass", dome.ring(POOL + 0.02, 0.09, 0.03, 0.12))


def _mountains(hall: Hall) -> None:
    """Forty metres of ink on plaster; the gate to the garden stands in its middle."""
    hall.add("white_wall", standing(40.6, 6.4, 0.4, 0, (0, 0, MOUNTAIN_Z - 0.45)))
    hall.screen("ink", 40, 6, (0, 3.3, MOUNTAIN_Z - 0.22), SOUTH)
    hall.add("timber", box(40.9, 0.22, 0.7, 0.03, (0, 6.5, MOUNTAIN_Z - 0.4)))
    for x in (-20.4, 20.4):
        hall.add("timber", standing(0.3, 6.4, 0.6, 0.03, (x, 0, MOUNTAIN_Z - 0.4)))


def _ways(hall: Hall) -> None:
    """A moon gate each, filled with its hall's light."""
    for way in WAYS:
        turn = way.yaw
        hall.place(gate.moon_gate(7.0, 5.2, 1.9, 1.72, 0.5, "white_wall"), way.at, turn)
        colour = LIGHTS[way.hall]
        veil = dome.disc(1.88, 0, (0, 0, 1, 1), 48).turned(rotation_x(np.pi / 2)).tinted(colour)
        hall.screen_mesh("portal", veil.moved((0, 1.72, -0.1)).moved(way.at, turn))
        hall.add("brass", _hoop(1.9).moved((0, 1.72, 0.32)), way.at, turn)
        board = sign.name_board(hall.signs, way.name, 5.0, 0.94, sign.LACQUERED, 120, frame="timber")
        hall.place(board, _ahead(way, 0.34, 4.38), turn)
        hall.portal(f"to-{way.hall}", way.hall, way.at, turn, 1.4)
        hall.lamp(_ahead(way, 0.9, 1.7), 2.2, colour)


def _ahead(way: Way, metres: float, y: float) -> tuple[float, float, float]:
    return (way.at[0] + metres * float(np.sin(way.yaw)), y, way.at[2] + metres * float(np.cos(way.yaw)))


def _hoop(radius: float) -> Mesh:
    return dome.ring(radius, 0.0, 0.05, 0.06, 64).turned(rotation_x(np.pi / 2))


def _first_gate(hall: Hall) -> None:
    """White wall across the south, a large moon gate in it: the picture frame of the court."""
    hall.place(gate.moon_gate(9.0, 5.9, 2.5, 2.2, 0.5, "white_wall"), (0, 0.05, GATE_Z), SOUTH)
    for side in (-1, 1):
        hall.place(garden_wall(18.0, 3.4, material="white_wall"), (side * 13.5, 0, GATE_Z))
    for yaw, z in ((SOUTH, 0.34), (NORTH, -0.34)):
        board = sign.name_board(hall.signs, "元宇宙浙江", 3.4, 0.82, sign.LACQUERED, 150, frame="timber")
        hall.place(board, (0, 5.22, GATE_Z + z), yaw)
    for x, words in ((3.55, "湖山入画来"), (-3.55, "天地同堂坐")):
        couplet = sign.name_board(hall.signs, words, 0.5, 2.7, sign.LACQUERED, 130, frame="timber")
        hall.place(couplet, (x, 2.75, GATE_Z + 0.33))
    _planting(hall)


def _planting(hall: Hall) -> None:
    """What stands about the first gate and throws its shadow on the wall."""
    for side in (-1, 1):
        hall.place(rock.scholar_rock(21 + side, 1.7), (side * 5.0, 0.02, GATE_Z + 1.3), 0.7 + side)
        hall.place(tree.bamboo(21 + side, 0.8, 8), (side * 6.2, 0, GATE_Z + 1.5), side)
        for k in range(3):
            hall.place(tree.shrub(40 + 3 * side + k, 0.5), (side * (3.7 + 0.75 * k), 0, GATE_Z + 0.8))
        lamp = lantern.wall_lantern(0.8, 0.4)
        hall.place(lamp, (side * 2.72, 4.85, GATE_Z + 0.28))
    hall.place(tree.pine(31, 0.95), (-5.6, 0, GATE_Z + 3.6), 0.6)
    hall.place(tree.blossom(31, 1.0), (6.4, 0, GATE_Z + 3.4), 1.2)


def _notices(hall: Hall) -> None:
    for id, where, yaw in (
        ("plan", (-4.4, 0.05, 24.0), SOUTH + 0.5),
        ("goals", (4.4, 0.05, 24.0), SOUTH - 0.5),
        ("relief", at(9.2, np.radians(128), 0.05), inward(np.radians(128)) + np.pi),
    ):
        title, subtitle, lines = NOTICES[id]
        hall.place(laboratory.notice_board(hall.signs, title, subtitle, lines), where, yaw)
        hall.panel(id, (where[0], where[1] + 1.45, where[2]), yaw)
    frame = (11.5, 1.95, 16.4)
    yaw = float(np.pi + 0.6)
    hall.add("timber", box(4.5, 2.7, 0.12, 0.03), frame, yaw)
    hall.screen(
        "slides", 4.2, 2.36, (frame[0] + 0.08 * np.sin(yaw), frame[1], frame[2] + 0.08 * np.cos(yaw)), yaw
    )
    for side in (-1.8, 1.8):
        hall.add(
            "timber",
            standing(0.16, 0.75, 0.3, 0.02),
            (frame[0] + side * np.cos(yaw), 0.05, frame[2] - side * np.sin(yaw)),
            yaw,
        )


def _benches(hall: Hall) -> None:
    """Four curved benches look at the water."""
    for k in range(4):
        middle = np.pi / 4 + k * np.pi / 2
        first, last = middle - 0.3, middle + 0.3
        hall.add("timber", dome.sector(9.0, 9.55, first, last, 0.5, 12))
        hall.add("timber", dome.riser(9.0, first, last, 0.38, 0.5, 12))
        hall.add("timber", dome.riser(9.55, first, last, 0.38, 0.5, 12).inside_out())
        for a in np.linspace(first + 0.05, last - 0.05, 3):
            hall.add("stone", standing(0.3, 0.4, 0.4, 0.03), at(9.27, float(a), 0.0), inward(float(a)))
        for i, a in enumerate(np.linspace(first + 0.09, last - 0.09, 3)):
            hall.seat(f"bench-{k}-{i}", at(9.27, float(a), 0.5), inward(float(a)))


def _garden(hall: Hall) -> None:
    for side in (-1, 1):
        hall.place(garden_wall(54, 3.0, material="white_wall"), (side * 26.6, 0, 3.5), EAST)
    hall.place(garden_wall(53, 3.0, material="white_wall"), (0, 0, -23.6))
    for seed, (x, z, turn) in enumerate(
        ((-17, -16, 0.4), (17.5, -16, 2.2), (-19.5, 12.5, 1.1), (20, 12.5, 3.0))
    ):
        hall.place(tree.pine(seed, 1.15), (x, 0, z), turn)
        hall.place(rock.scholar_rock(seed, 1.5), (x + (1.5 if x < 0 else -1.5), 0, z + 0.9), turn)
    for seed, (x, z) in enumerate(
        (
            (-24.5, -9),
            (24.5, -9),
            (-24.5, 8),
            (24.5, 8),
            (-12, 18.4),
            (-16, 18.6),
            (14.5, 18.8),
            (-20, 24),
            (20, 24),
        )
    ):
        hall.place(tree.bamboo(seed, 0.9, 7), (x, 0, z), seed)
    for seed, (x, z) in enumerate(((-14.5, 29), (14.5, 29), (-22, -20), (22, -20))):
        hall.place(tree.blossom(seed, 1.1), (x, 0, z), seed)


def _booths(hall: Hall) -> None:
    for i, angle in enumerate(BOOTH_ANGLES):
        hall.slot(f"l{i + 1:02d}", at(16.6, float(angle), 0.05), inward(float(angle)), (3.8, 3.0, 2.2))
    for seed, (id, title, subtitle, goods, slot) in enumerate(BOOTHS):
        model, atlas = booth.stand(title, subtitle, goods(), seed, GATE_LOOK)
        hall.booth(id, slot, model, atlas)


def _places(hall: Hall) -> None:
    hall.spawn("forecourt", (0, 0.05, 27.2), NORTH)
    hall.spawn("forecourt-west", (-2.4, 0.05, 28.0), NORTH)
    hall.spawn("forecourt-east", (2.4, 0.05, 28.0), NORTH)
    hall.spawn("pool", (0, 0.05, 11.5), NORTH)
    hall.checkin("relief", (0, 0.05, 7.6), 2.0)
    hall.checkin("mountains", (-9, 0.05, -18.6), 2.0)
    hall.checkin("first-gate", (0, 0.05, GATE_Z), 1.8)
