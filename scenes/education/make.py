"""元教育 穹顶课堂: a timber dome about an armillary sphere, laboratories, two arcades of booths.

x runs east, z south, the door is in the south. Late morning: the sun stands in the south-east and comes in
through the open upper shell, so that the ribs draw themselves on the seats.
"""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg

from kit import astronomy, booth, dome, far, gate, laboratory, product, sign, texture, tree
from kit.dome import Dome, Seating, at, inward, outward
from kit.hall import Hall
from kit.material import Material
from kit.mesh import EAST, NORTH, SOUTH, WEST, box, plane, standing
from kit.wall import garden_wall

DOME = Dome()
SEATING = Seating()
OPEN_BAYS = (1, 4, 7)
"""South-east, south (the door) and south-west; the seats have the rest."""
LAB_OUTER = 17.6
ROOF_OUTER = 18.6
SITE = sg.box(-33.5, -22.5, 33.5, 26.0)
ARCADE_X = 29.2
ARCADE_BAYS, BAY_M = 7, 5.0
PLAZA_Z = 20.0
COUPLET_X, COUPLET_Z = 6.6, -5.2

BOOTHS = (
    ("panorama-class", "全景课堂", "VR Classroom", product.headset, "e02"),
    ("virtual-teacher", "虚拟人教师", "Virtual Teacher", product.robot, "e03"),
    ("microworld", "微观世界", "Micro World", product.microscope, "e04"),
    ("helix", "生命螺旋", "Helix of Life", product.helix, "e05"),
    ("earth", "寰宇地球", "Whole Earth", product.globe, "e06"),
    ("robot-arm", "机械臂实训", "Robot Arm", product.robot_arm, "w02"),
    ("orrery", "行星仪", "Orrery", product.orrery, "w03"),
    ("abacus", "珠算新解", "Abacus Anew", product.abacus, "w04"),
    ("printing", "活字印刷", "Movable Type", product.printing_block, "w05"),
    ("treasure-ship", "宝船航海", "Treasure Ship", product.model_ship, "w06"),
)

NOTICES = {
    "plan": ("元教育", "Metaverse for education", ("以元宇宙创新性", "重塑教育体验", "虚实共生", "跨界探索")),
    "panorama": ("全景课堂", "VR panoramic classroom", ("抬头看星图", "低头认节气", "人在课堂中")),
    "teacher": ("虚拟人教师", "Virtual teachers", ("有问必答", "不知疲倦", "因材施教")),
    "simulation": ("虚拟仿真", "Simulated practice", ("八张实验台", "动手做一遍", "错了再来")),
    "tower": ("水运仪象台", "Su Song's clock tower, 1092", ("苏颂造于汴京", "观天测时报时", "三位一体")),
}


def make(hall: Hall) -> None:
    _materials(hall)
    _ground(hall)
    _dome(hall)
    _couplet(hall)
    _laboratories(hall)
    _door(hall)
    _arcades(hall)
    _plaza(hall)
    _garden(hall)
    _seats(hall)
    _booths(hall)
    hall.place(far.hills(2, (0, 0))).place(far.shore())


def _materials(hall: Hall) -> None:
    """Warm white, birch, graphite, one vermilion."""

    def birch() -> object:
        return texture.planks("#d8b98a")

    def birch_grain() -> object:
        return texture.wood("#d3b180", 8)

    def warm_white() -> object:
        return texture.plaster("#f3f1ea")

    def warm_terrazzo() -> object:
        return texture.terrazzo("#e9dcc4", ("#d8b98a", "#7fb2d6", "#8c8272"))

    def light_paving() -> object:
        return texture.paving("#c9c4b6", moss=0.15)

    for material in (
        Material("birch", birch, tile_m=1.6, roughness=0.5, lightmap=True),  # type: ignore[arg-type]
        Material("glulam", birch_grain, tile_m=1.6, roughness=0.55, refine_m=2.0),  # type: ignore[arg-type]
        Material("white_wall", warm_white, tile_m=4.0, roughness=0.9, lightmap=True),  # type: ignore[arg-type]
        Material(
            "light_paving", light_paving, texture.paving_normal, 0.35, 2.0, roughness=0.75, lightmap=True
        ),  # type: ignore[arg-type]
        Material("shell", tile_m=None, colour=(0.36, 0.47, 0.45), roughness=0.45, refine_m=3.0),
        Material("dome_floor", warm_terrazzo, tile_m=2.0, roughness=0.35, lightmap=True),  # type: ignore[arg-type]
        Material("steel", colour=(0.05, 0.06, 0.065), roughness=0.4, metallic=0.6, shadow="both"),
        Material("accent", colour=(0.67, 0.065, 0.03), roughness=0.5),
        # half metals: mirrors would only show the dark under the dome
        Material("brass", colour=(0.80, 0.56, 0.24), roughness=0.38, metallic=0.6),
        Material("bronze", colour=(0.50, 0.32, 0.14), roughness=0.42, metallic=0.6),
        Material("gold", colour=(0.92, 0.66, 0.28), roughness=0.34, metallic=0.7),
        Material(
            "hill_near",
            tile_m=None,
            colour=(0.16, 0.28, 0.22),
            unlit=True,
            occludes=False,
            shadow="none",
            walkable=False,
            solid=False,
        ),
        Material(
            "hill_middle",
            tile_m=None,
            colour=(0.30, 0.44, 0.47),
            unlit=True,
            occludes=False,
            shadow="none",
            walkable=False,
            solid=False,
        ),
        Material(
            "hill_far",
            tile_m=None,
            colour=(0.47, 0.61, 0.70),
            unlit=True,
            occludes=False,
            shadow="none",
            walkable=False,
            solid=False,
        ),
        Material(
            "shore",
            tile_m=None,
            colour=(0.23, 0.34, 0.25),
            unlit=True,
            occludes=False,
            shadow="none",
            walkable=False,
            solid=False,
        ),
    ):
        hall.material(material)


