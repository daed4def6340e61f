"""What is watched, and what each alarm says: what happened, what to look at, how it clears."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

# More than the quarter of an hour that a file which fails is tried for: one that heals wakes nobody.
OLDEST_MESSAGE_SECONDS = 1_800
BEHIND_MS = 1_800_000


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
    description: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the alarms of a stack watch, by the names that one meets in the console."""

    stack: str
    processor: pulumi.Input[str]
    processor_logs: pulumi.Input[str]
    notifier: pulumi.Input[str]
    notifier_logs: pulumi.Input[str]
    queue: pulumi.Input[str]
    dead_letters: pulumi.Input[str]
    undelivered: pulumi.Input[str]
    api: pulumi.Input[str]
    api_logs: pulumi.Input[str]


def explained(
    stack: str, *, happened: pulumi.Input[str], look_at: pulumi.Input[str], clears: str
) -> pulumi.Output[str]:
    """The text of an alarm; CloudWatch allows 1,024 characters."""
    return pulumi.Output.format(
        "STACK: {0}\nWHAT HAPPENED: {1}\nLOOK AT: {2}\nCLEARS: {3}", stack, happened, look_at, clears
    )


def watches(names: Names) -> dict[str, Watch]:
    """Every alarm of the stack, by name."""
    return {
        "processor-errors": _processor_errors(names),
        "deliveries-failed": _deliveries_failed(names),
        "dead-letters": _dead_letters(names),
        "oldest-message": _oldest_message(names),
        "notifier-errors": _notifier_errors(names),
        "notifier-behind": _notifier_behind(names),
        "undelivered-alerts": _undelivered(names),
        "api-errors": _api_errors(names),
    }


def _log(group: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.format("the log group {0} (aws logs tail {0} --since 1h)", group)


def _crashes(function: pulumi.Input[str], description: pulumi.Output[str]) -> Watch:
    return Watch(
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": function},
        statistic="Sum",
        threshold=1,
        periods=1,
        period_seconds=300,
        description=description,
    )


def _processor_errors(names: Names) -> Watch:
    return _crashes(
        names.processor,
        explained(
            names.stack,
            happened="the processor crashed or ran into its timeout. The files of that batch come again "
            "by themselves.",
            look_at=pulumi.Output.concat(_log(names.processor_logs), ": what stands before the REPORT line."),
            clears="after 5 minutes without a crash.",
        ),
    )


def _deliveries_failed(names: Names) -> Watch:
    return Watch(
        namespace="SilentScalper",
        metric="DeliveriesFailed",
        dimensions={"Stack": names.stack},
        statistic="Sum",
        threshold=3,
        periods=1,
        period_seconds=300,
        description=explained(
            names.stack,
            happened="files could not be worked on, through no fault of theirs. They wait in the queue and "
            "come again with growing delays; nothing is lost.",
            look_at=pulumi.Output.concat(
                _log(names.processor_logs),
                ': lines with "delivery failed". kind=configuration: a permission or resource is '
                "missing. "
                "kind=transient: AWS was slow, it heals. kind=malformed: somebody else "
                "writes into the queue. "
                "kind=other: a bug, the line has its traceback.",
            ),
            clears="after 5 minutes with fewer than 3 failed deliveries.",
        ),
    )


def _holds_messages(queue: pulumi.Input[str], description: pulumi.Output[str]) -> Watch:
    return Watch(
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue},
        statistic="Maximum",
        threshold=1,
        periods=1,
        period_seconds=60,
        description=description,
    )


def _dead_letters(names: Names) -> Watch:
    return _holds_messages(
        names.dead_letters,
        explained(
            names.stack,
            happened="at least one file failed in every attempt and was set aside in the dead-letter queue, "
            "which keeps it for 14 days. Its bytes are still in the incoming bucket.",
            look_at=pulumi.Output.concat(
                _log(names.processor_logs),
                ': lines with "delivery failed". Fix the cause, then redrive the queue ',
                names.dead_letters,
                " (SQS console: Start DLQ redrive).",
            ),
            clears="when the dead-letter queue is empty.",
        ),
    )


def _oldest_message(names: Names) -> Watch:
    return Watch(
        namespace="AWS/SQS",
        metric="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": names.queue},
        statistic="Maximum",
        threshold=OLDEST_MESSAGE_SECONDS,
        periods=3,
        period_seconds=60,
        description=explained(
            names.stack,
            happened="a file has waited for more than 30 minutes. Either more arrive than "
            "processorConcurrency allows, or the processor is failing.",
            look_at=pulumi.Output.concat(
                "the metrics Throttles, Duration and Errors of the function ",
                names.processor,
                ". If it is only busy, raise processorConcurrency.",
            ),
            clears="when the oldest file waits for less than 30 minutes.",
        ),
    )


def _notifier_errors(names: Names) -> Watch:
    return _crashes(
        names.notifier,
        explained(
            names.stack,
            happened="mails about bad files could not be sent. They are tried again and again; the files "
            "themselves are quarantined and recorded.",
            look_at=pulumi.Output.concat(_log(names.notifier_logs), ": the last error."),
            clears="after 5 minutes without an error.",
        ),
    )


def _notifier_behind(names: Names) -> Watch:
    return Watch(
        namespace="AWS/Lambda",
        metric="IteratorAge",
        dimensions={"FunctionName": names.notifier},
        statistic="Maximum",
        threshold=BEHIND_MS,
        periods=3,
        period_seconds=300,
        description=explained(
            names.stack,
            happened="the notifier is more than 30 minutes behind the records. After 12 hours it sets "
            "aside what it could not count, and another alarm tells of that.",
            look_at=pulumi.Output.concat(_log(names.notifier_logs), ": an error that comes again and again."),
            clears="when the notifier has caught up.",
        ),
    )


def _undelivered(names: Names) -> Watch:
    return _holds_messages(
        names.undelivered,
        explained(
            names.stack,
            happened="changed records were given up by the notifier: people may not have been told of bad "
            "files. The files are quarantined and recorded all the same.",
            look_at=pulumi.Output.concat(
                "GET /records?status=quarantined for what came, and ",
                _log(names.notifier_logs),
                " for the error. Mend that, then purge the queue ",
                names.undelivered,
                ": its messages only name batches of the table's stream.",
            ),
            clears="when that queue is empty; its messages expire after 14 days.",
        ),
    )


def _api_errors(names: Names) -> Watch:
    return Watch(
        namespace="AWS/ApiGateway",
        metric="5xx",
        dimensions={"ApiId": names.api},
        statistic="Sum",
        threshold=5,
        periods=1,
        period_seconds=300,
        description=explained(
            names.stack,
            happened="the API answered at least 5 requests within 5 minutes with a server error. "
            "Files are taken in all the same.",
            look_at=pulumi.Output.concat(_log(names.api_logs), ": errors of that time."),
            clears="after 5 minutes with fewer than 5 such answers.",
        ),
    )
