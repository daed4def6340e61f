"""The topic, and what is known of a message when publishing it went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from records.errors import ConfigurationError, ScalperError, TransientError, code_of, translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from notifier.digest import Message


class NotPublished(ScalperError):
    """A message that did not go out, or perhaps did.

    Args:
        why: the service's own name for it, which tells nothing secret.
        certain: whether it is sure that nobody got the message.
    """

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(why)
        self.why = why
        self.certain = certain


class Topic:
    """Publishes to one topic.

    Args:
        client: an SNS client that does not repeat a call: whether a message went out twice would be unknown.
        arn: the topic.
    """

    def __init__(self, client: SNSClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, message: Message) -> None:
        """Send one message.

        Raises:
            NotPublished: whatever AWS said; from the error of `records.errors` that it is.
        """
        try:
            with translated(f"publishing to {self._arn}"):
                self._client.publish(
                    TopicArn=self._arn,
                    Subject=message.subject,
                    Message=message.text,
                    MessageAttributes={
                        name: {"DataType": "Number" if name == "count" else "String", "StringValue": value}
                        for name, value in message.attributes.items()
                    },
                )
        except (TransientError, ConfigurationError, ClientError) as error:
            raise _not_published(error) from error


def _not_published(error: Exception) -> NotPublished:
    original = error if isinstance(error, ClientError) else error.__cause__
    if isinstance(original, ClientError):
        status = original.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return NotPublished(code_of(original), certain=status < 500)
    certain = isinstance(original, BotoCoreError) and not isinstance(original, HTTPClientError)
    return NotPublished(type(original).__name__, certain=certain)
