"""Settings: where each value comes from, what is refused, and that every one of them is documented."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from yuanzhan import settings
from yuanzhan.errors.base import CommandLineFault
from yuanzhan.errors.command_line import (
    ConfigUnreadable,
    SettingAlone,
    SettingInvalid,
    SettingMistyped,
    SettingUnknown,
)
from yuanzhan.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_flags_beat_the_environment_which_beats_the_file_which_beats_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "yuanzhan.toml"
    file.write_text('port = 1\nbots = 1\nhall_capacity = 1\nallowed_origins = ["https://a.example"]\n')
    environment = {"YUANZHAN_BOTS": "2", "YUANZHAN_HALL_CAPACITY": "2"}
    read = settings.read({"hall_capacity": 3, "port": None}, environment, file)
    assert (read.hall_capacity, read.bots, read.port) == (3, 2, 1)
    assert read.allowed_origins == ("https://a.example",)
    assert read.pending_per_address == Settings().pending_per_address


def test_the_file_can_be_named_by_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "yuanzhan.toml"
    file.write_text("port = 9\n")
    assert settings.read(environment={"YUANZHAN_CONFIG": str(file)}).port == 9


def test_a_variable_without_a_value_is_as_good_as_none() -> None:
    assert settings.read(environment={"YUANZHAN_PORT": "", "PORT": "9"}) == Settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "0", 0),
        ("lan", "yes", True),
        ("lan", "OFF", False),
        ("data_dir", "/x/y", Path("/x/y")),
        (
            "allowed_origins",
            "https://a.example, https://b.example",
            ("https://a.example", "https://b.example"),
        ),
    ],
)
def test_text_becomes_the_settings_own_type(name: str, text: str, value: object) -> None:
    assert settings.parse(name, text) == value


@pytest.mark.parametrize(
    "environment",
    [
        {"YUANZHAN_PORT": "eighty"},
        {"YUANZHAN_PORT": "65536"},
        {"YUANZHAN_PORT": "-1"},
        {"YUANZHAN_LAN": "perhaps"},
        {"YUANZHAN_METRICS": "some"},
        {"YUANZHAN_LOG_LEVEL": "loud"},
        {"YUANZHAN_LOG_FORMAT": "xml"},
        {"YUANZHAN_HALL_CAPACITY": "0"},
        {"YUANZHAN_PENDING_PER_ADDRESS": "0"},
        {"YUANZHAN_CONNECTIONS_PER_ADDRESS": "0"},
        {"YUANZHAN_BOTS": "-1"},
        {"YUANZHAN_ALLOWED_ORIGINS": "expo.example"},
        {"YUANZHAN_PUBLIC_URL": "expo.example"},
        {"YUANZHAN_OIDC_NEW_ROLE": "owner"},
        {"YUANZHAN_OIDC_ISSUER": "id.example"},
        {"YUANZHAN_OIDC_ISSUER": "http://id.example"},
        {"YUANZHAN_OIDC_ISSUER": "https://user@id.example"},
        {"YUANZHAN_OIDC_ISSUER": "https://id.example?a"},
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(environment: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid) as refused:
        settings.read(environment=environment)
    (name,) = environment
    assert refused.value.params["setting"] == name.removeprefix("YUANZHAN_").lower()
    assert refused.value.params["expected"]


@pytest.mark.parametrize("name", ["YUANZHAN_PROT", "YUANZHAN_Port"])
@pytest.mark.parametrize("value", ["8080", ""])
def test_a_name_that_is_none_is_told_with_the_one_that_was_meant(name: str, value: str) -> None:
    with pytest.raises(SettingMistyped) as refused:
        settings.read(environment={name: value})
    assert refused.value.params == {"setting": name, "nearest": "YUANZHAN_PORT"}


def test_a_name_like_no_other_is_told_with_those_there_are() -> None:
    with pytest.raises(SettingUnknown) as refused:
        settings.read(environment={"YUANZHAN_XYLOPHONE": "1"})
    assert "YUANZHAN_PORT" in str(refused.value.params["names"]).split(", ")


def test_a_file_that_is_not_there_is_said_as_such() -> None:
    with pytest.raises(ConfigUnreadable) as refused:
        settings.read(environment={"YUANZHAN_CONFIG": "/nowhere/yuanzhan.toml"})
    assert refused.value.params == {"path": "/nowhere/yuanzhan.toml", "detail": "No such file or directory"}


@pytest.mark.parametrize("text", ["prot = 1\n", 'port = "80"\n', "port = true\n", "port = [\n", "lan = 1\n"])
def test_a_file_with_a_mistake_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "yuanzhan.toml"
    file.write_text(text)
    with pytest.raises(CommandLineFault):
        settings.read(environment={}, config_file=file)


@pytest.mark.parametrize(
    ("given", "listens_on", "is_reachable"),
    [
        (Settings(), "127.0.0.1", False),
        (Settings(lan=True), "0.0.0.0", True),
        (Settings(host="localhost"), "localhost", False),
        (Settings(host="::1"), "::1", False),
        (Settings(host="127.0.0.1", lan=True), "127.0.0.1", False),
        (Settings(host="192.0.2.1", lan=True), "192.0.2.1", True),
        (Settings(host="0.0.0.0"), "0.0.0.0", True),
    ],
)
def test_only_this_machine_is_served_unless_it_was_asked_for(
    given: Settings, listens_on: str, is_reachable: bool
) -> None:
    assert (given.listen_host, given.is_reachable) == (listens_on, is_reachable)


@pytest.mark.parametrize("name", settings.names())
def test_each_setting_is_documented(name: str) -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    row = next((line for line in page.splitlines() if line.startswith(f"| `{name}` |")), None)
    assert row is not None, f"docs/operating.md has no row for {name}"
    assert f"`YUANZHAN_{name.upper()}`" in row
    default = settings.default_of(name)
    if not isinstance(default, Path):
        shown = "none" if default in ("", ()) else str(default).lower()
        assert f"| {shown} |" in row.lower()


def test_no_setting_is_documented_that_does_not_exist() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `") and "`YUANZHAN_" in line]
    assert [row.split("`")[1] for row in rows] == settings.names()


def test_a_provider_is_told_as_what_it_knows_us() -> None:
    issuer = {"YUANZHAN_OIDC_ISSUER": "https://id.example/realm"}
    with pytest.raises(SettingAlone) as refused:
        settings.read(environment=issuer)
    assert refused.value.params == {"setting": "oidc_issuer", "needs": "oidc_client_id"}
    assert settings.read(environment=issuer | {"YUANZHAN_OIDC_CLIENT_ID": "expo"}).oidc_issuer


@pytest.mark.parametrize(
    ("name", "value"),
    [("client_id", "expo"), ("client_secret", "hush"), ("domains", "expo.example"), ("second_factor", "mfa")],
)
def test_what_is_set_of_a_provider_means_nothing_without_one(name: str, value: str) -> None:
    with pytest.raises(SettingAlone) as refused:
        settings.read(environment={f"YUANZHAN_OIDC_{name.upper()}": value})
    assert refused.value.params == {"setting": f"oidc_{name}", "needs": "oidc_issuer"}


@pytest.mark.parametrize("domain", ["@expo.example", "https://expo.example", "localhost", "a.b@expo.example"])
def test_a_domain_is_what_stands_behind_the_at(domain: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        settings.read(environment={"YUANZHAN_OIDC_DOMAINS": f"good.example,{domain}"})
    assert refused.value.params["setting"] == "oidc_domains"


def test_a_secret_has_no_flag_and_is_never_shown(tmp_path: Path) -> None:
    assert "oidc_client_secret" in set(settings.names()) - set(settings.flags())
    assert "hush" not in repr(
        Settings(oidc_issuer="https://id.example", oidc_client_id="expo", oidc_client_secret="hush")
    )
    file = tmp_path / "yuanzhan.toml"
    file.write_text("oidc_client_secret = 31415\n")
    with pytest.raises(SettingInvalid) as refused:
        settings.read(environment={}, config_file=file)
    assert "31415" not in str(refused.value.params)
