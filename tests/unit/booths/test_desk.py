"""Booths of one's own: made, named, dressed, removed; each with its record."""

from __future__ import annotations

import json

import pytest

from tests.support.exhibitors import (
    LIN,
    OPERATOR,
    WEI,
    Exhibitors,
    check_all,
    pointers,
    ready_booth,
    states,
)
from yuanzhan.booths.dress import Dress, Title
from yuanzhan.booths.finishing import PANEL
from yuanzhan.booths.stands import Stands
from yuanzhan.errors.booths import DressWrong, NoSuchBooth, NotInThisState, TooManyBooths
from yuanzhan.scene.stands import Stand
from yuanzhan.store import booth_queries as queries

SOUND = b"OggS\0\2" + b"\0" * 200


async def test_a_new_booth_is_its_organisations(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.desk.create(LIN, Title(zh="茶"))
    assert (booth["title"], booth["organisation"], booth["published"]) == (
        {"zh": "茶", "en": "茶"},
        "org-lin",
        None,
    )
    assert [b["id"] for b in await exhibitors.overview.booths(LIN)] == [booth["id"]]
    assert [b["id"] for b in await exhibitors.overview.booths(OPERATOR)] == [booth["id"]]
    assert await exhibitors.overview.booths(WEI) == []
    with pytest.raises(NoSuchBooth):
        await exhibitors.overview.get(WEI, booth["id"])


async def test_an_organisation_has_so_many_booths(exhibitors: Exhibitors) -> None:
    for _ in range(3):
        await exhibitors.booth()
    with pytest.raises(TooManyBooths):
        await exhibitors.booth()
    await exhibitors.booth(WEI)


async def test_visitors_see_a_new_title_when_it_was_approved(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)

    async def shown() -> list[str]:
        stands: list[Stand] = []
        await Stands(exhibitors.database, lambda _, found: stands.extend(found)).show(["first"])
        return [stand.title.zh for stand in stands]

    first = (await exhibitors.overview.get(LIN, id))["title"]["zh"]
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    # As it was before submitted versions had titles.
    async with exhibitors.database.transaction() as session:
        for version in await queries.versions(session, [id]):
            assert version.dress is not None
            plain = json.loads(version.dress)
            del plain["booth_title"]
            version.dress = json.dumps(plain)
    for title in ("加微信", "龙井"):
        assert (await exhibitors.desk.rename(LIN, id, Title(zh=title)))["title"]["zh"] == title
        assert await shown() == [first]
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.desk.rename(LIN, id, Title(zh="加微信"))
    (review,) = await exhibitors.overview.reviews()
    assert review["booth"]["title"]["zh"] == "龙井"
    assert await shown() == [first]
    await exhibitors.publication.approve(OPERATOR, id, 2)
    assert await shown() == ["龙井"]
    assert "booth_title" not in json.dumps(await exhibitors.overview.get(LIN, id))


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
    assert (await exhibitors.overview.get(LIN, booth))["dress"] is None


async def test_a_deleted_booth_is_gone_with_all_that_it_had(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await exhibitors.upload(id, SOUND, purpose=PANEL)
    await exhibitors.desk.delete(LIN, id)
    assert exhibitors.shown == ["first", "first"]
    with pytest.raises(NoSuchBooth):
        await exhibitors.overview.get(LIN, id)
    async with exhibitors.database.reading() as session:
        assert await queries.needed_objects(session) == set()
    assert exhibitors.objects.sweep(set())
    assert exhibitors.files() == []


async def test_a_version_that_nobody_needs_can_be_deleted_and_one_that_is_shown_cannot(
    exhibitors: Exhibitors,
) -> None:
    id = await ready_booth(exhibitors)
    await exhibitors.publication.submit(LIN, id, 1)
    await exhibitors.publication.approve(OPERATOR, id, 1)
    await exhibitors.upload(id, b"bad")
    await check_all(exhibitors)
    with pytest.raises(NotInThisState):
        await exhibitors.desk.delete_version(LIN, id, 1)
    assert states(await exhibitors.desk.delete_version(LIN, id, 2)) == ["published"]
    # The record speaks of the second as of another: its number is not given again.
    assert (await exhibitors.upload(id, b"good")).version == 3


async def test_another_organisation_can_do_nothing(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    for attempt in (
        exhibitors.overview.get(WEI, id),
        exhibitors.desk.rename(WEI, id, Title(zh="x")),
        exhibitors.desk.delete(WEI, id),
        exhibitors.desk.dress(WEI, id, Dress(hall="first", slot="b")),
        exhibitors.publication.submit(WEI, id, 1),
        exhibitors.publication.withdraw(WEI, id, 1),
        exhibitors.publication.publish(WEI, id, 1),
        exhibitors.desk.delete_version(WEI, id, 1),
        exhibitors.overview.preview(WEI, id),
    ):
        with pytest.raises(NoSuchBooth):
            await attempt


async def test_an_operator_does_not_dress_other_peoples_booths(exhibitors: Exhibitors) -> None:
    id = await ready_booth(exhibitors)
    for attempt in (
        exhibitors.desk.dress(OPERATOR, id, Dress(hall="first", slot="b")),
        exhibitors.publication.submit(OPERATOR, id, 1),
        exhibitors.desk.delete(OPERATOR, id),
    ):
        with pytest.raises(NoSuchBooth):
            await attempt
