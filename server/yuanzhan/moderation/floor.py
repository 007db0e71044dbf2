"""What the operators' desk needs of the halls."""

from __future__ import annotations

from typing import Protocol

from yuanzhan.moderation.acts import Act, Marks
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.networks import Range
from yuanzhan.moderation.people import Known


class Floor(Protocol):
    """The halls; `live.oversight.Oversight` is one."""

    def apply(self, act: Act) -> int:
        """Carry out an act that is written down. Returns how many people it reached."""

    def lift(self, act: Act) -> None:
        """An act holds no longer."""

    def known(self, hall: str, visitor: int) -> Known | None:
        """Who this is, None when gone."""

    def is_here(self, hall: str, visitor: int) -> bool:
        """Whether this id is somebody's in a hall."""

    def known_by(self, visit: str) -> Known | None:
        """Whose visit this is, in whatever hall, None when gone."""

    def ranges(self, known: Known) -> tuple[Range, ...]:
        """The networks around somebody, and how many more a ban of each would hit."""

    def find(self, marks: Marks) -> Known | None:
        """Who is here with one of these marks, whatever they call themselves now."""

    def recent_lines(self, hall: str) -> list[Line]:
        """The last lines of a hall, the oldest first."""

    def has_hall(self, hall: str) -> bool:
        """Whether there is such a hall."""

    def head_counts(self) -> dict[str, int]:
        """Visitors by hall id."""

    def has_booth(self, hall: str, booth: str) -> bool:
        """Whether this booth is shown in this hall now."""

    def reports_changed(self, report_id: str) -> None:
        """Tell the colleagues."""

    def reports_done(self, about: Marks) -> None:
        """No report about this person waits any more."""
