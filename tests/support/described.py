"""Holds answers of the HTTP API against its own description (web/openapi.py)."""

from __future__ import annotations

import functools
import re
from typing import Any, cast

from openapi_schema_validator import OAS31Validator

from yuanzhan.web import routes as web_routes
from yuanzhan.web.openapi import describe
from yuanzhan.web.routes import Site, routes


class AnySite:
    """Has every handler as its class has it, for whoever looks at the routes without a server."""

    def __getattr__(self, name: str) -> Any:
        return getattr(web_routes, Site.__annotations__[name])


@functools.cache
def description() -> dict[str, Any]:
    """The document as GET /api/openapi.json answers it."""
    return describe(routes(cast(Site, AnySite())))


@functools.cache
def _operations() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """Method, pattern of the path, operation; in the order of the routes."""
    return [
        (method.upper(), re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


@functools.cache
def _validator(operation_id: str, status: str) -> OAS31Validator:
    operation = next(op for _, _, op in _operations() if op["operationId"] == operation_id)
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return OAS31Validator(schema | {"components": description()["components"]})


def assert_described(method: str, path: str, status: int, body: Any) -> None:
    """The answer must be one that the description foresees: its status, shape, an error's code."""
    plain = path.partition("?")[0]
    matching = (op for known, pattern, op in _operations() if known == method and pattern.fullmatch(plain))
    operation = next(matching, None)
    if operation is None or "%00" in plain:
        return  # no such route: told with 404 or 405, and not described
    answers = operation["responses"]
    where = f"{method} {plain} -> {status}"
    answer = answers.get(str(status))
    assert answer is not None, f"{where}: {body} is not described, only {sorted(answers)}"
    if "application/json" not in answer.get("content", {}):
        assert body is None, f"{where}: has a body that is not described"
        return
    errors = list(_validator(operation["operationId"], str(status)).iter_errors(body))
    assert errors == [], f"{where}: {errors[0].message} at /{'/'.join(map(str, errors[0].absolute_path))}"
    if "x-codes" in answer:
        code = body["error"]["code"]
        assert code in answer["x-codes"], f"{where}: {code} is not described, only {answer['x-codes']}"
