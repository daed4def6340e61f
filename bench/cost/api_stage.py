"""The API's own code over a stage; its light DynamoDB client is watched as well, and goes nowhere."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

from botocore.awsrequest import AWSRequest
from moto.core.models import botocore_stubber

from api.app import create_app
from api.handler import adapt, build_world
from api.settings import Settings
from bench.cost.stage import CONTEXT, REGION
from contracts.model import Contracts
from records.aws.connections import Answer, Connections, Sent
from records.environment import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.cost.stage import Stage
    from local.graph import Graph

_ENVIRONMENT = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Api:
    """A caller with a key of every scope.

    Args:
        stage: whose meter counts.
    """

    def __init__(self, stage: Stage, graph: Graph) -> None:
        declared = graph["api"]["environment"]["variables"]
        names = {name: name.lower() for name in declared if name.endswith("_URL")} | {
            "RECORDS_TABLE": "records",
            "API_KEYS_TABLE": "api-keys",
            "ALERTS_TABLE": "alert-state",
            "INCOMING_BUCKET": "incoming",
            "QUARANTINE_BUCKET": "quarantine",
            "ACCEPTED_BUCKET": "accepted",
            "QUEUE_URL": stage.settings.queue_url,
            "DEAD_LETTER_QUEUE_URL": stage.settings.dead_letter_queue_url,
        }
        self.world = build_world(read_settings(Settings, declared | names), Contracts(()))
        self._key = self.world.keys.create("counted")[1]
        self._adapter = adapt(create_app(self.world))

    def request(self, method: str, path: str, body: Any = None, query: str = "") -> Any:
        """What it answers, which must be no problem."""
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {"x-api-key": self._key, "content-type": "application/json", "host": "api.example"},
            "requestContext": {
                "http": {"method": method, "path": path, "sourceIp": "203.0.113.7", "protocol": "HTTP/1.1"},
                "stage": "$default",
            },
            "isBase64Encoded": False,
            "body": None if body is None else json.dumps(body),
        }
        answer = self._adapter(event, cast("Any", CONTEXT))
        if answer["statusCode"] >= 300:
            raise RuntimeError(f"{method} {path}: {answer}")
        return json.loads(answer["body"])


@contextmanager
def serving(stage: Stage, graph: Graph) -> Iterator[Api]:
    """The API of a stage."""

    def send(connections: Connections, headers: dict[str, str], body: bytes) -> Sent:
        operation, params = headers["X-Amz-Target"].partition(".")[2], json.loads(body)
        before = stage.meter.begun("dynamodb", operation, params)
        answered = botocore_stubber.process_request(
            AWSRequest("POST", f"{connections.url}/", headers, body).prepare()
        )
        if not answered:
            raise RuntimeError("this would leave the process")
        status, told, content = answered
        raw = content if isinstance(content, bytes) else str(content).encode()
        if status == 200:
            stage.meter.done("dynamodb", operation, before, json.loads(raw))
        lower = {str(name).lower(): str(value) for name, value in told.items()}
        return cast("Sent", _Answered(Answer(status, lower, raw)))

    with patch.object(Connections, "send", send), patch.dict(os.environ, _ENVIRONMENT):
        yield Api(stage, graph)


class _Answered:
    """A request that was carried out when it was sent."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def answer(self) -> Answer:
        return self._answer

    def give_up(self) -> None:
        """Nothing is under way."""
