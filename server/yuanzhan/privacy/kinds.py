"""Every kind of data that the server has to do with, as one table: pure data.

The page /privacy, the purge and the documentation are made from it. A test holds it against the database's
schema: each column belongs to exactly one kind, so that none can be added without it being said here what it
is for. `kept.<id>.what` and `.why` of the catalogue are the sentences.

Grounds are those of the Personal Information Protection Law of the People's Republic of China, article 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Ground(StrEnum):
    """Why it may be kept."""

    SERVICE = "service"
    """Without it the visit or the account that somebody asked for cannot be had: 13 (2)."""
    LAW = "law"
    """Whoever runs a public hall has to: 13 (3)."""
    CONSENT = "consent"
    """Somebody chose to leave it, and may take it back: 13 (1)."""
    NOBODY = "nobody"
    """It says nothing of a person."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row. `keep` names the sentence that says how long, filled from the settings; `tables` the columns,
    by table, with blanks between them, where it is in the database.
    """

    id: str
    ground: Ground
    keep: str
    tables: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> frozenset[tuple[str, str]]:
        """Table and column of each."""
        return frozenset((table, name) for table, names in self.tables.items() for name in names.split())


KINDS: Final = (
    Kind("movement", Ground.SERVICE, "not_kept"),
    Kind("address", Ground.SERVICE, "while_here"),
    Kind("device", Ground.LAW, "device"),
    Kind("browser", Ground.SERVICE, "browser"),
    Kind(
        "lines",
        Ground.LAW,
        "chat",
        {
            "chat": "number at_ms hall visitor name text x z by_visitor by_device by_account refused"
            " cleared_by"
        },
    ),
    Kind(
        "reports",
        Ground.LAW,
        "reports",
        {
            "reports": "id state what reason hall name note made_at_ms changed_at_ms visitor line booth"
            " about_visitor about_device about_account by_visitor by_device by_account evidence"
            " assignee_id assignee_name act_id"
        },
    ),
    Kind(
        "acts",
        Ground.LAW,
        "acts",
        {
            "acts": "id kind reason made_at_ms ends_at_ms hall name note comment params actor_id actor_name"
            " report undone_at_ms undone_by",
            "act_marks": "act_id by value",
            "appeals": "act_id text contact at_ms state answered_at_ms answered_by",
        },
    ),
    Kind(
        "record",
        Ground.LAW,
        "record",
        {
            "audit": "sequence at_ms actor_id actor_name actor_role act target reason before after previous"
            " hash"
        },
    ),
    Kind(
        "cards",
        Ground.CONSENT,
        "cards",
        {"booth_cards": "id booth hall name contact note left_at_ms by_device by_account"},
    ),
    Kind("reachable", Ground.CONSENT, "reachable"),
    Kind(
        "accounts",
        Ground.SERVICE,
        "accounts",
        {
            "accounts": "id login name role organisation_id password_hash created_at_ms closed_at_ms"
            " second_factor second_factor_pending second_factor_step",
            "organisations": "id name created_at_ms",
            "recovery_codes": "account_id digest",
            "identities": "issuer subject account_id label created_at_ms seen_at_ms",
        },
    ),
    Kind(
        "sessions",
        Ground.SERVICE,
        "sessions",
        {
            "sessions": "id account_id digest agent created_at_ms seen_at_ms vouched proven_at_ms",
            "api_tokens": "id account_id digest name created_at_ms seen_at_ms expires_at_ms",
        },
    ),
    Kind(
        "sign_ins",
        Ground.LAW,
        "sign_ins",
        {"sign_ins": "hour_ms account_id event address first_at_ms last_at_ms count"},
    ),
    Kind(
        "invitations",
        Ground.SERVICE,
        "invitations",
        {
            "invitations": "id digest role organisation_id note invited_by resets created_at_ms"
            " expires_at_ms used_at_ms"
        },
    ),
    Kind(
        "booths",
        Ground.SERVICE,
        "booths",
        {
            "booths": "id organisation_id title_zh title_en dress published last_number created_by"
            " created_at_ms",
            "bucket_owners": "only id",
            "booth_versions": "booth_id number state step file bytes original canonical model thumbnail parts"
            " received_at_ms report optimised textures dress reason submitted_at_ms attempts claimed_by"
            " claimed_until_ms",
            "booth_slots": "hall slot booth_id kept_until_ms",
            "booth_files": "booth_id object type file bytes created_at_ms",
            "uploads": "id booth_id organisation_id account_id purpose file length sha256 created_at_ms"
            " expires_at_ms is_finished version object",
        },
    ),
    Kind(
        "events",
        Ground.SERVICE,
        "events",
        {
            "events": "id hall stage title_zh title_en description_zh description_en speakers begins_at_ms"
            " ends_at_ms doors_min capacity sequence changed_at_ms cancelled_at_ms peak_count visitors_count"
            " stayed_s"
        },
    ),
    Kind(
        "counts",
        Ground.NOBODY,
        "counts",
        {
            "booth_minutes": "booth at_ms visits dwell_s rows columns heat",
            "booth_days": "booth at_ms sketch",
            "booth_opened": "booth at_ms item count",
        },
    ),
    Kind(
        "letters",
        Ground.NOBODY,
        "counts",
        {
            "letters": "id at_ms organisation_id hall booth leads title_zh title_en zh en audience meant sent"
            " shown led arrived off"
        },
    ),
    Kind("logs", Ground.NOBODY, "logs"),
)

ADDRESS_KEPT_S: Final = 3600
"""What counts how often a network does something forgets it so long after the last time at the latest."""

BROWSER: Final = MappingProxyType[str, tuple[str, str]](
    {
        "yuanzhan-uploads": ("没传完的文件", "files on their way"),
        "yuanzhan.age": ("年龄确认", "your answer about age"),
        "yuanzhan.bubble": ("与人的距离", "distance to others"),
        "yuanzhan.desk.keys": ("值守台快捷键", "the console's keys"),
        "yuanzhan.hints": ("看过的提示", "hints seen"),
        "yuanzhan.lang": ("语言", "language"),
        "yuanzhan.profile": ("名字、形象", "Name, avatar"),
        "yuanzhan.reach": ("是否收展位消息", "messages from booths"),
        "yuanzhan.reminders": ("活动提醒", "reminders of events"),
        "yuanzhan.stamps": ("图章", "stamps"),
        "yuanzhan.theme": ("深浅色", "light or dark"),
        "yuanzhan.token": ("进场凭证", "pass to your place"),
    }
)
"""What a page puts into the browser's storage, by key, and the words of `kept.browser.what` that tell of it.
"""

KEEP_SETTINGS: Final = MappingProxyType[str, tuple[str, ...]](
    {
        "chat": ("chat_days",),
        "reports": ("report_days",),
        "acts": ("act_days",),
        "sign_ins": ("security_days",),
        "cards": ("card_days",),
        "accounts": ("account_days",),
        "sessions": ("session_idle_hours", "session_days"),
        "invitations": ("invitation_days",),
        "booths": ("upload_hours",),
        "events": ("event_days",),
        "counts": ("count_days",),
    }
)
"""Which settings fill the sentence `kept.until.<keep>`."""
