"""docs/protocol.md says everything that the code says: what is undocumented fails here."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.hall.tiers import Budget
from yuanzhan.hall.visits import AROUND_M, VISIT_AFTER_S
from yuanzhan.live.allowances import (
    CARD_BURST,
    CARD_RATE_HZ,
    CHAT_BURST,
    CHAT_RATE_HZ,
    GO_BURST,
    GO_RATE_HZ,
    HAND_BURST,
    HAND_RATE_HZ,
    OPENED_BURST,
    OPENED_RATE_HZ,
    PROFILE_BURST,
    PROFILE_RATE_HZ,
    REPORT_BURST,
    REPORT_RATE_HZ,
)
from yuanzhan.live.connection import DEAD_AFTER_S, PING_AFTER_S
from yuanzhan.live.room import SEAT_REACH_M
from yuanzhan.live.rounds import BOOTHS_PERIOD_S
from yuanzhan.protocol import limits, messages
from yuanzhan.protocol.frames import FRAGMENTS_MAX_COUNT
from yuanzhan.protocol.look import LOOK_FIELDS
from yuanzhan.protocol.messages.directions import CLIENT_MESSAGES, SERVER_MESSAGES
from yuanzhan.protocol.messages.moderation import ReportReason
from yuanzhan.protocol.messages.notices import NoticeCode
from yuanzhan.protocol.messages.positions import CorrectReason
from yuanzhan.protocol.outbox import (
    CONGESTED_BYTES,
    QUEUE_MAX_BYTES,
    QUEUE_MAX_COUNT,
    STALLED_MAX_S,
    UNSENT_MAX_BYTES,
)
from yuanzhan.protocol.poses import POSE_BYTES, POSE_XR_BYTES, RECORDS, Action, Tier
from yuanzhan.protocol.session import (
    CONTROL_BURST,
    CONTROL_RATE_HZ,
    FRAME_BURST,
    FRAME_RATE_HZ,
    POSE_BURST,
    POSE_RATE_HZ,
    UNKNOWN_MAX_COUNT,
)

PAGE = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text("utf-8")
WORDS = " ".join(PAGE.split())


@pytest.mark.parametrize("kind", [*CLIENT_MESSAGES, *SERVER_MESSAGES], ids=lambda kind: kind.t)
def test_every_message_has_a_row_with_all_its_fields(kind: type) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind.t}` |"))  # type: ignore[attr-defined]
    for spec in fields(kind):
        assert f"`{spec.name}`" in row


@pytest.mark.parametrize("kind", [*CLIENT_MESSAGES, *SERVER_MESSAGES], ids=lambda kind: kind.t)
def test_every_message_is_in_the_table_of_its_package_beside_its_module(kind: type) -> None:
    module = kind.__module__.rpartition(".")[2]
    row = next(line.split() for line in str(messages.__doc__).splitlines() if line.split()[:1] == [module])
    assert kind.t in {word.strip(",") for word in row[1:]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("tier", Tier, ids=lambda tier: tier.name)
def test_every_tier_has_a_row_with_its_size(tier: Tier) -> None:
    assert f"| {tier.value} | {tier.name} | {RECORDS[tier].itemsize} |" in PAGE


@pytest.mark.parametrize("reason", [reason for reason in CLOSE_CODES if reason not in ("bye", "bad_framing")])
def test_every_close_code_has_a_row_with_its_reason(reason: str) -> None:
    assert re.search(rf"^\| {CLOSE_CODES[reason]} \|.*`{reason}`", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    "code",
    [*get_args(NoticeCode), *get_args(CorrectReason), *get_args(ReportReason)],
)
def test_every_notice_and_reason_is_named(code: str) -> None:
    assert f"`{code}`" in PAGE


def test_actions_and_looks_are_listed_in_order() -> None:
    assert ", ".join(f"{action.value} {action.name.lower()}" for action in Action) in WORDS
    assert ", ".join(f"{spec.name.replace('_', ' ')} ({spec.bits}" for spec in LOOK_FIELDS[1:2]) in WORDS
    for spec in LOOK_FIELDS:
        assert re.search(rf"{spec.name.replace('_', ' ')} \({spec.bits}( bits)?\)", WORDS)


@pytest.mark.parametrize(
    "sentence",
    [
        f"a packed record of {POSE_BYTES} or {POSE_XR_BYTES} bytes",
        f"an inbound message is at most {limits.MESSAGE_MAX_BYTES:,} bytes",
        f"every {limits.POSE_KEEPALIVE_S:g} s while it moves",
        f"not more often than {limits.POSE_MAX_HZ} times a second",
        f"follows it for at most {limits.EXTRAPOLATE_MAX_S:g} s",
        f"first message, within {limits.HELLO_DEADLINE_S:g} s",
        f"expiry ({limits.TOKEN_LIFETIME_S / 60:g} minutes after issue",
        f"a fresh one every {limits.TOKEN_RENEW_S / 60:g}",
        f"the grace period ({limits.RESUME_GRACE_S:g} s)",
        f"list of int, at most {limits.WHO_MAX_IDS}",
        f"1 to {limits.CHAT_MAX_CHARS} characters",
        f"1 to {limits.NAME_MAX_CHARS} characters",
        f"at most {limits.ID_MAX_CHARS} characters for ids",
        f"{limits.TOKEN_MAX_CHARS} for tokens",
        f"heard within {limits.CHAT_RANGE_M:g} m",
        f"taken from {SEAT_REACH_M:g} m away",
        f"| control messages | {CONTROL_RATE_HZ:g} a second | {CONTROL_BURST:g} |",
        f"| poses | {POSE_RATE_HZ:g} a second | {POSE_BURST:g} |",
        f"{UNKNOWN_MAX_COUNT:,} a connection",
        f"poses that come one at a time | {FRAME_RATE_HZ:g} a second | {FRAME_BURST:g} |",
        f"| going to another hall | 1 in {1 / GO_RATE_HZ:g} s | {GO_BURST:g} |",
        f"| hands raised | 1 in {1 / HAND_RATE_HZ:g} s | {HAND_BURST:g} |",
        f"(at most {limits.HANDS_MAX_COUNT}), and who has the floor (at most {limits.FLOOR_MAX_COUNT})",
        f"| cards left | 1 in {1 / CARD_RATE_HZ:g} s | {CARD_BURST:g} |",
        f"| items opened | {OPENED_RATE_HZ:g} a second | {OPENED_BURST:g} |",
        f"have changed, at most once in {BOOTHS_PERIOD_S:g} s",
        f"at most {limits.NAME_MAX_CODE_POINTS}, {limits.CONTACT_MAX_CHARS} and "
        f"{limits.CARD_NOTE_MAX_CHARS} characters",
        f"who stays within {AROUND_M:g} m of the slot for {VISIT_AFTER_S:g} s",
        f"at most {FRAGMENTS_MAX_COUNT} fragments",
        f"in more than {FRAGMENTS_MAX_COUNT} fragments",
        f"With {UNSENT_MAX_BYTES // 1024**2} MB unsent",
        f"nothing drained for {STALLED_MAX_S:g} s, more than {UNSENT_MAX_BYTES // 1024**2} MB unsent, "
        f"or neither a word nor a pong for {DEAD_AFTER_S:g} s",
        f"| chat lines | {CHAT_RATE_HZ:g} a second | {CHAT_BURST:g} |",
        f"| changes of name and look | 1 in {1 / PROFILE_RATE_HZ:g} s | {PROFILE_BURST:g} |",
        f"| reports | 1 in {1 / REPORT_RATE_HZ:g} s | {REPORT_BURST:g} |",
        f"at most {limits.NOTE_MAX_CODE_POINTS:,} code points (may be absent)",
        f"list of int, at most {limits.CLEARED_MAX_COUNT}",
        f"silent for {PING_AFTER_S:g} s gets a WebSocket ping; after {DEAD_AFTER_S:g} s",
        f"falls behind by {CONGESTED_BYTES // 1024} KB",
        f"at most {QUEUE_MAX_COUNT} of them or {QUEUE_MAX_BYTES // 1024} KB",
        f"at most about {round(Budget().near_max * 16 * 10 / 1000)} kB/s of NEAR",
        f"{round(Budget().near_mean * 16 * 10 / 1000)} kB/s of NEAR, {round(Budget().mid_mean / 10)} of MID "
        f"and {round(Budget().crowd * 6 / 100)} of CROWD",
    ],
)
def test_every_limit_is_said_as_it_is(sentence: str) -> None:
    assert sentence in WORDS
