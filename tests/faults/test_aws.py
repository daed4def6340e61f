"""AWS is slow, broken, or refuses; and the machine has no room. The file is never to blame."""

from __future__ import annotations

import errno
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
)

from records.errors import code_of
from records.model import Reason, Status
from tests.faults.pipeline import MAX_RECEIVES
from tests.unit.processor.faults import BEFORE, failing_call, refusal
from tests.unit.processor.formats.makers import zipped
from tests.unit.processor.formats.test_pdf import GOOD as DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.events import ObjectCreated
    from tests.faults.pipeline import Pipeline
    from tests.unit.processor.conftest import Announce, Put

GOOD, BAD, CHANGED = b"name,amount\nAda,1\n", b"name,amount\nAda\n", b"name,amount\nAda,9\n"
ARCHIVE = zipped({"a.txt": "text"})
URL = "https://aws.example.com"
# What is sent, what was promised, what becomes of it, and every call on the way.
PATHS: dict[str, tuple[bytes, bytes | None, Status, list[str]]] = {
    "dropped": (GOOD, None, Status.PROCESSED, ["GetObject", "PutItem"]),
    "announced": (GOOD, GOOD, Status.PROCESSED, ["GetObject", "UpdateItem"]),
    "bad": (
        BAD,
        None,
        Status.QUARANTINED,
        ["GetObject", "GetItem", "CopyObject", "PutObject", "PutItem", "DeleteObject"],
    ),
    "not as promised": (
        CHANGED,
        GOOD,
        Status.QUARANTINED,
        ["GetObject", "UpdateItem", "GetItem", "CopyObject", "UpdateItem", "DeleteObject"],
    ),
}
PASSES = [
    refusal("SlowDown", 503),
    refusal("ProvisionedThroughputExceededException"),
    refusal("KMS.ThrottlingException"),
    refusal("RequestTimeTooSkewed", 403),
    refusal("NobodyKnows", 500),
    ReadTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    IncompleteReadError(actual_bytes=1, expected_bytes=2),
    OSError(errno.ENOSPC, "No space left on device"),
]
REMAINS = [
    refusal("AccessDenied", 403),
    refusal("KMS.DisabledException"),
    refusal("KMS.AccessDeniedException"),
    refusal("ResourceNotFoundException"),
    refusal("NobodyKnows", 400),
]


def sent(pipeline: Pipeline, put: Put, announce: Announce, path: str) -> ObjectCreated:
    content, promised, _, _ = PATHS[path]
    event = put(announce(promised).object_key if promised else "a.csv", content)
    pipeline.send(event)
    return event


def name_of(error: Exception) -> str:
    return code_of(error) if isinstance(error, ClientError) else type(error).__name__


@contextmanager
def refusing(clients: list[Any], operation: str, error: Exception) -> Iterator[None]:
    """The operation fails, whenever it is called."""

    def refuse(model: Any, **_: Any) -> None:
        if model.name == operation:
            raise error

    for client in clients:
        client.meta.events.register_first("before-call", refuse)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", refuse)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("error", PASSES, ids=name_of)
def test_fault_17_aws_is_slow_or_broken_for_a_while(
    pipeline: Pipeline,
    put: Put,
    announce: Announce,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    path: str,
    error: Exception,
) -> None:
    """Throttling, a 5xx or a broken connection, at each call in turn: it comes again, no more."""
    _, _, status, operations = PATHS[path]
    for number in range(1, len(operations) + 1):
        event = sent(pipeline, put, announce, path)
        with failing_call([s3, dynamodb], BEFORE, number, error) as made:
            assert pipeline.deliver() != []
        assert made == operations[:number]

        assert pipeline.settle() == 1
        assert pipeline.outcome(event).status is status
    assert pipeline.dead == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("error", REMAINS, ids=name_of)
def test_fault_18_aws_refuses_until_somebody_acts(
    pipeline: Pipeline,
    put: Put,
    announce: Announce,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    capsys: pytest.CaptureFixture[str],
    path: str,
    error: Exception,
) -> None:
    """A permission, key or table is missing, at each call in turn: dead-letter queue, alarm, no verdict."""
    _, _, status, operations = PATHS[path]
    for operation in dict.fromkeys(operations):
        event = sent(pipeline, put, announce, path)
        capsys.readouterr()
        with refusing([s3, dynamodb], operation, error):
            assert pipeline.settle() == MAX_RECEIVES
        assert len(pipeline.dead) == 1
        assert (event.key, event.version_id) in pipeline.buckets.versions("incoming")
        assert_told(capsys.readouterr().out)

        pipeline.redrive()
        pipeline.settle()

        assert pipeline.outcome(event).status is status
        assert pipeline.dead == []


def assert_told(lines: str) -> None:
    """Each delivery is a line of the right kind; the last one is counted by the metric of an alarm."""
    told = [json.loads(line) for line in lines.splitlines()]
    assert [line["kind"] for line in told] == ["configuration"] * MAX_RECEIVES
    assert ["FilesFailed" in line for line in told] == [False] * (MAX_RECEIVES - 1) + [True]


@pytest.mark.parametrize("content", [GOOD, BAD], ids=["good", "bad"])
def test_fault_18_the_table_is_missing(
    pipeline: Pipeline, put: Put, dynamodb: DynamoDBClient, content: bytes
) -> None:
    """The records table is gone: nothing is quarantined, and every byte stays where it is."""
    event = put("a.csv", content)
    pipeline.send(event)
    dynamodb.delete_table(TableName="records")

    assert pipeline.settle() == MAX_RECEIVES
    assert len(pipeline.dead) == 1
    assert pipeline.buckets.versions("incoming") == [(event.key, event.version_id)]
    assert pipeline.buckets.keys("quarantine") == []


def test_fault_18_the_quarantine_bucket_is_missing(pipeline: Pipeline, put: Put, s3: S3Client) -> None:
    """The quarantine bucket is gone: a bad file stays where it is, and its record says why it failed."""
    event = put("a.csv", BAD)
    pipeline.send(event)
    s3.delete_bucket(Bucket="quarantine")

    assert pipeline.settle() == MAX_RECEIVES
    (record,) = pipeline.all_records()
    assert (len(pipeline.dead), record.status, record.reason) == (1, Status.FAILED, Reason.MISCONFIGURED)
    assert pipeline.buckets.versions("incoming") == [(event.key, event.version_id)]


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.EIO, "Input/output error")], ids=name_of)
@pytest.mark.parametrize(
    ("key", "library"),
    [("a.pdf", "pypdf.PdfReader.__init__"), ("a.zip", "zipfile.ZipFile._RealGetContents")],
)
def test_fault_17_the_machine_fails_while_a_file_is_examined(
    pipeline: Pipeline, put: Put, monkeypatch: pytest.MonkeyPatch, key: str, library: str, error: Exception
) -> None:
    """Memory or disk fails while a library reads a file: it comes again, and is not blamed for it."""
    event = put(key, {"a.pdf": DOCUMENT, "a.zip": ARCHIVE}[key])
    pipeline.send(event)

    def broken(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(library, broken)
        assert pipeline.deliver() != []
    pipeline.settle()

    assert pipeline.outcome(event).status is Status.PROCESSED
