"""The sweep does what is due: uploads that never came, retries nobody heard of, failures that heal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from processor.due import HOPELESS_AFTER, SWEEP, Due
from processor.events import contents_of
from processor.retries import Automatic
from records.actions import discarded, retrying
from records.commands import Discard, Retry
from records.model import Act, Reason, Record, Status, utc_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from processor.events import ObjectCreated
    from processor.settings import Settings
    from processor.wiring import Parts
    from records.commands import Command
    from records.store import RecordStore
    from tests.unit.processor.conftest import Announce, Put

    Told = Callable[[], list[Sequence[ObjectCreated | Command]]]

PAST, FUTURE = "2026-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"
RETRY_ID = "5d41402abc4b2a76b9719d911017c592"


@pytest.fixture
def due(parts: Parts) -> Due:
    return Due(parts.records, parts.objects, parts.queue, parts.retries)


@pytest.fixture
def told(sqs: SQSClient, settings: Settings) -> Told:
    """What the queue was told since the last call."""

    def take() -> list[Any]:
        answer = sqs.receive_message(QueueUrl=settings.queue_url, MaxNumberOfMessages=10)
        return [contents_of(message["Body"]) for message in answer.get("Messages", [])]

    return take


def work(due: Due) -> dict[str, int]:
    return dict(due.work(lambda: True))


def now_at(store: RecordStore, record: Record) -> Record:
    found = store.get(record.record_id)
    assert found
    return found


def test_an_upload_that_never_came_is_expired(due: Due, store: RecordStore, announce: Announce) -> None:
    late, early = announce(due_at=PAST), announce(due_at=FUTURE)

    assert work(due) == {"expired": 1}
    assert now_at(store, late).status is Status.EXPIRED
    assert now_at(store, late).finished_at
    assert now_at(store, early) == early
    assert work(due) == {}


def test_the_parts_of_an_upload_that_expires_are_forgotten(
    due: Due, store: RecordStore, announce: Announce, s3: S3Client, incoming: str
) -> None:
    upload_id = s3.create_multipart_upload(Bucket=incoming, Key="uploads/a/b.csv")["UploadId"]
    known: dict[str, Any] = {"due_at": PAST, "upload_id": upload_id, "part_size_bytes": 5_242_880}
    late = announce(object_key="uploads/a/b.csv", **known)
    gone = announce(object_key="uploads/c/d.csv", **known)

    assert work(due) == {"expired": 2}
    assert [now_at(store, record).status for record in (late, gone)] == [Status.EXPIRED] * 2
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=incoming)


def test_an_upload_whose_event_was_lost_is_found(
    due: Due, store: RecordStore, announce: Announce, put: Put, told: Told
) -> None:
    late = announce(due_at=PAST)
    put(f"{late.object_key}.not", b"another")
    event = put(late.object_key)

    assert work(due) == {"found": 1}
    ((found,),) = told()
    assert (found.key, found.version_id) == (event.key, event.version_id)  # type: ignore[union-attr]
    assert now_at(store, late).status is Status.AWAITING_UPLOAD
    assert work(due) == {}, "it is not looked at again at once"


def test_an_upload_that_expired_and_comes_after_all_has_a_record(
    due: Due, store: RecordStore, announce: Announce, put: Put, parts: Parts
) -> None:
    late = announce(due_at=PAST)
    work(due)

    record = parts.intake.take_in(put(late.object_key, b"a,b\n1,2\n")).record

    assert (record.status, record.record_id != late.record_id) == (Status.PROCESSED, True)
    assert now_at(store, late).status is Status.EXPIRED


def asked(store: RecordStore, record: Record, asked_at: str | None = None) -> Record:
    assert store.add(record) is None
    after = retrying(record, by="key1", action_id=RETRY_ID)
    if asked_at:
        after = replace(after, actions=(replace(after.actions[0], at=asked_at),))
    assert store.move(replace(after, due_at=PAST), record) is None
    return now_at(store, record)


def test_a_retry_that_nobody_heard_of_is_told_again(
    due: Due, store: RecordStore, make_record: Callable[..., Record], told: Told
) -> None:
    record = asked(store, make_record(status=Status.QUARANTINED))

    assert work(due) == {"told again": 1}
    assert told() == [[Retry(record.record_id, RETRY_ID)]]
    assert now_at(store, record).status is Status.RETRYING
    assert work(due) == {}


def test_a_retry_without_end_failed(due: Due, store: RecordStore, make_record: Callable[..., Record]) -> None:
    long_ago = utc_text(datetime.now(UTC) - HOPELESS_AFTER - timedelta(minutes=1))
    record = asked(store, make_record(status=Status.QUARANTINED, quarantine_key="q"), long_ago)

    assert work(due) == {"hopeless": 1}
    after = now_at(store, record)
    assert (after.status, after.reason, after.quarantine_key) == (Status.FAILED, Reason.CRASHED, "q")


def test_a_failure_that_time_heals_is_tried_again_by_itself(
    due: Due, parts: Parts, store: RecordStore, put: Put, told: Told
) -> None:
    event = put("a.csv", b"a,b\n1,2\n")
    failed = parts.intake.give_up(event, Reason.UNAVAILABLE, "S3 was slow").record
    assert failed.due_at
    assert store.move(replace(failed, due_at=PAST), failed) is None

    assert work(due) == {"tried again": 1}
    record = now_at(store, failed)
    assert (record.status, record.automatic_retries) == (Status.RETRYING, 1)
    assert [(action.act, action.by) for action in record.actions] == [(Act.RETRY, SWEEP)]
    ((command,),) = told()
    assert command == Retry(failed.record_id, record.retry_id or "")
    settled = parts.retries.retry(command)
    assert settled
    assert settled[0].status is Status.PROCESSED


@pytest.mark.parametrize("reason", [Reason.MISCONFIGURED, Reason.CRASHED])
def test_other_failures_wait_for_somebody(parts: Parts, put: Put, reason: Reason) -> None:
    assert parts.intake.give_up(put("a.csv"), reason, "").record.due_at is None


def test_the_delays_grow_and_come_to_an_end(make_record: Callable[..., Record]) -> None:
    automatic, begin = Automatic(most=5), datetime(2026, 1, 31, tzinfo=UTC)
    delays = []
    for retries in range(6):
        record = make_record(status=Status.FAILED, reason=Reason.UNAVAILABLE, automatic_retries=retries)
        due_at = automatic.due_at(record, begin)
        delays.append((datetime.fromisoformat(due_at) - begin) / timedelta(minutes=15) if due_at else None)
    assert delays == [1, 4, 16, 64, 96, None]


def test_what_was_put_back_leaves_quarantine_in_the_end(
    due: Due, store: RecordStore, make_record: Callable[..., Record], s3: S3Client, parts: Parts
) -> None:
    s3.put_object(Bucket="quarantine", Key="q", Body=b"x")
    record = make_record(status=Status.PROCESSED, quarantine_key="q", due_at=PAST)
    assert store.add(record) is None

    assert work(due) == {"cleaned": 1}
    assert (now_at(store, record).quarantine_key, now_at(store, record).due_at) == (None, None)
    assert s3.list_objects_v2(Bucket="quarantine")["KeyCount"] == 0


def test_a_discard_that_nobody_heard_of_is_told_again(
    due: Due, store: RecordStore, make_record: Callable[..., Record], told: Told
) -> None:
    record = make_record(status=Status.QUARANTINED, quarantine_key="q")
    assert store.add(record) is None
    gone = discarded(record, by="key1", action_id=RETRY_ID)
    assert store.move(replace(gone, due_at=PAST), record) is None

    assert work(due) == {"cleaned": 1}
    assert told() == [[Discard(record.record_id)]]


def test_without_time_nothing_is_begun(due: Due, store: RecordStore, announce: Announce) -> None:
    late = announce(due_at=PAST)
    assert dict(due.work(lambda: False)) == {}
    assert now_at(store, late) == late
