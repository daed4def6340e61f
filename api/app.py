"""The app: routes, errors and the document that clients are generated from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import FastAPI

from api import (
    document,
    errors,
    routes_actions,
    routes_contracts,
    routes_docs,
    routes_problems,
    routes_records,
    routes_stats,
    routes_uploads,
)
from api.deps import TheWorld
from api.edge import Edge
from api.headers import SafeHeaders
from api.schemas import AlertsView, Health

if TYPE_CHECKING:
    from api.deps import World

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
    {"name": "stats", "description": "How much came in, and how long it took."},
]


def create_app(world: World) -> FastAPI:
    """The app in a world of clients and names, which tests replace."""
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

    @app.get(
        "/health",
        tags=["health"],
        operation_id="get_health",
        summary="Is the API up, and do alerts go out?",
        response_model_exclude_none=True,
    )
    async def get_health(world: TheWorld) -> Health:
        """Needs no key, and answers 200 whatever it finds out about the alerts."""
        return Health(stack=world.stack, alerts=AlertsView(**asdict(world.alerts.state())))

    app.include_router(routes_records.router)
    app.include_router(routes_uploads.router)
    app.include_router(routes_actions.router)
    app.include_router(routes_contracts.router)
    app.include_router(routes_stats.router)
    app.include_router(routes_docs.router)
    app.include_router(routes_problems.router)
    return app
