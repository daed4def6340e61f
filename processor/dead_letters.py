"""The dead-letter queue: what is in it, and taking it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from processor.events import ObjectCreated, contents_of
from records.errors import MalformedEvent, TransientError, translated
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_sqs import SQSClient

HELD_SECONDS = 60
AT_ONCE = 10
MOST_CALLS = 10
_LONGEST_SHOWN = 300


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed as often as it may."""

    message_id: str
    receipt: str
    body: str
    sent_at: str

    def described(self) -> dict[str, Any]:
        """What a person wants to know of it: what it is about, and since when."""
        told: dict[str, Any] = {"messageId": self.message_id, "sentAt": self.sent_at}
        try:
            contents = contents_of(self.body)
        except MalformedEvent:
            return told | {"malformed": self.body[:_LONGEST_SHOWN]}
        objects = [item for item in contents if isinstance(item, ObjectCreated)]
        if objects:
            return told | {"objects": [{"key": item.key, "versionId": item.version_id} for item in objects]}
        return told | {"command": json.loads(self.body)} if contents else told


class DeadLetters:
    """Takes messages out of the dead-letter queue for a while, or for good."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def take(self, *, most_calls: int = MOST_CALLS) -> list[DeadLetter]:
        """Up to ten messages for each call, hidden from others for a minute; none when it is empty."""
        return [letter for part in self._parts(most_calls) for letter in part]

    def _parts(self, most_calls: int) -> Iterator[list[DeadLetter]]:
        for _ in range(most_calls):
            with translated("reading the dead-letter queue"):
                answer = self._client.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=AT_ONCE,
                    VisibilityTimeout=HELD_SECONDS,
                    MessageSystemAttributeNames=["SentTimestamp"],
                )
            if not (messages := answer.get("Messages")):
                return
            yield [_letter(message) for message in messages]

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Let others see them again at once."""
        for part in _tens(letters):
            with translated("giving dead letters back"):
                self._client.change_message_visibility_batch(
                    QueueUrl=self._url,
                    Entries=[
                        {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                        for number, letter in enumerate(part)
                    ],
                )

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete them for good.

        Raises:
            TransientError: some are still there.
        """
        for part in _tens(letters):
            with translated("deleting dead letters"):
                answer = self._client.delete_message_batch(
                    QueueUrl=self._url,
                    Entries=[
                        {"Id": str(number), "ReceiptHandle": letter.receipt}
                        for number, letter in enumerate(part)
                    ],
                )
            if failed := answer.get("Failed"):
                raise TransientError(f"{len(failed)} dead letters could not be deleted")


def _letter(message: Any) -> DeadLetter:
    sent = int(message["Attributes"]["SentTimestamp"]) / 1_000
    return DeadLetter(
        message["MessageId"],
        message["ReceiptHandle"],
        message["Body"],
        utc_text(datetime.fromtimestamp(sent, UTC)),
    )


def _tens(letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    for begin in range(0, len(letters), AT_ONCE):
        yield letters[begin : begin + AT_ONCE]
