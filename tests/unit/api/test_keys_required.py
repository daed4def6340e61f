"""Who may call what: every documented route, with every kind of wrong key and with a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from api.app import create_app
from tests.unit.api.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.deps import World

pytestmark = pytest.mark.usefixtures("queue")

NOBODY = "0" * 32
KEYED = {
    ("GET", "/records"): 200,
    ("GET", "/records/{recordId}"): 404,
    ("GET", "/records/{recordId}/download"): 404,
    ("GET", "/records/{recordId}/quarantined"): 404,
    ("GET", "/records/{recordId}/rejects"): 404,
    ("GET", "/records/{recordId}/accepted"): 404,
    ("POST", "/uploads"): 201,
    ("GET", "/uploads/{recordId}/parts"): 404,
    ("POST", "/uploads/{recordId}/parts"): 404,
    ("POST", "/uploads/{recordId}/complete"): 404,
    ("POST", "/uploads/{recordId}/abort"): 404,
    ("POST", "/records/{recordId}/retry"): 404,
    ("POST", "/records/{recordId}/discard"): 404,
    ("POST", "/retries"): 202,
    ("POST", "/redrives"): 202,
    ("GET", "/operations/{operationId}"): 404,
    ("GET", "/reconciliation"): 200,
    ("GET", "/contracts"): 200,
    ("GET", "/contracts/{prefix}"): 404,
}
"""Each route that needs a key, and what it answers to a good one in an empty stack."""
UPLOAD = {"fileName": "orders.csv", "sizeBytes": 52}
BODIES = {"/uploads": UPLOAD, "/uploads/{recordId}/parts": {"parts": [{"partNumber": 1}]}}


def malformed(world: World) -> str:
    return "Bearer of no key"


def unknown(world: World) -> str:
    return f"ss_{'0' * 12}_{'A' * 43}"


def wrong_secret(world: World) -> str:
    key, _ = world.keys.create("somebody")
    return f"ss_{key.key_id}_{'A' * 43}"


def another_secret(world: World) -> str:
    (key, _), (_, text) = world.keys.create("somebody"), world.keys.create("somebody else")
    return f"ss_{key.key_id}_{text[-43:]}"


def longer(world: World) -> str:
    return world.keys.create("somebody")[1] + "A"


def revoked(world: World) -> str:
    key, text = world.keys.create("somebody")
    world.keys.revoke(key.key_id)
    return text


def call(client: Client, route: tuple[str, str]) -> Any:
    method, path = route
    body = BODIES.get(path, {})
    path = path.replace("{recordId}", NOBODY).replace("{prefix}", "nobodys").replace("{operationId}", NOBODY)
    return client.post(path, body) if method == "POST" else client.get(path)


def test_every_documented_route_is_in_the_table() -> None:
    paths = create_app(cast("Any", None)).openapi()["paths"]
    documented = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert documented == {*KEYED, ("GET", "/health")}


@pytest.mark.parametrize("route", KEYED, ids=" ".join)
def test_without_a_key(world: World, route: tuple[str, str]) -> None:
    problem = call(Client.of(world), route).problem(401, "no-api-key")
    assert "X-Api-Key" in problem["detail"]


@pytest.mark.parametrize("kind", [malformed, unknown, wrong_secret, another_secret, longer, revoked])
def test_with_a_wrong_key(world: World, kind: Callable[[World], str]) -> None:
    text = kind(world)
    client = Client.of(world, text)
    for route in KEYED:
        answer = call(client, route)
        problem = answer.problem(401, "invalid-api-key")
        assert text not in answer.body.decode()
        assert problem["detail"] == "The API key in X-Api-Key is unknown or revoked."


@pytest.mark.parametrize(("route", "status"), KEYED.items(), ids=[" ".join(route) for route in KEYED])
def test_with_a_good_key(client: Client, route: tuple[str, str], status: int) -> None:
    assert call(client, route).status == status


def test_an_empty_key_is_no_key(world: World) -> None:
    Client.of(world, "").get("/records").problem(401, "no-api-key")


def test_who_has_no_key_is_told_nothing_else(world: World) -> None:
    """Not that the request is wrong, nor that a record exists."""
    client = Client.of(world)
    client.get("/records", limit="many").problem(401, "no-api-key")
    client.get("/records/malformed").problem(401, "no-api-key")
    client.post("/uploads", {"fileName": ""}).problem(401, "no-api-key")


def test_a_wrong_key_changes_nothing(world: World, dynamodb: Any, records_table: str) -> None:
    Client.of(world, unknown(world)).post("/uploads", UPLOAD).problem(401, "invalid-api-key")
    assert dynamodb.scan(TableName=records_table)["Count"] == 0


def test_health_needs_no_key(world: World) -> None:
    answer = Client.of(world).get("/health")
    assert (answer.status, answer.media_type) == (200, "application/json")
    assert {"status": "ok", "stack": "test"}.items() <= answer.json().items()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/openapi.json", "application/json"),
        ("/docs", "text/html"),
        ("/docs/start.js", "text/javascript"),
        ("/docs/swagger-ui-bundle.js", "text/javascript"),
        ("/docs/swagger-ui.css", "text/css"),
        ("/docs/favicon-32x32.png", "image/png"),
    ],
)
def test_the_documentation_needs_no_key(world: World, path: str, media_type: str) -> None:
    answer = Client.of(world).get(path)
    assert (answer.status, answer.media_type) == (200, media_type)
