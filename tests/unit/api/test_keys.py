"""Keys by the API: made, shown once, listed, given other secrets, revoked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.keys import Scope
from api.schemas_keys import KeyList, KeyView, KeyWithText

if TYPE_CHECKING:
    from api.deps import World
    from tests.unit.api.client import Answer, Client

EVERYTHING = frozenset(Scope)
PARTNER = {"name": "partner", "scopes": ["read", "upload"], "prefix": "orders"}
LATE = "2999-01-01T00:00:00.000Z"


@pytest.fixture
def admin(client: Client, world: World) -> Client:
    """A caller with every scope."""
    return client.with_key(world.keys.create("admin", scopes=EVERYTHING)[1])


def create(admin: Client, body: dict[str, Any], again: str | None = None) -> Answer:
    """Ask for a key, by a request that can be repeated."""
    return admin.post("/keys", body, **({"idempotency-key": again} if again else {}))


def made(admin: Client, body: dict[str, Any] | None = None, again: str | None = None) -> dict[str, Any]:
    answer = create(admin, body or PARTNER, again)
    assert answer.status == 201, answer
    told: dict[str, Any] = answer.json()
    KeyWithText.model_validate(told)
    assert answer.headers["location"] == f"/keys/{told['keyId']}"
    return told


def rotated(admin: Client, key_id: str, body: Any = None, again: str | None = None) -> Answer:
    headers = {"idempotency-key": again} if again else {}
    return admin.post(f"/keys/{key_id}/secrets", body or {}, **headers)


def test_a_key_is_made_and_works(admin: Client, world: World) -> None:
    told = made(admin, PARTNER | {"expiresAt": "2999-01-01T01:00:00+01:00"})
    assert told["apiKey"].startswith(f"ss_{told['keyId']}_")
    assert (told["state"], told["scopes"], told["prefix"]) == ("valid", ["read", "upload"], "orders")
    assert told["expiresAt"] == LATE
    assert told["createdBy"] == (admin.key or "")[3:15]
    key = world.keys.verify(told["apiKey"])
    assert key
    assert key.scopes == {Scope.READ, Scope.UPLOAD}
    assert admin.with_key(told["apiKey"]).get("/records").status == 200


def test_a_secret_is_shown_once(admin: Client) -> None:
    told = made(admin)
    for path in ("/keys", f"/keys/{told['keyId']}"):
        answer = admin.get(path)
        assert told["keyId"] in answer.body.decode()
        assert told["apiKey"][-43:] not in answer.body.decode()
        assert "hash" not in answer.body.decode().lower()


def test_the_list_and_one_key(admin: Client) -> None:
    told = made(admin)
    listed = admin.get("/keys").json()
    KeyList.model_validate(listed)
    (entry,) = [item for item in listed["items"] if item["keyId"] == told["keyId"]]
    one = admin.get(f"/keys/{told['keyId']}").json()
    KeyView.model_validate(one)
    assert entry == one == {name: value for name, value in told.items() if name != "apiKey"}
    admin.get(f"/keys/{'0' * 12}").problem(404, "key-not-found")


def test_a_key_that_was_used_says_when(admin: Client) -> None:
    told = made(admin)
    admin.with_key(told["apiKey"]).get("/records")
    assert admin.get(f"/keys/{told['keyId']}").json()["lastUsedAt"] > told["createdAt"]


def test_revoking(admin: Client) -> None:
    told = made(admin)
    first = admin.request("DELETE", f"/keys/{told['keyId']}")
    assert (first.status, first.json()["state"]) == (200, "revoked")
    again = admin.request("DELETE", f"/keys/{told['keyId']}")
    assert again.json()["revokedAt"] == first.json()["revokedAt"]
    admin.with_key(told["apiKey"]).get("/records").problem(401, "invalid-api-key")
    admin.request("DELETE", f"/keys/{'0' * 12}").problem(404, "key-not-found")


def test_a_key_does_not_end_itself(admin: Client) -> None:
    own = (admin.key or "")[3:15]
    admin.request("DELETE", f"/keys/{own}").problem(409, "own-key")
    rotated(admin, own, {"graceSeconds": 0}).problem(409, "own-key")
    answer = rotated(admin, own)
    assert answer.status == 201
    assert admin.with_key(answer.json()["apiKey"]).get("/keys").status == admin.get("/keys").status == 200


def test_another_secret(admin: Client) -> None:
    told = made(admin)
    answer = rotated(admin, told["keyId"], {"graceSeconds": 3600})
    KeyWithText.model_validate(answer.json())
    assert answer.json()["olderUntil"] > told["createdAt"]
    for text in (told["apiKey"], answer.json()["apiKey"]):
        assert admin.with_key(text).get("/records").status == 200
    problem = rotated(admin, told["keyId"]).problem(409, "not-rotatable")
    assert "two secrets until" in problem["detail"]
    assert rotated(admin, told["keyId"], {"graceSeconds": 0}).status == 201


def test_a_grace_may_be_written_as_any_whole_number(admin: Client) -> None:
    """JSON Schema: 60.0 is an integer."""
    assert rotated(admin, made(admin)["keyId"], {"graceSeconds": 60.0}).status == 201


@pytest.mark.parametrize("grace", [-1, 30 * 86_400 + 1, "1", 1.5])
def test_a_grace_that_cannot_be(admin: Client, grace: Any) -> None:
    answer = rotated(admin, made(admin)["keyId"], {"graceSeconds": grace})
    assert answer.pointers() == ["#/graceSeconds"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "a\nb"}, "#/name"),
        ({"name": "n" * 101}, "#/name"),
        ({"scopes": []}, "#/scopes"),
        ({"scopes": ["fly"]}, "#/scopes/0"),
        ({"prefix": "orders/"}, "#/prefix"),
        ({"expiresAt": "2999-01-01T00:00:00"}, "#/expiresAt"),
        ({"more": 1}, "#/more"),
    ],
)
def test_a_key_that_cannot_be(admin: Client, change: dict[str, Any], pointer: str) -> None:
    assert admin.post("/keys", PARTNER | change).pointers() == [pointer]


def test_a_key_that_is_over_already(admin: Client) -> None:
    answer = admin.post("/keys", PARTNER | {"expiresAt": "2020-01-01T00:00:00Z"})
    answer.problem(422, "already-expired")


def test_the_same_request_twice_is_one_key(admin: Client) -> None:
    first = made(admin, again="one")
    assert made(admin, again="one") == first
    assert made(admin, again="two")["keyId"] != first["keyId"]
    assert made(admin)["keyId"] != first["keyId"]
    assert [item["name"] for item in admin.get("/keys").json()["items"]].count("partner") == 3
    assert admin.with_key(first["apiKey"]).get("/records").status == 200


def test_another_request_with_the_same_idempotency_key(admin: Client) -> None:
    told = made(admin, again="one")
    other = create(admin, PARTNER | {"name": "other"}, again="one")
    other.problem(422, "idempotency-key-reused")
    rotated(admin, told["keyId"], {"graceSeconds": 5}, again="r")
    again = rotated(admin, told["keyId"], {"graceSeconds": 6}, again="r")
    again.problem(422, "idempotency-key-reused")


def test_two_callers_with_the_same_idempotency_key(admin: Client, world: World) -> None:
    other = admin.with_key(world.keys.create("other", scopes=EVERYTHING)[1])
    one, two = made(admin, again="one"), made(other, again="one")
    assert one["keyId"] != two["keyId"]
    assert one["apiKey"][-43:] != two["apiKey"][-43:]


def test_nothing_that_is_stored_tells_a_secret_that_can_be_repeated(admin: Client, dynamodb: Any) -> None:
    told = made(admin, again="one")
    stored = json.dumps(dynamodb.scan(TableName="api-keys")["Items"])
    assert told["keyId"] in stored
    assert told["apiKey"][-43:] not in stored


def test_a_repeated_request_with_another_secret_of_the_caller_makes_no_second_key(
    admin: Client, world: World
) -> None:
    first = made(admin, again="one")
    newer = world.keys.rotate((admin.key or "")[3:15], "n" * 43, 3_600)[1]
    again = create(admin.with_key(newer), PARTNER, again="one")
    assert first["keyId"] in again.problem(409, "secret-not-repeatable")["detail"]
    assert made(admin, again="one") == first, "the older secret is still the caller's"


def test_a_rotation_can_be_repeated(admin: Client) -> None:
    told = made(admin)
    first, again = (rotated(admin, told["keyId"], again="r") for _ in range(2))
    assert first.status == again.status == 201
    assert first.json() == again.json()


def test_a_repeated_rotation_brings_no_secret_back(admin: Client) -> None:
    key_id = made(admin)["keyId"]
    ended = rotated(admin, key_id, again="one").json()["apiKey"]
    present = rotated(admin, key_id, {"graceSeconds": 0}, again="two").json()["apiKey"]
    rotated(admin, key_id, again="one").problem(409, "secret-not-repeatable")
    statuses = [admin.with_key(text).get("/records").status for text in (ended, present)]
    assert statuses == [401, 200]


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ({"scopes": frozenset({Scope.ADMIN})}, {"name": "n", "scopes": ["read"]}),
        ({"prefix": "orders"}, {"name": "n", "scopes": ["read"], "prefix": "invoices"}),
        ({"prefix": "orders"}, {"name": "n", "scopes": ["read"], "prefix": "orders2"}),
        ({"expires_at": "2998-01-01T00:00:00.000Z"}, {"name": "n", "scopes": ["read"], "expiresAt": LATE}),
    ],
    ids=["scope", "prefix", "almost the prefix", "time"],
)
def test_no_key_is_more_than_the_one_that_made_it(
    client: Client, world: World, own: dict[str, Any], asked: dict[str, Any]
) -> None:
    _, text = world.keys.create("admin", **({"scopes": EVERYTHING} | own))
    client.with_key(text).post("/keys", asked).problem(403, "beyond-own-key")
    assert len(world.keys.list()) == 2


def test_what_is_not_asked_for_is_the_makers(client: Client, world: World) -> None:
    _, text = world.keys.create("admin", scopes=EVERYTHING, prefix="orders", expires_at=LATE)
    told = made(client.with_key(text), {"name": "n", "scopes": ["read"]})
    assert (told["prefix"], told["expiresAt"]) == ("orders", LATE)


def test_a_weaker_key_gets_no_secret_of_a_stronger_one(client: Client, world: World) -> None:
    strong, _ = world.keys.create("strong", scopes=EVERYTHING)
    weak = client.with_key(world.keys.create("weak", scopes=frozenset({Scope.ADMIN}))[1])
    rotated(weak, strong.key_id).problem(403, "beyond-own-key")


def test_a_bound_key_sees_keys_within_its_folder(client: Client, world: World) -> None:
    mine = client.with_key(world.keys.create("mine", scopes=EVERYTHING, prefix="orders")[1])
    for prefix in (None, "orders/emea", "orders2"):
        world.keys.create(f"of {prefix}", prefix=prefix)
    assert {item["name"] for item in mine.get("/keys").json()["items"]} == {"mine", "of orders/emea"}
