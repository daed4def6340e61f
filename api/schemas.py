"""What the API takes and gives, as clients see it: camelCase, RFC 3339 in UTC, sizes in bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
)
from pydantic.alias_generators import to_camel

from records.model import Act, Reason, Source, Status

Sha256 = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content, in hexadecimal.")
]
RecordId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["8c7dd922ad47494fc02c388e12c00eac"])]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A time in an answer: text that is right already, so it is not read again."""
Count = Annotated[int, Field(json_schema_extra={"format": "int64"})]
"""A number that may be larger than 32 bits hold."""

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
# No control characters, and none that turn the direction of writing: `a<U+202E>gpj.exe` reads as a picture.
NAME = "^[^\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]+$"


class Schema(BaseModel):
    """The conventions that all share."""

    model_config = ConfigDict(alias_generator=to_camel)


class RequestSchema(Schema):
    """What a client sends: nothing that is unknown, and no null, since what is not meant is left out."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("Leave it out instead of sending null")
        return value


def _as_documented(value: Any) -> Any:
    """Pydantic would read numbers, dates and much else as a time."""
    if isinstance(value, str) and not _RFC_3339.fullmatch(value):
        raise ValueError("Input should be a time after RFC 3339, such as 2026-11-21T08:00:00Z")
    if not isinstance(value, str):
        raise ValueError("Input should be a text")  # noqa: TRY004 - pydantic answers with what is no ValueError
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("Input should be a time that exists in UTC, too") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_as_documented), AfterValidator(_in_utc)]
"""A time in a request, in UTC."""


def whole(value: Any) -> Any:
    """JSON knows one kind of number: 52.0 is the integer 52."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_LARGEST_OBJECT = 5 * 1024**4
Size = Annotated[Count, Field(strict=True, ge=0, le=_LARGEST_OBJECT), BeforeValidator(whole)]
"""How many bytes an object of S3 may have."""


class AttemptView(Schema):
    """One try at an object."""

    started_at: Time
    duration_ms: int
    outcome: Status
    reason: Reason | None = None


class ActionView(Schema):
    """What somebody did with a record."""

    act: Act
    at: Time
    by: str = Field(description="The id of an API key, or `sweep`.")
    action_id: str
    why: str | None = None


class FindingView(Schema):
    """One thing that is wrong or odd in a file; lines, rows and fields are counted from 1."""

    type: str = Field(
        examples=["type-error"],
        description="As in the Frictionless standard, or `ceiling-error`, `unsafe-error`, `contract-error`.",
    )
    message: str
    line_number: Count | None = Field(default=None, description="As a text editor counts.")
    row_number: Count | None = Field(default=None, description="Of a table's data, without its header.")
    field_number: Count | None = None
    field_name: str | None = None


class ColumnView(Schema):
    """What is known of one column of a table."""

    model_config = ConfigDict(extra="allow")

    name: str
    type: str | None = None


class ProfileView(Schema):
    """What is known of a file's content; what else there is depends on its format."""

    model_config = ConfigDict(extra="allow")

    format: str = Field(examples=["csv"])
    rows: Count | None = None
    column_count: int | None = None
    columns: list[ColumnView] | None = None
    cut: bool | None = Field(default=None, description="Whether something was too long to be kept.")


class RecordSummary(Schema):
    """A row of a list."""

    record_id: RecordId
    status: Status
    reason: Reason | None = None
    source: Source
    object_key: str
    file_name: str
    size_bytes: Count | None = None
    media_type: str | None = Field(default=None, description="As detected from the content.")
    created_at: Time = Field(description="When the record came to be: lists are in this order.")
    arrived_at: Time | None = Field(default=None, description="When the object was complete in the bucket.")
    finished_at: Time | None = None
    duration_ms: int | None = None


class RecordView(RecordSummary):
    """Everything known about one version of one object."""

    bucket: str
    version_id: str | None = None
    sequencer: str | None = Field(default=None, description="S3's order of events of one key.")
    sha256: Sha256 | None = None
    expected_sha256: Sha256 | None = Field(default=None, description="As promised when it was announced.")
    expected_size_bytes: Count | None = None
    asked: str | None = Field(
        default=None, description="A hash of the request, if that had an Idempotency-Key."
    )
    upload_id: str | None = Field(default=None, description="S3's id of a multipart upload.")
    part_size_bytes: Count | None = Field(default=None, description="Of its parts but the last.")
    part_checksums: bool | None = Field(default=None, description="Whether its parts have checksums.")
    declared_media_type: str | None = None
    detail: str | None = Field(default=None, description="What was wrong, in words.")
    quarantine_key: str | None = Field(default=None, description="Where the quarantine bucket holds it.")
    contract: str | None = Field(default=None, description="The name of the contract it was held against.")
    profile: ProfileView | None = None
    errors: list[FindingView] | None = Field(default=None, description="The first ones.")
    warnings: list[FindingView] | None = Field(default=None, description="The first ones.")
    error_counts: dict[str, Count] | None = Field(default=None, description="All errors, by type.")
    warning_counts: dict[str, Count] | None = Field(default=None, description="All warnings, by type.")
    rejects_key: str | None = Field(default=None, description="Where the report of bad rows is.")
    accepted_key: str | None = Field(default=None, description="Where the good rows of a split file are.")
    attempts: list[AttemptView] = Field(default=[], description="The last ones.")
    attempt_count: int = Field(default=0, description="How many there were.")
    actions: list[ActionView] | None = Field(default=None, description="The last ones.")
    retry_id: str | None = Field(default=None, description="Of the retry on its way, or of the last one.")
    operation_id: str | None = Field(default=None, description="Of which that retry is a part.")
    automatic_retries: int = Field(default=0, description="How many of the retries nobody asked for.")
    due_at: Time | None = Field(default=None, description="When the sweep looks at it, if nothing happens.")
    revision: int = Field(default=1, description="How often the record was written.")


class RecordPage(Schema):
    """Some records, newest first."""

    items: list[RecordSummary]
    next_cursor: str | None = Field(
        default=None, description="Ask again with this `cursor` for the next page; absent on the last."
    )


class Download(Schema):
    """A link that works without a key until it expires."""

    url: str
    file_name: str
    size_bytes: Count | None = None
    sha256: Sha256 | None = None
    expires_at: Time


class Report(Schema):
    """A link to what was made of a file, which works without a key until it expires."""

    url: str
    file_name: str
    expires_at: Time


class AlertStatus(StrEnum):
    """How alerts go."""

    OK = "ok"
    FAILING = "failing"
    UNKNOWN = "unknown"


class AlertsView(Schema):
    """Whether people get their alerts."""

    status: AlertStatus
    since: Time | None = Field(
        default=None, description="When the last message went out, or could not be sent."
    )
    detail: str | None = Field(default=None, description="Why, if it is not `ok`.")


class Health(Schema):
    """The API answers."""

    status: Literal["ok"] = "ok"
    stack: str
    alerts: AlertsView
