"""Takes one object version in: read it, judge it, record the outcome, once.

The happy path is one `GetObject` and one write. A bad file is copied into quarantine, then recorded,
and only then is that version of the source deleted; each step can be run again.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from processor.formats.base import File
from processor.inspection import inspect
from processor.media import UNKNOWN
from processor.objects import Content
from processor.work import (
    REPORTS,
    Verdict,
    Work,
    checksum_verdict,
    draft,
    finished,
    folder_of,
    judge,
    quarantine_key,
)
from processor.workspace import working_folder
from records.errors import ObjectGone, TransientError
from records.model import (
    Reason,
    Record,
    Source,
    Status,
    derived_record_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.model import Contracts
    from processor.events import ObjectCreated
    from processor.formats.base import Ceilings
    from processor.objects import Objects
    from records.store import NotWritten, RecordStore

RESERVE_MS = 15_000
"""What must be left of the Lambda's time for a file to be begun, besides the time that it takes itself."""
READ_BYTES_PER_MS = 40_000
EXAMINED_BYTES_PER_MS = 8_000
"""Careful guesses: one file alone is read at 75 MB/s, and the slowest format examined at 10."""

LARGE_BYTES = 67_108_864


@dataclass(frozen=True)
class TakenIn:
    """The outcome for one event; a repeated one found the outcome already recorded."""

    record: Record
    repeated: bool = False


class OutOfTime(TransientError):
    """There is not enough time left for this file; another call has more."""


