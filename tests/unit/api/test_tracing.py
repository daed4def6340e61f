"""One subsegment for each request, with the operation and the record that it was about."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.tracing import Traced
from records.tracing import Tracer

if TYPE_CHECKING:
    from starlette.types import Message

    from api.deps import World
    from tests.xray import Daemon

RECORD_ID = "b" * 32


@pytest.fixture
def told(world: World, daemon: Daemon) -> Any:
    """Asks the app without a key; what the daemon was told."""
    app = Traced(create_app(world), Tracer(daemon.environment()))

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        pass

    def ask(method: str, path: str) -> dict[str, Any]:
        scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": []}
        # Not asyncio.run: it would drop the loop that Mangum keeps for this thread.
        with closing(asyncio.new_event_loop()) as loop:
            loop.run_until_complete(app(scope | {"query_string": b""}, receive, send))
        (document,) = daemon.documents()
        return document

    return ask


@pytest.mark.parametrize(
    ("method", "path", "operation", "record_id"),
    [
        ("GET", f"/records/{RECORD_ID}", "get_record", RECORD_ID),
        ("POST", f"/records/{RECORD_ID}/retry", "retry_record", RECORD_ID),
        ("POST", f"/uploads/{RECORD_ID}/complete", "complete_upload", RECORD_ID),
        ("GET", "/records", "list_records", None),
        ("GET", "/nowhere", "request", None),
    ],
)
def test_a_request_is_known_by_its_operation_and_its_record(
    told: Any, method: str, path: str, operation: str, record_id: str | None
) -> None:
    document = told(method, path)

    about = {"recordId": record_id} if record_id else {}
    assert (document["name"], document["annotations"]) == (operation, about | {"operation": operation})
    assert document["error"] is True
