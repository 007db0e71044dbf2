"""One frozen object holds every setting, read once: defaults, then a TOML file, then YUANZHAN_*, then flags.

Each setting is a field of `Settings`: its name is the key in the file, `YUANZHAN_` with its name in capitals
the environment variable, `--its-name` the flag. A test compares docs/operating.md with it.
"""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import os
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from yuanzhan import bundle
from yuanzhan.errors.command_line import (
    ConfigUnreadable,
    SettingAlone,
    SettingInvalid,
    SettingMistyped,
    SettingUnknown,
)

ENVIRONMENT_PREFIX: Final = "YUANZHAN_"
_CONFIG_VARIABLE: Final = ENVIRONMENT_PREFIX + "CONFIG"

# As many as visitors: each is a connection that gets frames, and costs nearly as much.
OBSERVERS_MAX: Final = 65_535
# Each is a connection, and told its place every two seconds while the queue moves.
QUEUE_MAX: Final = 10_000

# The slot of a visitor is a u16 on the wire; one value is kept back.
CAPACITY_MAX: Final = 65_535


def default_data_dir(environment: Mapping[str, str] | None = None) -> Path:
    """`data/` at the root of a working copy; the user's data folder (XDG) for an installed wheel."""
    root = bundle.working_copy()
    if root is not None:
        return root / "data"
    environment = os.environ if environment is None else environment
    base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "yuanzhan"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which values a setting takes, of a list each; `expected` says it where another one comes."""

    accepts: Callable[[Any], bool]
    expected: str


def _about(line: str, rule: _Rule | None = None) -> dict[str, Any]:
    return {"help": line, "rule": rule}


def _setting(default: Any, line: str, rule: _Rule | None = None) -> Any:
    return field(default=default, metadata=_about(line, rule))


def _count(default: int, line: str, least: int, most: int | None = None) -> Any:
    """A whole number within these bounds, both included."""
    if most is None:
        return _setting(default, line, _Rule(lambda value: value >= least, f">= {least}"))
    return _setting(default, line, _Rule(lambda value: least <= value <= most, f"{least}-{most}"))


def _choice(default: str, line: str, *choices: str) -> Any:
    return _setting(default, line, _Rule(lambda value: value in choices, ", ".join(filter(None, choices))))


def _secret(line: str) -> Any:
    """Never on a command line, where every process of the machine reads it, nor in a representation."""
    return field(default="", repr=False, metadata=_about(line) | {"secret": True})


def _is_provider(url: str) -> bool:
    """An issuer as OpenID Connect Discovery 1.0 has it; without TLS only on this machine, for trying."""
    try:
        parts = urlsplit(url)
        is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    return is_safe and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)


_ORIGIN: Final = _Rule(
    lambda url: not url or url.startswith(("http://", "https://")), "http(s)://host[:port]"
)
_PROVIDER: Final = _Rule(lambda url: not url or _is_provider(url), "https://host[/path]")
_DOMAIN: Final = _Rule(
    lambda name: re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) is not None, "example.com"
)
_TIME_ZONE: Final = _Rule(
    lambda name: name in zoneinfo.available_timezones(), "tz: Asia/Shanghai, Europe/Berlin, UTC, ..."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. Frozen: read at the start, handed down, never changed."""

    host: str = _setting("", "address to listen on; without it 127.0.0.1, or with --lan every address")
    port: int = _count(8080, "port to listen on; 0 takes a free one", 0, 65_535)
    lan: bool = _setting(False, "serve the local network over HTTPS with a self-signed certificate")
    public_url: str = _setting(
        "", "the address visitors use when a proxy is in front: https://expo.example", _ORIGIN
    )
    trust_forwarded: bool = _setting(False, "take visitors' addresses from the proxy's X-Forwarded-For")
    allowed_origins: tuple[str, ...] = _setting(
        (), "other origins whose pages may open the WebSocket", _ORIGIN
    )
    data_dir: Path = field(
        default_factory=default_data_dir,
        metadata=_about("folder for the secret, the certificate, the database, exhibitors' files and caches"),
    )
    database_url: str = _setting("", "postgresql://user:password@host/name; without it SQLite in data_dir")
    objects_url: str = _setting(
        "", "bucket for what exhibitors send, s3://bucket/prefix?endpoint=https://host; without it data_dir"
    )
    scenes_dir: Path = field(
        default_factory=bundle.scenes_dir, metadata=_about("folder with one folder a hall")
    )
    client_dir: Path = field(default_factory=bundle.client_dir, metadata=_about("folder of the built client"))
    hall_capacity: int = _count(
        2000, "visitors in one hall where its hall.toml does not say", 1, CAPACITY_MAX
    )
    hall_observers: int = _count(500, "observers of one hall while it is full", 0, OBSERVERS_MAX)
    hall_queue: int = _count(
        1000, "visitors who may wait for one hall that its observers fill as well", 0, QUEUE_MAX
    )
    pending_per_address: int = _count(32, "connections of one address that have not said hello yet", 1)
    connections_per_address: int = _count(2048, "connections of one address that are not WebSockets", 1)
    joins_per_minute: int = _count(3000, "times one address may enter a hall anew in a minute", 1)
    session_idle_hours: int = _count(12, "a session that was not used for so long ends", 1, 720)
    session_days: int = _count(7, "a session ends so long after the sign-in in any case", 1, 90)
    staff_second_factor: bool = _setting(False, "staff may do nothing before they have a second factor")
    oidc_issuer: str = _setting(
        "", "the OpenID Connect provider that accounts may sign in by, as its issuer", _PROVIDER
    )
    oidc_client_id: str = _setting("", "what the provider knows this server as")
    oidc_client_secret: str = _secret("the provider's secret for this server, from the environment or a file")
    oidc_name: str = _setting("", "what the sign-in page calls the provider")
    oidc_domains: tuple[str, ...] = _setting(
        (), "only who has a verified e-mail address there comes by OIDC", _DOMAIN
    )
    oidc_new_role: str = _choice(
        "", "role of accounts made at an unknown sign-in: visitor, speaker; none", "", "visitor", "speaker"
    )
    oidc_second_factor: tuple[str, ...] = _setting(
        (), "values of acr or amr that stand for our second factor"
    )
    upload_mb: int = _count(256, "largest upload, MB", 1, 256)
    upload_triangles: int = _count(10_000_000, "most triangles of an upload, as placed", 1, 100_000_000)
    upload_draws: int = _count(5000, "most draw calls of an upload, as placed", 1, 100_000)
    upload_image_px: int = _count(4096, "largest side of an upload's images, pixels", 64, 8192)
    check_seconds: int = _count(20, "processor time for each step of a check; large uploads get more", 1, 600)
    check_memory_mb: int = _count(
        1024, "memory for each step of a check, MB; large uploads get more", 256, 16_384
    )
    optimise_seconds: int = _count(
        120, "time for optimising a model once; what does not fit is left out", 5, 3600
    )
    optimise_memory_mb: int = _count(3072, "memory for optimising a model, MB", 512, 65_536)
    texture_px: int = _count(2048, "largest side of the textures that visitors get, pixels", 64, 8192)
    panel_file_mb: int = _count(64, "largest picture, video or sound for a panel, MB", 1, 1024)
    organisation_booths: int = _count(20, "booths that one organisation may have", 1)
    slot_days: int = _count(
        14, "days that a slot is kept for a booth that submits nothing; 0 without end", 0, 3650
    )
    organisation_mb: int = _count(4096, "space for one organisation's uploads, MB", 1)
    organisation_uploads: int = _count(8, "unfinished uploads that one organisation may have", 1)
    upload_hours: int = _count(24, "how long an upload may take before it is forgotten, hours", 1, 720)
    disk_reserve_mb: int = _count(256, "space that uploads leave free on the disk, MB", 0)
    checks_at_once: int = _count(1, "uploads that are checked at the same time", 1, 64)
    filing: str = _setting("", "filing (ICP) number shown at the foot of the pages")
    daily_programme: bool = _setting(
        True, "the landing page lists what hall.toml has for every day; false: planned events alone"
    )
    time_zone: str = _setting(
        "Asia/Shanghai", "the zone of halls' opening hours, as the tz database has it", _TIME_ZONE
    )
    words: str = _choice(
        "refuse", "what becomes of lines with words of the lists: refuse, mask, off", "refuse", "mask", "off"
    )
    chat_days: int = _count(60, "days that what was said is kept for; 0 keeps nothing", 0, 3650)
    chat_kept_by_law: bool = _setting(False, "lines stay for chat_days whoever asks for their end")
    report_days: int = _count(180, "days that reports are kept for after their last change", 1, 3650)
    # The law asks for six months of a network's security log.
    act_days: int = _count(
        365, "days that operators' acts and appeals are kept for once they are over", 180, 3650
    )
    security_days: int = _count(180, "days that the log of sign-ins is kept for", 180, 3650)
    card_days: int = _count(365, "days that cards left at booths are kept for", 1, 3650)
    # Calendars that follow the programme are told of an event for 30 days after its end.
    event_days: int = _count(
        180, "days after an event's end that its speakers' names and its description are kept for", 30, 3650
    )
    count_s: int = _count(60, "counts of booths are written so often, seconds", 1, 3600)
    count_days: int = _count(730, "days that counts of booths are kept for", 31, 3650)
    invitation_days: int = _count(
        30, "days that invitations are kept for once they are used or too old", 1, 3650
    )
    account_days: int = _count(180, "days that accounts are kept for once they are closed", 1, 3650)
    operator_name: str = _setting("", "who answers for this server, as the privacy page names them")
    contact: str = _setting("", "where to ask about personal data: an e-mail address, a telephone number")
    letters_per_hour: int = _count(
        4, "letters to visitors that one exhibitor may send in an hour; 0 none", 0, 60
    )
    minimum_age: int = _count(0, "age that visitors are asked about before they enter; 0 asks nothing", 0, 99)
    alert_webhook: str = _setting("", "address that is told with a POST when a threshold is passed", _ORIGIN)
    alert_tick_ms: int = _count(100, "alert when one tick of a hundred takes longer, ms; 0 never", 0, 60_000)
    alert_visitors: int = _count(0, "alert when more visitors are in all halls; 0 never", 0, 10_000_000)
    alert_errors: int = _count(
        5, "alert when more requests fail in a minute by our fault; 0 never", 0, 1_000_000
    )
    alert_memory_mb: int = _count(0, "alert when the server takes more memory, MB; 0 never", 0, 10_000_000)
    alert_disk_mb: int = _count(
        1024, "alert when less room is left for the data, MB; 0 never", 0, 1_000_000_000
    )
    bots: int = _count(0, "visitors made by the program, spread over the halls", 0, 10_000)
    metrics: str = _choice(
        "local", "who may read /metrics: local (this machine), all, off", "local", "all", "off"
    )
    log_format: str = _choice(
        "auto", "auto (readable on a terminal, JSON elsewhere), human, json", "auto", "human", "json"
    )
    log_level: str = _choice("info", "debug, info, warning, error", "debug", "info", "warning", "error")

    def __post_init__(self) -> None:
        for setting in dataclasses.fields(self):
            rule, value = setting.metadata["rule"], getattr(self, setting.name)
            for each in value if isinstance(value, tuple) else (value,):
                if rule is not None and not rule.accepts(each):
                    raise SettingInvalid(setting=setting.name, value=str(each), expected=rule.expected)
        if self.oidc_issuer and not self.oidc_client_id:
            raise SettingAlone(setting="oidc_issuer", needs="oidc_client_id")
        for name in ("oidc_client_id", "oidc_client_secret", "oidc_domains", "oidc_second_factor"):
            if getattr(self, name) and not self.oidc_issuer:
                raise SettingAlone(setting=name, needs="oidc_issuer")

    @property
    def listen_host(self) -> str:
        """Where to listen: what was named, otherwise this machine alone, or every address for --lan."""
        return self.host or ("0.0.0.0" if self.lan else "127.0.0.1")

    @property
    def is_reachable(self) -> bool:
        """True when other machines can reach the port."""
        try:
            return not ipaddress.ip_address(self.listen_host).is_loopback
        except ValueError:
            return self.listen_host != "localhost"


