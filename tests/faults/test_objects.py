"""Objects that are gone, change, or are made to do harm."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pytest

from records.model import Reason, Status
from tests.unit.processor.conftest import LIMIT
from tests.unit.processor.faults import AFTER, at

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from tests.faults.pipeline import Pipeline
    from tests.unit.processor.conftest import Announce, Put

GOOD, BAD = b"name,amount\nAda,1\n", b"name,amount\nAda\n"


@pytest.mark.parametrize("announcing", [True, False])
def test_fault_09_the_object_is_deleted_before_it_is_read(
    pipeline: Pipeline, put: Put, announce: Announce, s3: S3Client, announcing: bool
) -> None:
    """An object is deleted before it is read: its record says so, and its message is done with."""
    event = put(announce().object_key if announcing else "a.csv", GOOD)
    s3.delete_object(Bucket="incoming", Key=event.key, VersionId=event.version_id)
    pipeline.send(event)

    assert pipeline.settle() == 1
    assert pipeline.outcome(event).status is Status.MISSING
    assert pipeline.dead == []


@pytest.mark.parametrize("operation", ["GetObject", "CopyObject"])
@pytest.mark.parametrize(("old", "new"), [(BAD, GOOD), (BAD, BAD + b"Bob\n")])
def test_fault_10_the_object_is_overwritten_while_it_is_read(
    pipeline: Pipeline, put: Put, s3: S3Client, operation: str, old: bytes, new: bytes
) -> None:
    """An object is overwritten at any moment: each version has its own record, of its own bytes."""
    first, later = put("a.csv", old), []
    pipeline.send(first)
    with at(s3, AFTER, operation, lambda: later.append(put("a.csv", new))):
        pipeline.deliver()
    pipeline.send(*later)
    pipeline.settle()

    record, other = pipeline.outcome(first), pipeline.outcome(later[0])
    assert (record.status, record.size_bytes) == (Status.QUARANTINED, len(old))
    assert pipeline.buckets.read("quarantine", record.quarantine_key or "") == old
    assert other.size_bytes == len(new)


@pytest.mark.parametrize(
    ("key", "size", "status", "reason"),
    [
        ("a.csv", 0, Status.QUARANTINED, Reason.EMPTY_FILE),
        ("in box/", 0, Status.PROCESSED, None),
        ("a.bin", LIMIT, Status.PROCESSED, None),
        ("a.bin", LIMIT + 1, Status.QUARANTINED, Reason.FILE_TOO_LARGE),
    ],
)
def test_fault_11_nothing_a_folder_or_too_much(
    pipeline: Pipeline, put: Put, key: str, size: int, status: Status, reason: Reason | None
) -> None:
    """An empty file, a folder's marker and a file over the limit have their verdicts."""
    event = replace(put(key, b"\0" * size), size_bytes=size)
    pipeline.send(event)
    pipeline.settle()

    record = pipeline.outcome(event)
    assert (record.status, record.reason, record.size_bytes) == (status, reason, size)


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(30_000_000))
    return packed.getvalue()


HOSTILE = {
    "a zip bomb": ("bomb.zip", zip_bomb, Reason.CEILING_EXCEEDED),
    "100,000 levels of JSON": ("a.json", lambda: b"[" * 100_000 + b"]" * 100_000, Reason.CEILING_EXCEEDED),
    "a cell of 2 MB": ("a.csv", lambda: b"id,text\n1," + b"x" * 2_000_000 + b"\n2,y\n", Reason.BAD_ROWS),
    "another encoding": ("a.xml", lambda: "<a>Größe</a>".encode("latin-1"), Reason.BROKEN_ENCODING),
    "a gzip file without its end": ("a.csv.gz", lambda: gzip.compress(GOOD)[:-9], Reason.CORRUPT_FILE),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_fault_12_content_that_is_made_to_do_harm(pipeline: Pipeline, put: Put, what: str) -> None:
    """Bombs, deep nesting, long cells, broken encodings, half a file: quarantined with a reason."""
    key, make, reason = HOSTILE[what]
    event = put(key, make())
    pipeline.send(event)

    assert pipeline.settle() == 1
    record = pipeline.outcome(event)
    assert (record.status, record.reason) == (Status.QUARANTINED, reason)


def test_fault_12_half_a_parquet_file(pipeline: Pipeline, put: Put, tmp_path: Path) -> None:
    """A Parquet file without its end is quarantined as a corrupt one."""
    path = tmp_path / "a.parquet"
    duckdb.connect().execute(f"COPY (SELECT range AS a FROM range(1000)) TO '{path}'")
    event = put("a.parquet", path.read_bytes()[:-20])
    pipeline.send(event)
    pipeline.settle()

    assert pipeline.outcome(event).reason is Reason.CORRUPT_FILE
