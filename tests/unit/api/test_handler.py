"""The Lambda's entry: what the environment says, and the events that API Gateway sends."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api import handler
from api.handler import build_world
from api.settings import Settings
from contracts.model import NotCompiled
from records.environment import read_settings
from records.errors import MissingSettings
from tests.unit.api.client import CONTEXT, Answer, event
from tests.unit.api.examples import CONTRACTS, dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.deps import World

QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/events"
ENVIRONMENT = {
    "STACK": "prod",
    "RECORDS_TABLE": "records",
    "API_KEYS_TABLE": "api-keys",
    "ALERTS_TABLE": "alert-state",
    "UNDELIVERED_QUEUE_URL": "https://sqs.example/undelivered",
    "INCOMING_BUCKET": "incoming",
    "QUARANTINE_BUCKET": "quarantine",
    "ACCEPTED_BUCKET": "accepted",
    "QUEUE_URL": QUEUE,
    "DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead-letters",
    "UPLOAD_EXPIRY_HOURS": "72",
    "INDEX_SHARDS": "2",
    "MAX_FILE_BYTES": "5368709120",
    "KEY_RATE_LIMIT": "25",
    "KEY_RATE_BURST": "100",
    "OIDC_ISSUER": "",
    "OIDC_PREFIX_CLAIM": "folder",
    "OIDC_SCOPE_PREFIX": "",
    "MULTIPART_THRESHOLD_BYTES": "104857600",
}


@pytest.fixture
def lambda_environment(
    monkeypatch: pytest.MonkeyPatch, records_table: str, api_keys_table: str
) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(handler, "bundled", lambda: CONTRACTS)
    handler._adapter.cache_clear()
    yield
    handler._adapter.cache_clear()


def call(name: str, key: str | None = None, **changes: Any) -> Answer:
    sent = event(name) | changes
    if key:
        sent["headers"]["x-api-key"] = key
    result = handler.handler(sent, CONTEXT)
    return Answer.of(json.loads(json.dumps(result)))  # Lambda takes nothing but JSON


def test_the_settings() -> None:
    settings = read_settings(Settings, ENVIRONMENT | {"PATH": "/usr/bin"})
    assert settings == Settings(
        "prod",
        "records",
        "api-keys",
        "alert-state",
        "https://sqs.example/undelivered",
        "incoming",
        "quarantine",
        "accepted",
        QUEUE,
        "https://sqs.example/dead-letters",
        72,
        2,
        5 * 1024**3,
        25,
        100,
        "",
        "folder",
        "",
        100 * 1024**2,
    )
    assert {item.name.upper() for item in fields(Settings)} == ENVIRONMENT.keys()


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(MissingSettings) as caught:
        read_settings(Settings, {})
    for name in ENVIRONMENT:
        assert f"{name} is not set" in str(caught.value)
    assert "api.settings.Settings" in str(caught.value)


def test_every_unreadable_variable_is_named() -> None:
    wrong = ENVIRONMENT | {"INDEX_SHARDS": "four", "MAX_FILE_BYTES": "1e9"}
    del wrong["STACK"]
    with pytest.raises(MissingSettings) as caught:
        read_settings(Settings, wrong)
    for part in ("INDEX_SHARDS is 'four'", "MAX_FILE_BYTES is '1e9'", "STACK is not set"):
        assert part in str(caught.value)


def test_the_world(lambda_environment: None) -> None:
    world = build_world(read_settings(Settings, ENVIRONMENT), CONTRACTS)
    assert (world.stack, world.incoming_bucket, world.max_file_bytes) == ("prod", "incoming", 5 * 1024**3)
    world.records.add(dropped(1))
    assert world.records.get(dropped(1).record_id) == dropped(1)
    key, text = world.keys.create("partner")
    assert world.keys.verify(text) == key


@pytest.mark.usefixtures("lambda_environment")
def test_events_as_they_were_recorded(world: World) -> None:
    key = world.keys.create("partner")[1]
    for number in range(3):
        world.records.add(dropped(number))
    listed = call("get", key)
    assert (listed.status, listed.media_type) == (200, "application/json")
    assert len(listed.json()["items"]) == 2, "the query string is limit=2&status=processed"
    announced = call("post", key)
    assert announced.status == 201
    assert announced.json()["record"]["fileName"] == "orders.csv"
    assert announced.json()["record"]["bucket"] == "incoming"


@pytest.mark.usefixtures("lambda_environment")
def test_a_recorded_event_without_a_key() -> None:
    call("get").problem(401, "no-api-key")


@pytest.mark.usefixtures("lambda_environment")
def test_it_is_built_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("get", world.keys.create("partner")[1]).status == 200
    monkeypatch.delenv("STACK")
    monkeypatch.setattr(boto3, "client", None)
    assert call("get", world.keys.create("partner")[1]).status == 200


def test_without_an_environment_it_says_what_is_missing(
    lambda_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STACK")
    monkeypatch.delenv("MAX_FILE_BYTES")
    with pytest.raises(MissingSettings, match="STACK is not set; MAX_FILE_BYTES is not set"):
        call("get")


def test_the_contracts_are_those_of_the_bundle(
    lambda_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NotCompiled, match="only bundles have it"):
        call("get")


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_downloads_come_from_the_buckets_own_address(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    world = build_world(read_settings(Settings, ENVIRONMENT), CONTRACTS)
    link = world.links.download(dropped(1))
    assert link["url"].startswith(f"https://incoming.s3.{region}.amazonaws.com/drops/1.csv?")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link["url"]
