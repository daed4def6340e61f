"""GET /records by a key that is bound to a prefix: its own files, at its own cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.keys import ApiKey
from records.model import Status
from records.prefixes import COMPLETE_AFTER, PrefixRegister
from records.store import RecordStore
from tests.unit.api.client import Client
from tests.unit.api.conftest import SETTINGS
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from api.deps import World
    from api.keys import KeyStore
    from tests.unit.conftest import Calls

KEYS = ("orders/1.csv", "orders/emea/2.csv", "orders-old/3.csv", "other/orders/4.csv", "orders/emea/5.csv")


class OneKey:
    """Everybody has this key."""

    def __init__(self, prefix: str) -> None:
        self._key = ApiKey("0" * 12, "partner", "2026-11-21T08:00:00.000Z", prefix=prefix)

    def verify(self, text: str) -> ApiKey:
        return self._key


def bound(world: World, prefix: str) -> Client:
    return Client.of(replace(world, keys=cast("KeyStore", OneKey(prefix))), "any")


@pytest.fixture(autouse=True)
def _files(world: World) -> None:
    for number, key in enumerate(KEYS):
        world.records.add(dropped(number, object_key=key))


def names(answer: Any) -> list[str]:
    assert answer.status == 200, answer
    return [item["fileName"] for item in answer.json()["items"]]


def test_a_key_sees_what_is_under_its_prefix(world: World) -> None:
    assert names(bound(world, "orders").get("/records")) == ["5.csv", "2.csv", "1.csv"]
    assert names(bound(world, "orders/emea").get("/records")) == ["5.csv", "2.csv"]
    assert names(bound(world, "order").get("/records")) == []


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("", ["5.csv", "2.csv", "1.csv"]),
        ("ord", ["5.csv", "2.csv", "1.csv"]),
        ("orders", ["5.csv", "2.csv", "1.csv"]),
        ("orders/", ["5.csv", "2.csv", "1.csv"]),
        ("orders/e", ["5.csv", "2.csv"]),
        ("orders/emea/2", ["2.csv"]),
        ("orders/x/", []),
    ],
)
def test_a_filter_narrows_it_further_and_never_widens_it(world: World, prefix: str, found: list[str]) -> None:
    assert names(bound(world, "orders").get("/records", prefix=prefix)) == found


@pytest.mark.parametrize(
    "prefix", ["other", "orders-old", "orders-old/", "x", "/orders/", "Orders/", "orders\\"]
)
def test_a_filter_outside_of_it_is_refused(world: World, prefix: str) -> None:
    problem = bound(world, "orders").get("/records", prefix=prefix).problem(403, "prefix-not-allowed")
    assert "orders/" in problem["detail"]


def test_a_cursor_of_another_prefix_is_refused(world: World) -> None:
    cursor = bound(world, "orders").get("/records", limit=1).json()["nextCursor"]
    for client in (bound(world, "orders/emea"), bound(world, "other"), Client.of(world, "x")):
        if client.key == "x":
            client = client.with_key(world.keys.create("tests")[1])
        client.get("/records", cursor=cursor).problem(422, "invalid-cursor")


def test_the_pages_of_a_bound_key(world: World) -> None:
    client = bound(world, "orders")
    first = client.get("/records", limit=2)
    second = client.get("/records", limit=2, cursor=first.json()["nextCursor"])
    assert names(first) + names(second) == ["5.csv", "2.csv", "1.csv"]
    assert "prefix" not in first.headers["link"], "the key says so already"


def test_the_first_list_gives_the_prefix_a_list_of_its_own(world: World, calls: Calls) -> None:
    assert "orders" not in world.prefixes.known()
    bound(world, "orders").get("/records")
    assert "orders" in world.prefixes.known()


def test_an_unbound_key_gives_nobody_a_list(world: World, client: Client) -> None:
    client.get("/records", prefix="orders/")
    assert world.prefixes.known().all() == []


def test_what_a_page_of_a_bound_key_costs(world: World, keys_client: DynamoDBClient) -> None:
    """Ten thousand files of others make no difference: so many items are read, and no more."""
    now = datetime.now(UTC) - 2 * COMPLETE_AFTER
    register = PrefixRegister(keys_client, "records", clock=lambda: now)
    register.add("orders")
    register.completed(register.known().all()[0], "")
    now += timedelta(hours=1)
    records = RecordStore(keys_client, "records", shards=SETTINGS.index_shards, prefixes=register)
    for number in range(6, 12):
        records.add(dropped(number, Status.QUARANTINED, object_key=f"orders/{number}.csv"))
    for number in range(50):
        records.add(dropped(20 + number, object_key=f"other/{number}.csv"))
    counts: list[int] = []
    keys_client.meta.events.register(
        "after-call.dynamodb.Query",
        lambda parsed, **_: counts.append(parsed["ScannedCount"]),
        unique_id="costs",
    )
    client = bound(replace(world, records=records, prefixes=register), "orders")
    for query in ({}, {"status": "quarantined"}):
        counts.clear()
        assert names(client.get("/records", limit=3, **query)) == ["11.csv", "10.csv", "9.csv"]
        assert len(counts) == SETTINGS.index_shards
        assert sum(counts) <= 6
    keys_client.meta.events.unregister("after-call.dynamodb.Query", unique_id="costs")
