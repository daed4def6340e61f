"""Lists: newest first, each record once, at a cost that does not grow with the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from records.model import Reason, Status, to_attributes
from records.pages import LIST_ATTRIBUTES

if TYPE_CHECKING:
    from records.model import Record
    from records.store import RecordStore
    from tests.unit.conftest import MakeRecord

LIMITS = [1, 2, 5, 31, 32, 33, 200]


def walk(store: RecordStore, limit: int, **filters: Any) -> list[str]:
    """The ids of all records through all pages."""
    found: list[str] = []
    before = None
    for _ in range(500):
        page = store.page(limit=limit, before=before, **filters)
        assert len(page.items) <= limit
        found += [item["recordId"] for item in page.items]
        before = page.position
        if before is None:
            return found
    raise AssertionError("the pages have no end")


def assert_every_limit_finds(wanted: list[Record], store: RecordStore, **filters: Any) -> None:
    for limit in LIMITS:
        assert walk(store, limit, **filters) == newest_first(wanted), f"with pages of {limit}"


def newest_first(records: list[Record]) -> list[str]:
    return [record.record_id for record in sorted(records, key=lambda r: r.created_at, reverse=True)]


def test_every_record_is_on_one_page_newest_first(store: RecordStore, records: list[Record]) -> None:
    assert_every_limit_finds(records, store)


@pytest.mark.parametrize("status", Status)
def test_a_list_of_one_state_has_all_of_it_and_nothing_else(
    store: RecordStore, records: list[Record], status: Status
) -> None:
    assert_every_limit_finds([r for r in records if r.status is status], store, status=status)


def test_a_list_of_one_prefix_has_all_of_it_and_nothing_else(
    store: RecordStore, records: list[Record]
) -> None:
    wanted = [r for r in records if r.object_key.startswith("reports/")]

    assert_every_limit_finds(wanted, store, prefix="reports/")


def test_state_and_prefix_are_combined(store: RecordStore, records: list[Record]) -> None:
    wanted = [r for r in records if r.object_key.startswith("rep") and r.status is Status.FAILED]

    assert wanted
    assert walk(store, 2, status=Status.FAILED, prefix="rep") == newest_first(wanted)


def test_records_of_one_millisecond_are_not_lost_between_pages(
    store: RecordStore, make_record: MakeRecord
) -> None:
    burst = [make_record(created_at="2026-01-31T12:00:00.000Z") for _ in range(9)]
    for record in burst:
        store.add(record)

    assert sorted(walk(store, 2)) == sorted(record.record_id for record in burst)


def test_records_that_arrive_meanwhile_do_not_move_the_pages(
    store: RecordStore, records: list[Record], make_record: MakeRecord
) -> None:
    found: list[str] = []
    before = None
    while True:
        page = store.page(limit=5, before=before)
        found += [item["recordId"] for item in page.items]
        before = page.position
        if before is None:
            break
        for _ in range(3):
            store.add(make_record())

    assert found == newest_first(records)


def test_uploads_that_were_completed_late_are_on_one_page_newest_first(
    store: RecordStore, make_record: MakeRecord
) -> None:
    # The processor has not read the record: it knows when the object was made, not when it was announced.
    announced = [make_record(status=Status.AWAITING_UPLOAD) for _ in range(9)]
    for record in announced:
        store.add(record)
    for place in (0, 7, 3, 4, 8):
        late = make_record().created_at
        store.complete_upload(replace(announced[place], status=Status.PROCESSED, created_at=late))

    assert_every_limit_finds(announced, store)


def test_an_upload_that_is_completed_meanwhile_is_not_missed(
    store: RecordStore, make_record: MakeRecord
) -> None:
    announced = [make_record(status=Status.AWAITING_UPLOAD) for _ in range(4)]
    for record in announced:
        store.add(record)
    first = store.page(limit=2)

    late = make_record().created_at
    store.complete_upload(replace(announced[0], status=Status.PROCESSED, created_at=late))

    second = store.page(limit=2, before=first.position)
    both = [item["recordId"] for item in first.items + second.items]
    assert both == newest_first(announced)


def test_an_empty_table_has_one_empty_page(store: RecordStore) -> None:
    page = store.page(limit=10)

    assert (page.items, page.position) == ([], None)


def test_the_last_page_has_no_position_even_when_it_is_full(
    store: RecordStore, records: list[Record]
) -> None:
    assert store.page(limit=len(records)).position is None


@pytest.mark.parametrize("status", [None, Status.QUARANTINED])
def test_a_row_has_what_a_list_shows(
    store: RecordStore, make_record: MakeRecord, status: Status | None
) -> None:
    record = make_record(
        status=Status.QUARANTINED,
        reason=Reason.EMPTY_FILE,
        size_bytes=0,
        media_type="text/csv",
        arrived_at="2026-01-31T12:00:00.000Z",
        finished_at="2026-01-31T12:00:01.000Z",
        duration_ms=7,
        detail="not on a list",
    )
    store.add(record)

    (row,) = store.page(limit=1, status=status).items
    shown = {"recordId", *LIST_ATTRIBUTES}
    assert {k: v for k, v in row.items() if k in shown} == {
        k: v for k, v in to_attributes(record).items() if k in shown
    }
    assert "detail" not in row
