"""Who may call what: every route, the scope that it needs, and what keys of other folders are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from api.app import create_app
from api.keys import Scope
from records.model import Record, Status
from records.operations import Kind, Operation
from tests.unit.api.client import Client
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.deps import World
    from tests.unit.api.client import Answer

EVERYTHING = frozenset(Scope)
NOBODY = "0" * 32
FOLDER = "orders"
"""The folder that all things of the table's stack lie in."""


@dataclass(frozen=True)
class Row:
    """One route, and the status of its answers.

    Attributes:
        scope: that a caller needs; None for a route that needs none.
        good: to a key that has it.
        elsewhere: to a key that has every scope, and is bound to another folder.
        within: to one that is bound to the folder of what is asked for.
        body: of the request; None for one without.
        keyed: whether a caller needs a key, of whatever scope.
    """

    method: str
    path: str
    scope: Scope | None
    good: int
    elsewhere: int
    within: int
    body: dict[str, Any] | None = None
    keyed: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def call(self, client: Client, names: dict[str, str]) -> Answer:
        """Send the request, with these for what stands in braces in its path."""
        path = self.path.replace(":path", "").format(**names)
        if self.method == "POST":
            return client.post(path, self.body or {})
        return client.request(self.method, path)


UPLOAD = {"fileName": "orders.csv", "sizeBytes": 52}
HERE = UPLOAD | {"prefix": FOLDER}
KEY = {"name": "partner", "scopes": ["admin"]}
READ, SEND, OPERATE, ADMIN = Scope.READ, Scope.UPLOAD, Scope.OPERATE, Scope.ADMIN
TABLE = [
    Row("GET", "/", None, 200, 200, 200),
    Row("GET", "/assets/{asset}", None, 200, 200, 200),
    Row("GET", "/health", None, 200, 200, 200),
    Row("GET", "/openapi.json", None, 200, 200, 200),
    Row("GET", "/docs", None, 200, 200, 200),
    Row("GET", "/problems/{slug}", None, 200, 200, 200),
    Row("GET", "/docs/start.js", None, 200, 200, 200),
    Row("GET", "/docs/{name}", None, 200, 200, 200),
    Row("GET", "/access", None, 200, 200, 200, keyed=True),
    Row("GET", "/overview", READ, 200, 200, 200),
    Row("GET", "/records", READ, 200, 200, 200),
    Row("GET", "/records/{recordId}", READ, 200, 404, 200),
    Row("GET", "/records/{recordId}/download", READ, 200, 404, 200),
    Row("GET", "/records/{badId}/quarantined", OPERATE, 200, 404, 200),
    Row("GET", "/records/{recordId}/accepted", READ, 200, 404, 200),
    Row("GET", "/records/{recordId}/rejects", OPERATE, 200, 404, 200),
    Row("POST", "/uploads", SEND, 201, 403, 201, HERE),
    Row("GET", "/uploads/{partsId}/parts", SEND, 200, 404, 200),
    Row("POST", "/uploads/{partsId}/parts", SEND, 200, 404, 200, {"parts": [{"partNumber": 1}]}),
    Row("POST", "/uploads/{partsId}/complete", SEND, 409, 404, 409),
    Row("POST", "/uploads/{partsId}/abort", SEND, 202, 404, 202),
    Row("POST", "/records/{badId}/retry", OPERATE, 202, 404, 202),
    Row("POST", "/records/{badId}/discard", OPERATE, 202, 404, 202),
    Row("POST", "/retries", OPERATE, 202, 403, 202, {"prefix": f"{FOLDER}/"}),
    Row("POST", "/discards", OPERATE, 202, 403, 202, {"prefix": f"{FOLDER}/"}),
    Row("POST", "/redrives", OPERATE, 202, 403, 403),
    Row("GET", "/operations/{operationId}", READ, 200, 404, 200),
    Row("GET", "/reconciliation", READ, 200, 403, 403),
    Row("GET", "/stats", READ, 200, 403, 403),
    Row("GET", "/contracts", READ, 200, 200, 200),
    Row("GET", "/contracts/{prefix:path}", READ, 200, 404, 200),
    Row("POST", "/keys", ADMIN, 201, 403, 201, KEY | {"prefix": FOLDER}),
    Row("GET", "/keys", ADMIN, 200, 200, 200),
    Row("GET", "/keys/{keyId}", ADMIN, 200, 404, 200),
    Row("POST", "/keys/{keyId}/secrets", ADMIN, 201, 404, 201, {"graceSeconds": 0}),
    Row("DELETE", "/keys/{keyId}", ADMIN, 200, 404, 200),
]
KEYED = [row for row in TABLE if row.scope or row.keyed]


def routes() -> Iterator[str]:
    """Every route that the app has, documented or not."""
    waiting = list(create_app(cast("Any", None)).routes)
    while waiting:
        route: Any = waiting.pop()
        if hasattr(route, "original_router"):
            waiting += route.original_router.routes
            continue
        for method in route.methods - {"HEAD"}:
            yield f"{method} {route.path}"


@dataclass
class Stack:
    """A world with something of everything in one folder, and a caller for each kind of key."""

    world: World
    client: Client
    names: dict[str, str]

    def caller(self, prefix: str | None = None, scopes: frozenset[Scope] = EVERYTHING) -> Client:
        return self.client.with_key(self.world.keys.create("caller", scopes=scopes, prefix=prefix)[1])

    def statuses(self, row: Row, *clients: Client) -> list[int]:
        return [row.call(client, self.names).status for client in clients]


def good() -> Record:
    return dropped(1, object_key=f"{FOLDER}/1.csv", rejects_key="reports/1", accepted_key="1.parquet")


def bad() -> Record:
    return dropped(2, Status.QUARANTINED, object_key=f"{FOLDER}/2.csv", quarantine_key="2/original/2.csv")


def furnished(world: World) -> Stack:
    """A stack with something of everything in `FOLDER`."""
    world.records.add(good())
    world.records.add(bad())
    own, text = world.keys.create("own", scopes=EVERYTHING, prefix=FOLDER)
    target, _ = world.keys.create("target", scopes=frozenset({Scope.ADMIN}), prefix=FOLDER)
    operation = Operation(
        operation_id="1" * 32, kind=Kind.RETRY, requested_by=own.key_id, created_at="2026-01-31T12:00:00.000Z"
    )
    world.operations.add(operation)
    body = HERE | {"multipart": True}
    announced = Client.of(world).with_key(text).post("/uploads", body).json()
    names = {
        "recordId": good().record_id,
        "badId": bad().record_id,
        "partsId": announced["record"]["recordId"],
        "operationId": operation.operation_id,
        "keyId": target.key_id,
        "prefix": FOLDER,
        "slug": "record-not-found",
        "name": "swagger-ui.css",
        "asset": "index-B1.js",
        "own": text,
    }
    return Stack(world, Client.of(world), names)
