"""`python -m processor.redrive` shows what is in the dead-letter queue, and moves it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import pytest

from processor.redrive import main

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from processor.settings import Settings

BODIES = [
    "no JSON",
    json.dumps({"retry": {"recordId": "0" * 32, "retryId": "1" * 32}}),
    json.dumps(
        {
            "Records": [
                {
                    "eventName": "ObjectCreated:Put",
                    "eventTime": "2026-01-31T13:00:00.250Z",
                    "s3": {"bucket": {"name": "incoming"}, "object": {"key": "a+b.csv", "versionId": "v1"}},
                }
            ]
        }
    ),
]


@pytest.fixture
def options(
    settings: Settings, sqs: SQSClient, session: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    for body in BODIES:
        sqs.send_message(QueueUrl=settings.dead_letter_queue_url, MessageBody=body)
    return ["--dead-letter-queue-url", settings.dead_letter_queue_url, "--queue-url", settings.queue_url]


def bodies(sqs: SQSClient, url: str) -> set[str]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return {message["Body"] for message in answer.get("Messages", [])}


def test_it_shows_what_is_there_and_leaves_it(
    options: list[str], settings: Settings, sqs: SQSClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 0

    out, err = capsys.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert sorted(set().union(*told)) == ["command", "malformed", "messageId", "objects", "sentAt"]
    assert {"key": "a b.csv", "versionId": "v1"} in [o for line in told for o in line.get("objects", [])]
    assert err == "3 messages in the dead-letter queue; --move moves them back\n"
    assert bodies(sqs, settings.dead_letter_queue_url) == set(BODIES)
    assert bodies(sqs, settings.queue_url) == set()


def test_it_moves_them_back(
    options: list[str], settings: Settings, sqs: SQSClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, "--move"]) == 0

    assert capsys.readouterr().err == "3 messages moved back\n"
    assert bodies(sqs, settings.queue_url) == set(BODIES)
    assert bodies(sqs, settings.dead_letter_queue_url) == set()


def test_it_says_what_aws_said(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from processor.dead_letters import DeadLetters
    from records.errors import ConfigurationError

    def refuse(*_: object, **__: object) -> None:
        raise ConfigurationError("reading the dead-letter queue: AccessDenied")

    monkeypatch.setattr(DeadLetters, "take", refuse)
    assert main(options) == 1
    assert capsys.readouterr().err == "error: reading the dead-letter queue: AccessDenied\n"
