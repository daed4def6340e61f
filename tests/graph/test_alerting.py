"""The topic, who may publish to it, and what each alarm watches and says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from records.telemetry import NAMESPACE
from tests.graph.conftest import ACCOUNT, capture

if TYPE_CHECKING:
    from tests.graph.conftest import Graph

WATCHED = {
    "processor-errors": ("AWS/Lambda", "Errors", {"FunctionName": "processor-name"}, 1),
    "deliveries-failed": (NAMESPACE, "DeliveriesFailed", {"Stack": "dev"}, 3),
    "dead-letters": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": "dead-letters-name"},
        1,
    ),
    "oldest-message": ("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "events-name"}, 900),
    "api-errors": ("AWS/ApiGateway", "5xx", {"ApiId": "gateway-id"}, 5),
}


def test_these_alarms_exist_and_no_others(dev: Graph) -> None:
    assert set(dev.of("MetricAlarm")) == {f"{name}-alarm" for name in WATCHED}


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_an_alarm_watches_this_and_tells_the_topic_both_ways(dev: Graph, name: str) -> None:
    alarm = dev[f"{name}-alarm"]
    watched = (alarm["namespace"], alarm["metricName"], alarm["dimensions"], alarm["threshold"])
    assert watched == WATCHED[name]
    assert alarm["comparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["alarmActions"] == alarm["okActions"] == ["arn:alerts"]
    assert alarm["treatMissingData"] == "notBreaching"


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_an_alarm_tells_a_sleepy_person_what_to_do(dev: Graph, name: str) -> None:
    text = dev[f"{name}-alarm"]["alarmDescription"]
    assert re.fullmatch(r"WHAT HAPPENED: .+\nLOOK AT: .+\nCLEARS: .+", text)
    assert len(text) <= 1_024


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
    assert mapping["maximumBatchingWindowInSeconds"] == 120
    assert mapping["bisectBatchOnFunctionError"] is True
    (rule,) = mapping["filterCriteria"]["filters"]
    status = {"S": ["quarantined", "failed", *wanted]}
    assert json.loads(rule["pattern"]) == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"NewImage": {"status": status}},
    }
    assert graph["notifier"]["environment"]["variables"]["NOTIFY_ON_SUCCESS"] == str(on_success).lower()
