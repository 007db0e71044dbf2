"""Letters in the halls: who allows them, who gets one, and what came of it.

    outreach.allow(visitor, message, now_s)     # `reachable`
    outreach.audience(audience)                 # whom a letter would be sent to now, by number
    outreach.deliver(letter, people)            # sent from the next tick on, some at each
    outreach.answer(visitor, message)           # `outcome`
    outreach.leave(visitor)                     # gone: all of it is forgotten

Of who allows nothing, nothing is held; a tick costs nothing for anybody unless something is being sent. What
comes of letters is told by id and kind to `count`, never by whom.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from yuanzhan.live.room import Room
from yuanzhan.live.visitor import NO_SLOT, Visitor
from yuanzhan.outreach.audience import Audience, chosen
from yuanzhan.outreach.interests import interests
from yuanzhan.outreach.letter import Letter, Spot, What
from yuanzhan.outreach.reader import Choice, Rate, Reader
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import server_frame
from yuanzhan.protocol.limits import STANDING_MAX_COUNT
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Invitation, Outcome, Reachable, Recalled

SENT_PER_TICK: Final = 500
"""A write each: 10,000 have it in two seconds, and no tick is late for it."""
ARRIVED_M: Final = 12.0
"""From where one comes to stand at a booth, for who says that they arrived: a large slot and a step."""

Count = Callable[[str, str, int], None]
"""(what, letter, number): told of what came of a letter."""


def count_nothing(what: str, letter_id: str, number: int) -> None:
    """Where nobody keeps counts."""


class Outreach:
    """Of all halls. `clock` is monotonic seconds."""

    def __init__(
        self, rooms: Mapping[str, Room], clock: Callable[[], float], count: Count = count_nothing
    ) -> None:
        self._rooms = rooms
        self._clock = clock
        self._count = count
        self._readers: dict[int, Visitor] = {}
        self._sending: deque[tuple[Letter, bytes, deque[int]]] = deque()
        self._spoken_of: set[tuple[str, str]] = set()
        """Booths that letters need, by hall: with them the letters go."""

    # --- for visitors -----------------------------------------------------------------------------------

    def allow(self, visitor: Visitor, message: Reachable, now_s: float) -> None:
        """Carry out a `reachable`. Interests that are not known here are left out."""
        reader = visitor.reader
        if reader is None:
            if message.rate == "none":
                return
            reader = visitor.reader = Reader()
        tags = frozenset(message.tags).intersection(interests())
        reader.allow(Choice(Rate(message.rate), message.lang, tags, message.booths), message.quiet_s, now_s)
        if reader.choice.rate is Rate.NONE:
            self._readers.pop(visitor.number, None)
        else:
            self._readers[visitor.number] = visitor

    def answer(self, visitor: Visitor, message: Outcome) -> None:
        """Carry out an `outcome`: nothing comes of what was not sent to this visitor, or cannot be."""
        reader, what = visitor.reader, What(message.what)
        letter = None if reader is None else reader.letter(message.id)
        if reader is None or letter is None:
            return
        if what is What.LED and not self._leads(letter):
            return
        if what is What.ARRIVED and not self._is_there(visitor, letter):
            return
        if reader.answer(letter.id, what):
            self._count(what.value, letter.id, 1)

    def stopped_at(self, room: Room, booth: str, slots: Iterable[int]) -> None:
        """Visitors in these slots look at this booth: remembered of those who allow that."""
        if not self._readers:
            return
        for visitor in room.in_slots(slots):
            if visitor.reader is not None:
                visitor.reader.stopped_at(booth)

    def leave(self, visitor: Visitor) -> None:
        """The visitor is gone for good."""
        self._readers.pop(visitor.number, None)
        visitor.reader = None

    # --- for who sends ----------------------------------------------------------------------------------

    def audience(self, audience: Audience) -> list[int]:
        """The numbers of those whom a letter would be sent to now. All who allow letters are looked through
        in one go: what that takes is measured by `bench/audience.py`.
        """
        here = (
            (number, visitor.room.definition.id, visitor.reader)
            for number, visitor in self._readers.items()
            if visitor.reader is not None and _hears(visitor)
        )
        return chosen(audience, here, self._clock())

    def deliver(self, letter: Letter, people: Sequence[int]) -> None:
        """Send it to these, some at each tick; who does not allow it any more by then is left out."""
        frame = server_frame(encode(invitation(letter)))
        self._sending.append((letter, frame, deque(people)))

    def tick(self, now_s: float) -> None:
        """Send what is to be sent."""
        if not self._sending:
            return
        letter, frame, people = self._sending[0]
        sent_count = 0
        needed = _needed(letter)
        if needed is not None:
            self._spoken_of.add((needed.hall, needed.booth))
        for _ in range(min(SENT_PER_TICK, len(people))):
            sent_count += self._send(letter, frame, self._readers.get(people.popleft()), now_s)
        if sent_count:
            self._count("sent", letter.id, sent_count)
        if not people:
            self._sending.popleft()

    # --- for what else happens --------------------------------------------------------------------------

    def booths_changed(self, room: Room) -> None:
        """Invitations to booths that are gone from this hall are over, and so is what these said; whoever has
        one is told.
        """
        hall = room.definition.id
        gone = {booth for in_hall, booth in self._spoken_of if in_hall == hall and not room.stands(booth)}
        if not gone:
            return
        self._spoken_of -= {(hall, booth) for booth in gone}
        for visitor in self._readers.values():
            reader = visitor.reader
            assert reader is not None
            over = [letter.id for letter in reader.letters() if _needs_one_of(letter, hall, gone)]
            for letter_id in over:
                reader.take_back(letter_id)
            if over and visitor.connection is not None:
                visitor.connection.send(Recalled(tuple(over[-STANDING_MAX_COUNT:])))

    def held_of(self, *, device: str, account: str) -> list[dict[str, Any]]:
        """What is held of an account, or of a browser that nobody is signed in at: for who asks about
        themself.
        """
        found = []
        for visitor in self._of(device, account):
            if visitor.reader is not None:
                booths = sorted(visitor.reader.visited)
                found.append({**visitor.reader.choice.to_json(), "booths": booths})
        return found

    def forget(self, *, device: str, account: str) -> None:
        """Nothing is allowed any more by an account, or by a browser that nobody is signed in at; the page
        that is open is told, and forgets it too.
        """
        for visitor in self._of(device, account):
            self.leave(visitor)
            if visitor.connection is not None:
                visitor.connection.send(Notice("reach_off"))

    # --- inside -----------------------------------------------------------------------------------------

    def _send(self, letter: Letter, frame: bytes, visitor: Visitor | None, now_s: float) -> int:
        if visitor is None or visitor.reader is None or visitor.connection is None or not _hears(visitor):
            return 0
        if not visitor.reader.may_get(now_s) or not self._stands(_needed(letter)):
            return 0
        visitor.reader.give(letter, now_s)
        visitor.connection.send_frame(frame)
        return 1

    def _leads(self, letter: Letter) -> bool:
        """Whether it leads to a booth that stands."""
        return letter.leads and letter.about is not None and self._stands(letter.about)

    def _stands(self, spot: Spot | None) -> bool:
        """Whether this booth is shown; none always is."""
        room = None if spot is None else self._rooms.get(spot.hall)
        return spot is None or (room is not None and room.stands(spot.booth))

    def _is_there(self, visitor: Visitor, letter: Letter) -> bool:
        """Whether the visitor stands about where the letter leads."""
        room = visitor.room
        if letter.about is None or letter.about.hall != room.definition.id or not _hears(visitor):
            return False
        place = room.place_of_booth(letter.about.booth)
        if place is None:
            return False
        here = room.hall.place_of(visitor.slot)
        return math.dist((here.x, here.z), (place.x, place.z)) <= ARRIVED_M

    def _of(self, device: str, account: str) -> list[Visitor]:
        """An account wherever it is; a browser where nobody is signed in."""

        def is_theirs(visitor: Visitor) -> bool:
            marks = visitor.marks
            if account:
                return marks.account == account
            return device != "" and marks.device == device and not marks.account

        return [visitor for visitor in self._readers.values() if is_theirs(visitor)]


def invitation(letter: Letter) -> Invitation:
    """A letter as it goes over the wire."""
    about = letter.about
    return Invitation(
        id=letter.id,
        sender="booth" if letter.by_booth else "operators",
        zh=letter.text.zh,
        en=letter.text.en,
        title_zh="" if about is None else about.title.zh,
        title_en="" if about is None else about.title.en,
        hall=about.hall if about is not None and letter.leads else "",
        booth=about.booth if about is not None and letter.leads else "",
    )


def _hears(visitor: Visitor) -> bool:
    """In a hall, or watching one; not outside of a full one, and not away for a moment."""
    return visitor.connection is not None and visitor.slot != NO_SLOT


def _needed(letter: Letter) -> Spot | None:
    """The booth without which it is over: where it leads, or who says it."""
    return letter.about if letter.leads or letter.by_booth else None


def _needs_one_of(letter: Letter, hall: str, booths: set[str]) -> bool:
    spot = _needed(letter)
    return spot is not None and spot.hall == hall and spot.booth in booths