def read(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    config_file: Path | None = None,
) -> Settings:
    """Settings from all four places. `flags` has only what was typed; `config_file` beats YUANZHAN_CONFIG.

    Raises ConfigUnreadable, SettingUnknown, SettingInvalid (a value of the wrong type or outside its limits).
    """
    environment = os.environ if environment is None else environment
    if config_file is None and environment.get(_CONFIG_VARIABLE):
        config_file = Path(environment[_CONFIG_VARIABLE])
    values: dict[str, Any] = {}
    if config_file is not None:
        values |= _from_file(config_file)
    values |= _from_environment(environment)
    values |= {name: value for name, value in (flags or {}).items() if value is not None}
    return Settings(**values)


def names() -> list[str]:
    """Every setting's name, in the order of the class."""
    return [setting.name for setting in dataclasses.fields(Settings)]


def default_of(name: str) -> Any:
    """The value that `name` has when nothing says otherwise."""
    setting = _fields()[name]
    if setting.default_factory is not dataclasses.MISSING:
        return setting.default_factory()
    return setting.default


def flags() -> list[str]:
    """Those that may be typed on a command line: all but the secret ones."""
    return [setting.name for setting in dataclasses.fields(Settings) if "secret" not in setting.metadata]


def help_of(name: str) -> str:
    """One line about `name`, for `--help` and for the documentation."""
    return str(_fields()[name].metadata["help"])


