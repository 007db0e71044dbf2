"""The table of kinds tells of everything that the database has, and of nothing that it has not."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from yuanzhan import catalogue, settings
from yuanzhan.accounts import tries
from yuanzhan.app.entrance import FORGET_PERIOD_S
from yuanzhan.live import allowances, joins
from yuanzhan.privacy.kinds import ADDRESS_KEPT_S, BROWSER, KEEP_SETTINGS, KINDS, Kind
from yuanzhan.privacy.notice import notice
from yuanzhan.privacy.purge import rules
from yuanzhan.settings import Settings
from yuanzhan.store.tables import METADATA
from yuanzhan.web.desk import appeals_ration
from yuanzhan.web.privacy import asking_ration

KEY: Final = r"'(yuanzhan(?:\.[a-z.]+|-uploads))'"
CLIENT: Final = Path(__file__).resolve().parents[3] / "client"
SCHEMA = {(table.name, column.name) for table in METADATA.tables.values() for column in table.columns}


def test_each_column_of_the_database_belongs_to_exactly_one_kind() -> None:
    told = Counter(column for kind in KINDS for column in kind.columns())
    assert sorted(SCHEMA - set(told)) == [], "a new column: which kind is it, why is it kept, how long?"
    assert sorted(set(told) - SCHEMA) == [], "no such column"
    assert [column for column, count in told.items() if count > 1] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_each_kind_has_its_sentences(kind: Kind) -> None:
    for key in (f"kept.{kind.id}.what", f"kept.{kind.id}.why", f"kept.until.{kind.keep}"):
        assert key in catalogue.load()


def test_no_sentence_is_left_without_its_kind() -> None:
    told = {f"kept.{kind.id}.{part}" for kind in KINDS for part in ("what", "why")}
    told |= {f"kept.until.{kind.keep}" for kind in KINDS}
    assert {key for key in catalogue.load() if key.startswith("kept.")} == told


def test_times_are_those_of_the_settings() -> None:
    told = notice(Settings(chat_days=7, report_days=99, session_idle_hours=5, session_days=3))
    keep = {kind["id"]: kind["keep"] for kind in told["kinds"]}
    assert keep["lines"] == {"zh": "7 天", "en": "7 days"}
    assert "99" in keep["reports"]["en"]
    assert "5" in keep["sessions"]["zh"]
    assert "3" in keep["sessions"]["zh"]
    assert not any("{" in text for each in keep.values() for text in each.values())


def test_what_is_not_kept_is_told_as_not_kept() -> None:
    told = notice(Settings(chat_days=0, chat_kept_by_law=True, minimum_age=14, contact="a@b.example"))
    assert {kind["id"]: kind["keep"]["en"] for kind in told["kinds"]}["lines"] == "Not kept"
    assert (told["lines_erasable"], told["minimum_age"], told["contact"]) == (False, 14, "a@b.example")


def test_everything_that_the_pages_keep_in_the_browser_is_told() -> None:
    scripts = [path for path in (CLIENT / "src").rglob("*.ts") if not path.name.endswith(".test.ts")]
    sources = {path: path.read_text("utf-8") for path in scripts}
    keys = {key for source in sources.values() for key in re.findall(KEY, source)}
    assert keys == set(BROWSER), "a new key: what is it for, and which words tell of it?"
    for path, source in sources.items():
        if re.search(r"(?:local|session)Storage|indexedDB|document\.cookie", source):
            assert re.search(KEY, source), f"{path} keeps something under another name"
    zh = catalogue.sentence("kept.browser.what", "zh", {})
    en = catalogue.sentence("kept.browser.what", "en", {})
    assert [words for words in BROWSER.values() if words[0] not in zh or words[1] not in en] == []


def test_addresses_that_are_counted_are_forgotten_within_the_hour_that_is_told() -> None:
    longest_s = max(
        allowances.FULL_AFTER_S,
        joins.Joins(per_minute=1).full_after_s,
        tries.FULL_AFTER_S,
        appeals_ration(time.monotonic).full_after_s,
        asking_ration(time.monotonic).full_after_s,
    )
    assert longest_s + FORGET_PERIOD_S <= ADDRESS_KEPT_S


def test_each_setting_that_is_told_is_kept_to_by_the_purge_or_by_whom_it_is_of() -> None:
    told = {name for names in KEEP_SETTINGS.values() for name in names}
    purged = {rule.setting for rule in rules(Settings()) if rule.setting is not None}
    # Of sessions the rule knows the moment itself; uploads are forgotten where they are received.
    assert told - purged == {"session_idle_hours", "session_days", "upload_hours"}
    assert purged <= told
    assert {rule.kind for rule in rules(Settings())} <= {kind.id for kind in KINDS}
    assert told <= set(settings.names())
