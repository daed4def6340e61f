"""The topic, who may publish to it, and what the notifier is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.graph import ACCOUNT, capture
from notifier.alerts import KEPT_WHEN_QUIET, SHORTEST_LEASE

if TYPE_CHECKING:
    from local.graph import Graph


def test_each_address_is_subscribed() -> None:
    graph = capture("dev", alertEmails=["a@example.com", "b@example.com"])
    subscriptions = graph.of("TopicSubscription").values()
    assert {(s["topic"], s["protocol"], s["endpoint"]) for s in subscriptions} == {
        ("arn:alerts", "email", "a@example.com"),
        ("arn:alerts", "email", "b@example.com"),
    }


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
    assert mapping["batchSize"] == 1_000


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
