"""How much may be sent."""

from __future__ import annotations

import dataclasses

import pytest

from tests.support.exhibitors import LIMITS, WEI, Exhibitors
from yuanzhan.booths.finishing import PANEL
from yuanzhan.errors.server import DiskFull
from yuanzhan.errors.uploads import QuotaFull, TooManyUploads, UploadTooLarge


async def test_sizes_and_numbers_have_their_most(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    with pytest.raises(UploadTooLarge) as refused:
        await exhibitors.begin(booth, LIMITS.model_bytes + 1)
    assert refused.value.params == {"most_mb": 1}
    with pytest.raises(UploadTooLarge):
        await exhibitors.begin(booth, LIMITS.panel_bytes + 1, purpose=PANEL)
    for _ in range(LIMITS.open_uploads):
        await exhibitors.begin(booth, 10)
    with pytest.raises(TooManyUploads):
        await exhibitors.begin(booth, 10)
    await exhibitors.begin(await exhibitors.booth(WEI), 10, actor=WEI)


async def test_what_was_promised_counts_towards_the_organisations_space(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    whole = LIMITS.model_bytes
    await exhibitors.upload(booth, b"x" * whole)
    for _ in range(3):
        await exhibitors.begin(booth, whole)
    exhibitors.limits = dataclasses.replace(LIMITS, open_uploads=10)
    exhibitors.restart()
    with pytest.raises(QuotaFull) as refused:
        await exhibitors.begin(booth, 1)
    assert refused.value.params == {"most_mb": 4}


async def test_what_would_not_fit_on_the_disk_is_refused_before_it_is_sent(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    exhibitors.limits = dataclasses.replace(LIMITS, reserve_bytes=1 << 60)
    exhibitors.restart()
    with pytest.raises(DiskFull):
        await exhibitors.begin(booth, 10)
