"""Every alarm of a stack by its name, which is the name of its page in docs/runbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudwatch

from components.alarms_intake import intake_watches
from components.alarms_service import service_watches
from components.alarms_sweep import sweep_watches

if TYPE_CHECKING:
    from components.watch import Names, Rules, Series, Watch

ANOMALY = "quarantine-anomaly"


def watches(names: Names, rules: Rules) -> dict[str, Watch]:
    """The alarms that the configuration asks for."""
    every = intake_watches(names, rules) | sweep_watches(names) | service_watches(names, rules)
    if not rules.anomaly_alarm:
        del every[ANOMALY]
    if rules.alarms == "essential":
        return {name: watch for name, watch in every.items() if watch.essential or name == ANOMALY}
    return every


def description(name: str, watch: Watch, names: Names, rules: Rules) -> pulumi.Output[str]:
    """The text of an alarm; CloudWatch allows 1,024 characters."""
    text = watch.text
    return pulumi.Output.format(
        "STACK: {0}\nWHAT HAPPENED: {1}\nLOOK AT: {2}\nRUNBOOK: {3}\nCLEARS: {4}\nNO DATA: {5}",
        names.stack,
        text.happened,
        text.look_at,
        f"{rules.runbook_url or 'docs/runbooks'}/{name}.md",
        text.clears,
        text.no_data,
    )


def alarm(
    name: str, watch: Watch, text: pulumi.Output[str], topic: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> cloudwatch.MetricAlarm:
    """The alarm itself, which tells the topic when it is raised and when it clears."""
    return cloudwatch.MetricAlarm(
        f"{name}-alarm",
        alarm_description=text,
        comparison_operator=watch.comparison,
        evaluation_periods=watch.periods,
        datapoints_to_alarm=watch.datapoints,
        treat_missing_data=watch.missing,
        alarm_actions=[topic],
        ok_actions=[topic],
        opts=opts,
        **(_computed(watch) if watch.expression or watch.band else _measured(watch)),
    )


def _measured(watch: Watch) -> dict[str, Any]:
    (series,) = watch.series.values()
    percentile = series.statistic.startswith("p")
    measured = {
        "namespace": series.namespace,
        "metric_name": series.metric,
        "dimensions": series.dimensions,
        "extended_statistic" if percentile else "statistic": series.statistic,
        "period": watch.period_seconds,
        "threshold": watch.threshold,
    }
    # A few slow answers in each of several periods are slow answers, however few there are.
    return measured | ({"evaluate_low_sample_count_percentiles": "evaluate"} if percentile else {})


def _computed(watch: Watch) -> dict[str, Any]:
    # CloudWatch wants the one result that is compared, and with a band the metric and the band.
    queries: list[dict[str, Any]] = [
        {"id": name, "metric": _query(series, watch.period_seconds), "return_data": bool(watch.band)}
        for name, series in watch.series.items()
    ]
    if watch.band:
        queries.append({"id": "band", "expression": watch.band, "return_data": True})
        return {"metric_queries": queries, "threshold_metric_id": "band"}
    queries.append({"id": "result", "expression": watch.expression, "return_data": True})
    return {"metric_queries": queries, "threshold": watch.threshold}


def _query(series: Series, period: int) -> dict[str, Any]:
    return {
        "namespace": series.namespace,
        "metric_name": series.metric,
        "dimensions": series.dimensions,
        "stat": series.statistic,
        "period": period,
    }
