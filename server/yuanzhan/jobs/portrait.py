"""`python -m yuanzhan.jobs.portrait MODEL [COLLISION]`: thumbnail.webp, and what one bumps into and steps on.

Runs in a child, in the folder of the files. Standard output is one JSON object: `front`, the side that the
picture shows, `feet`, the rectangles that stand in a walker's way, and `decks`, those that one steps up on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.decks import Deck, find_decks
from yuanzhan.scene.feet import Foot, find_feet
from yuanzhan.scene.portrait.picture import portrait, write_webp
from yuanzhan.scene.raster import TooManyCells
from yuanzhan.scene.reader import Gltf, read_file


def main(arguments: list[str]) -> int:
    """Exit code 1 with a sentence for a file that cannot be read."""
    model, *collision = map(Path, arguments)
    try:
        feet, decks = _footing(read_file(collision[0] if collision else model))
        picture, front = portrait(read_file(model))
        write_webp(picture, Path("thumbnail.webp"))
    except SceneInvalid as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps({"front": front, "feet": feet, "decks": decks}))
    return 0


def _footing(gltf: Gltf) -> tuple[Sequence[Foot] | None, Sequence[Deck]]:
    """Feet and decks; None and none where they cannot be told, which is no reason to fail."""
    try:
        return find_feet(gltf), find_decks(gltf)
    except TooManyCells:
        return None, ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
