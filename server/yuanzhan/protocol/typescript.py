"""Writes the client's copy of the wire: `python -m yuanzhan.protocol.typescript [--check] [path]`.

Types, constants and record offsets come from `messages`, `limits`, `poses` and `look`; a test compares
the file with what this module would write, so the two sides cannot drift apart.
"""

from __future__ import annotations

import argparse
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.protocol import limits, poses
from yuanzhan.protocol.fields import Badge, Lang
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.look import LOOK_FIELDS
from yuanzhan.protocol.messages.directions import CLIENT_MESSAGES, SERVER_MESSAGES
from yuanzhan.protocol.messages.events import StageState
from yuanzhan.protocol.messages.joining import Stood
from yuanzhan.protocol.messages.moderation import Announcement, Door, ReportReason, ReportWhat, Sanction
from yuanzhan.protocol.messages.notices import NoticeCode
from yuanzhan.protocol.messages.outreach import InvitationSender, OutcomeWhat, ReachRate
from yuanzhan.protocol.messages.people import Person
from yuanzhan.protocol.messages.positions import CorrectReason
from yuanzhan.protocol.messages.watching import DeskWhat

DEFAULT_PATH = Path(__file__).parents[3] / "client" / "src" / "protocol" / "generated.ts"

_BANNER = """\
// Written by `python -m yuanzhan.protocol.typescript` from server/yuanzhan/protocol. Do not edit.
// docs/protocol.md says in words what each of these is.
"""

_ENUMS: tuple[type[IntEnum | IntFlag], ...] = (
    Kind,
    poses.Action,
    poses.PoseFlag,
    poses.FrameFlag,
    poses.Tier,
    poses.DotFlag,
)

_LAYOUTS: tuple[tuple[str, np.dtype[np.void]], ...] = (
    ("FRAME_HEADER", poses.FRAME_HEADER),
    ("SECTION_HEADER", poses.SECTION_HEADER),
    ("POSE", poses.POSE),
    ("POSE_XR", poses.POSE_XR),
    ("XR_BLOCK", poses.XR_BLOCK),
    ("XR_PART", poses.XR_PART),
    ("NEAR", poses.NEAR),
    ("MID", poses.MID),
    ("CROWD", poses.CROWD),
    ("XR", poses.XR),
    ("GONE", poses.GONE),
    ("LOOK", poses.LOOK),
    ("DOTS_HEADER", poses.DOTS_HEADER),
    ("DOT", poses.DOT),
)

_LITERALS: Mapping[str, Any] = {
    "Lang": Lang,
    "Badge": Badge,
    "CorrectReason": CorrectReason,
    "NoticeCode": NoticeCode,
    "ReportWhat": ReportWhat,
    "ReportReason": ReportReason,
    "Door": Door,
    "DeskWhat": DeskWhat,
    "StageState": StageState,
    "ReachRate": ReachRate,
    "OutcomeWhat": OutcomeWhat,
    "InvitationSender": InvitationSender,
}

_NESTED = (Stood, Person, Sanction, Announcement)

_STEPS = ("VELOCITY_STEP_M_S", "HEAD_STEP", "MID_Y_STEP_M")


def generate() -> str:
    """The whole text of generated.ts."""
    parts = [_BANNER]
    parts.extend(_constants())
    parts.extend(_enum(kind) for kind in _ENUMS)
    parts.append("/** Record layouts: offset in bytes of each field, and `bytes`, the size of the record. */")
    parts.extend(_layout(name, dtype) for name, dtype in _LAYOUTS)
    parts.append(_tier_bytes())
    parts.append(_look_fields())
    parts.append(_close_codes())
    parts.extend(_literal(name, choices) for name, choices in _LITERALS.items())
    parts.extend(_interface(kind) for kind in _NESTED)
    parts.extend(_interface(kind) for kind in (*CLIENT_MESSAGES, *SERVER_MESSAGES))
    parts.append(_union("ClientMessage", CLIENT_MESSAGES))
    parts.append(_union("ServerMessage", SERVER_MESSAGES))
    parts.append(_schema())
    return "\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or with --check say whether it is up to date (exit code 1 if not)."""
    parser = argparse.ArgumentParser(prog="python -m yuanzhan.protocol.typescript", description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT_PATH)
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 when the file is outdated"
    )
    options = parser.parse_args(arguments)
    wanted = generate()
    if options.check:
        if options.path.exists() and options.path.read_text("utf-8") == wanted:
            return 0
        print(f"{options.path} is outdated: run python -m yuanzhan.protocol.typescript", file=sys.stderr)
        return 1
    options.path.parent.mkdir(parents=True, exist_ok=True)
    options.path.write_text(wanted, "utf-8")
    return 0


def _constants() -> Iterator[str]:
    for name, value in vars(limits).items():
        if name.isupper():
            yield f"export const {name} = {_value(value)}"
    for name in _STEPS:
        yield f"export const {name} = {_value(float(getattr(poses, name)))}"
    yield ""


