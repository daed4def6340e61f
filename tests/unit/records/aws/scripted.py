"""A light client whose answers are written down beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from records.aws.connections import Sent
from records.aws.dynamodb import DynamoDB
from records.aws.signing import Credentials, Signer

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPConnection

    from botocore.exceptions import BotoCoreError

    from records.aws.connections import Answer, Connections


class Scripted:
    """In place of connections: each request gets the next outcome.

    Attributes:
        sent: headers and body of each request.
        sent_before_each_answer: how many requests were under way or done when it was read.
        given_up: how many answers nobody wanted any more.
        emptied: how often the idle connections were closed.
    """

    url = "https://dynamodb.us-east-1.amazonaws.com"
    host = "dynamodb.us-east-1.amazonaws.com"

    def __init__(self, *outcomes: Answer | BotoCoreError) -> None:
        self._outcomes = list(outcomes)
        self.sent: list[tuple[dict[str, str], bytes]] = []
        self.sent_before_each_answer: list[int] = []
        self.given_up = 0
        self.emptied = 0

    def send(self, headers: dict[str, str], body: bytes) -> Sent:
        self.sent.append((headers, body))
        return Sent(cast("Connections", self), cast("HTTPConnection", _Line(self)))

    def close(self) -> None:
        self.emptied += 1

    def read(self, connection: object) -> Answer:
        self.sent_before_each_answer.append(len(self.sent))
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class _Line:
    def __init__(self, wire: Scripted) -> None:
        self._wire = wire

    def close(self) -> None:
        self._wire.given_up += 1


def light(wire: Scripted, slept: Callable[[float], None] = lambda _: None) -> DynamoDB:
    signer = Signer(lambda: Credentials("a", "b"), "us-east-1", "dynamodb")
    connections = cast("Connections", wire)
    return DynamoDB(connections, signer, attempts=3, sleep=slept, jitter=lambda: 0.5)
