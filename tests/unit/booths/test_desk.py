"""The life of a booth: placed, dressed, submitted, approved, shown, rolled back, withdrawn; each with its
record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.exhibitors import LIN, OPERATOR, SLOT_KEPT_MS, SLOTS, WEI, Exhibitors, PlainSteps
from yuanzhan.access import Actor
from yuanzhan.booths import desk
from yuanzhan.booths.desk import Desk
from yuanzhan.booths.dress import Dress, Title
from yuanzhan.booths.runner import Runner, Steps
from yuanzhan.booths.stands import Stands
from yuanzhan.booths.uploads import PANEL
from yuanzhan.errors.booths import (
    DressWrong,
    NoSuchBooth,
    NoSuchVersion,
    NotInThisState,
    SlotTaken,
    SubmittedAnew,
    TooManyBooths,
    TooManyVersions,
)
from yuanzhan.instants import iso
from yuanzhan.scene.stands import Stand
from yuanzhan.store import audit
from yuanzhan.store import booth_queries as queries

SOUND = b"OggS\0\2" + b"\0" * 200


async def check_all(exhibitors: Exhibitors, steps: Steps | None = None) -> None:
    """Have everything that waits checked."""
    runner = Runner(
        exhibitors.database,
        exhibitors.stock,
        steps or PlainSteps(),
        exhibitors.folder / "work",
        at_once=1,
        clock=exhibitors.clock,
    )
    running = asyncio.create_task(runner.run())
    try:
        while True:
            async with exhibitors.database.reading() as session:
                if not await queries.unchecked(session, 1 << 50):
                    return
            await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def ready_booth(exhibitors: Exhibitors, content: bytes = b"model", slot: str = "a") -> str:
    """A booth with one version that is ready, placed in a slot."""
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, content)
    await check_all(exhibitors)
    await exhibitors.dress(booth, slot=slot)
    return booth


def states(booth: dict[str, Any]) -> list[str]:
    return [version["state"] for version in booth["versions"]]


async def acts(exhibitors: Exhibitors) -> list[tuple[str, str, str]]:
    """Act, who, and reason of every row of the record."""
    async with exhibitors.database.reading() as session:
        return [(row.act, row.actor_id, row.reason) async for row in audit.rows(session)]


async def test_a_new_booth_is_its_organisations(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.desk.create(LIN, Title(zh="茶"))
    assert (booth["title"], booth["organisation"], booth["published"]) == (
        {"zh": "茶", "en": "茶"},
        "org-lin",
        None,
    )
    assert [b["id"] for b in await exhibitors.desk.booths(LIN)] == [booth["id"]]
    assert [b["id"] for b in await exhibitors.desk.booths(OPERATOR)] == [booth["id"]]
    assert await exhibitors.desk.booths(WEI) == []
    with pytest.raises(NoSuchBooth):
        await exhibitors.desk.get(WEI, booth["id"])


async def test_an_organisation_has_so_many_booths(exhibitors: Exhibitors) -> None:
    for _ in range(3):
        await exhibitors.booth()
    with pytest.raises(TooManyBooths):
        await exhibitors.booth()
    await exhibitors.booth(WEI)


async def test_what_is_reviewed_is_what_was_submitted(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    desk = exhibitors.desk
    await desk.submit(LIN, id, 1)
    (first,) = await desk.reviews()
    # Saved since, and no part of what waits.
    await exhibitors.dress(id, scale=0.5)
    assert (await desk.get(LIN, id))["dress"]["scale"] == 0.5
    (review,) = await desk.reviews()
    assert review["booth"]["dress"] == review["version"]["dress"] == first["version"]["dress"]
    assert (await desk.preview(OPERATOR, id))["transform"]["scale"] == 1
    assert (await desk.preview(LIN, id))["transform"]["scale"] == 0.5
    # Taken back and submitted again, it is not what the operator looked at.
    exhibitors.now_ms += 1
    await desk.withdraw(LIN, id, 1)
    await desk.submit(LIN, id, 1)
    with pytest.raises(SubmittedAnew):
        await desk.approve(OPERATOR, id, 1, submitted_at=first["version"]["submitted_at"])
    (review,) = await desk.reviews()
    assert review["booth"]["dress"]["scale"] == 0.5
    await desk.approve(OPERATOR, id, 1, submitted_at=review["version"]["submitted_at"])


async def test_visitors_see_a_new_title_when_it_was_approved(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    desk = exhibitors.desk

    async def shown() -> list[str]:
        stands: list[Stand] = []
        await Stands(exhibitors.database, lambda _, found: stands.extend(found)).show(["first"])
        return [stand.title.zh for stand in stands]

    first = (await desk.get(LIN, id))["title"]["zh"]
    await desk.submit(LIN, id, 1)
    await desk.approve(OPERATOR, id, 1)
    # As it was before submitted versions had titles.
    async with exhibitors.database.transaction() as session:
        for version in await queries.versions(session, [id]):
            assert version.dress is not None
            plain = json.loads(version.dress)
            del plain["booth_title"]
            version.dress = json.dumps(plain)
    for title in ("加微信", "龙井"):
        assert (await desk.rename(LIN, id, Title(zh=title)))["title"]["zh"] == title
        assert await shown() == [first]
    await desk.submit(LIN, id, 1)
    await desk.rename(LIN, id, Title(zh="加微信"))
    (review,) = await desk.reviews()
    assert review["booth"]["title"]["zh"] == "龙井"
    assert await shown() == [first]
    await desk.approve(OPERATOR, id, 2)
    assert await shown() == ["龙井"]
    assert "booth_title" not in json.dumps(await desk.get(LIN, id))


async def test_a_booth_goes_all_the_way_and_back(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    desk = exhibitors.desk
    assert states(await desk.submit(LIN, id, 1)) == ["submitted"]
    (review,) = await desk.reviews()
    assert (review["booth"]["id"], review["version"]["number"]) == (id, 1)
    approved = await desk.approve(OPERATOR, id, 1)
    assert (states(approved), approved["published"]) == (["published"], 1)
    assert exhibitors.shown == ["first"]
    assert await desk.reviews() == []

    await exhibitors.upload(id, b"second model")
    await check_all(exhibitors)
    await desk.submit(LIN, id, 2)
    second = await desk.approve(OPERATOR, id, 2)
    assert (states(second), second["published"]) == (["approved", "published"], 2)

    back = await desk.publish(LIN, id, 1)
    assert (states(back), back["published"]) == (["published", "approved"], 1)
    gone = await desk.withdraw(LIN, id, 1)
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
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.dress(id, offset_m=(-1.0, 0.0))
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await stands.show(["first", "second"])
    assert shown["second"] == []
    (stand,) = shown["first"]
    assert (stand.id, stand.slot, stand.version, stand.offset_m) == (id, "a", 1, (1.0, 0.0))
    assert (stand.low, stand.high, stand.bytes) == ((-1.0, 0.0, -1.0), (1.0, 2.0, 1.0), 5)
    assert exhibitors.objects.path(stand.url.removeprefix("/files/")).read_bytes() == b"small model"


async def test_another_dress_of_what_is_shown_is_a_version_of_its_own(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, yaw_deg=90.0)
    again = await exhibitors.desk.submit(LIN, id, 1)
    assert states(again) == ["published", "submitted"]
    first, second = again["versions"]
    assert (first["dress"]["yaw_deg"], second["dress"]["yaw_deg"]) == (0.0, 90.0)
    assert first["model"] == second["model"]


async def test_what_is_submitted_anew_counts_among_a_booths_versions(
    exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "VERSIONS_MAX", 2)
    id = await ready_booth(exhibitors)
    for number in (1, 2):
        await exhibitors.desk.submit(LIN, id, 1)
        await exhibitors.desk.approve(OPERATOR, id, number)
    with pytest.raises(TooManyVersions):
        await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.delete_version(LIN, id, 1)
    assert states(await exhibitors.desk.submit(LIN, id, 2)) == ["published", "submitted"]


async def test_a_returned_version_says_why_and_can_be_submitted_again(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    returned = await exhibitors.desk.send_back(OPERATOR, id, 1, "The logo is upside down")
    assert (states(returned), returned["versions"][0]["reason"]) == (["ready"], "The logo is upside down")
    assert ("booth.return", "acc-op", "The logo is upside down") in await acts(exhibitors)
    again = await exhibitors.desk.submit(LIN, id, 1)
    assert (states(again), again["versions"][0]["reason"]) == (["submitted"], None)


async def test_a_submission_can_be_taken_back_and_the_newest_one_counts(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    assert states(await exhibitors.desk.withdraw(LIN, id, 1)) == ["ready"]
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.upload(id, b"second")
    await check_all(exhibitors)
    assert states(await exhibitors.desk.submit(LIN, id, 2)) == ["ready", "submitted"]


async def test_an_operator_takes_a_booth_down_and_its_exhibitor_cannot_put_it_back(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    down = await exhibitors.desk.withdraw(OPERATOR, id, 1, "complaint")
    assert (states(down), down["published"], down["versions"][0]["reason"]) == (
        ["withdrawn"],
        None,
        "complaint",
    )
    with pytest.raises(NotInThisState):
        await exhibitors.desk.publish(LIN, id, 1)
    assert states(await exhibitors.desk.submit(LIN, id, 1)) == ["withdrawn", "submitted"]


@pytest.mark.parametrize("act", ["approve", "publish", "withdraw"])
async def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(
    exhibitors: Exhibitors, act: str
) -> None:
    id = await ready_booth(exhibitors)
    before = (await exhibitors.desk.get(LIN, id), await acts(exhibitors))
    with pytest.raises(NotInThisState) as refused:
        await getattr(exhibitors.desk, act)(OPERATOR, id, 1)
    assert refused.value.params == {"state": "ready"}
    assert (await exhibitors.desk.get(LIN, id), await acts(exhibitors)) == before
    assert exhibitors.shown == []


async def test_what_is_refused_or_unchecked_cannot_be_submitted(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.dress(booth)
    await exhibitors.upload(booth, b"bad model")
    for state in ("received", "rejected"):
        with pytest.raises(NotInThisState) as refused:
            await exhibitors.desk.submit(LIN, booth, 1)
        assert refused.value.params == {"state": state}
        await check_all(exhibitors)
    with pytest.raises(NoSuchVersion):
        await exhibitors.desk.submit(LIN, booth, 2)


async def test_a_slot_holds_one_booth(exhibitors: Exhibitors) -> None:
    first, second = await exhibitors.booth(), await exhibitors.booth()
    await exhibitors.dress(first, slot="a")
    with pytest.raises(SlotTaken) as refused:
        await exhibitors.dress(second, slot="a")
    assert refused.value.params == {"hall": "first", "slot": "a"}
    await exhibitors.dress(first, slot="b")
    await exhibitors.dress(second, slot="a")
    await exhibitors.desk.delete(LIN, first)
    await exhibitors.dress(second, slot="b")


async def held(exhibitors: Exhibitors, actor: Actor = LIN) -> dict[str, tuple[bool, str | None]]:
    """Of each slot of the first hall: whether it is taken, and by which booth of the actor's own."""
    told = await exhibitors.desk.slots(actor, "first")
    return {one["slot"]: (one["is_taken"], one["booth"]) for one in told}


