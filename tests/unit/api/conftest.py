"""The API's world on moto's tables, and a caller with a good key."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

pytest.register_assert_rewrite("tests.unit.api.client")

from api.handler import build_world  # noqa: E402
from api.keys import KeyStore  # noqa: E402
from api.overview import Overviews  # noqa: E402
from api.settings import Settings  # noqa: E402
from records.prefixes import PrefixRegister  # noqa: E402
from records.store import RecordStore  # noqa: E402
from tests.unit.api.access import Stack, furnished  # noqa: E402
from tests.unit.api.client import Client  # noqa: E402
from tests.unit.api.examples import CONTRACTS  # noqa: E402
from tests.unit.api.pages import a_page  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from api.deps import World

SETTINGS = Settings(
    stack="test",
    records_table="records",
    api_keys_table="api-keys",
    alerts_table="alert-state",
    undelivered_queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/undelivered",
    incoming_bucket="incoming",
    quarantine_bucket="quarantine",
    accepted_bucket="accepted",
    queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/events",
    dead_letter_queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/dead-letters",
    upload_expiry_hours=72,
    index_shards=2,
    max_file_bytes=1_000_000,
    key_rate_limit=1_000,
    key_rate_burst=2_000,
    oidc_issuer="",
    oidc_prefix_claim="silent_scalper_prefix",
    oidc_scope_prefix="",
    multipart_threshold_bytes=500_000,
)


@pytest.fixture(autouse=True)
def light(in_process: None) -> None:
    """The API's own client of DynamoDB, over moto."""


# Once: making clients takes longer than most tests.
@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> World:
    page = a_page(tmp_path_factory.mktemp("page") / "built")
    return replace(build_world(SETTINGS, CONTRACTS), page=page)


@pytest.fixture(scope="session")
def keys_client(session: boto3.Session) -> DynamoDBClient:
    return session.client("dynamodb")


@pytest.fixture
def world(built: World, records_table: str, api_keys_table: str, keys_client: DynamoDBClient) -> World:
    """What remembers what it read is new for each test."""
    prefixes = PrefixRegister(keys_client, records_table)
    records = RecordStore(keys_client, records_table, shards=SETTINGS.index_shards, prefixes=prefixes)
    keys = KeyStore(keys_client, SETTINGS.api_keys_table)
    return replace(built, keys=keys, records=records, prefixes=prefixes, overviews=Overviews())


@pytest.fixture
def queue(world: World, session: boto3.Session) -> SQSClient:
    """The processor's queue, which is there."""
    client = session.client("sqs")
    client.create_queue(QueueName="events")
    return client


@pytest.fixture
def told(queue: SQSClient) -> Callable[[], list[Any]]:
    """What the processor was told since the last call."""

    def take() -> list[Any]:
        answer = queue.receive_message(QueueUrl=SETTINGS.queue_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    return take


@pytest.fixture
def client(world: World) -> Client:
    return Client.of(world, world.keys.create("tests")[1])


@pytest.fixture
def anybody(built: World) -> Client:
    """A caller without a key, in a world without tables."""
    return Client.of(built)


@pytest.fixture
def stack(world: World, incoming: str) -> Stack:
    """A world with something of everything in one folder."""
    return furnished(world)
