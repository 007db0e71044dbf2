"""Writes wire.json: examples of every message, pose, record, name and look."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from yuanzhan.errors.connections import CLOSE_CODES, ConnectionRefused
from yuanzhan.protocol import poses
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.fields import NOBODY
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.look import Look, pack_look, unpack_look
from yuanzhan.protocol.messages.booths import Booths, Card, Opened
from yuanzhan.protocol.messages.directions import ClientMessage, Message, ServerMessage
from yuanzhan.protocol.messages.events import Floor, Hand, Hands, Part, Stage
from yuanzhan.protocol.messages.joining import (
    Bye,
    Closing,
    FreshToken,
    Go,
    Hello,
    Profile,
    Queued,
    Stood,
    Welcome,
)
from yuanzhan.protocol.messages.moderation import (
    Announced,
    Announcement,
    Cleared,
    Report,
    Restricted,
    Rules,
    Sanction,
)
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Invitation, Outcome, Reachable, Recalled
from yuanzhan.protocol.messages.people import Chat, People, Person, Population, Said, Who
from yuanzhan.protocol.messages.positions import Correct, Seated, Sit
from yuanzhan.protocol.messages.watching import Desk, Overheard, Watch, Watching
from yuanzhan.protocol.names import clean_chat, clean_name, count_chars
from yuanzhan.protocol.poses import Action, DotFlag, FrameFlag, PoseFlag, Tier

PATH: Final = Path(__file__).parent / "wire.json"
GRID: Final[dict[str, Any]] = {"cell_m": 4.0, "origin_x": -20.0, "origin_z": -12.0, "floor_y": -0.5}
ID: Final = 3 << 16 | 258

CLIENT: Final[tuple[ClientMessage, ...]] = (
    Hello("lobby", "小王", 1234, "zh-CN"),
    Hello("retail", "Ada", 0, "en", at="longjing", token="abc.def", bot=True),
    Hello("retail", "Ada", 0, "en", token="abc.def", stood=Stood(1.5, -2.25, 0.5)),
    Profile("李雷", 77),
    Go("culture", "bridge"),
    Go("lobby"),
    Who((ID, 65536)),
    Who(()),
    Chat("你好, world 👋"),
    Sit("bench"),
    Sit(None),
    Opened("b-17", "panel-1"),
    Card("b-17", "李雷", "lilei@example.com", "请寄目录。"),
    Card("b-17", "", "13800000000"),
    Bye(),
    Report("person", "harassment", id=ID, note="跟着我走 everywhere"),
    Report("message", "abuse", line=1_795_000_000_123_456),
    Report("booth", "other", booth="longjing"),
    Watch("culture"),
    Hand(True),
    Floor(ID, False),
    Reachable("hour", "zh-CN", ("crafts", "food"), True, 600),
    Reachable("none", "en"),
    Outcome("0a1b30", "led"),
)
SERVER: Final[tuple[ServerMessage, ...]] = (
    Welcome(
        id=ID,
        hall="lobby",
        token="abc.def",
        resumed=False,
        name="小王",
        look=1234,
        x=1.5,
        y=0.0,
        z=-2.25,
        yaw=0.5,
        tick=4_000_000_000,
        tick_hz=10,
        **GRID,
        near_ring=1,
        mid_ring=3,
        slots=2500,
        capacity=2000,
        population=17,
        observer=False,
    ),
    Welcome(
        id=NOBODY,
        hall="lobby",
        token="abc.def",
        resumed=True,
        name="小王",
        look=1234,
        x=1.5,
        y=0.0,
        z=-2.25,
        yaw=0.5,
        tick=7,
        tick_hz=10,
        **GRID,
        near_ring=1,
        mid_ring=3,
        slots=2500,
        capacity=2000,
        population=2000,
        observer=True,
        booths=0xDEADBEEF,
    ),
    Queued("lobby", 13, 40),
    FreshToken("ghi.jkl"),
    People((Person(ID, "小王", "speaker"), Person(65536, "Bot", "bot"), Person(65537, "Ada"))),
    Said(ID, "小王", "你好", 1_795_000_000_123_456),
    Said(ID, "小王", "各位好", 1_795_000_000_123_457, stage=True, badge="staff"),
    Population(17, {"lobby": 17, "retail": 0}),
    Seated("bench", 1.0, 0.45, 1.0, 1.5),
    Seated(None, 1.0, 0.0, 1.0, 1.5),
    Booths("lobby", 0xDEADBEEF, 4.5),
    Correct(0.0, 0.0, 4.0, 3.0, "too_fast"),
    Notice("chat_too_long", {"max": 200}),
    Notice("chat_empty"),
    Closing(1001, "going_away", 3.0),
    Closing(4409, "replaced"),
    Restricted(True, True, False, False, (Sanction("0a1b2c", "mute", "harassment", "请勿跟随他人", 1800.0),)),
    Restricted(False, False, False, False, (Sanction("0a1b2d", "ban", "fraud", "", None),)),
    Restricted(False, False, True, True, ()),
    Cleared((1_795_000_000_123_456, 7)),
    Announced((Announcement("0a1b2e", "戏台五分钟后开演", "The play begins in 5 minutes", 600.0),)),
    Announced(()),
    Rules("locked", 30, True),
    Watching("culture", -40.0, -32.5, 80.0, 65.0, 2.0),
    Overheard(1_795_000_000_123_456, ID, "小王", "你好", 1_795_000_000_123),
    Desk("reports", "0a1b2f"),
    Desk("halls"),
    Stage("running", "0a1b30", "古琴夜会", "An evening of guqin", "stage", 2700.0, 300),
    Stage("none"),
    Part(True, False, 0),
    Part(False, False, 3),
    Hands((Person(ID, "小王"),), (Person(65536, "Ada"),)),
    Invitation(
        "0a1b30", "booth", "三点试茶", "Tea at three", "龙井茶铺", "Longjing tea", "retail", "longjing"
    ),
    Invitation("0a1b31", "operators", "戏台五分钟后开演", "The play begins in 5 minutes"),
    Recalled(("0a1b30",)),
)
NAMES: Final = (
    "小王",
    "  Ada   L. ",
    "Cafe\u0301",
    "",
    "x" * 25,
    "\u202eevil",
    "a\u200bb",
    "👩\u200d🔬",
    "a\x07",
    # a skin, an astronaut with one, a couple of ten code points, flags of a country, a region and pirates
    "小王👍🏽",
    "👩🏽\u200d🚀 Li",
    "👩🏻\u200d❤\ufe0f\u200d💋\u200d👨🏻",
    "🇨🇳🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f🏴\u200d☠\ufe0f",
    "1\ufe0f\u20e3 ☺\ufe0e",
    "👩\u200d🚀" * 24,
    "👩\u200d🚀" * 25,
    "👨\u200d👩\u200d👧\u200d👦" * 28,
    # joiners, selectors and tags that join nothing
    "👩\u200d",
    "a\u200db",
    "👩\u200d小",
    "a\ufe0f",
    "x\U000e0067\U000e007f",
    "👩" + "\u200d👩" * 5,
    # family names that are written with a selector
    "葛\U000e0100城",
    "a\U000e0100",
    "Nguye\u0302\u0303n",
    "z" + "\u0335" * 4,
    "ก" + "\u0e49" * 4,
    "\u3164",
    "a\u2800b",
    "a\u00a0\u2003\tb",
)
LINES: Final = (
    "  你好\u202e \nworld ",
    "👩\u200d🚀 a\u200db",
    "z" + "\u0335" * 9 + "a",
    "\u3164",
    "👨\u200d👩\u200d👧\u200d👦" * 3,
    "नमस्ते 각하",
)
LOOKS: Final = (0, pack_look(Look(2, 2, 3, 3, 5, 5, 11, 3)), pack_look(Look(1, 0, 2)), 3, 1 << 24, 0xFFFFFFFF)


def vectors() -> dict[str, Any]:
    """Everything in wire.json."""
    return {
        "control_client": [control(message) for message in CLIENT],
        "control_server": [control(message) for message in SERVER],
        "poses": [pose(plain_pose()), pose(xr_pose())],
        "dots": dots(),
        "frames": [frame(full_frame(), full=True), frame(small_frame(), full=False), frame([], full=False)],
        "names": [{"raw": raw, "name": name(raw), "chars": count_chars(raw)} for raw in NAMES],
        "lines": [{"raw": raw, "line": clean_chat(raw)} for raw in LINES],
        "looks": [{"packed": packed, "choices": look(packed)} for packed in LOOKS],
        "closes": dict(CLOSE_CODES),
    }


def control(message: Message) -> dict[str, Any]:
    """A message's bytes and fields."""
    return {"hex": encode(message).hex(), "message": {"t": message.t, **asdict(message)}}


