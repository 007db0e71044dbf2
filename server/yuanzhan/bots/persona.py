"""Names, looks and a few lines for bots, in both languages."""

from __future__ import annotations

import random
from typing import Final

from yuanzhan.protocol.fields import Lang
from yuanzhan.protocol.look import LOOK_FIELDS, Look, pack_look

_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN: Final = (
    *("小雨", "子涵", "思远", "若溪", "明轩", "雨桐", "嘉宁", "一诺", "书瑶", "景行"),
    *("晓岚", "知夏", "清扬", "沐白", "安然", "亦凡", "语晨", "星野", "舒窈", "望舒"),
)
_ENGLISH: Final = (
    *("Ada", "Ben", "Clara", "Diego", "Emma", "Felix", "Grace", "Hugo", "Iris", "Jonas"),
    *("Kira", "Leo", "Maya", "Noah", "Olga", "Priya", "Quinn", "Rosa", "Sami", "Tara"),
)
_LINES: Final[dict[Lang, tuple[str, ...]]] = {
    "zh-CN": (
        "这个展位做得真精致。",
        "你好呀，第一次来吗？",
        "龙井茶那边可以看看。",
        "光线真美，像黄昏的西湖。",
        "一起去下一个展台吧。",
        "大屏幕上在放什么？",
        "这里的布局很有意思。",
        "我刚集了一个章！",
    ),
    "en": (
        "The detail on this booth is lovely.",
        "Hello! Is this your first visit?",
        "Have you seen the tea stand yet?",
        "The light here feels like dusk on West Lake.",
        "Shall we walk to the next one?",
        "What is on the big screen?",
        "I like how this hall is laid out.",
        "I just collected a stamp!",
    ),
}


def persona(rng: random.Random) -> tuple[str, int, Lang]:
    """A name, a look and a language."""
    lang: Lang = "zh-CN" if rng.random() < 0.7 else "en"
    name = rng.choice(_SURNAMES) + rng.choice(_GIVEN) if lang == "zh-CN" else rng.choice(_ENGLISH)
    look = Look(*(rng.randrange(spec.values_count) for spec in LOOK_FIELDS))
    return name, pack_look(look), lang


def line(lang: Lang, rng: random.Random) -> str:
    """Something to say."""
    return rng.choice(_LINES[lang])
