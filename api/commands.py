"""The way to the processor: commands in its queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.commands import body_of
from records.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from records.commands import Command


class CommandQueue:
    """Sends one command at a time."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, command: Command) -> None:
        """Tell the processor; sending the same twice does no harm."""
        with translated("sending to the queue"):
            self._client.send_message(QueueUrl=self._url, MessageBody=body_of(command))
