"""Two secrets of one key: which of them works, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from api.keys import KeyStore, NotRotated, trust
from tests.unit.api.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(dynamodb: DynamoDBClient, api_keys_table: str, clock: Clock) -> KeyStore:
    return KeyStore(dynamodb, api_keys_table, clock)


def test_two_secrets_work_until_the_older_one_ends(keys: KeyStore, clock: Clock) -> None:
    key, older = keys.create("partner")
    rotated, newer = keys.rotate(key.key_id, "n" * 43, 100)
    assert rotated.older_until == trust.text_of(clock.now + 100)
    assert [bool(keys.verify(text)) for text in (older, newer)] == [True, True]
    clock.now += 99
    assert keys.verify(older)
    clock.now += 1
    assert [bool(keys.verify(text)) for text in (older, newer)] == [False, True]


def test_a_secret_can_end_at_once(keys: KeyStore, clock: Clock) -> None:
    key, older = keys.create("partner")
    rotated, newer = keys.rotate(key.key_id, "n" * 43, 0)
    assert rotated.older_until is None
    assert [bool(keys.verify(text)) for text in (older, newer)] == [False, True]


def test_there_are_never_three_secrets(keys: KeyStore, clock: Clock) -> None:
    key, first = keys.create("partner")
    second = keys.rotate(key.key_id, "b" * 43, 100)[1]
    with pytest.raises(NotRotated, match="two secrets until"):
        keys.rotate(key.key_id, "c" * 43, 100)
    third = keys.rotate(key.key_id, "c" * 43, 0)[1]
    assert [bool(keys.verify(text)) for text in (first, second, third)] == [False, False, True]
    keys.rotate(key.key_id, "d" * 43, 100)
    clock.now += 100
    assert keys.rotate(key.key_id, "e" * 43, 100)


def test_the_older_secret_goes_with_its_key(keys: KeyStore) -> None:
    key, older = keys.create("partner")
    newer = keys.rotate(key.key_id, "n" * 43, 100)[1]
    keys.revoke(key.key_id)
    assert [keys.verify(text) for text in (older, newer)] == [None, None]


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_key_that_has_ended_gets_no_secret(keys: KeyStore, clock: Clock, ended: str) -> None:
    key, _ = keys.create("partner", expires_at=trust.text_of(clock.now + 10))
    if ended == "revoked":
        keys.revoke(key.key_id)
    else:
        clock.now += 10
    with pytest.raises(NotRotated, match=ended):
        keys.rotate(key.key_id, "n" * 43, 100)


def test_of_two_rotations_at_once_one_is_refused(keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key, older = keys.create("partner")
    read = keys._read(key.key_id)
    newer = keys.rotate(key.key_id, "b" * 43, 100)[1]
    with monkeypatch.context() as patch:
        patch.setattr(keys, "_read", lambda key_id: read)
        with pytest.raises(NotRotated, match="at the same moment"):
            keys.rotate(key.key_id, "c" * 43, 100)
    assert [bool(keys.verify(text)) for text in (older, newer)] == [True, True]


class LosesAnswers:
    """A client whose writes are sent a second time, as the SDK does when it gets no answer to the first."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_item(self, **arguments: Any) -> Any:
        self._client.update_item(**arguments)
        return self._client.update_item(**arguments)


def test_a_lost_answer_does_not_lose_the_secret(
    keys: KeyStore, dynamodb: DynamoDBClient, api_keys_table: str, clock: Clock
) -> None:
    key, older = keys.create("partner")
    unlucky = KeyStore(cast("DynamoDBClient", LosesAnswers(dynamodb)), api_keys_table, clock)
    rotated, newer = unlucky.rotate(key.key_id, "n" * 43, 100)
    assert rotated.older_until == trust.text_of(clock.now + 100)
    assert keys.verify(newer)
    assert keys.verify(older)
