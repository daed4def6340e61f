"""One object version in, one outcome recorded, and the file left where it belongs."""

from __future__ import annotations

import hashlib
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from processor.intake import TakenIn
from processor.reading import LARGE_BYTES, OutOfTime
from processor.work import FOLDER_MARKER
from records.errors import ConfigurationError, TransientError
from records.model import Attempt, Reason, Record, Source, Status, derived_record_id
from records.pages import Filters
from tests.unit.processor.conftest import CREATED, LIMIT
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.events import ObjectCreated
    from processor.intake import Intake
    from processor.objects import Content
    from records.store import RecordStore
    from tests.unit.conftest import Calls
    from tests.unit.processor.conftest import Announce, Buckets, Put

CSV = b"name,amount\nAda,1\n"
SHA256 = hashlib.sha256(CSV).hexdigest()


def known(record: Record | None, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in names)


def test_a_dropped_file_is_recorded_with_everything_known(
    intake: Intake, put: Put, store: RecordStore
) -> None:
    event = put("in box/table.csv", CSV)

    taken_in = intake.take_in(event)

    record = store.get(derived_record_id("incoming", "in box/table.csv", event.version_id))
    assert record
    assert taken_in == TakenIn(record)
    assert record == Record(
        record_id=record.record_id,
        status=Status.PROCESSED,
        source=Source.BUCKET,
        bucket="incoming",
        object_key="in box/table.csv",
        file_name="table.csv",
        created_at=CREATED,
        version_id=event.version_id,
        sequencer=event.sequencer,
        size_bytes=len(CSV),
        media_type="text/csv",
        sha256=SHA256,
        arrived_at=CREATED,
        finished_at=record.finished_at,
        duration_ms=record.duration_ms,
        attempts=record.attempts,
        attempt_count=1,
        profile=record.profile,
    )
    assert record.profile
    assert (record.profile["format"], record.profile["rows"]) == ("csv", 1)


def test_an_attempt_is_kept_with_its_time_and_outcome(intake: Intake, put: Put) -> None:
    record = intake.take_in(put("a.csv", CSV)).record

    (attempt,) = record.attempts
    assert attempt == Attempt(
        started_at=attempt.started_at, duration_ms=record.duration_ms or 0, outcome=Status.PROCESSED
    )
    assert record.finished_at
    assert attempt.started_at <= record.finished_at


def test_a_dropped_file_costs_one_read_and_one_write(intake: Intake, put: Put, calls: Calls) -> None:
    event = put("a.csv", CSV)
    calls.clear()

    intake.take_in(event)

    assert calls.names == ["GetObject", "PutItem"]


@pytest.mark.parametrize(
    "key", ["two  words.csv", "1+1=2.csv", "a%2Fb%20c.csv", "../../etc/passwd", "日本/🦄.csv", "ä" * 512, " "]
)
def test_a_file_of_any_name_is_recorded_under_exactly_that_name(
    intake: Intake, put: Put, store: RecordStore, buckets: Buckets, key: str
) -> None:
    taken_in = intake.take_in(put(key, CSV))

    record = store.get(taken_in.record.record_id)
    assert known(record, "status", "object_key") == (Status.PROCESSED, key)
    assert buckets.read("incoming", key) == CSV


def test_an_overwritten_key_makes_a_second_record(intake: Intake, put: Put, store: RecordStore) -> None:
    events = [put("a.csv", b"old"), put("a.csv", b"newer")]

    for event in reversed(events):
        intake.take_in(event)

    old, new = (store.get(derived_record_id("incoming", "a.csv", e.version_id)) for e in events)
    assert known(old, "status", "size_bytes") == (Status.PROCESSED, 3)
    assert known(new, "status", "size_bytes") == (Status.PROCESSED, 5)


def test_a_file_that_was_deleted_before_it_was_read_is_missing(
    intake: Intake, put: Put, s3: S3Client, store: RecordStore, buckets: Buckets
) -> None:
    event = put("a.csv")
    s3.delete_object(Bucket="incoming", Key="a.csv", VersionId=event.version_id)

    record = store.get(intake.take_in(event).record.record_id)

    assert known(record, "status", "reason") == (Status.MISSING, Reason.OBJECT_GONE)
    assert known(record, "size_bytes", "sha256", "media_type") == (None, None, None)
    assert buckets.keys("quarantine") == []


