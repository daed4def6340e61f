"""The one place where errors become HTTP: problem documents after RFC 9457."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.headers import request_id
from api.problems import ProblemKind
from records.errors import ConfigurationError, InvalidCursor, TransientError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
_MOST_VIOLATIONS = 100
_LONGEST_STEP = 200
_OF_STARLETTE = {
    kind.status: kind
    for kind in (
        ProblemKind.UNREADABLE_BODY,
        ProblemKind.NOT_FOUND,
        ProblemKind.METHOD_NOT_ALLOWED,
        ProblemKind.BODY_TOO_LARGE,
    )
}
_log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer that is not a success.

    Args:
        kind: which one.
        detail: what was wrong this time and what to do.
        headers: headers of the answer.
    """

    def __init__(self, kind: ProblemKind, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = headers


def not_found(record_id: str) -> Problem:
    """No record has this id."""
    return Problem(ProblemKind.RECORD_NOT_FOUND, f"There is no record {record_id}.")


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem document."""
    for error, answer in {
        Problem: _problem,
        RequestValidationError: _invalid,
        InvalidCursor: _cursor,
        TransientError: _transient,
        ConfigurationError: _configuration,
        HTTPException: _http,
    }.items():
        app.add_exception_handler(error, answer)  # type: ignore[arg-type]


async def unexpected(request: Request, error: Exception) -> Response:
    """The answer to what nothing else answers; the log has what it does not tell."""
    _logged(request, "unexpected", error)
    detail = "Something unexpected happened; the API's log says what."
    return _answer(request, ProblemKind.UNEXPECTED, detail)


async def _problem(request: Request, error: Problem) -> Response:
    return _answer(request, error.kind, error.detail, headers=error.headers)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    if any(entry["loc"] == ("body",) and isinstance(entry.get("input"), bytes) for entry in found):
        # FastAPI hands over the bytes as they are unless the header says that they are JSON.
        given = request.headers.get("content-type")
        detail = f"The Content-Type is {given or 'missing'}; send application/json."
        return _answer(request, ProblemKind.UNSUPPORTED_CONTENT_TYPE, detail)
    violations = [_violation(entry) for entry in found[:_MOST_VIOLATIONS]]
    detail = "; ".join(f"{entry['pointer']}: {entry['detail']}" for entry in violations)
    return _answer(request, ProblemKind.INVALID_REQUEST, detail, errors=violations)


async def _cursor(request: Request, error: InvalidCursor) -> Response:
    return _answer(request, ProblemKind.INVALID_CURSOR, str(error))


async def _transient(request: Request, error: TransientError) -> Response:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    detail = "AWS is slow to answer right now; try again."
    return _answer(request, ProblemKind.TRY_AGAIN, detail, headers=headers)


async def _configuration(request: Request, error: ConfigurationError) -> Response:
    _logged(request, "misconfigured", error)
    detail = "The stack is misconfigured; its log says how."
    return _answer(request, ProblemKind.MISCONFIGURED, detail)


async def _http(request: Request, error: HTTPException) -> Response:
    kind = next((kind for status, kind in _OF_STARLETTE.items() if status == error.status_code), None)
    if kind is None:
        return await unexpected(request, error)
    detail = f"{request.method} {request.scope['path']}: {error.detail}"
    headers = dict(error.headers or {})
    if kind is ProblemKind.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return _answer(request, kind, detail, headers=headers)


def _methods(request: Request) -> set[str]:
    """What the path can be asked with: Starlette itself tells of the first route only."""
    methods: set[str] = set()
    waiting = list(request.app.routes)
    while waiting:
        route = waiting.pop()
        if hasattr(route, "original_router"):
            waiting += route.original_router.routes
        elif route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods
    return methods


def _logged(request: Request, what: str, error: Exception) -> None:
    asked = request.method, request.scope["path"]
    _log.error("%s %s: %s, request %s", *asked, what, request_id(request.scope), exc_info=error)


def _answer(
    request: Request, kind: ProblemKind, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    body = {"type": kind.type, "title": kind.title, "status": int(kind.status), "detail": detail}
    body |= {"requestId": request_id(request.scope)} | more
    # A detail may quote what was sent, and that half of a surrogate pair which is no text in UTF-8.
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    return Response(text, int(kind.status), headers, MEDIA_TYPE)


def _violation(error: Any) -> dict[str, str]:
    place, *path = error["loc"]
    if error["type"] == "json_invalid":  # its path is a number of characters, and no member has that name
        return {"pointer": "#", "detail": f"{error['msg']}: {error['ctx']['error']} at character {path[0]}"}
    # RFC 6901; a member's name is the client's own choice, and may be as long as the body.
    steps = [str(step)[:_LONGEST_STEP].replace("~", "~0").replace("/", "~1") for step in path]
    pointer = "/".join(["#" if place == "body" else str(place), *steps])
    if error["type"] == "model_attributes_type":
        return {"pointer": pointer, "detail": "Input should be a JSON object"}
    return {"pointer": pointer, "detail": str(error["msg"]).removeprefix("Value error, ")}
