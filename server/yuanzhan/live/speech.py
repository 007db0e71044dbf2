"""What becomes of a line that somebody says: who may say it now, what of it is heard, and that it is kept."""

from __future__ import annotations

from collections.abc import Callable

from yuanzhan.live.safety import Safety
from yuanzhan.live.stages import Stages
from yuanzhan.live.visitor import Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.moderation.lines import Line
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Said


class Speech:
    """Of all halls. `wall_ms` is Unix time."""

    def __init__(
        self, safety: Safety, watchers: Watchers, stages: Stages, wall_ms: Callable[[], int]
    ) -> None:
        self._safety = safety
        self._watchers = watchers
        self._stages = stages
        self._wall_ms = wall_ms
        self._next_line = wall_ms() * 1000
        """Numbers of lines grow by one, from the microsecond of the start: no later start gives one again."""

    def say(self, visitor: Visitor, text: str, now_s: float) -> Said | Notice:
        """What becomes of a cleaned line. It is kept in any case, with why it was refused."""
        notice = self._may_say(visitor, now_s)
        if notice is not None:
            return notice
        found = self._safety.words.find(text) if self._safety.words_do != "off" else None
        place = visitor.room.hall.place_of(visitor.slot)
        self._next_line += 1
        line = Line(
            number=self._next_line,
            at_ms=self._wall_ms(),
            hall=visitor.room.definition.id,
            visitor=visitor.id,
            name=visitor.name,
            text=text,
            x=place.x,
            z=place.z,
            marks=visitor.marks,
            refused="" if found is None else found.word,
        )
        visitor.room.lines.add(line)
        self._safety.said(line)
        self._watchers.overhear(line)
        if found is not None:
            if self._safety.words_do == "refuse":
                return Notice("chat_words")
            text = self._safety.words.masked(text)
        visitor.said_s = now_s
        return Said(visitor.id, visitor.name, text, line.number, self._stages.speaks(visitor), visitor.badge)

    def _may_say(self, visitor: Visitor, now_s: float) -> Notice | None:
        room = visitor.room
        if visitor.restrictions.chat:
            return Notice("chat_muted")
        if visitor.badge in ("staff", "speaker") or self._stages.speaks(visitor):
            return None
        if room.rules.speakers_only:
            return Notice("chat_speakers")
        wait_s = visitor.said_s + room.rules.slow_s - now_s
        if wait_s > 0:
            return Notice("chat_slow", {"seconds": int(wait_s) + 1})
        return None
