"""Files that were announced: they belong to the record that waits for them, or get one of their own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from contracts.model import Contract, Field
from records.model import Reason, Record, Source, Status, derived_record_id
from tests.unit.processor.conftest import CREATED
from tests.unit.processor.faults import BEFORE, at

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.intake import Intake, TakenIn
    from records.store import RecordStore
    from tests.unit.conftest import Calls
    from tests.unit.processor.conftest import Announce, Assemble, Buckets, Put

CSV = b"name,amount\nAda,1\n"
SHA256 = hashlib.sha256(CSV).hexdigest()


def known(record: Record | None, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in names)


@pytest.mark.parametrize("promised", [CSV, None])
def test_an_announced_file_costs_one_read_and_one_write(
    intake: Intake, put: Put, announce: Announce, calls: Calls, promised: bytes | None
) -> None:
    event = put(announce(promised).object_key, CSV)
    calls.clear()

    intake.take_in(event)

    assert calls.names == ["GetObject", "UpdateItem"]


def test_an_announced_file_keeps_what_was_announced(
    intake: Intake, put: Put, announce: Announce, store: RecordStore
) -> None:
    announced = announce(CSV, file_name="Größe 1.csv", declared_media_type="text/plain")
    event = put(announced.object_key, CSV)

    intake.take_in(event)

    record = store.get(announced.record_id)
    assert known(record, "status", "source", "file_name", "declared_media_type", "created_at") == (
        Status.PROCESSED,
        Source.UPLOAD,
        "Größe 1.csv",
        "text/plain",
        announced.created_at,
    )
    assert known(record, "version_id", "media_type", "sha256", "expected_sha256") == (
        event.version_id,
        "text/csv",
        SHA256,
        SHA256,
    )


def test_an_announced_file_that_was_deleted_is_missing_whatever_was_promised(
    intake: Intake, put: Put, announce: Announce, s3: S3Client, store: RecordStore
) -> None:
    announced = announce(CSV)
    event = put(announced.object_key, CSV)
    s3.delete_object(Bucket="incoming", Key=event.key, VersionId=event.version_id)

    intake.take_in(event)

    assert known(store.get(announced.record_id), "status", "version_id") == (Status.MISSING, event.version_id)


def test_a_forged_record_id_in_a_key_gets_a_derived_record(
    intake: Intake, put: Put, store: RecordStore
) -> None:
    forged = "f" * 32
    event = put(f"uploads/{forged}/a.csv", CSV)

    record = intake.take_in(event).record

    assert store.get(forged) is None
    assert record.record_id == derived_record_id("incoming", event.key, event.version_id)
    assert known(store.get(record.record_id), "status", "source") == (Status.PROCESSED, Source.BUCKET)


def test_a_second_version_under_an_announced_key_gets_a_derived_record(
    intake: Intake, put: Put, announce: Announce, store: RecordStore
) -> None:
    announced = announce(CSV)
    first, second = put(announced.object_key, CSV), put(announced.object_key, b"something else")
    intake.take_in(first)

    record = intake.take_in(second).record

    assert record.record_id == derived_record_id("incoming", second.key, second.version_id)
    assert known(store.get(record.record_id), "status", "size_bytes") == (Status.PROCESSED, 14)
    assert known(store.get(announced.record_id), "version_id", "sha256") == (first.version_id, SHA256)


def test_another_file_in_an_announced_folder_leaves_the_upload_awaited(
    intake: Intake, put: Put, announce: Announce, store: RecordStore
) -> None:
    announced = announce()

    record = intake.take_in(put(f"elsewhere/{announced.record_id}/x.csv", CSV)).record

    assert record.source is Source.BUCKET
    assert store.get(announced.record_id) == announced


def test_a_bad_version_that_lost_the_announced_record_arrived_when_it_arrived(
    intake: Intake, put: Put, announce: Announce, dynamodb: DynamoDBClient, store: RecordStore
) -> None:
    recorded: list[TakenIn] = []
    announced = announce()
    good, bad = put(announced.object_key, CSV), put(announced.object_key, b"")

    # The worker on the bad version finds the upload awaited, and loses it before it can record its verdict.
    with at(dynamodb, BEFORE, "UpdateItem", lambda: recorded.append(intake.take_in(good))):
        record = intake.take_in(bad).record

    assert [known(taken_in.record, "record_id", "status") for taken_in in recorded] == [
        (announced.record_id, Status.PROCESSED)
    ]
    assert record.record_id == derived_record_id("incoming", bad.key, bad.version_id)
    assert known(store.get(record.record_id), "status", "created_at") == (Status.QUARANTINED, CREATED)


@pytest.mark.parametrize("size", [len(CSV) - 1, len(CSV) + 1])
def test_an_announced_file_of_another_size_is_quarantined(
    intake: Intake, put: Put, announce: Announce, store: RecordStore, size: int
) -> None:
    announced = announce(expected_size_bytes=size)

    intake.take_in(put(announced.object_key, CSV))

    record = store.get(announced.record_id)
    assert known(record, "status", "reason") == (Status.QUARANTINED, Reason.CHECKSUM_MISMATCH)
    assert record
    assert record.detail == f"The upload promised {size:,} bytes; the content has {len(CSV):,}."


def test_an_upload_in_parts_keeps_what_was_announced(
    intake: Intake, put: Put, announce: Announce, store: RecordStore
) -> None:
    told = {"upload_id": "u1", "part_size_bytes": 5_242_880, "part_checksums": False, "asked": "ab"}
    announced = announce(CSV, expected_size_bytes=len(CSV), **told)

    intake.take_in(put(announced.object_key, CSV))

    assert known(store.get(announced.record_id), "status", *told) == (Status.PROCESSED, *told.values())


def test_good_rows_of_a_file_that_is_not_the_announced_one_are_not_stored(
    parts_with: Assemble, store: RecordStore, put: Put, announce: Announce, buckets: Buckets
) -> None:
    fields = (Field(name="a", type="integer"),)
    split = Contract(name="s", prefix="uploads", fields=fields, on_bad_rows="split", tolerated_bad_rows=9)
    intake = parts_with(split).intake
    kept, changed = announce(b"a\n1\nx\n"), announce(b"a\n1\ny\n")

    good = intake.take_in(put(kept.object_key, b"a\n1\nx\n")).record
    bad = intake.take_in(put(changed.object_key, b"a\n1\nx\n")).record

    assert known(good, "status", "reason") == (Status.PROCESSED, None)
    assert buckets.keys("accepted") == [good.accepted_key]
    assert known(bad, "reason", "accepted_key") == (Reason.CHECKSUM_MISMATCH, None)
