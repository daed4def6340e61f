"""The light client's way to moto: its requests, as moto takes those of botocore."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.awsrequest import AWSRequest
from moto.core.models import botocore_stubber

from records.aws.connections import Answer, Sent

if TYPE_CHECKING:
    from records.aws.connections import Connections


class SentToMoto:
    """A request that was carried out when it was sent."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def answer(self) -> Answer:
        return self._answer

    def give_up(self) -> None:
        """Nothing is under way."""


def send_to_moto(connections: Connections, headers: dict[str, str], body: bytes) -> Sent:
    """In place of `Connections.send`."""
    assert botocore_stubber.enabled, "without moto this would leave the process"
    request = AWSRequest("POST", f"{connections.url}/", headers, body).prepare()
    answered = botocore_stubber.process_request(request)
    assert answered
    status, told, content = answered
    raw = content if isinstance(content, bytes) else str(content).encode()
    lower = {str(name).lower(): str(value) for name, value in told.items()}
    return cast("Sent", SentToMoto(Answer(status, lower, raw)))
