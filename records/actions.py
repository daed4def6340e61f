"""What somebody may do with a record, as a move of its state: the record says so before anything is done.

The queue is told afterwards; if that message is lost, `due_at` brings the sweep, which tells it again.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from records.model import MOST_KEPT, RETRIABLE, Act, Action, Record, Status, utc_text

MOST_ATTEMPTS = 100
"""A file that was tried so often is not tried again."""
TOLD_AGAIN_AFTER = timedelta(hours=2)
"""By then the first message has come to its end, in the dead-letter queue at the latest."""


def action_id_of(*parts: str) -> str:
    """An id of 32 hexadecimal digits: the same request has the same each time."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def has_seen(record: Record, action_id: str) -> bool:
    """Whether this was done with the record before."""
    return any(action.action_id == action_id for action in record.actions)


def can_be_retried(record: Record) -> bool:
    """Whether the file can be worked on again."""
    return record.status in RETRIABLE and record.attempt_count < MOST_ATTEMPTS


def retrying(
    record: Record, *, by: str, action_id: str, why: str | None = None, operation_id: str | None = None
) -> Record:
    """The record as one whose retry was asked for; the action's id is the retry's."""
    now = datetime.now(UTC)
    action = Action(act=Act.RETRY, at=utc_text(now), by=by, action_id=action_id, why=why)
    return replace(
        record,
        status=Status.RETRYING,
        actions=(*record.actions, action)[-MOST_KEPT:],
        retry_id=action_id,
        operation_id=operation_id,
        due_at=utc_text(now + TOLD_AGAIN_AFTER),
    )


def aborted(record: Record, *, by: str, action_id: str) -> Record:
    """The record as one whose file shall not come any more."""
    now = utc_text(datetime.now(UTC))
    action = Action(act=Act.ABORT, at=now, by=by, action_id=action_id)
    return replace(
        record,
        status=Status.EXPIRED,
        actions=(*record.actions, action)[-MOST_KEPT:],
        finished_at=now,
        due_at=None,
    )


def discarded(record: Record, *, by: str, action_id: str, why: str | None = None) -> Record:
    """The record as one whose file nobody wants; its bytes are deleted next."""
    now = datetime.now(UTC)
    action = Action(act=Act.DISCARD, at=utc_text(now), by=by, action_id=action_id, why=why)
    return replace(
        record,
        status=Status.DISCARDED,
        actions=(*record.actions, action)[-MOST_KEPT:],
        due_at=utc_text(now + TOLD_AGAIN_AFTER),
    )
