"""Command lines that cannot be read: one sentence in the reader's language, exit code 2."""

from __future__ import annotations

import pytest

import yuanzhan
from yuanzhan.__main__ import COMMANDS, main
from yuanzhan.bench.plan import DENSITIES

COMMAND_NAMES = "|".join(command.__name__.rsplit(".", 1)[-1] for command in COMMANDS)

COMMAND_LINES = [
    (
        ["bench", "crowd", "--density", "thick"],
        "Setting --density cannot be thick, expected: " + ", ".join(DENSITIES),
        "设置 --density 不能是 thick，应为：" + ", ".join(DENSITIES),
    ),
    (
        ["bench", "crowd", "--seed", "many"],
        "Setting --seed cannot be many, expected: 0-4294967295",
        "设置 --seed 不能是 many，应为：0-4294967295",
    ),
    *(
        (
            ["bench", "crowd", *words],
            f"Setting {setting} cannot be {value}, expected: {english}",
            f"设置 {setting} 不能是 {value}，应为：{chinese}",
        )
        for words, setting, value, english, chinese in (
            (["--seed", "-1"], "--seed", "-1", "0-4294967295", "0-4294967295"),
            (["--churn", "-3"], "--churn", "-3", "a number, 0 or more", "不小于 0 的数"),
            (
                ["--throttled", "0.7", "--stalled", "0.6"],
                *("--throttled + --stalled", "0.7 + 0.6", "0-1", "0-1"),
            ),
            *(
                ([flag, value], flag, value, "seconds, more than 0", "大于 0 的秒数")
                for flag, value in (
                    ("--join-seconds", "0"),
                    ("--join-seconds", "-2"),
                    ("--settle-seconds", "-2"),
                    ("--return-seconds", "0"),
                    ("--ceiling-seconds", "-1"),
                )
            ),
        )
    ),
    (
        ["bench", "crowd", "--churn", "half"],
        "Setting --churn cannot be half, expected: a number, 0 or more",
        "设置 --churn 不能是 half，应为：不小于 0 的数",
    ),
    (
        [],
        f"{COMMAND_NAMES} is missing: see yuanzhan --help",
        f"还缺少 {COMMAND_NAMES}，用法见 yuanzhan --help",
    ),
    (
        ["hall"],
        "check|floor is missing: see yuanzhan hall --help",
        "还缺少 check|floor，用法见 yuanzhan hall --help",
    ),
    (["fly"], "fly is not known here: see yuanzhan --help", "不认识 fly，用法见 yuanzhan --help"),
    (
        ["hall", "fly"],
        "fly is not known here: see yuanzhan hall --help",
        "不认识 fly，用法见 yuanzhan hall --help",
    ),
    (
        ["serve", "--fly", "3"],
        "--fly 3 is not known here: see yuanzhan --help",
        "不认识 --fly 3，用法见 yuanzhan --help",
    ),
    (
        ["serve", "--port"],
        "--port needs a value: see yuanzhan serve --help",
        "--port 后面还缺少一个值，用法见 yuanzhan serve --help",
    ),
    (
        ["serve", "--port", "http"],
        "Setting port cannot be http, expected: a whole number",
        "设置 port 不能是 http，应为：整数",
    ),
    (
        ["bots", "--count", "none"],
        "Setting --count cannot be none, expected: 1-10000",
        "设置 --count 不能是 none，应为：1-10000",
    ),
    (
        ["bots", "--count", "0"],
        "Setting --count cannot be 0, expected: 1-10000",
        "设置 --count 不能是 0，应为：1-10000",
    ),
    (
        ["bots", "--count", "10001"],
        "Setting --count cannot be 10001, expected: 1-10000",
        "设置 --count 不能是 10001，应为：1-10000",
    ),
    *(
        (
            ["bots", "--seconds", value],
            f"Setting --seconds cannot be {value}, expected: seconds, more than 0",
            f"设置 --seconds 不能是 {value}，应为：大于 0 的秒数",
        )
        for value in ("soon", "0", "-1", "nan", "inf")
    ),
    *(
        (
            ["bots", "--url", value],
            f"Setting --url cannot be {value}, expected: http(s)://host[:port]",
            f"设置 --url 不能是 {value}，应为：http(s)://host[:port]",
        )
        for value in ("ftp://localhost", "http://")
    ),
    *(
        (
            ["admin", *words, "长" * (most + 1)],
            f"{what} is too long: {most + 1} characters, at most {most}",
            f"{what} 太长：{most + 1} 个字，最多 {most} 个",
        )
        for what, most, words in (
            ("--reason", 2000, ["erase", "mei", "--reason"]),
            ("--reason", 2000, ["copy-data", "mei", "--reason"]),
            ("--note", 200, ["invite", "speaker", "--note"]),
            ("--organisation-id", 24, ["invite", "exhibitor", "--organisation-id"]),
            ("login", 64, ["close"]),
            ("login", 64, ["create-owner"]),
        )
    ),
    (
        ["admin", "erase", "mei", "--reason", "\udcff"],
        "--reason is not text in UTF-8",
        "--reason 不是 UTF-8 文字",
    ),
    (
        ["admin", "erase", "mei", "--reason", " "],
        "--reason is missing: see yuanzhan admin --help",
        "还缺少 --reason，用法见 yuanzhan admin --help",
    ),
    *(
        (
            ["audit", "export", "--after", value],
            f"Setting --after cannot be {value}, expected: 0-{2**63 - 1}",
            f"设置 --after 不能是 {value}，应为：0-{2**63 - 1}",
        )
        for value in ("-1", "9223372036854775808", "first")
    ),
    (
        ["serve", "--lan=1"],
        "That cannot be: argument --lan/--no-lan: ignored explicit argument '1' (see yuanzhan serve --help)",
        "这样写不对：argument --lan/--no-lan: ignored explicit argument '1'（用法见 yuanzhan serve --help）",
    ),
]


@pytest.mark.parametrize(("words", "english", "chinese"), COMMAND_LINES)
def test_what_cannot_be_read_is_one_sentence(
    words: list[str],
    english: str,
    chinese: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for lang, sentence in (("en_GB.UTF-8", english), ("zh_CN.UTF-8", chinese)):
        monkeypatch.setenv("LC_ALL", lang)
        assert main(words) == 2
        assert capsys.readouterr() == ("", f"yuanzhan: {sentence}\n")


@pytest.mark.parametrize(
    "words", [["--help"], *([name, "--help"] for name in ("serve", "hall", "bots", "bench", "version"))]
)
def test_help_is_no_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    told = capsys.readouterr()
    assert told.out.startswith("usage: yuanzhan")
    assert told.err == ""


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    names = [command.__name__.rsplit(".", 1)[-1] for command in COMMANDS]
    assert "|".join(names) in told


def test_the_version_can_be_asked_for_as_a_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"yuanzhan {yuanzhan.__version__}\n"
