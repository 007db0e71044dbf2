"""Published booths as stands: what the halls are given to show."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from yuanzhan.booths.dress import Dress, Submitted
from yuanzhan.booths.telling import bounds_of, url_of
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import DeckRectangle, FootRectangle, Stand
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothRow, VersionRow
from yuanzhan.store.database import Database

Show = Callable[[str, Sequence[Stand]], None]
"""Has a hall show these stands, and no others."""

_POINT = (0.0, 0.0, 0.0)


class Stands:
    """Gives each hall the booths that are published in it: all at the start, and again after each change."""

    def __init__(self, database: Database, show: Show) -> None:
        self._database = database
        self._show = show
        self._turn = asyncio.Lock()

    async def show(self, halls: Iterable[str]) -> None:
        """Have these halls show what is published in them now."""
        # One after the other: what was read before a booth was withdrawn is not shown after it.
        async with self._turn:
            await self._show_now(halls)

    async def _show_now(self, halls: Iterable[str]) -> None:
        async with self._database.reading() as session:
            found = await queries.shown(session)
        by_hall: dict[str, list[Stand]] = {hall: [] for hall in sorted(halls)}
        for version, booth in found:
            if version.dress is not None:
                dress = Submitted.model_validate_json(version.dress)
                if dress.hall in by_hall:
                    by_hall[dress.hall].append(stand_of(booth, version, dress))
        for hall, stands in by_hall.items():
            self._show(hall, stands)


def stand_of(booth: BoothRow, version: VersionRow, dress: Dress) -> Stand:
    """A booth with this model and this dress; what was submitted is called as it was then."""
    low, high = bounds_of(version) or (_POINT, _POINT)
    told = dress.model_dump(mode="json", include={"panels", "products", "links", "card"})
    return Stand(
        id=booth.id,
        slot=dress.slot,
        version=version.number,
        url=url_of(version.model) or "",
        bytes=_bytes_served(version),
        title=_title(booth, dress),
        low=low,
        high=high,
        offset_m=dress.offset_m,
        yaw_deg=dress.yaw_deg,
        scale=dress.scale,
        dress=told,
        feet=_feet(version),
        decks=_decks(version),
        lods=_lods(version),
        ktx2=_ktx2(version),
    )


def _title(booth: BoothRow, dress: Dress) -> Text:
    called = dress.booth_title if isinstance(dress, Submitted) else None
    return Text(booth.title_zh, booth.title_en) if called is None else Text(called.zh, called.en)


def _feet(version: VersionRow) -> tuple[FootRectangle, ...] | None:
    """What the optimiser found to stand in a walker's way."""
    found = json.loads(version.optimised or "{}").get("feet")
    return None if found is None else tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in found)


def _decks(version: VersionRow) -> tuple[DeckRectangle, ...]:
    """What the optimiser found to be stepped up on; nothing before it looked for that."""
    found = json.loads(version.optimised or "{}").get("decks") or []
    return tuple((float(a), float(b), float(c), float(d), float(up)) for a, b, c, d, up in found)


def _lods(version: VersionRow) -> tuple[dict[str, Any], ...]:
    """The lighter versions that the optimiser made, finest first."""
    lods = json.loads(version.optimised or "{}").get("lods") or []
    return tuple({key: lod[key] for key in ("url", "bytes", "error_m")} for lod in lods)


def _ktx2(version: VersionRow) -> str | None:
    """The same model for devices that keep textures compressed, where there is one."""
    url: str | None = json.loads(version.textures or "{}").get("url")
    return url


def _bytes_served(version: VersionRow) -> int:
    """What a visitor downloads; before it was made smaller, what was sent."""
    after = json.loads(version.optimised or "{}").get("after") or {}
    return int(after.get("bytes", version.bytes))
