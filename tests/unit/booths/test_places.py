"""Slots: taken, kept for a while, kept without an end, lost; each decided by the database."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.exhibitors import (
    LIN,
    OPERATOR,
    SLOT_KEPT_MS,
    SLOTS,
    WEI,
    Exhibitors,
    pointers,
    ready_booth,
    states,
)
from yuanzhan.access import Actor
from yuanzhan.booths.dress import Dress
from yuanzhan.booths.places import Places
from yuanzhan.booths.publication import Publication
from yuanzhan.booths.work import Workbench
from yuanzhan.errors.booths import DressWrong, SlotTaken
from yuanzhan.instants import iso

SOUND = b"OggS\0\2" + b"\0" * 200


async def held(exhibitors: Exhibitors, actor: Actor = LIN) -> dict[str, tuple[bool, str | None]]:
    """Of each slot of the first hall: whether it is taken, and by which booth of the actor's own."""
    told = await exhibitors.overview.slots(actor, "first")
    return {one["slot"]: (one["is_taken"], one["booth"]) for one in told}


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


async def test_a_slot_is_kept_for_a_while_for_a_booth_that_submits_nothing(exhibitors: Exhibitors) -> None:
    first, second = await exhibitors.booth(), await exhibitors.booth(WEI)
    await exhibitors.dress(first, slot="a")
    until = iso(exhibitors.now_ms + SLOT_KEPT_MS)
    assert (await exhibitors.overview.get(LIN, first))["kept_until"] == until
    assert (await held(exhibitors), await held(exhibitors, WEI)) == (
        {"a": (True, first), "b": (False, None)},
        {"a": (True, None), "b": (False, None)},
    )
    exhibitors.now_ms += SLOT_KEPT_MS - 1
    # Saving again does not begin the time anew.
    await exhibitors.dress(first, slot="a", scale=0.5)
    assert (await exhibitors.overview.get(LIN, first))["kept_until"] == until
    with pytest.raises(SlotTaken):
        await exhibitors.desk.dress(WEI, second, Dress(hall="first", slot="a"))
    exhibitors.now_ms += 1
    assert (await held(exhibitors, WEI))["a"] == (False, None)
    assert not (await exhibitors.overview.get(LIN, first))["slot_lost"], "until somebody wants it"
    await exhibitors.desk.dress(WEI, second, Dress(hall="first", slot="a"))
    lost = await exhibitors.overview.get(LIN, first)
    assert (lost["slot_lost"], lost["kept_until"], lost["slot"]) == (True, None, "a")
    with pytest.raises(SlotTaken):
        await exhibitors.dress(first, slot="a")
    await exhibitors.dress(first, slot="b")
    assert not (await exhibitors.overview.get(LIN, first))["slot_lost"]


async def test_a_slot_in_which_something_waits_or_is_shown_is_kept_without_an_end(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    exhibitors.now_ms += 2 * SLOT_KEPT_MS
    assert (await exhibitors.overview.get(LIN, id))["kept_until"] is None
    assert (await held(exhibitors, WEI))["a"] == (True, None)
    await exhibitors.publication.send_back(OPERATOR, id, 1, "not yet")
    until = iso(exhibitors.now_ms + SLOT_KEPT_MS)
    assert (await exhibitors.overview.get(LIN, id))["kept_until"] == until, "from then on, for so long"


async def test_a_booth_that_lost_its_slot_is_still_taken_down_and_refused_when_submitted(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, slot="b")
    exhibitors.now_ms += SLOT_KEPT_MS
    other = await exhibitors.booth(WEI)
    await exhibitors.desk.dress(WEI, other, Dress(hall="first", slot="b"))
    with pytest.raises(SlotTaken):
        await exhibitors.publication.submit(LIN, id, 1)
    told = await exhibitors.publication.withdraw(LIN, id, 1)
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
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, slot="b")
    other = await exhibitors.booth()
    for slot in ("a", "b"):
        with pytest.raises(SlotTaken):
            await exhibitors.dress(other, slot=slot)
    await exhibitors.publication.withdraw(LIN, id, 1)
    await exhibitors.dress(other, slot="a")


async def test_nothing_is_published_into_a_slot_that_its_hall_has_no_more(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    bench = Workbench(exhibitors.database, exhibitors._on_shown)
    places = Places({"first": {"b": SLOTS["first"]["b"]}}, None, exhibitors.clock)
    rebuilt = Publication(bench, places, exhibitors.clock)
    with pytest.raises(DressWrong) as refused:
        await rebuilt.approve(OPERATOR, id, 1)
    assert pointers(refused.value) == [("/slot", "no_such_slot")]
    assert states(await rebuilt.approve(OPERATOR, id, 1, publish=False)) == ["approved"]
    with pytest.raises(DressWrong):
        await rebuilt.publish(OPERATOR, id, 1)
    assert exhibitors.shown == []


async def test_rolling_back_into_a_slot_that_another_booth_has_is_refused(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors, slot="a")
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await exhibitors.dress(id, slot="b")
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 2)
    other = await exhibitors.booth()
    await exhibitors.dress(other, slot="a")
    with pytest.raises(SlotTaken):
        await exhibitors.publication.publish(LIN, id, 1)
    assert (await exhibitors.overview.get(LIN, id))["published"] == 2
