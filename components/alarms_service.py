"""Alarms about those who tell and answer: the notifier, its mails, the API, and the tables behind both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.watch import (
    BREACHING,
    FIVE_MINUTES,
    NOT_BREACHING,
    QUARTER,
    Series,
    Text,
    Watch,
    holds_messages,
    lambda_series,
    log,
    one,
    our_series,
    said,
)

if TYPE_CHECKING:
    import pulumi

    from components.watch import Names, Rules

BEHIND_MS = 1_800_000
# What the code calls on each table: DynamoDB counts refusals, also those of an index, by operation.
RECORDS_OPERATIONS = ("PutItem", "UpdateItem", "GetItem", "BatchGetItem", "Query")
KEYS_OPERATIONS = ("PutItem", "UpdateItem", "GetItem", "Query")
ALERTS_OPERATIONS = ("PutItem", "TransactWriteItems", "GetItem", "Query")


def service_watches(names: Names, rules: Rules) -> dict[str, Watch]:
    """By name; those that the configuration does not ask for, too."""
    watches = {
        "notifier-errors": _notifier_errors(names),
        "notifier-behind": _notifier_behind(names),
        "undelivered-alerts": _undelivered(names),
        "api-errors": _api_errors(names),
        "api-slow": _api_slow(names, rules.api_p99_ms),
        "records-throttled": _throttled(
            names.records_table,
            RECORDS_OPERATIONS,
            "Files wait in the queue and come again; lists and the dashboard may be slow.",
        ),
        "keys-throttled": _throttled(
            names.keys_table, KEYS_OPERATIONS, "Calls of the API may be refused for a moment."
        ),
        "alerts-throttled": _throttled(
            names.alerts_table, ALERTS_OPERATIONS, "Mails about bad files may be late; none is lost."
        ),
    }
    return watches | ({"unconfirmed-subscription": _unconfirmed(names)} if names.emails else {})


def _notifier_errors(names: Names) -> Watch:
    return Watch(
        series=lambda_series(names.notifier, "Errors", "Sum"),
        threshold=1,
        period_seconds=FIVE_MINUTES,
        # Its clock calls it each minute, so silence is a failure, too.
        missing=BREACHING,
        essential=True,
        text=Text(
            happened="mails about bad files could not be sent, or the notifier was not even called. They are "
            "tried again and again; the files themselves are quarantined and recorded.",
            look_at=said(
                log(names.notifier_logs),
                ": the last error. If there is no line of the last minutes, whether the rule notifier-clock "
                "is enabled.",
            ),
            clears="after 5 minutes of calls without an error.",
            no_data="the notifier was not called, though its clock calls it each minute.",
        ),
    )


def _notifier_behind(names: Names) -> Watch:
    return Watch(
        series=lambda_series(names.notifier, "IteratorAge", "Maximum"),
        threshold=BEHIND_MS,
        periods=3,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        essential=True,
        text=Text(
            happened="the notifier is more than 30 minutes behind the records. After 12 hours it sets aside "
            "what it could not count, and another alarm tells of that.",
            look_at=said(log(names.notifier_logs), ": an error that comes again and again."),
            clears="when the notifier has caught up.",
            no_data="no record changed in a way that is told: there is nothing to be behind of.",
        ),
    )


def _undelivered(names: Names) -> Watch:
    return holds_messages(
        names.undelivered,
        Text(
            happened="changed records were given up by the notifier: people may not have been told of bad "
            "files. The files are quarantined and recorded all the same.",
            look_at=said(
                "GET /records?status=quarantined for what came, and ",
                log(names.notifier_logs),
                " for the error. Mend that, then purge the queue ",
                names.undelivered,
                ": its messages only name batches of the table's stream.",
            ),
            clears="when that queue is empty; its messages expire after 14 days.",
            no_data="SQS stops measuring a queue that nobody used for hours: it is empty.",
        ),
    )


def _api_errors(names: Names) -> Watch:
    return Watch(
        series=_answers(names, "5xx", "Sum"),
        threshold=5,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        essential=True,
        text=Text(
            happened="the API answered at least 5 requests within 5 minutes with a server error. "
            "Files are taken in all the same.",
            look_at=said(log(names.api_logs), ": errors of that time."),
            clears="after 5 minutes with fewer than 5 such answers.",
            no_data="nobody asked: all is well.",
        ),
    )


def _api_slow(names: Names, milliseconds: int) -> Watch:
    return Watch(
        series=_answers(names, "Latency", "p99"),
        threshold=milliseconds,
        periods=3,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        text=Text(
            happened=f"for 15 minutes, one answer of the API in a hundred took {milliseconds:,} ms or more. "
            "With few requests that may be a single one in each 5 minutes.",
            look_at=said(
                "Latency beside IntegrationLatency of the API, and ",
                log(names.api_logs),
                ": platform.report with the longest durationMs; with an initDurationMs it was a cold start.",
            ),
            clears=f"after 5 minutes in which 99 % of the answers take less than {milliseconds:,} ms.",
            no_data="nobody asked: all is well.",
        ),
    )


def _answers(names: Names, metric: str, statistic: str) -> dict[str, Series]:
    return one(
        Series(
            namespace="AWS/ApiGateway",
            metric=metric,
            dimensions={"ApiId": names.api},
            statistic=statistic,
        )
    )


def _throttled(table: pulumi.Input[str], operations: tuple[str, ...], means: str) -> Watch:
    series = {
        operation[0].lower() + operation[1:]: Series(
            namespace="AWS/DynamoDB",
            metric="ThrottledRequests",
            dimensions={"TableName": table, "Operation": operation},
            statistic="Sum",
        )
        for operation in operations
    }
    return Watch(
        series=series,
        # Filled, because there is data of refusals alone, and without any the alarm would not clear.
        expression=f"FILL(SUM([{', '.join(series)}]), 0)",
        threshold=10,
        periods=3,
        datapoints=2,
        period_seconds=FIVE_MINUTES,
        missing=NOT_BREACHING,
        text=Text(
            happened=said("DynamoDB refused requests to the table ", table, f" again and again. {means}"),
            look_at=said(
                "ThrottledRequests, WriteThrottleEvents and ReadThrottleEvents of ",
                table,
                " and of its indexes in CloudWatch: one index, or all of it? More than 1,000 new files a "
                "second for each of indexShards is too much for an index.",
            ),
            clears="after 10 minutes with fewer than 10 refusals in each 5.",
            no_data="nothing was refused: DynamoDB measures refusals alone.",
        ),
    )


def _unconfirmed(names: Names) -> Watch:
    return Watch(
        series=one(our_series(names.stack, "UnconfirmedSubscriptions", "Maximum")),
        threshold=1,
        period_seconds=QUARTER,
        missing=NOT_BREACHING,
        text=Text(
            happened="not every address of alertEmails receives mails: one was never confirmed, was "
            "cancelled by the link in a mail, or was switched off by SNS. SNS deletes it after 48 hours.",
            look_at=said(
                "aws sns list-subscriptions-by-topic --topic-arn ",
                names.topic,
                ": who is missing, or PendingConfirmation? Let them confirm the mail from AWS, or subscribe "
                "them again.",
            ),
            clears="within 15 minutes after the last address was confirmed.",
            no_data="every address is confirmed: the metric is written only while one is not.",
        ),
    )
