"""From the table's stream to SNS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

from notifier import handler as entry
from notifier.handler import Notifier
from notifier.settings import Settings
from records.errors import ConfigurationError, MissingSettings, TransientError
from records.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
API = "https://api.example.com"


class FakeTopic:
    """Keeps what is published, or refuses it."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def publish(self, **message: Any) -> None:
        if self.error:
            raise self.error
        self.published.append(message)

    @property
    def subjects(self) -> list[str]:
        return sorted(message["Subject"] for message in self.published)


@pytest.fixture
def topic() -> FakeTopic:
    return FakeTopic()


@pytest.fixture
def stream(payload: Callable[[str], str]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(payload("dynamodb_stream"))["Records"]
    return records


def notifier(topic: FakeTopic, *, notify_on_success: bool = False) -> Notifier:
    settings = Settings("prod", TOPIC, API, notify_on_success)
    return Notifier(cast("SNSClient", topic), settings, Telemetry("prod"))


BAD = [
    "[prod] 1 file failed",
    "[prod] 1 file quarantined: checksum_mismatch",
    "[prod] 2 files quarantined: empty_file",
]


def test_a_batch_of_the_stream_is_one_message_for_each_cause(
    topic: FakeTopic, stream: list[dict[str, Any]]
) -> None:
    assert notifier(topic).run(stream) == 3
    assert topic.subjects == BAD


def test_success_is_told_only_when_that_is_configured(topic: FakeTopic, stream: list[dict[str, Any]]) -> None:
    assert notifier(topic, notify_on_success=True).run(stream) == 4
    assert topic.subjects == sorted([*BAD, "[prod] 1 file processed"])


def test_nothing_to_tell_publishes_nothing(topic: FakeTopic, stream: list[dict[str, Any]]) -> None:
    processed_and_awaited_and_unchanged = [stream[1], stream[4], stream[5]]

    assert notifier(topic).run(processed_and_awaited_and_unchanged) == 0
    assert notifier(topic).run([]) == 0
    assert topic.published == []


def test_attributes_are_typed_so_that_subscriptions_can_compare_them(
    topic: FakeTopic, stream: list[dict[str, Any]]
) -> None:
    notifier(topic).run(stream[:1])

    (message,) = topic.published
    assert message["TopicArn"] == TOPIC
    assert message["MessageAttributes"] == {
        "stack": {"DataType": "String", "StringValue": "prod"},
        "status": {"DataType": "String", "StringValue": "quarantined"},
        "reason": {"DataType": "String", "StringValue": "empty_file"},
        "count": {"DataType": "Number", "StringValue": "1"},
    }


def test_every_message_is_counted(
    topic: FakeTopic, stream: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    notifier(topic).run(stream)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(line["subject"] for line in lines) == BAD
    assert {(line["NotificationsSent"], line["Stack"], line["message"]) for line in lines} == {
        (1, "prod", "notified")
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", TransientError),
        ("AuthorizationError", ConfigurationError),
        ("Other", ConfigurationError),
    ],
)
def test_a_failure_to_publish_is_raised_so_that_the_stream_comes_again(
    topic: FakeTopic, stream: list[dict[str, Any]], code: str, kind: type[Exception]
) -> None:
    topic.error = ClientError({"Error": {"Code": code, "Message": "no"}}, "Publish")

    with pytest.raises(kind):
        notifier(topic).run(stream)


@pytest.fixture
def lambda_environment(aws: None, session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    entry._notifier.cache_clear()
    yield
    entry._notifier.cache_clear()


def test_the_lambda_publishes_what_subscribers_receive(
    lambda_environment: None,
    session: boto3.Session,
    stream: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sns: SNSClient = session.client("sns")
    sqs: SQSClient = session.client("sqs")
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    queue = sqs.create_queue(QueueName="mail")["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:mail")
    environment = {"STACK": "prod", "TOPIC_ARN": arn, "API_URL": API, "NOTIFY_ON_SUCCESS": "false"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert entry.handler({"Records": stream}, None) == {"published": 3}

    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    mails = [json.loads(message["Body"]) for message in received]
    assert sorted(mail["Subject"] for mail in mails) == BAD
    assert all("https://api.example.com/records/" in mail["Message"] for mail in mails)


def test_without_its_environment_the_lambda_says_what_is_missing(lambda_environment: None) -> None:
    with pytest.raises(MissingSettings) as caught:
        entry.handler({"Records": []}, None)

    assert all(name in str(caught.value) for name in ("STACK", "TOPIC_ARN", "API_URL", "NOTIFY_ON_SUCCESS"))
