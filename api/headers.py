"""Headers of every answer: it is what it says it is, nobody keeps a copy, and it can be asked about."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY = "silent_scalper.request_id"


def request_id(scope: Scope) -> str:
    """By what the logs know the request: API Gateway's id, else Lambda's, else one of our own."""
    if _KEY not in scope:
        scope[_KEY] = _given(scope) or secrets.token_hex(16)
    return str(scope[_KEY])


def _given(scope: Scope) -> Any:
    in_gateway = scope.get("aws.event", {}).get("requestContext", {}).get("requestId")
    return in_gateway or getattr(scope.get("aws.context"), "aws_request_id", None)


class SafeHeaders:
    """Adds `X-Request-Id`, `X-Content-Type-Options`, and `Cache-Control: no-store` if a route says no other.

    Besides what a request's `answer_headers` hold, such as what is left of a caller's rate.

    Answers hold records and presigned links, which must not lie in anybody's cache.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id(scope)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
                headers.update(scope.get("answer_headers", {}))
            await send(message)

        await self._app(scope, receive, with_headers)
