"""`yuanzhan serve` as people run it: its links, its one clear sentence when it cannot, and how it stops."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import signal
import socket
import ssl
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.support.process import command, serving
from tests.support.terminal import run_command
from yuanzhan.protocol.codec import decode_server, encode
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.messages.joining import Closing, Hello

PATIENCE_S = 60.0
"""A machine that also runs other tests takes its time."""


def arguments(scenes_dir: Path, client_dir: Path, data_dir: Path) -> list[str | Path]:
    return ["--port", "0", "--scenes-dir", scenes_dir, "--client-dir", client_dir, "--data-dir", data_dir]


def refused(*words: str | Path, **extra: str) -> tuple[int, str]:
    """Run a command that must fail: its exit code and what it said."""
    done = run_command(*words, **extra)
    assert done.out == ""
    return done.code, done.err


@dataclass(frozen=True)
class Start:
    """What one start printed and left, and the processor time that it took."""

    lines: tuple[str, ...]
    secret: bytes
    modes: tuple[int, int]
    used_s: float


@pytest.fixture(scope="module")
def starts(scenes_dir: Path, client_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Start]:
    """The first, in an English terminal, and the second in a Chinese one."""
    data = tmp_path_factory.mktemp("starts") / "data"
    found = []
    for lang in ("en_US.UTF-8", "zh_CN.UTF-8"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with serving(*arguments(scenes_dir, client_dir, data), LANG=lang) as server:
            server.wait_for("make run LAN=1")
            secret = (data / "secret").read_bytes()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        modes = (stat.S_IMODE((data / "secret").stat().st_mode), stat.S_IMODE(data.stat().st_mode))
        found.append(Start(tuple(server.lines), secret, modes, used_s))
    return found


def test_it_prints_every_link_and_how_a_phone_gets_in(starts: list[Start]) -> None:
    said = "\n".join(starts[0].lines)
    found = re.search(r"Visitors\s+(http://localhost:\d+)", said)
    assert found, said
    for wanted in (f"{found[1]}/exhibitor", f"{found[1]}/operator", "make run LAN=1"):
        assert wanted in said


def test_it_speaks_chinese_where_the_terminal_does(starts: list[Start]) -> None:
    assert "观展" in "\n".join(starts[1].lines)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(starts: list[Start]) -> None:
    first, second = starts
    assert second.secret == first.secret
    assert len(first.secret) == 32
    assert second.modes == (0o600, 0o700)


def test_the_second_start_does_little(starts: list[Start]) -> None:
    # It listens within 3 s on two idle cores. Here they may be shared: processor time counts.
    assert starts[1].used_s < 10


def test_a_busy_port_is_one_clear_sentence(scenes_dir: Path, client_dir: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        words = ["serve", *arguments(scenes_dir, client_dir, tmp_path), "--port", port]
        code, said = refused(*words)
        assert (code, said) == (
            1,
            f"yuanzhan: Port {port} is in use: choose another with --port (make run PORT=8081).\n",
        )
        code, said = refused(*words, LANG="zh_CN.UTF-8")
        assert code == 1
        assert said == f"yuanzhan: 端口 {port} 已被占用，请用 --port 换一个（make run PORT=8081）。\n"


def test_an_address_that_is_not_ours_is_one_clear_sentence(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    code, said = refused("serve", *arguments(scenes_dir, client_dir, tmp_path), "--host", "192.0.2.1")
    assert code == 1
    assert said.startswith("yuanzhan: Cannot listen on 192.0.2.1 port 0: ")
    assert said.count("\n") == 1


def test_a_data_directory_that_cannot_be_written_is_one_clear_sentence(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    code, said = refused("serve", *arguments(scenes_dir, client_dir, in_the_way / "data"))
    assert code == 1
    assert said.startswith(f"yuanzhan: The data directory {in_the_way / 'data'} cannot be written (")
    assert said.count("\n") == 1


def test_a_second_server_on_one_data_directory_is_one_clear_sentence(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    words = arguments(scenes_dir, client_dir, tmp_path)
    with serving(*words, LANG="en_US.UTF-8") as server:
        server.wait_for("make run LAN=1")
        code, said = refused("serve", *words)
        assert (code, said.count("\n")) == (1, 1)
        assert said.startswith(f"yuanzhan: Another Yuanzhan server works on the data directory {tmp_path}: ")
    with serving(*words, LANG="en_US.UTF-8") as server:
        server.wait_for("make run LAN=1")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_data_directory_is_one_clear_sentence(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    code, said = refused("serve", *arguments(scenes_dir, client_dir, tmp_path / "data"))
    assert code == 1
    assert said.count("\n") == 1


def test_a_folder_without_halls_and_one_without_pages_are_one_clear_sentence(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    code, said = refused("serve", *arguments(empty, client_dir, tmp_path / "data"))
    assert (code, said) == (
        1,
        f"yuanzhan: There is no hall in {empty}: a hall is a folder with a hall.toml.\n",
    )
    code, said = refused("serve", *arguments(scenes_dir, empty, tmp_path / "data"))
    assert (code, said) == (
        1,
        f"yuanzhan: There are no built pages in {empty}: run make client first.\n",
    )


def test_a_wrong_setting_is_named_with_what_it_may_be() -> None:
    assert refused("serve", "--port", "http") == (
        2,
        "yuanzhan: Setting port cannot be http, expected: a whole number\n",
    )
    code, said = refused("serve", YUANZHAN_METRICS="everyone")
    assert (code, said) == (
        2,
        "yuanzhan: Setting metrics cannot be everyone, expected: local, all, off\n",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_when_it_stops_visitors_are_told_and_it_is_gone_within_5_seconds(
    scenes_dir: Path, client_dir: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with serving(*arguments(scenes_dir, client_dir, tmp_path / "data")) as server:
        url = await asyncio.to_thread(server.url)
        visitors = [
            await connect(url.replace("http", "ws", 1) + "/ws", subprotocols=[SUBPROTOCOL])  # type: ignore[list-item]
            for _ in range(3)
        ]
        await visitors[0].send(encode(Hello("first", "甲", 0, "zh-CN", None, None)))
        await visitors[1].send(encode(Hello("second", "乙", 0, "en", None, None)))
        await visitors[0].recv()
        await visitors[1].recv()
        server.process.send_signal(number)
        told = [await everything_from(visitor) for visitor in visitors]
        # By the server's own clock: what takes longer is cut off, and its code is another.
        assert await asyncio.to_thread(server.process.wait, PATIENCE_S) == 0
        for messages, visitor in zip(told, visitors, strict=True):
            closing = messages[-1]
            assert isinstance(closing, Closing)
            assert (closing.code, closing.reason) == (1001, "going_away")
            assert closing.retry_s is not None
            assert visitor.close_code == 1001


async def everything_from(visitor: object) -> list[object]:
    """Decode control messages until the connection ends."""
    messages: list[object] = []
    try:
        while True:
            data = await visitor.recv()  # type: ignore[attr-defined]
            if data[0] == 1:
                messages.append(decode_server(data))
    except ConnectionClosed:
        return messages


async def test_a_visitor_that_reads_nothing_does_not_hold_up_the_stop(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    with serving(*arguments(scenes_dir, client_dir, tmp_path / "data")) as server:
        url = await asyncio.to_thread(server.url)
        async with aiohttp.ClientSession() as http:
            socket_ = await http.ws_connect(url + "/ws", protocols=[SUBPROTOCOL])
            await socket_.send_bytes(encode(Hello("first", "甲", 0, "zh-CN", None, None)))
            server.process.terminate()
            assert await asyncio.to_thread(server.process.wait, PATIENCE_S) == 0


async def test_the_local_network_is_served_over_tls_with_a_certificate_of_its_addresses(
    scenes_dir: Path, client_dir: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serving(*arguments(scenes_dir, client_dir, data), "--lan") as server:
        url = await asyncio.to_thread(server.url)
        assert url.startswith("https://localhost:")
        trusting = ssl.create_default_context(cafile=str(data / "lan-certificate.pem"))
        connector = aiohttp.TCPConnector(ssl=trusting)
        async with aiohttp.ClientSession(connector=connector) as http:
            for host in ("localhost", "127.0.0.1"):
                async with http.get(url.replace("localhost", host) + "/healthz") as answer:
                    assert (await answer.json())["status"] == "ok"
            async with http.ws_connect(url + "/ws", protocols=[SUBPROTOCOL]) as socket_:
                await socket_.send_bytes(encode(Hello("first", "甲", 0, "zh-CN", None, None)))
                assert (await socket_.receive_bytes())[0] == 1
        assert stat.S_IMODE((data / "lan-key.pem").stat().st_mode) == 0o600


def test_the_version_is_printed() -> None:
    import yuanzhan

    done = subprocess.run(command("version"), capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"yuanzhan {yuanzhan.__version__}\n"
