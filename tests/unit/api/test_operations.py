"""POST /retries, /discards and /redrives, GET /operations/{operationId} and /reconciliation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.schemas_actions import OperationView
from records.model import Status
from records.reconciliation import Pass

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from api.deps import World
    from tests.unit.api.client import Answer, Client

    Told = Callable[[], list[Any]]

FILTER = {"reason": "bad_rows", "prefix": "orders/", "why": "contract fixed"}


def view(answer: Answer) -> OperationView:
    assert answer.status in (200, 202)
    return OperationView.model_validate_json(answer.body)


def test_many_retries_are_one_operation(client: Client, told: Told) -> None:
    answer = client.post("/retries", FILTER)

    asked = view(answer)
    assert (answer.status, answer.headers["location"]) == (202, f"/operations/{asked.operation_id}")
    assert (asked.kind, asked.state, asked.found, asked.why) == ("retry", "running", 0, "contract fixed")
    assert (
        asked.wanted.items() >= {"status": "quarantined", "reason": "bad_rows", "prefix": "orders/"}.items()
    )
    assert told() == [{"proceed": {"operationId": asked.operation_id, "step": 0}}]
    assert view(client.get(f"/operations/{asked.operation_id}")) == asked


def test_many_discards_are_one_operation(client: Client, told: Told) -> None:
    answer = client.post("/discards", FILTER)

    asked = view(answer)
    assert (answer.status, answer.headers["location"]) == (202, f"/operations/{asked.operation_id}")
    assert (asked.kind, asked.state, asked.why) == ("discard", "running", "contract fixed")
    assert asked.wanted == {
        "status": "quarantined",
        "reason": "bad_rows",
        "prefix": "orders/",
        "arrivedBefore": asked.created_at,
    }
    assert told() == [{"proceed": {"operationId": asked.operation_id, "step": 0}}]


def test_only_what_is_quarantined_can_be_discarded(client: Client) -> None:
    assert client.post("/discards", {"status": "failed"}).pointers() == ["#/status"]


def test_records_that_come_later_do_not_belong_to_it(client: Client, told: Told) -> None:
    asked = view(client.post("/retries", {}))
    assert asked.wanted["arrivedBefore"] == asked.created_at


def test_times_are_understood_with_their_zone_and_refused_without(client: Client, told: Told) -> None:
    asked = view(client.post("/retries", {"arrivedAfter": "2026-11-21T09:00:00+01:00"}))
    assert asked.wanted["arrivedAfter"] == "2026-11-21T08:00:00.000Z"
    assert client.post("/retries", {"arrivedBefore": "2026-11-21T09:00:00"}).pointers() == ["#/arrivedBefore"]


@pytest.mark.parametrize("number", [0, 1795254000.5, "1795254000"])
def test_a_number_is_no_time(client: Client, number: object) -> None:
    """Pydantic would count seconds from 1970."""
    assert client.post("/retries", {"arrivedAfter": number}).pointers() == ["#/arrivedAfter"]


@pytest.mark.parametrize("value", [0, "no"])
def test_letters_are_moved_only_by_a_plain_false(client: Client, value: object) -> None:
    assert client.post("/redrives", {"dryRun": value}).pointers() == ["#/dryRun"]


@pytest.mark.parametrize("wrong", [{"status": "processed"}, {"reason": "tired"}, {"sender": "x"}])
def test_a_filter_that_there_is_not_is_named(client: Client, wrong: dict[str, str]) -> None:
    assert client.post("/retries", wrong).pointers() == [f"#/{next(iter(wrong))}"]


@pytest.mark.parametrize(
    ("path", "body"), [("/retries", FILTER), ("/discards", FILTER), ("/redrives", {"dryRun": False})]
)
def test_the_same_idempotency_key_is_the_same_operation(
    client: Client, told: Told, path: str, body: dict[str, Any]
) -> None:
    key = {"idempotency-key": "monday"}
    first, second = (view(client.post(path, body, **key)) for _ in range(2))

    assert first == second
    problem = client.post(path, {"why": "something else"}, **key).problem(422, "idempotency-key-reused")
    assert "choose a new one" in problem["detail"]


def test_a_redrive_is_a_dry_run_unless_it_is_said_not_to_be(client: Client, told: Told) -> None:
    assert view(client.post("/redrives", {})).wanted == {"dryRun": True}
    assert view(client.post("/redrives", {"dryRun": False})).wanted == {"dryRun": False}


def test_an_operation_is_finished_when_nothing_is_on_its_way(
    client: Client, world: World, dynamodb: DynamoDBClient, told: Told
) -> None:
    asked = view(client.post("/retries", {}))
    operation = world.operations.get(asked.operation_id)
    assert operation
    assert world.operations.advance(replace(operation, complete=True, found=3, started=2, skipped=1))
    for number, state in enumerate(("running", "finished")):
        count = world.operations.counted(asked.operation_id, f"{number:032x}", Status.PROCESSED)
        dynamodb.transact_write_items(TransactItems=[count])  # type: ignore[list-item]
        now = view(client.get(f"/operations/{asked.operation_id}"))
        assert (now.state, now.waiting, now.outcomes) == (state, 1 - number, {"processed": number + 1})


def test_an_unknown_operation_is_not_found(client: Client) -> None:
    client.get(f"/operations/{'0' * 32}").problem(404, "operation-not-found")


def test_before_its_first_run_the_sweep_has_nothing_to_say(client: Client) -> None:
    answer = client.get("/reconciliation")
    assert (answer.status, answer.json()) == (200, {"due": {}, "deadLetters": {}})


def test_the_last_report_of_the_sweep(client: Client, world: World) -> None:
    ended = Pass(started_at="2026-11-21T08:00:00.000Z", finished_at="2026-11-21T08:00:09.000Z", versions=7)
    sweeps = replace(world.sweeps.get(), ran_at="2026-11-21T08:00:10.000Z", due={"expired": 2}, last=ended)
    assert world.sweeps.put(sweeps)

    assert client.get("/reconciliation").json() == {
        "ranAt": "2026-11-21T08:00:10.000Z",
        "due": {"expired": 2},
        "deadLetters": {},
        "last": {
            "startedAt": "2026-11-21T08:00:00.000Z",
            "finishedAt": "2026-11-21T08:00:09.000Z",
            "versions": 7,
            "unrecorded": 0,
            "halfMoved": 0,
            "gone": 0,
        },
    }
