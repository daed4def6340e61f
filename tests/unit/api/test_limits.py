"""Rates of keys: what one instance allows, what all of them do together, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from api.keys import ApiKey, KeyStore
from api.keys.limits import Bucket, Policy
from api.keys.usage import LAST_USE_SECONDS, QUIET_SECONDS, Usage
from tests.unit.api.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.unit.conftest import Calls

POLICY = Policy(rate=10, burst=20)
KEY = ApiKey("0" * 12, "partner", "2026-01-31T12:00:00.000Z")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def key(dynamodb: DynamoDBClient, api_keys_table: str, clock: Clock) -> ApiKey:
    return KeyStore(dynamodb, api_keys_table, clock).create("partner")[0]


def usage(dynamodb: Any, clock: Clock, rate: int = 10, burst: int = 20) -> Usage:
    return Usage(lambda: dynamodb, "api-keys", rate=rate, burst=burst, clock=clock)


def admitted(one: Usage, key: ApiKey) -> bool:
    allowance = one.admit(key)
    assert allowance
    return not allowance.refused


def test_a_burst_and_then_the_rate(clock: Clock) -> None:
    bucket = Bucket(POLICY)
    assert sum(bucket.take(clock.now) for _ in range(30)) == 20
    clock.now += 0.5
    assert sum(bucket.take(clock.now) for _ in range(30)) == 5
    clock.now += 3_600
    assert sum(bucket.take(clock.now) for _ in range(30)) == 20, "no more is saved up than a burst"


def test_what_is_refused_costs_nothing(clock: Clock) -> None:
    bucket = Bucket(POLICY)
    for _ in range(1_000):
        bucket.take(clock.now)
    clock.now += 0.1
    assert bucket.take(clock.now)


def test_the_headers_are_structured_fields(clock: Clock) -> None:
    bucket = Bucket(POLICY)
    bucket.take(clock.now)
    told = bucket.allowance(clock.now, refused=False).headers()
    assert told == {"RateLimit-Policy": '"key";q=20;w=2', "RateLimit": '"key";r=19;t=1'}


def test_a_refusal_says_when_to_come_again(clock: Clock) -> None:
    bucket = Bucket(Policy(rate=1, burst=1))
    assert bucket.take(clock.now)
    clock.now += 0.25
    assert not bucket.take(clock.now)
    told = bucket.allowance(clock.now, refused=True)
    assert (told.remaining, told.seconds) == (0, 1)
    assert told.headers()["Retry-After"] == "1"
    clock.now += told.seconds
    assert bucket.take(clock.now)


def test_one_instance_makes_far_fewer_calls_than_requests(
    dynamodb: DynamoDBClient, key: ApiKey, calls: Calls, clock: Clock
) -> None:
    one = usage(dynamodb, clock, rate=100, burst=200)
    calls.clear()
    for _ in range(1_000):
        assert admitted(one, key)
        clock.now += 1 / 50
    assert set(calls.names) == {"UpdateItem"}
    assert len(calls.names) < 100


def test_at_the_limit_the_calls_stay_few(
    dynamodb: DynamoDBClient, key: ApiKey, calls: Calls, clock: Clock
) -> None:
    one = usage(dynamodb, clock, rate=100, burst=100)
    calls.clear()
    for _ in range(2_000):  # ten seconds at twice the rate
        one.admit(key)
        clock.now += 1 / 200
    assert len(calls.names) <= 10 * 5 + 15, "five a second, and those of the first burst"


def test_many_instances_keep_to_one_limit(dynamodb: DynamoDBClient, key: ApiKey, clock: Clock) -> None:
    instances = [usage(dynamodb, clock, rate=10, burst=20) for _ in range(8)]
    served = 0
    for number in range(2_400):  # a minute of 40 requests a second
        served += admitted(instances[number % 8], key)
        clock.now += 1 / 40
    allowed = 20 + 10 * 60
    assert allowed * 0.9 <= served <= allowed + 8 * 4, "each is ahead by what it has not reported at most"


def test_without_sharing_many_instances_would_allow_as_many_times_more(clock: Clock) -> None:
    """What the test above would see if nothing were reported."""
    buckets = [Bucket(POLICY) for _ in range(8)]
    served = 0
    for number in range(2_400):
        served += buckets[number % 8].take(clock.now)
        clock.now += 1 / 40
    assert served > 2_000


def test_the_last_use_is_noted_at_once_and_then_every_five_minutes(
    dynamodb: DynamoDBClient, key: ApiKey, calls: Calls, clock: Clock
) -> None:
    one, keys = usage(dynamodb, clock), KeyStore(dynamodb, "api-keys", clock)
    one.admit(key)
    first = keys.get(key.key_id)
    assert first
    assert first.last_used_at == keys.now()
    calls.clear()
    clock.now += LAST_USE_SECONDS - 1
    one.admit(key)
    assert calls.names == []
    clock.now += 1
    one.admit(key)
    again = keys.get(key.key_id)
    assert again
    assert again.last_used_at == keys.now()


def test_another_instance_does_not_note_it_again(
    dynamodb: DynamoDBClient, key: ApiKey, calls: Calls, clock: Clock
) -> None:
    usage(dynamodb, clock).admit(key)
    seen = KeyStore(dynamodb, "api-keys", clock).get(key.key_id)
    assert seen
    calls.clear()
    usage(dynamodb, clock).admit(seen)
    assert calls.names == []


def test_without_a_limit_only_the_last_use_is_noted(
    dynamodb: DynamoDBClient, key: ApiKey, calls: Calls, clock: Clock
) -> None:
    one = usage(dynamodb, clock, rate=0)
    calls.clear()
    assert [one.admit(key) for _ in range(500)] == [None] * 500
    assert set(calls.names) == {"UpdateItem"}
    assert len(calls.names) <= 2


class Broken:
    """A table that does not answer."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def update_item(self, **request: Any) -> Any:
        self.asked += 1
        raise self.error


