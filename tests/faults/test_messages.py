"""Messages that come twice, say nothing, or cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from records.model import Status
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from tests.faults.pipeline import Pipeline
    from tests.unit.processor.conftest import Announce, Put

GOOD, BAD = b"name,amount\nAda,1\n", b""
KEYS = [
    "two  words.csv",
    "1+1=2.csv",
    "a%2Fb%20c%252F.csv",
    "../../etc/passwd",
    "straße/日本語/🦄.csv",
    "ä" * 512,
    " ",
]


@pytest.mark.parametrize("announcing", [True, False])
@pytest.mark.parametrize(("content", "status"), [(GOOD, Status.PROCESSED), (BAD, Status.QUARANTINED)])
def test_fault_01_the_same_event_twice(
    pipeline: Pipeline, put: Put, announce: Announce, content: bytes, status: Status, announcing: bool
) -> None:
    """The same event comes twice: one record and at most one alert; the second time changes nothing."""
    event = put(announce().object_key if announcing else "a.csv", content)
    pipeline.send(event)
    pipeline.settle()
    before = pipeline.all_records()

    pipeline.send(event)
    pipeline.send(event, event)
    pipeline.settle()

    assert pipeline.all_records() == before
    assert pipeline.outcome(event).status is status
    assert pipeline.dead == []


def test_fault_05_the_test_event_of_s3(
    pipeline: Pipeline, payload: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """S3's test event, which names no object, is acknowledged and raises no alarm."""
    pipeline.send_body(payload("s3_test_event"))

    assert pipeline.deliver() == []
    assert (pipeline.all_records(), capsys.readouterr().out) == ([], "")


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"Records": [{}]}', '{"Records": 7}'])
def test_fault_06_a_malformed_body(pipeline: Pipeline, put: Put, body: str) -> None:
    """A body that cannot be read ends in the dead-letter queue alone; its siblings are worked on once."""
    events = [put("a.csv", GOOD), put("b.csv", BAD)]
    pipeline.send(events[0])
    malformed = pipeline.send_body(body)
    pipeline.send(events[1])

    assert pipeline.deliver() == [malformed]
    pipeline.settle()

    assert [message["messageId"] for message in pipeline.dead] == [malformed]
    outcomes = [pipeline.outcome(event).status for event in events]
    assert outcomes == [Status.PROCESSED, Status.QUARANTINED]


def test_fault_07_one_object_of_several_in_a_message_fails(
    pipeline: Pipeline, put: Put, s3: S3Client, all_records: Any
) -> None:
    """One of several objects of a message fails: all come again, and what was done stays as it is."""
    events = [put("a.csv", GOOD), put("b.csv", BAD), put("c.csv", GOOD)]
    name = pipeline.send(*events)
    with failing(s3, BEFORE, "CopyObject", refusal("SlowDown", 503)):
        assert pipeline.deliver() == [name]
    done = all_records()
    assert [record.object_key for record in done] == ["a.csv"]

    pipeline.settle()

    assert done[0] in all_records()
    outcomes = [pipeline.outcome(event).status for event in events]
    assert outcomes == [Status.PROCESSED, Status.QUARANTINED, Status.PROCESSED]


@pytest.mark.parametrize("content", [GOOD, BAD])
@pytest.mark.parametrize("key", KEYS)
def test_fault_08_keys_that_are_hard_to_write(pipeline: Pipeline, put: Put, key: str, content: bytes) -> None:
    """Spaces, plus signs, percent signs, dots, any script, 1,024 bytes: decoded once, and kept exactly."""
    event = put(key, content)
    pipeline.send(event)

    assert pipeline.settle() == 1
    assert pipeline.outcome(event).object_key == key
