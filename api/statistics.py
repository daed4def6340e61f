"""What came in, by hour and state: from the metrics that the processor's log lines carry.

CloudWatch keeps them by the hour for 15 months. GetMetricData costs $0.01 for each thousand metrics that are
asked for, so an answer is kept for a minute.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from records.errors import TransientError, translated
from records.model import Status, utc_text
from records.telemetry import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mypy_boto3_cloudwatch import CloudWatchClient

HOUR_SECONDS: Final = 3_600
KEPT_SECONDS: Final = 60
_MOST_KEPT = 32


@dataclass(frozen=True)
class Series:
    """One number for each hour: a statistic of a metric, and where it stands in the answer.

    Attributes:
        by_status: whether each state has a metric of its own under this name.
    """

    status: Status
    part: str
    metric: str
    statistic: str
    by_status: bool = True

    def query(self, number: int, stack: str) -> dict[str, Any]:
        dimensions = [{"Name": "Stack", "Value": stack}]
        if self.by_status:
            dimensions.append({"Name": "Status", "Value": str(self.status)})
        metric = {"Namespace": NAMESPACE, "MetricName": self.metric, "Dimensions": dimensions}
        stat = {"Metric": metric, "Period": HOUR_SECONDS, "Stat": self.statistic}
        return {"Id": f"q{number}", "MetricStat": stat}


def _examined(status: Status) -> list[Series]:
    return [
        Series(status, "files", "ProcessingTime", "SampleCount"),
        Series(status, "bytes", "BytesReceived", "Sum"),
        Series(status, "averageMs", "ProcessingTime", "Average"),
        Series(status, "p50Ms", "ProcessingTime", "p50"),
        Series(status, "p95Ms", "ProcessingTime", "p95"),
        Series(status, "maximumMs", "ProcessingTime", "Maximum"),
    ]


SERIES = (
    *_examined(Status.PROCESSED),
    *_examined(Status.QUARANTINED),
    Series(Status.MISSING, "files", "FilesMissing", "Sum", by_status=False),
    Series(Status.FAILED, "files", "FilesFailed", "Sum", by_status=False),
)
_WHOLE = {"files", "bytes"}


class Statistics:
    """Asks CloudWatch, and remembers the answers for a minute.

    Args:
        clients: makes the client when it is first needed: few requests ask for this.
    """

    def __init__(
        self,
        clients: Callable[[], CloudWatchClient],
        stack: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._make_client = clients
        self._stack = stack
        self._clock = clock
        self._kept: dict[tuple[datetime, datetime], tuple[float, list[dict[str, Any]]]] = {}

    @cached_property
    def _client(self) -> CloudWatchClient:
        return self._make_client()

    def by_hour(self, begin: datetime, end: datetime) -> list[dict[str, Any]]:
        """A row for each hour and state in which there was something, oldest first.

        Args:
            begin, end: whole hours, in UTC.
        """
        kept = self._kept.get((begin, end))
        if kept and kept[0] > self._clock():
            return kept[1]
        found = self._read(begin, end)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[begin, end] = (self._clock() + KEPT_SECONDS, found)
        return found

    def _read(self, begin: datetime, end: datetime) -> list[dict[str, Any]]:
        queries: Any = [series.query(number, self._stack) for number, series in enumerate(SERIES)]
        with translated("reading metrics"):
            answer = self._client.get_metric_data(MetricDataQueries=queries, StartTime=begin, EndTime=end)
        results = {result["Id"]: result for result in answer["MetricDataResults"]}
        if any(result["StatusCode"] != "Complete" for result in results.values()):
            raise TransientError("CloudWatch has no complete answer right now")
        rows: dict[tuple[datetime, Status], dict[str, Any]] = {}
        for number, series in enumerate(SERIES):
            result = results[f"q{number}"]
            for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
                row = rows.setdefault(
                    (moment, series.status), {"hour": utc_text(moment), "status": series.status}
                )
                row[series.part] = int(value) if series.part in _WHOLE else round(value, 1)
        return [rows[key] for key in sorted(rows) if rows[key].get("files")]


def totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files and bytes of each state in all hours."""
    found: dict[Status, dict[str, Any]] = {}
    for row in rows:
        total = found.setdefault(row["status"], {"status": row["status"], "files": 0})
        total["files"] += row["files"]
        if "bytes" in row:
            total["bytes"] = total.get("bytes", 0) + row["bytes"]
    return [found[status] for status in sorted(found)]
