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
from notifier.subscriptions import Subscriptions
from notifier.topic import Topic
from records.environment import read_settings
from records.telemetry import Telemetry
from records.tracing import Tracer

# A call that hangs must end before the function does.
_TIMEOUTS = Config(connect_timeout=2, read_timeout=5)


@cache
def _notifier() -> Notifier:
    settings = read_settings(Settings, os.environ)
    often = _TIMEOUTS.merge(Config(retries={"mode": "standard", "total_max_attempts": 3}))
    rules = Rules(settings.alert_window_seconds, settings.max_alerts_per_hour)
    return Notifier(
        AlertStore(boto3.client("dynamodb", config=often), settings.alerts_table),
        Topic(_topics(), settings.topic_arn),
        Writer(settings.stack, settings.api_url, rules),
        Telemetry(settings.stack),
        clock=lambda: datetime.now(UTC),
        notify_on_success=settings.notify_on_success,
        tracer=Tracer(os.environ),
    )


@cache
def _topics() -> Any:
    once = _TIMEOUTS.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
    return boto3.client("sns", config=once)


@cache
def _subscriptions() -> Subscriptions:
    settings = read_settings(Settings, os.environ)
    telemetry = Telemetry(settings.stack)
    return Subscriptions(_topics(), settings.topic_arn, telemetry, addresses=settings.email_addresses)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for a batch of DynamoDB stream records, or for `{"flush": true}` of the clock."""
    notifier = _notifier()
    if not event.get("flush"):
        return {"published": notifier.run(event["Records"])}
    return {"published": notifier.flush(), "unconfirmed": _subscriptions().look()}
