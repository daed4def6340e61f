"""Evaluates the program's alarms over the emulator's metrics, as CloudWatch does, only faster.

The emulator has alarms, but looks neither at their dimensions nor at missing data, and knows no metric math.
So it is told of each alarm without its metric, keeps its state, and tells its topic when we change that.
"""

from __future__ import annotations

import operator
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.metric_math import result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.deploy import Deployment
    from local.metric_math import Value
    from local.program import Registration

    Points = list[tuple[float, float]]

SHORTEST_SECONDS = 3.0
"""No period is shorter, so that what is measured each second is in every one."""
AGES = frozenset({"ApproximateAgeOfOldestMessage", "IteratorAge"})
"""Metrics that are themselves a time: they go as much faster as the periods do."""
_MOST_QUERIES = 500
_SUMMED = frozenset({"Sum", "SampleCount"})
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Series:
    """One metric under one set of dimensions."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str

    def query(self, name: str) -> dict[str, Any]:
        """As GetMetricData asks for it, in seconds."""
        dimensions = [{"Name": key, "Value": value} for key, value in self.dimensions]
        metric = {"Namespace": self.namespace, "MetricName": self.metric, "Dimensions": dimensions}
        return {"Id": name, "MetricStat": {"Metric": metric, "Period": 1, "Stat": self.statistic}}

    def within(self, points: Points, begin: float, end: float, speed: float) -> Value:
        """One number for a period; of a percentile, the worst of its seconds."""
        values = [value for moment, value in points if begin < moment <= end]
        if not values:
            return None
        return sum(values) if self.statistic in _SUMMED else self._scaled(max(values), speed)

    def _scaled(self, value: float, speed: float) -> float:
        return value * speed if self.metric in AGES else value


@dataclass(frozen=True)
class Alarm:
    """An alarm as it was declared, but for the length of its periods."""

    name: str
    series: dict[str, Series]
    expression: str
    comparison: str
    threshold: float
    periods: int
    datapoints: int
    seconds: float
    missing: str

    @property
    def range_seconds(self) -> float:
        """How far it looks back."""
        return self.periods * self.seconds

    def state(self, values: list[Value]) -> str | None:
        """What the values of the last periods make of it; None if it stays as it is."""
        holds, _ = _COMPARISONS[self.comparison]
        judged = [None if value is None else bool(holds(value, self.threshold)) for value in values]
        if self.missing == "ignore":
            if all(breaching is None for breaching in judged):
                return None
        else:
            missing = self.missing == "breaching"
            judged = [missing if breaching is None else breaching for breaching in judged]
        return "ALARM" if judged.count(True) >= self.datapoints else "OK"

    def reason(self, values: list[Value]) -> str:
        """In words like CloudWatch's."""
        told = ", ".join("no data" if value is None else f"{value:g}" for value in values)
        metrics = "; ".join(
            f"{one.namespace} {one.metric} of {', '.join(f'{k}={v}' for k, v in one.dimensions)}"
            for one in self.series.values()
        )
        words = _COMPARISONS[self.comparison][1]
        return (
            f"{self.datapoints} out of the last {self.periods} datapoints have to be {words} "
            f"{self.threshold:g}; the latest are: {told}. Metric: {metrics}"
        )


class Alarms:
    """All alarms that can be evaluated here; one that needs an anomaly model cannot.

    Args:
        speed: how many times shorter than declared a period is.
    """

    def __init__(self, deployment: Deployment, speed: float) -> None:
        self._cloudwatch = deployment.client("cloudwatch")
        self._speed = speed
        self._begun = time.time()
        declared = [r for r in deployment.resources if r.type.endswith(":MetricAlarm")]
        self._alarms = [
            read(deployment.name(resource), resource, speed)
            for resource in declared
            if "thresholdMetricId" not in resource.inputs
        ]
        self._states = {alarm.name: "OK" for alarm in self._alarms}

    def evaluate(self) -> None:
        """Look at everything once, and tell the emulator what changed."""
        now = time.time()
        points = self._points(now)
        for alarm in self._alarms:
            if alarm.missing == "breaching" and now - self._begun < alarm.range_seconds:
                continue  # there was no time for data yet
            values = list(self._values(alarm, points, now))
            state = alarm.state(values)
            if state and state != self._states[alarm.name]:
                self._states[alarm.name] = state
                self._cloudwatch.set_alarm_state(
                    AlarmName=alarm.name, StateValue=state, StateReason=alarm.reason(values)
                )

    def _values(self, alarm: Alarm, points: Mapping[Series, Points], now: float) -> Iterator[Value]:
        """Of each of the last periods, the latest first."""
        for number in range(alarm.periods):
            end = now - number * alarm.seconds
            begin = end - alarm.seconds
            measured = {
                name: one.within(points[one], begin, end, self._speed) for name, one in alarm.series.items()
            }
            yield result(alarm.expression, measured)

    def _points(self, now: float) -> dict[Series, Points]:
        every = list({one: None for alarm in self._alarms for one in alarm.series.values()})
        assert len(every) <= _MOST_QUERIES  # noqa: S101 - there are some thirty
        begin = now - max(alarm.range_seconds for alarm in self._alarms)
        answer = self._cloudwatch.get_metric_data(
            MetricDataQueries=[one.query(f"m{number}") for number, one in enumerate(every)],
            StartTime=datetime.fromtimestamp(begin, UTC),
            EndTime=datetime.fromtimestamp(now + 1, UTC),
        )
        found: dict[Series, Points] = {one: [] for one in every}
        for entry in answer["MetricDataResults"]:
            moments = [moment.timestamp() for moment in entry["Timestamps"]]
            found[every[int(entry["Id"][1:])]] = list(zip(moments, entry["Values"], strict=True))
        return found


def read(name: str, resource: Registration, speed: float) -> Alarm:
    """An alarm from the inputs of its resource."""
    inputs = resource.inputs
    queries = inputs.get("metricQueries") or [{"id": "value", "metric": _single(inputs)}]
    measured = {query["id"]: query["metric"] for query in queries if "metric" in query}
    expressions = [query["expression"] for query in queries if "expression" in query]
    period = next(iter(measured.values()))["period"]
    return Alarm(
        name=name,
        series={key: _series(metric) for key, metric in measured.items()},
        expression=expressions[0] if expressions else "value",
        comparison=inputs["comparisonOperator"],
        threshold=inputs["threshold"],
        periods=int(inputs["evaluationPeriods"]),
        datapoints=int(inputs.get("datapointsToAlarm") or inputs["evaluationPeriods"]),
        seconds=max(period / speed, SHORTEST_SECONDS),
        missing=inputs["treatMissingData"],
    )


def _single(inputs: dict[str, Any]) -> dict[str, Any]:
    statistic = inputs.get("statistic") or inputs["extendedStatistic"]
    return {key: inputs[key] for key in ("namespace", "metricName", "dimensions", "period")} | {
        "stat": statistic
    }


def _series(metric: dict[str, Any]) -> Series:
    dimensions = tuple(sorted(metric["dimensions"].items()))
    return Series(metric["namespace"], metric["metricName"], dimensions, metric["stat"])
