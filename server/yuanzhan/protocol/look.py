"""A visitor's look as one u32: eight choices packed from the lowest bit up."""

from __future__ import annotations

from typing import Final, NamedTuple

from yuanzhan.errors.connections import ConnectionRefused


class LookField(NamedTuple):
    """Where one choice sits in the u32, and how many values it has."""

    name: str
    shift: int
    bits: int
    values_count: int


LOOK_FIELDS: Final[tuple[LookField, ...]] = (
    LookField("body", 0, 2, 3),
    LookField("outfit", 2, 3, 3),
    LookField("hair", 5, 3, 4),
    LookField("face", 8, 3, 4),
    LookField("skin", 11, 3, 6),
    LookField("hair_colour", 14, 3, 6),
    LookField("colours", 17, 4, 12),
    LookField("accessory", 21, 3, 4),
)

_USED_BITS: Final = 24


class Look(NamedTuple):
    """The choices by name, each from 0 to its count - 1."""

    body: int = 0
    outfit: int = 0
    hair: int = 0
    face: int = 0
    skin: int = 0
    hair_colour: int = 0
    colours: int = 0
    accessory: int = 0


def pack_look(look: Look) -> int:
    """The u32 of a look. Raises ValueError for a choice beyond its count."""
    packed = 0
    for spec, value in zip(LOOK_FIELDS, look, strict=True):
        if not 0 <= value < spec.values_count:
            raise ValueError(f"{spec.name} is {value}, its values are 0 to {spec.values_count - 1}")
        packed |= value << spec.shift
    return packed


def unpack_look(packed: int) -> Look:
    """The choices in a u32. Raises ConnectionRefused (`bad_look`) for a choice beyond its count."""
    if packed >> _USED_BITS:
        raise ConnectionRefused("bad_look", detail="bits beyond the last field are set")
    values = []
    for spec in LOOK_FIELDS:
        value = packed >> spec.shift & (1 << spec.bits) - 1
        if value >= spec.values_count:
            detail = f"{spec.name} is {value}, its values are 0 to {spec.values_count - 1}"
            raise ConnectionRefused("bad_look", detail=detail)
        values.append(value)
    return Look(*values)
