"""What is watched, and what each alarm says: what happened, what to look at, how it clears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulumi

OLDEST_MESSAGE_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A metric, when it is too high, and the text for whoever is woken.

    Attributes:
        threshold: the alarm goes off when the statistic is at least this.
        periods: for so many periods in a row.
    """

    namespace: str
    metric: str
    dimensions: dict[str, pulumi.Input[str]]
    statistic: str
    threshold: int
    periods: int
    period_seconds: int
    description: str


def explained(*, happened: str, look_at: str, clears: str) -> str:
    """The text of an alarm; CloudWatch allows 1,024 characters."""
    return f"WHAT HAPPENED: {happened}\nLOOK AT: {look_at}\nCLEARS: {clears}"


def watches(
    *,
    stack: str,
    processor: pulumi.Input[str],
    queue: pulumi.Input[str],
    dead_letters: pulumi.Input[str],
    api: pulumi.Input[str],
) -> dict[str, Watch]:
    """Every alarm of the stack, by name.

    Args:
        stack: the dimension of our own metrics.
        processor, queue, dead_letters: names.
        api: the HTTP API's id.
    """
    return {
        "processor-errors": _processor_errors(processor),
        "deliveries-failed": _deliveries_failed(stack),
        "dead-letters": _dead_letters(dead_letters),
        "oldest-message": _oldest_message(queue),
        "api-errors": _api_errors(api),
    }


def _processor_errors(function: pulumi.Input[str]) -> Watch:
    return Watch(
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": function},
        statistic="Sum",
        threshold=1,
        periods=1,
        period_seconds=300,
        description=explained(
            happened="the processor crashed or ran into its timeout. The files of that batch come again "
            "by themselves.",
            look_at="the processor's log around the alarm's time, from REPORT lines backwards.",
            clears="after 5 minutes without a crash.",
        ),
    )


def _deliveries_failed(stack: str) -> Watch:
    return Watch(
        namespace="SilentScalper",
        metric="DeliveriesFailed",
        dimensions={"Stack": stack},
        statistic="Sum",
        threshold=3,
        periods=1,
        period_seconds=300,
        description=explained(
            happened="files could not be worked on, through no fault of theirs (permissions, throttling, "
            "an AWS outage). They wait in the queue; nothing is lost.",
            look_at='lines with "delivery failed" in the processor\'s log. kind=configuration needs you; '
            "kind=transient heals.",
            clears="after 5 minutes with fewer than 3 failed deliveries.",
        ),
    )


def _dead_letters(queue: pulumi.Input[str]) -> Watch:
    return Watch(
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue},
        statistic="Maximum",
        threshold=1,
        periods=1,
        period_seconds=60,
        description=explained(
            happened="at least one file failed in every attempt and was set aside in the dead-letter queue, "
            "which keeps it for 14 days. Its bytes are still in the incoming bucket.",
            look_at='"delivery failed" in the processor\'s log. Fix the cause, then redrive the queue.',
            clears="when the dead-letter queue is empty.",
        ),
    )


def _oldest_message(queue: pulumi.Input[str]) -> Watch:
    return Watch(
        namespace="AWS/SQS",
        metric="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": queue},
        statistic="Maximum",
        threshold=OLDEST_MESSAGE_SECONDS,
        periods=3,
        period_seconds=60,
        description=explained(
            happened="files have waited for more than 15 minutes. Either more arrive than "
            "processorConcurrency allows, or the processor is failing.",
            look_at="the processor's throttles and errors. If it is only busy, raise processorConcurrency.",
            clears="when the oldest file waits for less than 15 minutes.",
        ),
    )


def _api_errors(api: pulumi.Input[str]) -> Watch:
    return Watch(
        namespace="AWS/ApiGateway",
        metric="5xx",
        dimensions={"ApiId": api},
        statistic="Sum",
        threshold=5,
        periods=1,
        period_seconds=300,
        description=explained(
            happened="the API answered at least 5 requests within 5 minutes with a server error. "
            "Files are taken in all the same.",
            look_at="the API's access log for status 500 to 599, then the api function's log for that time.",
            clears="after 5 minutes with fewer than 5 such answers.",
        ),
    )
