"""Acts carried out in the halls, over real sockets: each takes hold at once, is told, and is not shaken
off.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.support.watcher import Watcher
from tests.unit.live.conftest import receive, receive_until
from yuanzhan.access import Actor, Role
from yuanzhan.client import Client, Refused
from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.live.safety import Answered, Safety
from yuanzhan.live.stewards import LOOK_PERIOD_S
from yuanzhan.moderation.acts import Act, By, Kind, Mark, Reason
from yuanzhan.moderation.callers import SignedIn
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.reports import Complaint
from yuanzhan.moderation.standing import Standing
from yuanzhan.moderation.words import Word, WordFilter
from yuanzhan.protocol.fields import Badge
from yuanzhan.protocol.limits import RESUME_GRACE_S
from yuanzhan.protocol.messages.joining import Go, Profile, Welcome
from yuanzhan.protocol.messages.moderation import Announced, Announcement, Cleared, Report, Restricted, Rules
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, People, Person, Population, Said, Who
from yuanzhan.protocol.messages.positions import Correct, Sit
from yuanzhan.protocol.messages.watching import Watch
from yuanzhan.protocol.sections import Frame
from yuanzhan.web.devices import COOKIE, digest_of

NUMBERS = itertools.count(1)
PHONE = f"{'phone':A<22}"
ACCOUNTS = {role.value: Actor(f"account-{role}", role.value, role) for role in Role}


async def by_header(request: web.Request) -> SignedIn | None:
    """Who is signed in, as this test's door has it: the role that a header names."""
    account = ACCOUNTS.get(request.headers.get("X-Role", ""))
    return None if account is None else SignedIn(account, f"session:{account.role}")


@dataclass
class Floor:
    """A house of two halls, what it said and what it was told of."""

    server: HouseServer
    safety: Safety
    lines: list[Line] = field(default_factory=list)
    complaints: list[tuple[Complaint, Answered]] = field(default_factory=list)

    async def join(
        self, name: str = "visitor", hall: str = "hall", device: str = "", **options: Any
    ) -> Client:
        headers: dict[str, str] = dict(options.pop("headers", {}))
        if device:
            headers["Cookie"] = f"{COOKIE}={device:A<22}"
        return await Client.connect(self.server.url, hall=hall, name=name, headers=headers, **options)

    def act(self, kind: Kind, *people: Client, **more: Any) -> Act:
        """Carry out an act on these people, by all their marks, or with the given ones."""
        found = [self.server.house.oversight.known(one.welcome.hall, one.id) for one in people]
        marks = [mark for visitor in found if visitor is not None for mark in visitor.marks.own]
        now_ms = int(time.time() * 1000)
        made = Act(f"act{next(NUMBERS)}", kind, Reason.HARASSMENT, now_ms, marks=tuple(marks))
        made = replace(made, **more)
        self.server.house.oversight.apply(made)
        return made


@asynccontextmanager
async def floor_of(standing: Standing | None = None, **more: Any) -> AsyncIterator[Floor]:
    lines: list[Line] = []
    complaints: list[tuple[Complaint, Answered]] = []

    def complain(complaint: Complaint, answered: Answered) -> bool:
        complaints.append((complaint, answered))
        return True

    safety = Safety(
        standing=standing or Standing(),
        words=WordFilter([Word("rude", "abuse"), Word("加微信", "advertising", by_sound=True)]),
        said=lines.append,
        complain=complain,
        **more,
    )
    halls = [flat_hall("hall"), flat_hall("other", capacity=20)]
    async with serve_house(halls, safety=safety, identify=by_header) as server:
        yield Floor(server, safety, lines, complaints)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with floor_of() as floor:
        yield floor


def as_role(role: Role) -> Mapping[str, str]:
    return {"X-Role": role.value}


async def refusal(joining: Callable[[], Any]) -> int:
    with pytest.raises(Refused) as refused:
        await joining()
    return refused.value.code


