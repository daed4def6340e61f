"""The record of one object version, and its form as a DynamoDB item.

Attribute names are the camelCase names of the API, so an item is read the same way everywhere.
Times are RFC 3339 in UTC with milliseconds (a fixed width, so they sort as text); sizes are bytes.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

RECORD_ID = re.compile(r"[0-9a-f]{32}")
MOST_KEPT = 20
"""Of attempts and of actions, the last so many stay on the record."""


class Status(StrEnum):
    """Where a record stands; `MOVES` says where it may go from there."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSED = "processed"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    MISSING = "missing"
    RETRYING = "retrying"
    DISCARDED = "discarded"
    EXPIRED = "expired"


ATTENTION = frozenset({Status.QUARANTINED, Status.FAILED})
"""The states that need somebody: only these are in the sparse index `byAttention`."""


OUTCOMES = frozenset({Status.PROCESSED, Status.QUARANTINED, Status.FAILED, Status.MISSING})
"""How an attempt may end."""

MOVES: dict[Status, frozenset[Status]] = {
    Status.AWAITING_UPLOAD: OUTCOMES | {Status.EXPIRED},
    # Quarantined bytes expire.
    Status.QUARANTINED: frozenset({Status.RETRYING, Status.DISCARDED, Status.MISSING}),
    # A message from the dead-letter queue may bring the outcome without a retry having been asked for.
    Status.FAILED: OUTCOMES | {Status.RETRYING},
    Status.RETRYING: OUTCOMES,
}
"""The only moves there are; what is not named here is final."""

RETRIABLE = frozenset({Status.QUARANTINED, Status.FAILED})
"""The states from which a file can be tried again."""


class Reason(StrEnum):
    """Why a record is not simply `processed`."""

    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    OBJECT_GONE = "object_gone"
    UNSAFE_CONTENT = "unsafe_content"
    NOT_ACCEPTED = "not_accepted"
    WRONG_FORMAT = "wrong_format"
    CEILING_EXCEEDED = "ceiling_exceeded"
    BROKEN_ENCODING = "broken_encoding"
    WRONG_HEADER = "wrong_header"
    CORRUPT_FILE = "corrupt_file"
    BAD_ROWS = "bad_rows"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
    CRASHED = "crashed"


HEALED_BY_TIME = frozenset({Reason.UNAVAILABLE})
"""Why an attempt failed that may well work later without anybody doing anything."""


class Source(StrEnum):
    """How the object came in."""

    UPLOAD = "upload"
    BUCKET = "bucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at an object: when it began, how long it took and how it ended."""

    started_at: str
    duration_ms: int
    outcome: Status
    reason: Reason | None = None


class Act(StrEnum):
    """What somebody may do with a record."""

    RETRY = "retry"
    DISCARD = "discard"
    ABORT = "abort"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What was done with a record: who did it, when and why.

    Attributes:
        by: the id of an API key, or `sweep`.
        why: in the words of whoever did it.
        action_id: the same for the same request sent twice.
    """

    act: Act
    at: str
    by: str
    action_id: str
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything known about one version of one object.

    Attributes:
        profile: what is known of the content, in the API's camelCase.
        errors, warnings: the first ones, likewise; the counts are of all of them, by type.
        contract: the name of the one that applied.
        asked: of the request that announced it, if that had an Idempotency-Key: a hash.
        upload_id: of S3's multipart upload; `part_size_bytes` is of all parts but the last, and
            `part_checksums` says whether each is sent with its SHA-256.
        rejects_key, accepted_key: where the quarantine bucket has the report of bad rows, and the bucket of
            accepted rows the good ones.
        attempts, actions: the last ones, at most `MOST_KEPT`; `attempt_count` is of all.
        retry_id: of the retry that is on its way, or was the last.
        operation_id: of the operation that the retry belongs to.
        automatic_retries: how often the sweep asked for one.
        due_at: when the sweep looks at the record if nothing happened until then.
        revision: how often the record was written.
    """

    record_id: str
    status: Status
    source: Source
    bucket: str
    object_key: str
    file_name: str
    created_at: str
    version_id: str | None = None
    sequencer: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    declared_media_type: str | None = None
    sha256: str | None = None
    expected_sha256: str | None = None
    expected_size_bytes: int | None = None
    asked: str | None = None
    upload_id: str | None = None
    part_size_bytes: int | None = None
    part_checksums: bool | None = None
    reason: Reason | None = None
    detail: str | None = None
    quarantine_key: str | None = None
    arrived_at: str | None = None
    finished_at: str | None = None
    duration_ms: int | None = None
    contract: str | None = None
    profile: dict[str, Any] | None = None
    errors: tuple[dict[str, Any], ...] = ()
    warnings: tuple[dict[str, Any], ...] = ()
    error_counts: dict[str, int] = field(default_factory=dict)
    warning_counts: dict[str, int] = field(default_factory=dict)
    rejects_key: str | None = None
    accepted_key: str | None = None
    attempts: tuple[Attempt, ...] = ()
    attempt_count: int = 0
    actions: tuple[Action, ...] = ()
    retry_id: str | None = None
    operation_id: str | None = None
    automatic_retries: int = 0
    due_at: str | None = None
    revision: int = 1

    @property
    def arrival_key(self) -> str:
        """The sort key of both indexes: unique, and newest last as text."""
        return f"{self.created_at}#{self.record_id}"


