"""Logs and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.resources.registry import Made, makes

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration


@makes("aws:cloudwatch/logGroup:LogGroup")
def _log_group(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name, logs = to.name(resource), to.client("logs")
    key = {"kmsKeyId": inputs.pop("kmsKeyId")} if "kmsKeyId" in inputs else {}
    to.do("logs", "CreateLogGroup", key | {"logGroupName": name})
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
    return name, {"name": name}
