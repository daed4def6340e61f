"""Log lines that are metrics too: CloudWatch's embedded metric format, to the letter of its Specification.

docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from records.telemetry import NAMESPACE, Telemetry

UNITS = {
    *("Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"),
    *("Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
    *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"),
}
METRICS = {
    "FilesProcessed": (1, "Count"),
    "BytesReceived": (5_368_709_120, "Bytes"),
    "Rate": (0.5, "Percent"),
}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines, without their times, which must be there."""
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("timestamp")) for line in found
    )
    return found


def assert_embedded_metrics(document: dict[str, Any]) -> None:
    """What the Specification asks of a document, its target members included."""
    assert set(document["_aws"]) == {"Timestamp", "CloudWatchMetrics"}
    assert type(document["_aws"]["Timestamp"]) is int
    assert document["_aws"]["CloudWatchMetrics"]
    for directive in document["_aws"]["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert 1 <= len(directive["Namespace"]) <= 1024
        assert directive["Dimensions"]
        for dimensions in directive["Dimensions"]:
            assert len(dimensions) <= 30
            for name in dimensions:
                assert 1 <= len(name) <= 250
                assert isinstance(document[name], str)
                assert 1 <= len(document[name]) <= 1024
        assert 1 <= len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert set(metric) <= {"Name", "Unit", "StorageResolution"}
            assert 1 <= len(metric["Name"]) <= 1024
            assert metric.get("Unit", "None") in UNITS
            assert type(document[metric["Name"]]) in (int, float)


def test_metrics_are_an_embedded_metric_document(capsys: pytest.CaptureFixture[str]) -> None:
    Telemetry("prod").emit("processed", metrics=METRICS, key="in box/ä.csv")

    (document,) = lines(capsys)
    assert_embedded_metrics(document)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == NAMESPACE
    assert directive["Dimensions"] == [["Stack"]]
    assert document["Stack"] == "prod"
    assert {m["Name"]: (document[m["Name"]], m["Unit"]) for m in directive["Metrics"]} == METRICS


def test_the_time_of_the_metrics_is_now_in_milliseconds(capsys: pytest.CaptureFixture[str]) -> None:
    Telemetry("prod").emit("processed", metrics=METRICS)

    (document,) = lines(capsys)
    assert abs(document["_aws"]["Timestamp"] / 1000 - time.time()) < 60


@pytest.mark.parametrize("metrics", [None, {}])
def test_without_metrics_a_line_makes_none(capsys: pytest.CaptureFixture[str], metrics: Any) -> None:
    Telemetry("prod").emit("already recorded", metrics=metrics, recordId="1")

    assert lines(capsys) == [{"level": "INFO", "message": "already recorded", "recordId": "1"}]


def test_a_line_has_its_level_and_only_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    Telemetry("prod").emit("delivery failed", level="ERROR", reason=None, sizeBytes=0, error="")

    assert lines(capsys) == [{"level": "ERROR", "message": "delivery failed", "sizeBytes": 0, "error": ""}]


@pytest.mark.parametrize("key", ["two\nlines", "\r\n", "\u2028", '{"_aws": {}}', "ä\x00"])
def test_whatever_a_key_holds_it_is_one_line(capsys: pytest.CaptureFixture[str], key: str) -> None:
    Telemetry("prod").emit("processed", key=key)

    text = capsys.readouterr().out
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert json.loads(text)["key"] == key


def test_a_line_is_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    monkeypatch.setattr(sys, "stdout", Stream())
    Telemetry("prod").emit("processed", metrics=METRICS, key="x" * 1024)

    (line,) = written
    assert line.endswith("}\n")


def test_lines_of_threads_do_not_interleave(capfd: pytest.CaptureFixture[str]) -> None:
    telemetry = Telemetry("prod")
    with ThreadPoolExecutor(max_workers=8) as pool:
        for number in range(400):
            pool.submit(telemetry.emit, "processed", metrics=METRICS, number=number, key="k" * 900)

    found = [json.loads(line)["number"] for line in capfd.readouterr().out.splitlines()]
    assert sorted(found) == list(range(400))
