"""The desk on both databases: written down first, carried out then, and found again after a restart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.support.documents import table
from yuanzhan.access import COMMAND_LINE, Actor, Role
from yuanzhan.errors.moderation import (
    ActInvalid,
    ActKnown,
    ActOver,
    AppealKnown,
    NothingSaid,
    ReportHandled,
    TargetGone,
    TargetIsStaff,
)
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.instants import HOUR_MS, MINUTE_MS
from yuanzhan.moderation.acts import Act, By, Kind, Mark, Marks, Reason
from yuanzhan.moderation.chat_log import ChatLog
from yuanzhan.moderation.desk import Desk, read_standing
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.networks import Range
from yuanzhan.moderation.orders import read_order
from yuanzhan.moderation.people import Known
from yuanzhan.moderation.report_queue import FILING_MAX_COUNT
from yuanzhan.moderation.reports import Complaint, Step
from yuanzhan.moderation.standing import NONE, Standing
from yuanzhan.store import audit, reports
from yuanzhan.store.accounts import Account
from yuanzhan.store.database import Database
from yuanzhan.store.opening import Store

NOW = 1_795_000_000_000
OWNER = Actor("o1", "林栀", Role.OWNER)
OPERATOR = Actor("o2", "周宁", Role.OPERATOR)
MODERATOR = Actor("m1", "陈一", Role.MODERATOR)
VISITOR = Actor("v1", "somebody", Role.VISITOR)
TEA = {"zh": "茶", "en": "Tea"}
BAD = Marks(visitor="bad-visitor", device="bad-device", address="198.51.100.7")
GOOD = Marks(visitor="good-visitor", device="good-device", address="198.51.100.8")


def known(visitor: int, name: str, marks: Marks, role: Role | None = None) -> Known:
    return Known("culture", visitor, name, "", "zh-CN", marks, role, NONE, True, 0, 1.0, 2.0)


@dataclass
class Halls:
    """What the desk needs of the halls: who is there, and what was carried out, in order."""

    people: dict[int, Known]
    standing: Standing
    done: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    is_empty: bool = False

    def apply(self, act: Act) -> int:
        self.standing.add(act)
        self.done.append(("apply", act.id))
        return 1

    def lift(self, act: Act) -> None:
        self.standing.remove(act.id)
        self.done.append(("lift", act.id))

    def is_here(self, hall: str, visitor: int) -> bool:
        return self.known(hall, visitor) is not None

    def ranges(self, known: Known) -> tuple[Range, ...]:
        return ()

    def known(self, hall: str, visitor: int) -> Known | None:
        return self.people.get(visitor) if hall == "culture" else None

    def known_by(self, visit: str) -> Known | None:
        return next((one for one in self.people.values() if one.visit == visit), None)

    def find(self, marks: Marks) -> Known | None:
        wanted = set(marks.own)
        return next((one for one in self.people.values() if wanted & set(one.marks.own)), None)

    def recent_lines(self, hall: str) -> list[Line]:
        return [line for line in self.lines if line.hall == hall]

    def has_hall(self, hall: str) -> bool:
        return hall == "culture"

    def head_counts(self) -> dict[str, int]:
        return {"culture": len(self.people), "other": 0}

    def has_booth(self, hall: str, booth: str) -> bool:
        return (hall, booth) == ("culture", "tea") and not self.is_empty

    def reports_changed(self, report_id: str) -> None:
        self.done.append(("report", report_id))

    def reports_done(self, about: Marks) -> None:
        self.done.append(("no report", about.device))


@dataclass
class Scene:
    desk: Desk
    halls: Halls
    standing: Standing
    chat_log: ChatLog
    database: Database
    clock_ms: list[int]

    async def rows(self) -> list[audit.AuditRow]:
        async with self.database.reading() as session:
            return [row async for row in audit.rows(session)]


@pytest.fixture
async def scene(database: Database) -> Scene:
    return scene_of(database)


def scene_of(database: Database) -> Scene:
    standing = Standing()
    people = {
        1: known(1, "风继续吹", BAD),
        2: known(2, "小满", GOOD),
        3: known(3, "值守", Marks(visitor="w", account="o2"), Role.OPERATOR),
    }
    halls = Halls(people, standing)
    clock_ms = [NOW]
    chat_log = ChatLog(database, keep_days=60)
    desk = Desk(
        database,
        standing,
        halls,
        chat_log,
        booth_title=lambda hall, booth: TEA if (hall, booth) == ("culture", "tea") else None,
        clock_ms=lambda: clock_ms[0],
    )
    return Scene(desk, halls, standing, chat_log, database, clock_ms)


def order(kind: str = "mute", visitor: int = 1, **more: Any) -> Any:
    target = more.pop("target", {"hall": "culture", "visitor": visitor})
    return read_order({"kind": kind, "reason": "harassment", "target": target, **more})


async def test_an_act_is_written_with_its_line_in_the_record_before_it_is_carried_out(
    scene: Scene, store: Store
) -> None:
    seen: list[int] = []
    apply = scene.halls.apply

    def apply_and_look(act: Act) -> int:
        seen.append(len(scene.halls.done))
        return apply(act)

    scene.halls.apply = apply_and_look  # type: ignore[method-assign]
    done = await scene.desk.perform(MODERATOR, order(note="请勿跟随他人", comment="第三次"))
    assert seen == [0]
    assert done.reached == 1
    (row,) = await scene.rows()
    assert (row.act, row.actor_id, row.actor_name, row.actor_role) == ("act.mute", "m1", "", "moderator")
    assert "风继续吹" not in row.after, "the record outlives what somebody called themselves"
    assert row.target == "person:device:bad-device"
    assert row.reason == "harassment | 请勿跟随他人 | 第三次"
    assert "198.51.100" not in row.after + row.before + row.target
    standing = await read_standing(scene.database, NOW)
    assert [act.id for act in standing.acts] == [done.act.id]
    assert standing.acts == [done.act]
    assert (await store.verify_audit()).is_whole


async def test_who_has_the_id_of_somebody_chosen_before_a_restart_is_not_acted_on(scene: Scene) -> None:
    chosen = scene.halls.people[1]
    stranger = scene.halls.people[2]
    scene.halls.people = {1: stranger}
    with pytest.raises(TargetGone):
        await scene.desk.perform(MODERATOR, order(target={"visit": chosen.visit}))
    scene.halls.people = {1: stranger, 7: replace(chosen, visitor=7)}
    done = await scene.desk.perform(MODERATOR, order(target={"visit": chosen.visit}))
    assert done.act.name == chosen.name
    assert {mark.value for mark in done.act.marks} == {"bad-visitor", "bad-device"}


async def test_what_failed_to_be_written_is_not_carried_out(scene: Scene) -> None:
    with pytest.raises(TargetGone):
        await scene.desk.perform(MODERATOR, order(visitor=99))
    with pytest.raises(ActInvalid):
        await scene.desk.perform(OPERATOR, order("ban", by=["account"]))
    assert scene.halls.done == []
    assert await scene.rows() == []


@pytest.mark.parametrize("kind", list(Kind))
async def test_each_act_needs_its_permission(scene: Scene, kind: Kind) -> None:
    bodies: dict[Kind, dict[str, Any]] = {
        Kind.DOOR: {"params": {"door": "closed"}},
        Kind.HOURS: {"params": {"hours": []}},
        Kind.CAPACITY: {"params": {"capacity": 5}},
        Kind.SLOW: {"params": {"slow_s": 5}},
        Kind.ANNOUNCE: {"params": {"text": {"zh": "你好", "en": "Hello"}}},
        Kind.CLEAR: {"params": {"minutes": 5}},
        Kind.TAKE_DOWN: {"target": {"hall": "culture", "booth": "tea"}},
        Kind.STAGE: {"params": {"event": "e1"}},
    }
    scene.halls.lines = [line(1, "to clear")]
    wanted = order(kind.value, **bodies.get(kind, {}))
    # As the operators' guide has it: which permission an act takes, and which roles have that.
    (act,) = [row for row in table("operating", "Keeping the halls safe") if row["kind"] == kind]
    (roles,) = [row for row in table("operating", "Roles") if row["permission"] == act["who"]]
    of_owner = (await scene.desk.perform(OWNER, wanted)).act
    for role in reversed(Role):
        actor = Actor(f"one {role}", role, role)
        if roles[role] == "yes":
            own = (await scene.desk.perform(actor, wanted)).act
            if own.rule.lasting:
                await scene.desk.undo(actor, own.id)
        else:
            with pytest.raises(NotAllowed):
                await scene.desk.perform(actor, wanted)
            with pytest.raises(NotAllowed):
                await scene.desk.undo(actor, of_owner.id)


async def test_nobody_acts_on_colleagues_of_their_own_rank_or_above(scene: Scene) -> None:
    for actor in (MODERATOR, OPERATOR):
        with pytest.raises(TargetIsStaff):
            await scene.desk.perform(actor, order(visitor=3))
    await scene.desk.perform(OWNER, order(visitor=3))


async def add_account(scene: Scene, id: str, role: Role, closed_at_ms: int | None = None) -> None:
    async with scene.database.transaction() as session:
        session.add(
            Account(
                id=id,
                login=id,
                name=id,
                role=role,
                password_hash="",
                created_at_ms=0,
                closed_at_ms=closed_at_ms,
            )
        )


async def test_nobody_clears_what_colleagues_of_their_own_rank_or_above_said(scene: Scene) -> None:
    for actor in (OPERATOR, MODERATOR):
        await add_account(scene, actor.account_id, actor.role)
    by_operator, by_moderator = Marks(device="w", account="o2"), Marks(device="x", account="m1")
    scene.chat_log.said(line(20, "kept", by_operator))
    scene.halls.lines = [line(21, "in memory", by_operator), line(22, "own", by_moderator)]

    def clear(*lines: int) -> Any:
        return order("clear", target={"hall": "culture"}, params={"lines": list(lines)})

    for wanted in (clear(20), clear(1, 21), order("clear", visitor=3, params={"minutes": 5})):
        with pytest.raises(TargetIsStaff):
            await scene.desk.perform(MODERATOR, wanted)
        await scene.desk.perform(OWNER, wanted)
    await scene.desk.perform(MODERATOR, clear(22))
    await scene.desk.perform(OPERATOR, clear(20, 21, 22))


async def test_the_last_lines_of_a_browser_are_cleared_by_who_may_clear_each_of_them(scene: Scene) -> None:
    await add_account(scene, OPERATOR.account_id, OPERATOR.role)
    signed_in = replace(BAD, account=OPERATOR.account_id)
    wanted = order("clear", params={"minutes": 5})
    scene.chat_log.said(replace(line(20, "elsewhere", signed_in), hall="other"))
    with pytest.raises(TargetIsStaff):
        await scene.desk.perform(MODERATOR, wanted)
    scene.halls.lines = [line(21, "in memory alone", signed_in), line(22, "as a guest")]
    with pytest.raises(TargetIsStaff):
        await scene.desk.perform(MODERATOR, wanted)
    assert (await scene.desk.perform(OWNER, wanted)).act.params == {"lines": [20, 21, 22]}


async def test_nobody_undoes_what_a_colleague_above_them_did(scene: Scene) -> None:
    for actor in (OWNER, OPERATOR, MODERATOR):
        await add_account(scene, actor.account_id, actor.role)
    by_owner = (await scene.desk.perform(OWNER, order())).act.id
    by_operator = (await scene.desk.perform(OPERATOR, order("hide"))).act.id
    await scene.desk.appeals.make(by_owner, "认错人了", "")
    for actor in (MODERATOR, OPERATOR):
        with pytest.raises(NotAllowed):
            await scene.desk.undo(actor, by_owner)
        with pytest.raises(NotAllowed):
            await scene.desk.appeals.answer(actor, by_owner, granted=True)
    await scene.desk.undo(OWNER, by_operator)
    await scene.desk.appeals.answer(OWNER, by_owner, granted=True)
    by_moderator = (await scene.desk.perform(MODERATOR, order())).act.id
    await scene.desk.undo(MODERATOR, by_moderator)


async def test_what_the_server_or_somebody_who_has_left_did_any_colleague_undoes(scene: Scene) -> None:
    await add_account(scene, OWNER.account_id, OWNER.role, closed_at_ms=NOW)
    for maker in (OWNER, COMMAND_LINE):
        done = await scene.desk.perform(maker, order())
        await scene.desk.undo(MODERATOR, done.act.id)


async def test_what_holds_is_told_a_page_at_a_time_and_halls_apart(scene: Scene) -> None:
    acts = [
        Act(f"{number:04}", Kind.MUTE, Reason.NOISE, NOW + number // 7, marks=(Mark(By.DEVICE, str(number)),))
        for number in range(450)
    ]
    rule = Act("rule", Kind.SLOW, Reason.NOISE, NOW, hall="culture", params={"slow_s": 5})
    over = Act("over", Kind.MUTE, Reason.NOISE, NOW + 9, ends_at_ms=NOW)
    for act in (*acts, rule, over):
        scene.standing.add(act)
    found, before = [], None
    for expected in (200, 200, 51):
        page = scene.desk.in_force(before)
        assert len(page.acts) == expected
        found += [act["id"] for act in page.acts]
        before = page.following
    assert before is None
    assert found == [act.id for act in reversed(scene.standing.acts) if act is not over]
    assert [act["id"] for act in scene.desk.on_halls()] == ["rule"]


async def test_who_was_a_colleague_once_is_a_visitor_like_all(scene: Scene) -> None:
    """Their rights have ended on the socket; the account that they came with is known still."""
    await add_account(scene, "former", Role.OPERATOR, closed_at_ms=NOW)
    await add_account(scene, "signed out", Role.OPERATOR)
    scene.halls.people[4] = known(4, "旧同事", Marks(visitor="f", account="former"))
    scene.halls.people[5] = known(5, "同事", Marks(visitor="s", account="signed out"))
    await scene.desk.perform(MODERATOR, order(visitor=4))
    with pytest.raises(TargetIsStaff):
        await scene.desk.perform(MODERATOR, order(visitor=5))


async def test_a_network_is_the_household_or_as_wide_as_said(scene: Scene) -> None:
    done = await scene.desk.perform(OPERATOR, order("ban", by=["device", "address"]))
    assert done.act.marks == (Mark(By.DEVICE, "bad-device"), Mark(By.ADDRESS, "198.51.100.7/32"))
    done = await scene.desk.perform(OPERATOR, order("ban", by=["address"], prefix=24))
    assert done.act.marks == (Mark(By.ADDRESS, "198.51.100.0/24"),)
    with pytest.raises(NotAllowed):
        await scene.desk.perform(MODERATOR, order("remove", by=["address"]))


async def test_undo_lifts_once_and_is_recorded(scene: Scene) -> None:
    done = await scene.desk.perform(MODERATOR, order())
    undone = await scene.desk.undo(MODERATOR, done.act.id)
    assert undone.undone_at_ms == NOW
    assert scene.halls.done == [("apply", done.act.id), ("lift", done.act.id)]
    with pytest.raises(ActOver):
        await scene.desk.undo(MODERATOR, done.act.id)
    with pytest.raises(TargetGone):
        await scene.desk.undo(MODERATOR, "none")
    assert [row.act for row in await scene.rows()] == ["act.mute", "act.undo"]
    assert len(await read_standing(scene.database, NOW)) == 0


async def test_two_who_undo_at_once_undo_once(scene: Scene) -> None:
    done = await scene.desk.perform(MODERATOR, order())
    results = await asyncio.gather(
        *(scene.desk.undo(MODERATOR, done.act.id) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(result, Act) for result in results) == 1
    assert scene.halls.done.count(("lift", done.act.id)) == 1


async def test_a_ban_cannot_be_undone_by_who_could_not_have_made_it(scene: Scene) -> None:
    done = await scene.desk.perform(OPERATOR, order("ban"))
    with pytest.raises(NotAllowed):
        await scene.desk.undo(MODERATOR, done.act.id)


async def test_what_is_over_is_not_read_again(scene: Scene) -> None:
    await scene.desk.perform(MODERATOR, order(minutes=5))
    assert len(await read_standing(scene.database, NOW + 5 * MINUTE_MS - 1)) == 1
    assert len(await read_standing(scene.database, NOW + 5 * MINUTE_MS)) == 0


async def test_rules_of_a_hall_are_recorded_with_what_was_before(scene: Scene) -> None:
    await scene.desk.perform(OPERATOR, order("door", target={"hall": "culture"}, params={"door": "locked"}))
    await scene.desk.perform(OPERATOR, order("slow", target={"hall": "culture"}, params={"slow_s": 10}))
    row = (await scene.rows())[-1]
    assert '"door":"locked"' in row.before
    assert '"slow_s":10' in row.after
    with pytest.raises(TargetGone):
        await scene.desk.perform(OPERATOR, order("evacuate", target={"hall": "attic"}))


async def test_each_act_is_recorded_with_the_state_that_it_changes(scene: Scene) -> None:
    desk, hall = scene.desk, {"hall": "culture"}
    tea = {"hall": "culture", "booth": "tea"}
    words = {"text": {"zh": "你好", "en": "Hello"}}
    scene.chat_log.said(line(20, "first"))
    scene.chat_log.said(line(21, "second"))

    async def before(actor: Actor, wanted: Any) -> tuple[str, Any]:
        scene.clock_ms[0] += 1
        done = await desk.perform(actor, wanted)
        return done.act.id, json.loads((await scene.rows())[-1].before)

    nothing = {"acts": [], "muted": False, "voice_off": False, "hidden": False, "frozen": False}
    nothing |= {"kept_out": False, "stages": []}
    mute, was = await before(MODERATOR, order(params={"voice": False}))
    assert was == nothing
    freeze, was = await before(MODERATOR, order("freeze"))
    assert was == nothing | {"acts": [mute], "muted": True}
    stage, was = await before(OPERATOR, order("stage", params={"event": "e1"}))
    assert was == nothing | {"acts": [mute, freeze], "muted": True, "frozen": True}
    await desk.undo(MODERATOR, mute)
    ban, was = await before(OPERATOR, order("ban", by=["device", "address"]))
    assert was == nothing | {"acts": [freeze, stage], "frozen": True, "stages": ["e1"]}
    _, was = await before(OPERATOR, order("send", by=["address"]))
    assert was == nothing | {"acts": [ban], "kept_out": True}
    _, was = await before(OPERATOR, order("take_down", target=tea))
    assert was == {"shown": True, "taken_down": False}
    hello, was = await before(OPERATOR, order("announce", target=hall, params=words))
    assert was == {"announced": []}
    _, was = await before(OPERATOR, order("announce", target={}, params=words))
    assert was == {"announced": [hello]}
    _, was = await before(MODERATOR, order("clear", target=hall, params={"lines": [20]}))
    assert was == {"cleared": []}
    _, was = await before(MODERATOR, order("clear", target=hall, params={"lines": [20, 21]}))
    assert was == {"cleared": [20]}
    _, was = await before(OPERATOR, order("evacuate", target=hall))
    assert was == {"people": 3}


async def test_of_three_who_ban_somebody_at_once_one_does(scene: Scene) -> None:
    for actor in (OWNER, OPERATOR, MODERATOR):
        await add_account(scene, actor.account_id, actor.role)
    bans = (scene.desk.perform(OPERATOR, order("ban")) for _ in range(3))
    assert await refusals(*bans) == [ActKnown] * 2
    # For longer, by more, or by who is above: that is another act.
    with pytest.raises(ActKnown):
        await scene.desk.perform(OPERATOR, order("ban", by=["device"], minutes=60))
    await scene.desk.perform(OPERATOR, order("ban", minutes=None))
    await scene.desk.perform(OPERATOR, order("ban", by=["device", "address"], minutes=60))
    await scene.desk.perform(OWNER, order("ban"))
    booth = {"hall": "culture", "booth": "tea"}
    downs = (scene.desk.perform(OPERATOR, order("take_down", target=booth)) for _ in range(2))
    assert await refusals(*downs) == [ActKnown]
    assert [row.act for row in await scene.rows()] == ["act.ban"] * 4 + ["act.take_down"]


async def test_what_one_server_does_and_undoes_another_on_the_same_database_follows(scene: Scene) -> None:
    other = scene_of(scene.database)
    ban = (await scene.desk.perform(OPERATOR, order("ban"))).act
    await other.desk.look()
    await other.desk.look()
    assert other.halls.done == [("apply", ban.id)]
    assert other.standing.acts == [ban]
    short = (await other.desk.perform(OPERATOR, order("mute", visitor=2, minutes=1))).act
    await other.desk.undo(OPERATOR, ban.id)
    await scene.desk.look()
    assert scene.halls.done == [("apply", ban.id), ("apply", short.id), ("lift", ban.id)]
    # What ends by time ends in each hall by itself.
    scene.clock_ms[0] += MINUTE_MS
    await scene.desk.look()
    assert scene.halls.done[3:] == []


def complaint(about: Marks = BAD, by: Marks = GOOD, **more: Any) -> Complaint:
    made = Complaint("person", "harassment", "culture", NOW, "风继续吹", about=about, by=by, visitor=1)
    return replace(made, evidence={"lines": [{"text": "加我"}], "there": [1.0, 2.0]}, **more)


async def report(scene: Scene, made: Complaint) -> bool:
    answers: asyncio.Queue[bool] = asyncio.Queue()
    assert scene.desk.reports.complain(made, answers.put_nowait)
    async with asyncio.timeout(10):
        return await answers.get()


async def test_a_report_is_answered_when_it_is_written_and_keeps_its_evidence(scene: Scene) -> None:
    assert await report(scene, complaint(note="跟着我"))
    await scene.desk.reports.close(within_s=20.0)
    (listed,) = await scene.desk.reports.listed()
    assert (listed["state"], listed["reports"], listed["reporters"]) == ("open", 1, 1)
    whole = await scene.desk.reports.one(listed["id"])
    assert whole["evidence"]["lines"][0]["text"] == "加我"
    assert whole["note"] == "跟着我"
    assert whole["acts"] == []


async def test_who_was_reported_is_known_by_their_marks_and_not_by_an_id_that_is_given_again(
    scene: Scene,
) -> None:
    await report(scene, complaint())
    (listed,) = await scene.desk.reports.listed()
    assert (await scene.desk.reports.one(listed["id"]))["person"]["visitor"] == 1
    # After a start ids begin anew.
    scene.halls.people.clear()
    scene.halls.people[1] = known(1, "路人", GOOD)
    assert (await scene.desk.reports.one(listed["id"]))["person"] is None
    scene.halls.people[4] = known(4, "换了名字", BAD)
    person = (await scene.desk.reports.one(listed["id"]))["person"]
    assert (person["hall"], person["visitor"], person["name"]) == ("culture", 4, "换了名字")


async def test_a_reported_booth_is_taken_down_and_the_report_is_done_with(scene: Scene) -> None:
    await report(scene, replace(complaint(Marks()), what="booth", booth="tea", visitor=None, name="茶"))
    (listed,) = await scene.desk.reports.listed()
    wanted = read_order({"kind": "take_down", "reason": "rights", "target": {"report": listed["id"]}})
    done = await scene.desk.perform(OPERATOR, wanted)
    params = {"booth": "tea", "title": TEA}
    assert (done.act.hall, done.act.params, done.act.report) == ("culture", params, listed["id"])
    assert await scene.desk.reports.listed() == []
    (handled,) = await scene.desk.reports.listed(handled=True)
    assert (handled["state"], handled["act"]) == ("acted", done.act.id)


async def test_who_is_reported_by_most_stands_first(scene: Scene) -> None:
    other = Marks(visitor="other", device="other")
    await report(scene, complaint(other))
    for number in range(3):
        await report(scene, complaint(by=Marks(visitor=f"v{number}")))
    listed = await scene.desk.reports.listed()
    assert [one["reporters"] for one in listed] == [3, 3, 3, 1]


async def test_a_report_goes_through_its_states_and_each_step_is_recorded(scene: Scene) -> None:
    await report(scene, complaint())
    (listed,) = await scene.desk.reports.listed()
    taken = await scene.desk.reports.step(MODERATOR, listed["id"], Step.TAKE)
    assert taken["assignee"] == {"id": "m1", "name": "陈一"}
    taken = await scene.desk.reports.step(OPERATOR, listed["id"], Step.TAKE)
    assert taken["assignee"]["name"] == "周宁"
    released = await scene.desk.reports.step(OPERATOR, listed["id"], Step.RELEASE)
    assert (released["state"], released["assignee"]) == ("open", None)
    await scene.desk.reports.step(OPERATOR, listed["id"], Step.DISMISS)
    assert await scene.desk.reports.listed() == []
    with pytest.raises(ReportHandled):
        await scene.desk.reports.step(OPERATOR, listed["id"], Step.TAKE)
    await scene.desk.reports.step(OPERATOR, listed["id"], Step.REOPEN)
    assert len(await scene.desk.reports.listed()) == 1
    with pytest.raises(TargetGone):
        await scene.desk.reports.step(OPERATOR, "none", Step.TAKE)
    acts = [row.act for row in await scene.rows()]
    assert acts == ["report.take", "report.take", "report.release", "report.dismiss", "report.reopen"]


async def test_an_act_on_a_report_closes_all_reports_about_the_same_person(scene: Scene) -> None:
    await report(scene, complaint())
    await report(scene, complaint(by=Marks(visitor="third")))
    await report(scene, complaint(Marks(visitor="somebody else")))
    first = next(one for one in await scene.desk.reports.listed() if one["reporters"] == 2)
    done = await scene.desk.perform(MODERATOR, order(target={"report": first["id"]}))
    assert done.act.marks == (Mark(By.DEVICE, "bad-device"), Mark(By.VISITOR, "bad-visitor"))
    assert len(await scene.desk.reports.listed()) == 1
    handled = await scene.desk.reports.listed(handled=True)
    assert {one["act"] for one in handled} == {done.act.id}
    whole = await scene.desk.reports.one(first["id"])
    assert [act["id"] for act in whole["acts"]] == [done.act.id]


async def test_who_left_can_still_be_banned_from_a_report_but_not_by_network(scene: Scene) -> None:
    await report(scene, complaint())
    (listed,) = await scene.desk.reports.listed()
    del scene.halls.people[1]
    with pytest.raises(ActInvalid):
        await scene.desk.perform(OPERATOR, order("ban", target={"report": listed["id"]}, by=["address"]))
    done = await scene.desk.perform(OPERATOR, order("ban", target={"report": listed["id"]}))
    again = await scene.desk.perform(OPERATOR, order("mute", target={"act": done.act.id}))
    assert again.act.marks == done.act.marks


def line(number: int, text: str, marks: Marks = BAD, at_ms: int = NOW) -> Line:
    return Line(number, at_ms, "culture", 1, "风继续吹", text, 1.0, 2.0, marks)


async def test_lines_are_written_in_batches_and_found_for_an_act(scene: Scene) -> None:
    for number in range(1200):
        scene.chat_log.said(line(number, f"line {number}"))
    scene.chat_log.said(line(5000, "加我", GOOD))
    done = await scene.desk.perform(MODERATOR, order("mute", target={"line": 5000}))
    assert done.act.marks[0] == Mark(By.DEVICE, "good-device")
    cleared = await scene.desk.perform(
        MODERATOR, order("clear", target={"hall": "culture"}, params={"lines": [1, 2]})
    )
    assert cleared.act.params == {"lines": [1, 2]}
    of_person = await scene.desk.perform(MODERATOR, order("clear", params={"minutes": 5}))
    assert len(of_person.act.params["lines"]) == 200
    said = await scene.desk.histories.said("culture", before_ms=NOW + 1)
    assert said[-1]["text"] == "加我"


async def test_what_was_said_is_taken_back_where_no_line_is_kept(scene: Scene) -> None:
    scene.halls.lines = [line(7, "old", at_ms=NOW - HOUR_MS), line(8, "加我"), line(9, "你好", GOOD)]
    done = await scene.desk.perform(MODERATOR, order("clear", params={"minutes": 5}))
    assert done.act.params == {"lines": [8]}


async def test_what_somebody_said_is_theirs_in_another_hall_and_under_another_id(scene: Scene) -> None:
    earlier = replace(BAD, visitor="an earlier visit")
    elsewhere = replace(line(8, "in the lobby"), hall="other", visitor=77)
    before = replace(line(9, "before I left", earlier), visitor=12)
    scene.halls.lines = [elsewhere, before, line(10, "now"), line(11, "beside", GOOD)]
    scene.halls.lines.append(replace(line(12, "far", GOOD), hall="other"))
    scene.chat_log.said(replace(line(7, "as it is kept", earlier), hall="other"))
    person = await scene.desk.histories.person(scene.halls.known("culture", 1))
    told = [(one["line"], one["hall"], one["visitor"]) for one in person["lines"]]
    assert told == [(8, "other", 1), (9, "culture", 1), (10, "culture", 1), (11, "culture", 1)]
    done = await scene.desk.perform(MODERATOR, order("clear", params={"minutes": 60}))
    assert done.act.params == {"lines": [7, 8, 9, 10]}


async def test_clearing_what_was_never_said_is_refused_and_not_written(scene: Scene) -> None:
    scene.halls.lines = [line(7, "long ago", at_ms=NOW - HOUR_MS), line(8, "somebody else", GOOD)]
    with pytest.raises(NothingSaid):
        await scene.desk.perform(MODERATOR, order("clear", params={"minutes": 5}))
    assert (await scene.rows(), scene.halls.done) == ([], [])


async def test_a_log_that_is_full_loses_the_oldest_and_says_so(database: Database) -> None:
    log = ChatLog(database, keep_days=60)
    for number in range(20_003):
        log.said(line(number, "x"))
    assert log.lost_count == 3
    kept_none = ChatLog(database, keep_days=0)
    kept_none.said(line(1, "x"))
    await kept_none.flush()


async def test_the_log_runs_and_writes_what_waits_when_it_ends(scene: Scene) -> None:
    running = asyncio.create_task(scene.chat_log.run())
    await asyncio.sleep(0)
    scene.chat_log.said(line(1, "last words"))
    scene.chat_log.stop()
    await running
    said = await scene.desk.histories.said("culture", before_ms=NOW + 1)
    assert [one["text"] for one in said] == ["last words"]


async def test_a_person_comes_with_what_they_said_and_what_was_done(scene: Scene) -> None:
    scene.halls.lines = [line(1, "你好"), line(2, "long ago", at_ms=NOW - HOUR_MS)]
    await report(scene, complaint())
    await scene.desk.perform(MODERATOR, order())
    person = await scene.desk.histories.person(scene.halls.known("culture", 1))
    assert person["name"] == "风继续吹"
    assert person["known_by"] == ["device", "visitor"]
    assert [act["kind"] for act in person["acts"]] == ["mute"]
    assert person["reports"] == 1
    assert [one["text"] for one in person["lines"]] == ["你好"]
    with pytest.raises(TargetGone):
        await scene.desk.histories.person(None)


async def test_an_appeal_is_made_once_and_when_granted_undoes_the_act(scene: Scene) -> None:
    done = await scene.desk.perform(OPERATOR, order("ban"))
    await scene.desk.appeals.make(done.act.id, "认错人了", "a@b.cn")
    with pytest.raises(AppealKnown):
        await scene.desk.appeals.make(done.act.id, "again", "")
    with pytest.raises(TargetGone):
        await scene.desk.appeals.make("none", "x", "")
    (listed,) = await scene.desk.appeals.listed()
    assert (listed["text"], listed["act"]["id"]) == ("认错人了", done.act.id)
    with pytest.raises(NotAllowed):
        await scene.desk.appeals.answer(MODERATOR, done.act.id, granted=True)
    await scene.desk.appeals.answer(OPERATOR, done.act.id, granted=True)
    assert await scene.desk.appeals.listed() == []
    assert ("lift", done.act.id) in scene.halls.done
    with pytest.raises(TargetGone):
        await scene.desk.appeals.answer(OPERATOR, done.act.id, granted=False)
    with pytest.raises(ActOver):
        await scene.desk.appeals.make(done.act.id, "again", "")
    assert [row.act for row in await scene.rows()] == ["act.ban", "appeal.granted"]


async def refusals(*works: Coroutine[Any, Any, object]) -> list[type[BaseException]]:
    """Do these at once. Returns what they were refused with."""
    results = await asyncio.gather(*works, return_exceptions=True)
    return [type(result) for result in results if isinstance(result, BaseException)]


async def test_of_two_who_do_the_same_at_once_one_is_told_that_it_is_done(scene: Scene) -> None:
    desk = scene.desk
    await report(scene, complaint())
    (listed,) = await desk.reports.listed()
    steps = (desk.reports.step(actor, listed["id"], Step.DISMISS) for actor in (MODERATOR, OPERATOR))
    assert await refusals(*steps) == [ReportHandled]
    assert scene.halls.done[-1] == ("no report", "bad-device")
    done = await desk.perform(OPERATOR, order("ban"))
    appeals = (desk.appeals.make(done.act.id, text, "") for text in ("认错人了", "again"))
    assert await refusals(*appeals) == [AppealKnown]
    answers = (desk.appeals.answer(OPERATOR, done.act.id, granted=granted) for granted in (True, False))
    assert await refusals(*answers) == [TargetGone]
    acts = [row.act for row in await scene.rows()]
    assert acts[:-1] == ["report.dismiss", "act.ban"]
    assert acts[-1] in ("appeal.granted", "appeal.declined")


async def test_two_who_answer_reports_about_the_same_person_wait_for_each_other(scene: Scene) -> None:
    for number in range(4):
        await report(scene, complaint(by=Marks(visitor=f"v{number}")))
    listed = await scene.desk.reports.listed()
    works = (scene.desk.perform(MODERATOR, order(target={"report": one["id"]})) for one in listed)
    assert await refusals(*works) == [ReportHandled] * 3, "the first has answered all four"
    assert await scene.desk.reports.listed() == []
    assert [row.act for row in await scene.rows()] == ["act.mute"]


@pytest.mark.parametrize("how", ["acted", "dismissed"])
async def test_a_report_that_was_handled_is_not_acted_on_once_more(scene: Scene, how: str) -> None:
    await report(scene, complaint())
    (listed,) = await scene.desk.reports.listed()
    wanted = order(target={"report": listed["id"]})
    if how == "acted":
        await scene.desk.perform(MODERATOR, wanted)
    else:
        await scene.desk.reports.step(MODERATOR, listed["id"], Step.DISMISS)
    before = list(scene.halls.done)
    with pytest.raises(ReportHandled):
        await scene.desk.perform(OPERATOR, wanted)
    assert scene.halls.done == before
    assert len(await scene.rows()) == 1
    await scene.desk.reports.step(OPERATOR, listed["id"], Step.REOPEN)
    await scene.desk.perform(OPERATOR, wanted)


async def test_nobody_says_what_becomes_of_a_report_about_themselves_or_their_seniors(scene: Scene) -> None:
    await add_account(scene, "o2", Role.OPERATOR)
    await report(scene, complaint(Marks(visitor="w", account="o2")))
    (listed,) = await scene.desk.reports.listed()
    for actor in (OPERATOR, MODERATOR):
        for step in (Step.TAKE, Step.DISMISS):
            with pytest.raises(TargetIsStaff):
                await scene.desk.reports.step(actor, listed["id"], step)
    assert await scene.rows() == []
    await scene.desk.reports.step(replace(OPERATOR, account_id="o3"), listed["id"], Step.DISMISS)


async def test_a_booth_that_is_not_there_is_not_taken_down(scene: Scene) -> None:
    def wanted(booth: str) -> Any:
        return order("take_down", target={"hall": "culture", "booth": booth})

    with pytest.raises(TargetGone):
        await scene.desk.perform(OPERATOR, wanted("nowhere"))
    assert scene.halls.done == []
    await scene.desk.perform(OPERATOR, wanted("tea"))
    scene.halls.is_empty = True
    await scene.desk.perform(OPERATOR, wanted("tea"))
    for act in scene.standing.acts:
        await scene.desk.undo(OPERATOR, act.id)
    with pytest.raises(TargetGone):
        await scene.desk.perform(OPERATOR, wanted("tea"))


async def test_of_a_flood_of_reports_a_bounded_number_waits_for_the_disk(scene: Scene) -> None:
    answers: list[bool] = []
    flood = [complaint(by=Marks(visitor=f"v{number}")) for number in range(FILING_MAX_COUNT + 3)]
    taken = [scene.desk.reports.complain(one, answers.append) for one in flood]
    assert taken == [True] * FILING_MAX_COUNT + [False] * 3, "these are asked to try again"
    await scene.desk.reports.close(within_s=60.0)
    assert answers == [True] * FILING_MAX_COUNT
    (first, *_) = await scene.desk.reports.listed()
    assert first["reporters"] == FILING_MAX_COUNT
    assert await report(scene, flood[-1])


async def test_a_flood_of_reports_hides_none_for_ever(scene: Scene) -> None:
    for number in range(3):
        await report(scene, replace(complaint(), at_ms=NOW + number))
    async with scene.database.reading() as session:
        oldest = await reports.listed(session, ["open"], 2, oldest_first=True)
        newest = await reports.listed(session, ["open"], 2, oldest_first=False)
    assert [row.made_at_ms - NOW for row in oldest] == [0, 1]
    assert [row.made_at_ms - NOW for row in newest] == [2, 1]


async def test_a_declined_appeal_leaves_the_act(scene: Scene) -> None:
    done = await scene.desk.perform(MODERATOR, order())
    await scene.desk.appeals.make(done.act.id, "认错人了", "")
    await scene.desk.appeals.answer(MODERATOR, done.act.id, granted=False)
    assert len(await read_standing(scene.database, NOW)) == 1
