"""The Lambda's entry: the stream's batches and the clock's events in, messages of SNS out."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders

from notifier import handler as entry
from notifier.settings import Settings
from records.errors import MissingSettings
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.notifier.conftest import Desk

BAD = [
    "[prod] 1 file failed",
    "[prod] 1 file quarantined: checksum_mismatch",
    "[prod] 2 files quarantined: empty_file",
]


@pytest.fixture
def lambda_environment(
    desk: Desk, session: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    environment = {
        "STACK": "prod",
        "TOPIC_ARN": desk.arn,
        "ALERTS_TABLE": desk.table,
        "API_URL": "https://api.example.com",
        "NOTIFY_ON_SUCCESS": "false",
        "ALERT_WINDOW_SECONDS": "300",
        "MAX_ALERTS_PER_HOUR": "12",
        "EMAIL_ADDRESSES": "0",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parts = (entry._notifier, entry._topics, entry._subscriptions)
    for part in parts:
        part.cache_clear()
    yield environment
    for part in parts:
        part.cache_clear()


@pytest.fixture
def event(payload: Callable[[str], str]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(payload("dynamodb_stream"))
    return loaded


@pytest.mark.usefixtures("lambda_environment")
def test_subscribers_receive_one_message_for_each_cause_of_a_batch(
    desk: Desk, session: boto3.Session, event: dict[str, Any]
) -> None:
    sqs = session.client("sqs")
    queue = sqs.create_queue(QueueName="mail")["QueueUrl"]
    endpoint = "arn:aws:sqs:us-east-1:123456789012:mail"
    desk.sns.subscribe(TopicArn=desk.arn, Protocol="sqs", Endpoint=endpoint)

    assert entry.handler(event, None) == {"published": 3}

    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    mails = [json.loads(message["Body"]) for message in received]
    assert sorted(mail["Subject"] for mail in mails) == BAD
    assert all("https://api.example.com/#/files/" in mail["Message"] for mail in mails)
    types = {name: value["Type"] for name, value in mails[0]["MessageAttributes"].items()}
    assert types["count"] == "Number"
    assert {types[name] for name in ("stack", "kind", "status")} == {"String"}


@pytest.mark.usefixtures("lambda_environment")
def test_the_clock_finds_nothing_to_tell_just_after(event: dict[str, Any]) -> None:
    entry.handler(event, None)

    assert entry.handler({"flush": True}, None) == {"published": 0, "unconfirmed": 0}


@pytest.mark.usefixtures("lambda_environment")
def test_every_message_is_logged_and_counted(
    event: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    entry.handler(event, None)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(line["subject"] for line in lines) == BAD
    assert {(line["NotificationsSent"], line["Stack"], line["message"]) for line in lines} == {
        (1, "prod", "notified")
    }


@pytest.mark.usefixtures("lambda_environment")
def test_publishing_is_tried_once_so_that_nobody_gets_a_message_twice(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    notifier = entry._notifier()
    client = notifier._topic._client
    tries: list[str] = []
    client.meta.events.register("before-send.sns.Publish", lambda **_: tries.append("try"))
    client.meta.events.register("before-send.sns.Publish", lambda **_: _unavailable())

    with pytest.raises(Exception, match="ServiceUnavailable"):
        entry.handler(event, None)

    assert tries == ["try"]


def _unavailable() -> Any:
    class Raw:
        def stream(self, **_: Any) -> list[bytes]:
            return [b"<ErrorResponse><Error><Code>ServiceUnavailable</Code></Error></ErrorResponse>"]

    return AWSResponse("https://sns", 503, HTTPHeaders(), Raw())


@pytest.mark.usefixtures("lambda_environment")
def test_a_failure_ends_the_lambda_with_an_error(event: dict[str, Any]) -> None:
    client = entry._notifier()._topic._client
    with (
        failing(client, BEFORE, "Publish", refusal("Throttled")),
        pytest.raises(Exception, match="Throttled"),
    ):
        entry.handler(event, None)


def test_without_its_environment_the_lambda_says_what_is_missing(
    lambda_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in lambda_environment:
        monkeypatch.delenv(name)

    with pytest.raises(MissingSettings) as caught:
        entry.handler({"Records": []}, None)

    assert {item.name.upper() for item in fields(Settings)} == lambda_environment.keys()
    assert all(f"{name} is not set" in str(caught.value) for name in lambda_environment)
