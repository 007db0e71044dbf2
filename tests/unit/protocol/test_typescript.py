"""The client's copy of the wire is what the server's modules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from yuanzhan.protocol.messages.directions import CLIENT_MESSAGES, SERVER_MESSAGES
from yuanzhan.protocol.typescript import DEFAULT_PATH, camel, generate, main


def test_the_generated_file_is_up_to_date() -> None:
    assert DEFAULT_PATH.read_text("utf-8") == generate(), "run python -m yuanzhan.protocol.typescript"


def test_check_tells_an_outdated_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "protocol" / "generated.ts"
    assert main([str(path), "--check"]) == 1
    assert "outdated" in capsys.readouterr().err
    assert main([str(path)]) == 0
    assert main([str(path), "--check"]) == 0
    path.write_text(path.read_text("utf-8").replace("yuanzhan.1", "yuanzhan.2"), "utf-8")
    assert main([str(path), "--check"]) == 1


@pytest.mark.parametrize("kind", [*CLIENT_MESSAGES, *SERVER_MESSAGES], ids=lambda kind: kind.t)
def test_every_message_has_an_interface(kind: type) -> None:
    assert f"export interface {kind.__name__} {{\n  t: " in generate()


def test_names_are_written_as_the_client_writes_them() -> None:
    assert camel("head_yaw") == "headYaw"
    assert camel("x") == "x"
