"""AWS Lambda's entry, from a batch of the queue to the table."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from contracts.model import Contracts
from processor import handler as entry
from processor import wiring
from processor.formats.base import Ceilings
from records.errors import MissingSettings
from records.model import Status, derived_record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_s3 import S3Client

    from records.store import RecordStore

ENVIRONMENT = {
    "STACK": "prod",
    "RECORDS_TABLE": "records",
    "QUARANTINE_BUCKET": "quarantine",
    "ACCEPTED_BUCKET": "accepted",
    "INDEX_SHARDS": "4",
    "MAX_FILE_BYTES": "1000",
    "RECORD_RETENTION_DAYS": "0",
    "QUARANTINE_RETENTION_DAYS": "90",
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/events",
    "MAX_RECEIVES": "6",
    "INCOMING_BUCKET": "incoming",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead-letters",
    "AUTOMATIC_RETRIES": "5",
    "RECONCILE_HOURS": "24",
} | {item.name.upper(): str(item.default) for item in fields(Ceilings)}


class Context:
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(autouse=True)
def cold_start(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    monkeypatch.setattr(wiring, "bundled", Contracts)  # a checkout has none that are compiled
    entry._processor.cache_clear()
    yield
    entry._processor.cache_clear()


@pytest.fixture
def lambda_environment(storage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def queue_message(body: str, message_id: str) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1"}
    sent = {"messageId": message_id, "receiptHandle": message_id, "body": body}
    return sent | {"attributes": attributes, "eventSource": "aws:sqs"}


def dropped(s3: S3Client, payload: Callable[[str], str], content: bytes) -> tuple[str, str]:
    """A notification of an object that is there, and the id that its record will have."""
    message = json.loads(payload("s3_put"))
    described = message["Records"][0]["s3"]["object"]
    answer = s3.put_object(Bucket="incoming", Key=described["key"], Body=content)
    described["versionId"] = answer["VersionId"]
    return json.dumps(message), derived_record_id("incoming", described["key"], answer["VersionId"])


def test_a_batch_is_worked_off_and_only_what_failed_is_named(
    lambda_environment: None, s3: S3Client, payload: Callable[[str], str], store: RecordStore
) -> None:
    good, good_id = dropped(s3, payload, b"a,b\n1,2\n")
    large, large_id = dropped(s3, payload, b"x" * 1_001)
    bodies = {"good": good, "large": large, "test": payload("s3_test_event"), "bad": "{}"}
    batch = {"Records": [queue_message(body, name) for name, body in bodies.items()]}

    answer = entry.handler(batch, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    outcomes = [store.get(record_id) for record_id in (good_id, large_id)]
    assert [record.status for record in outcomes if record] == [Status.PROCESSED, Status.QUARANTINED]


@pytest.mark.parametrize("names", [[], ["s3_test_event"], ["s3_removed", "s3_test_event"]])
def test_a_batch_without_failures_still_has_a_list_of_them(
    lambda_environment: None, payload: Callable[[str], str], names: list[str]
) -> None:
    batch = {"Records": [queue_message(payload(name), name) for name in names]}

    assert entry.handler(batch, Context()) == {"batchItemFailures": []}


def test_the_clients_are_made_once_for_all_batches(
    lambda_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry.handler({"Records": []}, Context())
    monkeypatch.delenv("RECORDS_TABLE")

    assert entry.handler({"Records": []}, Context()) == {"batchItemFailures": []}


def test_without_its_environment_the_lambda_says_what_is_missing(storage: None) -> None:
    with pytest.raises(MissingSettings) as caught:
        entry.handler({"Records": []}, Context())

    assert all(name in str(caught.value) for name in ENVIRONMENT)
