"""What is asked for beyond uploads, as clients see it: retries, operations, and the sweep's report."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from api.schemas import Count, Moment, RequestSchema, Schema, Time
from contracts.model import LONGEST_PREFIX
from records.model import Reason
from records.operations import Kind, State

OperationId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["5d41402abc4b2a76b9719d911017c592"])]
Why = Annotated[str | None, Field(max_length=500, description="Kept on the record, with who asked and when.")]


class ActionRequest(RequestSchema):
    """Why somebody does something with a record."""

    why: Why = None


class RetriableStatus(StrEnum):
    """Where records stand that can be tried again."""

    QUARANTINED = "quarantined"
    FAILED = "failed"


class DiscardsRequest(RequestSchema):
    """Which quarantined files shall be discarded: those to which all of this applies."""

    reason: Reason | None = None
    prefix: str | None = Field(
        default=None, max_length=LONGEST_PREFIX, description="Only objects whose key begins so."
    )
    arrived_after: Moment | None = Field(default=None, description="Only records not older than this.")
    arrived_before: Moment | None = Field(default=None, description="Only records older than this.")
    why: Why = None


class RetriesRequest(DiscardsRequest):
    """Which records shall be tried again: those to which all of this applies."""

    status: RetriableStatus = RetriableStatus.QUARANTINED


class RedriveRequest(RequestSchema):
    """Whether dead letters are moved, or only shown."""

    dry_run: bool = Field(
        default=True, strict=True, description="Show what is in the dead-letter queue, and leave it there."
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
    created_at: Time
    why: str | None = None
    wanted: dict[str, str | bool] = Field(description="What was asked for.")
    found: Count = Field(description="Records, or dead letters, so far.")
    started: Count = Field(description="Of these, so many were begun, discarded or moved.")
    skipped: Count = Field(description="Of these, so many need nothing any more.")
    waiting: Count = Field(description="Retries that were begun and have no outcome yet.")
    outcomes: dict[str, Count] = Field(description="How many records ended in which state.")
    examples: list[str] | None = Field(default=None, description="Of dead letters: what the first ones are.")


class PassView(View):
    """One comparison of the incoming bucket with the records."""

    started_at: Time
    finished_at: Time | None = None
    versions: Count = Field(description="Object versions that were looked at.")
    unrecorded: Count = Field(description="Of these, without a record: they were put into the queue.")
    half_moved: Count = Field(description="Of these, in quarantine as well: what is left is being deleted.")
    gone: Count = Field(description="Records that wait for somebody, and whose bytes are gone: now missing.")


class ReconciliationView(View):
    """What the sweep did last."""

    ran_at: Time | None = Field(default=None, description="When it ran last; absent before its first run.")
    due: dict[str, Count] = Field(
        description="Records that were due in that run, by what was done with them."
    )
    dead_letters: dict[str, Count] = Field(description="What it saw of the dead-letter queue, by kind.")
    current: PassView | None = Field(default=None, description="The pass that is under way.")
    last: PassView | None = Field(default=None, description="The last one that came to its end.")
