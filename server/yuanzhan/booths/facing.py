"""Which way a booth is turned when nobody said: with the side that its model shows towards the visitors.

A slot's front is at -Z (scene/stands.py), a glTF's usually at +Z; the optimiser tells which side it is. A
dress that was saved without `yaw_deg` keeps none, so one that was saved before there was a model is turned
for the model that comes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from yuanzhan.booths.dress import Dress
from yuanzhan.store.booths import VersionRow

YAW_DEG: Final = {"-z": 0.0, "+z": 180.0}
"""Of a model that shows this side."""


def turned_to_visitors(dress: Dress, versions: Iterable[VersionRow]) -> Dress:
    """`dress` with a turn: its own, or the one that the newest of `versions` that has a model asks for."""
    if "yaw_deg" in dress.model_fields_set:
        return dress
    usable = [version for version in versions if version.model is not None]
    newest = max(usable, key=lambda version: version.number, default=None)
    return dress if newest is None else dress.model_copy(update={"yaw_deg": yaw_of(newest)})


def yaw_of(version: VersionRow) -> float:
    """Degrees; 0 where nobody found out which side it shows."""
    return YAW_DEG.get(json.loads(version.optimised or "{}").get("front"), 0.0)


def kept(dress: Dress) -> str:
    """The JSON to keep."""
    unsaid = {"yaw_deg"} - dress.model_fields_set
    return dress.model_dump_json(exclude=unsaid)
