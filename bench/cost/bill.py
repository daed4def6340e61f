"""A month's bill: what was counted of one file, times the files, times the prices."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.cost.journeys import TYPICAL_BYTES, stored
from bench.cost.prices import prices
from components.processing import BATCH_SIZE, MEMORY_MB

WORK = Path(__file__).with_name("work.json")
RECEIVED_AT_ONCE = 10
"""SQS gives and deletes so many messages in one request, whatever Lambda's batch."""
FIRST_BYTE_MS, WRITE_MS = 30, 5
"""A batch waits once for S3 and once for DynamoDB; between, there is always something to work on. Assumed:
AWS promises neither."""
PLATFORM_LOG_BYTES = 640
"""platform.start and platform.report, which Lambda writes for each invocation: as its guide shows them."""
LINE_OVERHEAD_BYTES = 26
"""CloudWatch adds so many to each line."""
TRACED, TRACED_A_SECOND = 0.05, 1
"""X-Ray samples Lambda so: the first request of each second, and this share of the others."""
NOTIFIER_SECONDS, NOTIFIER_GB = 0.06, 0.25
BAD_A_NOTIFICATION = 50
"""The stream's batches wait ten seconds: in a burst one has many bad files."""
MOST_MAILS_A_MONTH = 12 * 730
PUTS_OF_SENDERS = "s3_puts_of_senders"
SERVICES = {
    "s3_gets": "S3 GET",
    "s3_puts": "S3 COPY and PUT of bad files",
    "sqs_requests": "SQS",
    "lambda_requests": "Lambda requests",
    "lambda_gb_seconds": "Lambda time",
    "dynamodb_writes": "DynamoDB writes",
    "dynamodb_reads": "DynamoDB reads",
    "logs_gb": "CloudWatch Logs",
    "xray_traces": "X-Ray",
    "sns_publishes": "SNS",
    "sns_emails": "SNS emails",
    "api_requests": "API Gateway",
}


@dataclass(frozen=True)
class Month:
    """What comes in a month.

    Attributes:
        bad: the share of files with bad rows, which are quarantined with a report.
        alone: each file comes alone, and not in bursts that fill batches.
        announced: through the API, and not straight into the bucket.
        traced: with the key `tracing`.
    """

    files: float
    average_bytes: int = TYPICAL_BYTES
    bad: float = 0.02
    alone: bool = False
    announced: bool = False
    traced: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a bill."""

    name: str
    service: str
    amount: float
    dollars: float
    free: float


@cache
def work() -> dict[str, Any]:
    """What was measured of the processor."""
    read: dict[str, Any] = json.loads(WORK.read_text())
    return read


def file_ms(size: float) -> float:
    """Milliseconds of a CPU for a file in a full batch: between what was measured, on straight lines."""
    points = sorted((int(size_), ms) for size_, ms in work()["fileMs"].items())
    if size <= points[0][0]:
        return float(points[0][1])
    pairs = list(pairwise(points))
    (s0, m0), (s1, m1) = next((pair for pair in pairs if size <= pair[1][0]), pairs[-1])
    return float(m0 + (m1 - m0) * (size - s0) / (s1 - s0))


def batch_seconds(files: float, size: float) -> float:
    """How long a processor that is warm is busy with a batch."""
    waits = FIRST_BYTE_MS + WRITE_MS
    return (files * file_ms(size) + waits) / 1_000


def usage(month: Month) -> Counter[str]:
    """What a month takes, in the units of the prices."""
    good, bad = month.files * (1 - month.bad), month.files * month.bad
    batch = 1 if month.alone else BATCH_SIZE
    used: Counter[str] = Counter()
    used[PUTS_OF_SENDERS] = month.files  # type: ignore[assignment]
    name = "good file alone" if month.alone else "batch of good files"
    _add(used, "announced file" if month.announced else name, good)
    _add(used, "bad rows", bad)
    if month.announced:
        _add(used, "api: announce an upload", month.files)
        used["api_requests"] += month.files  # type: ignore[assignment]
    messages = 1 + 2 / (1 if month.alone else RECEIVED_AT_ONCE)
    used["sqs_requests"] += month.files * messages  # type: ignore[assignment]
    calls = month.files / batch
    _invoked(used, month, calls, batch_seconds(batch, month.average_bytes) * MEMORY_MB / 1_024)
    _alerted(used, month, bad)
    return used


def _alerted(used: Counter[str], month: Month, bad: float) -> None:
    notifications = bad if month.alone else bad / BAD_A_NOTIFICATION
    mails = min(notifications, MOST_MAILS_A_MONTH)
    _add(used, "alert that is only counted", notifications - mails)
    _add(used, "alert with a mail", mails)
    used["sns_emails"] += mails  # type: ignore[assignment]
    _invoked(used, month, notifications, NOTIFIER_SECONDS * NOTIFIER_GB)


def _add(used: Counter[str], journey: str, files: float) -> None:
    """What a journey took, for so many files, without the queue and Lambda, which nothing in it sees."""
    found = stored()[journey]
    for unit, amount in found["units"].items():
        if not unit.startswith("logs."):
            used[unit.replace(".", "_")] += amount * files / found["files"]
    units = found["units"]
    logged = units["logs.bytes"] + LINE_OVERHEAD_BYTES * units["logs.lines"]
    used["logs_gb"] += logged * files / found["files"] / 1e9


def _invoked(used: Counter[str], month: Month, calls: float, gb_seconds: float) -> None:
    used["lambda_requests"] += calls  # type: ignore[assignment]
    used["lambda_gb_seconds"] += calls * gb_seconds  # type: ignore[assignment]
    used["logs_gb"] += calls * (PLATFORM_LOG_BYTES + 2 * LINE_OVERHEAD_BYTES) / 1e9  # type: ignore[assignment]
    if month.traced:
        used["xray_traces"] += calls * (1 if month.alone else TRACED)  # type: ignore[assignment]


def bill(month: Month, *, free_tier: bool = False) -> list[Line]:
    """Line by line; what the senders' own PUTs cost comes last."""
    known, lines = prices(), []
    for name, amount in usage(month).items():
        price = known.prices["s3_puts" if name == PUTS_OF_SENDERS else name]
        free = min(amount, known.free.get(name, 0))
        charged = amount - (free if free_tier else 0)
        service = SERVICES.get(name, "S3 PUT by the senders")
        lines.append(Line(name, service, amount, price.of(charged), price.of(free)))
    order = [*SERVICES, PUTS_OF_SENDERS]
    return sorted((line for line in lines if line.amount), key=lambda line: order.index(line.name))


def total(lines: list[Line], *, puts: bool = False) -> float:
    """In dollars: besides the senders' PUTs, or with them."""
    return math.fsum(line.dollars for line in lines if puts or line.name != PUTS_OF_SENDERS)


def besides_puts(lines: list[Line]) -> float:
    """In dollars: without any PUT or COPY of S3, neither the senders' nor ours of bad files."""
    return math.fsum(line.dollars for line in lines if line.name not in (PUTS_OF_SENDERS, "s3_puts"))
