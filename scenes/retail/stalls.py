"""What fills the booth slots: twelve exhibitors of the first day. Their words are in hall.toml."""

from __future__ import annotations

from dataclasses import replace

from kit import booth, product, sign
from kit.hall import Hall
from kit.mesh import SOUTH

YARD_SLOTS = (("g01", (1.0, 0.0, -18.4)), ("g02", (6.0, 0.0, -18.4)), ("g03", (11.0, 0.0, -18.4)))
"""Stalls under the sky in the north yard."""

PERSIMMON = replace(booth.MARKET, accent="#d9763a", board=sign.BROWN)

SHOPS = (
    ("longjing", "a01", "龙井春茶", "Longjing spring tea", product.tea_tin, booth.MARKET),
    ("celadon", "a02", "青瓷新作", "New celadon", product.celadon_vase, PERSIMMON),
    ("silk", "a03", "数字丝绸", "Digital silk", product.silk_scroll, booth.MARKET),
    ("umbrella", "a04", "油纸伞", "Paper umbrellas", product.paper_umbrella, PERSIMMON),
    ("fan", "a05", "折扇定制", "Fans made to order", product.folding_fan, booth.MARKET),
    ("osmanthus", "a06", "桂花花灯", "Osmanthus lanterns", product.flower_lantern, PERSIMMON),
    ("wine", "b04", "绍兴黄酒", "Shaoxing wine", product.wine_jar, PERSIMMON),
    ("brush", "c01", "善琏湖笔", "Huzhou brushes", product.brush_set, PERSIMMON),
    ("headset", "d01", "增强购物", "AR shopping", product.headset, booth.MARKET),
    ("prints", "d02", "雕版与线装书", "Woodblock prints", product.thread_books, PERSIMMON),
    ("robot", "e01", "数字人导购", "A digital guide", product.robot, booth.MARKET),
    ("bamboo", "g02", "竹编市集", "Bamboo craft", product.bamboo_basket, PERSIMMON),
)
"""id, slot, title, subtitle, product, look."""


def make(hall: Hall) -> None:
    for slot, at in YARD_SLOTS:
        hall.slot(slot, at, SOUTH, (3.8, 3.0, 2.4))
    for seed, (id, slot, title, subtitle, thing, look) in enumerate(SHOPS):
        # inside a shop the party walls and the back wall are there already
        model, atlas = booth.stand(title, subtitle, thing(), seed, look, 3.5, 2.0, awning=slot[0] == "g")
        hall.booth(id, slot, model, atlas)
