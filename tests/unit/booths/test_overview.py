"""What exhibitors and reviewers are shown of booths."""

from __future__ import annotations

import pytest

from tests.support.exhibitors import (
    LIN,
    OPERATOR,
    WEI,
    Exhibitors,
    check_all,
    ready_booth,
)
from yuanzhan.errors.booths import DressWrong, NoSuchBooth, NoSuchVersion, SubmittedAnew

SOUND = b"OggS\0\2" + b"\0" * 200


async def test_what_is_reviewed_is_what_was_submitted(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    (first,) = await exhibitors.overview.reviews()
    # Saved since, and no part of what waits.
    await exhibitors.dress(id, scale=0.5)
    assert (await exhibitors.overview.get(LIN, id))["dress"]["scale"] == 0.5
    (review,) = await exhibitors.overview.reviews()
    assert review["booth"]["dress"] == review["version"]["dress"] == first["version"]["dress"]
    assert (await exhibitors.overview.preview(OPERATOR, id))["transform"]["scale"] == 1
    assert (await exhibitors.overview.preview(LIN, id))["transform"]["scale"] == 0.5
    # Taken back and submitted again, it is not what the operator looked at.
    exhibitors.now_ms += 1
    await exhibitors.publication.withdraw(LIN, id, 1)
    await exhibitors.publication.submit(LIN, id, 1)
    with pytest.raises(SubmittedAnew):
        await exhibitors.publication.approve(OPERATOR, id, 1, submitted_at=first["version"]["submitted_at"])
    (review,) = await exhibitors.overview.reviews()
    assert review["booth"]["dress"]["scale"] == 0.5
    await exhibitors.publication.approve(OPERATOR, id, 1, submitted_at=review["version"]["submitted_at"])


async def test_a_preview_has_the_newest_model_and_the_dress_as_it_is_saved(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    with pytest.raises(DressWrong):
        await exhibitors.overview.preview(LIN, booth)
    await exhibitors.dress(booth)
    with pytest.raises(NoSuchVersion):
        await exhibitors.overview.preview(LIN, booth)
    await exhibitors.upload(booth, b"model")
    await check_all(exhibitors)
    preview = await exhibitors.overview.preview(LIN, booth)
    assert (preview["version"], preview["hall"], preview["slot"]) == (1, "first", "a")
    with pytest.raises(NoSuchBooth):
        await exhibitors.overview.preview(WEI, booth)