def _ground(hall: Hall) -> None:
    """Terrazzo under the dome, birch in the laboratories, pale stone on the paths, lawn between."""
    round_path = sg.Point(0, 0).buffer(22.0, quad_segs=24)
    forecourt = sg.box(-17, 14, 17, 26)
    arcades = sg.box(-33.5, -19, -26, 19).union(sg.box(26, -19, 33.5, 19))
    links = sg.box(-33.5, -2.5, 33.5, 2.5).union(sg.box(-30, 15, 30, 19))
    inside = sg.Point(0, 0).buffer(LAB_OUTER, quad_segs=24)
    paths = round_path.union(forecourt).union(arcades).union(links).intersection(SITE)
    hall.add("light_paving", plane(paths.difference(inside), 0.03))
    hall.add("ground", plane(SITE.difference(paths.buffer(-0.2)), 0.0))
    hall.add("dome_floor", dome.disc(DOME.radius + 0.1, 0.05))
    hall.add("birch", dome.sector(DOME.radius + 0.1, LAB_OUTER + 0.2, 0, 2 * np.pi, 0.05, 96))
    for x, z, length, yaw in (
        (0, -22.5, 67.6, 0.0),
        (0, 26, 67.6, 0.0),
        (-33.5, 1.75, 49.1, EAST),
        (33.5, 1.75, 49.1, EAST),
    ):
        hall.add("stone_block", box(length, 1.0, 0.5, 0.04, (0, -0.46, 0)), (x, 0, z), yaw)


def _dome(hall: Hall) -> None:
    hall.place(dome.ribs(DOME))
    hall.place(dome.vault(DOME, "birch", "shell"))
    hall.place(dome.mullions(DOME))
    hall.place(dome.drum(DOME))
    hall.place(dome.glazing(DOME, OPEN_BAYS))
    hall.place(dome.seating(SEATING, "birch", "white_wall"))
    hall.screen_mesh("stars", dome.panorama(DOME))
    hall.place(astronomy.hung_armillary(5.0, DOME.apex - 0.3, radius=2.7))
    chart = hall.paintings.put(astronomy.star_chart())
    hall.add(hall.paintings.name, dome.disc(3.7, 0.058, chart, 72))
    hall.add("brass", dome.ring(3.75, 0.06, 0.1, 0.03, 72))


def _couplet(hall: Hall) -> None:
    """Beside the sphere hangs what the Book of Changes says of looking up and of looking down."""
    for x, words in ((COUPLET_X, "仰观天文"), (-COUPLET_X, "俯察地理")):
        board = sign.name_board(hall.signs, words, 0.9, 3.1, sign.LIGHT, 100, frame="glulam")
        hall.place(board, (x, 4.7, COUPLET_Z)).place(board, (x, 4.7, COUPLET_Z - 0.1), NORTH)
        top = float(np.interp(np.hypot(x, COUPLET_Z), *DOME.vault(np.linspace(np.pi / 2, 0, 60)).T))
        for side in (-0.3, 0.3):
            hall.add("steel", box(0.025, top - 6.3, 0.025, 0, (x + side, (top + 6.3) / 2, COUPLET_Z - 0.05)))


