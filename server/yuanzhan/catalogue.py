"""Sentences for people, in Chinese and English, by key: the same catalogue that the client reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from yuanzhan import bundle
from yuanzhan.errors.base import Param

Lang = Literal["zh", "en"]


@cache
def load() -> Mapping[str, Mapping[Lang, str]]:
    """Key to language to sentence. Read once: the file does not change under a running program."""
    entries: dict[str, dict[Lang, str]] = json.loads(bundle.messages_file().read_text(encoding="utf-8"))
    return MappingProxyType(entries)


def sentence(key: str, lang: Lang, params: Mapping[str, Param] | None = None) -> str:
    """The sentence of `key`, its `{names}` filled from `params`; the key itself when nobody wrote one."""
    entry = load().get(key)
    if entry is None:
        return key
    text = entry[lang]
    for name, value in (params or {}).items():
        text = text.replace("{" + name + "}", str(value))
    return text


def lang_of_environment(environment: Mapping[str, str]) -> Lang:
    """The language of a terminal: the first of LC_ALL, LC_MESSAGES and LANG that is set decides."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def lang_of_header(accept_language: str) -> Lang:
    """The language of Accept-Language (RFC 9110, 12.5.4): Chinese unless English ranks first."""
    ranked = sorted(_ranges(accept_language), key=lambda pair: -pair[1])
    for tag, quality in ranked:
        if quality <= 0:
            continue
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


def _ranges(accept_language: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept_language[:256].split(","):
        tag, _, quality = part.strip().lower().partition(";q=")
        try:
            ranges.append((tag, float(quality) if quality else 1.0))
        except ValueError:
            continue
    return ranges
