"""The one place where errors become HTTP: problem documents after RFC 9457."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from records.errors import ConfigurationError, InvalidCursor, TransientError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
_log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer that is not a success.

    Args:
        status: the HTTP status code.
        kind: the last part of the problem's type, such as `record-not-found`.
        detail: what was wrong this time and what to do.
        headers: headers of the answer.
    """

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers


def not_found(record_id: str) -> Problem:
    """No record has this id."""
    return Problem(HTTPStatus.NOT_FOUND, "record-not-found", f"There is no record {record_id}.")


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem document."""

    async def problem(request: Request, error: Problem) -> JSONResponse:
        return _answer(error.status, error.kind, error.detail, headers=error.headers)

    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_violation(entry) for entry in error.errors()]
        detail = "; ".join(f"{entry['pointer']}: {entry['detail']}" for entry in errors)
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors=errors)

    async def cursor(request: Request, error: InvalidCursor) -> JSONResponse:
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-cursor", str(error))

    async def transient(request: Request, error: TransientError) -> JSONResponse:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        detail = "AWS is slow to answer right now; try again."
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", detail, headers=headers)

    async def configuration(request: Request, error: ConfigurationError) -> JSONResponse:
        _log.error("%s %s: misconfigured", request.method, request.url.path, exc_info=error)
        detail = "The stack is misconfigured; its log says how."
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "misconfigured", detail)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        # Mangum logs it: Starlette raises it again once this answer is sent.
        detail = "Something unexpected happened; the API's log says what."
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", detail)

    async def http(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        kind = status.phrase.lower().replace(" ", "-")
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return _answer(status, kind, detail, headers=dict(error.headers or {}))

    for kind, answer in {
        Problem: problem,
        RequestValidationError: invalid,
        InvalidCursor: cursor,
        TransientError: transient,
        ConfigurationError: configuration,
        HTTPException: http,
        Exception: unexpected,
    }.items():
        app.add_exception_handler(kind, answer)  # type: ignore[arg-type]


def _answer(
    status: HTTPStatus, kind: str, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    body = {"type": f"/problems/{kind}", "title": kind.replace("-", " ").capitalize(), "status": int(status)}
    return JSONResponse(
        body | {"detail": detail} | more, status_code=status, headers=headers, media_type=MEDIA_TYPE
    )


def _violation(error: Any) -> dict[str, str]:
    place, *path = error["loc"]
    if error["type"] == "json_invalid":  # its path is a number of characters, and no member has that name
        return {"pointer": "#", "detail": f"{error['msg']}: {error['ctx']['error']} at character {path[0]}"}
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]  # RFC 6901
    pointer = "/".join(["#" if place == "body" else str(place), *steps])
    if error["type"] == "model_attributes_type":  # the body was not read as JSON: the header said so
        return {"pointer": pointer, "detail": "send a JSON object with Content-Type: application/json"}
    return {"pointer": pointer, "detail": str(error["msg"])}
