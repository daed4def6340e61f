"""Events that come twice, workers that meet, and processes that end at the worst moment."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from records.errors import TransientError
from records.model import Status
from tests.unit.processor.faults import AFTER, BEFORE, Died, at, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.intake import Intake
    from records.model import Record
    from tests.unit.conftest import Calls
    from tests.unit.processor.conftest import Announce, Buckets, Put

    AllRecords = Callable[[], list[Record]]

GOOD, BAD = b"name,amount\nAda,1\n", b""


@pytest.mark.parametrize("announcing", [True, False])
@pytest.mark.parametrize("content", [GOOD, BAD])
def test_the_same_event_twice_is_one_record(
    intake: Intake,
    put: Put,
    announce: Announce,
    all_records: AllRecords,
    buckets: Buckets,
    content: bytes,
    announcing: bool,
) -> None:
    event = put(announce().object_key if announcing else "a.csv", content)
    first = intake.take_in(event)
    (recorded,) = all_records()

    second = intake.take_in(event)

    assert (first.repeated, second.repeated) == (False, True)
    assert second.record == recorded
    assert all_records() == [recorded]
    assert len(buckets.versions("incoming") + buckets.versions("quarantine")) == 1
    assert buckets.markers("incoming") == 0


def test_the_same_event_of_a_deleted_file_twice_is_one_record(
    intake: Intake, put: Put, s3: S3Client, all_records: AllRecords
) -> None:
    event = put("a.csv")
    s3.delete_object(Bucket="incoming", Key=event.key, VersionId=event.version_id)

    outcomes = [intake.take_in(event), intake.take_in(event)]

    assert [outcome.repeated for outcome in outcomes] == [False, True]
    assert [record.status for record in all_records()] == [Status.MISSING]


def test_an_older_event_after_a_newer_one_changes_nothing_of_the_newer(
    intake: Intake, put: Put, all_records: AllRecords
) -> None:
    old, new = put("a.csv", b"old"), put("a.csv", b"newer")
    newer = intake.take_in(new).record

    intake.take_in(old)
    intake.take_in(new)

    assert newer in all_records()
    assert sorted(record.size_bytes or 0 for record in all_records()) == [3, 5]


def test_after_a_crash_between_record_and_delete_the_next_delivery_deletes(
    intake: Intake, put: Put, s3: S3Client, calls: Calls, buckets: Buckets, all_records: AllRecords
) -> None:
    event = put("a.csv", BAD)
    with failing(s3, BEFORE, "DeleteObject"), pytest.raises(Died):
        intake.take_in(event)
    assert [record.status for record in all_records()] == [Status.QUARANTINED]
    assert buckets.keys("incoming") == ["a.csv"]
    calls.clear()

    assert intake.take_in(event).repeated

    assert calls.names == ["GetObject", "GetItem", "DeleteObject"]
    assert_quarantined_once(buckets, all_records())


def test_after_a_crash_between_copy_and_record_the_next_delivery_converges(
    intake: Intake, put: Put, dynamodb: DynamoDBClient, buckets: Buckets, all_records: AllRecords
) -> None:
    event = put("a.csv", BAD)
    with failing(dynamodb, BEFORE, "PutItem"), pytest.raises(Died):
        intake.take_in(event)
    assert (len(buckets.keys("quarantine")), all_records()) == (1, [])

    assert not intake.take_in(event).repeated

    assert_quarantined_once(buckets, all_records())


@pytest.mark.parametrize("announcing", [True, False])
def test_a_write_whose_answer_was_lost_counts_as_success(
    intake: Intake,
    put: Put,
    announce: Announce,
    dynamodb: DynamoDBClient,
    all_records: AllRecords,
    announcing: bool,
) -> None:
    event = put(announce().object_key if announcing else "a.csv", GOOD)
    lost = ReadTimeoutError(endpoint_url="https://dynamodb")
    writing = "UpdateItem" if announcing else "PutItem"
    with failing(dynamodb, AFTER, writing, lost), pytest.raises(TransientError):
        intake.take_in(event)

    intake.take_in(event)

    (record,) = all_records()
    assert (record.status, record.version_id) == (Status.PROCESSED, event.version_id)


@pytest.mark.parametrize("announcing", [True, False])
def test_of_two_workers_on_a_good_file_the_loser_does_nothing(
    intake: Intake,
    put: Put,
    announce: Announce,
    dynamodb: DynamoDBClient,
    calls: Calls,
    all_records: AllRecords,
    announcing: bool,
) -> None:
    event = put(announce().object_key if announcing else "a.csv", GOOD)
    writing = "UpdateItem" if announcing else "PutItem"
    won: list[Any] = []

    with at(dynamodb, BEFORE, writing, lambda: won.append(intake.take_in(event))):
        lost = intake.take_in(event)

    assert (won[0].repeated, lost.repeated) == (False, True)
    assert all_records() == [lost.record]
    assert {"CopyObject", "DeleteObject"}.isdisjoint(calls.names)


@pytest.mark.parametrize("operation", ["GetItem", "CopyObject", "PutItem", "DeleteObject"])
def test_of_two_workers_on_a_bad_file_one_record_is_left_and_no_byte_is_lost(
    intake: Intake,
    put: Put,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    buckets: Buckets,
    all_records: AllRecords,
    operation: str,
) -> None:
    event = put("a.csv", BAD)
    client: Any = s3 if operation.endswith("Object") else dynamodb
    won: list[Any] = []

    # The loser may find the source gone: that heals by itself, with the next delivery.
    with at(client, BEFORE, operation, lambda: won.append(intake.take_in(event))), suppress(TransientError):
        intake.take_in(event)
    intake.take_in(event)

    assert_quarantined_once(buckets, all_records())


def assert_quarantined_once(buckets: Buckets, records: list[Record]) -> None:
    (record,) = records
    assert record.status is Status.QUARANTINED
    assert buckets.keys("quarantine") == [record.quarantine_key]
    assert (buckets.keys("incoming"), buckets.markers("incoming")) == ([], 0)
