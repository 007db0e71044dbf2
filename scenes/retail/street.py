"""The street: its rows of shops, their signs and goods, and what hangs across it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scenes.retail.plan import BEND, GATE_ANGLE, ROW, ROWS, STREET_M, TEAHOUSE, Row, gate_point

from kit import cloth, counter, lantern, shophouse, sign, tree
from kit.cloth import banner_picture
from kit.hall import Hall
from kit.mesh import EAST, Mesh, box, card, lathe, standing
from kit.model import Model
from kit.sign import landscape

SLOT_M = (3.7, 3.0, 2.3)
LINE_Y = 6.15
"""Where the lines across the street are tied: under the eaves."""
ACROSS_STREET = float(np.pi / 2)
ACROSS_GATE_STREET = float(np.pi / 2 - GATE_ANGLE)
SHOP_LIGHT = (1.0, 0.75, 0.48)
LANTERN_POWER = 0.55
"""The sun is still up: a lantern is a warm spot, not the light of the street."""


@dataclass(frozen=True)
class Front:
    """What one shop shows. goods: what lies on its counter; flag: the character on its cloth sign."""

    name: str
    english: str
    goods: tuple[str, ...]
    flag: str = ""
    style: sign.Style = sign.LACQUERED


FRONTS: dict[str, tuple[Front, ...]] = {
    "a": (
        Front("龙井茶行", "LONGJING TEA", ("tea", "jars"), "茶"),
        Front("越窑青瓷", "CELADON", ("jars", "tea"), "瓷", sign.BROWN),
        Front("西湖绸庄", "SILK", ("silk", "silk"), "绸", sign.INDIGO),
        Front("油纸伞铺", "UMBRELLAS", ("umbrellas", "umbrellas"), "伞"),
        Front("清风扇庄", "FANS", ("silk", "tea"), "扇", sign.GREEN),
        Front("桂花糕团", "OSMANTHUS CAKES", ("steamers", "pears"), "糕", sign.RED),
    ),
    "b": (
        Front("湖畔茶楼", "LAKESIDE TEAHOUSE", (), "茶", sign.GREEN),
        Front("", "", ()),
        Front("鲜果行", "FRUIT", ("persimmons", "pears"), "果", sign.RED),
        Front("绍兴黄酒", "SHAOXING WINE", ("jars", "jars"), "酒"),
    ),
    "c": (
        Front("湖笔斋", "BRUSHES", ("tea", "silk"), "笔", sign.BROWN),
        Front("草木染坊", "INDIGO DYERS", ("silk", "silk"), "染", sign.INDIGO),
        Front("竹编坊", "BAMBOO CRAFT", ("steamers", "umbrellas"), "竹", sign.GREEN),
        Front("蜜饯铺", "CANDIED FRUIT", ("bayberries", "jars"), "蜜"),
    ),
    "d": (
        Front("元商城", "XR STORE", ("tea", "jars"), "元", sign.INDIGO),
        Front("雕版书坊", "WOODBLOCK PRINTS", ("silk", "tea"), "书"),
        Front("南货行", "DRIED GOODS", ("bayberries", "persimmons"), "南", sign.RED),
    ),
    "e": (
        Front("数字人会客厅", "DIGITAL PEOPLE", ("tea", "pears"), "人", sign.INDIGO),
        Front("花灯铺", "LANTERNS", ("persimmons", "silk"), "灯", sign.RED),
    ),
    "f": (
        Front("小笼馆", "STEAMED BUNS", ("steamers", "steamers"), "食", sign.BROWN),
        Front("珍珠行", "PEARLS", ("jars", "silk"), "珠", sign.LACQUERED),
    ),
}


def make(hall: Hall) -> None:
    shops = [(row, index, front) for row in ROWS for index, front in enumerate(FRONTS[row.name])]
    for row in ROWS:
        hall.place(shophouse.shop_row(row.shops), (row.at[0], 0, row.at[1]), row.yaw)
    # the atlas packs on shelves: pictures of one height go in together
    for part in (_inside, _name_board, _hanging_sign):
        for row, index, front in shops:
            hall.place(part(hall, row, index, front), (row.at[0], 0, row.at[1]), row.yaw)
    _teahouse(hall)
    _lines(hall)
    _flags(hall)
    _scrolls(hall)
    _fruit_stall(hall)
    _pots(hall)


def _is_teahouse(row: Row, index: int) -> bool:
    return row.name == TEAHOUSE[0] and index in TEAHOUSE[1]


def _inside(hall: Hall, row: Row, index: int, front: Front) -> Model:
    """The slot, the counter before it, the light over both, a lantern by the column."""
    x = row.bay(index)
    model = Model()
    model.place(lantern.round_lantern(0.7, LANTERN_POWER, 0.35), (x - shophouse.BAY_M / 2 + 0.5, 2.62, 0.55))
    if _is_teahouse(row, index):
        return model
    hall.slot(f"{row.name}{index + 1:02d}", row.slot_place(index), row.yaw, SLOT_M)
    seed = ord(row.name) * 10 + index
    model.place(counter.laid_counter(front.goods, seed), (x - 0.95, shophouse.PLINTH_M + 0.02, -0.75))
    model.add("strip", box(shophouse.BAY_M - 0.9, 0.05, 0.06, 0, (x, 3.36, -2.1)))
    for lamp, power in (
        ((x - 0.7, 3.1, -2.6), 1.3),
        ((x + 0.8, 3.0, -3.4), 1.1),
        ((x - 0.9, 2.7, -0.9), 0.5),
    ):
        model.lamp(lamp, power, SHOP_LIGHT)
    return model


def _name_board(hall: Hall, row: Row, index: int, front: Front) -> Model:
    """On the sill of the upper storey; the teahouse's hangs over both its bays."""
    model = Model()
    if not front.name:
        return model
    x = row.bay(index) + (shophouse.BAY_M / 2 if _is_teahouse(row, index) else 0.0)
    board = sign.name_board(hall.signs, front.name, 2.5, 0.66, front.style, 115, front.english)
    return model.place(board, (x, 4.45, 0.5))


