"""GET /records: order, limits, filters and what a row holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.schemas import RecordPage, RecordSummary
from records.model import Reason, Status
from tests.unit.api.examples import complete, dropped, minimal

if TYPE_CHECKING:
    from api.deps import World
    from tests.unit.api.client import Client


def names(answer: Any) -> list[str]:
    assert (answer.status, answer.media_type) == (200, "application/json")
    return [item["fileName"] for item in answer.json()["items"]]


def test_nothing_yet(client: Client) -> None:
    assert client.get("/records").json() == {"items": []}


def test_newest_first_whatever_the_order_of_writing(client: Client, world: World) -> None:
    for number in (3, 0, 4, 1, 2):
        world.records.add(dropped(number))
    assert names(client.get("/records")) == ["4.csv", "3.csv", "2.csv", "1.csv", "0.csv"]


def test_fifty_are_the_default(client: Client, world: World) -> None:
    for number in range(51):
        world.records.add(dropped(number))
    answer = client.get("/records")
    assert len(names(answer)) == 50
    assert "nextCursor" in answer.json()


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_limits_within_range(client: Client, world: World, limit: int) -> None:
    for number in range(3):
        world.records.add(dropped(number))
    assert len(names(client.get("/records", limit=limit))) == min(3, limit)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5", "", "99999999999999999999"])
def test_limits_out_of_range(client: Client, limit: str) -> None:
    assert client.get("/records", limit=limit).pointers() == ["query/limit"]


def test_everything_wrong_is_named_at_once(client: Client) -> None:
    answer = client.get("/records", limit=0, status="lost", prefix="x" * 1025, cursor="x" * 201)
    assert sorted(answer.pointers()) == ["query/cursor", "query/limit", "query/prefix", "query/status/0"]


@pytest.mark.parametrize("status", ["lost", "PROCESSED", "Status.PROCESSED", ""])
def test_an_unknown_status(client: Client, status: str) -> None:
    answer = client.get("/records", status=status)
    assert answer.pointers() == ["query/status/0"]
    assert "awaiting_upload" in answer.json()["detail"], "it says what may be asked for"


@pytest.mark.parametrize("status", Status)
def test_one_status(client: Client, world: World, status: Status) -> None:
    for number, each in enumerate(Status):
        world.records.add(dropped(number, each))
    items = client.get("/records", status=status).json()["items"]
    assert [item["status"] for item in items] == [status]


def test_several_statuses(client: Client, world: World) -> None:
    for number, each in enumerate(Status):
        world.records.add(dropped(number, each))
    for wanted in (("failed", "quarantined"), ("missing", "processed", "processed"), tuple(Status)):
        items = client.get("/records", status=wanted).json()["items"]
        assert {item["status"] for item in items} == set(wanted)
        assert len(items) == len(set(wanted))


def test_a_reason(client: Client, world: World) -> None:
    for number, reason in enumerate([Reason.BAD_ROWS, Reason.EMPTY_FILE, Reason.BAD_ROWS]):
        world.records.add(dropped(number, Status.QUARANTINED, reason=reason))
    assert names(client.get("/records", reason="bad_rows")) == ["2.csv", "0.csv"]
    assert names(client.get("/records", reason="bad_rows", status="quarantined")) == ["2.csv", "0.csv"]
    assert names(client.get("/records", reason="bad_rows", status="processed")) == []


def test_a_media_type(client: Client, world: World) -> None:
    for number, media_type in enumerate(["text/csv", "application/pdf", None, "text/csv"]):
        world.records.add(dropped(number, media_type=media_type))
    assert names(client.get("/records", mediaType="text/csv")) == ["3.csv", "0.csv"]
    assert names(client.get("/records", mediaType="application/pdf")) == ["1.csv"]


@pytest.mark.parametrize("more", [{}, {"status": "processed"}, {"prefix": "drops/"}, {"limit": 1}])
def test_a_time_of_arrival(client: Client, world: World, more: dict[str, Any]) -> None:
    """From the one moment on, and before the other; what an offset or its lack of digits says is the same."""
    for number in range(5):
        world.records.add(dropped(number))
    two, four = "2026-11-21T08:02:00Z", "2026-11-21T09:04:00.000+01:00"
    limit = more.get("limit", 50)
    for query, found in (
        ({"arrivedAfter": two}, ["4.csv", "3.csv", "2.csv"]),
        ({"arrivedBefore": two}, ["1.csv", "0.csv"]),
        ({"arrivedAfter": two, "arrivedBefore": four}, ["3.csv", "2.csv"]),
        ({"arrivedAfter": "2026-11-21T08:02:00.001Z", "arrivedBefore": four}, ["3.csv"]),
        ({"arrivedAfter": two, "arrivedBefore": two}, []),
        ({"arrivedAfter": four, "arrivedBefore": two}, []),
        ({"arrivedAfter": "2027-01-01t00:00:00z"}, []),
    ):
        assert names(client.get("/records", **query, **more)) == found[:limit], query


@pytest.mark.parametrize("name", ["arrivedAfter", "arrivedBefore"])
@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026-11-21", "2026-11-21T08:00:00", "1795000000", "2026-02-30T00:00:00Z"),
        *("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-11-21T08:00:00Z; x"),
    ],
)
def test_what_is_no_time(client: Client, name: str, text: str) -> None:
    assert client.get("/records", **{name: text}).pointers() == [f"query/{name}"]


def test_a_prefix(client: Client, world: World) -> None:
    for number, key in enumerate(["a/1.csv", "a/2.csv", "ab/3.csv", "b/a/4.csv", "ü &+/5.csv"]):
        world.records.add(dropped(number, object_key=key))
    assert names(client.get("/records", prefix="a/")) == ["2.csv", "1.csv"]
    assert names(client.get("/records", prefix="a")) == ["3.csv", "2.csv", "1.csv"]
    assert names(client.get("/records", prefix="ü &+/")) == ["5.csv"]
    assert names(client.get("/records", prefix="c")) == []


def test_a_prefix_and_a_status(client: Client, world: World) -> None:
    statuses = (Status.QUARANTINED, Status.PROCESSED, Status.QUARANTINED)
    for number, (key, status) in enumerate(zip(("a/1", "a/2", "b/3"), statuses, strict=True)):
        world.records.add(dropped(number, status, object_key=key))
    assert names(client.get("/records", prefix="a/", status="quarantined")) == ["1"]
    assert names(client.get("/records", prefix="a/", status="processed")) == ["2"]


@pytest.mark.parametrize("query", [{}, {"status": "quarantined"}, {"prefix": "drops/"}])
def test_a_row_is_what_the_document_says_and_no_more(
    client: Client, world: World, query: dict[str, str]
) -> None:
    world.records.add(complete())
    (row,) = client.get("/records", **query).json()["items"]
    assert row.keys() == {field.alias for field in RecordSummary.model_fields.values()}
    assert row["recordId"] == complete().record_id
    assert (row["createdAt"], row["sizeBytes"]) == ("2026-11-21T08:00:00.000Z", 52)


def test_a_row_leaves_out_what_is_not_known(client: Client, world: World) -> None:
    world.records.add(minimal())
    (row,) = client.get("/records").json()["items"]
    assert row.keys() == {"recordId", "status", "source", "objectKey", "fileName", "createdAt"}


def test_the_answer_fits_the_document(client: Client, world: World) -> None:
    for record in (complete(), minimal(), dropped(7)):
        world.records.add(record)
    answer = client.get("/records", limit=2)
    assert len(RecordPage.model_validate_json(answer.body).items) == 2
