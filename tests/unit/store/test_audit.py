"""The record only grows, and what was done to it by whoever owns the database shows."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from tests.support.patience import until
from yuanzhan.access import Actor, Role
from yuanzhan.accounts.record import Record
from yuanzhan.instants import now_ms
from yuanzhan.store import audit
from yuanzhan.store.audit import AuditRow
from yuanzhan.store.chain import GENESIS, START, Head
from yuanzhan.store.database import Database, database_url
from yuanzhan.store.inspection import Inspection
from yuanzhan.store.opening import Store
from yuanzhan.store.seal import HEAD_FILE, SealBroken, look_at_seal, open_seal
from yuanzhan.store.verify import SIGNED_WITHIN_MS, Damage, verify

LIN = Actor("5f0c", "林值守", Role.OPERATOR)


async def act(database: Database, *words: str) -> None:
    """One transaction and act for each word."""
    for word in words:
        async with database.transaction() as session:
            await audit.append(
                session, LIN, f"test.{word}", "visitor:12", "骚扰", {"muted": False}, {"muted": True}
            )


async def tamper(database: Database, *statements: str) -> None:
    """Do to the table what only its owner can: without its triggers."""
    async with database.transaction() as session:
        if database.url.get_backend_name() == "postgresql":
            await session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            for name in ("audit_only_grows", "audit_never_changes", "audit_never_shrinks"):
                await session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            await session.execute(text(statement))


async def damages(store: Store) -> list[tuple[str, int]]:
    verdict = await store.verify_audit()
    return [(str(finding.damage), finding.sequence) for finding in verdict.findings]


async def test_an_empty_record_is_whole(store: Store) -> None:
    verdict = await store.verify_audit()
    assert (verdict.is_whole, verdict.row_count) == (True, 0)


async def test_acts_form_a_chain_whose_end_is_signed(store: Store) -> None:
    await act(store.database, "one", "two", "three")
    async with store.database.reading() as session:
        rows = [row async for row in audit.rows(session)]
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert store.seal.read() == Head(3, rows[2].hash)
    assert audit.exported(rows[0]) | {"at": "", "at_ms": 0, "hash": ""} == {
        "sequence": 1,
        "at": "",
        "at_ms": 0,
        "actor": {"id": "5f0c", "name": "", "role": "operator"},
        "act": "test.one",
        "target": "visitor:12",
        "reason": "骚扰",
        "before": {"muted": False},
        "after": {"muted": True},
        "previous": GENESIS,
        "hash": "",
    }
    assert await damages(store) == []


async def test_an_act_whose_change_failed_is_not_recorded(store: Store) -> None:
    async def fail() -> None:
        async with store.database.transaction() as session:
            await audit.append(session, LIN, "test.fails", "hall:first")
            raise RuntimeError("on purpose")

    await act(store.database, "one")
    with pytest.raises(RuntimeError, match="on purpose"):
        await fail()
    await act(store.database, "two")
    assert (await store.verify_audit()).row_count == 2
    assert await damages(store) == []


async def test_acts_at_the_same_time_follow_each_other(store: Store) -> None:
    await asyncio.gather(*(act(store.database, "a", "b", "c") for _ in range(8)))
    verdict = await store.verify_audit()
    assert (verdict.row_count, verdict.findings) == (24, ())
    assert store.seal.read() == verdict.newest


async def test_several_acts_of_one_transaction_are_signed_once(store: Store) -> None:
    async with store.database.transaction() as session:
        await audit.append(session, LIN, "test.one", "hall:first")
        end = await audit.append(session, LIN, "test.two", "hall:first")
        assert store.seal.read() == START
    assert store.seal.read() == end


async def _refused(database: Database, statement: str) -> str:
    async with database.transaction() as session:
        with pytest.raises(DBAPIError) as refused:
            await session.execute(text(statement))
        await session.rollback()
    return str(refused.value.orig)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'nothing' WHERE sequence = 1",
        "UPDATE audit SET hash = hash",
        "DELETE FROM audit WHERE sequence = 2",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT 9, at_ms, actor_id, actor_name, actor_role, act, target, reason, before, "
        "after, previous, hash FROM audit WHERE sequence = 2",
    ],
)
async def test_the_database_itself_refuses_to_change_it(store: Store, statement: str) -> None:
    await act(store.database, "one", "two")
    assert "audit rows are" in await _refused(store.database, statement)
    assert await damages(store) == []


async def test_each_database_refuses_its_own_ways_round(store: Store) -> None:
    await act(store.database, "one", "two")
    if store.database.url.get_backend_name() == "postgresql":
        statement = "TRUNCATE audit"
    else:
        statement = "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 1"
    assert "audit rows are" in await _refused(store.database, statement)


COLUMNS = ("at_ms", "actor_id", "actor_name", "actor_role", "act", "target", "reason", "before", "after")


@pytest.mark.parametrize("column", COLUMNS)
async def test_an_edited_row_is_found(store: Store, column: str) -> None:
    await act(store.database, "one", "two", "three")
    value = "1" if column == "at_ms" else "'{}'"
    await tamper(store.database, f"UPDATE audit SET {column} = {value} WHERE sequence = 2")
    assert await damages(store) == [(Damage.EDITED, 2)]


async def test_an_edited_row_with_a_new_hash_no_longer_links(store: Store) -> None:
    await act(store.database, "one", "two", "three")
    async with store.database.reading() as session:
        row = [row async for row in audit.rows(session)][1]
    row.reason = "nothing"
    forged = audit.hash_of(row)
    await tamper(store.database, f"UPDATE audit SET reason = 'nothing', hash = '{forged}' WHERE sequence = 2")
    assert await damages(store) == [(Damage.UNLINKED, 3)]


async def test_a_removed_row_is_found(store: Store) -> None:
    await act(store.database, "one", "two", "three", "four")
    await tamper(store.database, "DELETE FROM audit WHERE sequence = 2")
    assert await damages(store) == [(Damage.MISSING, 3)]


async def test_a_removed_row_whose_gap_was_closed_is_found(store: Store) -> None:
    await act(store.database, "one", "two", "three")
    await tamper(
        store.database,
        "DELETE FROM audit WHERE sequence = 2",
        "UPDATE audit SET sequence = 2 WHERE sequence = 3",
    )
    assert set(await damages(store)) == {
        (Damage.UNLINKED, 2),
        (Damage.EDITED, 2),
        (Damage.CUT_OFF, 3),
    }


async def test_swapped_rows_are_found(store: Store) -> None:
    await act(store.database, "one", "two", "three", "four")
    await tamper(
        store.database,
        "UPDATE audit SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit SET sequence = 3 WHERE sequence = 99",
    )
    found = await damages(store)
    assert {(Damage.EDITED, 2), (Damage.EDITED, 3)} <= set(found)


@pytest.mark.parametrize("kept", [0, 1, 2])
async def test_a_cut_off_end_is_found_by_the_signed_head(store: Store, kept: int) -> None:
    await act(store.database, "one", "two", "three")
    await tamper(store.database, f"DELETE FROM audit WHERE sequence > {kept}")
    assert await damages(store) == [(Damage.CUT_OFF, kept + 1)]


async def test_a_cut_off_end_stays_found_when_the_record_goes_on(store: Store) -> None:
    """The signed head is not moved forward over what it would hide."""
    await act(store.database, "one", "two", "three")
    await tamper(store.database, "DELETE FROM audit WHERE sequence > 1")
    await act(store.database, "more", "more")
    assert await damages(store) == [(Damage.MADE_ANEW, 3)]
    await act(store.database, "more", "more")
    assert await damages(store) == [(Damage.MADE_ANEW, 3)]


async def test_a_record_that_was_made_anew_from_its_beginning_is_found(store: Store) -> None:
    await act(store.database, "one", "two")
    async with store.database.reading() as session:
        rows = [row async for row in audit.rows(session)]
    await tamper(store.database, *forge(rows))
    assert await damages(store) == [(Damage.MADE_ANEW, 2)]


def forge(rows: Sequence[AuditRow]) -> list[str]:
    """Statements that give the rows another actor, with all hashes right."""
    last = GENESIS
    statements = []
    for row in rows:
        row.actor_name, row.previous = "somebody else", last
        last = audit.hash_of(row)
        statements.append(
            f"UPDATE audit SET actor_name = 'somebody else', previous = '{row.previous}', hash = '{last}' "
            f"WHERE sequence = {row.sequence}"
        )
    return statements


async def test_rows_without_a_signed_head_are_not_whole(store: Store, tmp_path: Path) -> None:
    await act(store.database, "one")
    (tmp_path / "data" / HEAD_FILE).unlink()
    await store.sign()
    await act(store.database, "two")
    assert await damages(store) == [(Damage.UNSIGNED, 2)]
    assert store.seal.unsigned_count == 2
    assert not (tmp_path / "data" / HEAD_FILE).exists(), "it is missed for ever"


async def test_a_new_key_signs_from_where_it_begins_and_says_so_for_ever(
    store: Store, tmp_path: Path
) -> None:
    await act(store.database, "one", "two")
    for name in ("audit-key.pem", HEAD_FILE):
        (tmp_path / "data" / name).unlink()
    async with store.database.reading() as session:
        end = await audit.head(session)
    for _ in range(2):
        again = Store(store.database, open_seal(tmp_path / "data", end))
        await act(store.database, "more")
        await again.sign()
        assert again.seal.unsigned_count == 0
        assert await damages(again) == [(Damage.OLDER, 2)]
    await tamper(store.database, "DELETE FROM audit WHERE sequence > 3")
    assert await damages(again) == [(Damage.CUT_OFF, 4), (Damage.OLDER, 2)]
    path = tmp_path / "data" / HEAD_FILE
    found = json.loads(path.read_bytes())
    path.write_text(json.dumps({key: found[key] for key in ("sequence", "hash", "signature")}))
    assert await damages(again) == [(Damage.FORGED, 0)]


async def test_rows_older_than_the_key_are_no_damage_that_the_server_tells_each_hour(
    store: Store, tmp_path: Path
) -> None:
    """A second server of one database has a data directory of its own, and so a key of its own."""
    await act(store.database, "one", "two")
    (tmp_path / "second").mkdir()
    async with store.database.reading() as session:
        second = Store(store.database, open_seal(tmp_path / "second", await audit.head(session)))
    assert await damages(second) == [(Damage.OLDER, 2)]
    inspection = Inspection(second)
    with capture_logs() as logs:
        await inspection.look()
    assert (inspection.finding_count, inspection.damages(), logs) == (0, {}, [])
    await tamper(store.database, "UPDATE audit SET reason = 'nothing' WHERE sequence = 1")
    await inspection.look()
    assert (inspection.finding_count, inspection.damages()) == (1, {1: "edited"})


async def test_what_is_wrong_with_the_end_marks_no_row(store: Store, tmp_path: Path) -> None:
    await act(store.database, "one")
    (tmp_path / "data" / HEAD_FILE).unlink()
    inspection = Inspection(store)
    await inspection.look()
    assert (inspection.finding_count, inspection.damages()) == (1, {})


async def test_a_first_start_that_was_cut_off_before_it_signed_is_made_good_by_the_next(
    store: Store, tmp_path: Path
) -> None:
    head = tmp_path / "data" / HEAD_FILE
    head.unlink()
    look_at_seal(tmp_path / "data")
    assert not head.exists(), "a look makes nothing"
    again = Store(store.database, open_seal(tmp_path / "data", START))
    await act(store.database, "one")
    assert await damages(again) == []
    head.unlink()
    open_seal(tmp_path / "data", Head(1, "1" * 64))
    assert not head.exists(), "there are rows: it was taken away"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"sequence":1,"hash":"x","signature":"AAAA"}', b'{"sequence":1,"hash":"x"}'],
)
async def test_a_head_that_our_key_did_not_sign_is_broken(
    store: Store, tmp_path: Path, content: bytes
) -> None:
    await act(store.database, "one")
    (tmp_path / "data" / HEAD_FILE).write_bytes(content)
    assert await damages(store) == [(Damage.FORGED, 0)]
    await act(store.database, "two")
    assert (tmp_path / "data" / HEAD_FILE).read_bytes() == content


async def test_a_head_with_another_number_is_broken(store: Store, tmp_path: Path) -> None:
    await act(store.database, "one", "two")
    path = tmp_path / "data" / HEAD_FILE
    found = json.loads(path.read_bytes())
    path.write_text(json.dumps(found | {"sequence": 1}), encoding="utf-8")
    with pytest.raises(SealBroken):
        store.seal.read()


async def test_acts_whose_head_cannot_be_written_are_done_and_signed_later(
    store: Store, tmp_path: Path
) -> None:
    await act(store.database, "one")
    lock = tmp_path / "data" / "audit-head.lock"
    lock.unlink()
    lock.mkdir()
    with capture_logs() as logs:
        await act(store.database, "two", "three")
    assert [(each["event"], each["log_level"], each["unsigned"]) for each in logs] == [
        ("audit_head_not_signed", "critical", 1),
        ("audit_head_not_signed", "critical", 2),
    ]
    verdict = await store.verify_audit()
    assert (verdict.is_whole, verdict.unsigned_count, store.seal.unsigned_count) == (True, 2, 2)
    lock.rmdir()
    await store.sign()
    verdict = await store.verify_audit()
    assert (verdict.is_whole, verdict.unsigned_count, store.seal.unsigned_count) == (True, 0, 0)


async def test_an_act_is_done_although_the_database_fails_while_its_head_is_signed(tmp_path: Path) -> None:
    """As SQLite does on a full disk, where one more reader needs room in the index of the log."""
    seal = open_seal(tmp_path)

    async def sign_nothing(_: Head) -> None: ...

    database = Database(database_url("", tmp_path / "gone"), sign_nothing)

    async def hash_at(sequence: int) -> str | None:
        async with database.reading() as session:
            return await audit.hash_at(session, sequence)

    await seal.put(Head(1, "1" * 64), hash_at)
    with capture_logs() as logs:
        await seal.put(Head(2, "2" * 64), hash_at)
    assert [each["event"] for each in logs] == ["audit_head_not_signed"]
    assert (seal.read(), seal.unsigned_count) == (Head(1, "1" * 64), 1)
    await database.close()


async def test_a_record_that_does_not_fit_its_head_has_no_signature_at_all(store: Store) -> None:
    await act(store.database, "one", "two")
    await tamper(store.database, "DELETE FROM audit WHERE sequence > 1")
    await act(store.database, "more", "more")
    assert store.seal.unsigned_count == 3


async def test_a_head_that_was_begun_and_never_moved_vouches_for_no_old_rows(
    store: Store, tmp_path: Path
) -> None:
    begun = (tmp_path / "data" / HEAD_FILE).read_bytes()
    await act(store.database, "one", "two")
    (tmp_path / "data" / HEAD_FILE).write_bytes(begun)
    for age_ms, found in ((SIGNED_WITHIN_MS - 60_000, []), (SIGNED_WITHIN_MS, [Damage.UNSIGNED])):
        async with store.database.reading() as session:
            verdict = await verify(session, store.seal.read, now_ms() + age_ms)
        assert [finding.damage for finding in verdict.findings] == found


async def test_a_head_that_cannot_be_read_is_found(store: Store, tmp_path: Path) -> None:
    assert store.seal.read() == START
    (tmp_path / "data" / HEAD_FILE).unlink()
    (tmp_path / "data" / HEAD_FILE).mkdir()
    assert await damages(store) == [(Damage.FORGED, 0)]


async def test_the_key_and_the_head_outlive_the_program(store: Store, tmp_path: Path) -> None:
    await act(store.database, "one")
    assert open_seal(tmp_path / "data").read() == store.seal.read()
    for name in ("audit-key.pem", HEAD_FILE):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("field", "most"),
    [("act", audit.ACT_MAX_CHARS), ("target", audit.TARGET_MAX_CHARS), ("reason", audit.REASON_MAX_CHARS)],
)
async def test_what_is_too_long_is_refused_before_anything_is_written(
    store: Store, field: str, most: int
) -> None:
    given = {"act": "test.long", "target": "hall:first", "reason": ""}
    async with store.database.transaction() as session:
        with pytest.raises(ValueError, match=field):
            await audit.append(session, LIN, **given | {field: "长" * (most + 1)})  # type: ignore[arg-type]
        await audit.append(session, LIN, **given | {field: "长" * most})  # type: ignore[arg-type]
    assert await damages(store) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_text_is_read_back_as_the_same_value(value: object) -> None:
    written = audit.canonical(value)
    assert json.loads(written) == value
    assert audit.canonical(json.loads(written)) == written


async def test_the_server_itself_finds_an_edit_in_the_middle_and_says_so(store: Store) -> None:
    inspection = Inspection(store)
    await act(store.database, "one", "two", "three")
    await inspection.look()
    assert (inspection.finding_count, inspection.damages()) == (0, {})
    await tamper(store.database, "UPDATE audit SET reason = 'nothing' WHERE sequence = 2")
    await act(store.database, "four")
    with capture_logs() as logs:
        await inspection.look()
    assert store.seal.unsigned_count == 0, "its signed end is as it was"
    assert inspection.damages() == {2: "edited"}
    assert [(each["event"], each["log_level"], each["row"]) for each in logs] == [
        ("audit_record_damaged", "critical", 2)
    ]


async def test_staff_read_which_row_is_not_as_it_was_written(store: Store) -> None:
    await act(store.database, "one", "two", "three", "four")
    inspection = Inspection(store)
    record = Record(store.database, inspection.damages)
    await tamper(
        store.database,
        "UPDATE audit SET reason = 'nothing' WHERE sequence = 1",
        "DELETE FROM audit WHERE sequence = 3",
    )
    assert [row["damage"] for row in await record.page(9, None)] == [None, None, "edited"]
    await inspection.look()
    assert [(row["sequence"], row["damage"]) for row in await record.page(9, None)] == [
        (4, "missing"),
        (2, None),
        (1, "edited"),
    ]
    assert inspection.damages() == {1: "edited", 4: "missing"}


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("before", "'no JSON'", "no JSON"),
        ("after", "'NaN'", "NaN"),
        ("reason", "X'ff'", "\ufffd"),
        ("before", "X'ff'", "\ufffd"),
        ("at_ms", "'long ago'", 0),
        ("at_ms", "9223372036854775807", 2**63 - 1),
    ],
)
async def test_a_row_that_cannot_be_read_any_more_is_an_edited_one(
    store: Store, column: str, value: str, told: object
) -> None:
    is_postgresql = store.database.url.get_backend_name() == "postgresql"
    if is_postgresql and (value.startswith("X") or value == "'long ago'"):
        pytest.skip("PostgreSQL keeps the types of its columns")
    await act(store.database, "one", "two", "three")
    await tamper(store.database, f"UPDATE audit SET {column} = {value} WHERE sequence = 2")
    inspection = Inspection(store)
    await inspection.look()
    assert inspection.damages() == {2: "edited"}
    rows = await Record(store.database).page(9, None)
    assert [row["damage"] for row in rows] == [None, "edited", None]
    assert rows[1][column] == told
    json.dumps(rows, allow_nan=False)


async def test_the_inspection_goes_on_after_what_it_could_not_read(store: Store) -> None:
    if store.database.url.get_backend_name() == "postgresql":
        pytest.skip("PostgreSQL keeps the types of its columns")
    await act(store.database, "one", "two", "three")
    await tamper(store.database, "UPDATE audit SET sequence = X'ff' WHERE sequence = 2")
    inspection = Inspection(store)
    with capture_logs() as logs:
        running = asyncio.create_task(inspection.run(period_s=0.01))
        await until(lambda: logs or running.done())
    assert [each["event"] for each in logs][:1] == ["audit_record_not_read"]
    async with store.database.transaction() as session:
        await session.execute(text("UPDATE audit SET sequence = 2, reason = '' WHERE sequence = X'ff'"))
    await until(lambda: inspection.damages() == {2: "edited"} or running.done())
    assert not running.done()
    running.cancel()


async def test_the_signed_head_is_read_and_checked_beside_the_loop(store: Store) -> None:
    readers: list[threading.Thread] = []

    def read_head() -> Head | None:
        readers.append(threading.current_thread())
        return store.seal.read()

    await act(store.database, "one")
    async with store.database.reading() as session:
        assert (await verify(session, read_head, now_ms())).is_whole
    assert len(readers) == 2
    assert threading.main_thread() not in readers
