"""Local alarms: windows, dimensions, missing data and metric math, over numbers instead of an emulator."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from local.alarms import Alarms, read
from local.metric_math import UnknownMath, result

DECLARED: dict[str, Any] = {
    "namespace": "AWS/SQS",
    "metricName": "ApproximateAgeOfOldestMessage",
    "dimensions": {"QueueName": "events"},
    "statistic": "Maximum",
    "comparisonOperator": "GreaterThanOrEqualToThreshold",
    "threshold": 1_800.0,
    "period": 600.0,
    "evaluationPeriods": 3.0,
    "treatMissingData": "notBreaching",
}


def alarm(**changes: Any) -> Any:
    return read("an-alarm", SimpleNamespace(inputs=DECLARED | changes), 60)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("IF(files >= 20, 100 * bad / files, 0)", {"files": 40, "bad": 10}, 25),
        ("IF(files >= 20, 100 * bad / files, 0)", {"files": 19, "bad": 10}, 0),
        ("IF(files >= 20, 100 * bad / files, 0)", {"files": None, "bad": None}, None),
        ("FILL(runs, 0)", {"runs": None}, 0),
        ("FILL(runs, 0)", {"runs": 3}, 3),
        ("FILL(SUM([a, b]), 0)", {"a": None, "b": 2}, 2),
        ("SUM([a, b])", {"a": None, "b": None}, None),
        ("a / b", {"a": 1, "b": 0}, None),
        ("a - b", {"a": 1, "b": None}, None),
    ],
)
def test_metric_math_is_that_of_cloudwatch(
    expression: str, values: dict[str, float | None], expected: float | None
) -> None:
    assert result(expression, values) == expected


@pytest.mark.parametrize("expression", ["RATE(a)", "other", "a ** 2", "SUM(a)", "[a]"])
def test_math_that_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(UnknownMath, match="local/metric_math"):
        result(expression, {"a": 1})


def test_periods_are_shorter_but_never_too_short_to_hold_data() -> None:
    assert (alarm().seconds, alarm().range_seconds, alarm().datapoints) == (10, 30, 3)
    assert alarm(period=60.0).seconds == 3


@pytest.mark.parametrize(
    ("changes", "values", "state"),
    [
        ({}, [1_800.0, 1_900.0, 2_000.0], "ALARM"),
        ({}, [1_800.0, 1_799.0, 2_000.0], "OK"),
        ({}, [None, 1_900.0, 2_000.0], "OK"),
        ({"datapointsToAlarm": 2.0}, [None, 1_900.0, 2_000.0], "ALARM"),
        ({"treatMissingData": "breaching"}, [None, None, None], "ALARM"),
        ({"treatMissingData": "breaching"}, [None, 0.0, None], "OK"),
        ({"treatMissingData": "ignore"}, [None, None, None], None),
        ({"treatMissingData": "ignore", "datapointsToAlarm": 1.0}, [None, None, 2_000.0], "ALARM"),
        ({"treatMissingData": "ignore", "datapointsToAlarm": 1.0}, [None, 0.0, None], "OK"),
        ({"comparisonOperator": "LessThanThreshold", "threshold": 1.0}, [0.0, 0.0, 0.0], "ALARM"),
    ],
)
def test_the_state_is_what_the_last_periods_make_of_it(
    changes: dict[str, Any], values: list[float | None], state: str | None
) -> None:
    assert alarm(**changes).state(values) == state


class FakeCloudWatch:
    """Has points of one series, and keeps what it is told."""

    def __init__(self, *points: tuple[float, float]) -> None:
        self._points = points
        self.states: list[str] = []
        self.asked: list[dict[str, Any]] = []

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        self.asked = request["MetricDataQueries"]
        moments = [datetime.fromtimestamp(time.time() - ago, UTC) for ago, _ in self._points]
        return {
            "MetricDataResults": [
                {"Id": query["Id"], "Timestamps": moments, "Values": [value for _, value in self._points]}
                for query in self.asked
            ]
        }

    def set_alarm_state(self, **request: Any) -> None:
        self.states.append(request["StateValue"])
        assert "QueueName=events" in request["StateReason"]


def evaluated(cloudwatch: FakeCloudWatch, **changes: Any) -> Alarms:
    resource = SimpleNamespace(type="aws:cloudwatch/metricAlarm:MetricAlarm", inputs=DECLARED | changes)
    deployment = SimpleNamespace(
        client=lambda service: cloudwatch, resources=[resource], name=lambda resource: "an-alarm"
    )
    alarms = Alarms(deployment, 60)  # type: ignore[arg-type]
    alarms.evaluate()
    return alarms


def test_an_age_is_as_much_older_as_the_periods_are_shorter() -> None:
    """Of thirty seconds, at sixty times the speed, thirty minutes."""
    old = FakeCloudWatch((1, 31.0), (12, 31.0), (23, 31.0))
    evaluated(old)
    assert old.states == ["ALARM"]
    (query,) = old.asked
    assert query["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "QueueName", "Value": "events"}]

    young = FakeCloudWatch((1, 29.0), (12, 31.0), (23, 31.0))
    evaluated(young)
    assert young.states == []


def test_a_change_is_told_once() -> None:
    cloudwatch = FakeCloudWatch((1, 31.0), (12, 31.0), (23, 31.0))
    alarms = evaluated(cloudwatch)
    alarms.evaluate()
    assert cloudwatch.states == ["ALARM"]


def test_silence_is_no_fault_before_there_was_time_to_speak() -> None:
    cloudwatch = FakeCloudWatch()
    evaluated(cloudwatch, treatMissingData="breaching")
    assert cloudwatch.states == []
