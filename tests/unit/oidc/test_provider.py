"""Providers that are down, or answer what no provider may: real sockets, and a real one beside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import aiohttp
import pytest

from tests.support import oidc_provider
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET
from yuanzhan.errors.sign_in import ProviderStrange, ProviderUnreachable
from yuanzhan.oidc.keeping import DOWN_S, KEPT_S
from yuanzhan.oidc.provider import Provider

HERE = ("http://127.0.0.1:1/oidc/callback", "state", "nonce", "verifier")


@pytest.fixture(scope="module")
def real() -> Iterator[oidc_provider.Provider]:
    with oidc_provider.running() as started:
        yield started


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yuanzhan.oidc.fetching._TIMEOUT", aiohttp.ClientTimeout(total=1.0))


def provider_at(issuer: str, now_s: list[float] | None = None) -> Provider:
    now_s = now_s or [0.0]
    return Provider(issuer, CLIENT_ID, CLIENT_SECRET, clock=lambda: now_s[0])


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/redirecting", "redirect"),
        ("/huge", "too much"),
        ("/broken", "no JSON"),
        ("/foreign", "another issuer's metadata"),
        ("/plain", "unsafe token_endpoint"),
        ("/nothing", "no JSON"),
    ],
)
async def test_what_no_provider_may_answer_is_refused(
    real: oidc_provider.Provider, path: str, detail: str
) -> None:
    with pytest.raises(ProviderStrange) as refused:
        await provider_at(real.issuer + path).address(*HERE)
    assert refused.value.params["detail"] == detail


@pytest.mark.parametrize("path", [None, "/slow"])
async def test_a_provider_that_does_not_answer_is_not_waited_for(
    real: oidc_provider.Provider, path: str | None
) -> None:
    with pytest.raises(ProviderUnreachable):
        await provider_at("http://127.0.0.1:9" if path is None else real.issuer + path).address(*HERE)


async def test_one_that_was_down_is_asked_again_soon_and_one_that_is_known_only_each_hour() -> None:
    now_s = [0.0]
    with oidc_provider.running() as started:
        provider = provider_at(started.issuer, now_s)
        await provider.address(*HERE)
    now_s[0] = KEPT_S - 1
    await provider.address(*HERE)
    now_s[0] = KEPT_S
    with pytest.raises(ProviderUnreachable):
        await provider.address(*HERE)
    provider.issuer = "https://never.asked.invalid"
    now_s[0] += DOWN_S - 1
    with pytest.raises(ProviderUnreachable) as refused:
        await provider.address(*HERE)
    assert refused.value.params["detail"] == "ClientConnectorError", "as it was told before"


async def test_keys_that_do_not_come_are_waited_for_once_and_hold_up_nobody_who_goes_there(
    real: oidc_provider.Provider,
) -> None:
    provider = provider_at(f"{real.issuer}/keyless")
    await provider.address(*HERE)
    back = [asyncio.create_task(provider.redeem("code", HERE[0], "verifier", "nonce")) for _ in range(20)]
    await asyncio.sleep(0.1)
    began_s = time.monotonic()
    await provider.address(*HERE)
    assert time.monotonic() - began_s < 0.5
    failed = await asyncio.gather(*back, return_exceptions=True)
    assert time.monotonic() - began_s < 4
    assert {str(error) for error in failed} == {"provider_unreachable (detail=id_token: TimeoutError)"}, (
        "who came later heard of the first one's failure"
    )
