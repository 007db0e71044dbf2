"""The feed, read back by the library that others read calendars with."""

from __future__ import annotations

import datetime
from typing import Any

import icalendar

from tests.unit.events.conftest import NOW, body
from yuanzhan.catalogue import Lang
from yuanzhan.events.calendar import calendar_of
from yuanzhan.events.event import Event
from yuanzhan.events.plans import read_plan
from yuanzhan.instants import HOUR_MS

SITE = "https://expo.example"
NASTY = "一,二;三\\四\n五: \"六\" 'BEGIN:VEVENT'"


def name_of(hall: str, lang: Lang) -> str:
    return {"zh": "曲水园", "en": "Song Garden"}[lang]


def event(event_id: str = "e1", sequence: int = 0, cancelled: bool = False, **more: Any) -> Event:
    return Event(event_id, read_plan(body(**more), NOW), sequence, NOW + 500, cancelled)


def feed(*events: Event, lang: Lang = "zh") -> icalendar.Calendar:
    content = calendar_of(events, lang, "元展活动", SITE, name_of)
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), "lines are folded"
    return icalendar.Calendar.from_ical(content)


def entries(*events: Event, lang: Lang = "zh") -> list[Any]:
    """The library types a value as any of thirty; each is looked at as what it must be."""
    return list(feed(*events, lang=lang).events)


def test_an_event_is_told_with_its_moments_in_utc_and_where_it_is() -> None:
    (entry,) = entries(event())
    begins = datetime.datetime.fromtimestamp((NOW + HOUR_MS) / 1000, datetime.UTC)
    assert entry.decoded("dtstart") == begins
    assert entry.decoded("dtend") == begins + datetime.timedelta(hours=1)
    assert entry["dtstart"].to_ical().endswith(b"Z")
    assert (entry["uid"], entry["status"], entry["sequence"]) == ("e1@yuanzhan", "CONFIRMED", 0)
    assert entry["summary"] == "古琴夜会"
    assert entry["location"] == "曲水园"
    assert entry["url"] == f"{SITE}/halls/culture/stage"
    assert "林栀、Ada" in entry["description"]


def test_each_language_says_that_it_is_that_language() -> None:
    (zh,), (en,) = entries(event()), entries(event(), lang="en")
    assert (zh["summary"].params["language"], en["summary"].params["language"]) == ("zh-CN", "en")
    assert (en["summary"], en["location"]) == ("An evening of guqin", "Song Garden")
    assert "曲水流音" in en["description"], "what has no English is told in Chinese"


def test_a_change_keeps_the_uid_and_a_cancelled_event_says_so() -> None:
    first, second = entries(event(), event("e2", sequence=3, cancelled=True, begins_ms=NOW + 5 * HOUR_MS))
    assert second["uid"] == "e2@yuanzhan"
    assert (first["status"], second["status"], second["sequence"]) == ("CONFIRMED", "CANCELLED", 3)


def test_what_would_end_a_line_or_a_value_is_escaped() -> None:
    plain = NASTY.replace("\n", " ")
    (entry,) = entries(event(title={"zh": NASTY}, description={"zh": NASTY * 20}, speakers=[plain]))
    assert entry["summary"] == NASTY
    assert entry["description"].startswith(NASTY * 20)
    assert len(entries(event(title={"zh": NASTY}))) == 1


def test_the_feed_has_a_name_and_says_when_to_ask_again() -> None:
    calendar = feed()
    assert calendar["x-wr-calname"] == "元展活动"
    assert calendar["method"] == "PUBLISH"
    assert calendar.decoded("refresh-interval") == datetime.timedelta(minutes=15)
    assert calendar.events == []


def test_a_place_with_strange_letters_is_an_address_still() -> None:
    (entry,) = entries(event(stage="戏台/1 a"))
    assert entry["url"] == f"{SITE}/halls/culture/%E6%88%8F%E5%8F%B0%2F1%20a"
