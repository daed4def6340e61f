"""Reading a version as a stream, copying it away, deleting exactly it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore import exceptions as botocore

from processor.events import ObjectCreated
from processor.objects import CHUNK_BYTES, Content, Objects
from records.errors import ConfigurationError, ObjectGone, TransientError
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tests.unit.processor.conftest import Buckets, Put

EVENT = ObjectCreated("incoming", "a.csv", "v1", "0055AED6DCD90281E5", "2026-01-31T13:00:00.250Z")


class Body:
    """A response's stream that gives these chunks, and then ends or breaks."""

    def __init__(self, *chunks: bytes, end: Exception | None = None) -> None:
        self.chunks = list(chunks)
        self.end = end
        self.asked: list[int | None] = []
        self.closed = False

    def read(self, amount: int | None = None) -> bytes:
        self.asked.append(amount)
        if self.chunks:
            return self.chunks.pop(0)
        if self.end:
            raise self.end
        return b""

    def close(self) -> None:
        self.closed = True


NOTHING_READ = Content(0, None, None)


def fetched(objects: Objects, event: ObjectCreated) -> Content:
    """What fetching told, after a look at what was written; the head is compared here."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "content")
        content = objects.fetch(event, path)
        if content.sha256:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == content.sha256
            assert path.read_bytes().startswith(content.head)
    return replace(content, head=b"")


def reader(body: Body, size: int, *, limit: int = 10_000) -> Objects:
    class Client:
        def get_object(self, **_: str) -> dict[str, Any]:
            return {"ContentLength": size, "Body": body}

    return Objects(cast("S3Client", Client()), "quarantine", "accepted", max_file_bytes=limit)


def test_a_streamed_object_is_measured_hashed_and_told_what_it_is(objects: Objects, put: Put) -> None:
    content = b"name,amount\n" + b"Ada,1\n" * 400_000

    read = fetched(objects, put("big.bin", content))

    assert len(content) > 2 * CHUNK_BYTES
    sha256 = hashlib.sha256(content).hexdigest()
    assert (read.size_bytes, read.media_type, read.sha256) == (len(content), "text/csv", sha256)


def test_an_empty_object_has_a_hash_but_no_media_type(objects: Objects, put: Put) -> None:
    read = fetched(objects, put("empty", b""))

    assert (read.size_bytes, read.media_type, read.sha256) == (0, None, hashlib.sha256(b"").hexdigest())


def test_the_version_is_read_even_when_it_was_overwritten(objects: Objects, put: Put) -> None:
    old = put("a.csv", b"old")
    put("a.csv", b"newer")

    assert fetched(objects, old).sha256 == hashlib.sha256(b"old").hexdigest()


def test_an_object_is_read_in_bounded_pieces() -> None:
    body = Body(b"a" * 10, b"b" * 10)

    assert fetched(reader(body, 20), EVENT).sha256 == hashlib.sha256(b"a" * 10 + b"b" * 10).hexdigest()
    assert set(body.asked) == {CHUNK_BYTES}
    assert body.closed


def test_an_object_over_the_limit_is_not_read() -> None:
    body = Body(b"a" * 11)

    assert fetched(reader(body, 11, limit=10), EVENT) == Content(11, None, None)
    assert body.asked == []
    assert body.closed


def test_an_object_of_exactly_the_limit_is_read() -> None:
    assert fetched(reader(Body(b"a" * 10), 10, limit=10), EVENT).sha256


@pytest.mark.parametrize(
    "error",
    [
        botocore.IncompleteReadError(actual_bytes=3, expected_bytes=20),
        botocore.ReadTimeoutError(endpoint_url="https://s3"),
        botocore.ResponseStreamingError(error="reset"),
        botocore.ConnectionClosedError(endpoint_url="https://s3"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_stream_that_breaks_off_is_transient(error: Exception) -> None:
    body = Body(b"abc", end=error)

    with pytest.raises(TransientError, match=r"reading s3://incoming/a\.csv"):
        fetched(reader(body, 20), EVENT)
    assert body.closed


@pytest.mark.parametrize("size", [2, 4])
def test_a_stream_of_another_length_than_promised_is_transient(size: int) -> None:
    with pytest.raises(TransientError, match=f"3 of {size} bytes"):
        fetched(reader(Body(b"abc"), size), EVENT)


def test_a_version_that_was_deleted_is_gone(objects: Objects, put: Put, s3: S3Client, incoming: str) -> None:
    event = put("a.csv")
    s3.delete_object(Bucket=incoming, Key=event.key, VersionId=event.version_id)

    with pytest.raises(ObjectGone, match=r"s3://incoming/a\.csv version"):
        fetched(objects, event)


def test_a_version_under_a_delete_marker_is_still_there(
    objects: Objects, put: Put, s3: S3Client, incoming: str
) -> None:
    event = put("a.csv", b"abc")
    s3.delete_object(Bucket=incoming, Key=event.key)

    assert fetched(objects, event).size_bytes == 3


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404", "405"])
def test_however_s3_says_it_gone_is_gone(objects: Objects, put: Put, s3: S3Client, code: str) -> None:
    event = put("a.csv")
    with failing(s3, BEFORE, "GetObject", refusal(code, 404)), pytest.raises(ObjectGone):
        fetched(objects, event)


def test_a_missing_bucket_is_a_matter_of_configuration_not_a_missing_object(
    objects: Objects, put: Put
) -> None:
    with pytest.raises(ConfigurationError):
        fetched(objects, replace(put("a.csv"), bucket="absent"))


@pytest.mark.parametrize("key", ["a b+c%2F.csv", "../up.csv", "日本/🦄.csv", "x" * 1024, "a//b", "a?b&c=d#e"])
def test_a_copy_has_the_bytes_of_the_version_and_says_why_it_is_there(
    objects: Objects, put: Put, s3: S3Client, quarantine: str, key: str
) -> None:
    event = put(key, b"old\x00bytes", Metadata={"from": "sender"}, ContentType="text/csv")
    put(key, b"newer")

    ours = {"record-id": "1", "reason": "empty_file"}
    objects.copy_to_quarantine(event, "folder/original/ä b.csv", fetched(objects, event), ours)

    copy = s3.get_object(Bucket=quarantine, Key="folder/original/ä b.csv")
    assert copy["Body"].read() == b"old\x00bytes"
    assert copy["Metadata"] == {"from": "sender", "record-id": "1", "reason": "empty_file"}
    assert copy["ContentType"] == "text/csv"


def test_a_copy_keeps_the_tags(objects: Objects, put: Put, s3: S3Client, quarantine: str) -> None:
    event = put("a.csv", b"x", Tagging="team=finance")

    objects.copy_to_quarantine(event, "copy", fetched(objects, event), {})

    assert s3.get_object_tagging(Bucket=quarantine, Key="copy")["TagSet"] == [
        {"Key": "team", "Value": "finance"}
    ]


def test_the_senders_metadata_goes_before_ours_where_both_do_not_fit(
    objects: Objects, put: Put, s3: S3Client, quarantine: str
) -> None:
    theirs = {"note": "n" * 2_040}
    event = put("a.csv", b"x", Metadata=theirs)

    objects.copy_to_quarantine(event, "copy", fetched(objects, event), {"reason": "empty_file"})

    assert s3.get_object(Bucket=quarantine, Key="copy")["Metadata"] == theirs


def test_a_copy_larger_than_one_part_keeps_its_bytes(
    objects: Objects, put: Put, s3: S3Client, quarantine: str
) -> None:
    content = bytes(range(256)) * 40_000

    objects.copy_to_quarantine(put("big", content), "big", NOTHING_READ, {"reason": "file_too_large"})

    copy = s3.get_object(Bucket=quarantine, Key="big")
    assert copy["Body"].read() == content
    assert copy["Metadata"] == {"reason": "file_too_large"}


def test_deleting_takes_that_version_and_leaves_no_marker(
    objects: Objects, put: Put, buckets: Buckets
) -> None:
    first, second, third = (put("a.csv", content) for content in (b"1", b"2", b"3"))

    objects.delete(second)

    assert buckets.versions("incoming") == sorted(("a.csv", e.version_id) for e in (first, third))
    assert buckets.markers("incoming") == 0


def test_deleting_twice_does_no_harm(objects: Objects, put: Put, buckets: Buckets) -> None:
    kept, event = put("a.csv"), put("a.csv")

    objects.delete(event)
    objects.delete(event)

    assert buckets.versions("incoming") == [("a.csv", kept.version_id)]
    assert buckets.markers("incoming") == 0


@pytest.mark.parametrize("operation", ["GetObject", "CopyObject", "DeleteObject"])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal("SlowDown", 503), TransientError),
        (refusal("InternalError", 500), TransientError),
        (refusal("AccessDenied", 403), ConfigurationError),
        (refusal("KMS.DisabledException", 400), ConfigurationError),
    ],
    ids=["SlowDown", "InternalError", "AccessDenied", "KMS"],
)
def test_what_s3_refuses_is_never_the_files_fault(
    objects: Objects, put: Put, s3: S3Client, operation: str, error: Exception, kind: type[Exception]
) -> None:
    event = put("a.csv")
    with failing(s3, BEFORE, operation, error), pytest.raises(kind):
        everything(objects, event)


def everything(objects: Objects, event: ObjectCreated) -> None:
    objects.copy_to_quarantine(event, "copy", fetched(objects, event), {})
    objects.delete(event)
