"""hall.toml to frozen dataclasses. docs/authoring.md lists the keys; every error names the file and the key.

Positions are metres, colours linear RGB, angles degrees (as authors write them).
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

from yuanzhan.errors.starting import SceneInvalid

T = TypeVar("T")
Vector = tuple[float, float, float]

SHAPES: Final = ("circle", "fan", "quatrefoil", "dome")
TONES: Final = ("aces", "agx", "neutral")
# Part of a URL and of wire messages.
ID_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
CAPACITY_MAX: Final = 65_535
ORDER_LAST: Final = 1_000  # where a hall that says nothing stands on the landing page
TEXT_MAX: Final = 4_000
LIST_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; English falls back to Chinese and the other way round when one is
    absent."""

    zh: str = ""
    en: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.zh and self.en)

    def json(self) -> dict[str, str]:
        return {"zh": self.zh or self.en, "en": self.en or self.zh}


@dataclass(frozen=True, slots=True)
class Lightmap:
    file: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Sun:
    """The default is a mild late morning, for halls that say nothing."""

    colour: Vector = (1.0, 0.95, 0.86)
    intensity: float = 3.2
    elevation_deg: float = 46.0
    azimuth_deg: float = 30.0
    shadow_m: tuple[float, float] = (60.0, 60.0)


@dataclass(frozen=True, slots=True)
class Sky:
    """Parameters of the sky formula; assets/kit/sky.py has the formula and the same defaults."""

    zenith: Vector = (0.16, 0.34, 0.62)
    horizon: Vector = (0.72, 0.82, 0.90)
    ground: Vector = (0.28, 0.27, 0.25)
    glow: Vector = (0.9, 0.85, 0.7)
    middle: Vector = (0.36, 0.56, 0.76)
    horizon_away: Vector = (0.62, 0.74, 0.85)
    glow_strength: float = 0.5
    falloff: float = 7.0
    cloud: float = 0.6
    cloud_colour: Vector = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Look:
    exposure: float = 1.0
    tone: str = "aces"
    environment: float = 1.0
    fog: tuple[float, float, float, float] = (0.72, 0.80, 0.88, 0.003)


@dataclass(frozen=True, slots=True)
class PanelText:
    id: str
    title: Text
    body: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Booth:
    id: str
    slot: str
    file: str
    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class CheckinText:
    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    at: str
    title: Text


