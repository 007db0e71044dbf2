"""The programme as an iCalendar feed (RFC 5545, and RFC 7986 for its name and how often to ask again).

An event keeps its UID for ever; SEQUENCE grows with each change; one that is cancelled stays in the feed and
says so, for a calendar only takes out what it is told of.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote

import icalendar

from yuanzhan import catalogue
from yuanzhan.catalogue import Lang
from yuanzhan.events.event import Event, Words

PlaceName = Callable[[str, Lang], str]
"""What a hall is called."""

_TAG: Final = {"zh": "zh-CN", "en": "en"}
_REFRESH: Final = datetime.timedelta(minutes=15)


def calendar_of(
    events: Iterable[Event], lang: Lang, name: str, base_url: str, place_name: PlaceName
) -> bytes:
    """The feed in a language. `base_url` is the site's, without a slash at its end."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Yuanzhan//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for event in events:
        calendar.add_component(_entry(event, lang, base_url, place_name))
    return bytes(calendar.to_ical())


def _entry(event: Event, lang: Lang, base_url: str, place_name: PlaceName) -> icalendar.Event:
    plan = event.plan
    language = {"language": _TAG[lang]}
    url = f"{base_url}/halls/{quote(plan.hall, safe='')}"
    if plan.stage:
        url += f"/{quote(plan.stage, safe='')}"
    entry = icalendar.Event()
    entry.add("uid", f"{event.id}@yuanzhan")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", _moment(event.changed_ms))
    entry.add("last-modified", _moment(event.changed_ms))
    entry.add("dtstart", _moment(plan.begins_ms))
    entry.add("dtend", _moment(plan.ends_ms))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    entry.add("summary", said(plan.title, lang), parameters=language)
    entry.add("location", place_name(plan.hall, lang), parameters=language)
    entry.add("url", url)
    about = [said(plan.description, lang)]
    if plan.speakers:
        names = ("、" if lang == "zh" else ", ").join(plan.speakers)
        about.append(catalogue.sentence("events.speakers_are", lang, {"names": names}))
    entry.add("description", "\n\n".join([*filter(None, about), url]), parameters=language)
    return entry


def said(words: Words, lang: Lang) -> str:
    """In this language, or else in the other."""
    return words.json()[lang]


def _moment(at_ms: int) -> datetime.datetime:
    """iCalendar knows whole seconds."""
    return datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC)
