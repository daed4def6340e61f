"""What comes out of the queue: S3's event notifications, and commands of our own.

The form of a notification: docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from records.commands import command_in
from records.errors import MalformedEvent
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.commands import Command


RECONCILED = "ObjectCreated:Reconciled"
"""What the sweep calls its own notifications."""


@dataclass(frozen=True, slots=True)
class ObjectCreated:
    """A version of an object that S3 says is there now.

    Attributes:
        key: the object's key, decoded.
        version_id: its version; `null` in a bucket without versioning, empty for the current one.
        sequencer: S3's order of events of one key, in hexadecimal.
        event_time: when it was created, RFC 3339 in UTC.
        size_bytes: as the event says; 0 where it does not.
        again: whether this version may have been worked on before, to no end.
    """

    bucket: str
    key: str
    version_id: str
    sequencer: str
    event_time: str
    size_bytes: int = 0
    again: bool = False


def contents_of(body: str) -> Sequence[ObjectCreated | Command]:
    """What a queue message is about: a command of ours, or the objects that S3 announces.

    Raises:
        MalformedEvent: the body is neither.
    """
    try:
        command = command_in(json.loads(body))
    except (ValueError, KeyError, TypeError) as error:
        raise _malformed(body, error) from error
    return [command] if command else parse_message(body)


def parse_message(body: str) -> list[ObjectCreated]:
    """The objects that a notification announces; none for `s3:TestEvent` and for other events.

    Raises:
        MalformedEvent: the body is no S3 notification.
    """
    try:
        message = json.loads(body)
        if message.get("Event") == "s3:TestEvent":
            return []
        created = [e for e in message["Records"] if e["eventName"].startswith("ObjectCreated:")]
        return [_object_created(event) for event in created]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _malformed(body, error) from error


def _malformed(body: str, error: Exception) -> MalformedEvent:
    return MalformedEvent(f"neither an S3 notification nor a command ({error!r}): {body[:200]}")


def _object_created(event: dict[str, Any]) -> ObjectCreated:
    described = event["s3"]["object"]
    return ObjectCreated(
        bucket=event["s3"]["bucket"]["name"],
        key=unquote_plus(described["key"], errors="strict"),
        version_id=described.get("versionId", "null"),
        sequencer=described.get("sequencer", ""),
        event_time=utc_text(datetime.fromisoformat(event["eventTime"])),
        size_bytes=int(described.get("size", 0)),
        again=event["eventName"] == RECONCILED,
    )