def _laboratories(hall: Hall) -> None:
    """A ring of benches under a flat roof; open to the garden between slim columns."""
    outer = ROOF_OUTER
    roof_y = 3.25
    for y, material, up in ((roof_y, "birch", False), (roof_y + 0.42, "shell", True)):
        sheet = dome.sector(DOME.radius + 0.1, outer, 0, 2 * np.pi, y, 96)
        hall.add(material, sheet if up else sheet.inside_out())
    hall.add("glulam", dome.ring(outer, roof_y + 0.2, 0.14, 0.56))
    hall.add("accent", dome.ring(outer + 0.075, roof_y + 0.44, 0.03, 0.07))
    for k in range(DOME.ribs):
        angle = (k + 0.5) * DOME.bay
        hall.add("glulam", standing(0.22, roof_y, 0.22, 0.02), at(LAB_OUTER - 0.1, angle), outward(angle))
        beam = box(0.16, 0.3, outer - DOME.radius - 0.2, 0.02)
        hall.add("glulam", beam, at((outer + DOME.radius) / 2, angle, roof_y - 0.12), outward(angle))
    instruments = (
        product.globe,
        product.microscope,
        product.helix,
        product.robot_arm,
        product.orrery,
        product.headset,
        product.model_ship,
        product.robot,
    )
    for instrument, bay in zip(instruments, (0, 2, 6, 8, 9, 11, 13, 15), strict=True):
        angle = bay * DOME.bay
        hall.place(laboratory.bench(instrument()), at(14.6, angle), outward(angle))
    for k in range(DOME.ribs):
        hall.lamp(at(15.2, k * DOME.bay, 2.9), 0.55, (1.0, 0.93, 0.82))
    _laboratory_signs(hall)
    for bay in (3, 5, 10, 12, 14):
        angle = bay * DOME.bay
        hall.add("white_wall", standing(3.6, 0.55, 0.5, 0.03), at(LAB_OUTER - 0.1, angle), outward(angle))
        for side in (-1.1, 0.0, 1.1):
            hall.place(
                tree.shrub(bay * 3 + int(side * 2), 0.5), at(LAB_OUTER - 0.1, angle + side / LAB_OUTER, 0.45)
            )


def _laboratory_signs(hall: Hall) -> None:
    """Over the ways under the dome, and across the ring, so that one reads where one stands."""
    over = sign.name_board(hall.signs, "穹顶课堂", 1.9, 0.42, sign.LIGHT, 150, frame="glulam")
    for bay in OPEN_BAYS:
        angle = bay * DOME.bay
        hall.place(over, at(DOME.radius + 0.26, angle, 3.0), outward(angle))
    across = sign.name_board(hall.signs, "格物实验廊", 2.0, 0.5, sign.LIGHT, 120, frame="glulam")
    for degrees in (-9, 81, 171, 261):
        angle = float(np.radians(degrees))
        for turn, ahead in ((0.0, 0.05), (np.pi, -0.05)):
            along = angle + ahead / 13.9
            hall.place(across, at(13.9, along, 2.66), -angle + float(turn))


def _door(hall: Hall) -> None:
    """The frame visitors walk through, with the hall's name over it."""
    z = ROOF_OUTER + 0.1
    for x in (-2.6, 2.6):
        hall.add("accent", standing(0.34, 3.9, 0.5, 0.03), (x, 0, z))
    hall.add("accent", box(5.9, 0.34, 0.6, 0.03, (0, 4.05, z)))
    board = sign.name_board(hall.signs, "元教育 穹顶课堂", 4.3, 0.92, sign.LIGHT, 150, frame="glulam")
    hall.place(board, (0, 4.75, z + 0.06))
    hall.place(board, (0, 4.75, z - 0.06), NORTH)


def _arcades(hall: Hall) -> None:
    """Seven bays each side; five of ten are filled on either side, the rest wait for exhibitors."""
    for side, prefix, yaw in ((1, "e", WEST), (-1, "w", EAST)):
        hall.place(laboratory.arcade(ARCADE_BAYS, BAY_M), (side * ARCADE_X, 0.03, 0), yaw)
        for i in range(ARCADE_BAYS):
            z = (i - (ARCADE_BAYS - 1) / 2) * BAY_M
            hall.slot(f"{prefix}{i + 1:02d}", (side * (ARCADE_X + 0.75), 0.03, z), yaw, (3.8, 3.0, 2.2))
    title = sign.name_board(hall.signs, "教具廊", 2.4, 0.8, sign.LIGHT, 120, frame="glulam")
    for side, yaw in ((1, WEST), (-1, EAST)):
        hall.place(title, (side * (ARCADE_X - 2.5), 3.6, 0), yaw)


