"""Writing records: each move is one write, and each condition that does not hold says what stands instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from records.errors import ConfigurationError, TransientError
from records.model import Attempt, Reason, Source, Status, shard_of
from records.pages import Filters
from records.store import NotWritten, RecordStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.unit.conftest import MakeRecord
    from tests.unit.records.conftest import Raw

FINISHED = "2026-01-31T12:30:00.500Z"
RIGHT, WRONG = "a" * 64, "b" * 64


def test_a_record_is_read_as_it_was_written(store: RecordStore, make_record: MakeRecord) -> None:
    attempt = Attempt(started_at=FINISHED, duration_ms=0, outcome=Status.FAILED, reason=Reason.EMPTY_FILE)
    record = make_record(size_bytes=0, object_key="in box/ä+%2F/../b", detail="", attempts=(attempt,))

    assert store.add(record) is None
    assert store.get(record.record_id) == record


def test_a_record_that_is_not_there_is_none(store: RecordStore) -> None:
    assert store.get("0" * 32) is None


def test_a_record_is_read_consistently(store: RecordStore, dynamodb: DynamoDBClient) -> None:
    asked: list[Any] = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.GetItem", lambda params, **_: asked.append(params["ConsistentRead"])
    )

    store.get("0" * 32)

    assert asked == [True]


def test_a_record_that_exists_is_not_overwritten_but_returned(
    store: RecordStore, make_record: MakeRecord
) -> None:
    first = make_record()
    store.add(first)

    refused = store.add(replace(first, status=Status.FAILED))

    assert refused == NotWritten(first)
    assert store.get(first.record_id) == first


@pytest.mark.parametrize("source", Source)
def test_a_finished_record_expires_when_a_retention_is_set(
    dynamodb: DynamoDBClient, records_table: str, make_record: MakeRecord, raw: Raw, source: Source
) -> None:
    keeper = RecordStore(dynamodb, records_table, shards=4, retention_days=30)
    outcome = make_record(finished_at=FINISHED, source=source)
    if source is Source.UPLOAD:
        keeper.add(replace(outcome, status=Status.AWAITING_UPLOAD, finished_at=None))
        assert "expiresAt" not in raw(outcome)
        keeper.complete_upload(outcome)
    else:
        keeper.add(outcome)

    # 2026-01-31T12:30:00Z and 30 days, in whole seconds as TTL wants them.
    assert raw(outcome)["expiresAt"] == {"N": str(1_769_862_600 + 30 * 86_400)}


def test_without_a_retention_nothing_expires(store: RecordStore, make_record: MakeRecord, raw: Raw) -> None:
    record = make_record(finished_at=FINISHED)
    store.add(record)

    assert "expiresAt" not in raw(record)


def test_a_record_says_in_which_shard_it_is(store: RecordStore, make_record: MakeRecord, raw: Raw) -> None:
    record = make_record()
    store.add(record)

    assert raw(record)["arrivalShard"] == {"S": shard_of(record.record_id, 4)}


def test_a_profile_comes_back_as_it_was(store: RecordStore, make_record: MakeRecord) -> None:
    profile = {"rows": 2, "columns": [{"name": "a", "mean": 1.25, "min": -3, "nulls": 0}], "cut": False}
    record = make_record(profile=profile, errors=({"type": "blank-row", "lineNumber": 2},))

    store.add(record)

    assert store.get(record.record_id) == record


def test_a_missing_table_is_a_matter_of_configuration(
    dynamodb: DynamoDBClient, make_record: MakeRecord
) -> None:
    store = RecordStore(dynamodb, "absent", shards=4)
    tries: list[Callable[[], object]] = [
        lambda: store.get("0" * 32),
        lambda: store.add(make_record()),
        lambda: store.complete_upload(make_record()),
        lambda: store.page(Filters(), limit=1),
    ]
    for attempt in tries:
        with pytest.raises(ConfigurationError):
            attempt()


def test_a_throttled_write_is_transient(
    store: RecordStore, dynamodb: DynamoDBClient, make_record: MakeRecord
) -> None:
    with Stubber(dynamodb) as stubber:
        stubber.add_client_error("put_item", "ThrottlingException")
        with pytest.raises(TransientError, match="writing record"):
            store.add(make_record())


def test_what_does_not_fit_into_one_answer_is_asked_for_again(
    store: RecordStore, dynamodb: DynamoDBClient, make_record: MakeRecord
) -> None:
    large = {"text": "x" * 250_000}
    records = [make_record(profile=large) for _ in range(80)]
    assert [store.add(record) for record in records] == [None] * 80

    known = store.known([*(record.record_id for record in records), "f" * 32])

    assert set(known) == {record.record_id for record in records}
    assert known[records[0].record_id]["status"] == "processed"