def plain_pose() -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """A walker."""
    record = np.zeros(1, poses.POSE)
    record["kind"], record["flags"], record["seq"] = Kind.POSE, PoseFlag.TELEPORTED, 65_535
    record["x"], record["y"], record["z"], record["yaw"] = 1.25, -0.5, -7.75, -3.0
    record["vx"], record["vz"] = 1.5, -0.25
    record["head_yaw"], record["head_pitch"], record["action"] = -64, 127, Action.WALK
    return record


def xr_pose() -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """Somebody with a headset and one tracked hand."""
    record = np.zeros(1, poses.POSE_XR)
    for field in poses.POSE.names or ():
        record[field] = plain_pose()[field]
    record["flags"] = PoseFlag.XR | PoseFlag.LEFT_HAND
    xr_block(record["xr"])
    return record


def xr_block(block: np.ndarray[tuple[int], np.dtype[np.void]]) -> None:
    """Fill in head and left hand."""
    block["head"]["position_mm"] = (12, 1650, -34)
    block["head"]["rotation"] = (0, 64, 0, 110)
    block["left"]["position_mm"] = (-300, 1100, -32_768)
    block["left"]["rotation"] = (-127, 0, 0, 1)


def pose(record: np.ndarray[tuple[int], np.dtype[np.void]]) -> dict[str, Any]:
    """A pose's bytes and fields."""
    return {"hex": record.tobytes().hex(), "fields": plain(record[0])}


