"""Every kind of wrong key, on every route that needs one; what each route needs stands in `access.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.api.access import KEYED, NOBODY
from tests.unit.api.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.deps import World

pytestmark = pytest.mark.usefixtures("queue")

NAMES = dict.fromkeys(("recordId", "badId", "partsId", "operationId"), NOBODY) | {
    "prefix": "a",
    "keyId": "0" * 12,
}
UPLOAD = {"fileName": "orders.csv", "sizeBytes": 52}


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


@pytest.mark.parametrize("kind", [malformed, unknown, wrong_secret, another_secret, longer, revoked])
def test_with_a_wrong_key(world: World, kind: Callable[[World], str]) -> None:
    text = kind(world)
    client = Client.of(world, text)
    for row in KEYED:
        answer = row.call(client, NAMES)
        problem = answer.problem(401, "invalid-api-key")
        assert text not in answer.body.decode()
        assert problem["detail"] == "The API key in X-Api-Key is unknown, revoked or expired."


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