class Intake:
    """Works on one event at a time; several threads may share it.

    Args:
        contracts: what the prefixes accept.
        ceilings: how much work one file may make.
    """

    def __init__(
        self,
        records: RecordStore,
        objects: Objects,
        *,
        max_file_bytes: int,
        contracts: Contracts,
        ceilings: Ceilings,
    ) -> None:
        self._records = records
        self._objects = objects
        self._max_file_bytes = max_file_bytes
        self._contracts = contracts
        self._ceilings = ceilings
        self._large = threading.Lock()
        self._examining = threading.Lock()

    def take_in(self, event: ObjectCreated, remaining_ms: Callable[[], float] = lambda: math.inf) -> TakenIn:
        """Bring the version that the event names to its outcome, or find that it has one.

        Args:
            remaining_ms: says how much time is left.

        Raises:
            OutOfTime: too little is left.
            TransientError, ConfigurationError: nothing was decided; the message must come again.
        """
        # One large file at a time is on local storage, and one file at a time is examined: that bounds
        # what all of them take. Small ones wait for S3 and DynamoDB together.
        large = self._large if event.size_bytes > LARGE_BYTES else nullcontext()
        check_time(event, remaining_ms)
        with large, working_folder() as folder:
            # The others of the batch may have taken all the time meanwhile.
            check_time(event, remaining_ms)
            work = self._read(event, Path(folder), remaining_ms)
            return self._settle(work, draft(work))

    def _read(self, event: ObjectCreated, folder: Path, remaining_ms: Callable[[], float]) -> Work:
        started = time.monotonic()
        path = folder / "content"
        try:
            content = self._objects.fetch(event, path)
        except ObjectGone:
            gone = Verdict(Status.MISSING, Reason.OBJECT_GONE, "The object was deleted before it was read.")
            return Work(event, Content(0, None, None), gone, started)
        verdict = judge(event, content, self._max_file_bytes)
        if verdict.status is not Status.PROCESSED or content.size_bytes == 0:
            return Work(event, content, verdict, started)
        name = event.key.rpartition("/")[2]
        file = File(path, name, content.size_bytes, content.head, content.media_type or UNKNOWN)
        (working := folder / "work").mkdir()
        with self._examining:
            check_time(event, remaining_ms)
            found = inspect(file, self._ceilings, working, self._contracts.for_key(event.key))
        if found.reason:
            verdict = Verdict(Status.QUARANTINED, found.reason, found.detail)
        return Work(event, replace(content, media_type=found.media_type), verdict, started, found)

    def _settle(self, work: Work, record: Record) -> TakenIn:
        """Record the outcome under the announced id or, where that is another version's, the derived one."""
        if work.verdict.status is Status.QUARANTINED:
            return self._quarantine(work, record)
        if broken := self._broken_promise(work, record):
            return self._quarantine(replace(work, verdict=broken), record)
        outcome = self._with_reports(finished(record, work), work)
        refused = self._write(outcome, any_checksum=work.verdict.status is Status.MISSING)
        if refused is None:
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
        outcome = self._with_reports(finished(record, work), work)
        outcome = replace(outcome, quarantine_key=kept_as)
        refused = self._write(outcome, any_checksum=True)
        if refused:
            return self._refused(work, record, refused.existing)
        self._objects.delete(work.event)
        return TakenIn(outcome)

    def _refused(self, work: Work, record: Record, existing: Record | None) -> TakenIn:
        """The record is not open: this version has its outcome, or the announced id is not its own."""
        if existing and _same_version(existing, record):
            return self._repeated(work.event, existing)
        if record.source is Source.BUCKET:
            raise TransientError(f"the state of record {record.record_id} is not clear yet")
        derived = derived_record_id(record.bucket, record.object_key, work.event.version_id)
        return self._settle(work, replace(record, record_id=derived, source=Source.BUCKET))

    def _with_reports(self, outcome: Record, work: Work) -> Record:
        """Store the bad rows and, if they are accepted, the good ones, where the record says they are."""
        if work.inspection is None:
            return outcome
        folder = folder_of(outcome)
        if report := work.inspection.findings.report:
            outcome = replace(outcome, rejects_key=f"{REPORTS}/{folder}/rejects.csv")
            self._objects.store_rejects(report, f"{REPORTS}/{folder}/rejects.csv")
        if (accepted := work.inspection.accepted) and outcome.status is Status.PROCESSED:
            outcome = replace(outcome, accepted_key=f"{folder}/accepted.parquet")
            self._objects.store_accepted(accepted, f"{folder}/accepted.parquet")
        return outcome

    def _broken_promise(self, work: Work, record: Record) -> Verdict | None:
        """Whether good rows would be stored of a file that is not the announced one.

        Without good rows the write itself finds out, and saves the read.
        """
        if not (work.inspection and work.inspection.accepted and record.source is Source.UPLOAD):
            return None
        existing = self._records.get(record.record_id)
        if not (existing and _awaits(existing, record)):
            return None
        kept = existing.expected_sha256 in (None, record.sha256)
        return None if kept else checksum_verdict(existing, record)

    def _write(self, outcome: Record, *, any_checksum: bool = False) -> NotWritten | None:
        if outcome.source is Source.UPLOAD:
            return self._records.complete_upload(outcome, any_checksum=any_checksum)
        return self._records.add(outcome)

    def _repeated(self, event: ObjectCreated, existing: Record) -> TakenIn:
        # A crash between record and delete may have left the source behind; deleting twice does no harm.
        if existing.status is Status.QUARANTINED:
            self._objects.delete(event)
        return TakenIn(existing, repeated=True)


def check_time(event: ObjectCreated, remaining_ms: Callable[[], float]) -> None:
    """See whether the file can be read and examined before the time is over.

    Raises:
        OutOfTime: it cannot.
    """
    needed = RESERVE_MS + event.size_bytes / READ_BYTES_PER_MS + event.size_bytes / EXAMINED_BYTES_PER_MS
    if remaining_ms() < needed:
        raise OutOfTime(f"{event.key} needs up to {needed / 1_000:.0f} s")


def _same_version(existing: Record, record: Record) -> bool:
    return existing.object_key == record.object_key and existing.version_id == record.version_id


def _awaits(existing: Record, record: Record) -> bool:
    return existing.status is Status.AWAITING_UPLOAD and existing.object_key == record.object_key


def _open_for(record: Record, existing: Record | None) -> bool:
    """Whether the table waits for this outcome: a new object, or an upload that was announced."""
    return _awaits(existing, record) if existing else record.source is Source.BUCKET
