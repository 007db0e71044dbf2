"""What holds follows from the acts in force, and from nothing else."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.moderation.acts import Act, By, Kind, Mark, Marks, Reason
from yuanzhan.moderation.hall_rules import HallRules
from yuanzhan.moderation.standing import NONE, Standing, concerns

NOW = 1_795_000_000_000
ANNA = Marks(visitor="v1", device="d1", account="", address="198.51.100.7")
BEN = Marks(visitor="v2", device="d2", account="a2", address="198.51.100.8")


def act(kind: Kind, marks: tuple[Mark, ...] = (), **more: object) -> Act:
    name = str(more.pop("id", f"{kind}-{len(marks)}"))
    return replace(Act(name, kind, Reason.OTHER, NOW - 1000, marks=marks), **more)  # type: ignore[arg-type]


def test_who_was_put_out_is_known_again_by_any_of_their_marks() -> None:
    standing = Standing([act(Kind.BAN, ANNA.own)])
    assert standing.at_the_door(ANNA, NOW) is not None
    assert standing.at_the_door(replace(ANNA, visitor="another", address=""), NOW) is not None
    assert standing.at_the_door(replace(ANNA, device="another"), NOW) is not None
    assert standing.at_the_door(replace(ANNA, device="new", visitor="new"), NOW) is None
    assert standing.at_the_door(BEN, NOW) is None


def test_a_network_keeps_out_everybody_in_it_and_nobody_else() -> None:
    standing = Standing([act(Kind.BAN, (Mark(By.ADDRESS, "198.51.100.0/24"),))])
    assert standing.at_the_door(ANNA, NOW) is not None
    assert standing.at_the_door(BEN, NOW) is not None
    assert standing.at_the_door(replace(BEN, address="198.51.101.8"), NOW) is None
    assert standing.at_the_door(replace(BEN, address="2001:db8::/64"), NOW) is None
    assert standing.at_the_door(replace(BEN, address="not an address"), NOW) is None


def test_a_household_of_ipv6_is_within_a_wider_network() -> None:
    standing = Standing([act(Kind.BAN, (Mark(By.ADDRESS, "2001:db8::/48"),))])
    assert standing.at_the_door(Marks(address="2001:db8:0:7::/64"), NOW) is not None
    assert standing.at_the_door(Marks(address="2001:db9:0:7::/64"), NOW) is None


def test_what_is_over_holds_no_longer_and_is_given_back_once() -> None:
    over = act(Kind.MUTE, ANNA.own, ends_at_ms=NOW - 1)
    standing = Standing([over, act(Kind.HIDE, ANNA.own)])
    assert standing.on(ANNA, NOW).chat is False
    assert standing.on(ANNA, NOW).hidden is True
    assert standing.ended(NOW) == [over]
    assert standing.ended(NOW) == []
    assert len(standing) == 1


def test_the_longest_of_several_is_the_one_that_is_told() -> None:
    short = act(Kind.REMOVE, ANNA.own, id="short", ends_at_ms=NOW + 1000)
    for_ever = act(Kind.BAN, ANNA.own, id="for ever")
    standing = Standing([for_ever, short])
    assert standing.at_the_door(ANNA, NOW) == for_ever
    standing.remove("for ever")
    assert standing.at_the_door(ANNA, NOW) == short


def test_a_mute_may_be_of_the_voice_alone() -> None:
    standing = Standing([act(Kind.MUTE, ANNA.own, params={"chat": False, "voice": True})])
    restrictions = standing.on(ANNA, NOW)
    assert (restrictions.chat, restrictions.voice) == (False, True)
    assert standing.on(BEN, NOW) is NONE


def test_of_several_acts_on_a_hall_the_newest_holds_and_undoing_it_brings_back_the_one_before() -> None:
    slow = act(Kind.SLOW, hall="culture", id="1", params={"slow_s": 10}, made_at_ms=NOW - 30)
    slower = act(Kind.SLOW, hall="culture", id="2", params={"slow_s": 60}, made_at_ms=NOW - 20)
    locked = act(Kind.DOOR, hall="culture", id="3", params={"door": "locked"}, made_at_ms=NOW - 10)
    standing = Standing([locked, slower, slow])
    assert standing.rules("culture", NOW) == HallRules(door="locked", slow_s=60)
    standing.remove("2")
    assert standing.rules("culture", NOW) == HallRules(door="locked", slow_s=10)
    assert standing.rules("retail", NOW) == HallRules()


def test_announcements_to_all_are_told_in_each_hall() -> None:
    here = act(Kind.ANNOUNCE, hall="culture", id="1", made_at_ms=NOW - 20)
    everywhere = act(Kind.ANNOUNCE, id="2", made_at_ms=NOW - 10)
    standing = Standing([everywhere, here])
    assert standing.announcements("culture", NOW) == [here, everywhere]
    assert standing.announcements("retail", NOW) == [everywhere]


def test_what_is_done_once_never_holds() -> None:
    standing = Standing([act(Kind.SEND, ANNA.own), act(Kind.EVACUATE, hall="culture")])
    assert len(standing) == 0


ADDRESSES = st.sampled_from(
    ["198.51.100.7", "198.51.100.8", "203.0.113.1", "2001:db8::/64", "2001:db8:0:1::/64", "", "?"]
)
NETWORKS = st.sampled_from(
    ["198.51.100.7/32", "198.51.100.0/24", "0.0.0.0/0", "2001:db8::/64", "2001:db8::/48", "203.0.113.0/30"]
)
MARK = st.one_of(
    st.builds(Mark, st.sampled_from([By.ACCOUNT, By.DEVICE, By.VISITOR]), st.sampled_from("abc")),
    st.builds(Mark, st.just(By.ADDRESS), NETWORKS),
)
PEOPLE = st.builds(Marks, *(st.sampled_from(["", "a", "b", "c"]) for _ in range(3)), ADDRESSES)


@given(st.lists(st.lists(MARK, max_size=3).map(tuple), max_size=8), PEOPLE, st.randoms(use_true_random=False))
def test_the_index_finds_what_looking_at_each_act_finds(
    held: list[tuple[Mark, ...]], person: Marks, rng: random.Random
) -> None:
    acts = [act(Kind.MUTE, marks, id=str(number)) for number, marks in enumerate(held)]
    standing = Standing(acts)
    removed = {one.id for one in acts if rng.random() < 0.4}
    for act_id in removed:
        standing.remove(act_id)
    wanted = {one.id for one in acts if one.id not in removed and concerns(one, person)}
    assert {one.id for one in standing.on(person, NOW).acts} == wanted
