"""The notifier's entry: batches of the table's stream, and the clock's events."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from notifier.alerts import Rules
from notifier.digest import Writer
from notifier.notifier import Notifier
from notifier.settings import Settings
from notifier.store import AlertStore
from notifier.topic import Topic
from records.environment import read_settings
from records.telemetry import Telemetry
from records.tracing import Tracer


@cache
def _notifier() -> Notifier:
    settings = read_settings(Settings, os.environ)
    # A call that hangs must end before the function does.
    timeouts = Config(connect_timeout=2, read_timeout=5)
    often = timeouts.merge(Config(retries={"mode": "standard", "total_max_attempts": 3}))
    once = timeouts.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
    rules = Rules(settings.alert_window_seconds, settings.max_alerts_per_hour)
    return Notifier(
        AlertStore(boto3.client("dynamodb", config=often), settings.alerts_table),
        Topic(boto3.client("sns", config=once), settings.topic_arn),
        Writer(settings.stack, settings.api_url, rules),
        Telemetry(settings.stack),
        clock=lambda: datetime.now(UTC),
        notify_on_success=settings.notify_on_success,
        tracer=Tracer(os.environ),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for a batch of DynamoDB stream records, or for `{"flush": true}` of the clock."""
    notifier = _notifier()
    return {"published": notifier.flush() if event.get("flush") else notifier.run(event["Records"])}