@dataclass(frozen=True, slots=True)
class Viewpoint:
    id: str
    eye: Vector
    look_at: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a hall.toml says. `id` is the folder's name; file names are relative to `folder` and stay inside
    it."""

    id: str
    folder: Path
    file: str
    shape: str
    title: Text
    order: int = ORDER_LAST
    capacity: int | None = None
    poster: str | None = None
    levels: str | None = None
    stage: str | None = None
    place: Text = Text()
    summary: Text = Text()
    walkable_m2: float = 0.0
    lightmap: Lightmap | None = None
    sun: Sun | None = None
    sky: Sky = Sky()
    look: Look = Look()
    panels: tuple[PanelText, ...] = ()
    booths: tuple[Booth, ...] = ()
    checkins: tuple[CheckinText, ...] = ()
    programme: tuple[ProgrammeItem, ...] = ()
    viewpoints: tuple[Viewpoint, ...] = ()

    def path(self, file: str) -> Path:
        """Where `file` of this hall is."""
        return self.folder / file


def read_manifest(folder: Path) -> Manifest:
    """The hall.toml of `folder`. Raises SceneInvalid that names the file and the key."""
    where = f"{folder.name}/hall.toml"
    if not ID_PATTERN.fullmatch(folder.name):
        raise SceneInvalid(
            file=where, detail="the folder's name is the hall's id: small letters, digits, - and _"
        )
    try:
        values = tomllib.loads((folder / "hall.toml").read_text(encoding="utf-8"))
    except OSError as error:
        raise SceneInvalid(file=where, detail=f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SceneInvalid(file=where, detail=f"not TOML: {error}") from None
    return _manifest(_Table(values, where), folder)


def _manifest(t: _Table, folder: Path) -> Manifest:
    manifest = Manifest(
        id=folder.name,
        folder=folder,
        file=t.file("file", folder),
        shape=t.choice("shape", SHAPES, SHAPES[0]),
        title=t.text("title", required=True),
        order=t.whole("order", 0, 100_000, ORDER_LAST),
        capacity=t.whole("capacity", 1, CAPACITY_MAX) if t.has("capacity") else None,
        poster=t.file("poster", folder) if t.has("poster") else None,
        levels=t.file("levels", folder) if t.has("levels") else None,
        stage=t.id("stage") if t.has("stage") else None,
        place=t.text("place"),
        summary=t.text("summary"),
        walkable_m2=t.number("walkable_m2", 0, 1e6, 0.0),
        lightmap=t.table(
            "lightmap", lambda s: Lightmap(s.file("file", folder), s.number("scale", 1e-3, 1e3, 1.0))
        ),
        sun=t.table("sun", _sun),
        sky=t.table("sky", _sky) or Sky(),
        look=t.table("look", _look) or Look(),
        panels=t.tables(
            "panels", lambda s: PanelText(s.id(), s.text("title"), s.text("body"), s.text("source"))
        ),
        booths=t.tables(
            "booths",
            lambda s: Booth(s.id(), s.id("slot"), s.file("file", folder), s.text("title"), s.text("body")),
        ),
        checkins=t.tables("checkins", lambda s: CheckinText(s.id(), s.text("title"))),
        programme=t.tables("programme", lambda s: ProgrammeItem(s.time("at"), s.text("title"))),
        viewpoints=t.tables("viewpoints", lambda s: Viewpoint(s.id(), s.vector("eye"), s.vector("look_at"))),
    )
    t.refuse_unknown()
    for key in ("panels", "booths", "checkins", "viewpoints"):
        ids = [item.id for item in getattr(manifest, key)]
        t.require(len(set(ids)) == len(ids), key, "each id may be there only once")
    slots = [booth.slot for booth in manifest.booths]
    t.require(len(set(slots)) == len(slots), "booths", "each slot holds one booth")
    return manifest


def _sun(t: _Table) -> Sun:
    default = Sun()
    return Sun(
        t.colour("colour", default.colour),
        t.number("intensity", 0, 100, default.intensity),
        t.number("elevation_deg", 0, 90, default.elevation_deg),
        t.number("azimuth_deg", -360, 360, default.azimuth_deg),
        t.numbers("shadow_m", 2, 1, 1000, default.shadow_m),
    )


def _sky(t: _Table) -> Sky:
    default = Sky()
    return Sky(
        t.colour("zenith", default.zenith),
        t.colour("horizon", default.horizon),
        t.colour("ground", default.ground),
        t.colour("glow", default.glow),
        t.colour("middle", default.middle),
        t.colour("horizon_away", default.horizon_away),
        t.number("glow_strength", 0, 100, default.glow_strength),
        t.number("falloff", 0.1, 100, default.falloff),
        t.number("cloud", 0, 1, default.cloud),
        t.colour("cloud_colour", default.cloud_colour),
    )


def _look(t: _Table) -> Look:
    default = Look()
    return Look(
        t.number("exposure", 0.01, 100, default.exposure),
        t.choice("tone", TONES, default.tone),
        t.number("environment", 0, 100, default.environment),
        t.numbers("fog", 4, 0, 100, default.fog),
    )


class _Table:
    """One table of the file: takes keys out with their checks, and at the end refuses what nobody asked
    for."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = dict(values)
        self._where = where
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        return key in self._values

    def require(self, condition: bool, key: str, detail: str) -> None:
        if not condition:
            raise SceneInvalid(file=f"{self._where}: {key}", detail=detail)

    def refuse_unknown(self) -> None:
        unknown = sorted(set(self._values) - self._asked)
        self.require(not unknown, ", ".join(unknown), "there is no such key (docs/authoring.md lists them)")

    def _take(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        if key not in self._values:
            self.require(default is not None, key, "is missing")
            return default
        return self._values[key]

    def string(self, key: str, default: str | None = None, longest: int = 200) -> str:
        value = self._take(key, default)
        self.require(
            isinstance(value, str) and len(value) <= longest,
            key,
            f"must be text of at most {longest} characters",
        )
        return str(value)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.string(key, default)
        self.require(value in choices, key, f"must be one of {', '.join(choices)}")
        return value

    def id(self, key: str = "id") -> str:
        value = self.string(key)
        self.require(
            ID_PATTERN.fullmatch(value) is not None, key, "must be small letters, digits, - and _, at most 64"
        )
        return value

    def time(self, key: str) -> str:
        value = self.string(key)
        self.require(
            re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value) is not None,
            key,
            'must be a time such as "15:30"',
        )
        return value

    def file(self, key: str, folder: Path) -> str:
        value = self.string(key)
        relative = PurePosixPath(value)
        inside = not relative.is_absolute() and ".." not in relative.parts and "\\" not in value
        self.require(inside, key, f"{value!r} must be a file inside the hall's folder, written with /")
        path = folder / relative
        self.require(path.is_file(), key, f"there is no file {value!r}")
        self.require(
            path.resolve().is_relative_to(folder.resolve()), key, f"{value!r} leads out of the hall's folder"
        )
        return value

    def whole(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        value = self._take(key, default)
        ok = isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
        self.require(ok, key, f"must be a whole number from {lowest} to {highest}")
        return int(value)

    def number(self, key: str, lowest: float, highest: float, default: float | None = None) -> float:
        value = self._take(key, default)
        self.require(
            _is_number(value, lowest, highest), key, f"must be a number from {lowest:g} to {highest:g}"
        )
        return float(value)

    def numbers(self, key: str, count: int, lowest: float, highest: float, default: Any = None) -> Any:
        value = self._take(key, default)
        ok = isinstance(value, (list, tuple)) and len(value) == count
        self.require(
            ok and all(_is_number(v, lowest, highest) for v in value),
            key,
            f"must be {count} numbers from {lowest:g} to {highest:g}",
        )
        return tuple(float(v) for v in value)

    def vector(self, key: str) -> Vector:
        x, y, z = self.numbers(key, 3, -10_000, 10_000)
        return x, y, z

    def colour(self, key: str, default: Vector) -> Vector:
        r, g, b = self.numbers(key, 3, 0, 100, default)
        return r, g, b

    def text(self, key: str, *, required: bool = False) -> Text:
        if not self.has(key) and not required:
            self._asked.add(key)
            return Text()
        value = self._take(key)
        if isinstance(value, str):
            value = {"zh": value, "en": value}
        self.require(isinstance(value, dict), key, 'must be { zh = "…", en = "…" }')
        table = _Table(value, f"{self._where}: {key}")
        text = Text(table.string("zh", "", TEXT_MAX), table.string("en", "", TEXT_MAX))
        table.refuse_unknown()
        self.require(bool(text.zh or text.en), key, "has neither zh nor en")
        return text

    def table(self, key: str, read: Callable[[_Table], T]) -> T | None:
        if not self.has(key):
            self._asked.add(key)
            return None
        value = self._take(key)
        self.require(isinstance(value, dict), key, f"must be a table: [{key}]")
        return self._read(value, key, read)

    def tables(self, key: str, read: Callable[[_Table], T]) -> tuple[T, ...]:
        value = self._take(key, [])
        ok = isinstance(value, list) and len(value) <= LIST_MAX and all(isinstance(v, dict) for v in value)
        self.require(ok, key, f"must be at most {LIST_MAX} tables: [[{key}]]")
        return tuple(self._read(v, f"{key}[{index}]", read) for index, v in enumerate(value))

    def _read(self, value: dict[str, Any], key: str, read: Callable[[_Table], T]) -> T:
        table = _Table(value, f"{self._where}: {key}")
        found = read(table)
        table.refuse_unknown()
        return found


def _is_number(value: Any, lowest: float, highest: float) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
        and lowest <= value <= highest
    )
