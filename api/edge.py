"""What stands between the app and the world: bodies of bounded size in, and always an answer out.

Which pages of other origins may ask is up to API Gateway, which adds the headers for browsers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import unexpected

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY_BYTES: Final = 2 * 1024**2
"""Enough for the largest request there is: the list of a multipart upload's 10,000 parts."""


class Edge:
    """Refuses bodies that are too large, and answers with a problem whatever goes wrong inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_preflight(scope):
            await Response(status_code=204)(scope, receive, send)
            return
        begun, size = False, 0

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_BODY_BYTES:
                # The one kind of error that FastAPI lets pass while it reads a body.
                raise HTTPException(413, f"at most {LARGEST_BODY_BYTES:,} bytes are read")
            return message

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, bounded, noting)
        except Exception as error:  # whatever it is: who asked gets a problem, and the log the rest
            if begun:
                raise
            answer = await unexpected(Request(scope), error)
            await answer(scope, receive, send)


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks if it may ask: fetch.spec.whatwg.org, CORS-preflight request."""
    return scope.get("method") == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )
