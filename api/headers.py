"""Headers of every answer: it is what it says it is, and nobody keeps a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SafeHeaders:
    """Adds `X-Content-Type-Options`, and `Cache-Control: no-store` where a route says nothing else.

    Besides what a request's `answer_headers` hold, such as what is left of a caller's rate.

    Answers hold records and presigned links, which must not lie in anybody's cache.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
                headers.update(scope.get("answer_headers", {}))
            await send(message)

        await self._app(scope, receive, with_headers)
