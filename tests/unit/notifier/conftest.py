"""The notifier over moto's table and topic, with a clock that tests move, and batches of the stream."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from notifier.alerts import Rules
from notifier.digest import Writer
from notifier.notifier import Notifier
from notifier.store import AlertStore
from notifier.topic import Topic
from records.items import to_item
from records.model import Reason, Record, Status, to_attributes, utc_text
from records.telemetry import Telemetry
from tests.unit.conftest import NOON, REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

    from tests.unit.conftest import MakeRecord

    Stream = list[dict[str, Any]]

API = "https://api.example.com"
WINDOW = 300
PER_HOUR = 12


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


class MakeBad(Protocol):
    """Makes the record of a bad file."""

    def __call__(self, **known: Any) -> Record: ...


@pytest.fixture
def bad(make_record: MakeRecord, clock: Clock) -> MakeBad:
    def make(**known: Any) -> Record:
        plausible: dict[str, Any] = {
            "status": Status.QUARANTINED,
            "reason": Reason.EMPTY_FILE,
            "detail": "The file has no content (0 bytes).",
            "size_bytes": 0,
            "arrived_at": utc_text(clock()),
            "finished_at": utc_text(clock()),
        }
        return make_record(**plausible | known)

    return make


class MakeBatch(Protocol):
    """Makes a batch of the stream in which these records are new."""

    def __call__(self, *records: Record) -> Stream: ...


@pytest.fixture
def batch() -> MakeBatch:
    numbers = itertools.count(10**20)

    def make(*records: Record) -> Stream:
        return [stream_record(record, number=next(numbers)) for record in records]

    return make


def stream_record(new: Record | None, old: Record | None = None, *, number: int = 1) -> dict[str, Any]:
    images = {"NewImage": new, "OldImage": old}
    known = {name: to_item(to_attributes(record)) for name, record in images.items() if record}
    keys = {"recordId": {"S": (new or old).record_id}}  # type: ignore[union-attr]
    return {
        "eventName": "MODIFY" if old else "INSERT",
        "dynamodb": {"Keys": keys, "SequenceNumber": str(number), **known},
    }


@dataclass(frozen=True)
class Sent:
    """A message that subscribers got."""

    at: datetime
    subject: str
    text: str
    attributes: dict[str, str]

    @property
    def kind(self) -> str:
        return self.attributes["kind"]

    @property
    def count(self) -> int:
        return int(self.attributes["count"])

    @property
    def cause(self) -> tuple[str, str | None]:
        return self.attributes["status"], self.attributes.get("reason")


@dataclass
class Desk:
    """A notifier, and what it sent when."""

    clock: Clock
    dynamodb: DynamoDBClient
    sns: SNSClient
    arn: str
    table: str
    sent: list[Sent] = field(default_factory=list)

    def notifier(
        self, *, window: float = WINDOW, per_hour: int = PER_HOUR, on_success: bool = False
    ) -> Notifier:
        return Notifier(
            self.store,
            Topic(self.sns, self.arn),
            Writer("prod", API, Rules(window, per_hour)),
            Telemetry("prod"),
            clock=self.clock,
            notify_on_success=on_success,
        )

    @property
    def store(self) -> AlertStore:
        return AlertStore(self.dynamodb, self.table)

    def forget(self) -> None:
        """As if nothing had been sent."""
        sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.arn].sent_notifications.clear()
        self.sent.clear()

    def collect(self) -> list[Sent]:
        """What was sent since the last look, with the time it is now."""
        topic = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.arn]
        new = [
            Sent(
                self.clock(), str(subject), text, {n: str(a["Value"]) for n, a in (attributes or {}).items()}
            )
            for _, text, subject, attributes, _ in topic.sent_notifications[len(self.sent) :]
        ]
        self.sent += new
        return new

    def hours_hold(self, limit: int) -> bool:
        """Whether no hour has more messages than the limit."""
        times = [sent.at for sent in self.sent]
        return all(
            sum(begin <= time < begin + timedelta(hours=1) for time in times) <= limit for begin in times
        )


# One client for all: making it takes longer than most tests. Botocore would repeat a call that was broken.
@pytest.fixture(scope="session")
def sns_client(session: boto3.Session) -> SNSClient:
    return session.client("sns")


@pytest.fixture
def desk(clock: Clock, dynamodb: DynamoDBClient, sns_client: SNSClient, alerts_table: str) -> Desk:
    arn = sns_client.create_topic(Name="alerts")["TopicArn"]
    return Desk(clock, dynamodb, sns_client, arn, alerts_table)


@pytest.fixture
def run(desk: Desk) -> Callable[..., list[Sent]]:
    """Gives a batch to a notifier, or lets its clock tick; what was sent."""

    def give(stream: Stream | None = None, **options: Any) -> list[Sent]:
        notifier = desk.notifier(**options)
        if stream is None:
            notifier.flush()
        else:
            notifier.run(stream)
        return desk.collect()

    return give
