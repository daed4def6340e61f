"""A retry works on the quarantined bytes again, and what passes is back under its key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.model import Contract
from processor.events import ObjectCreated
from records.actions import discarded, retrying
from records.commands import Discard, Retry
from records.model import Act, Reason, Record, Status, derived_record_id
from records.operations import Kind, Operation, OperationStore
from tests.unit.processor.faults import AFTER, BEFORE, Died, at, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.wiring import Parts
    from records.store import RecordStore
    from tests.unit.processor.conftest import Announce, Assemble, Buckets, Put

RETRY_ID = "5d41402abc4b2a76b9719d911017c592"
ONLY_JSON = Contract(name="drops", prefix="drops", media_types=("application/json",))


@pytest.fixture
def strict(parts_with: Assemble) -> Parts:
    """Refuses tables."""
    return parts_with(ONLY_JSON)


@pytest.fixture
def refused(strict: Parts, put: Put) -> Record:
    """A good table that was quarantined, because its prefix wanted something else."""
    return strict.intake.take_in(put("drops/a.csv", b"a,b\n1,2\n", Metadata={"sender": "acme"})).record


def ask(store: RecordStore, record: Record, **more: Any) -> Record:
    asked = retrying(record, by="key1", action_id=RETRY_ID, why="contract fixed", **more)
    assert store.move(asked, record) is None
    found = store.get(record.record_id)
    assert found
    return found


def retry(parts: Parts, record: Record) -> Record:
    settled = parts.retries.retry(Retry(record.record_id, RETRY_ID))
    assert settled
    return settled[0]


def test_a_file_that_passes_is_back_under_its_key_as_the_same_record(
    parts: Parts, store: RecordStore, refused: Record, buckets: Buckets, s3: S3Client
) -> None:
    ask(store, refused)

    record = retry(parts, refused)

    assert record == store.get(refused.record_id)
    assert (record.status, record.reason, record.quarantine_key) == (Status.PROCESSED, None, None)
    assert [attempt.outcome for attempt in record.attempts] == [Status.QUARANTINED, Status.PROCESSED]
    assert (record.attempt_count, record.due_at) == (2, None)
    assert buckets.versions("incoming") == [("drops/a.csv", record.version_id)]
    assert buckets.read("incoming", "drops/a.csv") == b"a,b\n1,2\n"
    assert s3.head_object(Bucket="incoming", Key="drops/a.csv")["Metadata"]["sender"] == "acme"
    with pytest.raises(s3.exceptions.NoSuchKey):
        buckets.read("quarantine", refused.quarantine_key or "")


def test_the_version_that_was_put_back_leads_to_the_record(
    parts: Parts, store: RecordStore, refused: Record
) -> None:
    ask(store, refused)
    record = retry(parts, refused)

    alias = derived_record_id("incoming", "drops/a.csv", record.version_id or "")
    assert store.get(alias) == record


def event_of(record: Record, version: str, time: str = "2026-01-31T14:00:00.000Z") -> ObjectCreated:
    return ObjectCreated("incoming", record.object_key, version, "0055AED6DCD90281E6", time)


def test_its_event_makes_no_second_record(
    parts: Parts, store: RecordStore, refused: Record, all_records: Callable[[], list[Record]]
) -> None:
    ask(store, refused)
    record = retry(parts, refused)

    again = parts.intake.take_in(event_of(record, record.version_id or ""))

    assert (again.repeated, again.record) == (True, record)
    assert all_records() == [record]


def test_its_event_finishes_what_a_worker_that_died_left(
    parts: Parts,
    store: RecordStore,
    refused: Record,
    dynamodb: DynamoDBClient,
    buckets: Buckets,
    all_records: Callable[[], list[Record]],
) -> None:
    ask(store, refused)
    with failing(dynamodb, BEFORE, "TransactWriteItems"), pytest.raises(Died):
        retry(parts, refused)
    ((_, version),) = buckets.versions("incoming")

    record = parts.intake.take_in(event_of(refused, version)).record

    assert (record.status, record.version_id) == (Status.PROCESSED, version)
    assert retry(parts, refused) == store.get(refused.record_id)
    assert buckets.versions("incoming") == [("drops/a.csv", version)]
    assert len(all_records()) == 1


def test_a_key_that_was_written_meanwhile_gets_the_file_once(
    parts: Parts, store: RecordStore, refused: Record, dynamodb: DynamoDBClient, put: Put, buckets: Buckets
) -> None:
    ask(store, refused)
    with failing(dynamodb, BEFORE, "TransactWriteItems"), pytest.raises(Died):
        retry(parts, refused)
    ((_, lost),) = buckets.versions("incoming")
    newer = put("drops/a.csv", b"a,b\n3,4\n")
    record = retry(parts, refused)
    assert record.version_id != lost

    parts.intake.take_in(event_of(refused, lost))

    versions = {version for _, version in buckets.versions("incoming")}
    assert versions == {newer.version_id, record.version_id}


def test_a_copy_that_somebody_makes_of_it_later_is_a_file_of_its_own(
    parts: Parts, store: RecordStore, refused: Record, s3: S3Client
) -> None:
    ask(store, refused)
    record = retry(parts, refused)
    for key in ("drops/a.csv", "drops/b.csv"):
        copied = s3.copy_object(
            CopySource={"Bucket": "incoming", "Key": "drops/a.csv"},
            Bucket="incoming",
            Key=key,
            StorageClass="STANDARD_IA",
        )["VersionId"]
        event = replace(event_of(record, copied, "2999-01-31T14:00:00.000Z"), key=key)

        taken_in = parts.intake.take_in(event)

        assert (taken_in.repeated, taken_in.record.version_id) == (False, copied)


def test_what_is_refused_again_stays_where_it_is(
    strict: Parts, store: RecordStore, refused: Record, buckets: Buckets
) -> None:
    ask(store, refused)
    kept = buckets.versions("quarantine")

    record = retry(strict, refused)

    assert (record.status, record.reason) == (Status.QUARANTINED, Reason.NOT_ACCEPTED)
    assert record.attempt_count == 2
    assert buckets.versions("quarantine") == kept
    assert buckets.versions("incoming") == []


def test_twice_is_once(parts: Parts, store: RecordStore, refused: Record, buckets: Buckets) -> None:
    ask(store, refused)
    first = retry(parts, refused)
    settled = parts.retries.retry(Retry(refused.record_id, RETRY_ID))

    assert settled == (first, True)
    assert buckets.versions("incoming") == [("drops/a.csv", first.version_id)]


def test_an_older_retry_does_nothing(parts: Parts, store: RecordStore, refused: Record) -> None:
    asked = ask(store, refused)
    settled = parts.retries.retry(Retry(refused.record_id, "0" * 32))
    assert settled == (asked, True)


def test_a_record_that_is_no_more_needs_nothing(parts: Parts) -> None:
    assert parts.retries.retry(Retry("0" * 32, RETRY_ID)) is None
    assert parts.retries.discard(Discard("0" * 32)) is None


def test_quarantined_bytes_that_expired_are_missing(
    parts: Parts, store: RecordStore, refused: Record, s3: S3Client
) -> None:
    ask(store, refused)
    s3.delete_object(Bucket="quarantine", Key=refused.quarantine_key or "")

    record = retry(parts, refused)

    assert (record.status, record.reason, record.quarantine_key) == (Status.MISSING, Reason.OBJECT_GONE, None)


def test_two_workers_bring_one_outcome(
    parts: Parts, store: RecordStore, refused: Record, dynamodb: DynamoDBClient, buckets: Buckets
) -> None:
    ask(store, refused)
    with at(dynamodb, BEFORE, "TransactWriteItems", lambda: retry(parts, refused)):
        record = retry(parts, refused)

    assert record.attempt_count == 2
    assert buckets.versions("incoming") == [("drops/a.csv", record.version_id)]


def test_a_failed_file_is_tried_where_it_came_in(
    parts: Parts, store: RecordStore, put: Put, buckets: Buckets
) -> None:
    event = put("drops/a.csv", b"a,b\n1,2\n")
    failed = parts.intake.give_up(event, Reason.UNAVAILABLE, "S3 was slow").record
    assert (failed.status, failed.detail, failed.attempt_count) == (Status.FAILED, "S3 was slow", 1)
    ask(store, failed)

    record = retry(parts, failed)

    assert (record.status, record.version_id) == (Status.PROCESSED, event.version_id)
    assert buckets.versions("incoming") == [("drops/a.csv", event.version_id)]


def test_a_failed_file_that_is_bad_is_quarantined(
    strict: Parts, store: RecordStore, put: Put, buckets: Buckets
) -> None:
    event = put("drops/a.csv", b"a,b\n1,2\n")
    ask(store, strict.intake.give_up(event, Reason.UNAVAILABLE, "S3 was slow").record)

    record = retry(strict, strict.intake.take_in(event).record)

    assert record.status is Status.QUARANTINED
    assert buckets.keys("quarantine") == [record.quarantine_key]
    assert buckets.versions("incoming") == []


def test_an_announced_file_keeps_its_promise_when_it_is_tried_again(
    parts: Parts, store: RecordStore, put: Put, announce: Announce
) -> None:
    announced = announce(b"promised")
    broken = parts.intake.take_in(put(announced.object_key, b"changed")).record
    assert broken.reason is Reason.CHECKSUM_MISMATCH
    ask(store, store.get(announced.record_id) or broken)

    record = retry(parts, broken)

    assert (record.status, record.reason) == (Status.QUARANTINED, Reason.CHECKSUM_MISMATCH)


def test_a_retry_that_cannot_be_brought_to_an_end_failed(
    parts: Parts, store: RecordStore, refused: Record, buckets: Buckets
) -> None:
    ask(store, refused)
    command = Retry(refused.record_id, RETRY_ID)

    settled = parts.retries.give_up(command, Reason.MISCONFIGURED, "no permission")

    assert settled
    assert (settled[0].status, settled[0].reason) == (Status.FAILED, Reason.MISCONFIGURED)
    assert settled[0].quarantine_key == refused.quarantine_key
    assert parts.retries.give_up(command, Reason.MISCONFIGURED, "no permission") is None
    assert buckets.keys("quarantine") == [refused.quarantine_key]


def test_a_discarded_file_is_deleted_and_says_who_did_it(
    parts: Parts, store: RecordStore, refused: Record, s3: S3Client, buckets: Buckets
) -> None:
    gone = discarded(refused, by="key1", action_id=RETRY_ID, why="a test of ours")
    assert store.move(gone, refused) is None

    settled = parts.retries.discard(Discard(refused.record_id))

    assert settled
    record = settled[0]
    assert (record.status, record.quarantine_key, record.due_at) == (Status.DISCARDED, None, None)
    assert [(action.act, action.by) for action in record.actions] == [(Act.DISCARD, "key1")]
    assert s3.list_objects_v2(Bucket="quarantine")["KeyCount"] == 0
    assert buckets.versions("quarantine"), "the bytes are kept for some days as a noncurrent version"


def test_a_late_event_deletes_what_a_discarded_file_left_behind(
    strict: Parts, parts: Parts, store: RecordStore, put: Put, s3: S3Client, buckets: Buckets
) -> None:
    event = put("drops/a.csv", b"a,b\n1,2\n")
    with failing(s3, BEFORE, "DeleteObject"), pytest.raises(Died):
        strict.intake.take_in(event)
    record = store.get(derived_record_id("incoming", "drops/a.csv", event.version_id))
    assert record
    assert store.move(discarded(record, by="key1", action_id=RETRY_ID), record) is None
    parts.retries.discard(Discard(record.record_id))

    parts.intake.take_in(event)

    assert buckets.versions("incoming") == []


def test_the_operation_of_a_retry_counts_its_outcome_once(
    parts: Parts, store: RecordStore, dynamodb: DynamoDBClient, refused: Record
) -> None:
    operations = OperationStore(dynamodb, "records")
    operation = Operation(operation_id="0" * 32, kind=Kind.RETRY, requested_by="key1", created_at="now")
    assert operations.add(replace(operation, started=1, complete=True)) is None
    ask(store, refused, operation_id=operation.operation_id)

    retry(parts, refused)
    retry(parts, refused)

    after = operations.get(operation.operation_id)
    assert after
    assert (after.outcomes, after.waiting, after.state) == ({"processed": 1}, 0, "finished")


def test_a_copy_is_not_removed_when_another_worker_has_quarantined_the_file_meanwhile(
    parts: Parts, strict: Parts, store: RecordStore, put: Put, s3: S3Client, buckets: Buckets
) -> None:
    event = put("drops/a.csv", b"a,b\n1,2\n")
    failed = parts.intake.give_up(event, Reason.UNAVAILABLE, "S3 was slow").record
    ask(store, failed)

    with at(s3, AFTER, "GetObject", lambda: retry(strict, failed)):
        record = retry(parts, failed)

    assert record.status is Status.QUARANTINED
    assert buckets.read("quarantine", record.quarantine_key or "") == b"a,b\n1,2\n"
