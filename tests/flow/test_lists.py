"""Lists, conditional requests and statistics, on the local system."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from processor.prefix_lists import PrefixLists
from records.model import Record, Source, Status, derived_record_id, utc_text
from records.pages import Filters
from records.prefixes import COMPLETE_AFTER, PrefixRegister
from records.store import RecordStore
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from tests.flow.conftest import Client

LONG_AGO = datetime(2026, 1, 31, 8, tzinfo=UTC)


def recorded(number: int, folder: str) -> Record:
    key = f"{folder}/{number}.csv"
    return Record(
        record_id=derived_record_id("incoming", key, "v1"),
        status=Status.FAILED if number % 2 else Status.PROCESSED,
        source=Source.BUCKET,
        bucket="incoming",
        object_key=key,
        file_name=key,
        created_at=utc_text(LONG_AGO + timedelta(minutes=number)),
    )


def walk(store: RecordStore, **wanted: Any) -> list[str]:
    found, before = [], None
    while True:
        page = store.page(Filters(**wanted), limit=3, before=before)
        found += [item["objectKey"] for item in page.items]
        if page.position is None:
            return found
        before = page.position


def test_a_prefix_gets_a_list_of_its_own(client: Client) -> None:
    now = LONG_AGO

    def clock() -> datetime:
        return now

    table = client.system.outputs["recordsTable"]
    register = PrefixRegister(client.dynamodb, table, clock=clock)
    store = RecordStore(client.dynamodb, table, shards=4, prefixes=register)
    older = [recorded(number, ("listed", "unlisted")[number % 4 // 2]) for number in range(8)]
    newer = [recorded(number, ("listed", "unlisted")[number % 4 // 2]) for number in range(20, 28)]
    for record in older:
        store.add(record)
    now += timedelta(minutes=8)
    register.add("listed")
    now += COMPLETE_AFTER * 2
    for record in newer:
        store.add(record)
    expected = [f"listed/{number}.csv" for number in (25, 24, 21, 20, 5, 4, 1, 0)]

    for _ in range(2):  # before and after older records are in the list
        assert walk(store, prefix="listed/") == expected
        assert walk(store, prefix="listed/", statuses=frozenset({Status.FAILED})) == expected[::2]
        bounds = {"after": recorded(4, "").created_at, "before": recorded(24, "").created_at}
        assert walk(store, prefix="listed/", **bounds) == expected[2:6]
        PrefixLists(store, register).complete(lambda: True)
    assert register.known().above("listed/a").complete_from == ""  # type: ignore[union-attr]
    for record in (*older, *newer):  # of objects that there are not, which a sweep would look for
        client.dynamodb.delete_item(TableName=table, Key={"recordId": {"S": record.record_id}})


def test_a_link_leads_through_all_pages(client: Client) -> None:
    prefix = "linked"
    for number in range(3):
        client.record_of(f"{prefix}/{number}.csv", client.drop(f"{prefix}/{number}.csv", b"a,b\n1,2\n"))
    answer = client.api.get("/records", params={"prefix": f"{prefix}/", "limit": 2, "status": ["processed"]})
    found = [item["fileName"] for item in answer.json()["items"]]
    while "next" in answer.links:
        answer = client.api.get(answer.links["next"]["url"])
        found += [item["fileName"] for item in answer.json()["items"]]
    assert sorted(found) == ["0.csv", "1.csv", "2.csv"]


def test_an_unchanged_record_is_not_sent_again(client: Client) -> None:
    record = client.record_of("unchanged/a.csv", client.drop("unchanged/a.csv", b"a,b\n1,2\n"))
    path = f"/records/{record.record_id}"
    tag = client.api.get(path).headers["etag"]
    again = client.api.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_a_record_that_is_awaited_says_when_to_ask_again(client: Client) -> None:
    record = client.api.post("/uploads", json={"fileName": "a.csv", "sizeBytes": 8}).json()["record"]
    assert int(client.api.get(f"/records/{record['recordId']}").headers["retry-after"]) >= 1


def test_what_came_in_is_counted(client: Client) -> None:
    client.record_of("counted/good.csv", client.drop("counted/good.csv", b"a,b\n1,2\n"))
    client.record_of("counted/bad.csv", client.drop("counted/bad.csv", b""))
    hours = itertools.count(1)

    def counted() -> dict[str, Any] | None:
        # An answer is kept for a minute, so each time another one is asked for.
        begin = utc_text(datetime.now(UTC) - timedelta(hours=next(hours)))
        answer = client.api.get("/stats", params={"from": begin})
        totals = {total["status"]: total for total in answer.json()["totals"]}
        return answer.json() if {"processed", "quarantined"} <= totals.keys() else None

    found = eventually(counted, "both files in the statistics")
    row = next(row for row in found["hours"] if row["status"] == "processed")
    assert row["files"] >= 1
    assert row["bytes"] >= 8
    assert 0 < row["p50Ms"] <= row["p95Ms"] <= row["maximumMs"]
