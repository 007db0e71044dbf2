"""Work that is done to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Go on to the end whatever becomes of whoever waits for it."""
    return await asyncio.shield(asyncio.ensure_future(work))
