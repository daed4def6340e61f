"""The app: routes, errors and the document that clients are generated from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import FastAPI

from api import document, errors, routes_records
from api.deps import TheWorld
from api.headers import SafeHeaders
from api.schemas import AlertsView, Health

if TYPE_CHECKING:
    from api.deps import World

VERSION = "0.1.0"
_ABOUT = """Files go in, records come out.

Announce a file with `POST /uploads`, send it to S3 with the form in the answer, and read its record
until it is `processed` or `quarantined`. Files dropped straight into the bucket get records as well.
"""


def create_app(world: World) -> FastAPI:
    """The app in a world of clients and names, which tests replace."""
    # Not above: `hot_app` does without them, and their models take longer to make than a list.
    from api import routes_actions, routes_contracts, routes_docs, routes_uploads

    app = _without_routes(world)

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
    app.include_router(routes_docs.router)
    return app


def hot_app(world: World) -> FastAPI:
    """Of these routes only those of records, which answer as in the whole app: see `api.hot`."""
    app = _without_routes(world)
    app.include_router(routes_records.router)
    return app


def _without_routes(world: World) -> FastAPI:
    app = FastAPI(
        title="Silent Scalper",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        # A redirect to the path without a slash would name a host and a scheme that we can only guess.
        redirect_slashes=False,
        license_info={"name": "MIT"},
    )
    app.state.world = world
    app.add_middleware(SafeHeaders)
    errors.install(app)
    document.install(app)
    return app
