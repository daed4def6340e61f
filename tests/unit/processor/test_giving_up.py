"""The last delivery that fails lets the record say so; a failed record can come to another outcome."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from records.errors import ConfigurationError, TransientError
from records.model import Reason
from tests.unit.processor.batches import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.handler import Processor
    from tests.unit.processor.batches import FakeIntake

    Message = Callable[..., dict[str, Any]]


def last(message: dict[str, Any], received: int = 6) -> dict[str, Any]:
    return message | {"attributes": {"ApproximateReceiveCount": str(received)}}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TransientError("S3 is slow"), Reason.UNAVAILABLE),
        (ConfigurationError("no permission"), Reason.MISCONFIGURED),
        (ZeroDivisionError("a mistake of ours"), Reason.CRASHED),
    ],
)
def test_the_last_failure_is_on_the_record_with_its_kind(
    processor: Processor, fake: FakeIntake, message: Message, error: Exception, reason: Reason
) -> None:
    fake.outcomes["a.csv"] = error

    assert processor.run([last(message("a.csv"))], Context()) == ["a.csv"]
    assert fake.given_up == [("a.csv", reason)]


def test_earlier_failures_are_not(processor: Processor, fake: FakeIntake, message: Message) -> None:
    fake.outcomes["a.csv"] = TransientError("S3 is slow")

    processor.run([last(message("a.csv"), 5)], Context())
    assert fake.given_up == []


def test_what_keeps_the_record_from_saying_so_is_logged(
    processor: Processor, fake: FakeIntake, message: Message, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.outcomes["a.csv"] = TransientError("S3 is slow")
    fake.hopeless.add("a.csv")

    assert processor.run([last(message("a.csv"))], Context()) == ["a.csv"]
    line = json.loads(capsys.readouterr().out)
    assert line["givingUp"] == "ConnectionError: the table is gone"
    assert line["FilesFailed"] == 1


def test_a_malformed_message_has_no_record(processor: Processor, fake: FakeIntake, message: Message) -> None:
    broken = last(message("a.csv")) | {"body": "no JSON"}
    assert processor.run([broken], Context()) == ["a.csv"]
    assert fake.given_up == []
