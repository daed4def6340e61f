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
    key = {"kmsKeyId": inputs.pop("kmsKeyId")} if "kmsKeyId" in inputs else {}
    to.do("logs", "CreateLogGroup", key | {"logGroupName": name})
    to.do("logs", "PutRetentionPolicy", inputs | {"logGroupName": name})
    group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    return name, {"name": name, "arn": group["arn"].removesuffix(":*")}


@makes("aws:cloudwatch/metricAlarm:MetricAlarm")
def _alarm(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name, cloudwatch = to.name(resource), to.client("cloudwatch")
    asked = request(cloudwatch, "PutMetricAlarm", _in_words_of_aws(inputs) | {"alarmName": name})
    # The emulator would evaluate it by its metric's name alone; local/alarms.py does as CloudWatch does.
    kept = {key: value for key, value in asked.items() if key not in _MEASURED}
    cloudwatch.put_metric_alarm(**kept | {"EvaluationPeriods": asked["EvaluationPeriods"]})
    if "thresholdMetricId" not in inputs:
        # CloudWatch finds so at its first look, before anybody is subscribed.
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="no data yet")
    arn = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]
    return name, {"name": name, "arn": arn}


def _in_words_of_aws(inputs: dict[str, Any]) -> dict[str, Any]:
    """As the request has it; Pulumi puts a metric's namespace and dimensions beside its statistic."""
    words = dict(inputs)
    if "dimensions" in words:
        words["dimensions"] = _dimensions(words["dimensions"])
    if "evaluateLowSampleCountPercentiles" in words:
        words["evaluateLowSampleCountPercentile"] = words.pop("evaluateLowSampleCountPercentiles")
    if "metricQueries" in words:
        words["metrics"] = [_query(query) for query in words.pop("metricQueries")]
    return words


def _query(query: dict[str, Any]) -> dict[str, Any]:
    if "metric" not in query:
        return query
    rest = dict(query)
    metric = rest.pop("metric")
    named = {key: metric[key] for key in ("namespace", "metricName")}
    measured = {key: value for key, value in metric.items() if key not in (*named, "dimensions")}
    return rest | {
        "metricStat": measured | {"metric": named | {"dimensions": _dimensions(metric["dimensions"])}}
    }


def _dimensions(named: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": key, "value": value} for key, value in named.items()]


_MEASURED = (
    "Namespace",
    "MetricName",
    "Dimensions",
    "Statistic",
    "ExtendedStatistic",
    "Metrics",
    "ThresholdMetricId",
    "EvaluateLowSampleCountPercentile",
)


@makes("aws:cloudwatch/dashboard:Dashboard")
def _dashboard(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = inputs["dashboardName"]
    to.do("cloudwatch", "PutDashboard", inputs)
    return name, {}


@makes("aws:cloudwatch/queryDefinition:QueryDefinition")
def _query_definition(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    # The emulator has no saved queries: this one is held against the model of the call, and goes no further.
    request(to.client("logs"), "PutQueryDefinition", inputs)
    return resource.name, {"queryDefinitionId": resource.name}
