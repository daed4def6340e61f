"""Processes that end at the worst moment, answers that are lost, and workers that meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from records.model import Status
from tests.faults.pipeline import MAX_RECEIVES, Killed
from tests.unit.processor.faults import AFTER, BEFORE, at, failing_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from processor.intake import Intake
    from tests.faults.pipeline import Pipeline
    from tests.unit.processor.conftest import Announce, Put

GOOD, BAD = b"name,amount\nAda,1\n", b"name,amount\nAda\n"
CALLS = {
    GOOD: ["GetObject", "PutItem"],
    BAD: ["GetObject", "GetItem", "CopyObject", "PutObject", "PutItem", "DeleteObject"],
}
OUTCOMES = {GOOD: Status.PROCESSED, BAD: Status.QUARANTINED}
each_content = pytest.mark.parametrize("content", [GOOD, BAD], ids=["good", "bad"])
LOST = ReadTimeoutError(endpoint_url="https://aws")


def killed(at_: str) -> Callable[[], None]:
    def kill() -> None:
        raise Killed(at_)

    return kill


@pytest.mark.parametrize(
    ("content", "operation"), [(content, name) for content, names in CALLS.items() for name in names]
)
def test_fault_03_two_workers_on_one_object(
    pipeline: Pipeline,
    put: Put,
    intake: Intake,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    content: bytes,
    operation: str,
) -> None:
    """A second worker does all of the work at any moment of the first: one record, one copy, one alert."""
    event = put("a.csv", content)
    pipeline.send(event)
    client: Any = s3 if operation.endswith("Object") else dynamodb

    def work() -> None:
        intake.take_in(event)

    with at(client, BEFORE, operation, work):
        pipeline.deliver()
    pipeline.settle()

    assert pipeline.outcome(event).status is OUTCOMES[content]
    assert pipeline.dead == []


def test_fault_13_the_process_ends_between_copy_and_record(
    pipeline: Pipeline, put: Put, dynamodb: DynamoDBClient
) -> None:
    """It ends after the copy into quarantine: the next delivery records it, and makes no second copy."""
    event = put("a.csv", BAD)
    pipeline.send(event)
    with at(dynamodb, BEFORE, "PutItem", killed("PutItem")):
        pipeline.deliver()
    copies = [key for key in pipeline.buckets.keys("quarantine") if "/original/" in key]
    assert (len(copies), pipeline.all_records()) == (1, [])

    pipeline.settle()

    assert pipeline.outcome(event).quarantine_key == copies[0]
    assert [key for key in pipeline.buckets.keys("quarantine") if "/original/" in key] == copies


def test_fault_14_the_process_ends_between_record_and_delete(
    pipeline: Pipeline, put: Put, s3: S3Client
) -> None:
    """It ends after the record and before the source is deleted: the next delivery deletes that version."""
    before = put("a.csv", GOOD)
    event = put("a.csv", BAD)
    after = put("a.csv", GOOD)
    pipeline.send(event)
    with at(s3, BEFORE, "DeleteObject", killed("DeleteObject")):
        pipeline.deliver()
    assert [record.status for record in pipeline.all_records()] == [Status.QUARANTINED]
    assert len(pipeline.buckets.versions("incoming")) == 3

    pipeline.settle()

    assert pipeline.outcome(event).status is Status.QUARANTINED
    left = {version for _, version in pipeline.buckets.versions("incoming")}
    assert left == {before.version_id, after.version_id}


@each_content
@pytest.mark.parametrize("announcing", [True, False])
def test_fault_16_the_answer_of_a_write_is_lost(
    pipeline: Pipeline,
    put: Put,
    announce: Announce,
    dynamodb: DynamoDBClient,
    content: bytes,
    announcing: bool,
) -> None:
    """A write takes effect and nobody is told: the next delivery finds its own record, and that is enough."""
    event = put(announce().object_key if announcing else "a.csv", content)
    pipeline.send(event)
    writing = "UpdateItem" if announcing else "PutItem"

    def lose() -> None:
        raise LOST

    with at(dynamodb, AFTER, writing, lose):
        pipeline.deliver()
    written = pipeline.all_records()
    assert [record.status for record in written] == [OUTCOMES[content]]

    pipeline.settle()

    assert pipeline.outcome(event) == written[0]
    assert pipeline.dead == []


@each_content
@pytest.mark.parametrize("announcing", [True, False])
def test_fault_16_a_write_that_is_sent_again_is_refused(
    pipeline: Pipeline,
    put: Put,
    announce: Announce,
    dynamodb: DynamoDBClient,
    content: bytes,
    announcing: bool,
) -> None:
    """Botocore sends a write again that took effect: its condition does not hold, and it counts as done."""
    event = put(announce().object_key if announcing else "a.csv", content)
    pipeline.send(event)
    writing = "UpdateItem" if announcing else "PutItem"
    arguments: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        arguments.append(dict(params))

    def send() -> None:
        again: Any = dynamodb.update_item if announcing else dynamodb.put_item
        again(**arguments[0])

    asked = f"provide-client-params.dynamodb.{writing}"
    dynamodb.meta.events.register(asked, note)
    try:
        with at(dynamodb, BEFORE, writing, send):
            assert pipeline.deliver() == []
    finally:
        dynamodb.meta.events.unregister(asked, note)

    assert pipeline.outcome(event).status is OUTCOMES[content]


@each_content
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_fault_20_the_process_is_killed_at_any_call(
    pipeline: Pipeline,
    put: Put,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    content: bytes,
    moment: str,
) -> None:
    """Out of time or memory at any call: the whole batch comes again, and each file gets its outcome."""
    for number in range(1, len(CALLS[content]) + 1):
        event = put(f"{number}.csv", content)
        pipeline.send(event)
        with failing_call([s3, dynamodb], moment, number, Killed()):
            assert pipeline.deliver() != []

        pipeline.settle()

        assert pipeline.outcome(event).status is OUTCOMES[content]


def test_fault_20_attempts_are_bounded(pipeline: Pipeline, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the process dies of each time ends in the dead-letter queue, and stays in its place."""

    def kill(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("processor.reading.inspect", kill)
        event = put("a.csv", GOOD)
        name = pipeline.send(event)
        assert pipeline.settle() == MAX_RECEIVES
    assert [message["messageId"] for message in pipeline.dead] == [name]
    assert pipeline.buckets.versions("incoming") == [(event.key, event.version_id)]
    assert pipeline.buckets.keys("quarantine") == []

    pipeline.redrive()
    pipeline.settle()

    assert pipeline.outcome(event).status is Status.PROCESSED
