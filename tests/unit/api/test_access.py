"""The table of access, tried out; and that nobody learns of what they may not see."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.keys import KeyStore
from api.keys.usage import Usage
from tests.unit.api.access import (
    EVERYTHING,
    FOLDER,
    KEYED,
    NOBODY,
    TABLE,
    UPLOAD,
    Row,
    Stack,
    bad,
    good,
    routes,
)
from tests.unit.api.client import Client
from tests.unit.api.clock import Clock
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.deps import World
    from tests.unit.conftest import Calls

pytestmark = pytest.mark.usefixtures("queue")


def test_every_route_is_in_the_table() -> None:
    listed = [re.sub("{(bad|parts)Id}", "{recordId}", row.name) for row in TABLE]
    assert sorted(listed) == sorted(routes())


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.name)
def test_whoever_shows_no_good_key_is_told_nothing(stack: Stack, row: Row) -> None:
    row.call(stack.client, stack.names).problem(401, "no-api-key")
    clock = Clock()
    keys = KeyStore(stack.world.keys._client, "api-keys", clock)
    gone, revoked = keys.create("revoked", scopes=EVERYTHING)
    keys.revoke(gone.key_id)
    expired = keys.create("expired", scopes=EVERYTHING, expires_at="2026-01-01T00:00:00.000Z")[1]
    for text in (f"ss_{'0' * 12}_{'A' * 43}", revoked, expired, "Bearer of no key"):
        answer = row.call(stack.client.with_key(text), stack.names)
        answer.problem(401, "invalid-api-key")


@pytest.mark.parametrize("row", [row for row in KEYED if row.scope], ids=lambda row: row.name)
def test_one_scope_is_needed_and_no_other_will_do(stack: Stack, row: Row) -> None:
    for scope in sorted(EVERYTHING - {row.scope}):
        answer = row.call(stack.caller(scopes=frozenset({scope})), stack.names)
        problem = answer.problem(403, "scope-missing")
        assert f"scope {row.scope}," in problem["detail"]
    assert row.scope
    assert stack.statuses(row, stack.caller(scopes=frozenset({row.scope}))) == [row.good]


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.name)
def test_a_key_that_is_bound_stays_in_its_folder(stack: Stack, row: Row) -> None:
    own = stack.client.with_key(stack.names["own"])
    callers = stack.caller("elsewhere"), stack.caller(f"{FOLDER}2"), own
    assert stack.statuses(row, *callers) == [row.elsewhere, row.elsewhere, row.within]


@pytest.mark.parametrize("row", [row for row in TABLE if row not in KEYED], ids=lambda row: row.name)
def test_some_routes_are_for_anybody(stack: Stack, row: Row) -> None:
    callers = stack.client, stack.client.with_key("wrong"), stack.caller("elsewhere")
    assert stack.statuses(row, *callers) == [row.good] * 3


LOOKED_UP = ["/records/{}", "/records/{}/download", "/records/{}/accepted", "/records/{}/rejects"]


@pytest.mark.parametrize("path", LOOKED_UP)
def test_a_record_of_others_is_as_unknown_as_one_that_is_not_there(
    stack: Stack, calls: Calls, path: str
) -> None:
    caller = stack.caller("elsewhere")
    caller.get("/records")
    seen = []
    calls.watch(stack.world.records._client)
    for record_id in (good().record_id, NOBODY):
        calls.clear()
        answer = caller.get(path.format(record_id))
        body = {**answer.problem(404, "record-not-found"), "requestId": None}
        seen.append((json.dumps(body).replace(record_id, "…"), sorted(answer.headers), list(calls.names)))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("act", ["retry", "discard"])
def test_what_is_done_to_records_of_others_is_nothing(
    stack: Stack, told: Callable[[], list[Any]], act: str
) -> None:
    stack.caller("elsewhere").post(f"/records/{bad().record_id}/{act}", {}).problem(404, "record-not-found")
    assert stack.world.records.get(bad().record_id) == bad()
    assert told() == []


def test_an_operation_of_others_is_unknown(stack: Stack) -> None:
    other = stack.caller(FOLDER)
    answers = [other.get(f"/operations/{number * 32}") for number in ("1", "2")]
    details = [answer.problem(404, "operation-not-found")["detail"] for answer in answers]
    assert details[0].replace("1" * 32, "2" * 32) == details[1]


def test_a_list_has_what_lies_in_the_folder(stack: Stack) -> None:
    stack.world.records.add(dropped(3, object_key=f"{FOLDER}2/3.csv"))
    stack.world.records.add(dropped(4, object_key="4.csv"))

    def keys(client: Client, **query: str) -> set[str]:
        return {item["objectKey"] for item in client.get("/records", **query).json()["items"]}

    own = stack.caller(FOLDER)
    everything = {f"{FOLDER}/1.csv", f"{FOLDER}/2.csv", f"{FOLDER}/{stack.names['partsId']}/orders.csv"}
    assert keys(own) == everything
    assert keys(own, prefix=FOLDER) == everything
    assert keys(own, prefix=f"{FOLDER}/2.") == {f"{FOLDER}/2.csv"}
    assert keys(own, status="quarantined") == {f"{FOLDER}/2.csv"}
    assert keys(stack.caller("elsewhere")) == set()
    assert len(keys(stack.caller())) == 5
    assert keys(own, prefix="o") == everything
    for outside in (f"{FOLDER}2", "/", "elsewhere/"):
        own.get("/records", prefix=outside).problem(403, "prefix-not-allowed")


def test_a_cursor_of_a_whole_list_is_of_no_use_to_a_bound_key(stack: Stack) -> None:
    for number in range(5, 10):
        stack.world.records.add(dropped(number))
    cursor = stack.caller().get("/records", limit=2).json()["nextCursor"]
    stack.caller(FOLDER).get("/records", limit=2, cursor=cursor).problem(422, "invalid-cursor")


def test_contracts_are_those_that_apply_in_the_folder(stack: Stack) -> None:
    def names(prefix: str | None) -> list[str]:
        return [item["name"] for item in stack.caller(prefix).get("/contracts").json()["items"]]

    assert names(None) == names("orders") == ["orders", "asia"]
    assert names("orders/asia/japan") == ["asia"]
    assert names("orders/emea") == ["orders"]
    assert names("elsewhere") == []


def test_uploads_go_into_the_folder(stack: Stack) -> None:
    def key(bound_to: str | None, **body: str) -> str:
        answer = stack.caller(bound_to).post("/uploads", UPLOAD | body)
        assert answer.status == 201, answer
        return str(answer.json()["record"]["objectKey"])

    assert key(None).startswith("uploads/")
    assert key("partner").startswith("partner/")
    assert key("partner", prefix="partner/new").startswith("partner/new/")


@pytest.mark.parametrize(
    "prefix",
    ["uploads", "partner2", "part", "Partner", "x/partner"],
)
def test_an_upload_elsewhere_is_refused(stack: Stack, prefix: str) -> None:
    answer = stack.caller("partner").post("/uploads", UPLOAD | {"prefix": prefix})
    problem = answer.problem(403, "prefix-not-allowed")
    assert "partner/" in problem["detail"]


@pytest.mark.parametrize("path", ["/retries", "/discards"])
def test_what_is_asked_of_many_is_narrowed_to_the_folder(stack: Stack, path: str) -> None:
    def wanted(prefix: str | None, body: dict[str, Any]) -> Any:
        return stack.caller(prefix).post(path, body).json()["wanted"].get("prefix")

    assert wanted(None, {}) is None
    assert wanted(None, {"prefix": "orders"}) == "orders"
    assert wanted("orders", {}) == "orders/"
    assert wanted("orders", {"prefix": "orders"}) == "orders/"
    assert wanted("orders", {"prefix": "orders/emea"}) == "orders/emea"


def test_a_rate_is_told_and_held(world: World, stack: Stack) -> None:
    usage = Usage(lambda: world.keys._client, "api-keys", rate=1, burst=2, clock=Clock())
    limited = Client.of(replace(world, usage=usage), world.keys.create("busy")[1])
    first, second, third = (limited.get("/records") for _ in range(3))
    assert (first.headers["ratelimit-policy"], first.headers["ratelimit"]) == (
        '"key";q=2;w=2',
        '"key";r=1;t=1',
    )
    assert second.status == 200
    third.problem(429, "too-many-requests")
    assert third.headers["retry-after"] == "1"
    assert third.headers["ratelimit"] == '"key";r=0;t=1'
    assert "ratelimit" not in limited.get("/health").headers
    assert "ratelimit" not in limited.with_key(None).get("/records").headers
