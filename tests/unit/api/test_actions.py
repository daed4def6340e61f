"""POST /records/{recordId}/retry and /discard: the record says so first, then the processor is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from records.model import Act, Attempt, Record, Status
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.deps import World
    from tests.unit.api.client import Client

    Told = Callable[[], list[Any]]

RETRY, DISCARD = "retry", "discard"


def put(world: World, status: Status = Status.QUARANTINED, **changes: Any) -> Record:
    record = dropped(1, status, **{"quarantine_key": "ab12/original/1.csv"} | changes)
    assert world.records.add(record) is None
    return record


def stored(world: World, record: Record) -> Record:
    found = world.records.get(record.record_id)
    assert found
    return found


@pytest.mark.parametrize("status", [Status.QUARANTINED, Status.FAILED])
def test_a_retry_is_recorded_with_who_and_why_and_told_to_the_processor(
    client: Client, world: World, told: Told, status: Status
) -> None:
    record = put(world, status)

    answer = client.post(f"/records/{record.record_id}/retry", {"why": "the contract was fixed"})

    assert (answer.status, answer.json()["status"]) == (202, "retrying")
    after = stored(world, record)
    (action,) = after.actions
    assert (after.status, action.act, action.why) == (Status.RETRYING, Act.RETRY, "the contract was fixed")
    assert client.key is not None
    assert action.by == client.key.split("_")[1]
    assert (after.retry_id, after.revision) == (action.action_id, 2)
    assert after.due_at is not None
    assert told() == [{"retry": {"recordId": record.record_id, "retryId": action.action_id}}]


def test_asked_for_twice_it_is_one_retry(client: Client, world: World, told: Told) -> None:
    record = put(world)
    first, second = (client.post(f"/records/{record.record_id}/retry", {}) for _ in range(2))

    assert (first.status, second.status) == (202, 202)
    assert first.json() == second.json()
    assert len(stored(world, record).actions) == 1
    assert len({str(message) for message in told()}) == 1


def test_the_body_may_be_left_out(client: Client, world: World, told: Told) -> None:
    record = put(world)
    assert client.request("POST", f"/records/{record.record_id}/retry").status == 202


def test_an_idempotency_key_is_one_retry_even_after_its_end(client: Client, world: World, told: Told) -> None:
    record = put(world)
    path, key = f"/records/{record.record_id}/retry", {"idempotency-key": "monday-1"}
    client.post(path, {}, **key)
    asked = stored(world, record)
    attempt = Attempt(started_at=asked.actions[0].at, duration_ms=5, outcome=Status.QUARANTINED)
    assert world.records.move(_with(asked, status=Status.QUARANTINED, attempts=(attempt,)), asked) is None
    told()

    again = client.post(path, {}, **key)

    assert (again.status, again.json()["status"], told()) == (202, "quarantined", [])
    client.post(path, {}, **{"idempotency-key": "monday-2"})
    assert stored(world, record).status is Status.RETRYING


def _with(record: Record, **changes: Any) -> Record:
    return replace(record, **changes)


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "ä"])
def test_an_idempotency_key_is_plain_text(client: Client, world: World, key: str) -> None:
    record = put(world)
    answer = client.post(f"/records/{record.record_id}/retry", {}, **{"idempotency-key": key})
    assert answer.pointers() == ["header/idempotency-key"]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.QUARANTINED, Status.FAILED, Status.RETRYING}))
def test_only_what_was_quarantined_or_failed_is_retried(
    client: Client, world: World, told: Told, status: Status
) -> None:
    record = put(world, status)
    problem = client.post(f"/records/{record.record_id}/retry", {}).problem(409, "not-retriable")
    assert str(status) in problem["detail"]
    assert told() == []


def test_a_file_is_not_tried_for_ever(client: Client, world: World, told: Told) -> None:
    record = put(world, attempt_count=100)
    problem = client.post(f"/records/{record.record_id}/retry", {}).problem(409, "too-many-attempts")
    assert "100 times" in problem["detail"]


def test_a_discarded_file_says_who_and_why(client: Client, world: World, told: Told) -> None:
    record = put(world)

    answer = client.post(f"/records/{record.record_id}/discard", {"why": "a test of ours"})

    assert (answer.status, answer.json()["status"]) == (202, "discarded")
    (action,) = stored(world, record).actions
    assert (action.act, action.why) == (Act.DISCARD, "a test of ours")
    assert told() == [{"discard": {"recordId": record.record_id}}]
    assert client.post(f"/records/{record.record_id}/discard", {}).status == 202
    assert len(stored(world, record).actions) == 1


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.QUARANTINED, Status.DISCARDED}))
def test_only_what_is_quarantined_is_discarded(
    client: Client, world: World, told: Told, status: Status
) -> None:
    record = put(world, status)
    client.post(f"/records/{record.record_id}/discard", {}).problem(409, "not-discardable")
    assert told() == []


@pytest.mark.parametrize("act", [RETRY, DISCARD])
def test_an_unknown_record_is_not_found(client: Client, told: Told, act: str) -> None:
    client.post(f"/records/{'0' * 32}/{act}", {}).problem(404, "record-not-found")


@pytest.mark.parametrize("act", [RETRY, DISCARD])
def test_an_unknown_member_is_named(client: Client, world: World, act: str) -> None:
    record = put(world)
    assert client.post(f"/records/{record.record_id}/{act}", {"because": "x"}).pointers() == ["#/because"]
