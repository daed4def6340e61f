"""What a batch of the table's stream says."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from notifier.alerts import Cause
from notifier.stream import batch_id, changed_records, tallies
from records.model import Reason, Source, Status
from tests.unit.notifier.conftest import stream_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.notifier.conftest import MakeBad, MakeBatch, Stream


@pytest.fixture
def recorded(payload: Callable[[str], str]) -> Stream:
    entries: Stream = json.loads(payload("dynamodb_stream"))["Records"]
    return entries


def test_the_stream_tells_of_new_records_and_new_states(recorded: Stream) -> None:
    changed, unreadable = changed_records(recorded)

    assert [(int(record.record_id, 16), record.status) for record in changed] == [
        (1, Status.QUARANTINED),
        (2, Status.PROCESSED),
        (3, Status.QUARANTINED),
        (4, Status.QUARANTINED),
        (6, Status.AWAITING_UPLOAD),
        (7, Status.FAILED),
    ]
    assert unreadable == []


def test_a_record_of_the_stream_is_whole(recorded: Stream) -> None:
    record = changed_records(recorded)[0][2]

    assert (record.source, record.reason, record.size_bytes) == (
        Source.UPLOAD,
        Reason.CHECKSUM_MISMATCH,
        1024,
    )
    assert record.attempts[0].duration_ms == 42


def test_a_record_that_changed_but_kept_its_state_is_no_news(bad: MakeBad) -> None:
    before = bad()
    after = bad(record_id=before.record_id, detail="other")

    assert changed_records([stream_record(after, before)]) == ([], [])


def test_a_record_that_came_back_to_a_state_is_news(bad: MakeBad) -> None:
    again = bad()
    retried = bad(record_id=again.record_id, status=Status.RETRYING)

    assert changed_records([stream_record(again, retried)]) == ([again], [])


def test_a_deleted_record_is_no_news(bad: MakeBad) -> None:
    assert changed_records([stream_record(None, bad())]) == ([], [])


def spoilt(bad: MakeBad, **attributes: Any) -> dict[str, Any]:
    entry = copy.deepcopy(stream_record(bad()))
    entry["dynamodb"]["NewImage"] |= attributes
    return entry


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"reason": {"S": "of_next_year"}}, "of_next_year"),
        ({"status": {"S": "of_next_year"}}, "of_next_year"),
        ({"detail": {"B": "AAAA"}}, "packed"),
        ({"attempts": {"L": [{"S": "no map"}]}}, ""),
        ({"errors": {"N": "1"}}, ""),
    ],
)
def test_a_record_that_cannot_be_read_does_not_hide_the_others(
    bad: MakeBad, attributes: dict[str, Any], said: str
) -> None:
    first, last = bad(), bad()
    entry = spoilt(bad, **attributes)

    changed, (unreadable,) = changed_records([stream_record(first), entry, stream_record(last)])

    assert changed == [first, last]
    assert unreadable.record_id == entry["dynamodb"]["Keys"]["recordId"]["S"]
    assert said in unreadable.error


@pytest.mark.parametrize("entry", [{}, {"dynamodb": None}, {"dynamodb": {"NewImage": {}}}, None, "text", 1])
def test_what_is_no_stream_record_at_all_is_unreadable(entry: Any, bad: MakeBad) -> None:
    record = bad()

    changed, (unreadable,) = changed_records([entry, stream_record(record)])

    assert changed == [record]
    assert unreadable.record_id == "unknown"
    assert batch_id([entry])


def test_files_are_counted_by_status_and_reason(bad: MakeBad) -> None:
    records = [
        bad(finished_at="2026-01-31T12:00:05.000Z"),
        bad(reason=Reason.FILE_TOO_LARGE),
        bad(finished_at="2026-01-31T12:00:03.000Z"),
        bad(status=Status.FAILED, reason=None),
        bad(),
        bad(),
    ]

    counted = tallies(records)

    assert {cause: tally.count for cause, tally in counted.items()} == {
        Cause("quarantined", "empty_file"): 4,
        Cause("quarantined", "file_too_large"): 1,
        Cause("failed", None): 1,
    }
    tally = counted[Cause("quarantined", "empty_file")]
    assert tally.since == "2026-01-31T12:00:00.000Z"
    assert [e.record_id for e in tally.examples] == [records[n].record_id for n in (0, 2, 4)]


def test_a_long_detail_is_cut(bad: MakeBad) -> None:
    (tally,) = tallies([bad(detail="x" * 5_000)]).values()

    assert tally.examples[0].detail == "x" * 500 + "…"


def test_a_batch_is_known_by_all_of_its_records(bad: MakeBad, batch: MakeBatch) -> None:
    """One that was put together otherwise is another batch: a file counted twice beats one not counted."""
    whole = batch(bad(), bad(), bad())

    assert batch_id(whole) == batch_id(copy.deepcopy(whole))
    assert len({batch_id(part) for part in (whole, whole[:2], whole[:1], whole[1:])}) == 4
