"""When a message comes again: soon after a failure, later after each further one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

FIRST_DELAY_SECONDS = 30
LONGEST_DELAY_SECONDS = 900


class Queue:
    """The queue that messages came from.

    Without this, a message that failed would stay invisible for as long as the queue protects one that
    is being worked on: six times the function's timeout.
    """

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def come_again(self, message: dict[str, Any], seconds: int) -> str | None:
        """Let a message come again after so many seconds; what AWS said if that is not to be had.

        Nothing is lost then: it comes again when its time of protection is over.
        """
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message["receiptHandle"], VisibilityTimeout=seconds
            )
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return None


def receives(message: dict[str, Any]) -> int:
    """How often the message has come, this time included."""
    return int(message["attributes"]["ApproximateReceiveCount"])


def delay_seconds(
    received: int, *, first: int = FIRST_DELAY_SECONDS, longest: int = LONGEST_DELAY_SECONDS
) -> int:
    """30 s after the first failure, twice as long after each further one, 15 minutes at the most."""
    return int(min(first * 2 ** (received - 1), longest))