def _hanging_sign(hall: Hall, row: Row, index: int, front: Front) -> Model:
    """An upright board on an arm, to be read along the street."""
    model = Model()
    if not front.flag:
        return model
    uv = hall.signs.put(sign.board_picture(front.name, 58, 216, front.style))
    x, arm_y, reach = row.bay(index) + shophouse.BAY_M / 2 - 0.42, 5.75, 1.05
    model.add("wood", box(0.06, 0.06, reach, 0.01, (x, arm_y, 0.3 + reach / 2)))
    model.add("wood", box(0.09, 1.72, 0.52, 0.02, (x, arm_y - 1.05, 0.98)), colour=(0.55, 0.45, 0.4))
    for side in (-1, 1):
        face = card(0.46, 1.64, uv)
        model.add(hall.signs.name, face.moved((x + side * 0.052, arm_y - 1.05, 0.98), side * np.pi / 2))
    return model


def _teahouse(hall: Hall) -> None:
    """Two bays with tables, stools and a counter at the back; its visitors look at the street."""
    row = ROW[TEAHOUSE[0]]
    model = Model()
    middle = (row.bay(0) + row.bay(1)) / 2
    seats = 0
    for tx, tz in ((-2.6, -1.7), (2.7, -1.7), (-2.5, -4.2)):
        x = middle + tx
        model.place(_table(), (x, 0.16, tz))
        model.place(counter.tea(1), (x - 0.05, 0.16 + 0.76, tz), scale=0.9)
        for k in range(4):
            angle = k * np.pi / 2 + np.pi / 4
            sx, sz = x + 0.85 * np.sin(angle), tz + 0.85 * np.cos(angle)
            model.add("wood", _stool(), (sx, 0.16, sz), colour=(0.9, 0.85, 0.8))
            seats += 1
            hall.seat(f"seat-tea-{seats:02d}", row.world(sx, 0.16 + 0.46, sz), row.yaw + angle + np.pi)
    for tx, goods in ((2.6, ("tea", "jars", "tea")),):
        model.place(counter.laid_counter(goods, 7, 2.4), (middle + tx, 0.16, -5.2))
    scroll = sign.painting(hall.paintings, 1.5, 2.1, 11, 150)
    for tx in (-2.2, 0.1):
        model.place(scroll, (middle + tx, 2.2, -6.22 + 0.08))
    model.place(_tea_shelf(), (row.bay(0) - shophouse.BAY_M / 2 + 0.26, 0.16, -4.3), EAST)
    board = sign.name_board(hall.signs, "虚实共饮", 1.9, 0.56, sign.GREEN, 120)
    model.place(board, (middle + 2.6, 2.85, -6.14))
    for tx in (-2.1, 0.0, 2.1):
        model.place(lantern.palace_lantern(0.85, 0.7), (middle + tx, 2.72, -2.9))
        model.lamp((middle + tx, 2.6, -4.6), 0.6, SHOP_LIGHT)
    hall.place(model, (row.at[0], 0, row.at[1]), row.yaw)


