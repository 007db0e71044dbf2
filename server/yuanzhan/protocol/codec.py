"""CONTROL messages to bytes and back: the only module that knows msgpack.

Decoding is strict: a message becomes one of the dataclasses of `messages` with every field of the
declared type and within its bounds, or `ConnectionRefused("malformed")` says which field is wrong.
Unknown `t` and unknown fields are ignored, so that newer peers can talk to older ones.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgpack

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.fields import Chars, Items, Range
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import MESSAGE_MAX_BYTES, SERVER_MESSAGE_MAX_BYTES
from yuanzhan.protocol.messages.directions import (
    CLIENT_MESSAGES,
    SERVER_MESSAGES,
    ClientMessage,
    Message,
    ServerMessage,
)

FIELDS_MAX_COUNT: Final = 1024
"""Entries of any list or map: `population` of a server with very many halls is the largest we send."""

_CONTROL: Final = bytes([Kind.CONTROL])

Check = Callable[[Any, str], Any]
"""(value from msgpack, path for the error) -> value of the declared type."""

M = TypeVar("M")


def encode(message: Message) -> bytes:
    """The bytes of a message, kind byte included."""
    plain: dict[str, Any] = {"t": message.t}
    for spec in fields(message):
        plain[spec.name] = _plain(getattr(message, spec.name))
    return _CONTROL + cast(bytes, msgpack.packb(plain, use_bin_type=True))


def decode_client(data: bytes) -> ClientMessage | None:
    """A CONTROL message from a visitor, None for a `t` not known here. Raises ConnectionRefused
    (`malformed`).
    """
    return _decode(data, _CLIENT_READERS, MESSAGE_MAX_BYTES)


def decode_server(data: bytes) -> ServerMessage | None:
    """A CONTROL message from the server, None for a `t` not known here. Raises ConnectionRefused
    (`malformed`).
    """
    return _decode(data, _SERVER_READERS, SERVER_MESSAGE_MAX_BYTES)


def malformed(detail: str) -> ConnectionRefused:
    """The error for bytes that are no message of this protocol."""
    return ConnectionRefused("malformed", detail=detail)


def _decode(data: bytes, readers: Mapping[str, Callable[[dict[Any, Any]], M]], max_bytes: int) -> M | None:
    if len(data) > max_bytes:
        raise ConnectionRefused("too_big", bytes=len(data))
    if data[:1] != _CONTROL:
        raise malformed("not a control message")
    fields_by_name = _unpack(data)
    kind = fields_by_name.get("t")
    if not isinstance(kind, str):
        raise malformed("t: expected a string")
    reader = readers.get(kind)
    return None if reader is None else reader(fields_by_name)


def _unpack(data: bytes) -> dict[Any, Any]:
    try:
        value = msgpack.unpackb(
            memoryview(data)[1:],
            raw=False,
            strict_map_key=True,
            max_str_len=len(data),
            max_bin_len=0,
            max_ext_len=0,
            max_array_len=FIELDS_MAX_COUNT,
            max_map_len=FIELDS_MAX_COUNT,
        )
    except (ValueError, TypeError, OverflowError, RecursionError, msgpack.UnpackException) as error:
        raise malformed(f"not msgpack: {error}") from None
    if not isinstance(value, dict):
        raise malformed("not a map")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {spec.name: _plain(getattr(value, spec.name)) for spec in fields(value)}
    return dict(value) if isinstance(value, Mapping) else value


# --- checks, made once from the annotations of the dataclasses -------------------------------------------


def _reader(kind: type[M]) -> Callable[[dict[Any, Any]], M]:
    """The function that makes a `kind` of a msgpack map."""
    hints = get_type_hints(kind, include_extras=True)
    specs = fields(cast(Any, kind))
    checks = [(spec.name, _check(hints[spec.name])) for spec in specs]
    required = {spec.name for spec in specs if spec.default is MISSING and spec.default_factory is MISSING}
    label = getattr(kind, "t", kind.__name__.lower())

    def read(plain: dict[Any, Any]) -> M:
        values: dict[str, Any] = {}
        for name, check in checks:
            if name in plain:
                values[name] = check(plain[name], f"{label}.{name}")
            elif name in required:
                raise malformed(f"{label}.{name}: missing")
        return kind(**values)

    return read


def _check(hint: Any) -> Check:
    if hasattr(hint, "__metadata__"):
        return _bounded(_check(hint.__origin__), hint.__metadata__[0])
    origin = get_origin(hint)
    if origin is Literal:
        return _one_of(get_args(hint))
    if origin in (Union, types.UnionType):
        return _any_of(get_args(hint))
    if origin is tuple:
        return _tuple_of(_check(get_args(hint)[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _map_of(_check(get_args(hint)[1]))
    if is_dataclass(hint):
        return _nested(_reader(cast(type[Any], hint)))
    return _SCALARS[hint]


def _integer(value: Any, path: str) -> int:
    if type(value) is not int:
        raise malformed(f"{path}: expected an integer")
    return value


def _number(value: Any, path: str) -> float:
    if type(value) is int:
        value = float(value)
    if type(value) is not float or not math.isfinite(value):
        raise malformed(f"{path}: expected a finite number")
    return value


def _string(value: Any, path: str) -> str:
    if type(value) is not str:
        raise malformed(f"{path}: expected a string")
    return value


def _boolean(value: Any, path: str) -> bool:
    if type(value) is not bool:
        raise malformed(f"{path}: expected true or false")
    return value


def _nil(value: Any, path: str) -> None:
    if value is not None:
        raise malformed(f"{path}: expected nil")


_SCALARS: Final[Mapping[Any, Check]] = {
    int: _integer,
    float: _number,
    str: _string,
    bool: _boolean,
    type(None): _nil,
}


def _bounded(check: Check, bound: Chars | Items | Range) -> Check:
    def checked(value: Any, path: str) -> Any:
        value = check(value, path)
        if isinstance(bound, Range):
            if not bound.low <= value <= bound.high:
                raise malformed(f"{path}: expected {bound.low} to {bound.high}")
        elif len(value) > bound.max_count:
            raise malformed(f"{path}: longer than {bound.max_count}")
        return value

    return checked


def _one_of(choices: tuple[Any, ...]) -> Check:
    def checked(value: Any, path: str) -> Any:
        if type(value) is not str or value not in choices:
            raise malformed(f"{path}: expected one of {', '.join(map(repr, choices))}")
        return value

    return checked


def _any_of(hints: tuple[Any, ...]) -> Check:
    checks = [_check(hint) for hint in hints]

    def checked(value: Any, path: str) -> Any:
        error: ConnectionRefused | None = None
        for check in checks:
            try:
                return check(value, path)
            except ConnectionRefused as refused:
                error = error or refused
        raise error or malformed(path)

    return checked


def _tuple_of(check: Check) -> Check:
    def checked(value: Any, path: str) -> tuple[Any, ...]:
        if type(value) is not list:
            raise malformed(f"{path}: expected a list")
        return tuple(check(item, f"{path}[{index}]") for index, item in enumerate(value))

    return checked


def _map_of(check: Check) -> Check:
    def checked(value: Any, path: str) -> dict[str, Any]:
        if type(value) is not dict:
            raise malformed(f"{path}: expected a map")
        return {_string(key, path): check(item, f"{path}.{key}") for key, item in value.items()}

    return checked


def _nested(read: Callable[[dict[Any, Any]], Any]) -> Check:
    def checked(value: Any, path: str) -> Any:
        if type(value) is not dict:
            raise malformed(f"{path}: expected a map")
        return read(value)

    return checked


_CLIENT_READERS: Final[Mapping[str, Callable[[dict[Any, Any]], ClientMessage]]] = {
    kind.t: _reader(kind) for kind in CLIENT_MESSAGES
}
_SERVER_READERS: Final[Mapping[str, Callable[[dict[Any, Any]], ServerMessage]]] = {
    kind.t: _reader(kind) for kind in SERVER_MESSAGES
}