def test_a_folder_marker_is_processed_and_stays(intake: Intake, put: Put, buckets: Buckets) -> None:
    record = intake.take_in(put("in box/", b"")).record

    assert known(record, "status", "media_type", "size_bytes") == (Status.PROCESSED, FOLDER_MARKER, 0)
    assert record.file_name == "in box"
    assert buckets.keys("incoming") == ["in box/"]


def test_content_under_a_folders_name_is_a_file(intake: Intake, put: Put) -> None:
    assert intake.take_in(put("in box/", CSV)).record.media_type == "text/csv"


def test_a_file_of_exactly_the_limit_is_processed(intake: Intake, put: Put) -> None:
    assert intake.take_in(put("a.bin", b"\0" * LIMIT)).record.status is Status.PROCESSED


@pytest.mark.parametrize("announcing", [True, False])
@pytest.mark.parametrize(
    ("error", "kind"),
    [(refusal("SlowDown", 503), TransientError), (refusal("AccessDenied", 403), ConfigurationError)],
)
def test_what_aws_refuses_decides_nothing(
    intake: Intake,
    put: Put,
    announce: Announce,
    store: RecordStore,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    buckets: Buckets,
    error: Exception,
    kind: type[Exception],
    announcing: bool,
) -> None:
    event = put(announce().object_key if announcing else "a.csv", CSV)
    before = store.page(Filters(), limit=10)
    writing = "UpdateItem" if announcing else "PutItem"

    with failing(s3, BEFORE, "GetObject", error), pytest.raises(kind):
        intake.take_in(event)
    with failing(dynamodb, BEFORE, writing, error), pytest.raises(kind):
        intake.take_in(event)

    assert store.page(Filters(), limit=10) == before
    assert buckets.keys("quarantine") == []
    assert intake.take_in(event).record.status is Status.PROCESSED


def test_a_bucket_without_versions_is_worked_on_all_the_same(
    intake: Intake, put: Put, s3: S3Client, store: RecordStore
) -> None:
    s3.create_bucket(Bucket="unversioned")
    s3.put_object(Bucket="unversioned", Key="a.csv", Body=CSV)
    event = replace(put("other.csv"), bucket="unversioned", key="a.csv", version_id="null")

    record = store.get(intake.take_in(event).record.record_id)

    assert known(record, "status", "version_id") == (Status.PROCESSED, "null")


@pytest.mark.parametrize("enough", [0, 1, 2])
def test_time_is_looked_at_before_each_wait_and_nothing_is_left_behind(
    intake: Intake, put: Put, buckets: Buckets, all_records: Any, enough: int
) -> None:
    answers = iter([60_000.0] * enough + [1_000.0])

    with pytest.raises(OutOfTime, match=r"a\.csv needs up to 15 s"):
        intake.take_in(put("a.csv", CSV), lambda: next(answers))

    assert next(answers, None) is None
    assert (all_records(), buckets.keys("incoming")) == ([], ["a.csv"])


def test_large_files_are_taken_in_one_after_the_other(
    intake: Intake, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, most = [0], [0]
    fetch = intake._objects.fetch

    def slow(event: ObjectCreated, path: Path) -> Content:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.05)
        at_once[0] -= 1
        return fetch(event, path)

    monkeypatch.setattr(intake._objects, "fetch", slow)
    events = [replace(put(f"{number}.csv", CSV), size_bytes=LARGE_BYTES + 1) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        records = [taken.record for taken in pool.map(intake.take_in, events)]

    assert [record.status for record in records] == [Status.PROCESSED] * 4
    assert most == [1]


def test_working_copies_do_not_stay(
    intake: Intake, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    intake.take_in(put("a.csv", CSV + b"odd\n"))

    assert list(tmp_path.glob("intake-*")) == []
