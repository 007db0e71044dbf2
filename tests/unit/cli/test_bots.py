"""`yuanzhan bots`: its exit code says whether all came in and stayed, one sentence why they could not."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import socket
import subprocess
from dataclasses import replace

import pytest
from aiohttp import web

from tests.conftest import RunningServer
from tests.support.process import command
from yuanzhan.__main__ import main
from yuanzhan.app.serving import serving
from yuanzhan.bots.run import BotsResult
from yuanzhan.cli import bots
from yuanzhan.settings import Settings


def sent(monkeypatch: pytest.MonkeyPatch, joined: int, disconnects: int) -> int:
    """The exit code after three were sent and so many joined and were thrown out."""

    async def measured(
        url: str, hall: str, count: int, seconds: float | None, *, stop: asyncio.Event
    ) -> BotsResult:
        assert count == 3
        return BotsResult(joined, {}, disconnects, 0.0, {"p99": None}, None, None)

    monkeypatch.setattr("yuanzhan.bots.run.run_bots", measured)
    monkeypatch.setattr("yuanzhan.cli.target.halls_of", lambda url: ["first"])
    parser = argparse.ArgumentParser()
    bots.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["bots", "--hall", "first", "--count", "3", "--seconds", "1"])
    return bots.run(arguments)


@pytest.mark.parametrize(("joined", "disconnects", "code"), [(3, 0, 0), (2, 0, 1), (3, 1, 1), (0, 0, 1)])
def test_it_fails_when_one_never_came_in_or_was_thrown_out(
    monkeypatch: pytest.MonkeyPatch, joined: int, disconnects: int, code: int
) -> None:
    assert sent(monkeypatch, joined, disconnects) == code


async def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = await asyncio.to_thread(main, ["bots", "--seconds", "0.5", *words])
    out, err = capsys.readouterr()
    return code, out, err


async def test_a_hall_that_is_none_is_told_with_those_there_are(
    server: RunningServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, sentence in (
        ("C", "There is no hall nope; there are: first, second"),
        ("zh_CN.UTF-8", "没有名为 nope 的展厅，现有：first, second"),
    ):
        monkeypatch.setenv("LC_ALL", lang)
        answer = await told(capsys, "--url", server.base_url, "--hall", "nope")
        assert answer == (1, "", f"yuanzhan: {sentence}\n")


async def test_a_hall_that_is_one_is_visited(
    server: RunningServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = await told(
        capsys, "--url", server.base_url, "--hall", "second", "--count", "1", "--json"
    )
    assert (code, err, json.loads(out)["joined"]) == (0, "", 1)


async def test_who_did_not_get_in_is_said(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    async with serving(replace(settings, hall_capacity=1)) as running:
        code, out, err = await told(
            capsys, "--url", running.reach.base_url, "--hall", "first", "--count", "3"
        )
    assert (code, err) == (1, "first: 2 did not get in (hall_full 2)\n")
    assert out.startswith("first: 1 joined, 0 thrown out")


def test_more_bots_than_open_files_are_one_sentence() -> None:
    # A limit that is lowered cannot be raised again: a process of its own.
    words = "ulimit -n 40; exec " + shlex.join(command("bots", "--count", "100"))
    done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "ulimit -n 300" in done.stderr


async def test_standard_input_that_has_ended_ends_them_without_a_fault(server: RunningServer) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        command("bots", "--until-eof", "--count", "2", "--json", "--url", server.base_url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert len([json.loads(line) for line in done.stdout.splitlines()]) == 2, "one line for each hall"


async def test_nobody_at_the_address_is_told_with_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert await told(capsys, "--url", url) == (
            1,
            "",
            f"yuanzhan: Cannot reach the server at {url} (Connection refused): "
            "start it with yuanzhan serve, or name another with --url.\n",
        )


@pytest.mark.parametrize(
    "answer", [(404, "no"), (200, "<html>"), (200, "[]"), (200, "{}"), (200, '{"halls": [1]}')]
)
async def test_another_kind_of_server_is_told_apart(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: tuple[int, str]
) -> None:
    async def handler(request: web.BaseRequest) -> web.Response:
        return web.Response(status=answer[0], text=answer[1])

    monkeypatch.setenv("LC_ALL", "C")
    runner = web.ServerRunner(web.Server(handler))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        assert await told(capsys, "--url", url) == (
            1,
            "",
            f"yuanzhan: What answers at {url} is not a Yuanzhan server: check --url.\n",
        )
    finally:
        await runner.cleanup()
