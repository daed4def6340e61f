"""The OpenAPI document, and `python -m api.document`, which writes it to `openapi.json`.

A route says which problems are its own and which headers its answer has; what every route can answer, and
what clients need to know of each problem, is added by `api.shaping`.
"""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from fastapi.openapi.utils import get_openapi

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.problems import ProblemKind

Responses = dict[int | str, dict[str, Any]]
KINDS: Final = "x-kinds"
HEADERS: Final = "x-headers"


def problems(*kinds: ProblemKind) -> Responses:
    """The problems of a route's own, for its `responses`: `problems(ProblemKind.RECORD_NOT_FOUND)`."""
    responses: Responses = {}
    for kind in kinds:
        responses.setdefault(int(kind.status), {KINDS: []})[KINDS].append(kind.slug)
    return responses


def headers(status: HTTPStatus, *names: str) -> Responses:
    """The headers of an answer with this status, by names of `api.shaping.HEADERS`.

    For a route's `responses`, together with its problems: `problems(…) | headers(HTTPStatus.OK, "ETag")`.
    """
    return {int(status): {HEADERS: list(names)}}


def install(app: FastAPI) -> None:
    """Let the app's document say what the app does."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    from api.shaping import shaped  # examples and texts that only the document needs

    return shaped(
        get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            license_info=app.license_info,
            servers=app.servers,
            tags=app.openapi_tags,
            routes=app.routes,
        )
    )


def main() -> None:
    """Write the document of an app without a world: it does not depend on one."""
    from api.app import create_app

    document = create_app(cast("Any", None)).openapi()
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "openapi.json")
    target.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
