"""A bad file is copied away, recorded with its reason, and only then deleted."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from contracts.model import Contract
from records.model import Reason, Source, Status, derived_record_id
from records.pages import Filters
from tests.unit.processor.faults import BEFORE, Died, failing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.intake import Intake
    from processor.wiring import Parts
    from records.model import Record
    from records.store import RecordStore
    from tests.unit.conftest import Calls
    from tests.unit.processor.conftest import Announce, Assemble, Buckets, Put

PROMISED, CHANGED = b"name,amount\nAda,1\n", b"name,amount\nAda,9\n"


@pytest.fixture
def strict(parts_with: Assemble) -> Intake:
    """Takes files of at most ten bytes."""
    return parts_with(max_file_bytes=10).intake


def quarantined(store: RecordStore, record_id: str) -> Record:
    record = store.get(record_id)
    assert record
    assert record.status is Status.QUARANTINED
    assert record.quarantine_key
    return record


def test_an_empty_file_is_quarantined(intake: Intake, put: Put, store: RecordStore, buckets: Buckets) -> None:
    record = quarantined(store, intake.take_in(put("in box/a.csv", b"")).record.record_id)

    assert (record.reason, record.size_bytes) == (Reason.EMPTY_FILE, 0)
    assert record.detail == "The file has no content (0 bytes)."
    assert record.attempts[0].reason is Reason.EMPTY_FILE
    assert buckets.keys("quarantine") == [record.quarantine_key]
    assert buckets.keys("incoming") == []


def test_a_file_over_the_limit_is_quarantined_unread(
    strict: Intake, put: Put, store: RecordStore, buckets: Buckets
) -> None:
    record = quarantined(store, strict.take_in(put("a.csv", b"x" * 1_234)).record.record_id)

    assert (record.reason, record.size_bytes) == (Reason.FILE_TOO_LARGE, 1_234)
    assert (record.sha256, record.media_type) == (None, None)
    assert record.detail == "The file has 1,234 bytes; the limit is 10."
    assert buckets.read("quarantine", record.quarantine_key or "") == b"x" * 1_234


def test_other_content_than_promised_is_quarantined(
    intake: Intake, put: Put, announce: Announce, store: RecordStore, buckets: Buckets
) -> None:
    announced = announce(PROMISED)

    intake.take_in(put(announced.object_key, CHANGED))

    record = quarantined(store, announced.record_id)
    changed = hashlib.sha256(CHANGED).hexdigest()
    assert record.reason is Reason.CHECKSUM_MISMATCH
    assert (record.sha256, record.expected_sha256) == (changed, announced.expected_sha256)
    assert record.detail == (
        f"The upload promised SHA-256 {announced.expected_sha256}; the content has {changed}."
    )
    assert buckets.read("quarantine", record.quarantine_key or "") == CHANGED
    assert buckets.keys("incoming") == []


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", Reason.EMPTY_FILE), (b"x" * 11, Reason.FILE_TOO_LARGE)]
)
def test_a_bad_announced_file_is_quarantined_under_its_own_record(
    strict: Intake, put: Put, announce: Announce, store: RecordStore, content: bytes, reason: Reason
) -> None:
    announced = announce(content, file_name="Größe.csv")

    strict.take_in(put(announced.object_key, content))

    record = quarantined(store, announced.record_id)
    assert (record.reason, record.source, record.file_name) == (reason, Source.UPLOAD, "Größe.csv")


def test_a_bad_file_with_a_forged_record_id_gets_a_derived_record(
    intake: Intake, put: Put, store: RecordStore, buckets: Buckets
) -> None:
    event = put(f"uploads/{'f' * 32}/a.csv", b"")

    intake.take_in(event)

    derived = derived_record_id("incoming", event.key, event.version_id)
    assert quarantined(store, derived).source is Source.BUCKET
    assert store.get("f" * 32) is None
    assert buckets.keys("incoming") == []


def test_a_bad_second_version_leaves_the_first_and_its_record_alone(
    intake: Intake, put: Put, announce: Announce, store: RecordStore, buckets: Buckets
) -> None:
    announced = announce(PROMISED)
    good = put(announced.object_key, PROMISED)
    intake.take_in(good)
    bad = put(announced.object_key, b"")

    intake.take_in(bad)

    upload = store.get(announced.record_id)
    assert upload
    assert upload.status is Status.PROCESSED
    quarantined(store, derived_record_id("incoming", bad.key, bad.version_id))
    assert buckets.versions("incoming") == [(good.key, good.version_id)]
    assert buckets.markers("incoming") == 0


def test_a_dropped_file_is_copied_then_recorded_then_deleted(intake: Intake, put: Put, calls: Calls) -> None:
    event = put("a.csv", b"")
    calls.clear()

    intake.take_in(event)

    assert calls.names == ["GetObject", "GetItem", "CopyObject", "PutItem", "DeleteObject"]


def test_an_announced_file_is_copied_then_recorded_then_deleted(
    intake: Intake, put: Put, announce: Announce, calls: Calls
) -> None:
    event = put(announce(PROMISED).object_key, CHANGED)
    calls.clear()

    intake.take_in(event)

    refused = ["GetObject", "UpdateItem"]
    assert calls.names == [*refused, "GetItem", "CopyObject", "UpdateItem", "DeleteObject"]


def test_the_copy_names_its_record_and_reason(intake: Intake, put: Put, s3: S3Client) -> None:
    record = intake.take_in(put("a.csv", b"")).record

    copy = s3.head_object(Bucket="quarantine", Key=record.quarantine_key or "")
    assert copy["Metadata"] == {"record-id": record.record_id, "reason": "empty_file"}


def test_versions_of_one_key_are_quarantined_side_by_side(intake: Intake, put: Put, buckets: Buckets) -> None:
    for event in [put("a.csv", b""), put("a.csv", b"")]:
        intake.take_in(event)

    assert len(buckets.keys("quarantine")) == 2
    assert buckets.keys("incoming") == []


@pytest.mark.parametrize(
    "key",
    [
        "n" * 1024,
        "ä" * 512,
        "🦄" * 256,
        "f/" * 511 + "xy",
        "a/..",
        "..",
        "a//b",
        "a\nb",
        "%2F+ ?#",
        "/",
        "//",
    ],
)
def test_whatever_the_key_the_copy_has_one_of_at_most_1024_bytes(
    strict: Intake, put: Put, buckets: Buckets, key: str
) -> None:
    record = strict.take_in(put(key, b"too many bytes")).record

    assert record.quarantine_key
    assert len(record.quarantine_key.encode()) <= 1024
    assert buckets.read("quarantine", record.quarantine_key) == b"too many bytes"
    assert buckets.keys("incoming") == []


def test_the_copy_keeps_the_name_of_the_file_and_its_ending(intake: Intake, put: Put) -> None:
    key = intake.take_in(put("in box/" + "ü" * 300 + "/" + "ä" * 300 + ".csv", b"")).record.quarantine_key

    assert key
    folder, original, name = key.split("/")
    assert (len(folder), original) == (32, "original")
    assert name.endswith("ä.csv")
    assert set(name) == set("ä.csv")


def test_bad_uploads_are_listed_in_the_order_in_which_they_were_announced(
    intake: Intake, put: Put, announce: Announce, store: RecordStore
) -> None:
    announced = [announce(PROMISED) for _ in range(5)]
    for place in (3, 0, 4, 1, 2):
        intake.take_in(put(announced[place].object_key, CHANGED))

    listed, before = [], None
    for _ in range(9):
        page = store.page(Filters(statuses=frozenset({Status.QUARANTINED})), limit=1, before=before)
        listed += [item["recordId"] for item in page.items]
        before = page.position
        if before is None:
            break

    assert listed == [record.record_id for record in reversed(announced)]


def test_a_copy_of_an_attempt_before_goes_when_the_file_passes_after_all(
    parts: Parts, parts_with: Assemble, put: Put, dynamodb: DynamoDBClient, s3: S3Client, buckets: Buckets
) -> None:
    strict = parts_with(Contract(name="drops", prefix="drops", media_types=("application/json",)))
    event = put("drops/a.csv", b"a,b\n1,2\n")
    with failing(dynamodb, BEFORE, "PutItem"), pytest.raises(Died):
        strict.intake.take_in(event)
    assert len(buckets.keys("quarantine")) == 1

    record = parts.intake.take_in(replace(event, again=True)).record

    assert record.status is Status.PROCESSED
    assert s3.list_objects_v2(Bucket="quarantine")["KeyCount"] == 0
    assert buckets.versions("incoming") == [("drops/a.csv", event.version_id)]
