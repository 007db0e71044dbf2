"""The way of a version: submitted, approved, shown, rolled back, withdrawn; each with its record."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from tests.support.exhibitors import (
    LIN,
    OPERATOR,
    Exhibitors,
    acts,
    check_all,
    pointers,
    ready_booth,
    states,
)
from yuanzhan.booths import publication
from yuanzhan.booths.dress import Dress
from yuanzhan.booths.stands import Stands
from yuanzhan.errors.booths import DressWrong, NoSuchVersion, NotInThisState, TooManyVersions
from yuanzhan.scene.stands import Stand

SOUND = b"OggS\0\2" + b"\0" * 200


async def test_a_booth_goes_all_the_way_and_back(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    assert states(await exhibitors.publication.submit(LIN, id, 1)) == ["submitted"]
    (review,) = await exhibitors.overview.reviews()
    assert (review["booth"]["id"], review["version"]["number"]) == (id, 1)
    approved = await exhibitors.publication.approve(OPERATOR, id, 1)
    assert (states(approved), approved["published"]) == (["published"], 1)
    assert exhibitors.shown == ["first"]
    assert await exhibitors.overview.reviews() == []

    await exhibitors.upload(id, b"second model")
    await check_all(exhibitors)
    await exhibitors.publication.submit(LIN, id, 2)
    second = await exhibitors.publication.approve(OPERATOR, id, 2)
    assert (states(second), second["published"]) == (["approved", "published"], 2)

    back = await exhibitors.publication.publish(LIN, id, 1)
    assert (states(back), back["published"]) == (["published", "approved"], 1)
    gone = await exhibitors.publication.withdraw(LIN, id, 1)
    assert (states(gone), gone["published"]) == (["withdrawn", "approved"], None)
    assert exhibitors.shown == ["first"] * 4
    assert [(act, who) for act, who, _ in await acts(exhibitors)] == [
        ("booth.create", "acc-lin"),
        ("booth.submit", "acc-lin"),
        ("booth.approve", "acc-op"),
        ("booth.publish", "acc-op"),
        ("booth.submit", "acc-lin"),
        ("booth.approve", "acc-op"),
        ("booth.publish", "acc-op"),
        ("booth.publish", "acc-lin"),
        ("booth.withdraw", "acc-lin"),
    ]


async def test_what_visitors_see_is_what_was_approved_whatever_is_saved_later(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    shown: dict[str, Sequence[Stand]] = {}
    stands = Stands(exhibitors.database, shown.__setitem__)
    await exhibitors.dress(id, offset_m=(1.0, 0.0))
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.dress(id, offset_m=(-1.0, 0.0))
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await stands.show(["first", "second"])
    assert shown["second"] == []
    (stand,) = shown["first"]
    assert (stand.id, stand.slot, stand.version, stand.offset_m) == (id, "a", 1, (1.0, 0.0))
    assert (stand.low, stand.high, stand.bytes) == ((-1.0, 0.0, -1.0), (1.0, 2.0, 1.0), 5)
    assert exhibitors.objects.path(stand.url.removeprefix("/files/")).read_bytes() == b"small model"


async def test_another_dress_of_what_is_shown_is_a_version_of_its_own(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, yaw_deg=90.0)
    again = await exhibitors.publication.submit(LIN, id, 1)
    assert states(again) == ["published", "submitted"]
    first, second = again["versions"]
    assert (first["dress"]["yaw_deg"], second["dress"]["yaw_deg"]) == (0.0, 90.0)
    assert first["model"] == second["model"]


async def test_what_is_submitted_anew_counts_among_a_booths_versions(
    exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "VERSIONS_MAX", 2)
    id = await ready_booth(exhibitors)
    for number in (1, 2):
        await exhibitors.publication.submit(LIN, id, 1)
        await exhibitors.publication.approve(OPERATOR, id, number)
    with pytest.raises(TooManyVersions):
        await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.desk.delete_version(LIN, id, 1)
    assert states(await exhibitors.publication.submit(LIN, id, 2)) == ["published", "submitted"]


async def test_a_returned_version_says_why_and_can_be_submitted_again(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    returned = await exhibitors.publication.send_back(OPERATOR, id, 1, "The logo is upside down")
    assert (states(returned), returned["versions"][0]["reason"]) == (["ready"], "The logo is upside down")
    assert ("booth.return", "acc-op", "The logo is upside down") in await acts(exhibitors)
    again = await exhibitors.publication.submit(LIN, id, 1)
    assert (states(again), again["versions"][0]["reason"]) == (["submitted"], None)


async def test_a_submission_can_be_taken_back_and_the_newest_one_counts(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    assert states(await exhibitors.publication.withdraw(LIN, id, 1)) == ["ready"]
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.upload(id, b"second")
    await check_all(exhibitors)
    assert states(await exhibitors.publication.submit(LIN, id, 2)) == ["ready", "submitted"]


async def test_an_operator_takes_a_booth_down_and_its_exhibitor_cannot_put_it_back(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    down = await exhibitors.publication.withdraw(OPERATOR, id, 1, "complaint")
    assert (states(down), down["published"], down["versions"][0]["reason"]) == (
        ["withdrawn"],
        None,
        "complaint",
    )
    with pytest.raises(NotInThisState):
        await exhibitors.publication.publish(LIN, id, 1)
    assert states(await exhibitors.publication.submit(LIN, id, 1)) == ["withdrawn", "submitted"]


@pytest.mark.parametrize("act", ["approve", "publish", "withdraw"])
async def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(
    exhibitors: Exhibitors, act: str
) -> None:
    id = await ready_booth(exhibitors)
    before = (await exhibitors.overview.get(LIN, id), await acts(exhibitors))
    with pytest.raises(NotInThisState) as refused:
        await getattr(exhibitors.publication, act)(OPERATOR, id, 1)
    assert refused.value.params == {"state": "ready"}
    assert (await exhibitors.overview.get(LIN, id), await acts(exhibitors)) == before
    assert exhibitors.shown == []


async def test_what_is_refused_or_unchecked_cannot_be_submitted(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.dress(booth)
    await exhibitors.upload(booth, b"bad model")
    for state in ("received", "rejected"):
        with pytest.raises(NotInThisState) as refused:
            await exhibitors.publication.submit(LIN, booth, 1)
        assert refused.value.params == {"state": state}
        await check_all(exhibitors)
    with pytest.raises(NoSuchVersion):
        await exhibitors.publication.submit(LIN, booth, 2)


async def test_a_booth_without_a_place_or_too_large_for_it_cannot_be_submitted(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    await check_all(exhibitors)
    with pytest.raises(DressWrong) as refused:
        await exhibitors.publication.submit(LIN, booth, 1)
    assert pointers(refused.value) == [("/slot", "not_placed")]
    await exhibitors.dress(booth, scale=2.0)  # 4 x 4 x 4 m where there are 6 x 3 x 4
    with pytest.raises(DressWrong) as refused:
        await exhibitors.publication.submit(LIN, booth, 1)
    assert pointers(refused.value) == [("/scale", "too_large_for_slot")]
    assert states(await exhibitors.overview.get(LIN, booth)) == ["ready"]


async def test_a_panel_outside_the_slot_may_be_saved_and_not_submitted(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    panel = {"id": "p", "kind": "text", "at": [2.5, 1.5, 0], "title": {"zh": "展板"}}
    dress = Dress.model_validate_json(json.dumps({"hall": "first", "slot": "a", "panels": [panel]}))
    # The slot is 6 m wide; there is room for the model, which is 2 m.
    await exhibitors.desk.dress(LIN, id, dress.model_copy(update={"offset_m": (1.0, 0.0)}))
    with pytest.raises(DressWrong) as refused:
        await exhibitors.publication.submit(LIN, id, 1)
    assert pointers(refused.value) == [("/panels/0/at/0", "panel_outside_slot")]
    await exhibitors.desk.dress(LIN, id, dress)
    assert states(await exhibitors.publication.submit(LIN, id, 1)) == ["submitted"]
