"""What a page costs: a query for each shard, however large the table is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from records.model import ATTENTION, Status
from records.pages import BY_ARRIVAL, BY_ATTENTION
from records.store import RecordStore
from tests.unit.records.conftest import fill

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from records.model import Record
    from tests.unit.conftest import Calls, MakeRecord

SHARDS = 4


@pytest.mark.parametrize(
    "filters", [{}, {"status": Status.FAILED}, {"status": Status.MISSING}, {"prefix": "r"}]
)
def test_a_page_is_one_query_for_each_shard_and_never_a_scan(
    store: RecordStore, records: list[Record], calls: Calls, filters: dict[str, Any]
) -> None:
    calls.clear()
    position = store.page(limit=3, **filters).position
    store.page(limit=3, before=position, **filters)

    assert calls.names == ["Query"] * SHARDS * 2


def test_without_a_filter_each_shard_reads_a_page_and_one_more_to_know_of_the_next(
    store: RecordStore, records: list[Record], dynamodb: DynamoDBClient
) -> None:
    limits: list[int] = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: limits.append(params["Limit"])
    )

    store.page(limit=7)

    assert limits == [8] * SHARDS


@pytest.mark.parametrize("status", Status)
def test_what_needs_somebody_is_read_from_the_index_of_its_own(
    store: RecordStore, records: list[Record], dynamodb: DynamoDBClient, status: Status
) -> None:
    indexes: set[str] = set()
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: indexes.add(params["IndexName"])
    )

    store.page(limit=7, status=status)

    assert indexes == {BY_ATTENTION if status in {"quarantined", "failed"} else BY_ARRIVAL}


def test_the_attention_index_holds_only_what_needs_somebody(
    store: RecordStore, records: list[Record], dynamodb: DynamoDBClient, records_table: str
) -> None:
    held = dynamodb.scan(TableName=records_table, IndexName=BY_ATTENTION)["Items"]

    assert {item["status"]["S"] for item in held} == {"quarantined", "failed"}
    assert len(held) == sum(record.status in ATTENTION for record in records)


def test_a_filtered_page_reads_a_bounded_number_and_may_be_empty(
    dynamodb: DynamoDBClient, records_table: str, make_record: MakeRecord, calls: Calls
) -> None:
    store = RecordStore(dynamodb, records_table, shards=1)
    rare = make_record(object_key="rare/1.csv")
    store.add(rare)
    fill(store, dynamodb, records_table, [make_record() for _ in range(600)])
    calls.clear()

    first = store.page(limit=10, prefix="rare/")
    assert (first.items, calls.names) == ([], ["Query"])
    assert first.position
    second = store.page(limit=10, prefix="rare/", before=first.position)
    assert [item["recordId"] for item in second.items] == [rare.record_id]
    assert second.position is None
