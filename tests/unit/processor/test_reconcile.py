"""The sweep compares the bucket with the records, and what has none gets into the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from processor.objects import Objects
from processor.reconcile import Reconciliation
from records.model import Reason, Record, Status
from records.reconciliation import Pass
from tests.unit.processor.faults import BEFORE, Died, failing
from tests.unit.processor.test_due import now_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from processor.settings import Settings
    from processor.wiring import Parts
    from records.store import RecordStore
    from tests.unit.processor.conftest import Announce, Buckets, Put

NEW = Pass(started_at="2026-01-31T12:00:00.000Z")


@pytest.fixture
def compare(parts: Parts) -> Reconciliation:
    grace = timedelta(seconds=-60)  # moto's clock and ours are one, and its times have whole seconds
    return Reconciliation(parts.records, parts.objects, parts.queue, bucket="incoming", grace=grace)


@pytest.fixture
def work_off(parts: Parts, sqs: SQSClient, settings: Settings) -> Callable[[], int]:
    """Lets the intake work on what is in the queue; how many messages that was."""
    from processor.events import parse_message

    url = settings.queue_url

    def work() -> int:
        messages: list[Any] = []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            messages += found
        for message in messages:
            for event in parse_message(message["Body"]):
                parts.intake.take_in(event)
        return len(messages)

    return work


def passed(compare: Reconciliation) -> Pass:
    *_, done = compare.go_on(NEW, lambda: True)
    assert done.finished_at
    return done


def test_objects_without_a_record_get_one(
    compare: Reconciliation, put: Put, work_off: Callable[[], int], all_records: Callable[[], list[Record]]
) -> None:
    keys = ["a.csv", "ä +%2F/../b.csv", "a.csv"]
    events = [put(key, b"a,b\n1,2\n") for key in keys]

    assert (passed(compare).versions, passed(compare).unrecorded) == (3, 3)
    work_off()

    assert {(r.object_key, r.version_id) for r in all_records()} == {(e.key, e.version_id) for e in events}
    assert passed(compare).unrecorded == 0


def test_announced_objects_whose_event_was_lost_complete_their_upload(
    compare: Reconciliation, put: Put, announce: Announce, store: RecordStore, work_off: Callable[[], int]
) -> None:
    announced = announce()
    put(announced.object_key, b"a,b\n1,2\n")

    assert passed(compare).unrecorded == 1
    work_off()

    assert now_at(store, announced).status is Status.PROCESSED
    assert passed(compare).unrecorded == 0


def test_every_version_of_a_key_is_compared(
    compare: Reconciliation, parts: Parts, put: Put, announce: Announce, work_off: Callable[[], int]
) -> None:
    announced = announce()
    for number in range(3):
        event = put(announced.object_key, b"a,b\n1,%d\n" % number)
        if number != 1:
            parts.intake.take_in(event)

    assert passed(compare).unrecorded == 1
    work_off()
    assert passed(compare).unrecorded == 0


def test_a_half_done_move_into_quarantine_is_finished(
    compare: Reconciliation,
    parts: Parts,
    put: Put,
    s3: S3Client,
    buckets: Buckets,
    work_off: Callable[[], int],
) -> None:
    event = put("empty.csv", b"")
    with failing(s3, BEFORE, "DeleteObject"), pytest.raises(Died):
        parts.intake.take_in(event)

    done = passed(compare)
    assert (done.unrecorded, done.half_moved) == (0, 1)
    work_off()

    assert buckets.versions("incoming") == []
    assert passed(compare).half_moved == 0


def test_what_was_put_back_by_a_retry_is_known(
    compare: Reconciliation, parts: Parts, store: RecordStore, put: Put, s3: S3Client
) -> None:
    from records.actions import retrying
    from records.commands import Retry

    record = parts.intake.take_in(put("a.csv", b"a,b\n1\n")).record
    s3.put_object(Bucket="quarantine", Key=record.quarantine_key or "", Body=b"a,b\n1,2\n")
    assert store.move(retrying(record, by="key1", action_id="0" * 32), record) is None
    settled = parts.retries.retry(Retry(record.record_id, "0" * 32))
    assert settled
    assert settled[0].status is Status.PROCESSED

    done = passed(compare)
    assert (done.versions, done.unrecorded, done.half_moved) == (1, 0, 0)


def test_young_objects_are_on_their_way(parts: Parts, put: Put) -> None:
    put("a.csv")
    compare = Reconciliation(parts.records, parts.objects, parts.queue, bucket="incoming")
    assert passed(compare).unrecorded == 0


def test_objects_whose_records_were_kept_long_enough_are_left_alone(parts: Parts, put: Put) -> None:
    put("a.csv")

    def missed(days: int, retention_days: int) -> int:
        later = datetime.now(UTC) + timedelta(days=days)
        parts_of_it = (parts.records, parts.objects, parts.queue)
        compare = Reconciliation(
            *parts_of_it, bucket="incoming", retention_days=retention_days, clock=lambda: later
        )
        return passed(compare).unrecorded

    assert (missed(29, 30), missed(31, 30), missed(31, 0)) == (1, 0, 1)


def test_a_pass_goes_on_where_it_stopped(
    compare: Reconciliation, put: Put, monkeypatch: pytest.MonkeyPatch, s3: S3Client
) -> None:
    for number in range(5):
        put(f"{number}.csv")
    monkeypatch.setattr(Objects, "VERSIONS_A_PAGE", 2)
    steps, passing = 0, NEW
    while not passing.finished_at:
        (passing,) = compare.go_on(passing, iter([True, False]).__next__)
        steps += 1
    assert (passing.versions, passing.unrecorded, steps) == (5, 5, 4)


@pytest.mark.parametrize("status", [Status.QUARANTINED, Status.FAILED])
def test_a_record_that_waits_for_somebody_and_has_no_bytes_is_missing(
    compare: Reconciliation,
    parts: Parts,
    store: RecordStore,
    put: Put,
    s3: S3Client,
    status: Status,
) -> None:
    kept_event = put("kept.csv", b"" if status is Status.QUARANTINED else b"a,b\n1,2\n")
    gone_event = put("gone.csv", b"" if status is Status.QUARANTINED else b"a,b\n1,2\n")
    records = []
    for event in (kept_event, gone_event):
        if status is Status.QUARANTINED:
            records.append(parts.intake.take_in(event).record)
        else:
            records.append(parts.intake.give_up(event, Reason.CRASHED, "").record)
    kept, gone = records
    s3.delete_object(Bucket="quarantine", Key=gone.quarantine_key or "none")
    s3.delete_object(Bucket="incoming", Key="gone.csv", VersionId=gone_event.version_id)

    assert passed(compare).gone == 1
    assert now_at(store, kept) == kept
    after = now_at(store, gone)
    assert (after.status, after.reason, after.quarantine_key) == (Status.MISSING, Reason.OBJECT_GONE, None)


def test_bytes_that_are_gone_before_their_time_are_lost_and_expired_ones_are_not(
    parts: Parts, put: Put, s3: S3Client
) -> None:
    def lost(name: str, days: int) -> tuple[int, int]:
        record = parts.intake.take_in(put(name, b"")).record
        s3.delete_object(Bucket="quarantine", Key=record.quarantine_key or "none")
        later = datetime.now(UTC) + timedelta(days=days)
        compare = Reconciliation(
            parts.records,
            parts.objects,
            parts.queue,
            bucket="incoming",
            quarantine_days=90,
            clock=lambda: later,
        )
        done = passed(compare)
        return done.gone, done.lost

    assert lost("deleted.csv", 89) == (1, 1)
    assert lost("expired.csv", 90) == (1, 0)
