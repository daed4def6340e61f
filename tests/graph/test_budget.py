"""The month's budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.graph import Graph


def test_without_a_limit_there_is_no_budget(dev: Graph) -> None:
    assert not dev.of("Budget")


def test_people_are_told_while_there_is_time(second: Graph) -> None:
    budget = second["monthly-budget"]
    assert (budget["limitAmount"], budget["limitUnit"], budget["timeUnit"]) == ("40", "USD", "MONTHLY")
    told = {(n["notificationType"], n["threshold"], n["thresholdType"]) for n in budget["notifications"]}
    assert told == {("ACTUAL", 80, "PERCENTAGE"), ("FORECASTED", 100, "PERCENTAGE")}
    for notification in budget["notifications"]:
        assert notification["subscriberEmailAddresses"] == ["a@b.example", "c@d.example"]


def test_only_what_this_stack_costs_is_counted(second: Graph) -> None:
    assert second["monthly-budget"]["filterExpression"] == {
        "ands": [
            {"tags": {"key": "project", "values": ["intake-two"]}},
            {"tags": {"key": "stack", "values": ["dev"]}},
        ]
    }
