"""Counts what the stream brings, and tells of it: claim, publish, settle, each so that it can be run again.

Whoever dies in between leaves a claim behind. When its lease is over, what was claimed is told again:
at least once, then, and never twice within one window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from notifier.alerts import UNREADABLE, Tally
from notifier.digest import Message
from notifier.stream import batch_id, changed_records, tallies, unreadable_tally
from notifier.topic import NotPublished
from records.errors import TransientError
from records.model import ATTENTION, Status, utc_text
from records.tracing import UNTRACED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from notifier.alerts import Alert, Cause, Rules
    from notifier.board import Board, Ledger
    from notifier.digest import Writer
    from notifier.store import AlertStore
    from notifier.stream import Unreadable
    from notifier.topic import Topic
    from records.telemetry import Metrics, Telemetry
    from records.tracing import Tracer

# Somebody else's write is rare and short; who loses as often as this has met something else.
TRIES = 10
# More than there are causes: each has one turn in a run.
MOST_STEPS = 200


class Notifier:
    """Tells people of bad files: soon of the first of a cause, then once in each window.

    Args:
        writer: writes the messages.
        clock: what time it is.
        notify_on_success: also tell of processed files.
    """

    def __init__(
        self,
        store: AlertStore,
        topic: Topic,
        writer: Writer,
        telemetry: Telemetry,
        *,
        clock: Callable[[], datetime],
        notify_on_success: bool,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._tracer = tracer
        self._store = store
        self._topic = topic
        self._writer = writer
        self._telemetry = telemetry
        self._clock = clock
        self._wanted = ATTENTION | ({Status.PROCESSED} if notify_on_success else set())

    @property
    def _rules(self) -> Rules:
        return self._writer.rules

    def _now(self) -> float:
        return self._clock().timestamp()

    def _moment(self) -> str:
        return utc_text(self._clock())

    def run(self, stream: list[dict[str, Any]]) -> int:
        """Count a batch of the stream, and tell what is due; how many messages that were.

        Raises:
            NotPublished, TransientError, ConfigurationError: the stream shall bring the batch again.
        """
        changed, unreadable = changed_records(stream)
        wanted = [record for record in changed if record.status in self._wanted]
        counted = tallies(wanted)
        if unreadable:
            self._log_unreadable(unreadable)
            counted[UNREADABLE] = unreadable_tally(unreadable, self._moment())
        if not counted:
            return 0
        with self._tracer.batch("count", (record.record_id for record in wanted)):
            self._count(batch_id(stream), counted)
        return self._tell()

    def flush(self) -> int:
        """Tell what is due by the clock: windows that are over, causes that went quiet."""
        board = self._store.board()
        for alert in board.over_without_a_word(self._now(), self._rules):
            self._store.write(alert.closed())
        return self._tell()

    def _log_unreadable(self, unreadable: list[Unreadable]) -> None:
        for entry in unreadable:
            self._telemetry.emit(
                "stream record unreadable",
                level="ERROR",
                metrics={"UnreadableStreamRecords": (1, "Count")},
                recordId=entry.record_id,
                error=entry.error,
            )

    def _count(self, batch: str, counted: dict[Cause, Tally]) -> None:
        for _ in range(TRIES):
            board, now = self._store.board(), self._now()
            alerts = [(board.alert(cause), tally) for cause, tally in counted.items()]
            changes = [(alert, alert.counted(batch, tally, now)) for alert, tally in alerts]
            lost = [after for before, after in changes if after != before and not self._store.write(after)]
            if not lost:
                return
        raise TransientError(f"others were faster {TRIES} times: counting batch {batch}")

    def _tell(self) -> int:
        done: set[str] = set()
        for _ in range(MOST_STEPS):
            board, now = self._store.board(), self._now()
            due = board.due(now, self._rules, skip=done)
            if not due:
                break
            if not board.ledger.has_room(now, self._rules):
                self._hold_back(due, now)
                break
            claimed = due[0].claim(now)
            if self._store.write(claimed, board.ledger.spent(now)):
                done.add(claimed.cause.alert_id)
                self._publish(claimed, now, self._writer.message(claimed, _held(board, claimed)))
        return len(done)

    def _hold_back(self, due: list[Alert], now: float) -> None:
        for alert in due:
            held = alert.held_back(now, self._rules)
            if alert.has_news() and held != alert and self._store.write(held):
                self._telemetry.emit(
                    "held back", metrics={"AlertsHeldBack": (1, "Count")}, cause=alert.cause.alert_id
                )

    def _publish(self, claimed: Alert, claimed_at: float, message: Message) -> None:
        examples = claimed.claimed.examples if claimed.claimed else ()
        record_ids = [example.record_id for example in examples]
        try:
            with self._tracer.batch("publish", record_ids):
                self._topic.publish(message)
        except NotPublished as failure:
            self._write_end(claimed.cause, claimed_at, failure)
            raise
        self._write_end(claimed.cause, claimed_at, message)
        told: dict[str, Any] = {"subject": message.subject, **message.attributes}
        metrics: Metrics = {"NotificationsSent": (1, "Count")}
        self._telemetry.emit("notified", metrics=metrics, recordIds=record_ids or None, **told)

    def _write_end(self, cause: Cause, claimed_at: float, came_of_it: Message | NotPublished) -> None:
        for _ in range(TRIES):
            board = self._store.board()
            if self._store.write(*_ended(board, cause, claimed_at, came_of_it, self._moment())):
                return
        raise TransientError(f"others were faster {TRIES} times: the end of {cause.alert_id}")


def _ended(
    board: Board, cause: Cause, claimed_at: float, came_of_it: Message | NotPublished, moment: str
) -> list[Alert | Ledger]:
    """What a claim's end changes. If its lease was over and somebody else has the alert, that is theirs."""
    alert, ledger = board.alert(cause), board.ledger
    if isinstance(came_of_it, Message):
        after, ledger = alert.settled(), ledger.published(moment, came_of_it.subject)
    elif came_of_it.certain:
        after, ledger = alert.released(), ledger.failed(moment, came_of_it.why, unspent=claimed_at)
    else:  # it may have gone out: the claim stays until its lease is over
        after, ledger = alert, ledger.failed(moment, came_of_it.why)
    return [ledger, *([after] if after != alert and alert.claimed_at == claimed_at else [])]


def _held(board: Board, claimed: Alert) -> list[Alert]:
    others = (alert for alert in board.alerts.values() if alert.cause != claimed.cause)
    return [alert for alert in others if alert.held and alert.has_news()]