def _value(value: str | int | float) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:_}" if isinstance(value, int) else repr(value)


def _enum(kind: type[IntEnum | IntFlag]) -> str:
    rows = "".join(f"  {member.name}: {member.value},\n" for member in kind)
    name = kind.__name__
    return (
        f"export const {name} = {{\n{rows}}} as const\n"
        f"export type {name} = (typeof {name})[keyof typeof {name}]\n"
    )


def _layout(name: str, dtype: np.dtype[np.void]) -> str:
    assert dtype.fields is not None
    rows = "".join(f"  {camel(field)}: {entry[1]},\n" for field, entry in dtype.fields.items())
    return f"export const {name}_LAYOUT = {{\n  bytes: {dtype.itemsize},\n{rows}}} as const\n"


def _tier_bytes() -> str:
    rows = "".join(f"  {tier.value}: {dtype.itemsize},\n" for tier, dtype in poses.RECORDS.items())
    return f"/** Bytes of a record by tier. */\nexport const RECORD_BYTES = {{\n{rows}}} as const\n"


def _look_fields() -> str:
    rows = "".join(
        f"  {camel(spec.name)}: {{ shift: {spec.shift}, bits: {spec.bits}, count: {spec.values_count} }},\n"
        for spec in LOOK_FIELDS
    )
    doc = "/** The choices in a look, from the lowest bit up. */"
    return f"{doc}\nexport const LOOK_FIELDS = {{\n{rows}}} as const\n"


def _close_codes() -> str:
    rows = "".join(f"  {reason}: {code},\n" for reason, code in CLOSE_CODES.items())
    return (
        f"/** Close code by reason. */\nexport const CLOSE_CODES = {{\n{rows}}} as const\n"
        "export type CloseReason = keyof typeof CLOSE_CODES\n"
    )


def _literal(name: str, literal: Any) -> str:
    choices = " | ".join(f'"{choice}"' for choice in get_args(literal))
    return f"export type {name} = {choices}\n"


def _interface(kind: type[Any]) -> str:
    hints = get_type_hints(kind, include_extras=True)
    rows = [f"  {_field(spec, hints[spec.name])}\n" for spec in fields(kind)]
    if hasattr(kind, "t"):
        rows.insert(0, f'  t: "{kind.t}"\n')
    doc = (kind.__doc__ or "").split("\n\n")[0].replace("\n    ", " ")
    return f"/** {doc} */\nexport interface {kind.__name__} {{\n{''.join(rows)}}}\n"


def _field(spec: Field[Any], hint: Any) -> str:
    return f"{spec.name}{'' if _required(spec) else '?'}: {_type(hint)}"


def _required(spec: Field[Any]) -> bool:
    return spec.default is MISSING and spec.default_factory is MISSING


def _type(hint: Any) -> str:
    """The TypeScript type of a field's annotation."""
    if hasattr(hint, "__metadata__"):
        return _type(hint.__origin__)
    origin = get_origin(hint)
    if origin is Literal:
        return _named_literal(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(_type(option) for option in get_args(hint)))
    if origin is tuple:
        return f"readonly {_type(get_args(hint)[0])}[]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"Readonly<Record<string, {_type(get_args(hint)[1])}>>"
    if is_dataclass(hint):
        return str(getattr(hint, "__name__", hint))
    return {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null"}[hint]


def _named_literal(hint: Any) -> str:
    for name, literal in _LITERALS.items():
        if literal == hint:
            return name
    raise TypeError(f"give the literal {hint} a name in _LITERALS")


def _union(name: str, kinds: tuple[type[Any], ...]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {kind.__name__}" for kind in kinds) + "\n"


def _schema() -> str:
    """What the client's decoder checks at run time: required fields and their types, of messages to
    visitors.
    """
    rows = []
    for kind in SERVER_MESSAGES:
        hints = get_type_hints(kind, include_extras=True)
        checks = ", ".join(
            f'{spec.name}: "{_check(hints[spec.name])}"' for spec in fields(kind) if _required(spec)
        )
        rows.append(f"  {kind.t}: {{ {checks} }},\n")
    kinds = '"int" | "float" | "string" | "boolean" | "list" | "map" | "string?"'
    return (
        f"export type FieldKind = {kinds}\n\n"
        'type FieldKinds = Readonly<Record<ServerMessage["t"], Readonly<Record<string, FieldKind>>>>\n'
        "/** Required fields of each message from the server, for checking it at run time. */\n"
        "export const SERVER_FIELDS: FieldKinds = {\n"
        f"{''.join(rows)}}}\n"
    )


def _check(hint: Any) -> str:
    if hasattr(hint, "__metadata__"):
        return _check(hint.__origin__)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return f"{_check(get_args(hint)[0])}?"
    if origin is Literal:
        return "string"
    if origin is tuple:
        return "list"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "map"
    return {int: "int", float: "float", str: "string", bool: "boolean"}[hint]


def camel(name: str) -> str:
    """head_yaw -> headYaw."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


if __name__ == "__main__":
    raise SystemExit(main())
