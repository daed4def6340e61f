"""What the notifier is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Each field is an environment variable of the same name in capitals."""

    stack: str
    topic_arn: str
    alerts_table: str
    api_url: str
    notify_on_success: bool
    alert_window_seconds: int
    max_alerts_per_hour: int
    email_addresses: int
