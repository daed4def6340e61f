"""The alarms: what each watches, whom it tells, what it says, and that its page in docs/runbooks exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from components.watch import NAMESPACE
from local.graph import capture
from local.metric_math import result
from local.program import ROOT
from processor.queue import delay_seconds
from records import telemetry

if TYPE_CHECKING:
    from local.graph import Graph

OURS = {"Stack": "dev"}
RECORDS, KEYS, ALERTS = "records-name", "api-keys-name", "alert-state-name"
# By alarm: what it watches, as namespace, metric, dimensions and statistic.
WATCHED: dict[str, list[tuple[str, str, dict[str, str], str]]] = {
    "processor-errors": [("AWS/Lambda", "Errors", {"FunctionName": "processor-name"}, "Sum")],
    "processor-throttled": [("AWS/Lambda", "Throttles", {"FunctionName": "processor-name"}, "Sum")],
    "processor-slow": [("AWS/Lambda", "Duration", {"FunctionName": "processor-name"}, "Maximum")],
    "deliveries-failed": [(NAMESPACE, "DeliveriesFailed", OURS, "Sum")],
    "dead-letters": [
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "dead-letters-name"}, "Maximum")
    ],
    "oldest-message": [("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "events-name"}, "Maximum")],
    "quarantine-rate": [
        (NAMESPACE, "FilesQuarantined", OURS, "Sum"),
        (NAMESPACE, "FilesQuarantined", OURS, "SampleCount"),
    ],
    "sweep-not-running": [(NAMESPACE, "SweepRuns", OURS, "Sum")],
    "sweep-errors": [("AWS/Lambda", "Errors", {"FunctionName": "sweep-name"}, "Sum")],
    "reconciliation-mismatch": [(NAMESPACE, "ReconciliationMismatches", OURS, "Maximum")],
    "notifier-errors": [("AWS/Lambda", "Errors", {"FunctionName": "notifier-name"}, "Sum")],
    "notifier-behind": [("AWS/Lambda", "IteratorAge", {"FunctionName": "notifier-name"}, "Maximum")],
    "undelivered-alerts": [
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "undelivered-alerts-name"}, "Maximum")
    ],
    "api-errors": [("AWS/ApiGateway", "5xx", {"ApiId": "gateway-id"}, "Sum")],
    "api-slow": [("AWS/ApiGateway", "Latency", {"ApiId": "gateway-id"}, "p99")],
    "unconfirmed-subscription": [(NAMESPACE, "UnconfirmedSubscriptions", OURS, "Maximum")],
} | {
    f"{name}-throttled": [
        ("AWS/DynamoDB", "ThrottledRequests", {"TableName": table, "Operation": operation}, "Sum")
        for operation in operations
    ]
    for name, table, operations in (
        ("records", RECORDS, ("PutItem", "UpdateItem", "GetItem", "BatchGetItem", "Query")),
        ("keys", KEYS, ("PutItem", "UpdateItem", "GetItem", "Query")),
        ("alerts", ALERTS, ("PutItem", "TransactWriteItems", "GetItem", "Query")),
    )
}
ANOMALY = "quarantine-anomaly"
# Threshold, seconds of a period, periods, and how many of them.
RAISED = {
    "processor-errors": (1, 300, 1, None),
    "processor-throttled": (10, 300, 3, None),
    "processor-slow": (540_000, 300, 1, None),
    "deliveries-failed": (3, 300, 1, None),
    "dead-letters": (1, 60, 1, None),
    "oldest-message": (1_800, 60, 3, None),
    "quarantine-rate": (10, 900, 1, None),
    "sweep-not-running": (1, 600, 3, None),
    "sweep-errors": (3, 900, 1, None),
    "reconciliation-mismatch": (1, 300, 1, None),
    "notifier-errors": (1, 300, 1, None),
    "notifier-behind": (1_800_000, 300, 3, None),
    "undelivered-alerts": (1, 60, 1, None),
    "api-errors": (5, 300, 1, None),
    "api-slow": (3_000, 300, 3, None),
    "records-throttled": (10, 300, 3, 2),
    "keys-throttled": (10, 300, 3, 2),
    "alerts-throttled": (10, 300, 3, 2),
    "unconfirmed-subscription": (1, 900, 1, None),
}
# What is to be looked at is named, as the console names it.
NAMED = {
    "processor-errors": "processor-logs-name",
    "processor-throttled": "processor-name",
    "processor-slow": "processor-logs-name",
    "deliveries-failed": "processor-logs-name",
    "dead-letters": "dead-letters-name",
    "oldest-message": "processor-name",
    "quarantine-rate": "GET /records?status=quarantined",
    "sweep-not-running": "sweep-logs-name",
    "sweep-errors": "sweep-logs-name",
    "reconciliation-mismatch": "sweep-logs-name",
    "notifier-errors": "notifier-logs-name",
    "notifier-behind": "notifier-logs-name",
    "undelivered-alerts": "notifier-logs-name",
    "api-errors": "api-logs-name",
    "api-slow": "api-logs-name",
    "records-throttled": RECORDS,
    "keys-throttled": KEYS,
    "alerts-throttled": ALERTS,
    "unconfirmed-subscription": "arn:alerts",
    ANOMALY: "GET /records?status=quarantined",
}
# Silence is good news, but where something has to be heard, or the last thing heard still stands.
SILENCE = {
    "sweep-not-running": "breaching",
    "notifier-errors": "breaching",
    "reconciliation-mismatch": "ignore",
}
DIMENSIONS = {
    "AWS/Lambda": {"FunctionName"},
    "AWS/SQS": {"QueueName"},
    "AWS/ApiGateway": {"ApiId"},
    "AWS/DynamoDB": {"TableName", "Operation"},
    NAMESPACE: {"Stack"},
}
"""What AWS, and our log lines, have metrics of; an alarm under any others would never see one."""
RUNBOOKS = ROOT / "docs" / "runbooks"
PARTS = (
    "## What it means",
    "## First look",
    "## Causes",
    "## How it clears",
    "## When to call for help",
    "## What it does not mean",
)


@pytest.fixture(scope="module")
def anomaly() -> Graph:
    return capture("dev", anomalyAlarm=True, runbookUrl="https://wiki.example.com/scalper")


@pytest.fixture(scope="module")
def essential() -> Graph:
    return capture("dev", alarms="essential")


def metrics_of(alarm: dict[str, Any]) -> list[tuple[str, str, dict[str, str], str]]:
    measured = [query["metric"] for query in alarm.get("metricQueries", []) if "metric" in query] or [
        alarm | {"stat": alarm.get("statistic") or alarm.get("extendedStatistic")}
    ]
    return [(one["namespace"], one["metricName"], one["dimensions"], one["stat"]) for one in measured]


def test_these_alarms_exist_and_no_others(dev: Graph, anomaly: Graph) -> None:
    assert set(dev.of("MetricAlarm")) == {f"{name}-alarm" for name in WATCHED}
    assert set(anomaly.of("MetricAlarm")) == {f"{name}-alarm" for name in (*WATCHED, ANOMALY)}


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_an_alarm_watches_this_and_tells_the_topic_both_ways(dev: Graph, name: str) -> None:
    alarm = dev[f"{name}-alarm"]
    assert metrics_of(alarm) == WATCHED[name]
    queries = alarm.get("metricQueries", [])
    (period,) = {query["metric"]["period"] for query in queries if "metric" in query} or {alarm["period"]}
    keys = (alarm["threshold"], period, alarm["evaluationPeriods"], alarm.get("datapointsToAlarm"))
    assert keys == RAISED[name]
    less = name == "sweep-not-running"
    assert alarm["comparisonOperator"] == ("LessThanThreshold" if less else "GreaterThanOrEqualToThreshold")
    assert alarm["alarmActions"] == alarm["okActions"] == ["arn:alerts"]
    assert alarm["treatMissingData"] == SILENCE.get(name, "notBreaching")
    assert [query["id"] for query in queries if query["returnData"]] in ([], ["result"])


def test_every_metric_is_one_that_somebody_writes(dev: Graph) -> None:
    """Of AWS's own, the namespace and dimensions are known; ours stand in the code of a Lambda."""
    assert telemetry.NAMESPACE == NAMESPACE
    code = "".join(
        path.read_text() for package in ("processor", "notifier") for path in ROOT.glob(f"{package}/*.py")
    )
    for alarm in dev.of("MetricAlarm").values():
        for namespace, metric, dimensions, _ in metrics_of(alarm):
            assert set(dimensions) == DIMENSIONS[namespace]
            assert namespace != NAMESPACE or re.search(rf'"{metric}"\]?(: \(| = \()', code), metric


