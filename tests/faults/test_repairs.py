"""What is late, lost or given up: nothing of it is lost for good, and nothing is done twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from processor.given_up import GivenUp
from processor.reconcile import Reconciliation
from records.model import Reason, Status
from records.reconciliation import Pass
from tests.faults.pipeline import MAX_RECEIVES, Killed
from tests.faults.test_aws import refusing
from tests.unit.processor.faults import refusal

if TYPE_CHECKING:
    import pytest
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from processor.settings import Settings
    from processor.wiring import Parts
    from tests.faults.pipeline import Pipeline
    from tests.unit.processor.conftest import Put

GOOD = b"name,amount\nAda,1\n"
OLDER, NEWER = "0055AED6DCD90281E5", "0055AED6DCD90281E50"


def test_fault_02_an_older_event_after_a_newer_one(
    pipeline: Pipeline, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    """Events of a key in the wrong order: the older one changes nothing, and the log calls it stale."""
    event = put("a.csv", GOOD)
    pipeline.send(replace(event, sequencer=NEWER + "1"))
    pipeline.settle()
    before = pipeline.outcome(event)
    capsys.readouterr()

    pipeline.send(replace(event, sequencer=OLDER))
    pipeline.settle()

    assert pipeline.outcome(event) == before
    assert json.loads(capsys.readouterr().out)["message"] == "stale event"


def test_fault_02_versions_of_a_key_in_the_wrong_order(pipeline: Pipeline, put: Put) -> None:
    """The event of a version that was replaced comes last: each version has its record."""
    old, new = put("a.csv", GOOD), put("a.csv", GOOD + b"Bob,2\n")
    pipeline.send(replace(new, sequencer=NEWER + "1"))
    pipeline.settle()

    pipeline.send(replace(old, sequencer=OLDER))
    pipeline.settle()

    assert {pipeline.outcome(event).status for event in (old, new)} == {Status.PROCESSED}


def test_fault_04_the_event_is_lost(
    pipeline: Pipeline, parts: Parts, put: Put, sqs: SQSClient, settings: Settings
) -> None:
    """An object that nobody was told of: the sweep finds it, and it goes the way of any other."""
    event = put("a.csv", GOOD)
    sweep = Reconciliation(
        parts.records, parts.objects, parts.queue, bucket="incoming", grace=timedelta(seconds=-60)
    )

    *_, done = sweep.go_on(Pass(started_at="2026-01-31T12:00:00.000Z"), lambda: True)

    assert done.unrecorded == 1
    (message,) = sqs.receive_message(QueueUrl=settings.queue_url)["Messages"]
    pipeline.send_body(message["Body"])
    pipeline.settle()
    assert pipeline.outcome(event).status is Status.PROCESSED


def test_fault_21_a_file_that_kills_the_process_each_time(
    pipeline: Pipeline,
    parts: Parts,
    put: Put,
    sqs: SQSClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It ends in the dead-letter queue; the sweep lets its record say `failed`; its bytes stay."""

    def kill(*_: Any) -> None:
        raise Killed

    event = put("a.csv", GOOD)
    with monkeypatch.context() as patch:
        patch.setattr("processor.reading.inspect", kill)
        pipeline.send(event)
        assert pipeline.settle() == MAX_RECEIVES
    (dead,) = pipeline.dead
    sqs.send_message(QueueUrl=settings.dead_letter_queue_url, MessageBody=dead["body"])

    counts = GivenUp(parts.dead_letters, parts.intake, parts.retries).work(lambda: True)

    record = pipeline.outcome(event)
    assert dict(counts) == {"failed": 1}
    assert (record.status, record.reason) == (Status.FAILED, Reason.CRASHED)


def test_fault_22_a_redrive_days_later(pipeline: Pipeline, put: Put, s3: S3Client) -> None:
    """Messages come back when their key has long been written again: each version has its one outcome."""
    old = put("a.csv", GOOD)
    pipeline.send(old)
    with refusing([s3], "GetObject", refusal("AccessDenied", 403)):
        pipeline.settle()
    dead = pipeline.dead[0]["body"]
    new = put("a.csv", GOOD + b"Bob,2\n")
    pipeline.send(new)
    pipeline.settle()
    newer = pipeline.outcome(new)

    pipeline.redrive()
    pipeline.settle()
    older = pipeline.outcome(old)
    pipeline.send_body(dead)
    pipeline.settle()

    assert [attempt.outcome for attempt in older.attempts] == [Status.FAILED, Status.PROCESSED]
    assert (pipeline.outcome(old), pipeline.outcome(new)) == (older, newer)
