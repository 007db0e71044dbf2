"""The JSON body of a small request, read field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Self, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from yuanzhan.errors.requests import RequestInvalid, RequestTooLarge

BODY_MAX_BYTES: Final = 16 * 1024
TEXT_MAX_CHARS: Final = 4096


Model = TypeVar("Model", bound=BaseModel)


async def form_as(request: web.Request, model: type[Model]) -> Model:
    """The body as a `model`; of what is wrong with it nothing is told but that it is.

    Raises RequestInvalid, RequestTooLarge.
    """
    content = await _json_of(request)
    try:
        return model.model_validate_json(content)
    except ValidationError:
        raise RequestInvalid() from None


class Form:
    """A JSON object whose fields have the type that is asked for. Each method raises RequestInvalid."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: web.Request) -> Self:
        """The body of a request, which must say that it is JSON: a form of another page cannot.

        Raises RequestInvalid, RequestTooLarge.
        """
        try:
            fields = json.loads(await _json_of(request))
        except (ValueError, RecursionError):
            raise RequestInvalid() from None
        if not isinstance(fields, dict):
            raise RequestInvalid()
        return cls(fields)

    @property
    def content(self) -> Mapping[str, Any]:
        """All of it, as it came."""
        return self._fields

    def text(self, name: str) -> str:
        """A text that can be kept: no null, no half of a surrogate pair."""
        value = self._fields.get(name)
        if not isinstance(value, str) or len(value) > TEXT_MAX_CHARS or "\0" in value:
            raise RequestInvalid()
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RequestInvalid() from None
        return value

    def text_or_none(self, name: str) -> str | None:
        """A text, or None where it is missing or null."""
        return None if self._fields.get(name) is None else self.text(name)

    def number_or_none(self, name: str, least: int, most: int) -> int | None:
        """A whole number within limits, or None where it is missing or null."""
        value = self._fields.get(name)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            raise RequestInvalid()
        return value

    def form_or_none(self, name: str) -> Form | None:
        """An object, or None where it is missing or null."""
        value = self._fields.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise RequestInvalid()
        return Form(value)


async def _json_of(request: web.Request) -> bytes:
    """The body of a request, which must say that it is JSON: a form of another page cannot."""
    if request.content_type != "application/json":
        raise RequestInvalid()
    content = await request.content.read(BODY_MAX_BYTES + 1)
    while content and len(content) <= BODY_MAX_BYTES and not request.content.at_eof():
        content += await request.content.read(BODY_MAX_BYTES + 1 - len(content))
    if len(content) > BODY_MAX_BYTES:
        raise RequestTooLarge()
    return content
