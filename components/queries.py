"""Saved queries of CloudWatch Logs Insights over what our functions, Lambda and API Gateway write."""

from __future__ import annotations

from dataclasses import dataclass

RECORD_ID = "PUT-THE-RECORD-ID-HERE"
"""Saved queries take no arguments: whoever runs the one of a record writes its id over this."""
PROCESSOR, SWEEP, NOTIFIER, API, GATEWAY = "processor", "sweep", "notifier", "api", "gateway"
FUNCTIONS = (PROCESSOR, SWEEP, NOTIFIER, API)
QUARANTINE_BY_REASON = (
    "filter message = 'quarantined' | stats count(*) as files, latest(key) as latestKey by reason"
    " | sort files desc"
)


@dataclass(frozen=True)
class Query:
    """
    Attributes:
        sources: whose log groups it reads.
        about: what it is for, and what to do before it is run.
        lines: the commands, joined by `|`.
    """

    sources: tuple[str, ...]
    about: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """As CloudWatch keeps it; a line that begins with `#` is a comment."""
        return "\n| ".join([f"# {self.about}\n{self.lines[0]}", *self.lines[1:]])


QUERIES = {
    "failures": Query(
        FUNCTIONS,
        "What went wrong; choose the last hour. The newest first, with what was being worked on.",
        (
            "fields @timestamp, level, message, kind, error, errorType, receiveCount, givingUp, recordId,"
            " body, record.status, record.errorType",
            'filter level in ["ERROR", "WARNING", "CRITICAL"]'
            ' or record.status in ["error", "failure", "timeout"]',
            "sort @timestamp desc",
            "limit 200",
        ),
    ),
    "one-record": Query(
        (*FUNCTIONS, GATEWAY),
        f"One file's story, oldest first: put its record id in place of {RECORD_ID}, and choose the time.",
        (
            "fields @timestamp, message, Status, reason, key, durationMs, attempt, error, done, recordIds,"
            " method, path, status",
            f"filter @message like '{RECORD_ID}'",
            "sort @timestamp asc",
            "limit 500",
        ),
    ),
    "slowest-files": Query(
        (PROCESSOR,),
        "The files that took longest, with their type and size; of those that a batch counted, the slowest.",
        (
            "filter ispresent(durationMs)",
            "fields @timestamp, durationMs, sizeBytes, mediaType, message, key, recordId",
            "sort durationMs desc",
            "limit 50",
        ),
    ),
    "quarantine": Query(
        (PROCESSOR,),
        "Why files are quarantined, by the first folder of their key.",
        (
            "filter message = 'quarantined'",
            r"parse key /^(?<prefix>[^\/]+)\//",
            "stats count(*) as files, sum(sizeBytes) as bytes, latest(recordId) as latestRecordId"
            " by reason, prefix",
            "sort files desc",
            "limit 100",
        ),
    ),
    "api-errors": Query(
        (GATEWAY,),
        "Answers that were errors, by route; the request id finds the API's own lines.",
        (
            r"filter status like /^[45]\d\d$/",
            r"parse path /^(?<route>\/[^\/]*)/",
            "stats count(*) as answers, latest(requestId) as latestRequestId, latest(path) as latestPath,"
            " latest(integrationError) as latestError by method, route, status",
            "sort answers desc",
            "limit 100",
        ),
    ),
    "throttles": Query(
        FUNCTIONS,
        "Calls that AWS refused because there were too many, by what was told of them.",
        (
            "filter @message like"
            " /(?i)throttl|TooManyRequests|SlowDown|RequestLimitExceeded|ThroughputExceeded/",
            "stats count(*) as times, latest(error) as latestError by @log, message, bin(5m)",
            "sort times desc",
            "limit 100",
        ),
    ),
    "cold-starts": Query(
        FUNCTIONS,
        "How many invocations began with a new process, and how long that took, by function.",
        (
            "filter type = 'platform.report'",
            "stats count(*) as invocations, count(record.metrics.initDurationMs) as coldStarts,"
            " avg(record.metrics.initDurationMs) as averageMs,"
            " pct(record.metrics.initDurationMs, 95) as p95Ms,"
            " max(record.metrics.maxMemoryUsedMB) as mostMemoryMB by @log",
            "sort coldStarts desc",
        ),
    ),
}
