"""GET /overview: what stands now, in bounded reads, also when some of AWS does not answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

import api.overview
import api.schemas_overview
from api.alerting import AlertWatch
from api.overview import KEPT_SECONDS, Overviews
from api.queues import QueueWatch
from notifier.board import Ledger
from notifier.store import AlertStore
from records.actions import retrying
from records.errors import TransientError
from records.model import Reason, Status, utc_text
from records.prefixes import PrefixRegister
from records.reconciliation import Sweeps
from tests.unit.api.client import Client
from tests.unit.api.clock import Clock
from tests.unit.api.conftest import SETTINGS
from tests.unit.api.examples import BEGIN, dropped
from tests.unit.api.test_bound_keys import bound
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from api.deps import World
    from tests.unit.conftest import Calls


class Ages:
    """CloudWatch with these ages of the oldest message, the last one first."""

    def __init__(self, *values: float) -> None:
        self.values = list(values)
        self.asked: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.status = "Complete"

    def get_metric_data(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.error:
            raise self.error
        return {"MetricDataResults": [{"Id": "age", "StatusCode": self.status, "Values": self.values}]}


@pytest.fixture
def sqs(queue: SQSClient) -> SQSClient:
    for name in ("dead-letters", "undelivered"):
        queue.create_queue(QueueName=name)
    return queue


@pytest.fixture
def ages() -> Ages:
    return Ages(42.0, 7.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(
    world: World, alerts_table: str, dynamodb: DynamoDBClient, sqs: SQSClient, ages: Ages, clock: Clock
) -> World:
    queues = QueueWatch(
        lambda: (sqs, cast("CloudWatchClient", ages)),
        SETTINGS.queue_url,
        SETTINGS.dead_letter_queue_url,
        clock=clock,
    )
    alerts = AlertWatch(lambda: (dynamodb, sqs), alerts_table, SETTINGS.undelivered_queue_url)
    return replace(world, queues=queues, alerts=alerts, overviews=Overviews(clock=clock))


@pytest.fixture
def client(watched: World) -> Client:
    return Client.of(watched, watched.keys.create("tests")[1])


def overview(client: Client) -> dict[str, Any]:
    answer = client.get("/overview")
    assert answer.status == 200, answer
    body: dict[str, Any] = answer.json()
    assert body.pop("at")
    return body


def minute(number: int) -> str:
    return utc_text(BEGIN + timedelta(minutes=number))


NOTHING = {
    "unknown": [],
    "arriving": {},
    "attention": {"complete": True, "files": 0, "counts": []},
    "underway": {"complete": True, "awaitingUpload": 0, "retrying": 0, "triedAgainLater": 0},
    "queue": {"waiting": 0, "inFlight": 0, "delayed": 0},
    "deadLetters": 0,
    "alerts": {"status": "ok"},
    "sweep": {},
}


def test_a_new_stack_needs_nobody(client: Client) -> None:
    assert overview(client) == NOTHING


def test_files_that_need_somebody_are_counted_by_reason(client: Client, watched: World) -> None:
    for number in (1, 2, 3):
        watched.records.add(dropped(number, Status.QUARANTINED, reason=Reason.BAD_ROWS))
    watched.records.add(dropped(4, Status.FAILED, reason=Reason.CRASHED))
    watched.records.add(dropped(5))

    body = overview(client)

    assert body["attention"] == {
        "complete": True,
        "files": 4,
        "counts": [
            {
                "status": "quarantined",
                "reason": "bad_rows",
                "files": 3,
                "oldestArrivedAt": minute(1),
                "newestArrivedAt": minute(3),
            },
            {
                "status": "failed",
                "reason": "crashed",
                "files": 1,
                "oldestArrivedAt": minute(4),
                "newestArrivedAt": minute(4),
            },
        ],
    }
    assert body["arriving"] == {"lastArrivedAt": minute(5)}


def test_no_more_are_counted_than_is_said_and_the_newest_are(
    client: Client, watched: World, monkeypatch: pytest.MonkeyPatch, keys_client: DynamoDBClient
) -> None:
    monkeypatch.setattr(api.overview, "MOST_COUNTED", 10)
    for number in range(1, 40):
        waiting = dropped(number + 100, Status.AWAITING_UPLOAD, due_at=minute(number))
        watched.records.add(dropped(number, Status.QUARANTINED))
        watched.records.add(replace(waiting, arrived_at=None))
    read: list[int] = []
    keys_client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"]), unique_id="read"
    )

    body = overview(client)

    keys_client.meta.events.unregister("after-call.dynamodb.Query", unique_id="read")
    assert (body["attention"]["complete"], body["attention"]["files"]) == (False, 10)
    assert body["attention"]["counts"][0]["newestArrivedAt"] == minute(39)
    assert (body["underway"]["complete"], body["underway"]["awaitingUpload"]) == (False, 10)
    assert sum(read) < 80


def test_what_is_under_way_is_counted_by_what_it_waits_for(client: Client, watched: World) -> None:
    announced = replace(dropped(1, Status.AWAITING_UPLOAD, due_at=minute(99)), arrived_at=None)
    bad = dropped(2, Status.QUARANTINED)
    heals = dropped(3, Status.FAILED, reason=Reason.UNAVAILABLE, due_at=minute(9))
    for record in (announced, bad, heals):
        watched.records.add(record)
    watched.records.move(retrying(bad, by="key", action_id="1"), bad)

    assert overview(client)["underway"] == {
        "complete": True,
        "awaitingUpload": 1,
        "retrying": 1,
        "triedAgainLater": 1,
        "oldestSince": minute(1),
    }


def test_what_waits_is_told_with_its_age(client: Client, sqs: SQSClient, ages: Ages) -> None:
    for _ in range(3):
        sqs.send_message(QueueUrl=SETTINGS.queue_url, MessageBody="event")
    sqs.receive_message(QueueUrl=SETTINGS.queue_url)
    sqs.send_message(QueueUrl=SETTINGS.dead_letter_queue_url, MessageBody="event")

    body = overview(client)

    assert body["queue"] == {"waiting": 2, "inFlight": 1, "delayed": 0, "oldestSeconds": 42}
    assert body["deadLetters"] == 1
    (asked,) = ages.asked
    (query,) = asked["MetricDataQueries"]
    assert query["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "QueueName", "Value": "events"}]


def test_of_an_empty_queue_no_age_is_asked(client: Client, ages: Ages) -> None:
    overview(client)
    assert ages.asked == []


def test_an_age_is_asked_for_once_a_minute(client: Client, sqs: SQSClient, ages: Ages, clock: Clock) -> None:
    sqs.send_message(QueueUrl=SETTINGS.queue_url, MessageBody="event")
    for _ in range(6):
        assert overview(client)["queue"]["oldestSeconds"] == 42
        clock.now += KEPT_SECONDS
    ages.values.clear()
    assert "oldestSeconds" not in overview(client)["queue"]
    assert len(ages.asked) == 2


def test_the_last_message_is_told_with_its_subject(
    client: Client, dynamodb: DynamoDBClient, alerts_table: str
) -> None:
    assert AlertStore(dynamodb, alerts_table).write(Ledger().published(minute(1), "[test] 1 file"))
    assert overview(client)["alerts"] == {
        "status": "ok",
        "since": minute(1),
        "lastSentAt": minute(1),
        "lastSubject": "[test] 1 file",
    }
    assert "1 file" not in str(client.get("/health").json()), "that is for anybody"


def test_the_sweeps_last_run_is_told(client: Client, watched: World) -> None:
    watched.sweeps.put(Sweeps(ran_at=minute(1)))
    assert overview(client)["sweep"] == {"ranAt": minute(1)}


ODD = refusal("AccessDenied", 403)


def test_what_a_queue_does_not_tell_is_named(client: Client, sqs: SQSClient) -> None:
    with failing(sqs, BEFORE, "GetQueueAttributes", ODD):
        body = overview(client)
    assert body == {name: part for name, part in NOTHING.items() if name != "queue"} | {"unknown": ["queue"]}


@pytest.mark.parametrize("status", ["Complete", "InternalError"])
def test_an_age_that_is_not_told_takes_nothing_else_away(
    client: Client, sqs: SQSClient, ages: Ages, status: str
) -> None:
    sqs.send_message(QueueUrl=SETTINGS.queue_url, MessageBody="event")
    ages.status = status
    ages.error = ODD if status == "Complete" else None
    body = overview(client)
    assert body["unknown"] == ["oldestSeconds"]
    assert body["queue"] == {"waiting": 1, "inFlight": 0, "delayed": 0}


def test_what_the_table_does_not_tell_is_named(client: Client, keys_client: DynamoDBClient) -> None:
    with failing(keys_client, BEFORE, "Query", refusal("ThrottlingException")):
        body = overview(client)
    assert body["unknown"] == ["arriving"]
    assert body["attention"] == NOTHING["attention"]
    assert body["queue"] == NOTHING["queue"]


def test_when_aws_is_slow_the_rest_is_not_waited_for(
    client: Client, watched: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any, **__: Any) -> Any:
        clock.now += 5
        raise TransientError("no answer")

    monkeypatch.setattr(watched.records, "page", slow)
    body = overview(client)
    assert body["unknown"] == [part for part in api.schemas_overview.OverviewPart if part != "oldestSeconds"]
    assert body.keys() == {"unknown"}


def test_an_answer_is_kept_for_ten_seconds(
    client: Client, watched: World, calls: Calls, keys_client: DynamoDBClient, clock: Clock
) -> None:
    first = overview(client)
    watched.records.add(dropped(1, Status.FAILED))
    calls.watch(keys_client)
    clock.now += KEPT_SECONDS - 1
    assert overview(client) == first
    assert "Query" not in calls.names
    clock.now += 1
    assert overview(client)["attention"]["files"] == 1


def test_an_unchanged_answer_is_not_sent_again(client: Client, watched: World, clock: Clock) -> None:
    first = client.get("/overview")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    clock.now += KEPT_SECONDS
    again = client.request("GET", "/overview", headers={"if-none-match": tag})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    watched.records.add(dropped(1, Status.FAILED))
    clock.now += KEPT_SECONDS
    assert client.request("GET", "/overview", headers={"if-none-match": tag}).status == 200


def test_a_bound_key_hears_of_its_own_files(watched: World) -> None:
    for number, folder in enumerate(["orders", "orders/emea", "orders-old", "other"], start=1):
        watched.records.add(dropped(number, Status.QUARANTINED, object_key=f"{folder}/{number}.csv"))

    body = overview(bound(watched, "orders"))

    assert body == {
        "prefix": "orders",
        "unknown": [],
        "arriving": {"lastArrivedAt": minute(2)},
        "attention": {
            "complete": True,
            "files": 2,
            "counts": [
                {
                    "status": "quarantined",
                    "reason": "empty_file",
                    "files": 2,
                    "oldestArrivedAt": minute(1),
                    "newestArrivedAt": minute(2),
                }
            ],
        },
    }
    assert "orders" in watched.prefixes.known(), "from now on it has lists of its own"


def test_what_one_key_heard_is_not_told_to_another(watched: World, client: Client) -> None:
    watched.records.add(dropped(1, Status.QUARANTINED, object_key="orders/1.csv"))
    assert overview(client)["attention"]["files"] == 1
    assert overview(bound(watched, "invoices"))["attention"]["files"] == 0
    assert overview(bound(watched, "orders"))["attention"]["files"] == 1
    assert overview(client)["queue"] == NOTHING["queue"]


def test_a_list_of_its_own_is_what_a_bound_key_reads(watched: World, keys_client: DynamoDBClient) -> None:
    past = BEGIN - timedelta(days=1)
    register = PrefixRegister(keys_client, "records", clock=lambda: past)
    register.add("orders")
    register.completed(register.known().all()[0], "")
    own = replace(watched, prefixes=PrefixRegister(keys_client, "records"))
    records = type(own.records)(keys_client, "records", shards=SETTINGS.index_shards, prefixes=own.prefixes)
    for number in range(1, 4):
        records.add(dropped(number, Status.QUARANTINED, object_key=f"orders/{number}.csv"))
    for number in range(10, 40):
        records.add(dropped(number, Status.QUARANTINED, object_key=f"other/{number}.csv"))
    read: list[int] = []
    keys_client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"]), unique_id="own"
    )
    body = overview(bound(replace(own, records=records), "orders"))
    keys_client.meta.events.unregister("after-call.dynamodb.Query", unique_id="own")
    assert body["attention"]["files"] == 3
    assert sum(read) == 6, "three for the count, three for the newest"


def test_the_lambdas_own_clients_are_used(
    world: World, alerts_table: str, sqs: SQSClient, session: boto3.Session
) -> None:
    sqs.send_message(QueueUrl=SETTINGS.queue_url, MessageBody="event")
    own = Client.of(world, world.keys.create("tests")[1])
    body = overview(own)
    assert body["unknown"] == []
    assert body["queue"] == {"waiting": 1, "inFlight": 0, "delayed": 0}