def test_an_unusual_share_of_bad_files_is_held_against_the_band_of_its_own_metric(anomaly: Graph) -> None:
    alarm = anomaly[f"{ANOMALY}-alarm"]
    metric, band = alarm["metricQueries"]
    assert metrics_of(alarm) == [(NAMESPACE, "FilesQuarantined", OURS, "Average")]
    assert (band["id"], band["expression"]) == ("band", "ANOMALY_DETECTION_BAND(share, 3)")
    assert (metric["returnData"], band["returnData"]) == (True, True)
    assert (alarm["thresholdMetricId"], alarm["comparisonOperator"]) == ("band", "GreaterThanUpperThreshold")
    assert "threshold" not in alarm
    assert alarm["treatMissingData"] == "notBreaching"
    assert alarm["alarmActions"] == alarm["okActions"] == ["arn:alerts"]


@pytest.mark.parametrize("name", [*sorted(WATCHED), ANOMALY])
def test_an_alarm_tells_a_sleepy_person_what_to_do(anomaly: Graph, name: str) -> None:
    text = anomaly[f"{name}-alarm"]["alarmDescription"]
    parts = ("STACK", "WHAT HAPPENED", "LOOK AT", "RUNBOOK", "CLEARS", "NO DATA")
    assert re.fullmatch("\n".join(f"{part}: .+" for part in parts), text)
    assert "STACK: dev\n" in text
    assert NAMED[name] in text.split("LOOK AT: ")[1].split("\nRUNBOOK")[0]
    assert f"RUNBOOK: https://wiki.example.com/scalper/{name}.md\n" in text
    # Pulumi adds a dash and seven digits to names of ours, of which a text has three at most.
    assert len(text) <= 1_024 - 3 * 20


