"""Works on records whose time has come: uploads that never came, lost retries, failures that heal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from processor.diary import SILENT
from records.actions import TOLD_AGAIN_AFTER, action_id_of, can_be_retried, retrying
from records.commands import Discard, Retry
from records.model import Reason, Record, Status, utc_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.diary import Diary
    from processor.objects import Objects
    from processor.queue import Queue
    from processor.retries import Retries
    from records.store import RecordStore

MOST_FOR_A_SHARD = 250
SWEEP = "sweep"
NOTHING = "nothing"
HOPELESS_AFTER = timedelta(days=2)
"""A retry that has had no outcome for so long failed."""


class Due:
    """Works on what is due, a bounded number of records at a time."""

    def __init__(
        self,
        records: RecordStore,
        objects: Objects,
        queue: Queue,
        retries: Retries,
        *,
        diary: Diary = SILENT,
    ) -> None:
        self._records = records
        self._objects = objects
        self._queue = queue
        self._retries = retries
        self._diary = diary

    def work(self, remaining: Callable[[], bool]) -> Counter[str]:
        """Do what is due, as long as there is time; how many records by what was done."""
        done: Counter[str] = Counter()
        for record_id in self._records.due(utc_text(datetime.now(UTC)), most=MOST_FOR_A_SHARD):
            if not remaining():
                break
            record = self._records.get(record_id)
            if record and record.due_at and record.due_at <= utc_text(datetime.now(UTC)):
                with self._diary.entry("due", record_id) as step:
                    what = self._do(record)
                    step.annotate(done=None if what == NOTHING else what)
                done[what] += 1
        return done

    def _do(self, record: Record) -> str:
        match record.status:
            case Status.AWAITING_UPLOAD:
                return self._expire(record)
            case Status.RETRYING:
                return self._tell_again(record)
            case Status.FAILED if can_be_retried(record):
                return self._try_again(record)
            case Status.DISCARDED if record.quarantine_key:
                self._postpone(record)
                self._queue.send([Discard(record.record_id)])
                return "cleaned"
            case Status.PROCESSED if record.quarantine_key:
                self._retries.clean_up(record)
                return "cleaned"
            case _:
                self._records.move(replace(record, due_at=None), record)
                return NOTHING

    def _expire(self, record: Record) -> str:
        if record.upload_id:
            # Before the look: from then on nothing can be completed any more.
            self._objects.abort_upload(record.bucket, record.object_key, record.upload_id)
        versions, _ = self._objects.versions(record.bucket, prefix=record.object_key)
        if come := [version for version in versions if version.key == record.object_key]:
            self._postpone(record)
            self._queue.send_bodies([version.notification(record.bucket) for version in come])
            return "found"
        now = utc_text(datetime.now(UTC))
        self._records.move(replace(record, status=Status.EXPIRED, due_at=None, finished_at=now), record)
        return "expired"

    def _tell_again(self, record: Record) -> str:
        asked_at = record.actions[-1].at if record.actions else record.created_at
        retry = Retry(record.record_id, record.retry_id or "")
        if datetime.fromisoformat(asked_at) < datetime.now(UTC) - HOPELESS_AFTER:
            self._retries.give_up(retry, Reason.CRASHED, "The retry never came to an end.")
            return "hopeless"
        self._postpone(record)
        self._queue.send([retry])
        return "told again"

    def _try_again(self, record: Record) -> str:
        retry_id = action_id_of(SWEEP, record.record_id, str(record.revision))
        why = f"{record.reason} may have passed"
        asked = retrying(record, by=SWEEP, action_id=retry_id, why=why)
        asked = replace(asked, automatic_retries=record.automatic_retries + 1)
        if self._records.move(asked, record):
            return NOTHING
        self._queue.send([Retry(record.record_id, retry_id)])
        return "tried again"

    def _postpone(self, record: Record) -> None:
        """Look at it again later: what is sent now may be lost as well."""
        due = utc_text(datetime.now(UTC) + TOLD_AGAIN_AFTER)
        self._records.move(replace(record, due_at=due), record)
