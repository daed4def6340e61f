"""The OpenAPI document, and `python -m api.document`, which writes it to `openapi.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fastapi.openapi.utils import get_openapi

from api import errors
from api.schemas import ProblemView

if TYPE_CHECKING:
    from fastapi import FastAPI

_PROBLEMS = {
    401: "No API key, or one that is unknown, revoked or expired.",
    403: "The key has not the scope for this, or is bound to another prefix.",
    422: "The request is not as described; `errors` says where.",
    429: "The key made too many requests; try again after `Retry-After` seconds.",
    500: "The stack is misconfigured; its log says how.",
    503: "AWS is slow to answer; try again after `Retry-After` seconds.",
}
NO_SUCH_RECORD = {404: "There is no such record."}


def problems(more: dict[int, str] | None = None) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route that needs a key, and those of its own.

    They stand under `application/problem+json`; FastAPI's own `model=` would say `application/json`.
    """
    schema = {"$ref": "#/components/schemas/ProblemView"}
    return {
        status: {"description": text, "content": {errors.MEDIA_TYPE: {"schema": schema}}}
        for status, text in sorted((_PROBLEMS | (more or {})).items())
    }


def install(app: FastAPI) -> None:
    """Let the app's document contain the schema that `problems` points to."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        license_info=app.license_info,
        routes=app.routes,
    )
    schema = ProblemView.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= {**schema.pop("$defs"), "ProblemView": schema}
    return document


def main() -> None:
    """Write the document of an app without a world: it does not depend on one."""
    from api.app import create_app

    document = create_app(cast("Any", None)).openapi()
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "openapi.json")
    target.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
