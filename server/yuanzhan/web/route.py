"""A route and who may use it. There is no route without: `access` has no default."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from yuanzhan.access import Permission

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

Access = tuple[Permission, ...] | None
"""Whoever has one of these permissions; None is anybody."""

ANYBODY: Final = None


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path as aiohttp has it, who answers, and who may ask."""

    method: str
    path: str
    handler: Handler
    access: Access
