"""Policy headers: on every answer, error or not."""

from __future__ import annotations

import pytest

from tests.conftest import RunningServer
from yuanzhan.web.policy import CONTENT_SECURITY_POLICY, POLICY_HEADERS

PATHS = [
    "/",
    "/halls/first",
    "/halls/first/welcome",
    "/halls/nowhere",
    "/exhibitor",
    "/operator",
    "/api/halls",
    "/api/halls/first",
    "/api/halls/nowhere",
    "/files/0123.glb",
    "/ws",
    "/healthz",
    "/metrics",
    "/favicon.svg",
    "/assets/visitor-0a1b2c.js",
    "/no/such/page",
]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_policy(server: RunningServer, path: str) -> None:
    async with server.http.get(path) as answer:
        missing = {name: value for name, value in POLICY_HEADERS.items() if answer.headers.get(name) != value}
        assert missing == {}
        assert "Cache-Control" in answer.headers


async def test_answers_to_wrong_methods_and_malformed_requests_carry_it_too(server: RunningServer) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        async with server.http.request(method, "/api/halls") as answer:
            assert answer.status == 405
            assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            assert (await answer.json())["error"]["code"] == "method_not_allowed"


def test_the_policy_allows_nothing_inline_and_no_other_origin() -> None:
    assert "'unsafe-inline'" not in CONTENT_SECURITY_POLICY
    assert "'unsafe-eval'" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
