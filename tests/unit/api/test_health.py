"""GET /health: the API is up, and whether people get their alerts; always an answer of 200."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from api.alerting import AlertWatch
from notifier.board import Ledger
from notifier.store import AlertStore
from records.alerts import Delivery
from records.model import utc_text
from tests.unit.api.client import Client
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from api.deps import World

NOON = utc_text(datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.fixture
def sqs(aws: None, session: boto3.Session) -> SQSClient:
    return session.client("sqs")


@pytest.fixture
def queue_url(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName="undelivered")["QueueUrl"]


@pytest.fixture
def store(dynamodb: DynamoDBClient, alerts_table: str) -> AlertStore:
    return AlertStore(dynamodb, alerts_table)


@pytest.fixture
def anybody(world: World, dynamodb: DynamoDBClient, sqs: SQSClient, queue_url: str) -> Client:
    watch = AlertWatch(lambda: (dynamodb, sqs), "alert-state", queue_url)
    return Client.of(dataclasses.replace(world, alerts=watch))


def alerts(client: Client) -> dict[str, Any]:
    answer = client.get("/health")
    assert answer.status == 200
    body = answer.json()
    assert (body.pop("status"), body.pop("stack")) == ("ok", "test")
    found: dict[str, Any] = body.pop("alerts")
    assert body == {}
    return found


def test_a_stack_that_never_told_anything_is_well(anybody: Client, alerts_table: str) -> None:
    assert alerts(anybody) == {"status": "ok"}


def test_the_last_message_is_told(anybody: Client, store: AlertStore) -> None:
    assert store.write(Ledger(delivery=Delivery(NOON)))

    assert alerts(anybody) == {"status": "ok", "since": NOON}


def test_a_message_that_could_not_be_sent_is_told_with_when_and_why(
    anybody: Client, store: AlertStore
) -> None:
    assert store.write(Ledger().failed(NOON, "AuthorizationError"))

    assert alerts(anybody) == {
        "status": "failing",
        "since": NOON,
        "detail": "The last message could not be sent: AuthorizationError.",
    }


def test_what_the_notifier_gave_up_is_told(
    anybody: Client, alerts_table: str, sqs: SQSClient, queue_url: str
) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="a batch")

    told = alerts(anybody)

    assert told["status"] == "failing"
    assert "nobody could be told of: 1." in told["detail"]


def test_without_its_table_the_state_is_unknown(anybody: Client) -> None:
    told = alerts(anybody)

    assert told["status"] == "unknown"
    assert "AWS" not in told["detail"]


@pytest.mark.parametrize(
    "error", [refusal("AccessDenied", 403), refusal("Odd"), ReadTimeoutError(endpoint_url="https://secret")]
)
def test_without_its_queue_the_state_is_unknown(
    anybody: Client, alerts_table: str, sqs: SQSClient, error: Exception
) -> None:
    with failing(sqs, BEFORE, "GetQueueAttributes", error):
        told = alerts(anybody)

    assert told["status"] == "unknown"
    assert "secret" not in str(told)


def test_the_lambdas_own_clients_are_used(
    world: World, alerts_table: str, sqs: SQSClient, queue_url: str
) -> None:
    assert alerts(Client.of(world)) == {"status": "ok"}
