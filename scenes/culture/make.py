"""元文娱 曲水园: a Song garden at dusk, a hall and a stage on either side of lotus water."""

from __future__ import annotations

import numpy as np
from scenes.culture import gallery, garden, pavilion, plan, stage, walls

from kit import booth, product, sign
from kit.hall import Hall
from kit.mesh import EAST, NORTH, SOUTH, WEST, standing
from kit.model import Model

EAST_SLOTS = [f"a{i:02}" for i in range(1, 9)]
WEST_SLOTS = [f"b{i:02}" for i in range(1, 5)]
BOOTHS = (
    ("celadon", "a01", "青瓷", "Longquan celadon", product.celadon_vase),
    ("guqin", "a02", "古琴", "Guqin", product.guqin),
    ("fan", "a03", "折扇", "Folding fans", product.folding_fan),
    ("kunqu", "a04", "昆曲", "Kunqu opera", product.opera_headdress),
    ("printing", "a05", "雕版", "Block printing", product.printing_block),
    ("umbrella", "a06", "油纸伞", "Oil-paper umbrellas", product.paper_umbrella),
    ("film", "a07", "横店影视", "Hengdian film", product.film_camera),
    ("lantern", "a08", "花灯", "Flower lanterns", product.flower_lantern),
    ("books", "b01", "云文博", "Museums online", product.thread_books),
    ("scenery", "b03", "云展览", "Walking scenery by VR", product.headset),
)


def make(hall: Hall) -> None:
    garden.ground(hall)
    garden.pond(hall)
    garden.bridge(hall)
    garden.planting(hall)
    garden.forecourt(hall)
    walls.walls(hall)
    walls.moon_gate(hall)
    walls.gates_out(hall)
    buildings(hall)
    galleries(hall)
    stage.seats(hall)
    panels(hall)
    places(hall)


def buildings(hall: Hall) -> None:
    x, z = plan.HALL
    hall.place(pavilion.pavilion(hall), (x, 0, z))
    hall.place(pavilion.furniture(), (x, plan.HALL_FLOOR, z - 3.2))
    x, z = plan.STAGE
    hall.place(stage.stage(hall), (x, 0, z), EAST)
    hall.screen("ink", 6.0, 2.7, (x - 2.9, plan.STAGE_FLOOR + 1.72, z), EAST)


def galleries(hall: Hall) -> None:
    for slots, centre, yaw in ((EAST_SLOTS, plan.EAST_GALLERY, WEST), (WEST_SLOTS, plan.WEST_GALLERY, EAST)):
        x, z = centre
        hall.place(gallery.gallery(len(slots)), (x, 0, z), yaw)
        into = 1 if yaw == WEST else -1
        for i, slot in enumerate(slots):
            along = (i + 0.5 - len(slots) / 2) * plan.BAY
            hall.slot(slot, (x + into * 1.25, plan.GALLERY_FLOOR + 0.01, z + along), yaw)
    for seed, (name, slot, title, english, make_product) in enumerate(BOOTHS):
        hall.booth(name, slot, *booth.stand(title, english, make_product(), seed, wall=False))


def panels(hall: Hall) -> None:
    """What the plan says, on boards to read."""
    boards = (
        ("plan-culture", "元文娱", "行动计划", (4.6, 0.03, 15.2), WEST + 0.7),
        ("garden", "曲水园", "造园", (-4.4, 0.03, 15.2), EAST - 0.7),
        ("performance", "戏台", "云演艺", (-12.2, 0.03, -5.6), SOUTH - 0.6),
    )
    for id, title, subtitle, at, yaw in boards:
        hall.place(sign.notice(hall.signs, title, subtitle), at, yaw)
        hall.panel(id, (at[0], at[1] + 1.35, at[2]), yaw, (1.2, 1.5))
    x, z = plan.WEST_GALLERY
    end = Model().add("wood", standing(3.3, 2.2, 0.1, 0.02), colour=(0.6, 0.5, 0.45))
    hall.place(end, (x + 2.0, 0.1, z + 2 * plan.BAY + 1.3), SOUTH)
    hall.screen("slides", 3.0, 1.7, (x + 2.0, 1.35, z + 2 * plan.BAY + 1.36), SOUTH)


def places(hall: Hall) -> None:
    hall.spawn("gate", (0, 0.03, 25.5), NORTH)
    hall.spawn("water", (-2.5, 0.03, 13.5), NORTH)
    hall.spawn("gallery", (18, 0.03, 4), WEST + np.pi)
    hall.checkin("moon-gate", (0, 0.1, plan.SOUTH_WALL), 1.8)
    hall.checkin("bridge", (2.6, 0.3, 4.9))
    hall.checkin("stage", (plan.STAGE[0] + 1, plan.STAGE_FLOOR, plan.STAGE[1]), 2.5)
    hall.checkin("hall", (0, plan.HALL_FLOOR, plan.HALL[1] + 3.4), 2.0)
