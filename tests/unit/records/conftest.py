"""Any record at all, for the properties that every record must have; and a table with some in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from records.model import Attempt, Reason, Record, Source, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from records.store import RecordStore
    from tests.unit.conftest import MakeRecord

    Raw = Callable[[Record], dict[str, Any]]

HEXADECIMAL = "0123456789abcdef"
WHOLE = st.integers(min_value=0, max_value=2**53)
TEXT = st.text(max_size=40)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


@pytest.fixture(scope="session")
def any_record() -> st.SearchStrategy[Record]:
    attempts = st.builds(
        Attempt,
        started_at=MOMENTS,
        duration_ms=WHOLE,
        outcome=st.sampled_from(Status),
        reason=maybe(st.sampled_from(Reason)),
    )
    return st.builds(
        Record,
        record_id=st.text(HEXADECIMAL, min_size=32, max_size=32),
        status=st.sampled_from(Status),
        source=st.sampled_from(Source),
        bucket=TEXT,
        object_key=TEXT,
        file_name=TEXT,
        created_at=MOMENTS,
        version_id=maybe(TEXT),
        sequencer=maybe(TEXT),
        size_bytes=maybe(WHOLE),
        media_type=maybe(TEXT),
        declared_media_type=maybe(TEXT),
        sha256=maybe(TEXT),
        expected_sha256=maybe(TEXT),
        expected_size_bytes=maybe(WHOLE),
        reason=maybe(st.sampled_from(Reason)),
        detail=maybe(TEXT),
        quarantine_key=maybe(TEXT),
        arrived_at=maybe(MOMENTS),
        finished_at=maybe(MOMENTS),
        duration_ms=maybe(WHOLE),
        attempts=st.lists(attempts, max_size=3).map(tuple),
    )


@pytest.fixture
def raw(dynamodb: DynamoDBClient, records_table: str) -> Raw:
    """What lies in the table of a record, as DynamoDB has it."""

    def read(record: Record) -> dict[str, Any]:
        key = {"recordId": {"S": record.record_id}}
        return dict(dynamodb.get_item(TableName=records_table, Key=key)["Item"])

    return read


@pytest.fixture
def records(
    store: RecordStore, dynamodb: DynamoDBClient, records_table: str, make_record: MakeRecord
) -> list[Record]:
    """32 records, oldest first, in every state and under three prefixes."""
    made = []
    for number in range(32):
        status = list(Status)[number % len(Status)]
        folder = ("reports", "invoices", "old/reports")[number % 3]
        made.append(make_record(status=status, object_key=f"{folder}/{number}.csv"))
    fill(store, dynamodb, records_table, made)
    return made


def fill(store: RecordStore, dynamodb: DynamoDBClient, table: str, records: list[Record]) -> None:
    """Many records, faster than one by one: as `store` would write them."""
    items = [store._item(record) for record in records]
    for start in range(0, len(items), 25):
        puts: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        dynamodb.batch_write_item(RequestItems={table: puts})
