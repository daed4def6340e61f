"""Whether every address is told: how many are missing stands in the log, and nothing else stops for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from notifier.subscriptions import Subscriptions
from records.telemetry import Telemetry

TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
if TYPE_CHECKING:
    from collections.abc import Iterator


class FakeTopics:
    """Answers with pages of subscriptions, or with an error."""

    def __init__(self, *pages: list[dict[str, str]], error: str = "") -> None:
        self._pages = pages
        self._error = error
        self.asked = 0

    def get_paginator(self, operation: str) -> FakeTopics:
        assert operation == "list_subscriptions_by_topic"
        return self

    def paginate(self, **arguments: str) -> Iterator[dict[str, Any]]:
        self.asked += 1
        assert arguments == {"TopicArn": TOPIC}
        if self._error:
            raise ClientError({"Error": {"Code": self._error}}, "ListSubscriptionsByTopic")
        yield from ({"Subscriptions": page} for page in self._pages)


def subscription(arn: str = f"{TOPIC}:1", protocol: str = "email") -> dict[str, str]:
    return {"Protocol": protocol, "SubscriptionArn": arn}


def look(topics: FakeTopics, addresses: int) -> int | None:
    return Subscriptions(topics, TOPIC, Telemetry("prod"), addresses=addresses).look()  # type: ignore[arg-type]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_when_every_address_is_confirmed_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert look(FakeTopics([subscription()], [subscription()]), 2) == 0
    assert lines(capsys) == []


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([subscription(), subscription("PendingConfirmation")], id="pending"),
        pytest.param([subscription()], id="deleted by SNS after 48 hours, or cancelled"),
        pytest.param([subscription(), subscription("Deleted")], id="deleted a moment ago"),
        pytest.param([subscription(), subscription(protocol="sqs")], id="somebody else, not an address"),
    ],
)
def test_an_address_that_hears_nothing_is_counted(
    listed: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert look(FakeTopics(listed), 2) == 1
    (told,) = lines(capsys)
    assert (told["message"], told["UnconfirmedSubscriptions"]) == ("subscriptions unconfirmed", 1)
    assert told["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Stack"]]


def test_without_addresses_nobody_is_asked() -> None:
    topics = FakeTopics()
    assert look(topics, 0) == 0
    assert topics.asked == 0


@pytest.mark.parametrize("error", ["AuthorizationError", "ThrottlingException", "SomethingNew"])
def test_when_aws_does_not_tell_the_notifier_goes_on(error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(FakeTopics(error=error), 1) is None
    (told,) = lines(capsys)
    assert (told["message"], told["level"]) == ("subscriptions unknown", "WARNING")
    assert "_aws" not in told
