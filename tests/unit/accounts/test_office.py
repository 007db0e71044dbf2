"""The use-cases on both databases: what two do at the same time, and what the record says of it."""

from __future__ import annotations

import asyncio

import pytest

from yuanzhan.access import COMMAND_LINE, Actor, Permission, Role, may
from yuanzhan.accounts.invitations import Link, Newcomer, Wanted
from yuanzhan.accounts.office import Office, open_office
from yuanzhan.accounts.sessions import Caller
from yuanzhan.accounts.sign_in import Entered
from yuanzhan.errors.accounts import (
    LastOwner,
    LoginTaken,
    NoSuchAccount,
    NoSuchInvitation,
    OrganisationNeeded,
)
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.errors.sign_in import SignInRefused
from yuanzhan.store import audit
from yuanzhan.store.opening import Store

PASSWORD = "a tall plum tree in May"
HERE = Caller("192.0.2.1", "a browser")


@pytest.fixture
def office(store: Store) -> Office:
    return open_office(store.database, b"a secret for tests, 32 bytes long", idle_hours=12, lifetime_days=7)


async def join(office: Office, link: Link, login: str) -> Entered:
    return await office.invitations.accept(link.key, Newcomer(login, login, PASSWORD), HERE)


async def acts(store: Store) -> list[str]:
    async with store.database.reading() as session:
        return [row.act async for row in audit.rows(session)]


async def test_somebody_is_invited_signs_in_and_is_closed(office: Office, store: Store) -> None:
    wanted = Wanted(Role.EXHIBITOR, organisation_name="西湖丝绸", note="阿丝")
    entered = await join(office, await office.invitations.create(COMMAND_LINE, wanted), "silk")
    assert entered.person.organisation is not None
    assert entered.person.organisation.name == "西湖丝绸"
    known = await office.sessions.of_cookie(entered.key)
    assert known is not None
    assert known.person == entered.person
    again = await office.sign_in.enter(" SILK ", PASSWORD, "", HERE)
    assert again.person.id == entered.person.id
    await office.directory.close(COMMAND_LINE, entered.person.id)
    assert await office.sessions.of_cookie(again.key) is None
    with pytest.raises(SignInRefused):
        await office.sign_in.enter("silk", PASSWORD, "", HERE)
    assert await acts(store) == [
        "organisation.create",
        "account.invite",
        "account.create",
        "account.close",
    ]
    assert (await store.verify_audit()).is_whole


async def test_one_invitation_makes_one_account_however_many_take_it_at_once(office: Office) -> None:
    link = await office.invitations.create(COMMAND_LINE, Wanted(Role.VISITOR))
    done = await asyncio.gather(
        *(join(office, link, f"guest{number}") for number in range(4)), return_exceptions=True
    )
    assert sum(isinstance(entered, Entered) for entered in done) == 1
    assert sum(isinstance(refused, NoSuchInvitation) for refused in done) == 3
    assert len(await office.directory.everybody()) == 1


async def test_one_login_is_one_account_however_many_choose_it_at_once(office: Office) -> None:
    links = [await office.invitations.create(COMMAND_LINE, Wanted(Role.VISITOR)) for _ in range(4)]
    done = await asyncio.gather(*(join(office, link, "mei") for link in links), return_exceptions=True)
    assert sum(isinstance(entered, Entered) for entered in done) == 1
    assert sum(isinstance(refused, LoginTaken) for refused in done) == 3


async def test_there_is_always_an_owner(office: Office) -> None:
    first = await office.directory.create_owner(COMMAND_LINE, "mei", "mei", PASSWORD)
    second = await office.directory.create_owner(COMMAND_LINE, "lan", "lan", PASSWORD)
    done = await asyncio.gather(
        office.directory.close(COMMAND_LINE, first.id),
        office.directory.set_role(COMMAND_LINE, second.id, Role.OPERATOR),
        return_exceptions=True,
    )
    assert sum(isinstance(refused, LastOwner) for refused in done) == 1


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Permission.ACCOUNTS_MANAGE)])
async def test_nobody_but_owners_does_anything_to_accounts_through_whatever_door(
    office: Office, role: Role
) -> None:
    person = await office.directory.create_owner(COMMAND_LINE, "mei", "mei", PASSWORD)
    actor = Actor("somebody", "", role)
    for refused in (
        office.directory.create_owner(actor, "lan", "lan", PASSWORD),
        office.directory.set_role(actor, person.id, Role.VISITOR),
        office.directory.close(actor, person.id),
        office.directory.revoke(actor, person.id),
        office.invitations.create_reset(actor, person.id),
        office.second_factors.reset(actor, person.id),
    ):
        with pytest.raises(NotAllowed):
            await refused
    assert [one.role for one in await office.directory.everybody()] == [Role.OWNER]


