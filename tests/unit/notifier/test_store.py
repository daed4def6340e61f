"""The alerts table: what is written is read again, and who comes second writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from notifier.alerts import REMEMBERED_BATCHES, UNREADABLE, Alert, Cause, Example, Tally
from notifier.board import Ledger
from records.alerts import Delivery
from records.errors import ConfigurationError, TransientError
from tests.unit.processor.faults import BEFORE, failing, refusal

if TYPE_CHECKING:
    from notifier.store import AlertStore
    from tests.unit.notifier.conftest import Desk

CAUSE = Cause("quarantined", "empty_file")
SINCE = "2026-01-31T12:00:00.000Z"
EXAMPLES = (Example("1" * 32, "Größe\n.csv", "empty", 0, SINCE), Example("2" * 32))
FULL = Alert(
    cause=CAUSE,
    since=SINCE,
    waiting=Tally(5, SINCE, EXAMPLES),
    claimed=Tally(1, SINCE, ()),
    claimed_at=1769860800.25,
    told=7,
    told_at=1769860800.0,
    heard_at=1769860801.123457,
    held=2,
    held_at=3.5,
    batches=("a", "b"),
    expires_at=1769860800,
)
LEDGER = Ledger(
    sent=(1.5, 2.0, 1769860800.123457), delivery=Delivery(SINCE, SINCE, "Throttled", "[prod] 1 file")
)


@pytest.fixture
def store(desk: Desk) -> AlertStore:
    return desk.store


@pytest.mark.parametrize("alert", [FULL, Alert(cause=UNREADABLE), Alert(cause=Cause("failed"))])
def test_an_alert_is_read_as_it_was_written(store: AlertStore, alert: Alert) -> None:
    assert store.write(alert)

    assert store.board().alert(alert.cause) == replace(alert, version=1)


@pytest.mark.parametrize("ledger", [LEDGER, Ledger()])
def test_the_ledger_is_read_as_it_was_written(store: AlertStore, ledger: Ledger) -> None:
    assert store.write(ledger)

    assert store.board().ledger == replace(ledger, version=1)


def test_an_empty_table_is_an_empty_board(store: AlertStore) -> None:
    assert store.board().alerts == {}
    assert store.board().ledger == Ledger()
    assert store.board().alert(CAUSE) == Alert(cause=CAUSE)


def test_of_two_who_read_the_same_one_writes(store: AlertStore) -> None:
    assert store.write(FULL)
    assert not store.write(FULL)
    first = second = store.board().alert(CAUSE)

    assert store.write(replace(first, told=8))
    assert not store.write(replace(second, told=9))
    assert store.board().alert(CAUSE).told == 8


def test_several_are_written_together_or_not_at_all(store: AlertStore) -> None:
    assert store.write(FULL, LEDGER)
    board = store.board()
    assert store.write(replace(board.ledger, sent=()))

    assert not store.write(replace(board.alert(CAUSE), told=99), board.ledger)
    assert store.board().alert(CAUSE).told == FULL.told


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        (["ConditionalCheckFailed", "None"], None),
        (["TransactionConflict", "None"], None),
        (["ThrottlingError", "None"], TransientError),
        (["ConditionalCheckFailed", "ProvisionedThroughputExceeded"], TransientError),
    ],
)
def test_a_transaction_is_lost_to_others_or_to_trouble(
    store: AlertStore, desk: Desk, codes: list[str], error: type[Exception] | None
) -> None:
    answer: Any = refusal("TransactionCanceledException").response
    answer["CancellationReasons"] = [{"Code": code} for code in codes]
    with failing(desk.dynamodb, BEFORE, "TransactWriteItems", ClientError(answer, "TransactWriteItems")):
        if error is None:
            assert not store.write(FULL, LEDGER)
        else:
            with pytest.raises(error):
                store.write(FULL, LEDGER)


def test_a_write_beside_a_transaction_is_tried_again_by_the_caller(store: AlertStore, desk: Desk) -> None:
    with failing(desk.dynamodb, BEFORE, "PutItem", refusal("TransactionConflictException")):
        assert not store.write(FULL)


def test_a_missing_table_is_a_mistake_of_the_stack(store: AlertStore, desk: Desk) -> None:
    desk.dynamodb.delete_table(TableName=desk.table)

    with pytest.raises(ConfigurationError):
        store.board()
    with pytest.raises(ConfigurationError):
        store.write(FULL)


def test_the_largest_alert_fits_into_an_item_many_times(store: AlertStore, desk: Desk) -> None:
    example = Example("1" * 32, "k" * 1024, "d" * 501, 10**12, SINCE)
    tally = Tally(10**9, SINCE, (example,) * 3)
    batches = tuple("f" * 16 for _ in range(REMEMBERED_BATCHES))
    assert store.write(replace(FULL, waiting=tally, claimed=tally, batches=batches))

    (item,) = desk.dynamodb.scan(TableName=desk.table)["Items"]
    assert len(str(item)) < 40_000