def test_without_an_address_of_the_runbooks_the_file_is_named(dev: Graph) -> None:
    assert "\nRUNBOOK: docs/runbooks/dead-letters.md\n" in dev["dead-letters-alarm"]["alarmDescription"]


def test_every_alarm_has_its_page_and_every_page_its_alarm() -> None:
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}
    assert pages == {*WATCHED, ANOMALY}
    listed = re.findall(r"^\| \[([a-z-]+)\]\(([a-z-]+)\.md\) \|", (RUNBOOKS / "README.md").read_text(), re.M)
    assert sorted(listed) == sorted((name, name) for name in pages)


@pytest.mark.parametrize("name", [*sorted(WATCHED), ANOMALY])
def test_a_page_says_what_somebody_needs_at_night(name: str) -> None:
    page = (RUNBOOKS / f"{name}.md").read_text()
    assert page.startswith(f"# {name}\n")
    assert [line for line in page.splitlines() if line.startswith("## ")] == list(PARTS)
    assert all(len(part.strip()) > 40 for part in re.split(r"^## .*$", page, flags=re.M)[1:])
    assert "data" in page.split("## How it clears")[1].split("\n## ")[0]
    assert len(page.splitlines()) <= 70


def test_the_essential_alarms_fit_into_the_free_ten(essential: Graph, dev: Graph) -> None:
    alarms = essential.of("MetricAlarm")
    assert sum(len(metrics_of(alarm)) for alarm in alarms.values()) <= 10
    assert set(alarms) == {
        f"{name}-alarm"
        for name in (
            "processor-errors",
            "deliveries-failed",
            "dead-letters",
            "oldest-message",
            "sweep-not-running",
            "reconciliation-mismatch",
            "notifier-errors",
            "notifier-behind",
            "undelivered-alerts",
            "api-errors",
        )
    }
    assert sum(len(metrics_of(alarm)) for alarm in dev.of("MetricAlarm").values()) == 30


def test_thresholds_are_those_of_the_configuration() -> None:
    graph = capture(
        "dev", quarantineRatePercent=5, quarantineRateFloor=3, oldestMessageMinutes=60, apiP99Ms=900
    )
    assert graph["quarantine-rate-alarm"]["threshold"] == 5
    assert graph["oldest-message-alarm"]["threshold"] == 3_600
    assert graph["api-slow-alarm"]["threshold"] == 900
    assert "at least 5 %" in graph["quarantine-rate-alarm"]["alarmDescription"]
    assert "more than 60 minutes" in graph["oldest-message-alarm"]["alarmDescription"]
    assert "900 ms" in graph["api-slow-alarm"]["alarmDescription"]


@pytest.mark.parametrize(("bad", "files", "percent"), [(0, 20, 0), (2, 20, 10), (19, 19, 0), (7, 100, 7)])
def test_few_files_make_no_share(dev: Graph, bad: int, files: int, percent: int) -> None:
    expression = dev["quarantine-rate-alarm"]["metricQueries"][-1]["expression"]
    assert result(expression, {"bad": bad, "files": files}) == percent


def test_refusals_of_any_operation_count_and_none_is_zero(dev: Graph) -> None:
    expression = dev["alerts-throttled-alarm"]["metricQueries"][-1]["expression"]
    nothing = dict.fromkeys(("putItem", "transactWriteItems", "getItem", "query"))
    assert result(expression, nothing) == 0
    assert result(expression, nothing | {"query": 4.0, "putItem": 7.0}) == 11


def test_without_addresses_no_subscription_is_missed() -> None:
    graph = capture("dev", alertEmails=[])
    assert "unconfirmed-subscription-alarm" not in graph.of("MetricAlarm")
    assert graph["notifier"]["environment"]["variables"]["EMAIL_ADDRESSES"] == "0"


def test_one_delivery_that_heals_wakes_nobody(dev: Graph) -> None:
    received = int(re.findall(r'"maxReceiveCount": (\d+)', dev["events"]["redrivePolicy"])[0])
    longest = sum(delay_seconds(number) for number in range(1, received))
    assert dev["oldest-message-alarm"]["threshold"] > longest


def test_a_batch_is_set_aside_long_after_somebody_was_told(dev: Graph) -> None:
    oldest = dev["notifier-stream"]["maximumRecordAgeInSeconds"]
    assert oldest * 1_000 > dev["notifier-behind-alarm"]["threshold"]
