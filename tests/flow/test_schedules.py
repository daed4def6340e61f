"""A scheduled rule at the emulator: its target is really invoked, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.program import Registration
from local.schedules import Ticker, due_targets
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from tests.flow.conftest import Client


def test_a_scheduled_function_runs_with_its_input(client: Client) -> None:
    deployment, function = client.system.deployment, client.system.outputs["notifierFunction"]
    arn = deployment.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    there = set(deployment.rules)
    declare("aws:cloudwatch/eventRule:EventRule", client, scheduleExpression="rate(1 minute)")
    (name,) = set(deployment.rules) - there
    declare("aws:cloudwatch/eventTarget:EventTarget", client, rule=name, arn=arn, input='{"Records": []}')
    declare(
        "aws:lambda/permission:Permission",
        client,
        function=function,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        sourceArn=deployment.rules[name].arn,
    )
    before = runs(client)
    ours = [(rule, target) for rule, target in due_targets(deployment) if target.rule == name]
    with Ticker(deployment.waiting_client("lambda"), ours, speed=300):
        eventually(lambda: runs(client) >= before + 3, "three runs of the function")


def declare(token: str, client: Client, **inputs: Any) -> None:
    client.system.deployment.create(Registration(token, "test-of-schedules", inputs))


def runs(client: Client) -> int:
    logs = client.system.deployment.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="notifier-logs")["logGroups"]
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group["logGroupName"], filterPattern="END"
    )
    return sum(len(page["events"]) for page in pages)