async def test_a_slot_is_kept_for_a_while_for_a_booth_that_submits_nothing(exhibitors: Exhibitors) -> None:
    first, second = await exhibitors.booth(), await exhibitors.booth(WEI)
    await exhibitors.dress(first, slot="a")
    until = iso(exhibitors.now_ms + SLOT_KEPT_MS)
    assert (await exhibitors.desk.get(LIN, first))["kept_until"] == until
    assert (await held(exhibitors), await held(exhibitors, WEI)) == (
        {"a": (True, first), "b": (False, None)},
        {"a": (True, None), "b": (False, None)},
    )
    exhibitors.now_ms += SLOT_KEPT_MS - 1
    # Saving again does not begin the time anew.
    await exhibitors.dress(first, slot="a", scale=0.5)
    assert (await exhibitors.desk.get(LIN, first))["kept_until"] == until
    with pytest.raises(SlotTaken):
        await exhibitors.desk.dress(WEI, second, Dress(hall="first", slot="a"))
    exhibitors.now_ms += 1
    assert (await held(exhibitors, WEI))["a"] == (False, None)
    assert not (await exhibitors.desk.get(LIN, first))["slot_lost"], "until somebody wants it"
    await exhibitors.desk.dress(WEI, second, Dress(hall="first", slot="a"))
    lost = await exhibitors.desk.get(LIN, first)
    assert (lost["slot_lost"], lost["kept_until"], lost["slot"]) == (True, None, "a")
    with pytest.raises(SlotTaken):
        await exhibitors.dress(first, slot="a")
    await exhibitors.dress(first, slot="b")
    assert not (await exhibitors.desk.get(LIN, first))["slot_lost"]


