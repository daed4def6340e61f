"""The sweep's entry: one run does all its work, says what it did, and stops in time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from contracts.model import Contracts
from processor import sweep, wiring
from processor.objects import Objects
from processor.sweep import RESERVE_MS
from records.reconciliation import SweepStore
from tests.unit.processor.batches import Context
from tests.unit.processor.faults import Died
from tests.unit.processor.test_entry import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from processor.settings import Settings
    from tests.unit.processor.conftest import Announce, Put


pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(autouse=True)
def cold_start(settings: Settings, session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    monkeypatch.setattr(wiring, "bundled", Contracts)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    sweep._sweep.cache_clear()
    yield
    sweep._sweep.cache_clear()


def run(remaining_ms: int = 270_000, **event: Any) -> dict[str, Any]:
    return sweep.handler(event, Context(remaining_ms))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_run_does_everything_and_says_so(
    put: Put, announce: Announce, capsys: pytest.CaptureFixture[str], dynamodb: DynamoDBClient
) -> None:
    put("a.csv")
    announce(due_at="2026-01-01T00:00:00.000Z")

    told = run(graceSeconds=-60)

    assert told == {"due": {"expired": 1}, "deadLetters": {}, "passing": False, "unrecorded": 1}
    *repaired, line = lines(capsys)
    assert [(each["message"], each["done"]) for each in repaired] == [
        ("repaired", "expired"),
        ("repaired", "unrecorded"),
    ]
    assert (line["message"], line["SweepRuns"], line["DueRecords"]) == ("swept", 1, 1)
    assert (line["VersionsCompared"], line["UnrecordedObjects"]) == (1, 1)
    assert (line["ReconciliationMismatches"], line["objectsLost"]) == (1, 0)
    kept = SweepStore(dynamodb, "records").get()
    assert kept.last
    assert (kept.due, kept.last.unrecorded, kept.current) == ({"expired": 1}, 1, None)


def test_the_next_pass_begins_a_day_later_or_when_it_is_asked_for(dynamodb: DynamoDBClient) -> None:
    def last() -> str:
        found = SweepStore(dynamodb, "records").get().last
        assert found
        return found.started_at

    run()
    first = last()
    run()
    assert last() == first
    run(reconcile=True)
    assert last() > first


def test_a_run_without_time_leaves_the_pass_to_the_next(put: Put) -> None:
    put("a.csv")
    assert run(RESERVE_MS - 1, graceSeconds=-60)["passing"] is True
    assert run(graceSeconds=-60) == {"due": {}, "deadLetters": {}, "passing": False, "unrecorded": 1}


def test_two_runs_at_once_write_one_report(dynamodb: DynamoDBClient) -> None:
    store = SweepStore(dynamodb, "records")
    read = store.get()
    assert store.put(read) is not None
    assert store.put(read) is None


def test_a_run_that_dies_leaves_to_the_next_only_what_it_has_not_done(
    put: Put, dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        put(name)
    monkeypatch.setattr(Objects, "VERSIONS_A_PAGE", 1)
    listed: list[str] = []
    versions = Objects.versions

    def die_at_the_third(self: Objects, bucket: str, **more: Any) -> Any:
        listed.append(bucket)
        if len(listed) == 3:
            raise Died
        return versions(self, bucket, **more)

    monkeypatch.setattr(Objects, "versions", die_at_the_third)
    with pytest.raises(Died):
        run(graceSeconds=-60)

    current = SweepStore(dynamodb, "records").get().current
    assert current
    assert (current.versions, current.unrecorded) == (2, 2)
    assert run(graceSeconds=-60)["unrecorded"] == 3