def _fields() -> dict[str, dataclasses.Field[Any]]:
    return {setting.name: setting for setting in dataclasses.fields(Settings)}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ConfigUnreadable(path=str(path), detail=detail) from error
    return {name: _typed(name, value) for name, value in table.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for variable, value in environment.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable == _CONFIG_VARIABLE:
            continue
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if name not in _fields() or variable != ENVIRONMENT_PREFIX + name.upper():
            raise _unknown(variable, lambda known: ENVIRONMENT_PREFIX + known.upper())
        if value != "":
            found[name] = parse(name, value)
    return found


def _unknown(written: str, spelt: Callable[[str], str]) -> SettingUnknown:
    """No setting was `written`; `spelt` writes one as it belongs there."""
    near = difflib.get_close_matches(written.removeprefix(ENVIRONMENT_PREFIX).lower(), names(), 1)
    if near:
        return SettingMistyped(setting=written, nearest=spelt(near[0]))
    return SettingUnknown(setting=written, names=", ".join(map(spelt, names())))


def parse(name: str, text: str) -> Any:
    """The value of setting `name` written as text, as on a command line. Raises SettingInvalid."""
    kind = type(default_of(name))
    try:
        return _PARSERS[kind](text)
    except (KeyError, ValueError) as error:
        raise SettingInvalid(setting=name, value=text, expected=_NAMES[kind]) from error


def _typed(name: str, value: Any) -> Any:
    """A value of a TOML file in the setting's own type."""
    if name not in _fields():
        raise _unknown(name, str)
    kind = type(default_of(name))
    if kind is tuple and isinstance(value, list):
        return tuple(str(item) for item in value)
    if issubclass(kind, Path) and isinstance(value, str):
        return Path(value).expanduser()
    if type(value) is not kind:
        shown = str(value) if name in flags() else "***"
        raise SettingInvalid(setting=name, value=shown, expected=_NAMES[kind])
    return value


_TRUTHS: Final = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("0", "false", "no", "off"), False
)
_PATH: Final = type(Path())
_PARSERS: Final[Mapping[type, Callable[[str], Any]]] = {
    str: str,
    int: int,
    bool: lambda text: _TRUTHS[text.strip().lower()],
    tuple: lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
    _PATH: lambda text: Path(text).expanduser(),
}
_NAMES: Final[Mapping[type, str]] = {
    str: "cli.expected_text",
    int: "cli.expected_whole_number",
    bool: "cli.expected_truth",
    tuple: "cli.expected_list",
    _PATH: "cli.expected_path",
}
