"""A threshold tells once when it is passed for a while, and once when it is well again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from yuanzhan.settings import Settings
from yuanzhan.watching.alerts import HOLDS_COUNT, Alerts, State, thresholds
from yuanzhan.watching.firing import read_firing, write_firing
from yuanzhan.watching.samples import NAMES, Reading, Sample
from yuanzhan.watching.watch import Watch

SETTINGS = Settings(alert_tick_ms=50, alert_errors=2, alert_disk_mb=100, alert_visitors=0, alert_memory_mb=0)
WELL = {"disk_free_mb": 1000.0}


def sample(at_ms: int, **values: float) -> Sample:
    return Sample(**(dict.fromkeys(NAMES, 0.0) | {"at_ms": at_ms} | WELL | values))  # type: ignore[arg-type]


def told(alerts: Alerts, samples: list[Sample]) -> list[tuple[int, str, State]]:
    """When what was told."""
    return [
        (alert.at_ms, alert.id, alert.state)
        for end in range(1, len(samples) + 1)
        for alert in alerts.judge(samples[:end])
    ]


def test_only_what_is_set_is_looked_at() -> None:
    assert [threshold.id for threshold in thresholds(SETTINGS)] == [
        "tick",
        "errors",
        "disk",
        "audit",
        "audit_damaged",
    ]


def test_it_fires_once_and_is_over_once() -> None:
    slow = [sample(at, tick_p99_ms=80.0) for at in range(5)]
    fast = [sample(at, tick_p99_ms=10.0) for at in range(5, 12)]
    alerts = Alerts(thresholds(SETTINGS))
    assert told(alerts, slow + fast) == [
        (HOLDS_COUNT - 1, "tick", State.FIRING),
        (5 + HOLDS_COUNT - 1, "tick", State.RESOLVED),
    ]
    assert alerts.firing == []


def test_what_swings_around_its_limit_tells_nothing() -> None:
    swing = [sample(at, tick_p99_ms=80.0 if at % 2 else 10.0) for at in range(30)]
    assert told(Alerts(thresholds(SETTINGS)), swing) == []


def test_what_is_just_at_its_limit_is_within_it() -> None:
    assert told(Alerts(thresholds(SETTINGS)), [sample(at, tick_p99_ms=50.0) for at in range(9)]) == []


def test_what_is_out_of_bounds_and_not_for_long_is_no_alert_yet_and_is_shown() -> None:
    samples = [sample(at, tick_p99_ms=value) for at, value in enumerate((80.0, 90.0, 70.0, 60.0, 10.0))]
    alerts = Alerts(thresholds(SETTINGS))
    seen = []
    for end in range(1, len(samples) + 1):
        alerts.judge(samples[:end])
        passed = [(each.value, each.samples_count) for each in alerts.passed]
        seen.append((passed, [alert.value for alert in alerts.firing]))
    assert seen == [([(80.0, 1)], []), ([(90.0, 2)], []), ([], [70.0]), ([], [60.0]), ([], [60.0])]


def test_too_little_room_is_told() -> None:
    full = [sample(at, disk_free_mb=99.0) for at in range(4)]
    assert told(Alerts(thresholds(SETTINGS)), full) == [(2, "disk", State.FIRING)]


def test_errors_are_counted_over_a_minute() -> None:
    now_and_then = [sample(at, errors=1.0 if at % 3 == 0 else 0.0) for at in range(12)]
    assert told(Alerts(thresholds(SETTINGS)), now_and_then) == [], "two in six samples"
    often = [sample(at, errors=1.0) for at in range(6)]
    assert told(Alerts(thresholds(SETTINGS)), often) == [(4, "errors", State.FIRING)]


def test_what_fired_when_the_server_was_killed_is_resolved_by_the_next_one(tmp_path: Path) -> None:
    file = tmp_path / "alerts.json"
    assert read_firing(file) == []
    killed = Alerts(thresholds(replace(SETTINGS, alert_visitors=5)))
    full = {"tick_p99_ms": 80.0, "disk_free_mb": 99.0, "visitors": 9.0}
    told(killed, [sample(at, **full) for at in range(3)])
    write_firing(file, killed.firing)
    assert read_firing(file) == killed.firing
    alerts = Alerts(thresholds(SETTINGS), read_firing(file))
    slow = [sample(at, tick_p99_ms=80.0) for at in range(10, 15)]
    assert told(alerts, slow) == [
        (10, "visitors", State.RESOLVED),  # nobody looks for it any more
        (10 + HOLDS_COUNT - 1, "disk", State.RESOLVED),
    ]
    assert [alert.id for alert in alerts.firing] == ["tick"], "told before, and holds on"
    file.write_text("{")
    assert read_firing(file) == []


def test_the_watch_samples_judges_and_tells_the_page() -> None:
    readings = iter(
        Reading(10.0 * number, {"yuanzhan_disk_free_bytes": 5e7, "yuanzhan_visitors": number})
        for number in range(6)
    )
    heard: list[str] = []
    clock = iter(range(1, 100))
    watch = Watch(
        lambda: next(readings),
        Alerts(thresholds(SETTINGS)),
        lambda alert: heard.append(f"{alert.id} {alert.state}"),
        lambda: next(clock),
        lambda firing: None,
    )
    watch.take()
    early = watch.told()
    assert (early["passed"], early["firing"], early["holds_s"]) == (
        [{"alert": "disk", "value": 50.0, "limit": 100, "for_s": 10.0}],
        [],
        30.0,
    )
    for _ in range(4):
        watch.take()
    page = watch.told(after_ms=2)
    assert heard == ["disk firing"]
    assert page["samples"]["visitors"] == [3, 4, 5]
    assert page["limits"] == {"tick_p99_ms": 50, "disk_free_mb": 100, "audit_unsigned": 0, "audit_damages": 0}
    assert [alert["alert"] for alert in page["firing"]] == ["disk"]
