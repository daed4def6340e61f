"""What the API takes and gives, as clients see it: camelCase, RFC 3339 in UTC, sizes in bytes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from records.model import Reason, Source, Status

Sha256 = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content, in hexadecimal.")
]
RecordId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["8c7dd922ad47494fc02c388e12c00eac"])]


_WORD = "[A-Za-z0-9!#$&^_.+-]+"
# No control characters, and none that turn the direction of writing: `a<U+202E>gpj.exe` reads as a picture.
_NAME = "^[^\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]+$"


class Schema(BaseModel):
    """The conventions that all share."""

    model_config = ConfigDict(alias_generator=to_camel)


class AttemptView(Schema):
    """One try at an object."""

    started_at: str
    duration_ms: int
    outcome: Status
    reason: Reason | None = None


class RecordSummary(Schema):
    """A row of a list."""

    record_id: RecordId
    status: Status
    reason: Reason | None = None
    source: Source
    object_key: str
    file_name: str
    size_bytes: int | None = None
    media_type: str | None = Field(default=None, description="As detected from the content.")
    created_at: str = Field(description="When the record came to be: lists are in this order.")
    arrived_at: str | None = Field(default=None, description="When the object was complete in the bucket.")
    finished_at: str | None = None
    duration_ms: int | None = None


class RecordView(RecordSummary):
    """Everything known about one version of one object."""

    bucket: str
    version_id: str | None = None
    sequencer: str | None = Field(default=None, description="S3's order of events of one key.")
    sha256: Sha256 | None = None
    expected_sha256: Sha256 | None = Field(default=None, description="As promised when it was announced.")
    expected_size_bytes: int | None = None
    declared_media_type: str | None = None
    detail: str | None = Field(default=None, description="What was wrong, in words.")
    quarantine_key: str | None = Field(default=None, description="Where the quarantine bucket holds it.")
    attempts: list[AttemptView] = []


class RecordPage(Schema):
    """Some records, newest first."""

    items: list[RecordSummary]
    next_cursor: str | None = Field(
        default=None, description="Ask again with this `cursor` for the next page; absent on the last."
    )


class UploadRequest(Schema):
    """A file that is about to come."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"fileName": "orders.csv", "sizeBytes": 52}]},
    )

    file_name: str = Field(min_length=1, max_length=255, pattern=_NAME)
    size_bytes: int = Field(ge=0, strict=True, description="Exactly this many bytes are accepted.")
    media_type: str | None = Field(
        default=None, max_length=127, pattern=rf"^{_WORD}/{_WORD}(; ?{_WORD}={_WORD})*$"
    )
    sha256: Sha256 | None = None
    prefix: str = Field(
        default="uploads",
        max_length=200,
        pattern=r"^[A-Za-z0-9_=-][A-Za-z0-9_.=-]*(/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*$",
        description="The folder of the incoming bucket that the file goes into.",
    )


class PresignedPost(Schema):
    """A form to send: `fields` in their order, then `file` last, as multipart/form-data."""

    method: Literal["POST"] = "POST"
    url: str
    fields: dict[str, str]
    expires_at: str


class Upload(Schema):
    """The record, at once, and where to send the file."""

    record: RecordView
    upload: PresignedPost


class Download(Schema):
    """A link that works without a key until it expires."""

    url: str
    file_name: str
    size_bytes: int | None = None
    sha256: Sha256 | None = None
    expires_at: str


class Health(Schema):
    """The API answers."""

    status: Literal["ok"] = "ok"
    stack: str


class FieldProblem(Schema):
    """One thing that is wrong with a request."""

    pointer: str = Field(examples=["#/sizeBytes"])
    detail: str


class ProblemView(Schema):
    """RFC 9457 problem details."""

    type: str = Field(examples=["/problems/record-not-found"])
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
