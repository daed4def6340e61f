"""What the notifier writes down about its messages and the API shows: names, and how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ALERT_SET = "alerts"
"""The one partition of the alerts table: few and small items, which one query reads."""
LEDGER_ID = "ledger"


@dataclass(frozen=True)
class Delivery:
    """How the last messages went.

    Attributes:
        published_at: when the last one went out.
        failed_at, failure: when one did not, and why; None once another went out.
        subject: of the last one that went out.
    """

    published_at: str | None = None
    failed_at: str | None = None
    failure: str | None = None
    subject: str | None = None


def key(alert_id: str) -> dict[str, Any]:
    """An item's key, as DynamoDB takes it."""
    return {"alertSet": {"S": ALERT_SET}, "alertId": {"S": alert_id}}


def delivery(attributes: dict[str, Any]) -> Delivery:
    """What the ledger's item says."""
    names = ("publishedAt", "failedAt", "failure", "subject")
    return Delivery(*(attributes.get(name) for name in names))