def dots() -> dict[str, Any]:
    """The bytes of an operator's map and the fields of its dots."""
    header = np.zeros(1, poses.DOTS_HEADER)
    header["kind"], header["count"], header["tick"] = Kind.DOTS, 2, 4_000_000_000
    rows = np.array(
        [(258, 3, DotFlag.MUTED | DotFlag.REPORTED, 0, 65_535), (65_534, 255, DotFlag.BOT, 32_768, 1)],
        poses.DOT,
    )
    return {
        "hex": (header.tobytes() + rows.tobytes()).hex(),
        "tick": 4_000_000_000,
        "dots": [plain(row) for row in rows],
    }


def full_frame() -> list[tuple[Tier, int, int, list[tuple[Any, ...]]]]:
    """Two visitors: looks, crowd, near and a headset."""
    return [
        (Tier.LOOK, 0, 0, [(258, 3, 0, 1234), (65_534, 255, 0, 0xFFFFFF)]),
        (Tier.CROWD, 0, 0, [(65_534, 255, 0, 255, 0xF6)]),
        (Tier.CROWD, 4, 2, [(258, 3, 128, 7, 0x31)]),
        (Tier.NEAR, 4, 2, [(258, 3, 255, 32_768, 1, -45, 128, 30, -127, -127, 127, 4)]),
        (Tier.XR, 4, 2, [(258, 3, 6, xr_record(), 0)]),
    ]


def xr_record() -> Any:
    """The XR block of a record."""
    block = np.zeros(1, poses.XR_BLOCK)
    xr_block(block)
    return block[0]