async def test_a_slot_in_which_something_waits_or_is_shown_is_kept_without_an_end(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    exhibitors.now_ms += 2 * SLOT_KEPT_MS
    assert (await exhibitors.desk.get(LIN, id))["kept_until"] is None
    assert (await held(exhibitors, WEI))["a"] == (True, None)
    await exhibitors.desk.send_back(OPERATOR, id, 1, "not yet")
    until = iso(exhibitors.now_ms + SLOT_KEPT_MS)
    assert (await exhibitors.desk.get(LIN, id))["kept_until"] == until, "from then on, for so long"


async def test_a_booth_that_lost_its_slot_is_still_taken_down_and_refused_when_submitted(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, slot="b")
    exhibitors.now_ms += SLOT_KEPT_MS
    other = await exhibitors.booth(WEI)
    await exhibitors.desk.dress(WEI, other, Dress(hall="first", slot="b"))
    with pytest.raises(SlotTaken):
        await exhibitors.desk.submit(LIN, id, 1)
    told = await exhibitors.desk.withdraw(LIN, id, 1)
    assert (told["published"], told["slot_lost"]) == (None, True)


async def test_of_two_who_take_a_slot_at_once_one_gets_it(exhibitors: Exhibitors) -> None:
    booths = [await exhibitors.booth() for _ in range(3)]
    came = await asyncio.gather(
        *(exhibitors.dress(booth, slot="a") for booth in booths), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in came) == ["NoneType", "SlotTaken", "SlotTaken"]


async def test_what_is_shown_keeps_its_slot_while_its_booth_is_saved_elsewhere(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors, slot="a")
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, slot="b")
    other = await exhibitors.booth()
    for slot in ("a", "b"):
        with pytest.raises(SlotTaken):
            await exhibitors.dress(other, slot=slot)
    await exhibitors.desk.withdraw(LIN, id, 1)
    await exhibitors.dress(other, slot="a")


