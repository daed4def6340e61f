"""One subsegment of X-Ray for each request: which operation, about which record, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mangum.types import ASGI
    from starlette.types import Message, Receive, Scope, Send

    from records.tracing import Tracer

RECORD_ID = "record_id"
"""Where a route that makes a record leaves its id, in the request's scope; others have it in their path."""


class Traced:
    """Tells the tracer what an app is asked, and what it answered."""

    def __init__(self, app: ASGI, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._tracer.step("request") as step:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    step.answered(message["status"])
                await send(message)

            await self._app(scope, receive, noting)
            # Only by now is it known which route it was.
            step.name = getattr(scope.get("route"), "operation_id", None) or step.name
            in_path = scope.get("path_params", {}).get("recordId")
            step.annotate(recordId=scope.get(RECORD_ID, in_path), operation=step.name)
