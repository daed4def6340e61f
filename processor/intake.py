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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from processor.formats.base import File
from processor.inspection import inspect
from processor.media import UNKNOWN
from processor.objects import Content
from records.errors import ObjectGone, TransientError
from records.model import (
    Attempt,
    Reason,
    Record,
    Source,
    Status,
    announced_record_id,
    derived_record_id,
    utc_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.model import Contracts
    from processor.events import ObjectCreated
    from processor.formats.base import Ceilings
    from processor.inspection import Inspection
    from processor.objects import Objects
    from records.store import NotWritten, RecordStore

RESERVE_MS = 15_000
"""What must be left of the Lambda's time for a file to be begun, besides the time that it takes itself."""
READ_BYTES_PER_MS = 40_000
EXAMINED_BYTES_PER_MS = 8_000
"""Careful guesses: one file alone is read at 75 MB/s, and the slowest format examined at 10."""

FOLDER_MARKER = "application/x-directory"
LARGE_BYTES = 67_108_864
_LONGEST_NAME_BYTES = 255


@dataclass(frozen=True)
class Verdict:
    """What shall become of a file."""

    status: Status
    reason: Reason | None = None
    detail: str | None = None


@dataclass(frozen=True)
class TakenIn:
    """The outcome for one event; a repeated one found the outcome already recorded."""

    record: Record
    repeated: bool = False


@dataclass(frozen=True)
class _Work:
    """One event on its way: what was read, what shall become of it, and when that began."""

    event: ObjectCreated
    content: Content
    verdict: Verdict
    started: float
    inspection: Inspection | None = None


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
        with large, TemporaryDirectory(prefix="intake-") as folder:
            # The others of the batch may have taken all the time meanwhile.
            check_time(event, remaining_ms)
            work = self._read(event, Path(folder), remaining_ms)
            return self._settle(work, _draft(work))

    def _read(self, event: ObjectCreated, folder: Path, remaining_ms: Callable[[], float]) -> _Work:
        started = time.monotonic()
        path = folder / "content"
        try:
            content = self._objects.fetch(event, path)
        except ObjectGone:
            gone = Verdict(Status.MISSING, Reason.OBJECT_GONE, "The object was deleted before it was read.")
            return _Work(event, Content(0, None, None), gone, started)
        verdict = judge(event, content, self._max_file_bytes)
        if verdict.status is not Status.PROCESSED or content.size_bytes == 0:
            return _Work(event, content, verdict, started)
        name = event.key.rpartition("/")[2]
        file = File(path, name, content.size_bytes, content.head, content.media_type or UNKNOWN)
        (working := folder / "work").mkdir()
        with self._examining:
            check_time(event, remaining_ms)
            found = inspect(file, self._ceilings, working, self._contracts.for_key(event.key))
        if found.reason:
            verdict = Verdict(Status.QUARANTINED, found.reason, found.detail)
        return _Work(event, replace(content, media_type=found.media_type), verdict, started, found)

    def _settle(self, work: _Work, record: Record) -> TakenIn:
        """Record the outcome under the announced id or, where that is another version's, the derived one."""
        if work.verdict.status is Status.QUARANTINED:
            return self._quarantine(work, record)
        outcome = self._with_reports(_finished(record, work), work)
        refused = self._write(outcome, any_checksum=work.verdict.status is Status.MISSING)
        if refused is None:
            return TakenIn(outcome)
        existing = refused.existing
        if existing and _awaits(existing, record):
            return self._quarantine(replace(work, verdict=_checksum_verdict(existing, record)), record)
        return self._refused(work, record, existing)

    def _quarantine(self, work: _Work, record: Record) -> TakenIn:
        existing = self._records.get(record.record_id)
        if not _open_for(record, existing):
            return self._refused(work, record, existing)
        quarantine_key = _quarantine_key(record)
        ours = {"record-id": record.record_id, "reason": str(work.verdict.reason)}
        try:
            self._objects.copy_to_quarantine(work.event, quarantine_key, work.content, ours)
        except ObjectGone:  # another worker was faster: it records before it deletes
            return self._refused(work, record, self._records.get(record.record_id))
        outcome = self._with_reports(_finished(record, work), work)
        outcome = replace(outcome, quarantine_key=quarantine_key)
        refused = self._write(outcome, any_checksum=True)
        if refused:
            return self._refused(work, record, refused.existing)
        self._objects.delete(work.event)
        return TakenIn(outcome)

    def _refused(self, work: _Work, record: Record, existing: Record | None) -> TakenIn:
        """The record is not open: this version has its outcome, or the announced id is not its own."""
        if existing and _same_version(existing, record):
            return self._repeated(work.event, existing)
        if record.source is Source.BUCKET:
            raise TransientError(f"the state of record {record.record_id} is not clear yet")
        derived = derived_record_id(record.bucket, record.object_key, work.event.version_id)
        return self._settle(work, replace(record, record_id=derived, source=Source.BUCKET))

    def _with_reports(self, outcome: Record, work: _Work) -> Record:
        """Store the bad rows and, if they are accepted, the good ones, where the record says they are."""
        if work.inspection is None:
            return outcome
        folder = _folder(outcome)
        if report := work.inspection.findings.report:
            outcome = replace(outcome, rejects_key=f"{folder}/rejects.csv")
            self._objects.store_rejects(report, f"{folder}/rejects.csv")
        if accepted := work.inspection.accepted:
            outcome = replace(outcome, accepted_key=f"{folder}/accepted.parquet")
            self._objects.store_accepted(accepted, f"{folder}/accepted.parquet")
        return outcome

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


def judge(event: ObjectCreated, content: Content, max_file_bytes: int) -> Verdict:
    """The verdict on a file by what it is, before anything is known of what was promised."""
    if content.size_bytes > max_file_bytes:
        detail = f"The file has {content.size_bytes:,} bytes; the limit is {max_file_bytes:,}."
        return Verdict(Status.QUARANTINED, Reason.FILE_TOO_LARGE, detail)
    if content.size_bytes == 0 and not event.key.endswith("/"):
        return Verdict(Status.QUARANTINED, Reason.EMPTY_FILE, "The file has no content (0 bytes).")
    return Verdict(Status.PROCESSED)


def _draft(work: _Work) -> Record:
    """What is known of the version before its outcome is written."""
    event, content = work.event, work.content
    announced = announced_record_id(event.key)
    gone = work.verdict.status is Status.MISSING
    folder = content.size_bytes == 0 and event.key.endswith("/")
    return Record(
        record_id=announced or derived_record_id(event.bucket, event.key, event.version_id),
        status=work.verdict.status,
        source=Source.UPLOAD if announced else Source.BUCKET,
        bucket=event.bucket,
        object_key=event.key,
        file_name=event.key.rstrip("/").rpartition("/")[2],
        created_at=event.event_time,
        version_id=event.version_id,
        sequencer=event.sequencer,
        arrived_at=event.event_time,
        size_bytes=None if gone else content.size_bytes,
        sha256=content.sha256,
        media_type=FOLDER_MARKER if folder and not gone else content.media_type,
    )


def _finished(record: Record, work: _Work) -> Record:
    verdict = work.verdict
    duration_ms = round((time.monotonic() - work.started) * 1000)
    finished_at = datetime.now(UTC)
    attempt = Attempt(
        started_at=utc_text(finished_at - timedelta(milliseconds=duration_ms)),
        duration_ms=duration_ms,
        outcome=verdict.status,
        reason=verdict.reason,
    )
    return replace(
        record,
        status=verdict.status,
        reason=verdict.reason,
        detail=verdict.detail,
        finished_at=utc_text(finished_at),
        duration_ms=duration_ms,
        attempts=(attempt,),
        **(work.inspection.on_record() if work.inspection else {}),
    )


def _same_version(existing: Record, record: Record) -> bool:
    return existing.object_key == record.object_key and existing.version_id == record.version_id


def _awaits(existing: Record, record: Record) -> bool:
    return existing.status is Status.AWAITING_UPLOAD and existing.object_key == record.object_key


def _open_for(record: Record, existing: Record | None) -> bool:
    """Whether the table waits for this outcome: a new object, or an upload that was announced."""
    return _awaits(existing, record) if existing else record.source is Source.BUCKET


def _checksum_verdict(existing: Record, outcome: Record) -> Verdict:
    detail = f"The upload promised SHA-256 {existing.expected_sha256}; the content has {outcome.sha256}."
    return Verdict(Status.QUARANTINED, Reason.CHECKSUM_MISMATCH, detail)


def _quarantine_key(record: Record) -> str:
    """Unique for each version, the same each time, and short enough whatever the source key."""
    name = record.file_name.encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return f"{_folder(record)}/original/{name}"


def _folder(record: Record) -> str:
    """Of what belongs to the version in the quarantine bucket and in that of accepted rows."""
    return derived_record_id(record.bucket, record.object_key, record.version_id or "null")
