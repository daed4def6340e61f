"""What an alarm watches and what it says; which alarms there are stands in `alarms.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi

NOT_BREACHING: Literal["notBreaching"] = "notBreaching"
BREACHING: Literal["breaching"] = "breaching"
IGNORE: Literal["ignore"] = "ignore"
Missing = Literal["notBreaching", "breaching", "ignore"]

NAMESPACE = "SilentScalper"
"""Of our own metrics; records/telemetry.py uses the same, and a test holds them together."""

MINUTE = 60
FIVE_MINUTES = 300
TEN_MINUTES = 600
QUARTER = 900

AT_LEAST = "GreaterThanOrEqualToThreshold"
LESS = "LessThanThreshold"
ABOVE_BAND = "GreaterThanUpperThreshold"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the stack's configuration says about alarms; each field is a key of it."""

    alarms: str
    anomaly_alarm: bool
    quarantine_rate_percent: int
    quarantine_rate_floor: int
    oldest_message_minutes: int
    api_p99_ms: int
    runbook_url: str


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the alarms of a stack watch, by the names that one meets in the console."""

    stack: str
    processor: pulumi.Input[str]
    processor_logs: pulumi.Input[str]
    processor_timeout_seconds: int
    sweep: pulumi.Input[str]
    sweep_logs: pulumi.Input[str]
    notifier: pulumi.Input[str]
    notifier_logs: pulumi.Input[str]
    queue: pulumi.Input[str]
    dead_letters: pulumi.Input[str]
    undelivered: pulumi.Input[str]
    api: pulumi.Input[str]
    api_logs: pulumi.Input[str]
    topic: pulumi.Input[str]
    records_table: pulumi.Input[str]
    keys_table: pulumi.Input[str]
    alerts_table: pulumi.Input[str]
    emails: int


@dataclass(frozen=True, kw_only=True)
class Series:
    """One metric under one set of dimensions, and how a period of it becomes one number."""

    namespace: str
    metric: str
    dimensions: dict[str, pulumi.Input[str]]
    statistic: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a person reads who is woken.

    Attributes:
        no_data: what it means that the metric has no data, and so why it is treated as it is.
    """

    happened: pulumi.Input[str]
    look_at: pulumi.Input[str]
    clears: str
    no_data: str


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Metrics, when they are wrong, and the text.

    Attributes:
        series: one metric, or several by the ids that the expression names.
        expression: metric math; without one, the only metric itself is compared.
        band: an expression whose upper edge the only metric is compared with, instead of the threshold.
        periods, datapoints: in so many of the last periods; in each of them, unless it is said otherwise.
        essential: made even if the configuration says `essential`.
    """

    series: dict[str, Series]
    text: Text
    missing: Missing
    expression: str | None = None
    comparison: str = AT_LEAST
    threshold: float | None = None
    band: str | None = None
    periods: int = 1
    datapoints: int | None = None
    period_seconds: int
    essential: bool = False


def log(group: pulumi.Input[str]) -> pulumi.Output[str]:
    """Where to read it, and how without the console."""
    return pulumi.Output.format("the log group {0} (aws logs tail {0} --since 1h)", group)


def said(*parts: pulumi.Input[str]) -> pulumi.Output[str]:
    """Parts of a sentence, of which some are known after the deployment only."""
    return pulumi.Output.concat(*parts)


def one(series: Series) -> dict[str, Series]:
    """A watch of a single metric."""
    return {"value": series}


def lambda_series(function: pulumi.Input[str], metric: str, statistic: str) -> dict[str, Series]:
    """A metric that Lambda has of each function."""
    return one(
        Series(
            namespace="AWS/Lambda",
            metric=metric,
            dimensions={"FunctionName": function},
            statistic=statistic,
        )
    )


def queue_series(queue: pulumi.Input[str], metric: str) -> dict[str, Series]:
    """A metric that SQS has of each queue, each minute."""
    return one(
        Series(namespace="AWS/SQS", metric=metric, dimensions={"QueueName": queue}, statistic="Maximum")
    )


def our_series(stack: str, metric: str, statistic: str) -> Series:
    """A metric of our own log lines."""
    return Series(namespace=NAMESPACE, metric=metric, dimensions={"Stack": stack}, statistic=statistic)


def holds_messages(queue: pulumi.Input[str], text: Text) -> Watch:
    """A queue that is empty when all is well."""
    return Watch(
        series=queue_series(queue, "ApproximateNumberOfMessagesVisible"),
        threshold=1,
        period_seconds=MINUTE,
        missing=NOT_BREACHING,
        essential=True,
        text=text,
    )
