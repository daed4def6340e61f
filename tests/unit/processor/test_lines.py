"""What the processor writes to its log, and the metrics in it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from processor.intake import TakenIn
from records.errors import ConfigurationError, TransientError
from records.model import Reason, Record, Status
from tests.unit.processor.batches import Context, FakeIntake

if TYPE_CHECKING:
    from processor.handler import Processor
    from tests.unit.conftest import MakeRecord


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def metrics_of(line: dict[str, Any], *dimensions: str) -> dict[str, Any]:
    directives = [d for d in line["_aws"]["CloudWatchMetrics"] if d["Dimensions"] == [list(dimensions)]]
    metrics = [metric for directive in directives for metric in directive["Metrics"]]
    return {metric["Name"]: (line[metric["Name"]], metric["Unit"]) for metric in metrics}


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        (Status.PROCESSED, {"FilesProcessed": (1, "Count"), "FilesQuarantined": ([0], "Count")}),
        (Status.QUARANTINED, {"FilesQuarantined": ([1], "Count")}),
        (Status.MISSING, {"FilesMissing": (1, "Count")}),
    ],
)
def test_the_metrics_of_each_state_are_in_the_line_of_the_batch(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    make_record: MakeRecord,
    capsys: pytest.CaptureFixture[str],
    status: Status,
    counted: dict[str, Any],
) -> None:
    record = make_record(status=status, size_bytes=7, duration_ms=3, reason=Reason.EMPTY_FILE)
    fake.outcomes["a.csv"] = TakenIn(record)

    processor.run([message("a.csv")], Context())

    *_, of_batch = lines(capsys)
    assert metrics_of(of_batch, "Stack") == counted
    read = {"BytesReceived": ([7], "Bytes"), "ProcessingTime": ([3], "Milliseconds")}
    assert metrics_of(of_batch, "Stack", "Status") == ({} if status is Status.MISSING else read)
    assert (of_batch["message"], of_batch["Status"], of_batch["Stack"]) == ("counted", status, "prod")


def test_good_files_stand_together_in_one_line_that_names_the_slowest(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    make_record: MakeRecord,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for key, duration in (("a.csv", 3), ("b.csv", 900), ("c.csv", 40)):
        record = make_record(record_id=f"id of {key}", object_key=key, duration_ms=duration)
        fake.outcomes[key] = TakenIn(record)

    processor.run([message("a.csv", "b.csv", "c.csv")], Context())

    (line,) = lines(capsys)
    assert sorted(zip(line["recordIds"], line["ProcessingTime"], strict=True)) == [
        ("id of a.csv", 3),
        ("id of b.csv", 900),
        ("id of c.csv", 40),
    ]
    assert (line["recordId"], line["key"], line["durationMs"]) == ("id of b.csv", "b.csv", 900)


@pytest.mark.parametrize(
    "unusual",
    [
        {"status": Status.QUARANTINED, "reason": Reason.EMPTY_FILE},
        {"status": Status.MISSING},
        {"attempt_count": 2},
        {"warnings": ({"type": "blank-row"},)},
        {"duration_ms": 5_000},
    ],
)
def test_a_file_with_anything_unusual_has_a_line_of_its_own(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    make_record: MakeRecord,
    capsys: pytest.CaptureFixture[str],
    unusual: dict[str, Any],
) -> None:
    record = make_record(**unusual)
    fake.outcomes["a.csv"] = TakenIn(record)

    processor.run([message("a.csv")], Context())

    line, _ = lines(capsys)
    assert (line["message"], line["level"]) == (record.status, "INFO")
    assert (line["recordId"], line["key"], line.get("reason")) == (record.record_id, "a.csv", record.reason)
    assert line["sequencer"] == "0055AED6DCD90281E5"


def test_the_metrics_of_a_batch_are_of_all_its_files(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    make_record: MakeRecord,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = [f"{number}.csv" for number in range(130)]
    for number, key in enumerate(keys):
        fake.outcomes[key] = TakenIn(make_record(size_bytes=number, duration_ms=1))

    processor.run([message(*keys)], Context())

    counted = [line for line in lines(capsys) if line["message"] == "counted"]
    assert [line["FilesProcessed"] for line in counted] == [100, 30], "CloudWatch takes a hundred values"
    assert [size for line in counted for size in line["BytesReceived"]] == list(range(130))


def test_the_files_of_a_batch_are_counted_though_another_one_fails(
    processor: Processor, fake: FakeIntake, message: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.outcomes["b.csv"] = TransientError("later")

    processor.run([message("a.csv"), message("b.csv")], Context())

    (counted,) = (line for line in lines(capsys) if line["message"] == "counted")
    assert counted["FilesProcessed"] == 1


def test_a_repeated_event_is_not_counted_again(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    make_record: MakeRecord,
    capsys: pytest.CaptureFixture[str],
) -> None:
    record: Record = replace(make_record(), status=Status.DISCARDED)
    fake.outcomes["a.csv"] = TakenIn(record, repeated=True)

    assert processor.run([message("a.csv")], Context()) == []
    (line,) = lines(capsys)
    assert line["message"] == "already recorded"
    assert "_aws" not in line


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TransientError("later"), "transient"),
        (ConfigurationError("a person must act"), "configuration"),
        (RuntimeError("a bug"), "other"),
    ],
)
def test_a_failed_delivery_says_of_which_kind_it_is(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    kind: str,
) -> None:
    fake.outcomes["a.csv"] = error

    processor.run([message("a.csv")], Context())

    (line,) = lines(capsys)
    assert metrics_of(line, "Stack") == {"DeliveriesFailed": (1, "Count")}
    assert (line["level"], line["kind"], line["messageId"]) == ("ERROR", kind, "a.csv")
    assert (line["error"], line["receiveCount"]) == (f"{type(error).__name__}: {error}", 2)
    assert line["requestId"]
    assert '"a.csv"' in line["body"]
    assert ("traceback" in line) == (kind == "other")


def test_the_last_failed_delivery_of_a_message_is_a_failed_file(
    processor: Processor, fake: FakeIntake, message: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.outcomes["a.csv"] = TransientError("later")
    last = message("a.csv")
    last["attributes"]["ApproximateReceiveCount"] = "6"

    processor.run([last], Context())

    assert metrics_of(lines(capsys)[0], "Stack") == {
        "DeliveriesFailed": (1, "Count"),
        "FilesFailed": (1, "Count"),
    }


def test_a_malformed_message_is_a_kind_of_its_own(
    processor: Processor, capsys: pytest.CaptureFixture[str]
) -> None:
    malformed = {"messageId": "1", "body": "x", "attributes": {"ApproximateReceiveCount": "1"}}
    assert processor.run([malformed], Context()) == ["1"]
    assert lines(capsys)[0]["kind"] == "malformed"
