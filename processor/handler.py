"""The processor's entry: a batch of queue messages in, the ids of those that must come again out.

A batch is worked on by a small pool of threads, because S3 and DynamoDB are waiting time. Messages
that were not begun when the deadline comes near go into the queue anew; what failed
comes again after a while that grows.
"""

from __future__ import annotations

import os
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from processor.events import ObjectCreated, contents_of
from processor.outcomes import Outcomes
from processor.queue import delay_seconds, receives
from processor.reading import OutOfTime
from processor.settings import Settings
from processor.wiring import build
from processor.work import expected_record_id
from processor.workspace import sweep
from records.commands import Discard, Proceed, Retry
from records.environment import read_settings
from records.errors import ConfigurationError, MalformedEvent, TransientError
from records.model import Reason, Status
from records.telemetry import Telemetry
from records.tracing import UNTRACED, Tracer

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.wiring import Parts
    from records.commands import Command
    from records.model import Record
    from records.tracing import Step

WORKERS = 8
SLOW_MS = 5_000
_KINDS = {TransientError: "transient", ConfigurationError: "configuration", MalformedEvent: "malformed"}
_STEPS = {
    ObjectCreated: "take in",
    Retry: "retry",
    Discard: "discard",
    Proceed: "proceed",
}
_REASONS = {"transient": Reason.UNAVAILABLE, "configuration": Reason.MISCONFIGURED}
_LONGEST_DETAIL = 500


