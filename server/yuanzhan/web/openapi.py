"""The HTTP API as OpenAPI 3.1 (GET /api/openapi.json), made from the routes and what their handlers say.

A handler's docstring is its description; `@operation` adds the models of its body and answer and its errors.
Bodies are read by the same models where they are read whole; tests hold answers against theirs.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeVar

from aiohttp import web
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

import yuanzhan
from yuanzhan.access import Permission
from yuanzhan.errors.base import YuanzhanError
from yuanzhan.errors.requests import ForeignOrigin, NotAllowed, RequestForged, RequestInvalid, RequestTooLarge
from yuanzhan.errors.server import DiskFull
from yuanzhan.errors.sign_in import NotSignedIn, SecondFactorNeeded
from yuanzhan.errors.statuses import status_of
from yuanzhan.web.answers import json_answer
from yuanzhan.web.route import Route

Json = dict[str, Any]
Schemas = Mapping[tuple[Hashable, JsonSchemaMode], Json]
"""By the operation's number, and whether it is read or written."""
Handled = TypeVar("Handled", bound=Callable[..., Awaitable[web.StreamResponse]])

_PARAMETER: Final = re.compile(r"\{(\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")
_REFERENCE: Final = "#/components/schemas/{model}"
_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "a stable name (docs/operating.md, Errors)"},
                "message": {"type": "string", "description": "a sentence in the language of Accept-Language"},
                "problems": {
                    "type": "array",
                    "description": "where a body is wrong, by JSON pointer",
                    "items": {
                        "type": "object",
                        "required": ["pointer", "code", "message"],
                        "properties": {
                            "pointer": {"type": "string"},
                            "code": {"type": "string"},
                            "message": {
                                "type": "object",
                                "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
                            },
                        },
                    },
                },
            },
        }
    },
}


Errors = tuple[type[YuanzhanError], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a handler takes and gives. `body_type` and `answer_type` are media types of what is not JSON,
    `query` its parameters with what they mean, `headers` those that it needs, `errors` what is its own: what
    the door and the reading of a body raise goes without saying."""

    body: Any = None
    answer: Any = None
    status: int = 200
    body_type: str | None = None
    answer_type: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    errors: Errors = ()


def operation(
    *,
    body: Any = None,
    answer: Any = None,
    status: int = 200,
    body_type: str | None = None,
    answer_type: str | None = None,
    query: Mapping[str, str] = MappingProxyType({}),
    headers: tuple[str, ...] = (),
    errors: Errors = (),
) -> Callable[[Handled], Handled]:
    """Say what a handler takes and gives."""
    said = Operation(body, answer, status, body_type, answer_type, query, headers, errors)

    def mark(handler: Handled) -> Handled:
        handler.__operation__ = said  # type: ignore[attr-defined]
        return handler

    return mark


def operation_of(route: Route) -> Operation | None:
    """What its handler says; None where it says nothing."""
    return getattr(route.handler, "__operation__", None)


def errors_of(route: Route, operation: Operation) -> Errors:
    """Everything that a route refuses a request with: at the door, for its body, for reasons of its own."""
    found: list[type[YuanzhanError]] = []
    if route.access is not None:
        found += [NotSignedIn, NotAllowed]
        if Permission.SELF not in route.access:
            found.append(SecondFactorNeeded)
    if route.method not in ("GET", "HEAD", "OPTIONS"):
        # A cookie that a foreign page sends along is nobody's where guests may.
        found += [ForeignOrigin, DiskFull, *([RequestForged] if route.access is not None else [])]
    if operation.body is not None:
        found += [RequestInvalid, RequestTooLarge]
    return tuple(dict.fromkeys((*found, *operation.errors)))


class Description:
    """GET /api/openapi.json. Made when it is first asked for: that takes a moment, and seldom anybody
    asks."""

    def __init__(self) -> None:
        self._routes: Sequence[Route] = ()
        self._made: Json | None = None

    def tell_of(self, routes: Sequence[Route]) -> None:
        """These are the routes."""
        self._routes = routes

    @operation(answer=dict[str, Any])
    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /api/openapi.json: this description."""
        if self._made is None:
            self._made = await asyncio.to_thread(describe, self._routes)
        return json_answer(self._made)


def describe(routes: Iterable[Route]) -> Json:
    """OpenAPI 3.1 of every route below /api."""
    found = [route for route in routes if route.path.startswith("/api/")]
    told = [(route, operation_of(route) or Operation()) for route in found]
    schemas, components = _schemas(told)
    paths: dict[str, Json] = {}
    for index, (route, operation) in enumerate(told):
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(index, route, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Yuanzhan",
            "version": yuanzhan.__version__,
            "description": "Halls, booths, uploads and accounts. Sign in with a cookie and send "
            "X-Yuanzhan-CSRF with whatever changes something, or send an API token.",
        },
        "paths": paths,
        "components": {
            "schemas": components | {"Error": _ERROR},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "yuanzhan_session"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _schemas(told: list[tuple[Route, Operation]]) -> tuple[Schemas, Json]:
    """The schema of each model as it is read or written, and the components that they refer to."""
    inputs: list[tuple[Hashable, JsonSchemaMode, TypeAdapter[Any]]] = []
    for index, (_, operation) in enumerate(told):
        if operation.body is not None:
            inputs.append((index, "validation", TypeAdapter(operation.body)))
        if operation.answer is not None:
            inputs.append((index, "serialization", TypeAdapter(operation.answer)))
    schemas, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCE)
    return schemas, definitions.get("$defs", {})


def _operation(index: int, route: Route, operation: Operation, schemas: Schemas) -> Json:
    text = " ".join((route.handler.__doc__ or "").split())
    summary = text.partition(": ")[2] or text
    answer: Json = {"description": "done"}
    if operation.answer is not None:
        answer["content"] = {"application/json": {"schema": schemas[index, "serialization"]}}
    elif operation.answer_type is not None:
        answer["content"] = {operation.answer_type: {}}
    made: Json = {
        "operationId": f"{route.method.lower()}{_camel(route.path)}",
        "summary": summary[:200],
        "parameters": list(_parameters(route, operation)),
        "responses": {str(operation.status): answer}
        | _refusals(errors_of(route, operation), has_body=route.method != "HEAD"),
    }
    if route.access is None:
        made["security"] = []
    else:
        made["description"] = f"{text}\n\nFor who has {' or '.join(route.access)}."
        made["x-permissions"] = [str(permission) for permission in route.access]
    if operation.body is not None:
        schema = schemas[index, "validation"]
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif operation.body_type is not None:
        made["requestBody"] = {"content": {operation.body_type: {}}}
    return made


def _parameters(route: Route, operation: Operation) -> Iterable[Json]:
    for name in _PARAMETER.findall(route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for name, meaning in operation.query.items():
        yield {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}
    for name in operation.headers:
        yield {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}


def _refusals(errors: Errors, *, has_body: bool) -> Json:
    """An answer for each status, with the codes that it may have; what is not foreseen has the same shape."""
    schema = {"$ref": _REFERENCE.format(model="Error")}
    shape: Json = {"content": {"application/json": {"schema": schema}}} if has_body else {}
    codes: dict[str, list[str]] = {}
    for error in errors:
        codes.setdefault(str(status_of(error)), []).append(error.code)
    told = {
        status: {"description": ", ".join(found), "x-codes": found} | shape
        for status, found in sorted(codes.items())
    }
    return told | {"default": {"description": "refused"} | shape}


def _camel(path: str) -> str:
    return "".join(word.capitalize() for word in re.findall(r"[a-z]+", _PARAMETER.sub(r"\1", path))[1:])
