"""What the API takes and gives, as clients see it: camelCase, RFC 3339 in UTC, sizes in bytes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from records.model import Act, Reason, Source, Status

Sha256 = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content, in hexadecimal.")
]
RecordId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["8c7dd922ad47494fc02c388e12c00eac"])]


class Schema(BaseModel):
    """The conventions that all share."""

    model_config = ConfigDict(alias_generator=to_camel)


class AttemptView(Schema):
    """One try at an object."""

    started_at: str
    duration_ms: int
    outcome: Status
    reason: Reason | None = None


class ActionView(Schema):
    """What somebody did with a record."""

    act: Act
    at: str
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
    line_number: int | None = Field(default=None, description="As a text editor counts.")
    row_number: int | None = Field(default=None, description="Of a table's data, without its header.")
    field_number: int | None = None
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
    rows: int | None = None
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
    asked: str | None = Field(
        default=None, description="A hash of the request, if that had an Idempotency-Key."
    )
    upload_id: str | None = Field(default=None, description="S3's id of a multipart upload.")
    part_size_bytes: int | None = Field(default=None, description="Of its parts but the last.")
    part_checksums: bool | None = Field(default=None, description="Whether its parts have checksums.")
    declared_media_type: str | None = None
    detail: str | None = Field(default=None, description="What was wrong, in words.")
    quarantine_key: str | None = Field(default=None, description="Where the quarantine bucket holds it.")
    contract: str | None = Field(default=None, description="The name of the contract it was held against.")
    profile: ProfileView | None = None
    errors: list[FindingView] | None = Field(default=None, description="The first ones.")
    warnings: list[FindingView] | None = Field(default=None, description="The first ones.")
    error_counts: dict[str, int] | None = Field(default=None, description="All errors, by type.")
    warning_counts: dict[str, int] | None = Field(default=None, description="All warnings, by type.")
    rejects_key: str | None = Field(default=None, description="Where the report of bad rows is.")
    accepted_key: str | None = Field(default=None, description="Where the good rows of a split file are.")
    attempts: list[AttemptView] = Field(default=[], description="The last ones.")
    attempt_count: int = Field(default=0, description="How many there were.")
    actions: list[ActionView] | None = Field(default=None, description="The last ones.")
    retry_id: str | None = Field(default=None, description="Of the retry on its way, or of the last one.")
    operation_id: str | None = Field(default=None, description="Of which that retry is a part.")
    automatic_retries: int = Field(default=0, description="How many of the retries nobody asked for.")
    due_at: str | None = Field(default=None, description="When the sweep looks at it, if nothing happens.")
    revision: int = Field(default=1, description="How often the record was written.")


class RecordPage(Schema):
    """Some records, newest first."""

    items: list[RecordSummary]
    next_cursor: str | None = Field(
        default=None, description="Ask again with this `cursor` for the next page; absent on the last."
    )


class ConstraintsView(Schema):
    """What values must be, besides of their type."""

    required: bool = False
    unique: bool = False
    enum: list[str] | None = None
    pattern: str | None = Field(default=None, description="A regular expression for the whole value.")
    minimum: str | None = None
    maximum: str | None = None
    min_length: int | None = None
    max_length: int | None = None


class FieldView(Schema):
    """A column of a table schema, after Frictionless."""

    name: str
    type: str
    format: str = "default"
    title: str | None = None
    description: str | None = None
    true_values: list[str] | None = None
    false_values: list[str] | None = None
    constraints: ConstraintsView | None = None


class TableSchemaView(Schema):
    """The columns of a table, after Frictionless."""

    fields: list[FieldView]
    primary_key: list[str]
    missing_values: list[str]


class ContractView(Schema):
    """What one prefix accepts."""

    name: str = Field(examples=["orders"])
    prefix: str = Field(examples=["orders"])
    description: str | None = None
    media_types: list[str] = Field(description="As detected from the content; none accepts all.")
    min_bytes: int | None = None
    max_bytes: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: Literal["exact", "anyOrder", "atLeast", "none"]
    table_schema: TableSchemaView | None = Field(default=None, alias="schema")
    tolerated_bad_rows: int | str = Field(
        examples=[0, "1%"], description="A number of rows, or a share of them."
    )
    on_bad_rows: Literal["quarantine", "split"]
    personal_data: bool


class ContractList(Schema):
    """All contracts, in the order of their prefixes."""

    items: list[ContractView]


class Download(Schema):
    """A link that works without a key until it expires."""

    url: str
    file_name: str
    size_bytes: int | None = None
    sha256: Sha256 | None = None
    expires_at: str


class Report(Schema):
    """A link to what was made of a file, which works without a key until it expires."""

    url: str
    file_name: str
    expires_at: str


class AlertsView(Schema):
    """Whether people get their alerts."""

    status: Literal["ok", "failing", "unknown"]
    since: str | None = Field(
        default=None, description="When the last message went out, or could not be sent."
    )
    detail: str | None = Field(default=None, description="Why, if it is not `ok`.")


class Health(Schema):
    """The API answers."""

    status: Literal["ok"] = "ok"
    stack: str
    alerts: AlertsView


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
