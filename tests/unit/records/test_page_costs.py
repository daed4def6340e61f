"""What a page costs: a query for each shard, however large the table is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from records.model import ATTENTION, Reason, Status
from records.pages import BY_ARRIVAL, BY_ATTENTION, Filters, share_of
from records.store import RecordStore
from tests.unit.records.conftest import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from records.model import Record
    from tests.unit.conftest import Calls, MakeRecord

SHARDS = 4


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(statuses=frozenset({Status.FAILED})),
        Filters(statuses=frozenset({Status.MISSING, Status.FAILED})),
        Filters(prefix="r"),
        Filters(media_type="text/csv", reason=Reason.BAD_ROWS),
        Filters(after="2026-01-31T12:00:00.000Z", before="2026-01-31T12:00:20.000Z"),
    ],
)
def test_a_page_is_one_query_for_each_shard_and_never_a_scan(
    store: RecordStore, records: list[Record], calls: Calls, filters: Filters
) -> None:
    calls.clear()
    position = store.page(filters, limit=3).position
    store.page(filters, limit=3, before=position)

    assert calls.names == ["Query"] * SHARDS * 2


def test_without_a_filter_each_shard_reads_its_share_of_a_page_and_one_more(
    store: RecordStore, records: list[Record], dynamodb: DynamoDBClient
) -> None:
    limits: list[int] = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: limits.append(params["Limit"])
    )

    store.page(Filters(), limit=7)

    assert limits == [share_of(8, SHARDS)] * SHARDS


@pytest.mark.parametrize(
    ("records", "shards", "share"), [(51, 1, 51), (2, 4, 2), (51, 4, 26), (201, 4, 75), (201, 16, 27)]
)
def test_a_share_is_a_bit_more_than_a_fair_part(records: int, shards: int, share: int) -> None:
    assert share_of(records, shards) == share


def test_a_page_is_whole_where_one_shard_holds_more_than_its_share(
    dynamodb: DynamoDBClient, records_table: str, make_record: MakeRecord, calls: Calls
) -> None:
    made = [make_record() for _ in range(60)]
    fill(RecordStore(dynamodb, records_table, shards=1), dynamodb, records_table, made)
    store = RecordStore(dynamodb, records_table, shards=SHARDS)
    calls.clear()

    page = store.page(Filters(), limit=40)

    assert [item["recordId"] for item in page.items] == [record.record_id for record in made[:-41:-1]]
    assert len(calls.names) == 2 * SHARDS


@pytest.fixture
def read(dynamodb: DynamoDBClient) -> Callable[[], int]:
    """How many items were looked at since the last call: they are what read units are paid for."""
    counts: list[int] = []
    dynamodb.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: counts.append(parsed["ScannedCount"])
    )

    def take() -> int:
        total = sum(counts)
        counts.clear()
        return total

    return take


SERVED = (
    Filters(),
    Filters(statuses=ATTENTION),
    Filters(before="2026-01-31T12:30:00.000Z"),
    Filters(after="2026-01-31T12:00:10.000Z", before="2026-01-31T12:30:00.000Z"),
)


def test_what_an_index_serves_costs_the_same_however_large_the_table_is(
    store: RecordStore,
    dynamodb: DynamoDBClient,
    records_table: str,
    make_record: MakeRecord,
    calls: Calls,
    read: Callable[[], int],
) -> None:
    states = (Status.PROCESSED, Status.FAILED, Status.QUARANTINED)
    for more in (100, 400):
        fill(store, dynamodb, records_table, [make_record(status=states[n % 3]) for n in range(more)])
        for filters in SERVED:
            calls.clear()
            read()
            assert len(store.page(filters, limit=5).items) == 5
            assert (len(calls.names), read()) == (SHARDS, SHARDS * share_of(6, SHARDS)), filters


@pytest.mark.parametrize("status", Status)
def test_what_needs_somebody_is_read_from_the_index_of_its_own(
    store: RecordStore, records: list[Record], dynamodb: DynamoDBClient, status: Status
) -> None:
    indexes: set[str] = set()
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: indexes.add(params["IndexName"])
    )

    store.page(Filters(statuses=frozenset({status})), limit=7)

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

    first = store.page(Filters(prefix="rare/"), limit=10)
    assert (first.items, calls.names) == ([], ["Query"])
    assert first.position
    second = store.page(Filters(prefix="rare/"), limit=10, before=first.position)
    assert [item["recordId"] for item in second.items] == [rare.record_id]
    assert second.position is None