def small_frame() -> list[tuple[Tier, int, int, list[tuple[Any, ...]]]]:
    """Somebody left, somebody walks near, somebody farther off."""
    return [
        (Tier.GONE, 0, 0, [(7, 1, 0), (8, 2, 0)]),
        (
            Tier.NEAR,
            9,
            0,
            [(1, 1, 9, 65_535, 0, 0, 0, 0, 0, 0, 0, 0), (2, 1, 0, 0, 65_535, 250, 255, -1, 1, 0, 0, 6)],
        ),
        (Tier.MID, 0, 5, [(258, 3, 1, 0, 255, 64, 28, -28, 5)]),
    ]


def frame(sections: list[tuple[Tier, int, int, list[tuple[Any, ...]]]], *, full: bool) -> dict[str, Any]:
    """A frame's bytes and what they say."""
    header = np.zeros(1, poses.FRAME_HEADER)
    header["kind"], header["flags"] = Kind.FRAME, FrameFlag.FULL if full else 0
    header["sections"], header["tick"] = len(sections), 0xFFFFFFFE
    parts, told = [header.tobytes()], []
    for tier, cell_x, cell_z, rows in sections:
        records = np.array(rows, poses.RECORDS[tier])
        section = np.zeros(1, poses.SECTION_HEADER)
        section["tier"], section["count"] = tier, len(records)
        section["cell_x"], section["cell_z"] = cell_x, cell_z
        parts += [section.tobytes(), records.tobytes()]
        told.append(
            {
                "tier": tier.name,
                "cell_x": cell_x,
                "cell_z": cell_z,
                "records": [decoded(tier, cell_x, cell_z, record) for record in records],
            }
        )
    return {
        "hex": b"".join(parts).hex(),
        "full": full,
        "tick": 0xFFFFFFFE,
        "grid": GRID,
        "sections": told,
    }


def decoded(tier: Tier, cell_x: int, cell_z: int, record: Any) -> dict[str, Any]:
    """What a record says, by the words of docs/protocol.md and nothing else."""
    told: dict[str, Any] = {"slot": int(record["slot"]), "generation": int(record["generation"])}
    if tier is Tier.LOOK:
        return told | {"look": int(record["look"])}
    if tier is Tier.GONE:
        return told
    if tier is Tier.XR:
        return told | {"flags": int(record["flags"]), "xr": plain(record["xr"])}
    steps = 65536 if tier is Tier.NEAR else 256
    told["x"] = GRID["origin_x"] + GRID["cell_m"] * (cell_x + (int(record["x"]) + 0.5) / steps)
    told["z"] = GRID["origin_z"] + GRID["cell_m"] * (cell_z + (int(record["z"]) + 0.5) / steps)
    if tier is Tier.CROWD:
        both = int(record["yaw_action"])
        return told | {"y": None, "yaw": ((both >> 4) + 0.5) / 16 * 2 * np.pi, "action": both & 15}
    told["yaw"] = (int(record["yaw"]) + 0.5) / 256 * 2 * np.pi
    told["vx"], told["vz"] = int(record["vx"]) * 0.05, int(record["vz"]) * 0.05
    told["action"] = int(record["action"])
    if tier is Tier.MID:
        return told | {"y": GRID["floor_y"] + int(record["y"]) * 0.1}
    return told | {
        "y": int(record["y_cm"]) / 100,
        "seq": int(record["seq"]),
        "head_yaw": int(record["head_yaw"]) / 127 * np.pi / 2,
        "head_pitch": int(record["head_pitch"]) / 127 * np.pi / 2,
    }


def plain(value: Any) -> Any:
    """A numpy record as JSON."""
    if isinstance(value, np.void):
        return {field: plain(value[field]) for field in value.dtype.names or ()}
    return value.tolist()


def name(raw: str) -> str | None:
    """What becomes of a name."""
    try:
        return clean_name(raw)
    except ConnectionRefused:
        return None


def look(packed: int) -> dict[str, int] | None:
    """What a look says."""
    try:
        return unpack_look(packed)._asdict()
    except ConnectionRefused:
        return None


def text() -> str:
    """The text of wire.json."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), "utf-8")