class Processor:
    """Works off batches with the parts it was given.

    Args:
        max_receives: how often the queue brings a message before it goes to the dead-letter queue.
        delay: after how many seconds a message comes again that has come so often and failed.
    """

    def __init__(
        self,
        parts: Parts,
        telemetry: Telemetry,
        *,
        max_receives: int,
        delay: Callable[[int], int] = delay_seconds,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._parts = parts
        self._telemetry = telemetry
        self._tracer = tracer
        self._max_receives = max_receives
        self._delay = delay

    def run(self, messages: list[dict[str, Any]], context: Any) -> list[str]:
        """The ids of the messages that must come again."""
        outcomes = Outcomes()
        try:
            with ThreadPoolExecutor(max_workers=WORKERS) as pool:
                done = pool.map(lambda message: self._message(message, context, outcomes), messages)
                return [message["messageId"] for message, ok in zip(messages, done, strict=True) if not ok]
        finally:
            outcomes.emit(self._telemetry)

    def _message(self, message: dict[str, Any], context: Any, outcomes: Outcomes) -> bool:
        try:
            again = receives(message) > 1
            for content in contents_of(message["body"]):
                if again and isinstance(content, ObjectCreated):
                    content = replace(content, again=True)
                self._work_on(content, context, outcomes)
        except OutOfTime:
            return self._hand_back(message)
        except Exception as error:  # one message must not take its siblings with it, whatever happens
            self._failed(message, error, context)
            return False
        return True

    def _work_on(self, content: ObjectCreated | Command, context: Any, outcomes: Outcomes) -> None:
        with self._tracer.step(_STEPS[type(content)], _record_id(content)) as step:
            self._do(content, context.get_remaining_time_in_millis, partial(self._tell, outcomes, step), step)

    def _do(
        self,
        content: ObjectCreated | Command,
        remaining: Callable[[], float],
        tell: Callable[..., None],
        step: Step,
    ) -> None:
        match content:
            case ObjectCreated():
                taken_in = self._parts.intake.take_in(content, remaining)
                stale = "stale event" if taken_in.stale else "already recorded"
                tell(taken_in.record, stale if taken_in.repeated else None, content)
            case Retry():
                if settled := self._parts.retries.retry(content, remaining):
                    tell(settled[0], "already settled" if settled[1] else None)
            case Discard():
                if settled := self._parts.retries.discard(content):
                    tell(settled[0], "discarded")
            case Proceed():
                step.annotate(operationId=content.operation_id)
                if operation := self._parts.operations.proceed(content):
                    self._telemetry.emit(
                        "operation proceeded",
                        operationId=operation.operation_id,
                        step=operation.step,
                        found=operation.found,
                        started=operation.started,
                        complete=operation.complete,
                    )

    def _tell(
        self,
        outcomes: Outcomes,
        step: Step,
        record: Record,
        otherwise: str | None,
        event: ObjectCreated | None = None,
    ) -> None:
        """Say what became of a record, and count it if that is new.

        A file that was simply processed stands in the line of its batch alone: lines of their own would be
        most of the log, and their records tell all of it.
        """
        step.annotate(recordId=record.record_id, status=record.status, reason=record.reason)
        if not otherwise:
            outcomes.add(record)
            if _plain(record):
                return
        self._telemetry.emit(
            otherwise or str(record.status),
            recordId=record.record_id,
            key=event.key if event else record.object_key,
            reason=record.reason,
            mediaType=record.media_type,
            sizeBytes=record.size_bytes,
            durationMs=record.duration_ms,
            versionId=event.version_id if event else record.version_id,
            sequencer=event.sequencer if event else None,
            attempt=record.attempt_count,
        )

    def _hand_back(self, message: dict[str, Any]) -> bool:
        """Put what was not begun into the queue anew; whether that worked, and the message itself is done.

        To come again counts as a failure, and after some of these, a large file among many for which there
        was never time would be a dead letter. What has come before keeps its count.
        """
        anew = receives(message) == 1
        refused = self._parts.queue.send_anew(message) if anew else None
        done = anew and refused is None
        self._telemetry.emit(
            "handed back: there is not enough time left",
            level="WARNING",
            metrics={"MessagesHandedBack": (1, "Count")},
            messageId=message["messageId"],
            sentAnew=done,
            refused=refused,
            visibility=None if done else self._parts.queue.come_again(message, 0),
        )
        return done

    def _failed(self, message: dict[str, Any], error: Exception, context: Any) -> None:
        kind = next((word for kind, word in _KINDS.items() if isinstance(error, kind)), "other")
        received = receives(message)
        metrics: dict[str, tuple[float, str]] = {"DeliveriesFailed": (1, "Count")}
        last = received >= self._max_receives
        if last:
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
            givingUp=self._give_up(message, error, kind) if last else None,
            visibility=self._parts.queue.come_again(message, self._delay(received)),
        )

    def _give_up(self, message: dict[str, Any], error: Exception, kind: str) -> str | None:
        """Let the records say that the last delivery failed; what was in the way if they cannot.

        The sweep does so otherwise, for what it finds in the dead-letter queue.
        """
        if isinstance(error, MalformedEvent):
            return None
        reason = _REASONS.get(kind, Reason.CRASHED)
        detail = f"{type(error).__name__}: {error}"[:_LONGEST_DETAIL]
        try:
            for content in contents_of(message["body"]):
                if isinstance(content, ObjectCreated):
                    self._parts.intake.give_up(content, reason, detail)
                elif isinstance(content, Retry):
                    self._parts.retries.give_up(content, reason, detail)
        except Exception as another:  # the delivery has failed already, and that is what matters
            return f"{type(another).__name__}: {another}"
        return None


def _record_id(content: ObjectCreated | Command) -> str | None:
    if isinstance(content, ObjectCreated):
        return expected_record_id(content)
    return None if isinstance(content, Proceed) else content.record_id


def _plain(record: Record) -> bool:
    """Whether a file was processed at once, and nothing about it is out of the ordinary."""
    quick = (record.duration_ms or 0) < SLOW_MS
    return record.status is Status.PROCESSED and record.attempt_count <= 1 and quick and not record.warnings


@cache
def _processor() -> Processor:
    settings = read_settings(Settings, os.environ)
    sweep()
    delay = partial(delay_seconds, first=settings.first_delay_seconds, longest=settings.longest_delay_seconds)
    return Processor(
        build(settings),
        Telemetry(settings.stack),
        max_receives=settings.max_receives,
        delay=delay,
        tracer=Tracer(os.environ),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for an SQS batch with `ReportBatchItemFailures`."""
    # Never None or {}: Lambda would take that for the success of the whole batch.
    failed = _processor().run(event["Records"], context)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