async def test_who_is_muted_is_told_and_heard_no_more(floor: Floor) -> None:
    async with await floor.join("one") as one, await floor.join("other") as other:
        act = floor.act(Kind.MUTE, one, note="请勿打扰他人", ends_at_ms=int(time.time() * 1000) + 60_000)
        told = await receive(one, Restricted)
        assert (told.chat, told.voice, told.hidden, told.frozen) == (True, True, False, False)
        (sanction,) = told.acts
        assert (sanction.act, sanction.kind, sanction.reason) == (act.id, "mute", "harassment")
        assert sanction.note == "请勿打扰他人"
        assert sanction.left_s is not None
        assert 50 < sanction.left_s <= 60
        await one.send(Chat("hello"))
        assert await receive(one, Notice) == Notice("chat_muted")
        floor.server.house.oversight.lift(act)
        assert await receive(one, Restricted) == Restricted(False, False, False, False, ())
        await one.send(Chat("again"))
        assert (await receive(other, Said)).text == "again"


async def test_a_mute_of_the_voice_alone_lets_one_write(floor: Floor) -> None:
    async with await floor.join("one") as one:
        floor.act(Kind.MUTE, one, params={"chat": False, "voice": True})
        told = await receive(one, Restricted)
        assert (told.chat, told.voice) == (False, True)
        await one.send(Chat("hello"))
        assert (await receive(one, Said)).text == "hello"


async def test_a_mute_outlasts_a_reload_another_name_and_a_new_token(floor: Floor) -> None:
    one = await floor.join("one", device="phone")
    floor.act(Kind.MUTE, one)
    await one.leave()
    async with await floor.join("somebody else", device="phone") as again:
        assert (await receive(again, Restricted)).chat
        await again.send(Chat("hello"))
        assert await receive(again, Notice) == Notice("chat_muted")
    async with await floor.join("other", device="tablet") as other:
        await other.send(Chat("hello"))
        assert (await receive(other, Said)).text == "hello"


async def test_who_is_removed_is_told_why_and_kept_out_until_it_is_over(floor: Floor) -> None:
    one = await floor.join("one", device="phone")
    other = await floor.join("other")
    slot = one.id & 0xFFFF
    await receive_until(other, lambda: other.crowd.present[slot])
    act = floor.act(Kind.REMOVE, one, ends_at_ms=int(time.time() * 1000) + 600_000)
    told = await receive(one, Restricted)
    assert [sanction.act for sanction in told.acts] == [act.id]
    with pytest.raises(Refused) as refused:
        await receive(one, Refused)
    assert refused.value.code == 4430
    await receive_until(other, lambda: not other.crowd.present[slot])
    assert await refusal(lambda: floor.join("one", device="phone")) == 4430
    assert await refusal(lambda: one.reconnect(floor.server.url)) == 4430
    floor.server.house.oversight.lift(act)
    async with await floor.join("one", device="phone"):
        pass
    await other.leave()


async def test_who_is_banned_by_network_stays_out_with_everything_new(floor: Floor) -> None:
    one = await floor.join("one", device="phone")
    act = floor.act(Kind.BAN, one, marks=(Mark(By.ADDRESS, "127.0.0.0/8"),))
    with pytest.raises(Refused) as refused:
        await receive(one, Refused)
    assert refused.value.code == 4431
    assert await refusal(lambda: floor.join("new", device="new")) == 4431
    floor.server.house.oversight.lift(act)
    async with await floor.join("new", device="new"):
        pass


async def test_what_held_before_a_restart_holds_after_it() -> None:
    async with floor_of() as floor, await floor.join("one", device="phone") as one:
        banned = floor.act(Kind.BAN, one)
    closed = replace(banned, id="closed", kind=Kind.DOOR, marks=(), hall="other", params={"door": "closed"})
    async with floor_of(Standing([banned, closed])) as after:
        assert await refusal(lambda: after.join("one", device="phone")) == 4431
        assert await refusal(lambda: after.join("two", hall="other")) == 4432


