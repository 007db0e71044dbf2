"""The HTTP API describes itself: every route with what it takes, gives and refuses, and who may ask."""

from __future__ import annotations

import inspect
import re
from typing import cast

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.support.described import AnySite, assert_described, description
from yuanzhan.errors.base import YuanzhanError
from yuanzhan.web.openapi import errors_of, operation_of
from yuanzhan.web.route import Route
from yuanzhan.web.routes import Site, routes

ROUTES = [route for route in routes(cast(Site, AnySite())) if route.path.startswith("/api/")]
NAMES = [f"{route.method} {route.path}" for route in ROUTES]
# How handlers read a JSON body.
READERS = ("form_as(", "body_as(", "Form.of(", "self._confirmed(", "self._confirm(", "self._asked(")
QUERY = re.compile(r'(?<=")\w+(?=" in request\.query)|(?<=request\.query\.get\(")\w+')
each = pytest.mark.parametrize("route", ROUTES, ids=NAMES)


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(description()).validate()


@each
def test_each_route_says_what_it_takes_and_gives(route: Route) -> None:
    operation = operation_of(route)
    assert operation is not None, "no @operation"
    reads = any(reader in inspect.getsource(route.handler) for reader in READERS)
    assert reads == (operation.body is not None), "a body is read and not described, or the other way round"
    gives = operation.answer is not None or operation.answer_type is not None
    is_tus = "Tus-Resumable" in operation.headers
    assert gives == (operation.status != 204 and not is_tus)


@each
def test_each_route_says_who_may_and_what_is_refused(route: Route) -> None:
    path = route.path
    told = description()["paths"][path][route.method.lower()]
    assert told["summary"]
    assert told.get("x-permissions", []) == [str(permission) for permission in route.access or ()]
    operation = operation_of(route)
    assert operation is not None
    codes = {code for answer in told["responses"].values() for code in answer.get("x-codes", ())}
    assert codes == {error.code for error in errors_of(route, operation)}
    assert all(issubclass(error, YuanzhanError) for error in operation.errors)
    if "{" in path and route.method in ("GET", "PUT", "DELETE", "PATCH"):
        assert "404" in told["responses"], "what is not there is told with 404"
    assert set(QUERY.findall(inspect.getsource(route.handler))) <= set(operation.query)


def test_an_announcement_in_one_language_is_described_as_refused() -> None:
    refused = description()["paths"]["/api/acts"]["post"]["responses"]["422"]
    assert "both_languages_needed" in refused["x-codes"]


def test_an_answer_that_is_not_described_is_told() -> None:
    good = {"recovery_codes": 3, "on": True}
    assert_described("GET", "/api/me/second-factor", 200, good)
    for status, body in ((200, {"on": "yes"}), (418, good), (404, {"error": {"code": "x", "message": "y"}})):
        with pytest.raises(AssertionError):
            assert_described("GET", "/api/me/second-factor", status, body)
