"""Whether people get their alerts: a look at what the notifier wrote down, and at what it gave up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from botocore.exceptions import ClientError

from records.alerts import LEDGER_ID, Delivery, delivery, key
from records.errors import ScalperError, translated
from records.items import from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_WAITING: Final = "ApproximateNumberOfMessages"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AlertState:
    """How alerts go, since when, and why, in words that may be shown to anybody."""

    status: Literal["ok", "failing", "unknown"]
    since: str | None = None
    detail: str | None = None


class AlertWatch:
    """Looks at the alerts table and the queue of what the notifier gave up.

    Args:
        clients: makes the two clients when they are first needed: few requests ask for this.
    """

    def __init__(
        self, clients: Callable[[], tuple[DynamoDBClient, SQSClient]], table_name: str, queue_url: str
    ) -> None:
        self._make_clients = clients
        self._table_name = table_name
        self._queue_url = queue_url

    @cached_property
    def _clients(self) -> tuple[DynamoDBClient, SQSClient]:
        return self._make_clients()

    def state(self) -> AlertState:
        """How it goes now; `unknown` if that cannot be found out. It never raises AWS's errors."""
        return self.look()[0]

    def look(self) -> tuple[AlertState, Delivery]:
        """How it goes now, and of the last message what only callers with a key may know."""
        try:
            last, given_up = self._delivery(), self._given_up()
        except (ScalperError, ClientError):
            _log.exception("the state of the alerts cannot be read")
            detail = "The state of the alerts cannot be read; the log says why."
            return AlertState("unknown", detail=detail), Delivery()
        return _judged(last, given_up), last

    def _delivery(self) -> Delivery:
        with translated("reading the alerts' ledger"):
            answer = self._clients[0].get_item(TableName=self._table_name, Key=key(LEDGER_ID))
        return delivery(from_item(dict(answer.get("Item", {}))))

    def _given_up(self) -> int:
        with translated("counting what the notifier gave up"):
            answer = self._clients[1].get_queue_attributes(
                QueueUrl=self._queue_url, AttributeNames=[_WAITING]
            )
        return int(answer["Attributes"][_WAITING])


def _judged(last: Delivery, given_up: int) -> AlertState:
    if last.failure:
        return AlertState("failing", last.failed_at, f"The last message could not be sent: {last.failure}.")
    if given_up:
        detail = f"Batches of changes that nobody could be told of: {given_up}. An alarm says what to do."
        return AlertState("failing", detail=detail)
    return AlertState("ok", last.published_at)
