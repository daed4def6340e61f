"""The small app of a cold start: it answers as the whole one does, and needs little to be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app, hot_app
from api.handler import adapt
from api.hot import HotFirst, is_hot
from local.program import ROOT
from tests.unit.api.client import CONTEXT, event
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from api.deps import World

HEAVY = (
    "boto3",
    "botocore.auth",
    "botocore.client",
    "botocore.session",
    "httpx",
    "requests",
    "urllib3.connectionpool",
    "s3transfer",
    "jmespath",
    "multipart",
    "python_multipart",
    "yaml",
    "api.routes_actions",
    "api.routes_contracts",
    "api.routes_docs",
    "api.routes_overview",
    "api.routes_uploads",
)
"""What a cold start must not import: each takes longer than the answer."""
LISTED = "import sys, api.handler; print(*sys.modules)"


def test_a_cold_start_imports_nothing_heavy() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LISTED], env=environment, capture_output=True, text=True, check=True
    )

    assert set(HEAVY) & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("method", "path", "hot"),
    [
        ("GET", "/records", True),
        ("GET", "/records/00000000000000000000000000000001", True),
        ("POST", "/records", False),
        ("GET", "/records/", True),
        ("GET", "/records/1/download", False),
        ("GET", "/recordsets", False),
        ("GET", "/", True),
        ("POST", "/", False),
        ("GET", "/assets/index-B1.js", True),
        ("GET", "/assets", False),
        ("GET", "/health", False),
    ],
)
def test_which_requests_the_small_app_answers(method: str, path: str, *, hot: bool) -> None:
    assert is_hot({"type": "http", "method": method, "path": path}) is hot


@pytest.mark.parametrize(
    "path",
    [
        "/records",
        "/records/",
        "/records/00000000000000000000000000000001",
        "/records/0000000000000000000000000000000f",
        "/records/not-an-id",
        "/",
        "/assets/index-B1.js",
        "/assets/unknown.js",
        "/assets/a/b",
    ],
)
@pytest.mark.parametrize("query", ["", "limit=2", "limit=0", "cursor=no", "status=odd"])
@pytest.mark.parametrize("with_key", [True, False])
def test_both_apps_answer_alike(world: World, path: str, query: str, *, with_key: bool) -> None:
    for number in range(1, 4):
        world.records.add(dropped(number))
    sent = event("get")
    sent |= {"rawPath": path, "rawQueryString": query}
    sent["requestContext"]["http"]["path"] = path
    sent["headers"].pop("x-api-key", None)
    if with_key:
        sent["headers"]["x-api-key"] = world.keys.create("tests")[1]

    small, whole = (adapt(app)(sent, CONTEXT) for app in (hot_app(world), create_app(world)))
    for answer in (small, whole):  # the second one is one more request of the key
        answer["headers"].pop("ratelimit", None)

    assert small == whole


def test_the_whole_app_is_made_once_and_when_it_is_needed() -> None:
    made: list[str] = []
    asked: list[str] = []

    async def hot(scope: Any, receive: Any, send: Any) -> None:
        asked.append(f"hot {scope['path']}")

    async def whole(scope: Any, receive: Any, send: Any) -> None:
        asked.append(f"whole {scope['path']}")

    def make() -> Any:
        made.append("made")
        return whole

    app = HotFirst(hot, make)
    for path in ("/records", "/health", "/docs", "/records"):
        nothing: Any = None
        with pytest.raises(StopIteration):  # it waits for nothing, so it needs no loop
            app({"type": "http", "method": "GET", "path": path}, nothing, nothing).send(None)
        assert made == (["made"] if path != "/records" or len(asked) > 1 else [])

    assert asked == ["hot /records", "whole /health", "whole /docs", "hot /records"]
