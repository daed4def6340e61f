"""The queue: commands go in, and a message that failed comes again, soon at first and then later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from records.commands import body_of
from records.errors import ConfigurationError, TransientError, translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient

    from records.commands import Command

FIRST_DELAY_SECONDS = 30
LONGEST_DELAY_SECONDS = 900
AT_ONCE = 10
"""SQS takes so many messages in one call."""


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

    def send_anew(self, message: dict[str, Any]) -> str | None:
        """Put what a message says into the queue, as if it had never come; what AWS said if it refuses."""
        try:
            self.send_bodies([message["body"]])
        except (TransientError, ConfigurationError) as error:
            return str(error)
        return None

    def send(self, commands: Sequence[Command], *, delay_seconds: int = 0) -> None:
        """Put commands into the queue.

        Raises:
            TransientError: some are not in it; sending all of them again does no harm.
        """
        self.send_bodies([body_of(command) for command in commands], delay_seconds=delay_seconds)

    def send_bodies(self, bodies: Sequence[str], *, delay_seconds: int = 0) -> None:
        """Put messages into the queue.

        Raises:
            TransientError: some are not in it; sending all of them again does no harm.
        """
        for begin in range(0, len(bodies), AT_ONCE):
            part = bodies[begin : begin + AT_ONCE]
            with translated("sending to the queue"):
                answer = self._client.send_message_batch(
                    QueueUrl=self._url,
                    Entries=[
                        {"Id": str(number), "MessageBody": body, "DelaySeconds": delay_seconds}
                        for number, body in enumerate(part)
                    ],
                )
            if failed := answer.get("Failed"):
                raise TransientError(f"{len(failed)} messages were not taken: {failed[0].get('Code')}")


def receives(message: dict[str, Any]) -> int:
    """How often the message has come, this time included."""
    return int(message["attributes"]["ApproximateReceiveCount"])


def delay_seconds(
    received: int, *, first: int = FIRST_DELAY_SECONDS, longest: int = LONGEST_DELAY_SECONDS
) -> int:
    """30 s after the first failure, twice as long after each further one, 15 minutes at the most."""
    return int(min(first * 2 ** (received - 1), longest))
