"""What is kept of a provider: fetched once for many, and never lost for something that could not be had."""

from __future__ import annotations

import asyncio

import pytest

from yuanzhan.errors.sign_in import ProviderUnreachable
from yuanzhan.oidc.keeping import DOWN_S, KEPT_S, Kept


class Source:
    """Something to fetch. `fails` while it is down; `count` tells how often it was asked."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = False
        self.now_s = 0.0
        self.kept: Kept[list[int]] = Kept("numbers", lambda: self.now_s)

    async def fetch(self) -> list[int]:
        self.count += 1
        await asyncio.sleep(0)
        if self.fails:
            raise ProviderUnreachable(detail="down")
        return [self.count]


async def test_many_who_want_something_newer_have_it_fetched_once() -> None:
    source = Source()
    old = await source.kept.get(source.fetch)
    found = await asyncio.gather(*(source.kept.newer(old, source.fetch) for _ in range(10)))
    assert found == [[2]] * 10
    assert await source.kept.get(source.fetch) == [2]
    source.now_s = KEPT_S
    assert await source.kept.get(source.fetch) == [3]


async def test_what_is_kept_stays_where_nothing_newer_is_to_be_had() -> None:
    source = Source()
    old = await source.kept.get(source.fetch)
    source.fails = True
    for _ in range(5):
        with pytest.raises(ProviderUnreachable) as refused:
            await source.kept.newer(old, source.fetch)
        assert refused.value.params["detail"] == "down"
        assert await source.kept.get(source.fetch) is old
    assert source.count == 2, "a failure is remembered"
    source.now_s, source.fails = DOWN_S, False
    assert await source.kept.newer(old, source.fetch) == [3]
