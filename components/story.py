"""What the CloudWatch dashboard shows: the way of a file, from its arrival to the mail about it.

CloudWatch has three dashboards free for each account, of 50 metrics each; this one stays within that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from components.queries import QUARANTINE_BY_REASON
from components.widgets import COLUMNS, Graph, Line, LogTable, Row, Widget, alarms, laid_out, placed, text

OURS = "SilentScalper"
TOP_HEIGHT = 4
WAITING = "ApproximateNumberOfMessagesVisible"
IN_WORK = "ApproximateNumberOfMessagesNotVisible"
TRIED_FOR_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the dashboard is about, by the names that CloudWatch knows.

    Attributes:
        runbooks: the address of the runbooks' folder; empty if it is known to nobody.
    """

    stack: str
    region: str
    page: str
    runbooks: str
    queue: str
    dead_letters: str
    undelivered: str
    records_table: str
    processor: str
    processor_logs: str
    sweep: str
    notifier: str
    api_function: str
    api: str
    topic: str
    alarms: list[str]

    def ours(self, metric: str, label: str, **shown: Any) -> Line:
        """One of our own metrics; `status` chooses the one of that state."""
        status = shown.pop("status", None)
        dimensions = {"Stack": self.stack} | ({"Status": status} if status else {})
        return Line(OURS, metric, dimensions, shown.pop("statistic", "Sum"), label, **shown)

    def function(self, name: str, metric: str, statistic: str, label: str, **shown: Any) -> Line:
        """A metric that Lambda has of a function."""
        return Line("AWS/Lambda", metric, {"FunctionName": name}, statistic, label, **shown)

    def messages(self, queue: str, metric: str, statistic: str, label: str) -> Line:
        """A metric that SQS has of a queue."""
        return Line("AWS/SQS", metric, {"QueueName": queue}, statistic, label)

    def requests(self, metric: str, statistic: str, label: str) -> Line:
        """A metric that API Gateway has of the API."""
        return Line("AWS/ApiGateway", metric, {"ApiId": self.api}, statistic, label)

    def table(self, metric: str, label: str) -> Line:
        """A metric that DynamoDB has of the records table."""
        return Line("AWS/DynamoDB", metric, {"TableName": self.records_table}, "Sum", label)

    def mails(self, metric: str, label: str) -> Line:
        """A metric that SNS has of the topic."""
        return Line("AWS/SNS", metric, {"TopicName": self.topic}, "Sum", label)


