"""What waits in the stack's queues, and for how long."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from records.errors import TransientError, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sqs import SQSClient

_COUNTS: Final = {
    "waiting": "ApproximateNumberOfMessages",
    "inFlight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
_PERIOD_SECONDS: Final = 60
_LOOKED_BACK: Final = timedelta(minutes=5)


class QueueWatch:
    """Asks SQS for numbers, and CloudWatch for the age of the oldest message, which SQS itself does not tell.

    Args:
        clients: makes the two clients when they are first needed: few requests ask for this.
        queue_url, dead_letters_url: of the two queues that files go through.
    """

    def __init__(
        self,
        clients: Callable[[], tuple[SQSClient, CloudWatchClient]],
        queue_url: str,
        dead_letters_url: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._make_clients = clients
        self._queue_url = queue_url
        self._dead_letters_url = dead_letters_url
        self._clock = clock
        self._oldest: tuple[float, int | None] = (0.0, None)

    @cached_property
    def _clients(self) -> tuple[SQSClient, CloudWatchClient]:
        return self._make_clients()

    def counts(self) -> dict[str, int]:
        """Messages that wait, that are being worked on, and that come later."""
        return self._read(self._queue_url)

    def dead_letters(self) -> int:
        """Everything in the dead-letter queue; somebody may be looking at some of it."""
        return sum(self._read(self._dead_letters_url).values())

    def oldest_seconds(self) -> int | None:
        """How old the oldest message is, as CloudWatch was told last; None if it was not."""
        until, age = self._oldest
        now = self._clock()
        if now >= until:
            # A number a minute is all there is, and each question costs something.
            age = self._asked(datetime.fromtimestamp(now, UTC))
            self._oldest = now + _PERIOD_SECONDS, age
        return age

    def _read(self, url: str) -> dict[str, int]:
        with translated("counting what waits in a queue"):
            names: Any = list(_COUNTS.values())
            answer = self._clients[0].get_queue_attributes(QueueUrl=url, AttributeNames=names)
        told: dict[str, str] = dict(answer["Attributes"])  # type: ignore[arg-type]
        return {name: int(told[attribute]) for name, attribute in _COUNTS.items()}

    def _asked(self, now: datetime) -> int | None:
        queue = {"Name": "QueueName", "Value": self._queue_url.rpartition("/")[2]}
        metric = {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [queue],
        }
        stat: Any = {"Metric": metric, "Period": _PERIOD_SECONDS, "Stat": "Maximum"}
        with translated("reading a metric"):
            answer = self._clients[1].get_metric_data(
                MetricDataQueries=[{"Id": "age", "MetricStat": stat}],
                StartTime=now - _LOOKED_BACK,
                EndTime=now,
                ScanBy="TimestampDescending",
            )
        (result,) = answer["MetricDataResults"]
        if result["StatusCode"] != "Complete":
            raise TransientError("CloudWatch has no complete answer right now")
        return int(result["Values"][0]) if result["Values"] else None