def _plaza(hall: Hall) -> None:
    """Moon gates to the other halls, notices, the clock tower."""
    gates = (
        ("to-lobby", "lobby", "元宇宙浙江", -10.5),
        ("to-retail", "retail", "西湖市集", 0.0),
        ("to-culture", "culture", "曲水园", 10.5),
    )
    for id, target, name, x in gates:
        place = (x, 0.03, 23.6)
        hall.place(gate.moon_gate(5.4, 3.9, 1.5, 1.35, 0.4, "white_wall"), place, NORTH)
        hall.place(
            sign.name_board(hall.signs, name, 2.2, 0.6, sign.LIGHT, 150, frame="glulam"),
            (x, 3.32, 23.32),
            NORTH,
        )
        hall.portal(id, target, (x, 0.03, 23.6), NORTH)
    hall.place(astronomy.clock_tower(), (-13.5, 0.03, 19.0), np.radians(160))
    _notice(hall, "plan", (5.2, 0.03, 19.6), SOUTH + 0.35)
    _notice(hall, "tower", (-9.2, 0.03, 18.4), SOUTH + 0.2)
    _notice(hall, "panorama", at(9.6, np.radians(58), 0.05), inward(np.radians(58)))
    _notice(hall, "teacher", at(9.6, np.radians(122), 0.05), inward(np.radians(122)))
    _notice(hall, "simulation", at(16.4, np.radians(33), 0.05), outward(np.radians(33)))
    hall.spawn("plaza", (0, 0.03, 20.6), NORTH)
    hall.spawn("plaza-west", (-3.4, 0.03, 21.2), NORTH)
    hall.spawn("plaza-east", (3.4, 0.03, 21.2), NORTH)
    hall.spawn("stage", (0, 0.06, 5.6), NORTH)
    hall.checkin("sphere", (0, 0.06, 0), 2.5)
    hall.checkin("tower", (-11.2, 0.03, 15.6), 2.0)
    hall.checkin("top-row", at(10.6, np.radians(270), SEATING.height(5)), 1.5)


def _notice(hall: Hall, id: str, where: tuple[float, float, float], yaw: float) -> None:
    title, subtitle, lines = NOTICES[id]
    hall.place(laboratory.notice_board(hall.signs, title, subtitle, lines), where, yaw)
    hall.panel(f"{id}", (where[0], where[1] + 1.45, where[2]), yaw)


def _garden(hall: Hall) -> None:
    """White walls, camphors and a bamboo edge; nothing tall near the judged views."""
    hall.place(garden_wall(67, 2.6, material="white_wall"), (0, 0, -22.2))
    for side in (-1, 1):
        hall.place(garden_wall(48, 2.6, material="white_wall"), (side * 33.2, 0, 1.8), EAST)
    for seed, (x, z, scale) in enumerate(
        (
            (-22.5, -14, 1.25),
            (22.5, -14, 1.2),
            (-23.5, 8.5, 1.0),
            (23.5, 8.5, 1.05),
            (-12, -20, 1.1),
            (12, -20, 1.15),
            (22.5, 22, 1.1),
            (-24, 22.5, 1.15),
        )
    ):
        hall.place(tree.broadleaf(seed, scale), (x, 0, z), seed * 1.3)
    for seed, x in enumerate((-30, -26, -18, -4, 4, 18, 26, 30)):
        hall.place(tree.bamboo(seed, 0.95, 7), (x, 0, -21), seed)
    for seed, (x, z) in enumerate(((-20.5, 12.5), (20.5, 12.5), (-24, -6), (24, -6), (16, 21.5), (19, 24))):
        hall.place(tree.shrub(100 + seed, 0.9, ("#3d6a2f", "#a5c06a")), (x, 0, z))


def _seats(hall: Hall) -> None:
    """On the rows, every second row, away from the ends."""
    for row in (0, 2, 4):
        radius, y = SEATING.radius(row) + 0.3, SEATING.height(row) + 0.05
        for i, angle in enumerate(np.linspace(np.radians(190), np.radians(350), 6)):
            hall.seat(f"r{row}-{i}", at(radius, float(angle), y), inward(float(angle)))


def _booths(hall: Hall) -> None:
    for seed, (id, title, subtitle, make, slot) in enumerate(BOOTHS):
        model, atlas = booth.stand(title, subtitle, make(), seed, booth.LAB)
        hall.booth(id, slot, model, atlas)