async def test_nothing_is_published_into_a_slot_that_its_hall_has_no_more(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    rebuilt = Desk(
        exhibitors.database,
        {"first": {"b": SLOTS["first"]["b"]}},
        booths_max=1,
        slot_kept_ms=None,
        on_shown=exhibitors._on_shown,
        clock=exhibitors.clock,
    )
    with pytest.raises(DressWrong) as refused:
        await rebuilt.approve(OPERATOR, id, 1)
    assert pointers(refused.value) == [("/slot", "no_such_slot")]
    assert states(await rebuilt.approve(OPERATOR, id, 1, publish=False)) == ["approved"]
    with pytest.raises(DressWrong):
        await rebuilt.publish(OPERATOR, id, 1)
    assert exhibitors.shown == []


async def test_rolling_back_into_a_slot_that_another_booth_has_is_refused(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors, slot="a")
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, slot="b")
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 2)
    other = await exhibitors.booth()
    await exhibitors.dress(other, slot="a")
    with pytest.raises(SlotTaken):
        await exhibitors.desk.publish(LIN, id, 1)
    assert (await exhibitors.desk.get(LIN, id))["published"] == 2


def pointers(error: DressWrong) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in error.problems]


async def test_what_only_the_server_knows_to_be_wrong_with_a_dress_is_told_by_pointer(
    exhibitors: Exhibitors,
) -> None:
    booth, other = await exhibitors.booth(), await exhibitors.booth()
    sound = (await exhibitors.upload(booth, SOUND, purpose=PANEL)).object
    elsewhere = (await exhibitors.upload(other, SOUND + b"!", purpose=PANEL)).object
    title = {"zh": "声音"}
    panels = [
        {"id": "p", "kind": "audio", "at": [0, 0, 0], "title": title, "object": sound},
        {"id": "p", "kind": "picture", "at": [0, 0, 0], "title": title, "object": sound},
        {"id": "q", "kind": "audio", "at": [0, 0, 0], "title": title, "object": elsewhere},
        {"id": "r", "kind": "video", "at": [0, 0, 0], "title": title},
    ]
    dress = {"hall": "first", "slot": "a", "offset_m": [9, 0], "panels": panels}
    with pytest.raises(DressWrong) as refused:
        await exhibitors.desk.dress(LIN, booth, Dress.model_validate_json(json.dumps(dress)))
    assert pointers(refused.value) == [
        ("/panels/1/id", "twice"),
        ("/offset_m/0", "outside_slot"),
        ("/panels/1/object", "file_of_other_kind"),
        ("/panels/2/object", "no_such_file"),
        ("/panels/3/object", "file_missing"),
    ]
    for hall, slot, wrong in (
        ("third", "a", ("/hall", "no_such_hall")),
        ("second", "b", ("/slot", "no_such_slot")),
    ):
        with pytest.raises(DressWrong) as refused:
            await exhibitors.desk.dress(LIN, booth, Dress(hall=hall, slot=slot))
        assert pointers(refused.value) == [wrong]
    assert (await exhibitors.desk.get(LIN, booth))["dress"] is None


