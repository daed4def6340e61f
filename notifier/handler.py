"""The notifier's entry: records of the table's stream in, grouped messages to SNS out."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from notifier.digest import changed_records, compose
from notifier.settings import Settings
from records.environment import read_settings
from records.errors import translated
from records.model import ATTENTION, Status
from records.telemetry import Telemetry

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from notifier.digest import Message


class Notifier:
    """Publishes to one topic."""

    def __init__(self, client: SNSClient, settings: Settings, telemetry: Telemetry) -> None:
        self._client = client
        self._settings = settings
        self._telemetry = telemetry

    def run(self, stream: list[dict[str, Any]]) -> int:
        """Publish what the stream records call for; how many messages that were."""
        wanted = ATTENTION | ({Status.PROCESSED} if self._settings.notify_on_success else set())
        records = [record for record in changed_records(stream) if record.status in wanted]
        messages = compose(records, stack=self._settings.stack, api_url=self._settings.api_url)
        for message in messages:
            self._publish(message)
        return len(messages)

    def _publish(self, message: Message) -> None:
        # A failure is raised: the stream brings the batch again, so an alert may repeat but is not lost.
        with translated(f"publishing to {self._settings.topic_arn}"):
            self._client.publish(
                TopicArn=self._settings.topic_arn,
                Subject=message.subject,
                Message=message.text,
                MessageAttributes={
                    name: {"DataType": "Number" if name == "count" else "String", "StringValue": value}
                    for name, value in message.attributes.items()
                },
            )
        self._telemetry.emit(
            "notified",
            metrics={"NotificationsSent": (1, "Count")},
            subject=message.subject,
            **message.attributes,
        )


@cache
def _notifier() -> Notifier:
    settings = read_settings(Settings, os.environ)
    # A call that hangs must end before the function does.
    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    return Notifier(boto3.client("sns", config=config), settings, Telemetry(settings.stack))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for a batch of DynamoDB stream records."""
    return {"published": _notifier().run(event["Records"])}