SLOW = ReadTimeoutError(endpoint_url="https://dynamodb.example")
DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "UpdateItem")


@pytest.mark.parametrize("error", [SLOW, DENIED], ids=["slow", "denied"])
def test_a_table_that_does_not_answer_stops_nobody_and_is_left_alone(clock: Clock, error: Exception) -> None:
    table = Broken(error)
    one = usage(table, clock)
    assert [admitted(one, KEY) for _ in range(25)] == [True] * 20 + [False] * 5, "by its own count"
    assert table.asked == 1
    clock.now += QUIET_SECONDS
    assert admitted(one, KEY)
    assert table.asked == 2


def test_what_was_not_reported_is_reported_later(dynamodb: DynamoDBClient, key: ApiKey, clock: Clock) -> None:
    table = Broken(SLOW)
    one = usage(table, clock)
    for _ in range(20):
        admitted(one, key)
    one._client = dynamodb
    clock.now += QUIET_SECONDS
    admitted(one, key)
    other = usage(dynamodb, clock)
    told = other.admit(key)
    assert told
    assert told.remaining < 5


def test_noting_the_use_of_a_key_does_not_make_one(dynamodb: Any, api_keys_table: str, clock: Clock) -> None:
    assert admitted(usage(dynamodb, clock), KEY)
    assert dynamodb.scan(TableName=api_keys_table)["Count"] == 0


def test_callers_with_tokens_have_items_of_their_own(
    dynamodb: DynamoDBClient, api_keys_table: str, clock: Clock
) -> None:
    caller = ApiKey("oidc:5d41402abc4b", "somebody", "")
    one, other = usage(dynamodb, clock), usage(dynamodb, clock)
    for _ in range(20):
        admitted(one, caller)
    told = other.admit(caller)
    assert told
    assert told.remaining < 10
    assert KeyStore(dynamodb, api_keys_table).list() == [], "no key has come to be"


def test_the_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("api.keys.usage.MOST_BUCKETS", 3)
    one = usage(Broken(SLOW), clock)
    for number in range(10):
        one.admit(ApiKey(f"{number:012x}", "partner", ""))
        assert len(one._buckets) <= 3
