"""A short address for the deployed HTTP API: everything that comes is passed on to the emulator."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"})
_OURS = frozenset({"content-length", "date", "server"})
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
TIMEOUT_SECONDS = 30
"""AWS: the longest an HTTP API waits for its integration."""


class Gateway:
    """Serves on 127.0.0.1 in a thread of its own.

    Args:
        port: where it listens.
        upstream: the API's address at the emulator, without a slash at its end.
        ca_bundle: the emulator's certificate, when it speaks TLS.

    Attributes:
        answers: status and milliseconds of what was answered, until somebody takes them.
    """

    def __init__(self, port: int, upstream: str, ca_bundle: str | None = None) -> None:
        self.answers: deque[tuple[int, float]] = deque(maxlen=10_000)
        self._upstream = upstream
        self._verify = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else True
        self._config = Config()
        self._config.bind = [f"127.0.0.1:{port}"]
        self._config.errorlog = None
        self._config.graceful_timeout = 1
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="gateway", daemon=True)

    def __enter__(self) -> Gateway:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        # Whoever is still being answered is cut off now, which needs no traceback each.
        self._loop.call_soon_threadsafe(self._loop.set_exception_handler, lambda loop, context: None)
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._until_stopped())

    async def _until_stopped(self) -> None:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            limits=limits,
            verify=self._verify,
            trust_env=False,
            headers={"Accept-Encoding": "identity"},  # of whoever names none, instead of the client's own
        ) as client:
            forward = _Forward(client, self._upstream, self.answers)
            app = Starlette(routes=[Route("/{path:path}", forward, methods=_METHODS)])
            await serve(app, self._config, shutdown_trigger=self._stop.wait)  # type: ignore[arg-type]


class _Forward:
    def __init__(self, client: httpx.AsyncClient, upstream: str, answers: deque[tuple[int, float]]) -> None:
        self._client = client
        self._upstream = upstream
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.monotonic()
        response = await self._answer(Request(scope, receive))
        self._answers.append((response.status_code, (time.monotonic() - begun) * 1_000))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        query = f"?{request.scope['query_string'].decode('latin-1')}" if request.scope["query_string"] else ""
        url = f"{self._upstream}{request.scope['raw_path'].decode('latin-1')}{query}"
        headers = [(name, value) for name, value in request.headers.raw if name.decode() not in _HOP_BY_HOP]
        try:
            content = await request.body()
            asked = self._client.stream(request.method, url, headers=headers, content=content)
            async with asked as answer:
                # As it came: what is packed stays packed.
                body = b"".join([chunk async for chunk in answer.aiter_raw()])
        except httpx.HTTPError as error:
            return Response(f"the local system does not answer: {error!r}\n", 502, media_type="text/plain")
        passed = Response(body, answer.status_code)
        dropped = _HOP_BY_HOP | _OURS
        passed.raw_headers.extend((n, v) for n, v in answer.headers.raw if n.lower().decode() not in dropped)
        return passed
