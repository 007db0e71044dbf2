"""One JSON shape for every error: `{"error": {"code", "message"}}`, the message in the request's language."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import web

from yuanzhan import catalogue
from yuanzhan.errors.base import YuanzhanError
from yuanzhan.errors.requests import (
    BodyWrong,
    ForeignOrigin,
    MethodNotAllowed,
    NoSuchPage,
    Problem,
    RequestInvalid,
    RequestTooLarge,
    TooManyPending,
)
from yuanzhan.errors.server import InternalError, ObjectsUnreachable, Stopping
from yuanzhan.errors.sign_in import TooManyTries
from yuanzhan.errors.statuses import http_status
from yuanzhan.errors.uploads import PictureUnfinished
from yuanzhan.web.answers import json_answer
from yuanzhan.web.route import Handler

log = structlog.get_logger("yuanzhan.web")

# How soon a refused client may try again.
RETRY_AFTER_S: Final = 5

# What aiohttp itself refuses, in our own words.
_OF_AIOHTTP: Final[dict[int, type[YuanzhanError]]] = {
    HTTPStatus.FORBIDDEN: ForeignOrigin,
    HTTPStatus.NOT_FOUND: NoSuchPage,
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: RequestTooLarge,
}


def error_response(request: web.BaseRequest, error: YuanzhanError) -> web.Response:
    """The answer that tells of `error`."""
    lang = catalogue.lang_of_header(request.headers.get("Accept-Language", ""))
    message = catalogue.sentence(f"error.{error.code}", lang, error.params)
    told: dict[str, Any] = {"code": error.code, "message": message}
    if isinstance(error, BodyWrong):
        told["problems"] = [_problem(problem) for problem in error.problems]
    response = json_answer(
        {"error": told},
        status=http_status(error),
        headers={"Content-Language": "zh-CN" if lang == "zh" else "en", "Vary": "Accept-Language"},
    )
    if isinstance(error, TooManyPending | Stopping | ObjectsUnreachable | PictureUnfinished):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.params["seconds"])
    return response


def _problem(problem: Problem) -> dict[str, Any]:
    """Where, what, and its sentence in both languages: a form shows it beside its field."""
    key = f"problem.{problem.code}"
    message = {lang: catalogue.sentence(key, lang, problem.params) for lang in ("zh", "en")}
    return {"pointer": problem.pointer, "code": problem.code, "message": message}


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: whatever is raised below becomes the one shape."""
    try:
        if "\0" in request.path:
            # No id has one, and PostgreSQL takes none in any text.
            raise NoSuchPage()
        return await handler(request)
    except YuanzhanError as error:
        return error_response(request, error)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as refused:
        response = error_response(request, _OF_AIOHTTP.get(refused.status, RequestInvalid)())
        if "Allow" in refused.headers:
            response.headers["Allow"] = refused.headers["Allow"]
        return response
    except Exception:
        log.exception("request_failed", method=request.method, path=request.path)
        return error_response(request, InternalError())