async def test_what_is_over_is_lifted_by_itself(floor: Floor) -> None:
    async with await floor.join("one") as one:
        floor.act(Kind.MUTE, one, ends_at_ms=int(time.time() * 1000) + 300)
        assert (await receive(one, Restricted)).chat
        assert not (await receive(one, Restricted)).chat


async def test_who_is_hidden_is_seen_and_heard_by_nobody_else(floor: Floor) -> None:
    async with await floor.join("one") as one, await floor.join("other") as other:
        slot = one.id & 0xFFFF
        await receive_until(other, lambda: other.crowd.present[slot])
        act = floor.act(Kind.HIDE, one)
        assert (await receive(one, Restricted)).hidden
        await receive_until(other, lambda: not other.crowd.present[slot])
        await one.send(Chat("does anybody hear"))
        assert (await receive(one, Said)).text == "does anybody hear"
        await other.send(Chat("me they do"))
        assert (await receive(other, Said)).text == "me they do"
        assert (await receive(one, Said)).text == "me they do"
        floor.server.house.oversight.lift(act)
        await receive_until(other, lambda: other.crowd.present[slot])


async def test_who_is_frozen_stays_where_they_are(floor: Floor) -> None:
    async with await floor.join("one") as one, await floor.join("other") as other:
        slot = one.id & 0xFFFF
        await one.send_pose(x=0.5, z=0.5)
        await receive_until(other, lambda: abs(other.crowd.x[slot] - 0.5) < 0.01)
        floor.act(Kind.FREEZE, one)
        assert (await receive(one, Restricted)).frozen
        here = await receive(one, Correct)
        assert (here.x, here.reason) == (0.5, "frozen")
        await one.send_pose(x=3.0, z=0.5, yaw=1.0)
        await receive_until(other, lambda: abs(other.crowd.yaw[slot] - 1.0) < 0.02)
        assert other.crowd.x[slot] == pytest.approx(0.5, abs=0.01)
        for message in (Sit("bench"), Go("hall", "booth"), Go("other")):
            await one.send(message)
            assert await receive(one, Notice) == Notice("held_still")


async def test_who_is_sent_to_the_entrance_stands_there_and_knows_why(floor: Floor) -> None:
    async with await floor.join("one", at="booth") as one:
        act = floor.act(Kind.SEND, one)
        there = await receive(one, Correct)
        assert there.reason == "sent"
        assert abs(there.x) <= 1.5
        assert [sanction.act for sanction in (await receive(one, Restricted)).acts] == [act.id]


async def test_lines_are_numbered_kept_and_can_be_taken_back_everywhere(floor: Floor) -> None:
    async with (
        await floor.join("one") as one,
        await floor.join("far", at="booth") as far,
        await floor.join("gone on", hall="other") as gone_on,
    ):
        await one.send(Chat("a"))
        await one.send(Chat("b"))
        first, second = await receive(one, Said), await receive(one, Said)
        assert second.line == first.line + 1
        assert [line.text for line in floor.lines] == ["a", "b"]
        cleared = floor.act(Kind.CLEAR, hall="hall", params={"lines": [first.line, second.line]})
        for reader in (far, gone_on):
            assert await receive(reader, Cleared) == Cleared((first.line, second.line))
        apply = floor.server.house.oversight.apply
        assert apply(cleared) == 2, "the two of the hall where it was said"
        assert apply(replace(cleared, hall="other")) == 2, "wherever it was cleared from"
        forgotten = {"lines": [second.line + 1]}
        assert apply(replace(cleared, hall="other", params=forgotten)) == 1


async def test_a_line_with_a_word_of_the_lists_is_not_said_but_kept(floor: Floor) -> None:
    async with await floor.join("one") as one, await floor.join("other") as other:
        await one.send(Chat("how r u d e"))
        assert await receive(one, Notice) == Notice("chat_words")
        await one.send(Chat("fine"))
        assert (await receive(other, Said)).text == "fine"
        assert [(line.text, line.refused) for line in floor.lines] == [("how r u d e", "rude"), ("fine", "")]


