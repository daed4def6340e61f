"""The processor's entry: a batch of queue messages in, the ids of those that must come again out.

A batch is worked on by a small pool of threads, because S3 and DynamoDB are waiting time. Messages
that were not begun when the deadline comes near are handed back and come again at once; what failed
comes again after a while that grows.
"""

from __future__ import annotations

import os
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from contracts.model import bundled
from processor.events import parse_message
from processor.intake import Intake, OutOfTime
from processor.objects import Objects
from processor.queue import Queue, delay_seconds, receives
from processor.settings import Settings
from processor.workspace import sweep
from records.environment import read_settings
from records.errors import ConfigurationError, MalformedEvent, TransientError
from records.model import Status
from records.store import RecordStore
from records.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.events import ObjectCreated
    from processor.intake import TakenIn

WORKERS = 8
_KINDS = {TransientError: "transient", ConfigurationError: "configuration", MalformedEvent: "malformed"}
_COUNTED = {
    Status.PROCESSED: "FilesProcessed",
    Status.QUARANTINED: "FilesQuarantined",
    Status.MISSING: "FilesMissing",
}


class Processor:
    """Works off batches with the clients it was given.

    Args:
        max_receives: how often the queue brings a message before it goes to the dead-letter queue.
        delay: after how many seconds a message comes again that has come so often and failed.
    """

    def __init__(
        self,
        intake: Intake,
        telemetry: Telemetry,
        queue: Queue,
        *,
        max_receives: int,
        delay: Callable[[int], int] = delay_seconds,
    ) -> None:
        self._intake = intake
        self._telemetry = telemetry
        self._queue = queue
        self._max_receives = max_receives
        self._delay = delay

    def run(self, messages: list[dict[str, Any]], context: Any) -> list[str]:
        """The ids of the messages that must come again."""
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            done = pool.map(lambda message: self._message(message, context), messages)
            return [message["messageId"] for message, ok in zip(messages, done, strict=True) if not ok]

    def _message(self, message: dict[str, Any], context: Any) -> bool:
        try:
            events = parse_message(message["body"])
            for event in events:
                self._object(event, context)
        except OutOfTime:
            self._hand_back(message)
            return False
        except Exception as error:  # one message must not take its siblings with it, whatever happens
            self._failed(message, error, context)
            return False
        return True

    def _object(self, event: ObjectCreated, context: Any) -> None:
        taken_in = self._intake.take_in(event, context.get_remaining_time_in_millis)
        record = taken_in.record
        self._telemetry.emit(
            "already recorded" if taken_in.repeated else str(record.status),
            metrics=None if taken_in.repeated else _metrics(taken_in),
            recordId=record.record_id,
            key=event.key,
            versionId=event.version_id,
            sequencer=event.sequencer,
            reason=record.reason,
            mediaType=record.media_type,
            sizeBytes=record.size_bytes,
            durationMs=record.duration_ms,
        )

    def _hand_back(self, message: dict[str, Any]) -> None:
        self._telemetry.emit(
            "handed back: there is not enough time left",
            level="WARNING",
            metrics={"MessagesHandedBack": (1, "Count")},
            messageId=message["messageId"],
            visibility=self._queue.come_again(message, 0),
        )

    def _failed(self, message: dict[str, Any], error: Exception, context: Any) -> None:
        kind = next((word for kind, word in _KINDS.items() if isinstance(error, kind)), "other")
        received = receives(message)
        metrics: dict[str, tuple[float, str]] = {"DeliveriesFailed": (1, "Count")}
        if received >= self._max_receives:
            metrics["FilesFailed"] = (1, "Count")
        self._telemetry.emit(
            "delivery failed",
            level="ERROR",
            metrics=metrics,
            kind=kind,
            error=f"{type(error).__name__}: {error}",
            body=message["body"],
            messageId=message["messageId"],
            requestId=context.aws_request_id,
            receiveCount=received,
            traceback="".join(traceback.format_exception(error)) if kind == "other" else None,
            visibility=self._queue.come_again(message, self._delay(received)),
        )


def _metrics(taken_in: TakenIn) -> dict[str, tuple[float, str]]:
    record = taken_in.record
    return {
        _COUNTED[record.status]: (1, "Count"),
        "BytesReceived": (record.size_bytes or 0, "Bytes"),
        "ProcessingTime": (record.duration_ms or 0, "Milliseconds"),
    }


@cache
def _processor() -> Processor:
    settings = read_settings(Settings, os.environ)
    sweep()
    # A call that hangs must end long before the function does.
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        max_pool_connections=WORKERS * 2,
        retries={"mode": "standard", "max_attempts": 4},
    )
    records = RecordStore(
        boto3.client("dynamodb", config=config),
        settings.records_table,
        shards=settings.index_shards,
        retention_days=settings.record_retention_days,
    )
    objects = Objects(
        boto3.client("s3", config=config),
        settings.quarantine_bucket,
        settings.accepted_bucket,
        max_file_bytes=settings.max_file_bytes,
    )
    intake = Intake(
        records,
        objects,
        max_file_bytes=settings.max_file_bytes,
        contracts=bundled(),
        ceilings=settings.ceilings,
    )
    queue = Queue(boto3.client("sqs", config=config), settings.queue_url)
    delay = partial(delay_seconds, first=settings.first_delay_seconds, longest=settings.longest_delay_seconds)
    return Processor(
        intake, Telemetry(settings.stack), queue, max_receives=settings.max_receives, delay=delay
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for an SQS batch with `ReportBatchItemFailures`."""
    # Never None or {}: Lambda would take that for the success of the whole batch.
    failed = _processor().run(event["Records"], context)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
