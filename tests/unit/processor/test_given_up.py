"""The records say what the dead-letter queue holds, and it is emptied of what needs nobody any more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from processor.given_up import GivenUp
from processor.objects import Version
from records.actions import retrying
from records.commands import Retry, body_of
from records.model import Reason, Record, Status, derived_record_id
from tests.unit.processor.test_due import now_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from processor.events import ObjectCreated
    from processor.settings import Settings
    from processor.wiring import Parts
    from records.store import RecordStore
    from tests.unit.processor.conftest import Announce, Buckets, Put

    Bury = Callable[[str], None]
    Left = Callable[[], list[str]]


@pytest.fixture
def given_up(parts: Parts) -> GivenUp:
    return GivenUp(parts.dead_letters, parts.intake, parts.retries)


@pytest.fixture
def bury(sqs: SQSClient, settings: Settings) -> Bury:
    return lambda body: (sqs.send_message(QueueUrl=settings.dead_letter_queue_url, MessageBody=body), None)[1]


@pytest.fixture
def left(sqs: SQSClient, settings: Settings) -> Left:
    """What is in the dead-letter queue and can be seen."""

    def look() -> list[str]:
        answer = sqs.receive_message(
            QueueUrl=settings.dead_letter_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [message["Body"] for message in answer.get("Messages", [])]

    return look


def notification(event: ObjectCreated) -> str:
    from datetime import UTC, datetime

    version = Version(event.key, event.version_id, datetime(2026, 1, 31, 13, tzinfo=UTC), 7)
    return version.notification(event.bucket)


def work(given_up: GivenUp) -> dict[str, int]:
    return dict(given_up.work(lambda: True))


def test_a_file_that_was_given_up_failed_and_its_bytes_stay(
    given_up: GivenUp, bury: Bury, left: Left, put: Put, store: RecordStore, buckets: Buckets
) -> None:
    event = put("ä +%2F/a.csv", b"a,b\n1,2\n")
    bury(notification(event))

    assert work(given_up) == {"failed": 1}
    record = store.get(derived_record_id("incoming", event.key, event.version_id))
    assert record
    assert (record.status, record.reason) == (Status.FAILED, Reason.CRASHED)
    assert "processor's log" in (record.detail or "")
    assert buckets.versions("incoming") == [(event.key, event.version_id)]
    assert len(left()) == 1, "a person may want to move it back"
    assert work(given_up) == {"known": 1}
    assert now_at(store, record) == record


def test_an_announced_file_that_was_given_up_failed(
    given_up: GivenUp, bury: Bury, put: Put, announce: Announce, store: RecordStore
) -> None:
    announced = announce(b"promised")
    bury(notification(put(announced.object_key, b"promised")))

    assert work(given_up) == {"failed": 1}
    assert now_at(store, announced).status is Status.FAILED


def test_a_redriven_file_comes_to_its_outcome_and_its_dead_letter_goes(
    given_up: GivenUp, bury: Bury, left: Left, put: Put, parts: Parts, store: RecordStore
) -> None:
    event = put("a.csv", b"a,b\n1,2\n")
    bury(notification(event))
    work(given_up)

    record = parts.intake.take_in(event).record

    assert (record.status, record.attempt_count) == (Status.PROCESSED, 2)
    assert [attempt.outcome for attempt in record.attempts] == [Status.FAILED, Status.PROCESSED]
    assert work(given_up) == {"settled": 1}
    assert left() == []


def test_a_given_up_file_that_is_gone_is_missing_when_it_is_redriven(
    given_up: GivenUp, bury: Bury, put: Put, parts: Parts, s3: S3Client
) -> None:
    event = put("a.csv")
    bury(notification(event))
    work(given_up)
    s3.delete_object(Bucket="incoming", Key="a.csv", VersionId=event.version_id)

    assert parts.intake.take_in(event).record.status is Status.MISSING


def test_a_retry_that_was_given_up_failed(
    given_up: GivenUp, bury: Bury, left: Left, store: RecordStore, make_record: Callable[..., Record]
) -> None:
    record = make_record(status=Status.QUARANTINED, quarantine_key="q")
    assert store.add(record) is None
    assert store.move(retrying(record, by="key1", action_id="0" * 32), record) is None
    bury(body_of(Retry(record.record_id, "0" * 32)))

    assert work(given_up) == {"settled": 1}
    after = now_at(store, record)
    assert (after.status, after.reason, after.quarantine_key) == (Status.FAILED, Reason.CRASHED, "q")
    assert left() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("no JSON", "malformed"),
        (json.dumps({"proceed": {"operationId": "0" * 32, "step": 1}}), "command"),
        (json.dumps({"Event": "s3:TestEvent"}), "settled"),
    ],
)
def test_other_messages(given_up: GivenUp, bury: Bury, left: Left, body: str, kind: str) -> None:
    bury(body)
    assert work(given_up) == {kind: 1}
    assert left() == ([] if kind == "settled" else [body])


def test_a_message_about_several_objects_stays_until_all_are_settled(
    given_up: GivenUp, bury: Bury, left: Left, put: Put, parts: Parts
) -> None:
    good, bad = put("good.csv", b"a,b\n1,2\n"), put("bad.csv", b"a,b\n1,2\n")
    parts.intake.take_in(good)
    records: list[Any] = [json.loads(notification(event))["Records"][0] for event in (good, bad)]
    bury(json.dumps({"Records": records}))

    assert work(given_up) == {"failed": 1}
    assert len(left()) == 1


def test_without_time_nothing_is_looked_at(given_up: GivenUp, bury: Bury, left: Left) -> None:
    bury("no JSON")
    assert dict(given_up.work(lambda: False)) == {}
    assert left() == ["no JSON"]
