"""Logs, alarms, the dashboard, saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.resources.registry import Made, makes
from local.shapes import request

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration


@makes("aws:cloudwatch/logGroup:LogGroup")
def _log_group(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name, logs = to.name(resource), to.client("logs")
    logs.create_log_group(logGroupName=name)
    to.do("logs", "PutRetentionPolicy", inputs | {"logGroupName": name})
    group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    return name, {"name": name, "arn": group["arn"].removesuffix(":*")}


@makes("aws:cloudwatch/metricAlarm:MetricAlarm")
def _alarm(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    dimensions = [{"name": key, "value": value} for key, value in inputs.pop("dimensions").items()]
    to.do("cloudwatch", "PutMetricAlarm", inputs | {"alarmName": name, "dimensions": dimensions})
    if inputs["treatMissingData"] == "notBreaching":
        # CloudWatch finds so at its first look, before anybody is subscribed; the emulator waits for data.
        to.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="OK", StateReason="no data yet")
    arn = to.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]
    return name, {"name": name, "arn": arn}


@makes("aws:cloudwatch/dashboard:Dashboard")
def _dashboard(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = inputs["dashboardName"]
    to.do("cloudwatch", "PutDashboard", inputs)
    return name, {}


@makes("aws:cloudwatch/queryDefinition:QueryDefinition")
def _query(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    # The emulator has no saved queries: this one is held against the model of the call, and goes no further.
    request(to.client("logs"), "PutQueryDefinition", inputs)
    return resource.name, {"queryDefinitionId": resource.name}