def new_record_id() -> str:
    """An unguessable id of 32 hexadecimal digits for an upload that is about to come."""
    return secrets.token_hex(16)


def derived_record_id(bucket: str, object_key: str, version_id: str) -> str:
    """The id of an object that nobody announced; the same version always has the same id."""
    identity = "\0".join((bucket, object_key, version_id))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def announced_record_id(object_key: str) -> str | None:
    """The record id that `POST /uploads` put into a key (`…/<recordId>/<name>`), if there is one."""
    folder = object_key.rpartition("/")[0].rpartition("/")[2]
    return folder if RECORD_ID.fullmatch(folder) else None


def shard_of(record_id: str, shards: int) -> str:
    """The index partition of a record: `shard#0` to `shard#<shards - 1>`, evenly spread."""
    return f"shard#{int(hashlib.sha256(record_id.encode()).hexdigest()[:8], 16) % shards}"


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, for example `2026-01-31T08:15:30.250Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def camel(name: str) -> str:
    """`size_bytes` → `sizeBytes`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def is_older(sequencer: str, than: str) -> bool:
    """Whether S3 made the event of one key before another of the same key.

    The shorter one is padded on its right: docs.aws.amazon.com/AmazonS3/latest/userguide/
    notification-content-structure.html
    """
    length = max(len(sequencer), len(than))
    return sequencer.upper().ljust(length, "0") < than.upper().ljust(length, "0")


def to_attributes(record: Record | Attempt | Action) -> dict[str, Any]:
    """The record under its camelCase names, without what is not known."""
    named = {camel(item.name): getattr(record, item.name) for item in fields(record)}
    if isinstance(record, Record):
        named["attempts"] = [to_attributes(attempt) for attempt in record.attempts]
        named["actions"] = [to_attributes(action) for action in record.actions]
    empty: tuple[object, ...] = (None, (), {}, [])
    return {name: value for name, value in named.items() if name == "attempts" or value not in empty}


def from_attributes(attributes: dict[str, Any]) -> Record:
    """The inverse of `to_attributes`; attributes that a record does not have are left out."""
    known = {
        item.name: attributes[camel(item.name)] for item in fields(Record) if camel(item.name) in attributes
    }
    known["status"] = Status(known["status"])
    known["source"] = Source(known["source"])
    if "reason" in known:
        known["reason"] = Reason(known["reason"])
    for name in ("errors", "warnings"):
        known[name] = tuple(known.get(name, ()))
    known["attempts"] = tuple(_attempt(entry) for entry in known.get("attempts", ()))
    known["actions"] = tuple(_action(entry) for entry in known.get("actions", ()))
    return Record(**known)


def _attempt(attributes: dict[str, Any]) -> Attempt:
    reason = attributes.get("reason")
    return Attempt(
        started_at=attributes["startedAt"],
        duration_ms=attributes["durationMs"],
        outcome=Status(attributes["outcome"]),
        reason=Reason(reason) if reason else None,
    )


def _action(attributes: dict[str, Any]) -> Action:
    return Action(
        act=Act(attributes["act"]),
        at=attributes["at"],
        by=attributes["by"],
        action_id=attributes["actionId"],
        why=attributes.get("why"),
    )
