"""One event on its way to its outcome: what was read, what is known, and where things are put."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from records.model import (
    MOST_KEPT,
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
    from processor.events import ObjectCreated
    from processor.inspection import Inspection
    from processor.objects import Content

FOLDER_MARKER = "application/x-directory"
REPORTS = "reports"
"""The folder of the quarantine bucket with reports, which the API may hand out; bad files lie elsewhere."""
UNVERSIONED = (None, "", "null")
"""What stands for the id of a version where the bucket keeps none: it names whatever is under the key."""

_LONGEST_NAME_BYTES = 255


@dataclass(frozen=True)
class Verdict:
    """What shall become of a file."""

    status: Status
    reason: Reason | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Work:
    """One event on its way: what was read, what shall become of it, and when that began."""

    event: ObjectCreated
    content: Content
    verdict: Verdict
    started: float
    inspection: Inspection | None = None


def judge(key: str, content: Content, max_file_bytes: int) -> Verdict:
    """The verdict on a file by what it is, before anything is known of what was promised."""
    if content.size_bytes > max_file_bytes:
        detail = f"The file has {content.size_bytes:,} bytes; the limit is {max_file_bytes:,}."
        return Verdict(Status.QUARANTINED, Reason.FILE_TOO_LARGE, detail)
    if content.size_bytes == 0 and not key.endswith("/"):
        return Verdict(Status.QUARANTINED, Reason.EMPTY_FILE, "The file has no content (0 bytes).")
    return Verdict(Status.PROCESSED)


def expected_record_id(event: ObjectCreated) -> str:
    """The id that the version's record has, if its key is what it looks like, and no retry put it there."""
    return announced_record_id(event.key) or derived_record_id(event.bucket, event.key, event.version_id)


def draft(work: Work) -> Record:
    """What is known of the version before its outcome is written."""
    event, content = work.event, work.content
    announced = announced_record_id(event.key)
    gone = work.verdict.status is Status.MISSING
    folder = content.size_bytes == 0 and event.key.endswith("/")
    return Record(
        record_id=expected_record_id(event),
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


def finished(record: Record, work: Work) -> Record:
    """The record with its outcome, its attempt, and what is known of its content."""
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
        attempts=(*record.attempts, attempt)[-MOST_KEPT:],
        attempt_count=record.attempt_count + 1,
        due_at=None,
        **(work.inspection.on_record() if work.inspection else {}),
    )


def afresh(record: Record, content: Content) -> Record:
    """A record that is worked on again: what was said of its file is forgotten, who did what is not."""
    seen = content.sha256 is not None
    return replace(
        record,
        reason=None,
        detail=None,
        contract=None,
        profile=None,
        errors=(),
        warnings=(),
        error_counts={},
        warning_counts={},
        rejects_key=None,
        accepted_key=None,
        size_bytes=content.size_bytes if seen else record.size_bytes,
        sha256=content.sha256 or record.sha256,
        media_type=content.media_type or record.media_type,
    )


def keeps_promise(existing: Record, seen: Record) -> bool:
    """Whether content is what was announced, as far as anything was said of it."""
    return existing.expected_sha256 in (None, seen.sha256) and existing.expected_size_bytes in (
        None,
        seen.size_bytes,
    )


def checksum_verdict(existing: Record, outcome: Record) -> Verdict:
    """On content that is not what was announced."""
    if existing.expected_size_bytes not in (None, outcome.size_bytes):
        promised = f"The upload promised {existing.expected_size_bytes:,} bytes"
        detail = f"{promised}; the content has {outcome.size_bytes or 0:,}."
        return Verdict(Status.QUARANTINED, Reason.CHECKSUM_MISMATCH, detail)
    detail = f"The upload promised SHA-256 {existing.expected_sha256}; the content has {outcome.sha256}."
    return Verdict(Status.QUARANTINED, Reason.CHECKSUM_MISMATCH, detail)


def quarantine_key(record: Record) -> str:
    """Unique for each version, the same each time, and short enough whatever the source key."""
    name = record.file_name.encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return f"{folder_of(record)}/original/{name}"


def folder_of(record: Record) -> str:
    """Of what belongs to the version in the quarantine bucket and in that of accepted rows."""
    return derived_record_id(record.bucket, record.object_key, record.version_id or "null")
