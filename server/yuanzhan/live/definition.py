"""What the server knows of a hall to let people into it, and of the booths that are published in it while it
runs: plain data, made by `app` from the scene's description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.floor import Block, Deck
from yuanzhan.hall.hall import Placement
from yuanzhan.hall.visits import Zone


@dataclass(frozen=True, slots=True)
class HallDefinition:
    """One hall.

    `floor_heights` is (rows, columns) float32 in metres, row along z, NaN where nobody can stand; its
    first cell begins at (`floor_origin_x`, `floor_origin_z`); `floor_bare_heights` are the same without the
    hall's own booths, where that is another floor. `spawns` is by id, the first one the default, and must not
    be empty. `places` holds everything else that `at` may name: booths, panels, portals, check-in points,
    viewpoints. `observers_max` may watch while the hall is full, and `queue_max` more wait.
    """

    id: str
    capacity: int
    floor_heights: NDArray[np.float32]
    floor_origin_x: float
    floor_origin_z: float
    floor_cell_m: float
    spawns: Mapping[str, Placement]
    seats: Mapping[str, Placement] = field(default_factory=dict)
    places: Mapping[str, Placement] = field(default_factory=dict)
    observers_max: int = 0
    queue_max: int = 0
    floor_bare_heights: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if not self.spawns:
            raise ValueError(f"hall {self.id} has no spawn point")


@dataclass(frozen=True, slots=True)
class PublishedBooth:
    """A booth as far as people walk around it: `place` is where its id leads to, `blocks` is what of the
    floor it stands on, `decks` where one steps up on it, `zone` from where it is looked at and what may be
    opened there.
    """

    id: str
    place: Placement
    zone: Zone
    blocks: tuple[Block, ...] = ()
    decks: tuple[Deck, ...] = ()
    takes_cards: bool = False


@dataclass(frozen=True, slots=True)
class PublishedBooths:
    """The published booths of a hall; equal ones have an equal `revision`, a u32, and 0 is of none. `own` are
    the grounds of those of the hall's own booths that stand; None where all do. `own_ids` are theirs.
    """

    revision: int = 0
    booths: tuple[PublishedBooth, ...] = ()
    own: tuple[Block, ...] | None = None
    own_ids: frozenset[str] = frozenset()