def _tea_shelf() -> Model:
    """Shelves with jars and tins along a wall, and a scroll's width left free above the lowest."""
    model = Model()
    for x in (-1.3, 1.3):
        model.add("wood", standing(0.08, 2.1, 0.32, 0.01, (x, 0, 0.16)))
    for y in (0.5, 1.05, 1.6, 2.1):
        model.add("wood", box(2.68, 0.05, 0.34, 0.01, (0, y, 0.17)))
    places = [(x, y) for y in (0.53, 1.08, 1.63) for x in (-0.85, 0.0, 0.8)]
    for k, (x, y) in enumerate(places[:-1]):
        model.place((counter.jars if k % 3 else counter.tea)(k), (x, y, 0.17), scale=0.8)
    return model


def _table() -> Model:
    """A square tea table, 0.76 m tall."""
    model = Model().add("wood", box(0.95, 0.06, 0.95, 0.015, (0, 0.73, 0)))
    model.add("wood", box(0.86, 0.1, 0.86, 0.01, (0, 0.65, 0)), colour=(0.8, 0.75, 0.7))
    for x in (-0.4, 0.4):
        for z in (-0.4, 0.4):
            model.add("wood", box(0.08, 0.7, 0.08, 0.012, (x, 0.35, z)))
    return model


def _stool() -> Mesh:
    return lathe([(0.15, 0), (0.19, 0.16), (0.19, 0.3), (0.17, 0.44), (0.16, 0.46), (0, 0.46)], 12)


def _lines(hall: Hall) -> None:
    """Ropes across both legs of the street: cloth near the bend, pennants and lanterns farther on."""
    span = STREET_M - 0.9
    small = lantern.round_lantern(0.62, 0.35, 0.3)
    drapes = (("cloth_indigo", 0.9), ("cloth_cream", 0.7), ("cloth_persimmon", 0.8), ("cloth_indigo", 0.75))
    flags = cloth.pennant_line(span, 0.7)
    lights = cloth.lantern_line(span, 0.75, small, 3)
    for x, line in (
        (5.8, flags),
        (2.4, cloth.drape_line(span, 0.5, drapes, 1.3)),
        (-1.4, lights),
        (-7.0, flags),
        (-10.2, lights),
    ):
        hall.place(line, (x, LINE_Y, 0), ACROSS_STREET)
    reversed_drapes = cloth.drape_line(span, 0.5, drapes[::-1], 1.35)
    for along, line in ((3.4, lights), (6.4, flags), (9.4, reversed_drapes), (12.4, flags), (15.2, lights)):
        x, z = gate_point(along)
        hall.place(line, (x, LINE_Y, z), ACROSS_GATE_STREET)


POT_LEAF = ("#1f3a1c", "#86a04e")
FLAG_DYES = (
    ("#2f4a6b", "#efe6d2", "#8fa7bf"),
    ("#d9763a", "#fbf1dc", "#8a3d16"),
    ("#e8dcc0", "#2b2622", "#2f4a6b"),
)


def _flags(hall: Hall) -> None:
    """Cloth signs with one character, on poles that lean out over the street between two houses."""
    number = 0
    for row in ROWS:
        for index, front in enumerate(FRONTS[row.name]):
            if not front.flag or index % 2 == 1:
                continue
            ground, ink, border = FLAG_DYES[number % 3]
            number += 1
            picture = banner_picture(front.flag, 118, 236, ground, ink, border)
            flag = cloth.banner(hall.signs, picture, 0.75, 1.5, 0.07)
            model = Model().place(flag, (0, 3.55, 1.25), float(np.pi / 2))
            model.add("wood", box(0.045, 0.045, 1.5, 0, (0, 3.58, 1.0)))
            x = row.bay(index) - shophouse.BAY_M / 2 + 0.12
            hall.place(model, row.world(x, 0.35, 0.0), row.yaw)


def _scrolls(hall: Hall) -> None:
    """A hanging scroll on the left wall of each room; four designs."""
    titles = (("湖", 3, "#b8543f"), ("山", 8, "#6f8a4a"), ("春", 13, "#c77f86"), ("月", 21, "#c9a24a"))
    designs = [sign.poster(hall.paintings, title, 0.86, 1.8, seed, disc, 118) for title, seed, disc in titles]
    for row in ROWS:
        for index in range(len(row.shops)):
            if index and row.shops[index - 1].open_right:
                continue
            x = row.bay(index) - shophouse.BAY_M / 2 + 0.22
            hall.place(designs[(index + ord(row.name)) % 4], row.world(x, 1.95, -2.5), row.yaw + EAST)


