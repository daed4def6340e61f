"""Takes one object version in: read it, judge it, record the outcome, once.

The happy path is one `GetObject` and one write. A bad file is copied into quarantine, then recorded,
and only then is that version of the source deleted; each step can be run again.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processor.objects import Content, mark_in
from processor.reports import with_reports
from processor.work import (
    UNVERSIONED,
    Verdict,
    Work,
    checksum_verdict,
    draft,
    finished,
    keeps_promise,
    quarantine_key,
)
from records.errors import ObjectGone, TransientError
from records.model import Reason, Record, Source, Status, derived_record_id, is_older

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.events import ObjectCreated
    from processor.objects import Objects
    from processor.reading import Reader
    from processor.retries import Retries
    from records.store import NotWritten, RecordStore


@dataclass(frozen=True)
class TakenIn:
    """The outcome for one event.

    Attributes:
        repeated: the outcome was recorded already.
        stale: and by a later event of that key.
    """

    record: Record
    repeated: bool = False
    stale: bool = False


class Intake:
    """Works on one event at a time; several threads may share it.

    Args:
        retries: works on records that have an outcome, and shall have another.
    """

    def __init__(self, records: RecordStore, objects: Objects, reader: Reader, retries: Retries) -> None:
        self._records = records
        self._objects = objects
        self._reader = reader
        self._retries = retries

    def take_in(self, event: ObjectCreated, remaining_ms: Callable[[], float] = lambda: math.inf) -> TakenIn:
        """Bring the version that the event names to its outcome, or find that it has one.

        Args:
            remaining_ms: says how much time is left.

        Raises:
            OutOfTime: too little is left.
            TransientError, ConfigurationError: nothing was decided; the message must come again.
        """
        with self._reader.read(event, remaining_ms) as work:
            return self._put_back(work) or self._settle(work, draft(work))

    def give_up(self, event: ObjectCreated, reason: Reason, detail: str) -> TakenIn:
        """Record that all attempts failed, for no fault of the file; its bytes stay where they are."""
        failed = Verdict(Status.FAILED, reason, detail)
        work = Work(event, Content(event.size_bytes, None, None), failed, time.monotonic())
        return self._settle(work, draft(work))

    def known(self, event: ObjectCreated) -> Record | None:
        """The record of the version that an event names, or the upload that it completes."""
        record = draft(Work(event, Content(0, None, None), Verdict(Status.FAILED), 0))
        announced = self._records.get(record.record_id)
        if announced and (_same_version(announced, record) or _awaits(announced, record)):
            return announced
        return self._records.get(derived_record_id(record.bucket, record.object_key, event.version_id))

    def _settle(self, work: Work, record: Record) -> TakenIn:
        """Record the outcome under the announced id or, where that is another version's, the derived one."""
        if work.verdict.status is Status.QUARANTINED:
            return self._quarantine(work, record)
        if broken := self._broken_promise(work, record):
            return self._quarantine(replace(work, verdict=broken), record)
        outcome = self._retries.scheduled(with_reports(self._objects, finished(record, work), work))
        refused = self._write(outcome, any_checksum=work.verdict.status is not Status.PROCESSED)
        if refused is None:
            self._forget_copy(work.event, outcome)
            return TakenIn(outcome)
        existing = refused.existing
        if existing and _awaits(existing, record):
            return self._quarantine(replace(work, verdict=checksum_verdict(existing, record)), record)
        return self._refused(work, record, existing)

    def _quarantine(self, work: Work, record: Record) -> TakenIn:
        existing = self._records.get(record.record_id)
        if not _open_for(record, existing):
            return self._refused(work, record, existing)
        kept_as = quarantine_key(record)
        ours = {"record-id": record.record_id, "reason": str(work.verdict.reason)}
        try:
            self._objects.copy_to_quarantine(work.event, kept_as, work.content, ours)
        except ObjectGone:  # another worker was faster: it records before it deletes
            return self._refused(work, record, self._records.get(record.record_id))
        outcome = with_reports(self._objects, finished(record, work), work)
        outcome = replace(outcome, quarantine_key=kept_as)
        refused = self._write(outcome, any_checksum=True)
        if refused:
            return self._refused(work, record, refused.existing)
        self._objects.delete(work.event)
        return TakenIn(outcome)

    def _refused(self, work: Work, record: Record, existing: Record | None) -> TakenIn:
        """The record is not open: this version has its outcome, or the announced id is not its own."""
        if existing and _same_version(existing, record):
            if existing.status is Status.FAILED and not existing.quarantine_key:
                return TakenIn(*self._retries.settle(existing, work))
            return self._repeated(work.event, existing)
        if record.source is Source.BUCKET:
            return self._came_before(work, existing)
        derived = derived_record_id(record.bucket, record.object_key, work.event.version_id)
        return self._settle(work, replace(record, record_id=derived, source=Source.BUCKET))

    def _came_before(self, work: Work, existing: Record | None) -> TakenIn:
        """A version that came in, was quarantined, and is back under another version's id since a retry.

        Raises:
            TransientError: the record went away while it was worked on.
        """
        if existing is None:
            raise TransientError(f"the record of {work.event.key} is no more; its event must come again")
        same_bytes = work.content.sha256 is not None and work.content.sha256 == existing.sha256
        if same_bytes and existing.status is Status.PROCESSED and work.event.version_id not in UNVERSIONED:
            self._objects.delete(work.event)
        return TakenIn(existing, repeated=True)

    def _put_back(self, work: Work) -> TakenIn | None:
        """What is to be done with a version that a retry put back under its key; None for any other.

        Its mark may have been copied, by whoever copies objects: what it says must be borne out.
        """
        mark = mark_in(work.content.metadata)
        record = self._records.get(mark.record_id) if mark else None
        event, sha256 = work.event, work.content.sha256
        if not mark or not record or (record.bucket, record.object_key) != (event.bucket, event.key):
            return None
        if record.version_id == event.version_id:
            return TakenIn(record, repeated=True)
        if record.sha256 not in (None, sha256):
            return None
        if record.status is Status.RETRYING and record.retry_id == mark.retry_id:
            return TakenIn(*self._retries.settle(record, work))
        processed = record.status is Status.PROCESSED and event.event_time <= (record.finished_at or "")
        if processed or (record.quarantine_key and record.status is not Status.PROCESSED):
            # A retry died after it had put the file back; the bytes are where the record says.
            self._objects.delete(event)
            return TakenIn(record, repeated=True)
        return None

    def _broken_promise(self, work: Work, record: Record) -> Verdict | None:
        """Whether good rows would be stored of a file that is not the announced one.

        Without good rows the write itself finds out, and saves the read.
        """
        if not (work.inspection and work.inspection.accepted and record.source is Source.UPLOAD):
            return None
        existing = self._records.get(record.record_id)
        if not (existing and _awaits(existing, record)):
            return None
        return None if keeps_promise(existing, record) else checksum_verdict(existing, record)

    def _write(self, outcome: Record, *, any_checksum: bool = False) -> NotWritten | None:
        if outcome.source is Source.UPLOAD:
            return self._records.complete_upload(outcome, any_checksum=any_checksum)
        return self._records.add(outcome)

    def _repeated(self, event: ObjectCreated, existing: Record) -> TakenIn:
        # A crash between record and delete may have left the source behind; deleting twice does no harm.
        left_behind = existing.quarantine_key and existing.status is not Status.PROCESSED
        if left_behind or existing.status is Status.DISCARDED:
            self._objects.delete(event)
        self._forget_copy(event, existing)
        stale = is_older(event.sequencer, existing.sequencer or "")
        return TakenIn(existing, repeated=True, stale=stale)

    def _forget_copy(self, event: ObjectCreated, outcome: Record) -> None:
        """A copy in quarantine that an attempt before has left, whose verdict was another one."""
        if event.again and outcome.status is Status.PROCESSED:
            self._objects.remove_copy(quarantine_key(outcome))


def _same_version(existing: Record, record: Record) -> bool:
    return existing.object_key == record.object_key and existing.version_id == record.version_id


def _awaits(existing: Record, record: Record) -> bool:
    return existing.status is Status.AWAITING_UPLOAD and existing.object_key == record.object_key


def _open_for(record: Record, existing: Record | None) -> bool:
    """Whether the table waits for this outcome: a new object, or an upload that was announced."""
    return _awaits(existing, record) if existing else record.source is Source.BUCKET
