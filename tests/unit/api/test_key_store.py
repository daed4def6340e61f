"""API keys: what the table holds, who is let in, and for how long."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from api.keys import CACHE_SECONDS, DEFAULT_SCOPES, KeyExists, KeyStore, Scope, trust
from tests.unit.api.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.unit.conftest import Calls

FORM = re.compile(r"ss_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
MADE_ELSEWHERE = f"ss_{'0123456789ab'}_{'x' * 43}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(dynamodb: DynamoDBClient, api_keys_table: str, clock: Clock) -> KeyStore:
    return KeyStore(dynamodb, api_keys_table, clock)


def items(dynamodb: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dynamodb.scan(TableName="api-keys")["Items"]
    return found


def test_a_key_has_its_form_and_works(keys: KeyStore) -> None:
    key, text = keys.create("partner")
    form = FORM.fullmatch(text)
    assert form
    assert form.group(1) == key.key_id
    assert keys.verify(text) == key
    assert (key.name, key.revoked_at) == ("partner", None)


def test_no_two_keys_are_alike(keys: KeyStore) -> None:
    made = [keys.create("same name") for _ in range(10)]
    assert len({key.key_id for key, _ in made}) == 10
    assert len({text[-43:] for _, text in made}) == 10


def test_the_table_holds_a_hash_and_not_the_secret(keys: KeyStore, dynamodb: Any) -> None:
    key, text = keys.create("partner")
    (item,) = items(dynamodb)
    assert text[-43:] not in json.dumps(item)
    assert item["secretHash"] == {"S": hashlib.sha256(text.encode()).hexdigest()}
    assert item.keys() == {"keySet", "keyId", "name", "createdAt", "secretHash", "scopes"}
    assert item["keyId"] == {"S": key.key_id}


@pytest.mark.parametrize("form", ["{} ", " {}", "{}\n", "{}A", "s{}", "Bearer {}", "ss_{}", ""])
def test_a_text_that_is_not_quite_the_key(keys: KeyStore, calls: Calls, form: str) -> None:
    text = keys.create("partner")[1]
    calls.clear()
    assert keys.verify(form.format(text)) is None
    assert calls.names == [], "no key has this form, so nobody asks the table"


def test_a_key_is_read_once_in_a_while(keys: KeyStore, calls: Calls, clock: Clock) -> None:
    text = keys.create("partner")[1]
    calls.clear()
    for _ in range(5):
        assert keys.verify(text)
    assert calls.names == ["GetItem"]
    clock.now += CACHE_SECONDS + 1
    assert keys.verify(text)
    assert calls.names == ["GetItem", "GetItem"]


def test_a_revoked_key_stops_within_the_time_that_is_promised(
    keys: KeyStore, dynamodb: DynamoDBClient, clock: Clock
) -> None:
    key, text = keys.create("partner")
    assert keys.verify(text)
    clock.now += CACHE_SECONDS - 1
    assert keys.verify(text)
    KeyStore(dynamodb, "api-keys").revoke(key.key_id)
    clock.now += 1
    assert keys.verify(text) is None, "trust is not prolonged by use"
    assert keys.verify(text) is None


def test_where_a_key_was_never_seen_it_stops_at_once(keys: KeyStore, dynamodb: DynamoDBClient) -> None:
    key, text = keys.create("partner")
    keys.revoke(key.key_id)
    assert KeyStore(dynamodb, "api-keys").verify(text) is None


def test_a_wrong_secret_is_not_let_in_by_the_cache(keys: KeyStore) -> None:
    text = keys.create("partner")[1]
    assert keys.verify(text)
    assert keys.verify(text[:-43] + "A" * 43) is None
    assert keys.verify(text)


def test_the_cache_is_bounded(keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "MOST_CACHED", 3)
    texts = [keys.create(f"partner {number}")[1] for number in range(10)]
    for text in texts * 2:
        assert keys.verify(text)
        assert len(keys._trust._good) <= 3
    for number in range(10):
        keys.verify(f"ss_{number:012x}_{'A' * 43}")
    assert len(keys._trust._wrong) <= 3
    assert keys._trust._good, "wrong keys push no good one out"


def test_the_list_has_every_key_oldest_first(keys: KeyStore, dynamodb: Any) -> None:
    made = [keys.create(f"partner {number}")[0] for number in range(5)]
    keys.revoke(made[2].key_id)
    listed = keys.list()
    assert {key.key_id for key in listed} == {key.key_id for key in made}
    assert [key.created_at for key in listed] == sorted(key.created_at for key in made)
    assert [key.key_id for key in listed if key.revoked_at] == [made[2].key_id]


def test_the_list_goes_on_over_pages(keys: KeyStore) -> None:
    for number in range(4):
        keys.create(f"{number} " + "n" * 300_000)
    assert len(keys.list()) == 4


def test_nothing_scans_the_table(keys: KeyStore, calls: Calls) -> None:
    key, text = keys.create("partner")
    keys.verify(text)
    keys.adopt("elsewhere", MADE_ELSEWHERE)
    keys.list()
    keys.revoke(key.key_id)
    assert set(calls.names) == {"PutItem", "GetItem", "Query", "UpdateItem"}


def test_revoking_keeps_the_first_time(keys: KeyStore, dynamodb: Any) -> None:
    key, _ = keys.create("partner")
    keys.revoke(key.key_id)
    (first,) = items(dynamodb)
    keys.revoke(key.key_id)
    assert items(dynamodb) == [first]


@pytest.mark.parametrize("key_id", ["0" * 12, "nonsense", "ü"])
def test_revoking_a_key_that_is_not_there_makes_none(keys: KeyStore, dynamodb: Any, key_id: str) -> None:
    with pytest.raises(KeyError, match=key_id):
        keys.revoke(key_id)
    assert items(dynamodb) == []


def test_a_key_made_elsewhere_is_adopted_once(keys: KeyStore, dynamodb: Any) -> None:
    assert keys.adopt("local", MADE_ELSEWHERE).key_id == "0123456789ab"
    before = items(dynamodb)
    keys.adopt("another name", MADE_ELSEWHERE)
    assert items(dynamodb) == before
    verified = keys.verify(MADE_ELSEWHERE)
    assert verified
    assert verified.name == "local"


def test_adopting_does_not_bring_a_revoked_key_back(keys: KeyStore) -> None:
    keys.adopt("local", MADE_ELSEWHERE)
    keys.revoke("0123456789ab")
    keys.adopt("local", MADE_ELSEWHERE)
    assert keys.verify(MADE_ELSEWHERE) is None


@pytest.mark.parametrize("text", ["", "secret", "ss_0123456789ab_short", "SS" + MADE_ELSEWHERE[2:], "ss__"])
def test_only_a_text_of_the_form_is_adopted(keys: KeyStore, dynamodb: Any, text: str) -> None:
    with pytest.raises(ValueError, match="ss_<12 hexadecimal digits>_<43"):
        keys.adopt("local", text)
    assert items(dynamodb) == []


def test_adopting_tells_what_is_stored(keys: KeyStore) -> None:
    """Not a name and a time that the table does not have."""
    keys.adopt("local", MADE_ELSEWHERE)
    assert keys.adopt("another name", MADE_ELSEWHERE) == keys.verify(MADE_ELSEWHERE)


def test_an_id_that_is_taken_is_not_adopted_with_another_secret(keys: KeyStore) -> None:
    """Whoever calls `adopt` goes on to use the text, so it must work or be refused."""
    keys.adopt("local", MADE_ELSEWHERE)
    other = MADE_ELSEWHERE[:-43] + "y" * 43
    with pytest.raises(ValueError, match="0123456789ab"):
        keys.adopt("local", other)


def test_a_wrong_key_is_read_once_in_a_while(keys: KeyStore, calls: Calls, clock: Clock) -> None:
    for _ in range(5):
        assert keys.verify(MADE_ELSEWHERE) is None
    assert calls.names == ["GetItem"]
    clock.now += CACHE_SECONDS + 1
    assert keys.verify(MADE_ELSEWHERE) is None
    assert calls.names == ["GetItem", "GetItem"]


def test_a_key_from_before_there_were_scopes_may_do_what_it_could(keys: KeyStore, dynamodb: Any) -> None:
    key, text = keys.create("old")
    dynamodb.update_item(
        TableName="api-keys",
        Key={"keySet": {"S": "api"}, "keyId": {"S": key.key_id}},
        UpdateExpression="REMOVE scopes",
    )
    found = keys.verify(text)
    assert found
    assert found.scopes == {Scope.READ, Scope.UPLOAD, Scope.OPERATE}


def test_what_a_key_was_made_with_is_kept(keys: KeyStore) -> None:
    made, text = keys.create(
        "partner", scopes=frozenset({Scope.READ}), prefix="orders", expires_at="2999-01-01T00:00:00.000Z"
    )
    assert keys.verify(text) == keys.get(made.key_id) == made


def test_a_scope_of_a_later_version_is_passed_over(keys: KeyStore, dynamodb: Any) -> None:
    key, text = keys.create("partner")
    dynamodb.update_item(
        TableName="api-keys",
        Key={"keySet": {"S": "api"}, "keyId": {"S": key.key_id}},
        UpdateExpression="SET scopes = :scopes",
        ExpressionAttributeValues={":scopes": {"L": [{"S": "read"}, {"S": "fly"}]}},
    )
    found = keys.verify(text)
    assert found
    assert found.scopes == {Scope.READ}


def test_a_key_ends_at_its_time_though_it_is_trusted(keys: KeyStore, clock: Clock) -> None:
    _, text = keys.create("partner", expires_at=trust.text_of(clock.now + 10))
    assert keys.verify(text)
    clock.now += 9.9
    assert keys.verify(text)
    clock.now += 0.1
    assert keys.verify(text) is None


def test_adopting_gives_a_stored_key_the_scopes_that_are_asked_for(keys: KeyStore) -> None:
    keys.adopt("local", MADE_ELSEWHERE, DEFAULT_SCOPES)
    assert keys.adopt("local", MADE_ELSEWHERE).scopes == frozenset(Scope)
    verified = keys.verify(MADE_ELSEWHERE)
    assert verified
    assert verified.scopes == frozenset(Scope)


def test_an_id_is_given_once(keys: KeyStore) -> None:
    key, _ = keys.create("partner")
    with pytest.raises(KeyExists, match=key.key_id):
        keys.add(key, "x" * 43)