async def test_words_may_be_masked_instead() -> None:
    async with floor_of(words_do="mask") as floor, await floor.join("one") as one:
        await one.send(Chat("来加 薇 信吧"))
        assert (await receive(one, Said)).text == "来* * *吧"
        assert floor.lines[0].text == "来加 薇 信吧"


async def test_names_hold_no_such_word_either(floor: Floor) -> None:
    assert await refusal(lambda: floor.join("R.u.d.e")) == 4403
    async with await floor.join("one") as one:
        await one.send(Profile("rude", 0))
        assert await receive(one, Notice) == Notice("bad_name")


async def test_slow_mode_lets_one_talk_now_and_then_and_staff_at_will(floor: Floor) -> None:
    async with (
        await floor.join("one") as one,
        await floor.join("staff", headers=as_role(Role.MODERATOR)) as staff,
    ):
        floor.act(Kind.SLOW, hall="hall", params={"slow_s": 30})
        assert await receive(one, Rules) == Rules("open", 30, False)
        await one.send(Chat("a"))
        assert (await receive(one, Said)).text == "a"
        await one.send(Chat("b"))
        assert await receive(one, Notice) == Notice("chat_slow", {"seconds": 30})
        await staff.send(Chat("c"))
        await staff.send(Chat("d"))
        await receive_until(staff, lambda: [line.text for line in floor.lines] == ["a", "c", "d"])


async def test_only_speakers_may_be_let_talk(floor: Floor) -> None:
    async with (
        await floor.join("one") as one,
        await floor.join("speaker", headers=as_role(Role.SPEAKER)) as speaker,
    ):
        floor.act(Kind.SPEAKERS, hall="hall", params={"speakers_only": True})
        await one.send(Chat("a"))
        assert await receive(one, Notice) == Notice("chat_speakers")
        await speaker.send(Chat("welcome"))
        assert (await receive(one, Said)).text == "welcome"
        await one.send(Who((speaker.id,)))
        assert (await receive(one, People)).people == (Person(speaker.id, "speaker", "speaker"),)


async def test_a_locked_hall_keeps_those_who_are_in_and_lets_nobody_else(floor: Floor) -> None:
    async with await floor.join("in", hall="other") as inside, await floor.join("out") as outside:
        act = floor.act(Kind.DOOR, hall="other", params={"door": "locked"})
        assert (await receive(inside, Rules)).door == "locked"
        assert await refusal(lambda: floor.join("new", hall="other")) == 4433
        await outside.send(Go("other"))
        assert await receive(outside, Notice) == Notice("hall_locked", {"hall": "other"})
        async with await inside.reconnect(floor.server.url) as again:
            assert again.welcome.resumed
            async with await floor.join("staff", "other", headers=as_role(Role.OPERATOR)):
                pass
            floor.server.house.oversight.lift(act)
            async with await floor.join("new", hall="other"):
                pass


async def test_closing_a_hall_leads_everybody_to_the_entrance_hall(floor: Floor) -> None:
    inside = [await floor.join(f"visitor {number}", hall="other") for number in range(5)]
    staff = await floor.join("staff", "other", headers=as_role(Role.OPERATOR))
    floor.act(Kind.DOOR, hall="other", params={"door": "closed"})
    for one in inside:
        welcome = await receive(one, Welcome)
        assert welcome.hall == "hall"
        assert await receive(one, Notice) == Notice("led_out", {"hall": "other"})
        await one.leave()
    assert floor.server.house.head_counts()["other"] == 1
    await staff.leave()


async def test_an_evacuation_goes_on_whatever_else_is_changed_meanwhile(floor: Floor) -> None:
    one = await floor.join("one", hall="other")
    floor.act(Kind.EVACUATE, hall="other")
    floor.act(Kind.SLOW, hall="other", params={"slow_s": 30})
    assert (await receive(one, Welcome)).hall == "hall"
    await one.leave()


