"""Whether every address that is to be told receives mails: nobody else would notice that one does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from records.errors import ScalperError, translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from records.telemetry import Telemetry


class Subscriptions:
    """Compares a topic's subscriptions with the addresses that the stack was given.

    Their number is compared, not only what is pending: SNS deletes a subscription that nobody confirms, and
    who follows the link in a mail cancels theirs.

    Args:
        addresses: how many addresses the stack was given.
    """

    def __init__(self, client: SNSClient, arn: str, telemetry: Telemetry, *, addresses: int) -> None:
        self._client = client
        self._arn = arn
        self._telemetry = telemetry
        self._addresses = addresses

    def look(self) -> int | None:
        """Say how many are missing, if any are; None if AWS does not tell, which must not stop a mail."""
        if not self._addresses:
            return 0
        try:
            missing = max(self._addresses - self._confirmed(), 0)
        except (ScalperError, ClientError) as error:
            self._telemetry.emit("subscriptions unknown", level="WARNING", error=str(error))
            return None
        if missing:
            self._telemetry.emit(
                "subscriptions unconfirmed",
                level="WARNING",
                metrics={"UnconfirmedSubscriptions": (missing, "Count")},
                topic=self._arn,
            )
        return missing

    def _confirmed(self) -> int:
        with translated("listing the subscriptions"):
            pages = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._arn)
            listed = [entry for page in pages for entry in page["Subscriptions"]]
        # One that waits has the text PendingConfirmation instead of an ARN.
        return sum(
            entry.get("Protocol") == "email" and entry.get("SubscriptionArn", "").startswith("arn:")
            for entry in listed
        )
