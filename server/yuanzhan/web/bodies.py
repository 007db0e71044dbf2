"""The JSON body of a request as a model, or everything that is wrong with it."""

from __future__ import annotations

from typing import Final, TypeVar

from aiohttp import web
from pydantic import BaseModel

from yuanzhan.booths.problems import read
from yuanzhan.errors.requests import BodyWrong, RequestTooLarge
from yuanzhan.errors.uploads import MediaTypeWrong

Model = TypeVar("Model", bound=BaseModel)

JSON: Final = "application/json"
BODY_MAX_BYTES: Final = 16 * 1024


async def body_as(
    request: web.Request,
    model: type[Model],
    *,
    most_bytes: int = BODY_MAX_BYTES,
    wrong: type[BodyWrong] = BodyWrong,
    optional: bool = False,
) -> Model:
    """The body, which must be JSON and a `model`; with `optional`, none is an empty object.

    Raises MediaTypeWrong, RequestTooLarge, and `wrong` with the problems.
    """
    content = await bytes_of(request, most_bytes)
    if optional and not content:
        return read(model, b"{}", wrong)
    if request.content_type != JSON:
        raise MediaTypeWrong(wanted=JSON)
    return read(model, content, wrong)


async def bytes_of(request: web.Request, most: int) -> bytes:
    """The whole body. Raises RequestTooLarge as soon as it is more than `most` bytes."""
    if (request.content_length or 0) > most:
        raise RequestTooLarge()
    content = bytearray()
    async for chunk in request.content.iter_any():
        content += chunk
        if len(content) > most:
            raise RequestTooLarge()
    return bytes(content)
