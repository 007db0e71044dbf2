"""How long choosing whom a letter goes to holds up the loop: `python bench/audience.py [--people 10000]`.

Everybody allows letters and remembers as many booths as a visit can; medians of some tries, in milliseconds
of the wall clock.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from yuanzhan.live.allowances import Allowances
from yuanzhan.live.outreach import Outreach
from yuanzhan.live.visitor import Visitor
from yuanzhan.outreach.audience import Audience
from yuanzhan.outreach.interests import interests
from yuanzhan.outreach.letter import Letter, Text
from yuanzhan.outreach.reader import BOOTHS_MAX_COUNT, LETTERS_MAX_COUNT
from yuanzhan.protocol.messages.outreach import Reachable

HALLS = ("lobby", "retail", "culture", "education")
TRIES = 25
BOOTHS_COUNT = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    outreach = full_of(parser.parse_args().people)
    one = frozenset({"booth 1"})
    asked = {
        "everybody": Audience(),
        "of a hall": Audience(halls=frozenset({"retail"})),
        "by interest and language": Audience(tags=frozenset(interests()[:2]), langs=frozenset({"en"})),
        "who stopped at a booth": Audience(booths=one),
        "at one of 100 booths": Audience(booths=frozenset(f"booth {n}" for n in range(100))),
        "by all of it": Audience(frozenset({"retail"}), one, frozenset(interests()[:2]), frozenset({"en"})),
    }
    for name, audience in asked.items():
        found = len(outreach.audience(audience))
        print(f"{name:28}{median_ms(lambda audience=audience: outreach.audience(audience)):8.2f} ms{found:8}")
    held = median_ms(lambda: outreach.held_of(device="nobody's", account=""))
    print(f"{'what is held of somebody':28}{held:8.2f} ms")


def full_of(count: int) -> Outreach:
    """So many who allow letters, each with all that one can have."""
    rng = np.random.default_rng(1)
    hall = SimpleNamespace(crowd=SimpleNamespace(slots_count=count))
    rooms: dict[str, Any] = {
        name: SimpleNamespace(hall=hall, definition=SimpleNamespace(id=name)) for name in HALLS
    }
    outreach = Outreach(rooms, lambda: 1e6)
    connection: Any = SimpleNamespace()
    letters = [Letter(f"letter {n}", Text("", "")) for n in range(LETTERS_MAX_COUNT)]
    for number in range(count):
        room = rooms[HALLS[number % len(HALLS)]]
        visitor = Visitor(number, "visitor", 0, "zh-CN", "", room, number, connection, Allowances(0.0))
        tags = tuple(rng.choice(interests(), 2, replace=False).tolist())
        outreach.allow(visitor, Reachable("hour", ("zh-CN", "en")[number % 2], tags, booths=True), 0.0)
        reader = visitor.reader
        assert reader is not None
        for booth in rng.choice(BOOTHS_COUNT, BOOTHS_MAX_COUNT, replace=False).tolist():
            reader.stopped_at(f"booth {booth}")
        for letter in letters:
            reader.give(letter, 0.0)
    return outreach


def median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TRIES):
        began_s = time.perf_counter()
        work()
        times.append((time.perf_counter() - began_s) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
