"""Speaks to the app as API Gateway does: HTTP API events of payload version 2.0, through Mangum."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from api.app import create_app
from api.handler import adapt
from api.problems import BY_SLUG
from tests.unit.api.promises import promises

if TYPE_CHECKING:
    from mangum import Mangum

    from api.deps import World

EVENTS = Path(__file__).parent / "events"
CONTEXT = cast("Any", SimpleNamespace(aws_request_id="test", function_name="api"))


@dataclass(frozen=True)
class Answer:
    """What API Gateway would send on, with the body as the client receives it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, result: dict[str, Any]) -> Answer:
        """From what the Lambda returns."""
        text = result["body"]
        body = base64.b64decode(text) if result["isBase64Encoded"] else text.encode()
        return cls(result["statusCode"], result["headers"], body)

    @property
    def media_type(self) -> str:
        return self.headers["content-type"].partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)

    def problem(self, status: int, kind: str) -> dict[str, Any]:
        """The body, which must be this problem and nothing else."""
        assert (self.status, self.media_type) == (status, "application/problem+json"), self
        body: dict[str, Any] = self.json()
        assert body["type"] == f"/problems/{kind}"
        assert body["title"] == BY_SLUG[kind].title
        assert body["status"] == status == BY_SLUG[kind].status
        assert body["detail"]
        assert body["requestId"] == self.headers["x-request-id"]
        assert body.keys() <= {"type", "title", "status", "detail", "requestId", "errors"}
        return body

    def pointers(self) -> list[str]:
        """The places that an answer of 422 names."""
        problem = self.problem(422, "invalid-request")
        assert all(entry["detail"] for entry in problem["errors"])
        return [entry["pointer"] for entry in problem["errors"]]


def event(name: str) -> dict[str, Any]:
    """A recorded event."""
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Client:
    """A caller with or without a key."""

    adapter: Mangum
    key: str | None = None

    @classmethod
    def of(cls, world: World, key: str | None = None) -> Client:
        return cls(adapt(create_app(world)), key)

    def with_key(self, key: str | None) -> Client:
        return replace(self, key=key)

    def get(self, path: str, **query: Any) -> Answer:
        return self.request("GET", path, query=query)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Send a JSON body; text is sent as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        return self.request("POST", path, body=text, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send what API Gateway makes of a request."""
        sent = event("get" if body is None else "post")
        sent["rawPath"] = sent["requestContext"]["http"]["path"] = path
        sent["requestContext"]["http"]["method"] = method
        sent["rawQueryString"] = urlencode(query or {}, doseq=True)
        sent["queryStringParameters"] = {name: str(value) for name, value in (query or {}).items()}
        if body is not None:
            sent["body"] = body
            sent["headers"]["content-length"] = str(len(body.encode()))
        sent["headers"] |= headers or {}
        if self.key is not None:
            sent["headers"]["x-api-key"] = self.key
        return self.send(sent)

    def send(self, sent: dict[str, Any]) -> Answer:
        """Send an event as it is; whatever the answer is, the document must know it."""
        answer = Answer.of(self.adapter(sent, CONTEXT))
        http = sent["requestContext"]["http"]
        oidc = cast("Any", self.adapter.app).state.world.oidc
        promises(oidc).check(http["method"], http["path"], answer.status, answer.headers, answer.body)
        return answer
