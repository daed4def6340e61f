"""Alarms about files on their way: the processor, its queues, and how many files are bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.watch import (
    ABOVE_BAND,
    FIVE_MINUTES,
    MINUTE,
    NOT_BREACHING,
    QUARTER,
    Text,
    Watch,
    holds_messages,
    lambda_series,
    log,
    one,
    our_series,
    queue_series,
    said,
)

if TYPE_CHECKING:
    from components.watch import Names, Rules

# A file that is read up to the last moment is no accident; the processor begins none that it cannot end.
SLOW_SHARE = 0.9


def intake_watches(names: Names, rules: Rules) -> dict[str, Watch]:
    """By name; those that the configuration does not ask for, too."""
    return {
        "processor-errors": _processor_errors(names),
        "processor-throttled": _processor_throttled(names),
        "processor-slow": _processor_slow(names),
        "deliveries-failed": _deliveries_failed(names),
        "dead-letters": _dead_letters(names),
        "oldest-message": _oldest_message(names, rules.oldest_message_minutes),
        "quarantine-rate": _quarantine_rate(names, rules),
        "quarantine-anomaly": _quarantine_anomaly(names),
    }


def _processor_errors(names: Names) -> Watch:
    return Watch(
        series=lambda_series(names.processor, "Errors", "Sum"),
        threshold=1,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        essential=True,
        text=Text(
            happened="the processor crashed or ran into its timeout. The files of that batch come again by "
            "themselves.",
            look_at=said(
                log(names.processor_logs),
                ": level ERROR, and platform.report with another status than success.",
            ),
            clears="after 5 minutes without a crash.",
            no_data="nothing ran, so nothing crashed: all is well.",
        ),
    )


def _processor_throttled(names: Names) -> Watch:
    return Watch(
        series=lambda_series(names.processor, "Throttles", "Sum"),
        threshold=10,
        periods=3,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        text=Text(
            happened="Lambda refused to start processors for 15 minutes: the account's concurrency is used "
            "up. Files wait in the queue; nothing is lost, but attempts may be used up.",
            look_at=said(
                "ConcurrentExecutions and UnreservedConcurrentExecutions of all functions in the account, "
                "beside Throttles of ",
                names.processor,
                ". Lower processorConcurrency, or ask AWS for more.",
            ),
            clears="after 5 minutes with fewer than 10 refusals.",
            no_data="nothing was to be started, so nothing was refused: all is well.",
        ),
    )


def _processor_slow(names: Names) -> Watch:
    milliseconds = int(names.processor_timeout_seconds * 1_000 * SLOW_SHARE)
    return Watch(
        series=lambda_series(names.processor, "Duration", "Maximum"),
        threshold=milliseconds,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        text=Text(
            happened=f"a batch took more than {milliseconds // 1_000} of the "
            f"{names.processor_timeout_seconds} seconds that the processor has. One that takes all of them "
            "is cut off and comes again.",
            look_at=said(log(names.processor_logs), ": the files with the largest durationMs."),
            clears="after 5 minutes with shorter batches only.",
            no_data="nothing ran: all is well.",
        ),
    )


def _deliveries_failed(names: Names) -> Watch:
    return Watch(
        series=one(our_series(names.stack, "DeliveriesFailed", "Sum")),
        threshold=3,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        essential=True,
        text=Text(
            happened="files could not be worked on, through no fault of theirs. They wait in the queue and "
            "come again with growing delays; nothing is lost.",
            look_at=said(
                log(names.processor_logs),
                ': lines with "delivery failed". kind=configuration: a permission or resource is missing. '
                "transient: AWS was slow, it heals. malformed: somebody else writes into the queue. "
                "other: a bug, the line has its traceback.",
            ),
            clears="after 5 minutes with fewer than 3 failed deliveries.",
            no_data="no delivery failed: the metric is written by failures alone.",
        ),
    )


def _dead_letters(names: Names) -> Watch:
    return holds_messages(
        names.dead_letters,
        Text(
            happened="at least one file failed in every attempt and was set aside in the dead-letter queue, "
            "which keeps it for 14 days. Its bytes are still in the incoming bucket.",
            look_at=said(
                log(names.processor_logs),
                ': lines with "delivery failed". Fix the cause, then redrive the queue ',
                names.dead_letters,
                " (POST /redrives, or SQS console: Start DLQ redrive).",
            ),
            clears="when the dead-letter queue is empty.",
            no_data="SQS stops measuring a queue that nobody used for hours: it is empty.",
        ),
    )


def _oldest_message(names: Names, minutes: int) -> Watch:
    return Watch(
        series=queue_series(names.queue, "ApproximateAgeOfOldestMessage"),
        threshold=minutes * 60,
        periods=3,
        period_seconds=MINUTE,
        missing=NOT_BREACHING,
        essential=True,
        text=Text(
            happened=f"a file has waited for more than {minutes} minutes. Either more arrive than "
            "processorConcurrency allows, or the processor is failing.",
            look_at=said(
                "the metrics Throttles, Duration and Errors of the function ",
                names.processor,
                ". If it is only busy, raise processorConcurrency.",
            ),
            clears=f"when the oldest file waits for less than {minutes} minutes.",
            no_data="SQS stops measuring a queue that nobody used for hours: nothing waits.",
        ),
    )


def _quarantine_rate(names: Names, rules: Rules) -> Watch:
    percent, floor = rules.quarantine_rate_percent, rules.quarantine_rate_floor
    # Each verdict counts 0 or 1 under the same name, so both numbers have data at the same times.
    bad = our_series(names.stack, "FilesQuarantined", "Sum")
    files = our_series(names.stack, "FilesQuarantined", "SampleCount")
    return Watch(
        series={"bad": bad, "files": files},
        expression=f"IF(files >= {floor}, 100 * bad / files, 0)",
        threshold=percent,
        period_seconds=QUARTER,
        missing=NOT_BREACHING,
        text=Text(
            happened=f"at least {percent} % of the files of 15 minutes were quarantined, and {floor} or more "
            "came. Rather a sender, a format or a contract changed than single files are bad.",
            look_at="the dashboard's top reasons, or GET /records?status=quarantined: one reason, one "
            "prefix? Ask that sender, or mend the contract and try again (POST /retries).",
            clears=f"when fewer than {percent} % of the files of 15 minutes are bad, or fewer than {floor} "
            "come.",
            no_data="no file had a verdict, so none was bad: all is well.",
        ),
    )


def _quarantine_anomaly(names: Names) -> Watch:
    return Watch(
        series={"share": our_series(names.stack, "FilesQuarantined", "Average")},
        band="ANOMALY_DETECTION_BAND(share, 3)",
        comparison=ABOVE_BAND,
        periods=2,
        period_seconds=QUARTER,
        missing=NOT_BREACHING,
        text=Text(
            happened="for half an hour a larger share of files was quarantined than is usual for this hour "
            "of the week.",
            look_at="the dashboard's top reasons, or GET /records?status=quarantined: what is new? "
            "In the first two weeks CloudWatch still learns what is usual.",
            clears="when the share is within the usual band again.",
            no_data="no file had a verdict, so none was bad: all is well.",
        ),
    )
