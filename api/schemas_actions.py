"""What is asked for beyond uploads, as clients see it: retries, operations, and the sweep's report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.moments import Moment
from api.schemas import Schema
from contracts.model import LONGEST_PREFIX
from records.model import Reason
from records.operations import Kind, State

OperationId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["5d41402abc4b2a76b9719d911017c592"])]
Why = Annotated[str | None, Field(max_length=500, description="Kept on the record, with who asked and when.")]


class ActionRequest(Schema):
    """Why somebody does something with a record."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"why": "the contract was fixed"}]}
    )

    why: Why = None


class RetriesRequest(Schema):
    """Which records shall be tried again: those to which all of this applies."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"reason": "bad_rows", "prefix": "orders/", "why": "contract fixed"}]
        },
    )

    status: Literal["quarantined", "failed"] = "quarantined"
    reason: Reason | None = None
    prefix: str | None = Field(
        default=None, max_length=LONGEST_PREFIX, description="Only objects whose key begins so."
    )
    arrived_after: Moment | None = Field(default=None, description="Only records not older than this.")
    arrived_before: Moment | None = Field(default=None, description="Only records older than this.")
    why: Why = None


class RedriveRequest(Schema):
    """Whether dead letters are moved, or only shown."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(
        default=True, description="Show what is in the dead-letter queue, and leave it there."
    )
    why: Why = None


class View(Schema):
    """Made from what the table holds, by the names that it has there."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True, validate_by_alias=True)


class OperationView(View):
    """A request that is about many records, and how far it is."""

    operation_id: OperationId
    kind: Kind
    state: State = Field(description="Finished when nothing is left to find, and nothing on its way.")
    requested_by: str = Field(description="The id of an API key.")
    created_at: str
    why: str | None = None
    wanted: dict[str, str | bool] = Field(description="What was asked for.")
    found: int = Field(description="Records, or dead letters, so far.")
    started: int = Field(description="Of these, so many retries were begun, or so many were moved.")
    skipped: int = Field(description="Of these, so many need nothing any more.")
    waiting: int = Field(description="Retries that were begun and have no outcome yet.")
    outcomes: dict[str, int] = Field(description="How many retries ended in which state.")
    examples: list[str] | None = Field(default=None, description="Of dead letters: what the first ones are.")


class PassView(View):
    """One comparison of the incoming bucket with the records."""

    started_at: str
    finished_at: str | None = None
    versions: int = Field(description="Object versions that were looked at.")
    unrecorded: int = Field(description="Of these, without a record: they were put into the queue.")
    half_moved: int = Field(description="Of these, in quarantine as well: what is left is being deleted.")
    gone: int = Field(description="Records that wait for somebody, and whose bytes are gone: now missing.")


class ReconciliationView(View):
    """What the sweep did last."""

    ran_at: str | None = Field(default=None, description="When it ran last; absent before its first run.")
    due: dict[str, int] = Field(description="Records that were due in that run, by what was done with them.")
    dead_letters: dict[str, int] = Field(description="What it saw of the dead-letter queue, by kind.")
    current: PassView | None = Field(default=None, description="The pass that is under way.")
    last: PassView | None = Field(default=None, description="The last one that came to its end.")