def _fruit_stall(hall: Hall) -> None:
    """Under an awning against the gable wall that faces the nook of the bend."""
    row = ROW["b"]
    x, z = row.at[0] + shophouse.length(row.shops) / 2 + shophouse.PROUD_M, row.at[1] + shophouse.DEPTH_M / 2
    model = Model()
    model.place(cloth.awning(5.4, 1.9, 0.7, "cloth_persimmon"), (0, 3.25, 0))
    for k, goods in enumerate((("persimmons", "pears", "persimmons"), ("bayberries", "pears", "persimmons"))):
        model.place(counter.laid_counter(goods, 90 + 3 * k, 2.2), ((k - 0.5) * 2.5, 0, 0.75))
    for x_lamp in (-1.6, 1.6):
        model.place(lantern.round_lantern(0.6, 0.5, 0.3), (x_lamp, 2.35, 1.3))
        model.lamp((x_lamp, 2.2, 0.5), 0.7, SHOP_LIGHT)
    board = sign.name_board(hall.signs, "四时鲜果", 2.5, 0.66, sign.BROWN, 115, "FRUIT OF THE SEASON")
    model.place(board, (0, 3.95, 0.08))
    ink = landscape(340, 130, 77, "#e9dfc6")
    model.place(sign.framed(hall.paintings, ink, 3.4, 1.3), (-1.2, 5.4, 0.06))
    words = banner_picture("湖上人家", 120, 460, "#2f4a6b", "#efe6d2", "#8fa7bf")
    model.place(cloth.banner(hall.signs, words, 0.95, 3.7, 0.06), (1.95, 7.2, 0.22))
    hall.place(model, (x, 0, z), EAST)


def _pots(hall: Hall) -> None:
    """Potted shrubs by the columns."""
    pot = lathe([(0.14, 0), (0.22, 0.1), (0.26, 0.34), (0.29, 0.38), (0.25, 0.4), (0.0, 0.36)], 12)
    for row in ROWS:
        for index in range(0, len(row.shops), 2):
            model = Model().add("paint", pot, colour=((0.05, 0.08, 0.12), (0.2, 0.09, 0.05))[index // 2 % 2])
            # finer leaves than a shrub's: people walk right past them
            rng = np.random.default_rng([81, ord(row.name), index])
            model.add("leaf", tree.cloud(np.array([0, 0.58, 0]), 0.27, 0.24, 85, POT_LEAF, 0.065, rng))
            hall.place(model, row.world(row.bay(index) + shophouse.BAY_M / 2 - 0.5, 0, 0.62), row.yaw)


def well(hall: Hall) -> None:
    """The old well in the nook of the bend, with benches about it."""
    x, z = BEND[0] - 5.4, 7.2
    model = Model()
    model.add(
        "stone",
        lathe(
            [(0.62, 0), (0.62, 0.1), (0.5, 0.16), (0.5, 0.62), (0.56, 0.66), (0.56, 0.76), (0.42, 0.76)], 16
        ),
    )
    model.add("dark", lathe([(0.43, 0.3), (0.0, 0.3)], 16).facing((0, 1, 0)))
    model.add("stone_block", standing(2.4, 0.08, 2.4, 0.02))
    hall.place(model, (x, 0, z))
    for side, yaw in ((-1, np.pi / 2), (1, -np.pi / 2)):
        place_bench(hall, f"seat-well-{'w' if side < 0 else 'e'}", (x + side * 1.9, 0, z), yaw, 1)


def place_bench(hall: Hall, name: str, at: tuple[float, float, float], yaw: float, seats: int = 2) -> None:
    """A stone bench on two feet, 0.45 m tall; its sitters look to yaw."""
    length = 0.9 * seats
    model = Model().add("stone", box(length, 0.12, 0.46, 0.03, (0, 0.39, 0)))
    for k in (-1, 1):
        model.add(
            "stone", box(0.16, 0.33, 0.38, 0.02, (k * length * 0.34, 0.165, 0)), colour=(0.85, 0.85, 0.85)
        )
    hall.place(model, at, yaw)
    for k in range(seats):
        aside = (k - (seats - 1) / 2) * 0.85
        where = (at[0] + aside * np.cos(yaw), at[1] + 0.46, at[2] - aside * np.sin(yaw))
        hall.seat(f"{name}-{k + 1}", where, yaw)