async def test_evacuating_the_entrance_hall_leads_everybody_to_where_they_came_in(floor: Floor) -> None:
    async with await floor.join("one") as one:
        await one.send(Go("hall", "booth"))
        await receive(one, Correct)
        floor.act(Kind.EVACUATE, hall="hall")
        sent = await receive(one, Correct)
        assert (sent.reason, abs(sent.x) < 3.0, abs(sent.z) < 3.0) == ("sent", True, True)
        assert await receive(one, Notice) == Notice("led_out", {"hall": "hall"})
        await one.send(Chat("still here"))
        assert (await receive(one, Said)).text == "still here"


async def test_a_banned_network_keeps_no_colleague_out(floor: Floor) -> None:
    owner = as_role(Role.OWNER)
    async with await floor.join("owner", headers=owner) as colleague:
        guest = await floor.join("guest")
        floor.act(Kind.BAN, marks=(Mark(By.ADDRESS, "127.0.0.0/16"),))
        with pytest.raises(Refused):
            await receive(guest, Refused)
        async with await floor.join("owner once more", headers=owner):
            await colleague.send(Chat("still here"))
            assert (await receive(colleague, Said)).text == "still here"
        # Signed out, one is a guest of that network.
        floor.server.house.settle_rights({"session:owner"}, {})
        with pytest.raises(Refused) as refused:
            await receive(colleague, Refused)
        assert refused.value.code == 4431


async def test_who_cannot_be_led_anywhere_leaves_with_a_reason(floor: Floor) -> None:
    floor.act(Kind.DOOR, hall="hall", params={"door": "locked"})
    one = await floor.join("one", hall="other")
    floor.act(Kind.EVACUATE, hall="other")
    with pytest.raises(Refused) as refused:
        await receive(one, Refused)
    assert refused.value.code == 4432


async def test_capacity_can_be_lowered_and_given_back(floor: Floor) -> None:
    async with await floor.join("one", hall="other") as one:
        act = floor.act(Kind.CAPACITY, hall="other", params={"capacity": 1})
        assert await refusal(lambda: floor.join("two", hall="other")) == 4503
        floor.server.house.oversight.lift(act)
        async with await floor.join("two", hall="other") as two:
            assert two.welcome.capacity == one.welcome.capacity == 20


async def test_announcements_reach_everybody_and_whoever_comes_while_they_hold(floor: Floor) -> None:
    text = {"zh": "戏台五分钟后开演", "en": "The play begins in 5 minutes"}
    async with await floor.join("one") as one, await floor.join("other", hall="other") as other:
        act = floor.act(Kind.ANNOUNCE, params={"text": text}, ends_at_ms=None)
        wanted = Announced((Announcement(act.id, text["zh"], text["en"], None),))
        assert await receive(one, Announced) == wanted
        assert await receive(other, Announced) == wanted
        async with await floor.join("late") as late:
            assert await receive(late, Announced) == wanted
        floor.server.house.oversight.lift(act)
        assert await receive(one, Announced) == Announced(())


async def test_a_person_is_reported_with_what_was_said_and_where_both_stood(floor: Floor) -> None:
    async with await floor.join("one", device="phone") as one, await floor.join("bad", device="pc") as bad:
        await bad.send_pose(x=1.0, z=2.0)
        await bad.send(Chat("come with me"))
        said = await receive(one, Said)
        await one.send(Report("person", "harassment", id=bad.id, note="follows me"))
        await receive_until(one, lambda: len(floor.complaints) == 1)
        complaint, answered = floor.complaints[0]
        assert (complaint.what, complaint.reason, complaint.hall) == ("person", "harassment", "hall")
        assert (complaint.name, complaint.note) == ("bad", "follows me")
        assert complaint.about.device != complaint.by.device
        assert complaint.evidence["there"] == [1.0, 2.0]
        assert [line["line"] for line in complaint.evidence["lines"]] == [said.line]
        answered(True)
        assert await receive(one, Notice) == Notice("report_received")
        # Ringed on the map until nobody waits for an answer.
        watcher = await Watcher.connect(floor.server.url, as_role(Role.MODERATOR))
        await watcher.say(Watch("hall"))
        while not (await watcher.next_dots())["flags"].any():
            pass
        floor.server.house.oversight.reports_done(complaint.about)
        while (await watcher.next_dots())["flags"].any():
            pass
        await watcher.close()


