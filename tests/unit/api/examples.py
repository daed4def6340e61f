"""Records to put into the table, and contracts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.model import Contract, Contracts, Field
from records.model import (
    ATTENTION,
    Act,
    Action,
    Attempt,
    Reason,
    Record,
    Source,
    Status,
    derived_record_id,
    utc_text,
)

BUCKET = "incoming"
ORDERS = Contract(
    name="orders",
    prefix="orders",
    description="Orders of a day.",
    media_types=("text/csv",),
    min_bytes=10,
    max_bytes=1_000,
    header="any_order",
    fields=(Field(name="id", type="integer", required=True, minimum="1"), Field(name="note", max_length=200)),
    primary_key=("id",),
    tolerated_bad_rows=None,
    tolerated_bad_share=0.01,
)
ASIA = Contract(name="asia", prefix="orders/asia", media_types=("text/csv", "application/x-ndjson"))
CONTRACTS = Contracts([ASIA, ORDERS])
BEGIN = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def dropped(number: int, status: Status = Status.PROCESSED, **changes: Any) -> Record:
    """A file that came straight into the bucket, a minute after the one with the number before."""
    key = changes.pop("object_key", f"drops/{number}.csv")
    moment = utc_text(BEGIN + timedelta(minutes=number))
    known: dict[str, Any] = {
        "version_id": f"v{number}",
        "sequencer": "0055AED6DCD90281E5",
        "size_bytes": 52,
        "media_type": "text/csv",
        "sha256": "ab" * 32,
        "reason": Reason.EMPTY_FILE if status in ATTENTION else None,
        "arrived_at": moment,
        "finished_at": moment,
        "duration_ms": 12,
        "attempts": (Attempt(started_at=moment, duration_ms=12, outcome=status),),
    }
    return Record(
        record_id=derived_record_id(BUCKET, key, f"v{number}"),
        status=status,
        source=Source.BUCKET,
        bucket=BUCKET,
        object_key=key,
        file_name=key.rpartition("/")[2],
        created_at=moment,
        **(known | changes),
    )


def complete() -> Record:
    """A record of which everything is known, likely or not."""
    return dropped(
        0,
        Status.QUARANTINED,
        declared_media_type="text/csv",
        expected_sha256="cd" * 32,
        expected_size_bytes=53,
        asked="ef" * 32,
        upload_id="VXBsb2FkIElE",
        part_size_bytes=16_777_216,
        part_checksums=True,
        reason=Reason.CHECKSUM_MISMATCH,
        detail="the content is not what was announced",
        quarantine_key="drops/0.csv/v0",
        contract="drops",
        profile={"format": "csv", "rows": 2, "columns": [{"name": "id", "type": "integer", "nulls": 0}]},
        errors=({"type": "type-error", "message": "The value is no integer.", "lineNumber": 2},),
        warnings=({"type": "blank-row", "message": "The line is empty.", "lineNumber": 3},),
        error_counts={"type-error": 1},
        warning_counts={"blank-row": 1},
        rejects_key="drops/0.csv/v0.rejects.csv",
        accepted_key="drops/0.csv/v0.parquet",
        attempts=(
            Attempt(
                started_at=utc_text(BEGIN),
                duration_ms=12,
                outcome=Status.QUARANTINED,
                reason=Reason.CHECKSUM_MISMATCH,
            ),
        ),
        attempt_count=3,
        actions=(
            Action(
                act=Act.RETRY,
                at=utc_text(BEGIN),
                by="0a1b2c3d4e5f",
                action_id="5d41402abc4b2a76b9719d911017c592",
                why="the contract was fixed",
            ),
        ),
        retry_id="5d41402abc4b2a76b9719d911017c592",
        operation_id="7d793037a0760186574b0282f2f435e7",
        automatic_retries=1,
        due_at=utc_text(BEGIN + timedelta(hours=2)),
        revision=2,
    )


def minimal() -> Record:
    """A record of which only the necessary is known."""
    return Record(
        record_id="0123456789abcdef" * 2,
        status=Status.MISSING,
        source=Source.BUCKET,
        bucket=BUCKET,
        object_key="gone.csv",
        file_name="gone.csv",
        created_at=utc_text(BEGIN),
    )