async def test_a_booth_without_a_place_or_too_large_for_it_cannot_be_submitted(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    await check_all(exhibitors)
    with pytest.raises(DressWrong) as refused:
        await exhibitors.desk.submit(LIN, booth, 1)
    assert pointers(refused.value) == [("/slot", "not_placed")]
    await exhibitors.dress(booth, scale=2.0)  # 4 x 4 x 4 m where there are 6 x 3 x 4
    with pytest.raises(DressWrong) as refused:
        await exhibitors.desk.submit(LIN, booth, 1)
    assert pointers(refused.value) == [("/scale", "too_large_for_slot")]
    assert states(await exhibitors.desk.get(LIN, booth)) == ["ready"]


async def test_a_panel_outside_the_slot_may_be_saved_and_not_submitted(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    panel = {"id": "p", "kind": "text", "at": [2.5, 1.5, 0], "title": {"zh": "展板"}}
    dress = Dress.model_validate_json(json.dumps({"hall": "first", "slot": "a", "panels": [panel]}))
    # The slot is 6 m wide; there is room for the model, which is 2 m.
    await exhibitors.desk.dress(LIN, id, dress.model_copy(update={"offset_m": (1.0, 0.0)}))
    with pytest.raises(DressWrong) as refused:
        await exhibitors.desk.submit(LIN, id, 1)
    assert pointers(refused.value) == [("/panels/0/at", "panel_outside_slot")]
    await exhibitors.desk.dress(LIN, id, dress)
    assert states(await exhibitors.desk.submit(LIN, id, 1)) == ["submitted"]


async def test_a_preview_has_the_newest_model_and_the_dress_as_it_is_saved(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    with pytest.raises(DressWrong):
        await exhibitors.desk.preview(LIN, booth)
    await exhibitors.dress(booth)
    with pytest.raises(NoSuchVersion):
        await exhibitors.desk.preview(LIN, booth)
    await exhibitors.upload(booth, b"model")
    await check_all(exhibitors)
    preview = await exhibitors.desk.preview(LIN, booth)
    assert (preview["version"], preview["hall"], preview["slot"]) == (1, "first", "a")
    with pytest.raises(NoSuchBooth):
        await exhibitors.desk.preview(WEI, booth)


async def test_a_deleted_booth_is_gone_with_all_that_it_had(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await exhibitors.upload(id, SOUND, purpose=PANEL)
    await exhibitors.desk.delete(LIN, id)
    assert exhibitors.shown == ["first", "first"]
    with pytest.raises(NoSuchBooth):
        await exhibitors.desk.get(LIN, id)
    async with exhibitors.database.reading() as session:
        assert await queries.needed_objects(session) == set()
    assert exhibitors.objects.sweep(set())
    assert exhibitors.files() == []


async def test_a_version_that_nobody_needs_can_be_deleted_and_one_that_is_shown_cannot(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.desk.submit(LIN, id, 1)
    await exhibitors.desk.approve(OPERATOR, id, 1)
    await exhibitors.upload(id, b"bad")
    await check_all(exhibitors)
    with pytest.raises(NotInThisState):
        await exhibitors.desk.delete_version(LIN, id, 1)
    assert states(await exhibitors.desk.delete_version(LIN, id, 2)) == ["published"]
    # The record speaks of the second as of another: its number is not given again.
    assert (await exhibitors.upload(id, b"good")).version == 3


async def test_another_organisation_can_do_nothing(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    desk = exhibitors.desk
    for attempt in (
        desk.get(WEI, id),
        desk.rename(WEI, id, Title(zh="x")),
        desk.delete(WEI, id),
        desk.dress(WEI, id, Dress(hall="first", slot="b")),
        desk.submit(WEI, id, 1),
        desk.withdraw(WEI, id, 1),
        desk.publish(WEI, id, 1),
        desk.delete_version(WEI, id, 1),
        desk.preview(WEI, id),
    ):
        with pytest.raises(NoSuchBooth):
            await attempt


async def test_an_operator_does_not_dress_other_peoples_booths(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    for attempt in (
        exhibitors.desk.dress(OPERATOR, id, Dress(hall="first", slot="b")),
        exhibitors.desk.submit(OPERATOR, id, 1),
        exhibitors.desk.delete(OPERATOR, id),
    ):
        with pytest.raises(NoSuchBooth):
            await attempt