async def test_a_message_is_reported_even_when_its_author_has_left(floor: Floor) -> None:
    async with await floor.join("one") as one:
        bad = await floor.join("bad", device="pc")
        await bad.send(Chat("buy this"))
        said = await receive(one, Said)
        await bad.leave()
        await receive_until(one, lambda: floor.server.house.head_counts()["hall"] == 1)
        await one.send(Report("message", "advertising", line=said.line))
        await receive_until(one, lambda: len(floor.complaints) == 1)
        complaint, _ = floor.complaints[0]
        assert complaint.name == "bad"
        assert complaint.evidence["said"]["text"] == "buy this"
        assert complaint.about.device


async def test_a_booth_is_reported_with_its_version() -> None:
    async with floor_of(booth_version=lambda hall, booth: 3) as floor, await floor.join("one") as one:
        await one.send(Report("booth", "fraud", booth="booth"))
        await receive_until(one, lambda: len(floor.complaints) == 1)
        assert floor.complaints[0][0].evidence["booth"] == {"id": "booth", "version": 3}


async def test_a_stolen_token_gives_a_place_and_no_rights_and_shakes_off_nothing(floor: Floor) -> None:
    url = floor.server.url
    colleague = await floor.join("周宁", device="desk", headers=as_role(Role.OPERATOR))
    victim = await floor.join("victim", device="phone")

    async def thief(token: str, **more: Any) -> Client:
        return await Client.connect(url, hall="hall", name="thief", token=token, **more)

    # The place of a colleague, whose page is told; and nothing of what a colleague may do.
    async with await thief(colleague.token) as instead:
        assert instead.welcome.resumed
        assert (await colleague.ended()).code == 4409
        await instead.send(Who((instead.id,)))
        assert (await receive(instead, People)).people == (Person(instead.id, "thief"),)
        known = floor.server.house.oversight.known("hall", instead.id)
        assert known is not None
        assert known.role is None
    # Who is put out has another's place no more than their own.
    banned = await floor.join("bad", device="bad")
    floor.act(Kind.BAN, banned)
    headers = {"Cookie": f"{COOKIE}={'bad':A<22}"}
    assert await refusal(lambda: thief(victim.token, headers=headers)) == 4431
    await victim.send(Chat("still here"))
    assert (await receive(victim, Said)).text == "still here"
    # What holds for the one whose token it was holds for whoever brings it.
    floor.act(Kind.MUTE, victim)
    async with await thief(victim.token) as instead:
        assert (await receive(instead, Restricted)).chat
    forged = victim.token[:-2] + ("AA" if victim.token[-2:] != "AA" else "BB")
    assert await refusal(lambda: thief(forged)) == 4401


async def test_nobody_without_a_badge_looks_like_a_colleague_who_is_here(floor: Floor) -> None:
    async with await floor.join("guest") as guest, await floor.join("周宁2号"):
        colleague = await floor.join("周宁 Lin", headers=as_role(Role.OPERATOR))
        # Letters of other alphabets, digits, signs, capitals; the account is called "operator".

        def guest_called(name: str) -> Any:
            return floor.join(name, hall="other")

        for name in ("周宁 Lin", "周宁·ＬIN", "周宁 1in", "\u043eperat\u03bfr", "0PERATOR!"):
            assert await refusal(functools.partial(guest_called, name)) == 4403
        await guest.send(Profile("周 宁 L\u0456n", 0))
        assert await receive(guest, Notice) == Notice("bad_name")
        speaker = await floor.join("周宁 Lin", headers=as_role(Role.SPEAKER))
        await speaker.leave()
        async with await floor.join("周宁 Lin 的朋友"):
            pass
        await colleague.leave()
        async with await floor.join("周宁 Lin"):
            pass


