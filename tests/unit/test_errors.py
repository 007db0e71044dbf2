"""The tree of errors: each has its status or close code, its sentences and its documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunningServer
from yuanzhan import catalogue, errors
from yuanzhan.errors.base import PeerFault, YuanzhanError
from yuanzhan.errors.connections import CLOSE_CODES, ConnectionRefused
from yuanzhan.errors.statuses import exit_code, http_status

ROOT = Path(__file__).resolve().parents[2]


def every_error() -> list[type[YuanzhanError]]:
    found: list[type[YuanzhanError]] = []
    waiting = [YuanzhanError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind is not ConnectionRefused]


@pytest.mark.parametrize("kind", every_error())
def test_each_error_has_a_status_an_exit_code_and_a_sentence_in_both_languages(
    kind: type[YuanzhanError],
) -> None:
    error = kind()
    assert 400 <= http_status(error) <= 599
    assert exit_code(error) in (1, 2)
    entry = catalogue.load()[f"error.{kind.code}"]
    assert entry["zh"]
    assert entry["en"]


@pytest.mark.parametrize("kind", every_error())
def test_each_error_is_in_the_tree_on_top_of_the_file(kind: type[YuanzhanError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


def test_the_peers_fault_is_4xx_and_ours_is_5xx() -> None:
    for kind in every_error():
        status = http_status(kind())
        assert (400 <= status < 500) == issubclass(kind, PeerFault)


@pytest.mark.parametrize("reason", CLOSE_CODES)
def test_each_reason_closes_with_its_code(reason: str) -> None:
    refused = ConnectionRefused(reason)
    assert (refused.reason, refused.close_code) == (reason, CLOSE_CODES[reason])


def test_a_reason_without_a_code_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="no close code"):
        ConnectionRefused("because")


@pytest.mark.parametrize("reason", [reason for reason in CLOSE_CODES if reason not in ("bye", "bad_framing")])
def test_each_close_code_is_documented(reason: str) -> None:
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("|") and f"`{reason}`" in line)
    assert str(CLOSE_CODES[reason]) in row


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/halls/nowhere", 404),
        ("GET", "/files/none.glb", 404),
        ("GET", "/ws", 400),
        ("GET", "/api/nothing", 404),
        ("POST", "/api/halls", 405),
        ("DELETE", "/", 405),
    ],
)
async def test_every_error_over_http_has_the_one_shape(
    server: RunningServer, method: str, path: str, status: int
) -> None:
    for language, expected in (("en", "en"), ("zh-CN,zh;q=0.9,en;q=0.5", "zh-CN"), ("fr", "zh-CN")):
        async with server.http.request(method, path, headers={"Accept-Language": language}) as answer:
            body = await answer.json()
            assert answer.status == status
            assert answer.headers["Content-Language"] == expected
            assert list(body) == ["error"]
            assert sorted(body["error"]) == ["code", "message"]
            code, lang = body["error"]["code"], "en" if expected == "en" else "zh"
            wanted = catalogue.load()[f"error.{code}"][lang]  # type: ignore[index]
            assert body["error"]["message"].split("{")[0].startswith(wanted.split("{")[0])
