"""The app: routes, errors and the document that clients are generated from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from api import document, errors, routes_dashboard, routes_records
from api.edge import Edge
from api.headers import SafeHeaders

if TYPE_CHECKING:
    from api.deps import World
    from api.keys.oidc import Oidc

VERSION = "0.1.0"
_ABOUT = """Files go in, records come out.

Announce a file with `POST /uploads`, send it to S3 with the form in the answer, and read its record
until it is `processed` or `quarantined`. Files dropped straight into the bucket get records as well.
"""
_TAGS = [
    {"name": "health", "description": "Whether the API answers, and whether alerts go out."},
    {"name": "records", "description": "What is known of each file, and links to what it holds."},
    {"name": "uploads", "description": "Announcing files, and sending them to the bucket."},
    {"name": "actions", "description": "Trying files again, discarding them, and what the sweep repaired."},
    {"name": "contracts", "description": "What each prefix accepts."},
    {"name": "keys", "description": "Making, changing and revoking API keys."},
    {"name": "stats", "description": "What stands now, how much came in, and how long it took."},
    {"name": "access", "description": "What the caller may do."},
]


def _describe_tokens(app: FastAPI, oidc: Oidc) -> None:
    from api.keys.oidc import as_bearer

    described = app.openapi

    def openapi() -> dict[str, Any]:
        return as_bearer(described(), oidc)

    app.openapi = openapi  # type: ignore[method-assign]


def create_app(world: World) -> FastAPI:
    """The app in a world of clients and names, which tests replace."""
    # Not above: `hot_app` does without them, and their models take longer to make than a list.
    from api import (
        routes_actions,
        routes_contracts,
        routes_docs,
        routes_downloads,
        routes_health,
        routes_keys,
        routes_multipart,
        routes_overview,
        routes_problems,
        routes_stats,
        routes_uploads,
    )

    app = hot_app(world)
    for routes in (
        routes_health,
        routes_downloads,
        routes_uploads,
        routes_multipart,
        routes_actions,
        routes_contracts,
        routes_stats,
        routes_overview,
        routes_docs,
        routes_problems,
    ):
        app.include_router(routes.router)
    # The committed document is written without a world, and is that of a stack with keys.
    if world and world.oidc:
        _describe_tokens(app, world.oidc)
    else:
        app.include_router(routes_keys.router)
    return app


def hot_app(world: World) -> FastAPI:
    """Of these routes only those of records and of the page, which answer as in the whole app: `api.hot`."""
    app = FastAPI(
        title="Silent Scalper",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        # A redirect to the path without a slash would name a host and a scheme that we can only guess.
        redirect_slashes=False,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/", "description": "The stack that this document comes from."}],
        openapi_tags=_TAGS,
    )
    app.state.world = world
    app.add_middleware(Edge)
    app.add_middleware(SafeHeaders)
    errors.install(app)
    document.install(app)
    app.include_router(routes_records.router)
    app.include_router(routes_dashboard.router)
    return app