async def test_a_colleagues_name_is_not_free_while_their_line_is_broken() -> None:
    shift_s = 0.0
    async with serve_house(
        [flat_hall()], identify=by_header, clock=lambda: time.monotonic() + shift_s
    ) as server:

        def join(name: str, **more: Any) -> Any:
            return Client.connect(server.url, hall="hall", name=name, **more)

        async with await join("guest") as guest:
            colleague = await join("周宁", headers=as_role(Role.OPERATOR))
            colleague.abort()
            assert (await receive(guest, People)).people == (Person(colleague.id, "周宁", ""),)
            for name in ("周宁", "0perator"):
                assert await refusal(functools.partial(join, name)) == 4403
            await guest.send(Profile("周 宁", 0))
            assert await receive(guest, Notice) == Notice("bad_name")
            colleague = await join("周宁", headers=as_role(Role.OPERATOR), token=colleague.token)
            colleague.abort()
            while (await receive(guest, People)).people[0].badge:
                pass
            shift_s += RESUME_GRACE_S
            while (await receive(guest, Population)).here != 1:
                pass
            await guest.send(Profile("周宁", 0))
            assert await receive(guest, Notice) == Notice("name_changed", {"name": "周宁"})


async def test_a_role_that_comes_back_brings_its_badge_and_a_line_says_it(floor: Floor) -> None:
    role = ACCOUNTS[Role.OPERATOR.value]
    async with await floor.join("周宁", headers=as_role(Role.OPERATOR)) as colleague:
        house = floor.server.house
        grant = f"session:{Role.OPERATOR}"
        steps: tuple[tuple[Actor, Badge], ...] = ((replace(role, role=Role.VISITOR), ""), (role, "staff"))
        for account, badge in steps:
            assert house.grants() == {grant}
            house.settle_rights({grant}, {grant: account})
            assert (await receive(colleague, People)).people == (Person(colleague.id, "周宁", badge),)
            await colleague.send(Chat("hello"))
            assert (await receive(colleague, Said)).badge == badge
        assert await refusal(functools.partial(floor.join, "周宁")) == 4403
    house.settle_rights({grant}, {grant: replace(role, role=Role.VISITOR)})
    assert house.grants() == set()


async def test_a_hall_opens_and_closes_by_its_hours() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    wall_s, shift_s = [0.0], [0.0]

    def it_is(hour: int, minute: int = 0, day: int = 23) -> None:
        wall_s[0] = datetime.datetime(2026, 11, day, hour, minute, tzinfo=zone).timestamp()
        shift_s[0] += LOOK_PERIOD_S

    async with serve_house(
        [flat_hall("hall"), flat_hall("other")],
        safety=Safety(zone=zone),
        identify=by_header,
        clock=lambda: time.monotonic() + shift_s[0],
        wall_clock=lambda: wall_s[0],
    ) as server:
        watcher = await Watcher.connect(server.url, as_role(Role.MODERATOR))
        await watcher.say(Watch("hall"))

        async def door_is(door: str) -> None:
            while (await watcher.next("desk"))["what"] != "halls":
                pass
            assert server.house.oversight.hall_states()[1]["door"] == door

        def join(**more: Any) -> Any:
            return Client.connect(server.url, hall="other", name="one", **more)

        it_is(8, 59)  # a Monday
        hours = {"hours": [{"days": [0], "from": "09:00", "to": "18:00"}]}
        await watcher.next("watching")
        server.house.oversight.apply(
            Act("hours", Kind.HOURS, Reason.PROGRAMME, 0, hall="other", params=hours)
        )
        await door_is("closed")
        assert await refusal(join) == CLOSE_CODES["hall_closed"]
        it_is(9)
        await door_is("open")
        async with await join() as one:
            assert (await receive(one, Rules)).door == "open"
            it_is(18)
            assert (await receive(one, Rules)).door == "closed"
            await door_is("closed")
            assert (await receive(one, Welcome)).hall == "hall"
            assert await receive(one, Notice) == Notice("led_out", {"hall": "other"})
            await one.send(Go("other"))
            assert await receive(one, Notice) == Notice("hall_closed", {"hall": "other"})
        async with await join(headers=as_role(Role.MODERATOR)):
            pass
        it_is(10, day=30)  # the next Monday
        await door_is("open")
        await watcher.close()


