"""Events as rows, and back."""

from __future__ import annotations

import json

from yuanzhan.events.event import Event, Plan, Words
from yuanzhan.store.events import EventRow


def event_of(row: EventRow) -> Event:
    """The event of a row."""
    plan = Plan(
        hall=row.hall,
        stage=row.stage,
        title=Words(row.title_zh, row.title_en),
        description=Words(row.description_zh, row.description_en),
        speakers=tuple(json.loads(row.speakers)),
        begins_ms=row.begins_at_ms,
        ends_ms=row.ends_at_ms,
        doors_min=row.doors_min,
        capacity=row.capacity,
    )
    return Event(row.id, plan, row.sequence, row.changed_at_ms, row.cancelled_at_ms is not None)


def put(plan: Plan, row: EventRow) -> None:
    """A plan into its row."""
    row.hall, row.stage = plan.hall, plan.stage
    row.title_zh, row.title_en = plan.title.zh, plan.title.en
    row.description_zh, row.description_en = plan.description.zh, plan.description.en
    row.speakers = json.dumps(plan.speakers, ensure_ascii=False)
    row.begins_at_ms, row.ends_at_ms = plan.begins_ms, plan.ends_ms
    row.doors_min, row.capacity = plan.doors_min, plan.capacity


def attendance_json(row: EventRow) -> dict[str, int]:
    """How many came: most at once, different visitors, and minutes of all of them together."""
    return {"peak": row.peak_count, "visitors": row.visitors_count, "minutes": round(row.stayed_s / 60)}