def dashboard(watched: Watched) -> dict[str, Any]:
    """The whole body."""
    rows = [part(watched) for part in (_arrival, _processing, _outcomes, _mails, _api, _keeping)]
    top = [
        placed(_introduction(watched), 0, 0, COLUMNS // 2, TOP_HEIGHT),
        placed(alarms("Alarms", watched.alarms), COLUMNS // 2, 0, COLUMNS // 2, TOP_HEIGHT),
    ]
    widgets = [*top, *laid_out(rows, watched.region, top=TOP_HEIGHT)]
    return {"start": "-PT3H", "periodOverride": "inherit", "widgets": widgets}


def _introduction(watched: Watched) -> Widget:
    runbooks = f"[runbooks]({watched.runbooks})" if watched.runbooks else "runbooks in `docs/runbooks`"
    return text(
        f"# Silent Scalper: {watched.stack}\n"
        f"From arrival to outcome, row by row. [Files and quarantine]({watched.page}/) · "
        f"[API]({watched.page}/docs) · {runbooks} · queries: Logs Insights, saved, "
        f"`silent-scalper/{watched.stack}`"
    )


def _graph(title: str, *lines: Line, limit: tuple[float, str] | None = None) -> Graph:
    return Graph(title, lines, limit)


def _arrival(watched: Watched) -> Row:
    queue, bad = watched.queue, "quarantined"
    return Row(
        "## 1 · Arrival\nGood: the queue drains, no file waits for minutes, nothing is set aside.",
        (
            _graph(
                "Files arriving, and their bytes",
                watched.messages(queue, "NumberOfMessagesSent", "Sum", "events"),
                watched.ours("BytesReceived", "bytes of good files", status="processed", right=True),
                watched.ours("BytesReceived", "bytes of bad files", status=bad, right=True),
            ),
            _graph(
                "Waiting in the queue",
                watched.messages(queue, WAITING, "Maximum", "waiting"),
                watched.messages(queue, IN_WORK, "Maximum", "in work"),
            ),
            _graph(
                "Oldest file in the queue, seconds",
                watched.messages(queue, "ApproximateAgeOfOldestMessage", "Maximum", "age"),
                limit=(TRIED_FOR_SECONDS, "a file that fails is tried for so long"),
            ),
            _graph(
                "Set aside: should be 0",
                watched.messages(watched.dead_letters, WAITING, "Maximum", "dead letters"),
                watched.messages(watched.undelivered, WAITING, "Maximum", "undelivered alerts"),
            ),
        ),
    )


def _processing(watched: Watched) -> Row:
    processor, good = watched.processor, "processed"
    return Row(
        "## 2 · Processing\nGood: no crashes, no throttles, batches far from the timeout of ten minutes.",
        (
            _graph(
                "Processors at once",
                watched.function(processor, "ConcurrentExecutions", "Maximum", "at once"),
            ),
            _graph(
                "A batch, milliseconds",
                watched.function(processor, "Duration", "p50", "half of them"),
                watched.function(processor, "Duration", "Maximum", "slowest"),
            ),
            _graph(
                "A file, milliseconds",
                watched.ours("ProcessingTime", "half of them", status=good, statistic="p50"),
                watched.ours("ProcessingTime", "slowest 5 %", status=good, statistic="p95"),
            ),
            _graph(
                "Crashes and throttles: should be 0",
                watched.function(processor, "Errors", "Sum", "crashes"),
                watched.function(processor, "Throttles", "Sum", "throttles"),
            ),
        ),
    )


def _outcomes(watched: Watched) -> Row:
    return Row(
        "## 3 · Outcomes\nGood: nearly all processed. A reason that grows is mostly one sender's: ask there.",
        (
            Graph(
                "Files by outcome",
                (
                    watched.ours("FilesProcessed", "processed"),
                    watched.ours("FilesQuarantined", "quarantined"),
                    watched.ours("FilesMissing", "missing"),
                    watched.ours("FilesFailed", "failed"),
                ),
                stacked=True,
            ),
            LogTable("Why files are quarantined", (watched.processor_logs,), QUARANTINE_BY_REASON),
            _graph(
                "Attempts that come again",
                watched.ours("DeliveriesFailed", "failed"),
                watched.ours("MessagesHandedBack", "handed back for lack of time"),
            ),
        ),
    )


def _mails(watched: Watched) -> Row:
    notifier = watched.notifier
    return Row(
        "## 4 · Mails\nGood: the notifier is seconds behind, and every mail is delivered.",
        (
            _graph(
                "Behind the records, milliseconds",
                watched.function(notifier, "IteratorAge", "Maximum", "behind"),
            ),
            _graph(
                "Mails of the notifier",
                watched.ours("NotificationsSent", "sent"),
                watched.ours("AlertsHeldBack", "held back by the hour's limit"),
            ),
            _graph(
                "The topic: mails and alarms",
                watched.mails("NumberOfNotificationsDelivered", "delivered"),
                watched.mails("NumberOfNotificationsFailed", "failed"),
            ),
            _graph(
                "Trouble: should be 0",
                watched.function(notifier, "Errors", "Sum", "crashes"),
                watched.ours("UnreadableStreamRecords", "unreadable records"),
            ),
        ),
    )


def _api(watched: Watched) -> Row:
    function = watched.api_function
    return Row(
        "## 5 · API\nGood: no 5xx. 4xx are callers' mistakes: the query `api-errors` says where.",
        (
            _graph("Requests", watched.requests("Count", "Sum", "requests")),
            _graph(
                "Errors",
                watched.requests("4xx", "Sum", "4xx: callers"),
                watched.requests("5xx", "Sum", "5xx: ours"),
            ),
            _graph(
                "Answers, milliseconds",
                watched.requests("Latency", "p50", "half of them"),
                watched.requests("Latency", "p99", "slowest 1 %"),
            ),
            _graph(
                "The function",
                watched.function(function, "ConcurrentExecutions", "Maximum", "at once"),
                watched.function(function, "Throttles", "Sum", "throttles"),
            ),
        ),
    )


def _keeping(watched: Watched) -> Row:
    return Row(
        "## 6 · Table and sweep\nGood: no throttles; the sweep runs every 5 minutes and finds little.",
        (
            _graph(
                "Units of the records table",
                watched.table("ConsumedReadCapacityUnits", "read"),
                watched.table("ConsumedWriteCapacityUnits", "written"),
            ),
            _graph(
                "Throttles of the table: should be 0",
                watched.table("ReadThrottleEvents", "reads"),
                watched.table("WriteThrottleEvents", "writes"),
            ),
            _graph(
                "The sweep",
                watched.ours("SweepRuns", "runs"),
                watched.ours("DueRecords", "records that were due"),
                watched.ours("DeadLettersSeen", "dead letters"),
                watched.function(watched.sweep, "Errors", "Sum", "crashes"),
            ),
            _graph(
                "Bucket and records compared",
                watched.ours("VersionsCompared", "compared", right=True),
                watched.ours("UnrecordedObjects", "without a record"),
                watched.ours("HalfMovedObjects", "half moved"),
                watched.ours("ObjectsGone", "bytes gone"),
            ),
        ),
    )
