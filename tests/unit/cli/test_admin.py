"""`yuanzhan admin` and `yuanzhan audit`: what they print, and their exit codes."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.people import PASSWORD, page
from tests.support.terminal import run_command
from yuanzhan.app.serving import serving
from yuanzhan.settings import Settings


def run(data: Path, *words: str, said: str = "") -> tuple[int, str]:
    """Exit code, and what was printed (on a failure: what was complained of)."""
    done = run_command(*words, "--data-dir", data, said=said, LANG="en_US.UTF-8")
    return done.code, (done.out + (done.err if done.code else "")).strip()


def test_an_owner_is_made_listed_and_the_last_one_stays(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run(data, "admin", "migrate")[0] == 0
    code, said = run(data, "admin", "create-owner", "mei", "--name", "梅掌柜", said="short\n")
    assert (code, said) == (
        1,
        "yuanzhan: A password has at least 10 characters, and is neither a common one nor the account name.",
    )
    assert run(data, "admin", "create-owner", "mei", "--name", "梅掌柜", said=f"{PASSWORD}\n")[0] == 0
    code, said = run(data, "admin", "create-owner", "MEI", said=f"{PASSWORD}\n")
    assert "mei is taken" in said
    code, listed = run(data, "admin", "list-accounts", "--json")
    (account,) = [json.loads(line) for line in listed.splitlines()]
    assert (account["login"], account["name"], account["role"]) == ("mei", "梅掌柜", "owner")
    assert "argon2" not in listed
    assert "argon2" not in listed
    for words in (("close", "mei"), ("set-role", "mei", "visitor")):
        code, said = run(data, "admin", *words)
        assert (code, said) == (1, "yuanzhan: This is the last owner. Make somebody else an owner first.")
    assert "no such account" in run(data, "admin", "revoke", "nobody")[1]
    code, said = run(data, "audit", "verify")
    assert (code, said.partition(":")[0]) == (0, "The record is whole")


def test_the_record_is_exported_and_what_was_done_to_it_is_found(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "admin", "create-owner", "mei", said=f"{PASSWORD}\n")
    code, link = run(data, "admin", "invite", "exhibitor", "--organisation", "西湖丝绸", "--note", "阿丝")
    assert (code, link.rpartition("/")[0]) == (0, "http://localhost:8080/invitation")
    code, exported = run(data, "audit", "export")
    rows = [json.loads(line) for line in exported.splitlines()]
    assert [row["act"] for row in rows] == ["account.create", "organisation.create", "account.invite"]
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert rows[2]["actor"] == {"id": "", "name": "command line", "role": "owner"}
    assert link.rpartition("/")[2] not in exported
    target = tmp_path / "rows.jsonl"
    run(data, "audit", "export", "--output", str(target), "--after", "2")
    assert [json.loads(line)["sequence"] for line in target.read_text("utf-8").splitlines()] == [3]
    for wrong in (tmp_path / "none" / "rows.jsonl", tmp_path):
        code, said = run(data, "audit", "export", "--output", str(wrong))
        assert (code, "\n" in said) == (2, False)
        assert said.startswith(f"yuanzhan: Cannot write the file {wrong}: ")
    with closing(sqlite3.connect(data / "yuanzhan.db")) as database:
        database.execute("DROP TRIGGER audit_never_changes")
        database.execute("UPDATE audit SET actor_name = 'somebody else' WHERE sequence = 2")
        database.commit()
    code, said = run(data, "audit", "verify", "--json")
    assert code == 1
    assert json.loads(said)["findings"] == [{"damage": "edited", "sequence": 2}]


def test_links_lead_to_where_the_settings_say_that_the_server_is(tmp_path: Path) -> None:
    def link(*words: str, **environment: str) -> str:
        done = run_command("admin", "invite", "visitor", "--data-dir", tmp_path, *words, **environment)
        return done.out.rpartition("/invitation/")[0]

    assert link("--port", "9321") == "http://localhost:9321"
    assert link("--port", "9321", YUANZHAN_LAN="true") == "https://localhost:9321", "as `serve` prints it"
    assert link("--public-url", "https://expo.example/") == "https://expo.example"


def test_where_there_is_no_record_it_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    data, typo = tmp_path / "data", tmp_path / "typo"
    for act in ("verify", "export"):
        code, said = run(typo, "audit", act)
        assert (code, said.partition(". ")[0]) == (2, f"yuanzhan: There is no record at {typo}")
        assert not typo.exists()
    data.mkdir()
    code, said = run(data, "audit", "verify")
    assert (code, said.partition(". ")[0]) == (2, f"yuanzhan: There is no record at {data / 'yuanzhan.db'}")
    assert list(data.iterdir()) == []
    run(data, "admin", "migrate")
    with closing(sqlite3.connect(data / "yuanzhan.db")) as database:
        database.execute("DROP TABLE audit")
        database.commit()
    code, said = run(data, "audit", "verify")
    assert (code, said.partition(". ")[0]) == (2, f"yuanzhan: There is no record at {data / 'yuanzhan.db'}")


def test_a_record_without_what_was_signed_is_not_said_to_be_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for login in ("mei", "lan"):
        run(data, "admin", "create-owner", login, said=f"{PASSWORD}\n")
    with closing(sqlite3.connect(data / "yuanzhan.db")) as database:
        database.execute("DROP TRIGGER audit_never_shrinks")
        database.execute("DELETE FROM audit WHERE sequence = 2")
        database.commit()
    for name in ("audit-head", "audit-key.pem", "audit-key.pub.pem"):
        (data / name).unlink()
    for _ in range(2):
        code, said = run(data, "audit", "verify", "--json")
        assert (code, json.loads(said)["findings"]) == (1, [{"damage": "unsigned", "sequence": 1}])
        assert not (data / "audit-key.pem").exists()
    run(data, "admin", "migrate")
    assert run(data, "audit", "verify")[0] == 1, "a new key vouches for nothing of before"


def test_an_account_is_copied_and_erased_with_a_reason(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for login in ("mei", "lan"):
        run(data, "admin", "create-owner", login, "--name", "岚", said=f"{PASSWORD}\n")
    assert run(data, "admin", "erase", "lan")[0] == 2
    code, copy = run(data, "admin", "copy-data", "lan", "--reason", "asked by mail")
    assert (code, json.loads(copy)["account"]["name"]) == (0, "岚")
    code, said = run(data, "admin", "erase", "lan", "--reason", "asked by mail")
    assert (code, said) == (0, "Erased lan: 0 lines, 0 cards.")
    _, exported = run(data, "audit", "export", "--after", "2")
    rows = [json.loads(line) for line in exported.splitlines()]
    assert [(row["act"], row["reason"]) for row in rows] == [
        ("privacy.copy", "asked by mail"),
        ("privacy.erase", "asked by mail"),
    ]
    assert "岚" not in exported


async def test_commands_work_beside_a_running_server(settings: Settings) -> None:
    """What they revoke is refused at the next request; the password that they reset is the new one."""
    async with serving(settings) as running, page(running.reach.base_url) as browser:
        assert running.reach.owner_url is not None
        await browser.accept(running.reach.owner_url, "mei")
        assert (await browser.ask("GET", "/api/me"))[0] == 200
        code, said = await asyncio.to_thread(run, settings.data_dir, "admin", "revoke", "mei")
        assert (code, said) == (0, "mei: 1 sessions and 0 tokens ended.")
        assert (await browser.ask("GET", "/api/me"))[0] == 401
        code, link = await asyncio.to_thread(run, settings.data_dir, "admin", "reset-password", "mei")
        status, offer = await browser.ask("GET", f"/api/invitations/{link.rpartition('/')[2]}")
        assert (status, offer["resets"]) == (200, {"login": "mei", "name": "mei"})
        await browser.accept(link, "", password="another plum tree in June")
        assert await browser.refused("POST", "/api/sign-in", {"login": "mei", "password": PASSWORD}) == (
            401,
            "sign_in_refused",
        )
        await browser.sign_in("mei", "another plum tree in June")
