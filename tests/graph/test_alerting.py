"""The topic, who may publish to it, and what each alarm watches and says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from local.graph import ACCOUNT, capture
from notifier.alerts import KEPT_WHEN_QUIET, SHORTEST_LEASE
from processor.queue import delay_seconds
from records.telemetry import NAMESPACE

if TYPE_CHECKING:
    from local.graph import Graph

# namespace, metric, dimensions, statistic, threshold, period, periods
WATCHED = {
    "processor-errors": ("AWS/Lambda", "Errors", {"FunctionName": "processor-name"}, "Sum", 1, 300, 1),
    "deliveries-failed": (NAMESPACE, "DeliveriesFailed", {"Stack": "dev"}, "Sum", 3, 300, 1),
    "dead-letters": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": "dead-letters-name"},
        "Maximum",
        1,
        60,
        1,
    ),
    "oldest-message": (
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        {"QueueName": "events-name"},
        "Maximum",
        1_800,
        60,
        3,
    ),
    "notifier-errors": ("AWS/Lambda", "Errors", {"FunctionName": "notifier-name"}, "Sum", 1, 300, 1),
    "notifier-behind": (
        "AWS/Lambda",
        "IteratorAge",
        {"FunctionName": "notifier-name"},
        "Maximum",
        1_800_000,
        300,
        3,
    ),
    "undelivered-alerts": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": "undelivered-alerts-name"},
        "Maximum",
        1,
        60,
        1,
    ),
    "api-errors": ("AWS/ApiGateway", "5xx", {"ApiId": "gateway-id"}, "Sum", 5, 300, 1),
}
NAMED = {
    "processor-errors": "processor-logs-name",
    "deliveries-failed": "processor-logs-name",
    "dead-letters": "dead-letters-name",
    "oldest-message": "processor-name",
    "notifier-errors": "notifier-logs-name",
    "notifier-behind": "notifier-logs-name",
    "undelivered-alerts": "notifier-logs-name",
    "api-errors": "api-logs-name",
}


def test_these_alarms_exist_and_no_others(dev: Graph) -> None:
    assert set(dev.of("MetricAlarm")) == {f"{name}-alarm" for name in WATCHED}


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_an_alarm_watches_this_and_tells_the_topic_both_ways(dev: Graph, name: str) -> None:
    alarm = dev[f"{name}-alarm"]
    keys = ("namespace", "metricName", "dimensions", "statistic", "threshold", "period", "evaluationPeriods")
    assert tuple(alarm[key] for key in keys) == WATCHED[name]
    assert alarm["comparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["alarmActions"] == alarm["okActions"] == ["arn:alerts"]
    assert alarm["treatMissingData"] == "notBreaching"


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_an_alarm_tells_a_sleepy_person_what_to_do(dev: Graph, name: str) -> None:
    text = dev[f"{name}-alarm"]["alarmDescription"]
    assert re.fullmatch(r"STACK: dev\nWHAT HAPPENED: .+\nLOOK AT: .+\nCLEARS: .+", text)
    assert NAMED[name] in text.split("LOOK AT: ")[1]
    assert len(text) <= 1_024


def test_each_address_is_subscribed() -> None:
    graph = capture("dev", alertEmails=["a@example.com", "b@example.com"])
    subscriptions = graph.of("TopicSubscription").values()
    assert {(s["topic"], s["protocol"], s["endpoint"]) for s in subscriptions} == {
        ("arn:alerts", "email", "a@example.com"),
        ("arn:alerts", "email", "b@example.com"),
    }


def test_one_delivery_that_heals_wakes_nobody(dev: Graph) -> None:
    received = json.loads(dev["events"]["redrivePolicy"])["maxReceiveCount"]
    longest = sum(delay_seconds(number) for number in range(1, received))
    assert dev["oldest-message-alarm"]["threshold"] > longest
    assert dev["notifier-stream"]["batchSize"] == 1_000


def test_alarms_of_this_account_may_publish(dev: Graph) -> None:
    allowed, tls = dev.statements("alerts-policy")
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert (allowed["Action"], allowed["Resource"]) == ("sns:Publish", "arn:alerts")
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert tls["Effect"] == "Deny"


@pytest.mark.parametrize(("on_success", "wanted"), [(False, []), (True, ["processed"])])
def test_the_notifier_reads_what_it_is_to_tell(on_success: bool, wanted: list[str]) -> None:
    graph = capture("dev", notifyOnSuccess=on_success, alertWindowSeconds=120)
    mapping = graph["notifier-stream"]
    assert mapping["eventSourceArn"] == "arn:records/stream"
    assert mapping["startingPosition"] == "TRIM_HORIZON"
    assert mapping["maximumBatchingWindowInSeconds"] == 10
    (rule,) = mapping["filterCriteria"]["filters"]
    status = {"S": ["quarantined", "failed", *wanted]}
    assert json.loads(rule["pattern"]) == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"NewImage": {"status": status}},
    }
    assert graph["notifier"]["environment"]["variables"]["NOTIFY_ON_SUCCESS"] == str(on_success).lower()


def test_the_notifier_is_told_how_often_it_may_speak() -> None:
    variables = capture("dev", alertWindowSeconds=120, maxAlertsPerHour=3)["notifier"]["environment"][
        "variables"
    ]
    assert (variables["ALERT_WINDOW_SECONDS"], variables["MAX_ALERTS_PER_HOUR"]) == ("120", "3")


def test_a_batch_comes_again_as_it_was_and_at_last_goes_to_the_failure_destination(dev: Graph) -> None:
    """What is counted by batches must not be cut in two, and the stream keeps its records for a day."""
    mapping = dev["notifier-stream"]
    assert "bisectBatchOnFunctionError" not in mapping
    assert mapping["maximumRetryAttempts"] == 1_000
    assert mapping["maximumRecordAgeInSeconds"] == 12 * 3_600
    assert mapping["destinationConfig"] == {"onFailure": {"destinationArn": "arn:undelivered-alerts"}}
    assert mapping["maximumRecordAgeInSeconds"] * 1_000 > dev["notifier-behind-alarm"]["threshold"]


def test_a_quiet_cause_knows_its_batches_for_longer_than_the_stream_brings_them(dev: Graph) -> None:
    assert dev["notifier-stream"]["maximumRecordAgeInSeconds"] < KEPT_WHEN_QUIET


def test_the_failure_destination_keeps_what_it_gets_and_is_reached_by_tls_only(dev: Graph) -> None:
    queue = dev["undelivered-alerts"]
    assert (queue["messageRetentionSeconds"], queue["sqsManagedSseEnabled"]) == (14 * 86_400, True)
    (statement,) = dev.statements("undelivered-alerts-policy")
    assert (statement["Effect"], statement["Action"]) == ("Deny", "sqs:*")
    assert statement["Resource"] == ["arn:undelivered-alerts"]


def test_a_clock_wakes_the_notifier_each_minute(dev: Graph) -> None:
    assert dev["notifier-clock"]["scheduleExpression"] == "rate(1 minute)"
    target = dev["notifier-clock-target"]
    assert (target["rule"], target["arn"]) == ("notifier-clock-name", "arn:notifier")
    assert json.loads(target["input"]) == {"flush": True}
    assert dev["notifier-clock-permission"] == {
        "action": "lambda:InvokeFunction",
        "function": "notifier-name",
        "principal": "events.amazonaws.com",
        "sourceArn": "arn:notifier-clock",
    }


def test_nobody_takes_over_the_claim_of_a_notifier_that_still_runs(dev: Graph) -> None:
    assert dev["notifier"]["timeout"] < SHORTEST_LEASE
