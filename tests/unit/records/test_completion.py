"""An announced upload gets its outcome: one conditional write that keeps what was announced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from records.model import Attempt, Reason, Status
from records.store import NotWritten, RecordStore

if TYPE_CHECKING:
    from records.model import Record
    from tests.unit.conftest import Calls, MakeRecord
    from tests.unit.records.conftest import Raw

FINISHED = "2026-01-31T12:30:00.500Z"
RIGHT, WRONG = "a" * 64, "b" * 64


@pytest.fixture
def announced(store: RecordStore, make_record: MakeRecord) -> Record:
    record = make_record(
        status=Status.AWAITING_UPLOAD,
        file_name="Größe 1.csv",
        declared_media_type="text/csv",
        expected_sha256=RIGHT,
        expected_size_bytes=12,
    )
    assert store.add(record) is None
    return record


@pytest.fixture
def arrived(announced: Record) -> Record:
    """What the processor makes of the event alone: it has not read the record."""
    attempt = Attempt(started_at=FINISHED, duration_ms=7, outcome=Status.PROCESSED)
    return replace(
        announced,
        status=Status.PROCESSED,
        file_name="Gr__e_1.csv",
        created_at="2026-01-31T12:29:00.000Z",
        declared_media_type=None,
        expected_sha256=None,
        expected_size_bytes=None,
        version_id="v1",
        sequencer="0055AED6DCD90281E5",
        size_bytes=12,
        media_type="text/plain",
        sha256=RIGHT,
        arrived_at="2026-01-31T12:29:00.000Z",
        finished_at=FINISHED,
        duration_ms=7,
        attempts=(attempt,),
    )


def test_an_outcome_keeps_what_was_announced(store: RecordStore, announced: Record, arrived: Record) -> None:
    assert store.complete_upload(arrived) is None

    assert store.get(announced.record_id) == replace(
        arrived,
        file_name="Größe 1.csv",
        created_at=announced.created_at,
        declared_media_type="text/csv",
        expected_sha256=RIGHT,
        expected_size_bytes=12,
        revision=2,
    )


def test_an_outcome_is_one_write(store: RecordStore, arrived: Record, calls: Calls) -> None:
    store.complete_upload(arrived)

    assert calls.names == ["UpdateItem"]


def test_an_outcome_leaves_the_record_where_lists_have_it(
    store: RecordStore, announced: Record, arrived: Record, raw: Raw
) -> None:
    before = raw(announced)

    store.complete_upload(arrived)

    after = raw(announced)
    assert {k: after[k] for k in ("arrivalShard", "arrivalKey")} == {
        k: before[k] for k in ("arrivalShard", "arrivalKey")
    }


@pytest.mark.parametrize("sha256", [WRONG, None])
def test_other_content_than_promised_is_refused(
    store: RecordStore, announced: Record, arrived: Record, sha256: str | None
) -> None:
    refused = store.complete_upload(replace(arrived, sha256=sha256))

    assert refused == NotWritten(announced)
    assert store.get(announced.record_id) == announced


@pytest.mark.parametrize("size_bytes", [11, 13, None])
def test_another_size_than_promised_is_refused(
    store: RecordStore, announced: Record, arrived: Record, size_bytes: int | None
) -> None:
    refused = store.complete_upload(replace(arrived, size_bytes=size_bytes))

    assert refused == NotWritten(announced)


def test_a_quarantined_outcome_may_have_any_content(
    store: RecordStore, announced: Record, arrived: Record
) -> None:
    outcome = replace(arrived, status=Status.QUARANTINED, sha256=WRONG, reason=Reason.CHECKSUM_MISMATCH)
    outcome = replace(outcome, size_bytes=11)

    assert store.complete_upload(outcome, any_checksum=True) is None

    stored = store.get(announced.record_id)
    assert stored
    assert (stored.status, stored.sha256, stored.expected_sha256) == (Status.QUARANTINED, WRONG, RIGHT)


def test_without_a_promise_any_content_is_right(store: RecordStore, make_record: MakeRecord) -> None:
    announced = make_record(status=Status.AWAITING_UPLOAD)
    store.add(announced)

    assert store.complete_upload(replace(announced, status=Status.PROCESSED, sha256=WRONG)) is None


def test_another_key_under_an_announced_id_is_refused(
    store: RecordStore, announced: Record, arrived: Record
) -> None:
    refused = store.complete_upload(replace(arrived, object_key=f"elsewhere/{announced.record_id}/x"))

    assert refused == NotWritten(announced)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.AWAITING_UPLOAD])
def test_only_an_awaited_upload_is_completed(
    store: RecordStore, make_record: MakeRecord, status: Status
) -> None:
    settled = make_record(status=status)
    store.add(settled)

    refused = store.complete_upload(replace(settled, status=Status.PROCESSED), any_checksum=True)

    assert refused == NotWritten(settled)
    assert store.get(settled.record_id) == settled


def test_an_upload_that_was_never_announced_is_refused_and_not_made(
    store: RecordStore, make_record: MakeRecord
) -> None:
    forged = make_record()

    assert store.complete_upload(forged, any_checksum=True) == NotWritten(None)
    assert store.get(forged.record_id) is None