@pytest.mark.parametrize(
    "report",
    [
        Report("person", "abuse", id=0xFFFFFF),
        Report("person", "abuse"),
        Report("person", "abuse", id=12345),
        Report("message", "abuse", line=1),
        Report("booth", "other", booth="attic"),
    ],
)
async def test_what_is_not_there_cannot_be_reported(floor: Floor, report: Report) -> None:
    async with await floor.join("one") as one:
        await one.send(report)
        assert await receive(one, Notice) == Notice("report_gone")
        await one.send(Report("person", "abuse", id=one.id))
        assert await receive(one, Notice) == Notice("report_gone")


async def test_who_reports_without_end_is_asked_to_wait(floor: Floor) -> None:
    async with await floor.join("one") as one, await floor.join("bad") as bad:
        for _ in range(6):
            await one.send(Report("person", "abuse", id=bad.id))
        assert await receive(one, Notice) == Notice("report_too_fast")
        assert len(floor.complaints) == 5


async def test_an_observer_too_is_kept_out_and_held(floor: Floor) -> None:
    async with (
        serve_house([flat_hall("full", capacity=1, observers_max=2)]) as server,
        await Client.connect(server.url, hall="full", name="in"),
        await Client.connect(
            server.url, hall="full", name="watches", headers={"Cookie": f"{COOKIE}={PHONE}"}
        ) as observer,
    ):
        assert observer.welcome.observer
        phone = Mark(By.DEVICE, digest_of(PHONE))
        act = Act("freeze", Kind.FREEZE, Reason.OTHER, 0, marks=(phone,))
        server.house.oversight.apply(act)
        assert (await receive(observer, Restricted)).frozen
        await receive(observer, Frame)
        server.house.oversight.apply(replace(act, id="ban", kind=Kind.BAN))
        with pytest.raises(Refused) as refused:
            await receive(observer, Refused)
        assert refused.value.code == 4431


async def test_operators_see_dots_hear_lines_and_ask_names(floor: Floor) -> None:
    async with await floor.join("one") as one:
        watcher = await Watcher.connect(floor.server.url, as_role(Role.MODERATOR))
        await watcher.say(Watch("hall"))
        watching = await watcher.next("watching")
        assert (watching["width_m"], watching["depth_m"]) == (40.0, 24.0)
        dots = await watcher.next_dots()
        assert dots["slot"].tolist() == [one.id & 0xFFFF]
        floor.act(Kind.MUTE, one)
        changed = await watcher.next("desk")
        assert changed["what"] == "acts"
        while not (await watcher.next_dots())["flags"][0] & 1:
            pass
        await watcher.say(Who((one.id,)))
        assert (await watcher.next("people"))["people"][0]["name"] == "one"
        async with await floor.join("two") as two:
            await two.send(Chat("hello"))
            heard = await watcher.next("overheard")
            assert (heard["text"], heard["name"]) == ("hello", "two")
        await watcher.say(Watch("other"))
        await watcher.next("watching")
        assert len(await watcher.next_dots()) == 0
        await watcher.close()


async def test_a_visitor_may_not_turn_into_a_watcher(floor: Floor) -> None:
    one = await floor.join("one", headers=as_role(Role.OWNER))
    await one.send(Watch("hall"))
    with pytest.raises(Refused) as refused:
        await receive(one, Refused)
    assert refused.value.code == 4411
