"""What stands now, as clients see it, and what a caller may do."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from api.keys import Scope
from api.schemas import AlertStatus, Count, Schema, Time
from api.schemas_actions import RetriableStatus
from records.model import Reason


class Authentication(StrEnum):
    """By what callers are known in this stack."""

    API_KEY = "api_key"
    TOKEN = "token"  # noqa: S105 - a word, and no secret


class AccessView(Schema):
    """Who the caller is, what they may do, and what a page has to know of the stack."""

    authentication: Authentication
    key_id: str = Field(description="The id of an API key; for a token, a hash of its subject.")
    name: str = Field(description="Of the API key; for a token, its subject.")
    scopes: list[Scope] = Field(description="What the caller may do; none includes another.")
    prefix: str | None = Field(
        default=None, description="The folder that the caller is bound to; absent for all of them."
    )
    expires_at: Time | None = Field(default=None, description="From then on the key, or token, is refused.")
    stack: str
    max_file_bytes: Count = Field(description="Larger files are refused.")
    multipart_threshold_bytes: Count = Field(description="Larger files are sent in parts.")


class OverviewPart(StrEnum):
    """A part of the overview, by its name there."""

    ARRIVING = "arriving"
    ATTENTION = "attention"
    UNDERWAY = "underway"
    SWEEP = "sweep"
    QUEUE = "queue"
    OLDEST_SECONDS = "oldestSeconds"
    DEAD_LETTERS = "deadLetters"
    ALERTS = "alerts"


class Arriving(Schema):
    """Whether files come in."""

    last_arrived_at: Time | None = Field(
        default=None, description="Of the newest records; absent if none of these has arrived."
    )


class AttentionCount(Schema):
    """Files that need somebody for one reason."""

    status: RetriableStatus
    reason: Reason | None = None
    files: Count
    oldest_arrived_at: Time = Field(description="Of those that were counted.")
    newest_arrived_at: Time


class Attention(Schema):
    """Files that need somebody: quarantined and failed ones."""

    complete: bool = Field(
        description="Whether all were counted; if not, the newest were, and there are at least so many."
    )
    files: Count = Field(description="Of all reasons together.")
    counts: list[AttentionCount] = Field(description="By state and reason, most files first.")


class Underway(Schema):
    """Files that have no outcome yet."""

    complete: bool = Field(description="Whether all were counted; if not, there are at least so many.")
    awaiting_upload: Count = Field(description="Announced uploads that have not come yet.")
    retrying: Count
    tried_again_later: Count = Field(
        description="Failed files that the sweep will try again by itself; they need attention as well."
    )
    oldest_since: Time | None = Field(
        default=None, description="When the oldest of the counted uploads that have not come was announced."
    )


class QueueState(Schema):
    """Messages about files on their way to the processor, about so many."""

    waiting: Count
    in_flight: Count = Field(description="Being worked on.")
    delayed: Count = Field(description="To come later.")
    oldest_seconds: Count | None = Field(
        default=None,
        description="How long the oldest one has waited, as of the last few minutes; "
        "absent if nothing waits or nobody measured it.",
    )


class AlertsState(Schema):
    """Whether people get their alerts, and the last of these."""

    status: AlertStatus
    since: Time | None = Field(
        default=None, description="When the last message went out, or could not be sent."
    )
    detail: str | None = Field(default=None, description="Why, if it is not `ok`.")
    last_sent_at: Time | None = None
    last_subject: str | None = Field(default=None, description="What that message was about.")


class SweepState(Schema):
    """The job that repairs what fell into a gap."""

    ran_at: Time | None = Field(default=None, description="When it ran last; absent before its first run.")


class Overview(Schema):
    """What stands now. Parts that are about the whole stack are absent for a key that is bound."""

    at: Time = Field(description="When it was read; up to ten seconds ago.")
    prefix: str | None = Field(default=None, description="What it is about; absent for the whole stack.")
    unknown: list[OverviewPart] = Field(
        description="Parts that are absent because they could not be read just now."
    )
    arriving: Arriving | None = None
    attention: Attention | None = None
    underway: Underway | None = None
    queue: QueueState | None = None
    dead_letters: Count | None = Field(default=None, description="Messages that were given up.")
    alerts: AlertsState | None = None
    sweep: SweepState | None = None