async def test_the_first_owners_link_is_made_anew_at_each_start_until_there_is_one(office: Office) -> None:
    first = await office.invitations.first_owner()
    second = await office.invitations.first_owner()
    assert first is not None
    assert second is not None
    with pytest.raises(NoSuchInvitation):
        await office.invitations.look(first.key)
    assert (await join(office, second, "mei")).person.role is Role.OWNER
    assert await office.invitations.first_owner() is None


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OWNER, set(Role)),
        (Role.OPERATOR, {Role.MODERATOR, Role.EXHIBITOR, Role.SPEAKER, Role.VISITOR}),
        (Role.MODERATOR, set()),
        (Role.SPEAKER, set()),
        (Role.VISITOR, set()),
    ],
)
async def test_who_may_invite_whom(office: Office, role: Role, allowed: set[Role]) -> None:
    link = await office.invitations.create(COMMAND_LINE, Wanted(role))
    actor = (await join(office, link, "somebody")).person.actor
    found = set()
    for wanted in Role:
        organisation = "西湖丝绸" if wanted is Role.EXHIBITOR else None
        try:
            await office.invitations.create(actor, Wanted(wanted, organisation_name=organisation))
        except NotAllowed:
            continue
        found.add(wanted)
    assert found == allowed


async def test_an_exhibitor_invites_into_their_own_organisation_alone(office: Office) -> None:
    async def exhibitor(login: str, organisation: str) -> Actor:
        wanted = Wanted(Role.EXHIBITOR, organisation_name=organisation)
        return (await join(office, await office.invitations.create(COMMAND_LINE, wanted), login)).person.actor

    silk, tea = await exhibitor("silk", "西湖丝绸"), await exhibitor("tea", "龙井")
    link = await office.invitations.create(silk, Wanted(Role.EXHIBITOR))
    colleague = (await join(office, link, "silk2")).person
    assert colleague.actor.organisation_id == silk.organisation_id
    for wanted in (
        Wanted(Role.EXHIBITOR, organisation_id=tea.organisation_id),
        Wanted(Role.EXHIBITOR, organisation_name="another"),
        Wanted(Role.VISITOR),
    ):
        with pytest.raises(NotAllowed):
            await office.invitations.create(silk, wanted)
    with pytest.raises(NoSuchAccount):
        await office.directory.remove_member(tea, colleague.id)
    await office.directory.remove_member(silk, colleague.id)
    assert [person.login for person in (await office.directory.members(silk.organisation_id or ""))[1]] == [
        "silk"
    ]


async def test_an_exhibitor_has_an_organisation(office: Office) -> None:
    with pytest.raises(OrganisationNeeded):
        await office.invitations.create(COMMAND_LINE, Wanted(Role.EXHIBITOR))
    person = await office.directory.create_owner(COMMAND_LINE, "mei", "mei", PASSWORD)
    await office.directory.create_owner(COMMAND_LINE, "lan", "lan", PASSWORD)
    with pytest.raises(OrganisationNeeded):
        await office.directory.set_role(COMMAND_LINE, person.id, Role.EXHIBITOR)


async def test_another_role_counts_from_the_next_request_on(office: Office) -> None:
    link = await office.invitations.create(COMMAND_LINE, Wanted(Role.OPERATOR))
    entered = await join(office, link, "lin")
    await office.directory.set_role(COMMAND_LINE, entered.person.id, Role.MODERATOR)
    known = await office.sessions.of_cookie(entered.key)
    assert known is not None
    assert known.person.role is Role.MODERATOR
