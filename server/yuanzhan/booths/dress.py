"""How a booth stands and what it tells: the body of PUT /api/booths/{id}/dress, and what is kept of it.

Text is plain: no markup is ever read from it. Links are http or https. Every length and count has its limit.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from yuanzhan.store.objects import NAME

FILES_URL: Final = "/files/"
"""Where objects are served, by their names."""
# The bytes of the JSON: what all limits below allow, with room.
DRESS_MAX_BYTES: Final = 512 * 1024
PANELS_MAX: Final = 24
PRODUCTS_MAX: Final = 60
LINKS_MAX: Final = 12
TITLE_MAX: Final = 80
BODY_MAX: Final = 2_000
NAME_MAX: Final = 120
PRICE_MAX: Final = 40
CONTACT_MAX: Final = 200
URL_MAX: Final = 2_000
NODE_MAX: Final = 256
# No slot is larger: the real bound is the slot's own (fit.py).
OFFSET_MAX_M: Final = 50.0
PANEL_MAX_M: Final = 100.0
SCALE_MIN: Final = 0.01
SCALE_MAX: Final = 100.0

_STRICT: Final = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
# Explicit directions (UAX 9) can turn the reading of what stands around them.
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def _plain(text: str) -> str:
    """Composed (NFC), without blanks around it. Raises for what is not text to read."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if any((unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t") or c in _TURNING for c in composed):
        raise PydanticCustomError("control_characters", "control characters")
    return composed


def _url(text: str) -> str:
    """An absolute http(s) URL with a host, without a user in it."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (raises for a port that is none)
    except ValueError:
        raise PydanticCustomError("not_a_url", "not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PydanticCustomError("not_a_url", "not a URL")
    if parts.username is not None:
        raise PydanticCustomError("url_user", "a user in the URL")
    if not text.isprintable() or any(c in text for c in ' "<>\\^`{|}'):
        raise PydanticCustomError("url_characters", "characters that no URL has")
    return text


def _file_or_url(text: str) -> str:
    """Where a file of ours is served, or an address of the web."""
    name = text.removeprefix(FILES_URL)
    return text if name != text and NAME.fullmatch(name) else _url(text)


def _both(value: Any) -> Any:
    """Text that is the same in both languages may be written once."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


def filled(text: str) -> str:
    """For text that must say something."""
    if not text:
        raise PydanticCustomError("missing", "nothing in it")
    return text


TitleText = Annotated[str, StringConstraints(max_length=TITLE_MAX), AfterValidator(_plain)]
BodyText = Annotated[str, StringConstraints(max_length=BODY_MAX), AfterValidator(_plain)]
NameText = Annotated[str, StringConstraints(max_length=NAME_MAX), AfterValidator(_plain)]
PriceText = Annotated[str, StringConstraints(max_length=PRICE_MAX), AfterValidator(_plain)]
ContactText = Annotated[str, StringConstraints(max_length=CONTACT_MAX), AfterValidator(_plain)]
NodeName = Annotated[str, StringConstraints(max_length=NODE_MAX)]
Url = Annotated[str, StringConstraints(max_length=URL_MAX), AfterValidator(_url)]
PanelUrl = Annotated[str, StringConstraints(max_length=URL_MAX), AfterValidator(_file_or_url)]
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
HallId = ItemId
ObjectName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\.[a-z0-9]{1,8}$")]
Metres = Annotated[float, Field(ge=-PANEL_MAX_M, le=PANEL_MAX_M)]
OffsetMetres = Annotated[float, Field(ge=-OFFSET_MAX_M, le=OFFSET_MAX_M)]


class Title(BaseModel):
    """A short text in one or both languages; the other falls back to it."""

    model_config = _STRICT

    zh: TitleText = ""
    en: TitleText = ""

    @model_validator(mode="after")
    def _says_something(self) -> Title:
        if not (self.zh or self.en):
            raise PydanticCustomError("empty", "neither zh nor en")
        return self


class Body(BaseModel):
    """A text of several lines in one or both languages, or none."""

    model_config = _STRICT

    zh: BodyText = ""
    en: BodyText = ""


AnyTitle = Annotated[Title, BeforeValidator(_both)]
AnyBody = Annotated[Body, BeforeValidator(_both)]
PanelKind = Literal["text", "picture", "video", "audio"]
PANEL_KINDS: Final = get_args(PanelKind)


class Panel(BaseModel):
    """A panel at a point of the booth (metres, in the booth's own axes). All but `text` show an object: a
    file that was sent for this booth."""

    model_config = _STRICT

    id: ItemId
    kind: PanelKind
    # Not strict: after the validator below, a list of JSON is a list of Python.
    at: Annotated[tuple[Metres, Metres, Metres], Field(strict=False)] = (0.0, 1.5, 0.0)
    title: AnyTitle
    body: AnyBody = Body()
    url: PanelUrl | None = None
    object: ObjectName | None = None

    @model_validator(mode="before")
    @classmethod
    def _file_by_either_name(cls, value: Any) -> Any:
        """`object` and `url` mean the same file; whoever names one of them gets both."""
        if not isinstance(value, dict):
            return value
        url, name = value.get("url"), value.get("object")
        if name is None and isinstance(url, str) and url.startswith(FILES_URL):
            return value | {"object": url.removeprefix(FILES_URL)}
        return value | {"url": FILES_URL + name} if isinstance(name, str) else value


class Product(BaseModel):
    """A product is a node of the model, by its name. With `variants` its colours can be chosen
    (KHR_materials_variants)."""

    model_config = _STRICT

    id: ItemId
    node: NodeName = ""
    name: AnyTitle
    price: PriceText | None = None
    variants: bool = False
    body: AnyBody = Body()


class Link(BaseModel):
    model_config = _STRICT

    label: AnyTitle
    url: Url


class Card(BaseModel):
    """The exhibitor's own card, shown to every visitor."""

    model_config = _STRICT

    name: Annotated[NameText, AfterValidator(filled)]
    organisation: NameText = ""
    contact: ContactText = ""


class Dress(BaseModel):
    """Where the booth stands in its slot, and what is on it. `yaw_deg` turns it about the slot's middle; left
    out, the side that the model shows faces the visitors."""

    model_config = _STRICT

    hall: HallId
    slot: ItemId
    offset_m: tuple[OffsetMetres, OffsetMetres] = (0.0, 0.0)
    yaw_deg: Annotated[float, Field(ge=-360, le=360)] = 0.0
    scale: Annotated[float, Field(ge=SCALE_MIN, le=SCALE_MAX)] = 1.0
    panels: Annotated[tuple[Panel, ...], Field(max_length=PANELS_MAX)] = ()
    products: Annotated[tuple[Product, ...], Field(max_length=PRODUCTS_MAX)] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=LINKS_MAX)] = ()
    card: Card | None = None

    @property
    def objects(self) -> frozenset[str]:
        """The files that it shows."""
        return frozenset(panel.object for panel in self.panels if panel.object is not None)


class Submitted(Dress):
    """A dress as it was submitted, with what the booth was called then; what was submitted before titles were
    kept has none."""

    booth_title: AnyTitle | None = None
