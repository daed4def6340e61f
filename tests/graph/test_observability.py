"""The CloudWatch dashboard and the saved queries: what they show exists, and they show it readably."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from components.queries import QUERIES, RECORD_ID
from local.graph import capture
from records.telemetry import NAMESPACE
from tests.emitted import emitted

if TYPE_CHECKING:
    from local.graph import Graph

# What AWS publishes, from the pages "… metrics" of each service's developer guide: dimension and names.
OF_AWS = {
    "AWS/ApiGateway": ("ApiId", {"4xx", "5xx", "Count", "DataProcessed", "IntegrationLatency", "Latency"}),
    "AWS/DynamoDB": (
        "TableName",
        {
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
        },
    ),
    "AWS/Lambda": (
        "FunctionName",
        {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "IteratorAge", "Throttles"},
    ),
    "AWS/SNS": ("TopicName", {"NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"}),
    "AWS/SQS": (
        "QueueName",
        {
            "ApproximateAgeOfOldestMessage",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesVisible",
            "NumberOfMessagesSent",
        },
    ),
}
NAMED = {
    "ApiId": {"gateway-id"},
    "FunctionName": {"api-name", "notifier-name", "processor-name", "sweep-name"},
    "QueueName": {"dead-letters-name", "events-name", "undelivered-alerts-name"},
    "TableName": {"records-name"},
    "TopicName": {"alerts-name"},
}
BY_STATUS = {"BytesReceived", "ProcessingTime"}
STATISTICS = {"Sum", "Maximum", "Minimum", "Average", "SampleCount"}


def widgets(graph: Graph, kind: str | None = None) -> list[dict[str, Any]]:
    (dashboard,) = graph.of("Dashboard").values()
    found = json.loads(dashboard["dashboardBody"])["widgets"]
    return [widget for widget in found if kind in (None, widget["type"])]


def lines(graph: Graph) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
    found = []
    for widget in widgets(graph, "metric"):
        for namespace, name, *named, shown in widget["properties"]["metrics"]:
            found.append((namespace, name, dict(zip(named[::2], named[1::2], strict=True)), shown))
    return found


def test_every_metric_is_one_that_aws_or_our_code_publishes(dev: Graph) -> None:
    ours = emitted()
    for namespace, name, dimensions, _ in lines(dev):
        if namespace == NAMESPACE:
            assert name in ours
            assert dimensions.pop("Stack") == "dev"
            assert set(dimensions) == ({"Status"} if name in BY_STATUS else set())
            assert set(dimensions.values()) <= {"processed", "quarantined"}
        else:
            (dimension,) = dimensions
            assert (dimension, name in OF_AWS[namespace][1]) == (OF_AWS[namespace][0], True), name
            assert dimensions[dimension] in NAMED[dimension]


def test_every_part_of_the_stack_is_on_it(dev: Graph) -> None:
    named = {value for _, _, dimensions, _ in lines(dev) for value in dimensions.values()}
    assert named >= set().union(*NAMED.values())


def test_it_stays_within_the_free_fifty_metrics(dev: Graph) -> None:
    assert len(lines(dev)) <= 50


def test_every_line_has_a_statistic_and_words(dev: Graph) -> None:
    for _, _, _, shown in lines(dev):
        assert shown["stat"] in STATISTICS or re.fullmatch(r"p\d\d", shown["stat"])
        assert shown["label"]
    for widget in widgets(dev, "metric"):
        labels = [shown["label"] for *_, shown in widget["properties"]["metrics"]]
        assert len(set(labels)) == len(labels)
        assert widget["properties"]["title"]


def test_widgets_fill_the_grid_and_do_not_overlap(dev: Graph) -> None:
    for widget in widgets(dev):
        assert widget["x"] >= 0
        assert widget["width"] >= 1
        assert widget["x"] + widget["width"] <= 24
    for one, other in combinations(widgets(dev), 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        apart = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert beside or apart, (one, other)


def test_it_fits_on_one_large_screen(dev: Graph) -> None:
    assert max(widget["y"] + widget["height"] for widget in widgets(dev)) <= 36


def test_each_part_of_the_story_says_what_good_looks_like(dev: Graph) -> None:
    introduction, *parts = (widget["properties"]["markdown"] for widget in widgets(dev, "text"))
    assert "(https://gateway.example/)" in introduction
    assert "runbooks" in introduction
    assert len(parts) == 6
    for number, markdown in enumerate(parts, 1):
        assert re.match(rf"## {number} · [A-Z][^\n]+\nGood: ", markdown)


def test_it_shows_whether_each_alarm_is_raised(dev: Graph) -> None:
    (widget,) = widgets(dev, "alarm")
    assert sorted(widget["properties"]["alarms"]) == sorted(f"arn:{name}" for name in dev.of("MetricAlarm"))


def test_its_table_reads_the_processors_log(dev: Graph) -> None:
    (widget,) = widgets(dev, "log")
    assert widget["properties"]["query"].startswith("SOURCE 'processor-logs-name' | filter ")


def test_it_is_found_by_its_stack_and_region(dev: Graph) -> None:
    (made,) = dev.of("Dashboard").values()
    assert made["dashboardName"] == "silent-scalper-dev-story"
    assert {widget["properties"]["region"] for widget in widgets(dev, "metric")} == {"eu-central-1"}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_saved_with_the_log_groups_it_reads(dev: Graph, name: str) -> None:
    saved = dev[f"query-{name}"]
    assert saved["name"] == f"silent-scalper/dev/{name}"
    assert saved["logGroupNames"] == [f"{source}-logs-name" for source in QUERIES[name].sources]
    assert set(saved["logGroupNames"]) <= {f"{group}-name" for group in dev.of("LogGroup")}
    assert saved["queryString"] == QUERIES[name].text
    assert saved["queryString"].startswith("# ")
    assert len(saved["queryString"]) <= 10_000


def test_only_the_query_of_a_record_is_to_be_filled_in() -> None:
    assert [name for name, query in QUERIES.items() if RECORD_ID in query.text] == ["one-record"]


@pytest.mark.parametrize(("wanted", "mode"), [(True, "Active"), (False, "PassThrough")])
def test_traces_are_recorded_where_they_are_wanted(wanted: bool, mode: str) -> None:
    functions = capture("dev", tracing=wanted).of("Function").values()
    assert {function["tracingConfig"]["mode"] for function in functions} == {mode}
