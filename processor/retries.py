"""Brings a record that has an outcome to another: a retry that was asked for, or a message from long ago.

A file that passes is put back under its key, then recorded, and only then taken out of quarantine; each
step can be run again.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from processor.events import ObjectCreated
from processor.objects import Content, Mark
from processor.reports import with_reports
from processor.work import (
    UNVERSIONED,
    Verdict,
    Work,
    afresh,
    checksum_verdict,
    finished,
    keeps_promise,
    quarantine_key,
)
from records.errors import ObjectGone, TransientError
from records.model import HEALED_BY_TIME, Reason, Record, Status, derived_record_id, utc_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.objects import Objects
    from processor.reading import Reader
    from records.commands import Discard, Retry
    from records.operations import OperationStore
    from records.store import RecordStore

CLEANED_UP_AFTER = timedelta(minutes=15)
"""So long after an outcome the sweep takes out of quarantine what should have left it."""

Settled = tuple[Record, bool]
"""A record, and whether its outcome was recorded already."""


@dataclass(frozen=True)
class Automatic:
    """When a failure that time may heal is tried again without anybody asking.

    Attributes:
        most: so often, and then no more.
        first_seconds, longest_seconds: the first delay; each further one is four times as long, up to this.
    """

    most: int = 5
    first_seconds: int = 900
    longest_seconds: int = 86_400

    def due_at(self, record: Record, now: datetime) -> str | None:
        """When a record that has just failed is due; None if a person must ask."""
        healable = record.status is Status.FAILED and record.reason in HEALED_BY_TIME
        if not healable or record.automatic_retries >= self.most:
            return None
        seconds = min(self.first_seconds * 4**record.automatic_retries, self.longest_seconds)
        return utc_text(now + timedelta(seconds=seconds))


class Retries:
    """Works on records one at a time; several threads may share it.

    Args:
        operations: counts what became of the retries that belong to one.
    """

    def __init__(
        self,
        records: RecordStore,
        objects: Objects,
        reader: Reader,
        operations: OperationStore,
        automatic: Automatic,
    ) -> None:
        self._records = records
        self._objects = objects
        self._reader = reader
        self._operations = operations
        self._automatic = automatic

    def retry(self, command: Retry, remaining_ms: Callable[[], float] = lambda: math.inf) -> Settled | None:
        """Work on the file again, if this is the retry that the record waits for.

        Returns:
            None where there is no such record any more.

        Raises:
            OutOfTime: too little time is left.
            TransientError, ConfigurationError: nothing was decided; the message must come again.
        """
        record = self._records.get(command.record_id)
        if record is None:
            return None
        if not _is_awaited(record, command):
            return self._forget_copy(self.clean_up(record)), True
        with self._reader.read(self._source(record), remaining_ms, key=record.object_key) as work:
            return self.settle(record, work)

    def give_up(self, command: Retry, reason: Reason, detail: str) -> Settled | None:
        """Record that all attempts of the retry failed, for no fault of the file."""
        record = self._records.get(command.record_id)
        if record is None or not _is_awaited(record, command):
            return None
        failed = Verdict(Status.FAILED, reason, detail)
        source = self._source(record)
        return self._move(record, finished(record, Work(source, _UNREAD, failed, time.monotonic())))

    def discard(self, command: Discard) -> Settled | None:
        """Delete the bytes of a record that was discarded."""
        record = self._records.get(command.record_id)
        return (self.clean_up(record), False) if record else None

    def settle(self, record: Record, work: Work) -> Settled:
        """Bring a record to the outcome of this work."""
        seen = replace(record, sha256=work.content.sha256, size_bytes=work.content.size_bytes)
        if work.verdict.status is Status.PROCESSED and not keeps_promise(record, seen):
            work = replace(work, verdict=checksum_verdict(record, seen))
        outcome = finished(afresh(record, work.content), work)
        if outcome.status is Status.QUARANTINED:
            return self._keep(record, outcome, work)
        if outcome.status is Status.PROCESSED:
            return self._pass(record, outcome, work)
        if outcome.status is Status.MISSING:
            outcome = replace(outcome, quarantine_key=None)
        return self._move(record, outcome)

    def clean_up(self, record: Record) -> Record:
        """Take out of quarantine what a record no longer has there."""
        if record.status not in (Status.PROCESSED, Status.DISCARDED) or not record.quarantine_key:
            return record
        self._objects.remove_from_quarantine(record.quarantine_key)
        cleaned = replace(record, quarantine_key=None, due_at=None)
        refused = self._records.move(cleaned, record)
        return record if refused else replace(cleaned, revision=record.revision + 1)

    def _forget_copy(self, record: Record) -> Record:
        """Remove what an attempt before has left in quarantine, now that the record says that it passed."""
        if record.status is Status.PROCESSED and not record.quarantine_key:
            self._objects.remove_copy(quarantine_key(record))
        return record

    def scheduled(self, outcome: Record) -> Record:
        """The outcome with the time when it is tried again by itself, if it is."""
        if outcome.status is not Status.FAILED:
            return outcome
        return replace(outcome, due_at=self._automatic.due_at(outcome, datetime.now(UTC)))

    def _keep(self, record: Record, outcome: Record, work: Work) -> Settled:
        if not record.quarantine_key:
            outcome = replace(outcome, quarantine_key=quarantine_key(record))
            ours = {"record-id": record.record_id, "reason": str(outcome.reason)}
            try:
                self._objects.copy_to_quarantine(work.event, quarantine_key(record), work.content, ours)
            except ObjectGone as error:
                raise TransientError(f"{record.object_key} went away while it was worked on") from error
        settled, repeated = self._move(record, with_reports(self._objects, outcome, work))
        came_in = work.event.bucket == record.bucket
        if came_in and settled.quarantine_key and settled.status is not Status.PROCESSED:
            self._objects.delete(work.event)
        return settled, repeated

    def _pass(self, record: Record, outcome: Record, work: Work) -> Settled:
        kept_as, version = record.quarantine_key, work.event.version_id
        outcome = with_reports(self._objects, outcome, work)
        if not kept_as:
            settled, repeated = self._move(record, outcome)
            return self._forget_copy(settled), repeated
        if work.event.bucket != record.bucket:
            self._remove_leftover(record)
            mark = Mark(record.record_id, record.retry_id or "")
            version = self._objects.put_back(kept_as, record.bucket, record.object_key, work.content, mark)
        due = utc_text(datetime.now(UTC) + CLEANED_UP_AFTER)
        outcome = replace(outcome, version_id=version, due_at=due)
        settled, repeated = self._move(record, outcome, *self._aliases(record, version))
        return self.clean_up(settled), repeated

    def _remove_leftover(self, record: Record) -> None:
        """Delete the version that came in, which is still there if its worker died before it did so.

        Its bytes are in quarantine. Later nothing would tell that it is not a file of its own.
        """
        if record.version_id not in UNVERSIONED:
            source = replace(self._source(record), bucket=record.bucket, key=record.object_key)
            self._objects.delete(replace(source, version_id=record.version_id or ""))

    def _aliases(self, record: Record, version: str) -> list[Any]:
        """Both versions lead to the record: the one that was put back, and the one that came in."""
        versions = (version, record.version_id or "null")
        ids = {derived_record_id(record.bucket, record.object_key, name) for name in versions}
        return [self._records.alias(name, record.record_id) for name in sorted(ids - {record.record_id})]

    def _move(self, record: Record, outcome: Record, *also: Any) -> Settled:
        if record.operation_id and record.status is Status.RETRYING:
            also = (*also, self._operations.counted(record.operation_id, record.record_id, outcome.status))
        outcome = self.scheduled(outcome)
        refused = self._records.move(outcome, record, also=also)
        if refused is None:
            return replace(outcome, revision=record.revision + 1), False
        if refused.existing is None:
            raise TransientError(f"record {record.record_id} went away while it was worked on")
        return refused.existing, True

    def _source(self, record: Record) -> ObjectCreated:
        """Where the bytes are: in quarantine, or where they came in."""
        kept_as = record.quarantine_key
        return ObjectCreated(
            bucket=self._objects.quarantine_bucket if kept_as else record.bucket,
            key=kept_as or record.object_key,
            version_id="" if kept_as else record.version_id or "null",
            sequencer=record.sequencer or "",
            event_time=record.arrived_at or record.created_at,
            size_bytes=record.size_bytes or 0,
        )


_UNREAD = Content(0, None, None)


def _is_awaited(record: Record, command: Retry) -> bool:
    return record.status is Status.RETRYING and record.retry_id == command.retry_id
