"""Lists of a prefix: complete from its first moment on, and nobody pays for another one's volume."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from processor.prefix_lists import PrefixLists
from records import pages as records_pages
from records.model import Status, utc_text
from records.pages import BY_ARRIVAL, BY_ATTENTION, BY_PREFIX, BY_PREFIX_ATTENTION, Filters
from records.prefixes import COMPLETE_AFTER, PrefixRegister
from records.store import RecordStore
from tests.unit.conftest import NOON, SHARDS
from tests.unit.records.conftest import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from records.model import Record
    from tests.unit.conftest import Calls, MakeRecord

LATER = COMPLETE_AFTER * 2
FAILED = frozenset({Status.FAILED})


class Past:
    """A table in which time goes by."""

    def __init__(self, dynamodb: DynamoDBClient, table: str, make_record: MakeRecord) -> None:
        self.now = NOON
        self.register = PrefixRegister(dynamodb, table, clock=self._clock)
        self.store = RecordStore(dynamodb, table, shards=SHARDS, prefixes=self.register)
        self._dynamodb, self._table, self._make_record = dynamodb, table, make_record

    def _clock(self) -> datetime:
        return self.now

    def write(self, *folders: str, status: Status = Status.PROCESSED) -> list[Record]:
        """A file in each folder, a second after the other."""
        written = []
        for number, folder in enumerate(folders):
            self.now += timedelta(seconds=1)
            moment = utc_text(self.now)
            written.append(
                self._make_record(
                    object_key=f"{folder}/{number}.csv",
                    created_at=moment,
                    status=status,
                    media_type="text/csv",
                )
            )
        fill(self.store, self._dynamodb, self._table, written)
        return written

    def add(self, prefix: str) -> None:
        """Give a prefix a list, and let everybody hear of it."""
        self.register.add(prefix)
        self.now += LATER

    def complete(self) -> int:
        return PrefixLists(self.store, self.register).complete(lambda: True)

    def walk(self, limit: int, **wanted: Any) -> list[str]:
        found: list[str] = []
        before = None
        for _ in range(500):
            page = self.store.page(Filters(**wanted), limit=limit, before=before)
            assert len(page.items) <= limit
            found += [item["recordId"] for item in page.items]
            before = page.position
            if before is None:
                return found
        raise AssertionError("the pages have no end")


@pytest.fixture
def past(dynamodb: DynamoDBClient, records_table: str, make_record: MakeRecord) -> Past:
    return Past(dynamodb, records_table, make_record)


@pytest.fixture
def asked(dynamodb: DynamoDBClient) -> list[dict[str, Any]]:
    """What is asked of indexes from here on."""
    queries: list[dict[str, Any]] = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: queries.append(params)
    )
    return queries


@pytest.fixture
def read(dynamodb: DynamoDBClient) -> Callable[[], int]:
    """How many items were looked at since the last call."""
    counts: list[int] = []
    dynamodb.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: counts.append(parsed["ScannedCount"])
    )

    def take() -> int:
        total = sum(counts)
        counts.clear()
        return total

    return take


def ids(records: list[Record], prefix: str = "") -> list[str]:
    """Newest first."""
    kept = [record for record in records if record.object_key.startswith(prefix)]
    return [record.record_id for record in sorted(kept, key=lambda r: r.created_at, reverse=True)]


@pytest.mark.parametrize("completed", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 200])
def test_a_list_has_what_was_written_before_it_and_after(past: Past, completed: bool, limit: int) -> None:
    written = past.write("a", "b", "a", "b/c", "a/x", "ab")
    past.register.add("a")
    written += past.write("a", "b")
    past.now += LATER
    written += past.write("b", "a/x", "ab", "a", "b")
    if completed:
        assert past.complete() == 4

    for prefix in ("a/", "a/x", "b/", "ab/", "a"):
        assert past.walk(limit, prefix=prefix) == ids(written, prefix), prefix
    assert past.walk(limit) == ids(written)


@pytest.mark.parametrize("completed", [False, True])
def test_a_prefix_within_another_one_is_in_the_lists_of_both(past: Past, completed: bool) -> None:
    written = past.write("a", "a/x", "b")
    past.add("a")
    written += past.write("a/x", "a", "b")
    past.add("a/x")
    written += past.write("a/x", "a/x/y", "a/y", "a", "b")
    if completed:
        past.complete()

    for prefix in ("a/", "a/x/", "a/x/y/", "a/y/", "a/x"):
        for limit in (1, 3, 50):
            assert past.walk(limit, prefix=prefix) == ids(written, prefix), prefix


@pytest.mark.parametrize("completed", [False, True])
def test_what_needs_somebody_under_a_prefix(past: Past, completed: bool) -> None:
    written = past.write("a", "b", status=Status.FAILED) + past.write("a", status=Status.PROCESSED)
    past.add("a")
    written += past.write("a", "b", "a/x", status=Status.FAILED) + past.write("a", status=Status.MISSING)
    if completed:
        past.complete()
    failed = [record for record in written if record.status is Status.FAILED]

    assert past.walk(2, prefix="a/", statuses=FAILED) == ids(failed, "a/")


@pytest.mark.parametrize("wanted", [{"media_type": "text/csv"}, {"statuses": frozenset({Status.PROCESSED})}])
def test_other_filters_hold_within_a_list(past: Past, wanted: dict[str, Any]) -> None:
    past.add("a")
    written = past.write("a", "b", "a")
    past.complete()

    assert past.walk(1, prefix="a/", **wanted) == ids(written, "a/")
    assert past.walk(1, prefix="a/", media_type="text/plain") == []


def test_times_hold_across_the_beginning_of_a_list(past: Past) -> None:
    written = past.write("a", "a", "a")
    past.add("a")
    written += past.write("a", "a", "a")

    for first, last in ((0, 6), (1, 5), (2, 4), (3, 5), (0, 3), (1, 2)):
        bounds = {"after": written[first].created_at, "before": past_last(written, last)}
        assert past.walk(1, prefix="a/", **bounds) == ids(written[first:last])


def past_last(written: list[Record], last: int) -> str | None:
    return written[last].created_at if last < len(written) else None


def test_a_page_of_a_prefix_does_not_pay_for_others(
    past: Past, asked: list[dict[str, Any]], read: Callable[[], int], calls: Calls
) -> None:
    past.add("a")
    mine = past.write("a", "a", "a", "a")
    past.write(*["b"] * 600)
    past.complete()
    past.register.known()
    calls.clear()
    asked.clear()
    read()

    page = past.store.page(Filters(prefix="a/"), limit=3)

    assert [item["recordId"] for item in page.items] == ids(mine)[:3]
    assert calls.names == ["Query"] * SHARDS
    assert {query["IndexName"] for query in asked} == {BY_PREFIX}
    assert {query["Limit"] for query in asked} == {4}
    assert read() == len(mine)


def test_before_a_list_is_complete_a_page_reads_a_bounded_number_more(
    past: Past, asked: list[dict[str, Any]]
) -> None:
    past.write("a")
    past.add("a")
    past.write("a", "b")
    past.register.known()
    asked.clear()

    past.store.page(Filters(prefix="a/"), limit=3)

    assert [query["IndexName"] for query in asked] == [BY_PREFIX] * SHARDS + [BY_ARRIVAL] * SHARDS
    assert {query["Limit"] for query in asked[SHARDS:]} == {records_pages._FILTERED_READ}


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filters(prefix="a/", statuses=FAILED), BY_PREFIX_ATTENTION),
        (Filters(prefix="a/", statuses=frozenset({Status.FAILED, Status.MISSING})), BY_PREFIX),
        (Filters(prefix="a/x"), BY_PREFIX),
        (Filters(prefix="a"), BY_ARRIVAL),
        (Filters(prefix="b/"), BY_ARRIVAL),
        (Filters(prefix="b/", statuses=FAILED), BY_ATTENTION),
    ],
)
def test_the_index_that_serves_a_filter(
    past: Past, asked: list[dict[str, Any]], wanted: Filters, index: str
) -> None:
    past.add("a")
    past.complete()
    asked.clear()

    past.store.page(wanted, limit=3)

    assert {query["IndexName"] for query in asked} == {index}


def test_only_records_under_a_prefix_with_a_list_are_in_its_index(
    past: Past, dynamodb: DynamoDBClient, records_table: str
) -> None:
    past.add("a")
    past.write("a", "b", "a/x", "c")

    held = dynamodb.scan(TableName=records_table, IndexName=BY_PREFIX)["Items"]
    assert {item["objectKey"]["S"].partition("/")[0] for item in held} == {"a"}
    assert {item["prefixShard"]["S"].partition("#")[0] for item in held} == {"a"}


def test_an_announced_upload_stays_in_the_list_when_it_comes(past: Past) -> None:
    past.add("a")
    past.complete()
    (announced,) = past.write("a", status=Status.AWAITING_UPLOAD)
    arrived = replace(announced, status=Status.FAILED, created_at=utc_text(past.now + LATER))

    assert past.store.complete_upload(arrived) is None

    assert past.walk(5, prefix="a/") == [announced.record_id]
    assert past.walk(5, prefix="a/", statuses=FAILED) == [announced.record_id]


def test_an_upload_that_was_announced_before_its_list_is_put_into_it(past: Past) -> None:
    (announced,) = past.write("a", status=Status.AWAITING_UPLOAD)
    past.add("a")
    assert past.store.complete_upload(replace(announced, status=Status.FAILED)) is None
    assert past.walk(5, prefix="a/") == [announced.record_id]

    assert past.complete() == 1

    assert past.walk(5, prefix="a/", statuses=FAILED) == [announced.record_id]


def test_a_list_is_completed_page_by_page_and_a_run_that_ends_early_is_gone_on_with(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = past.write(*["a", "b"] * 12)
    past.add("a")
    monkeypatch.setattr("processor.prefix_lists.RECORDS_A_PAGE", 2)
    monkeypatch.setattr("processor.prefix_lists.PAGES_A_RUN", 3)

    added = [past.complete()]
    assert past.walk(3, prefix="a/") == ids(written, "a/")
    while past.register.to_complete():
        added.append(past.complete())

    assert added[0] == 6
    assert sum(added) == 12
    assert past.walk(3, prefix="a/") == ids(written, "a/")


def test_a_run_without_time_does_nothing(past: Past) -> None:
    past.write("a")
    past.add("a")
    assert PrefixLists(past.store, past.register).complete(lambda: False) == 0
    assert past.register.to_complete()


def test_a_record_that_is_gone_meanwhile_is_not_made_again(
    past: Past, dynamodb: DynamoDBClient, records_table: str
) -> None:
    past.add("a")
    row = {"recordId": "f" * 32, "objectKey": "a/b.csv"}
    past.store._list(row)
    assert "Item" not in dynamodb.get_item(TableName=records_table, Key={"recordId": {"S": "f" * 32}})


def test_a_prefix_with_very_many_below_it_is_read_from_everybodys_list(
    past: Past, asked: list[dict[str, Any]]
) -> None:
    folders = [f"a/{number}" for number in range(9)]
    for prefix in ("a", *folders):
        past.register.add(prefix)
    past.now += LATER
    written = past.write("a", *folders)
    past.complete()
    asked.clear()

    assert past.walk(50, prefix="a/") == ids(written)
    assert {query["IndexName"] for query in asked} == {BY_ARRIVAL}
