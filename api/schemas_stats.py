"""Statistics as clients see them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from api.schemas import Count, Schema, Time


class CountedStatus(StrEnum):
    """How a file ended, as metrics count it."""

    PROCESSED = "processed"
    QUARANTINED = "quarantined"
    MISSING = "missing"
    FAILED = "failed"


class StatsTotal(Schema):
    """All outcomes of one kind."""

    status: CountedStatus
    files: Count
    bytes: Count | None = Field(default=None, description="Of files that were read.")


class StatsHour(StatsTotal):
    """The outcomes of one kind within an hour."""

    hour: Time = Field(description="When the hour began.", examples=["2026-11-21T08:00:00.000Z"])
    average_ms: float | None = Field(
        default=None, description="Of the time that a file took to be worked on."
    )
    p50_ms: float | None = Field(default=None, description="Half of the files took no longer.")
    p95_ms: float | None = Field(default=None, description="Of twenty files, nineteen took no longer.")
    maximum_ms: float | None = None


class Stats(Schema):
    """Outcomes by hour and state; a file that is tried again counts each time."""

    from_: Time = Field(alias="from")
    to: Time
    totals: list[StatsTotal]
    hours: list[StatsHour] = Field(
        description="Oldest first; hours and states in which there was nothing are left out."
    )
