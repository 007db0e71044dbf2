"""JSON answers: UTF-8 as it is, so that Chinese stays readable and short; and whether one is needed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """`value` as JSON."""
    return web.Response(text=_text(value), status=status, content_type="application/json", headers=headers)


def json_list_answer(values: Iterable[Any]) -> web.Response:
    """Many values as JSON, one after the other, for a thread: nobody else runs while one is written."""
    return web.Response(text=f"[{','.join(map(_text, values))}]", content_type="application/json")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def is_known(request: web.Request, tag: str) -> bool:
    """Whether the caller has what this tag (without its quotes) stands for. Compared weakly (RFC 9110,
    13.1.2): a proxy that packs an answer makes its tag a weak one.
    """
    return any(each.value in (tag, "*") for each in request.if_none_match or ())
