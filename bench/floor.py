"""What a change of all booths of a hall costs the server's loop: `python bench/floor.py [--tries 25]`.

Twelve booths of 48 rectangles that are in the way and 48 that are stepped up on, the most that a model has,
in a hall of 120 x 100 m. Medians in milliseconds of this process's processor time.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable

import numpy as np

from yuanzhan.hall.floor import Block, Deck, Floor
from yuanzhan.scene.extras import Slot
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import HallRectangle, Stand, revision_of

BOOTHS_COUNT = 12
RECTANGLES_COUNT = 48


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=25)
    tries = parser.parse_args().tries
    chance = random.Random(1)
    standing = [(stand(chance, number), slot(number)) for number in range(BOOTHS_COUNT)]
    blocks = [block(rectangle) for booth, place in standing for rectangle in booth.blocks(place)]
    decks = [Deck(block(deck.ground), deck.y) for booth, place in standing for deck in booth.raised(place)]
    floor = Floor(np.zeros((500, 600), np.float32), -60, -50, 0.2)
    print("where all of it is         ", median_ms(lambda: placed(standing), tries))
    print("the floor                  ", median_ms(lambda: floor.block(blocks, None, decks), tries))
    told = [booth.json(place) for booth, place in standing]
    print("the answer                 ", median_ms(lambda: answered(told), tries))


def stand(chance: random.Random, number: int) -> Stand:
    """A booth of 4 x 4 m."""

    def rectangle() -> tuple[float, float, float, float]:
        x, z = chance.uniform(-2, 1.5), chance.uniform(-2, 1.5)
        return x, z, x + chance.uniform(0.2, 1), z + chance.uniform(0.2, 1)

    return Stand(
        id=f"booth-{number}",
        slot=f"a{number}",
        version=1,
        url="/files/model.glb",
        bytes=1,
        title=Text("展位", "Booth"),
        low=(-2.0, 0.0, -2.0),
        high=(2.0, 3.0, 2.0),
        yaw_deg=chance.uniform(0, 360),
        feet=tuple(rectangle() for _ in range(RECTANGLES_COUNT)),
        decks=tuple((*rectangle(), chance.uniform(0.05, 0.35)) for _ in range(RECTANGLES_COUNT)),
    )


def slot(number: int) -> Slot:
    place = (number % 4 * 10.0 - 15, 0.0, number // 4 * 10.0 - 10)
    return Slot(f"a{number}", place, 0.0, (4.0, 3.0, 4.0), np.eye(4))


def block(rectangle: HallRectangle) -> Block:
    return Block(rectangle.x, rectangle.z, rectangle.yaw, rectangle.width_m, rectangle.depth_m)


def placed(standing: list[tuple[Stand, Slot]]) -> None:
    for booth, place in standing:
        booth.json(place)
        booth.blocks(place)
        booth.raised(place)


def answered(told: list[dict[str, object]]) -> str:
    return json.dumps({"booths_revision": revision_of(told), "booths": told}, ensure_ascii=False)


def median_ms(act: Callable[[], object], tries: int) -> str:
    took: list[float] = []
    for _ in range(tries):
        before_s = time.process_time()
        act()
        took.append(time.process_time() - before_s)
    return f"{statistics.median(took) * 1000:.1f}"


if __name__ == "__main__":
    main()
