"""Places whose names say who stands there, `visitor:ID`: for those on duty, who go where they are needed."""

from __future__ import annotations

import re
from typing import Final

_SOMEBODY: Final = re.compile(r"visitor:(\d{1,8})", re.ASCII)


def visitor_at(place: str | None) -> int | None:
    """Whose place it is; None for any other name."""
    found = _SOMEBODY.fullmatch(place or "")
    return None if found is None else int(found[1])
