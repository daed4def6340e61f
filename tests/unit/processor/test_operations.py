"""An operation is worked off step by step: each finds some records, and sends the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from processor import operations
from records.actions import retrying
from records.commands import Discard, Proceed, Retry
from records.errors import TransientError
from records.model import Reason, Record, Status
from records.operations import Kind, Operation, OperationStore
from records.pages import Filters
from records.store import RecordStore
from tests.unit.processor.test_due import now_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from processor.settings import Settings
    from processor.wiring import Parts
    from tests.unit.processor.test_due import Told

ID = "0" * 32
LATER = "2999-01-01T00:00:00.000Z"


@pytest.fixture
def told(sqs: SQSClient, settings: Settings) -> Told:
    from processor.events import contents_of

    def take() -> list[Any]:
        found: list[Any] = []
        url = settings.queue_url
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [contents_of(message["Body"]) for message in messages]
        return found

    return take


@pytest.fixture
def begin(dynamodb: DynamoDBClient) -> Callable[..., OperationStore]:
    def write(kind: Kind = Kind.RETRY, **wanted: Any) -> OperationStore:
        store = OperationStore(dynamodb, "records")
        operation = Operation(
            operation_id=ID,
            kind=kind,
            requested_by="key1",
            created_at="2026-01-31T12:00:00.000Z",
            why="contract fixed",
            wanted={"status": "quarantined", "arrivedBefore": LATER} | wanted,
        )
        assert store.add(operation) is None
        return store

    return write


def some(store: RecordStore, make_record: Callable[..., Record], number: int, **known: Any) -> list[Record]:
    known = {"status": Status.QUARANTINED, "reason": Reason.BAD_ROWS, "quarantine_key": "q"} | known
    records = [make_record(**known) for _ in range(number)]
    assert [store.add(record) for record in records] == [None] * number
    return records


def run(parts: Parts, most: int = 50) -> int:
    """Take every step; how many there were."""
    for step in range(most):
        after = parts.operations.proceed(Proceed(ID, step))
        assert after
        if after.complete:
            return step + 1
    raise AssertionError("it never comes to its end")


def test_every_record_that_fits_is_retried_and_says_why(
    parts: Parts, store: RecordStore, make_record: Callable[..., Record], begin: Any, told: Told
) -> None:
    fitting = some(store, make_record, 3, object_key="orders/a.csv")
    others = [
        *some(store, make_record, 1, object_key="other/a.csv"),
        *some(store, make_record, 1, object_key="orders/b.csv", reason=Reason.EMPTY_FILE),
        *some(store, make_record, 1, object_key="orders/c.csv", status=Status.FAILED),
        *some(store, make_record, 1, object_key="orders/d.csv", status=Status.PROCESSED),
    ]
    progress = begin(reason="bad_rows", prefix="orders/")

    run(parts)

    after = [now_at(store, record) for record in fitting]
    assert {record.status for record in after} == {Status.RETRYING}
    assert {(r.actions[0].by, r.actions[0].why, r.operation_id) for r in after} == {
        ("key1", "contract fixed", ID)
    }
    assert [now_at(store, record) for record in others] == others
    commands = [command for message in told() for command in message]
    retries = [command for command in commands if isinstance(command, Retry)]
    assert {(r.record_id, r.retry_id) for r in retries} == {(r.record_id, r.retry_id) for r in after}
    done = progress.get(ID)
    assert (done.found, done.started, done.skipped, done.waiting) == (3, 3, 0, 3)


def test_it_goes_on_page_by_page(
    parts: Parts,
    store: RecordStore,
    make_record: Callable[..., Record],
    begin: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operations, "RECORDS_A_STEP", 3)
    records = some(store, make_record, 10)
    begin()

    assert run(parts) == 4
    assert {now_at(store, record).status for record in records} == {Status.RETRYING}


def test_only_records_of_the_time_that_was_asked_for(
    parts: Parts, store: RecordStore, make_record: Callable[..., Record], begin: Any
) -> None:
    records = some(store, make_record, 5)
    begin(arrivedAfter=records[1].created_at, arrivedBefore=records[3].created_at)

    run(parts)

    states = [now_at(store, record).status is Status.RETRYING for record in records]
    assert states == [False, True, True, False, False]


def test_a_step_twice_is_a_step_once(
    parts: Parts, store: RecordStore, make_record: Callable[..., Record], begin: Any
) -> None:
    (record,) = some(store, make_record, 1)
    progress = begin()
    run(parts)

    assert parts.operations.proceed(Proceed(ID, 0)) is None
    assert now_at(store, record).revision == 2
    assert progress.get(ID).found == 1


def test_a_step_that_is_too_early_comes_again(parts: Parts, begin: Any) -> None:
    begin()
    with pytest.raises(TransientError, match="still at step 0"):
        parts.operations.proceed(Proceed(ID, 1))


def test_an_operation_that_is_no_more_needs_nothing(parts: Parts) -> None:
    assert parts.operations.proceed(Proceed(ID, 0)) is None


def test_a_file_that_was_tried_too_often_is_skipped(
    parts: Parts, store: RecordStore, make_record: Callable[..., Record], begin: Any
) -> None:
    some(store, make_record, 1, attempt_count=100)
    progress = begin()
    run(parts)
    done = progress.get(ID)
    assert (done.found, done.started, done.skipped, done.state) == (1, 0, 1, "finished")


def test_every_quarantined_file_that_fits_is_discarded_and_counted(
    parts: Parts, store: RecordStore, make_record: Callable[..., Record], begin: Any, told: Told
) -> None:
    fitting = some(store, make_record, 3, object_key="orders/a.csv")
    others = [
        *some(store, make_record, 1, object_key="other/a.csv"),
        *some(store, make_record, 1, object_key="orders/b.csv", reason=Reason.EMPTY_FILE),
        *some(store, make_record, 1, object_key="orders/c.csv", status=Status.FAILED),
    ]
    progress = begin(Kind.DISCARD, reason="bad_rows", prefix="orders/")

    run(parts)

    after = [now_at(store, record) for record in fitting]
    assert {(r.status, r.actions[0].by, r.actions[0].why) for r in after} == {
        (Status.DISCARDED, "key1", "contract fixed")
    }
    assert [now_at(store, record) for record in others] == others
    commands = [command for message in told() for command in message]
    assert {c.record_id for c in commands if isinstance(c, Discard)} == {r.record_id for r in fitting}
    done = progress.get(ID)
    assert (done.found, done.started, done.outcomes, done.state) == (3, 3, {"discarded": 3}, "finished")


def test_a_step_of_discards_that_was_not_written_down_is_told_again_and_counted_once(
    parts: Parts,
    store: RecordStore,
    make_record: Callable[..., Record],
    begin: Any,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (record,) = some(store, make_record, 1)
    progress = begin(Kind.DISCARD)
    listed = store.page(Filters(statuses=frozenset({Status.QUARANTINED})), limit=9)
    monkeypatch.setattr(RecordStore, "page", lambda *_, **__: listed)  # the index is as old as that
    with monkeypatch.context() as death:
        death.setattr(OperationStore, "advance", lambda *_: False)
        run(parts)

    run(parts)

    assert [command for message in told() for command in message] == [Discard(record.record_id)] * 2
    assert progress.get(ID).outcomes == {"discarded": 1}


def test_a_file_that_somebody_retried_meanwhile_is_not_discarded(
    parts: Parts,
    store: RecordStore,
    make_record: Callable[..., Record],
    begin: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (record,) = some(store, make_record, 1)
    listed = store.page(Filters(statuses=frozenset({Status.QUARANTINED})), limit=9)
    assert store.move(retrying(record, by="key2", action_id="1" * 32), record) is None
    monkeypatch.setattr(RecordStore, "page", lambda *_, **__: listed)  # the index is as old as that
    progress = begin(Kind.DISCARD)

    run(parts)

    assert now_at(store, record).status is Status.RETRYING
    done = progress.get(ID)
    assert (done.found, done.started, done.skipped) == (1, 0, 1)


def bury(sqs: SQSClient, settings: Settings, number: int) -> None:
    for _ in range(number):
        sqs.send_message(QueueUrl=settings.dead_letter_queue_url, MessageBody='{"Event": "s3:TestEvent"}')


def test_a_redrive_moves_what_is_dead(
    parts: Parts, begin: Any, told: Told, sqs: SQSClient, settings: Settings
) -> None:
    bury(sqs, settings, 12)
    progress = begin(Kind.REDRIVE, dryRun=False)

    run(parts)

    done = progress.get(ID)
    assert (done.found, done.started, done.state, len(done.examples)) == (12, 12, "finished", 10)
    assert len([message for message in told() if message == []]) == 12
    assert parts.dead_letters.take() == []


def test_a_dry_run_shows_it_and_leaves_it_there(
    parts: Parts, begin: Any, told: Told, sqs: SQSClient, settings: Settings
) -> None:
    bury(sqs, settings, 2)
    progress = begin(Kind.REDRIVE, dryRun=True)

    run(parts)

    done = progress.get(ID)
    assert (done.found, done.started, done.state) == (2, 0, "finished")
    assert json.loads(done.examples[0]).keys() >= {"messageId", "sentAt"}
    assert told() == []
    assert len(parts.dead_letters.take()) == 2
