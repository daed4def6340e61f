"""A table against its contract in a running system: the good rows, and the bad ones back."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import duckdb
import httpx
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from local.ingest import Ingest
    from tests.flow.conftest import Client

HEADER = "order_id,ordered_at,customer,country,quantity,price,note"
GOOD = [f"{number},2026-11-20T10:00:00Z,C{number:06d},DE,1,9.50," for number in range(1, 8)]
BAD = {
    4: "3,2026-11-20T10:00:00Z,C000003,DE,0,9.50,",
    6: "5,yesterday,C000005,XX,1,9.50,=cmd()",
    8: "7,2026-11-20T10:00:00Z",
}


def orders(*, bad: bool) -> bytes:
    """Seven rows, or with three of them bad: on lines 4, 6 and 8."""
    lines = [HEADER, *GOOD]
    for line, text in BAD.items() if bad else ():
        lines[line - 1] = text
    return "\n".join(lines).encode() + b"\n"


def taken_in(client: Client, prefix: str, content: bytes) -> dict[str, Any]:
    key = f"{prefix}/orders.csv"
    record = client.record_of(key, client.drop(key, content))
    body: dict[str, Any] = client.api.get(f"/records/{record.record_id}").json()
    return body


def linked(client: Client, record: dict[str, Any], kind: str) -> bytes:
    answer = client.api.get(f"/records/{record['recordId']}/{kind}")
    assert answer.status_code == 200, answer.text
    return httpx.get(answer.json()["url"], timeout=30, trust_env=False).content


def rejects(client: Client, record: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(linked(client, record, "rejects").decode("utf-8-sig"))))


@pytest.mark.parametrize("prefix", ["orders", "orders/split"])
def test_a_good_file_is_processed_with_its_profile(client: Client, prefix: str) -> None:
    record = taken_in(client, prefix, orders(bad=False))

    assert (record["status"], record["contract"]) == ("processed", prefix.replace("/", "-"))
    assert record["profile"]["rows"] == 7
    assert [column["type"] for column in record["profile"]["columns"]][:3] == [
        "integer",
        "datetime",
        "string",
    ]
    assert client.api.get(f"/records/{record['recordId']}/rejects").status_code == 404


def test_a_file_with_bad_rows_is_quarantined_and_they_come_back(client: Client) -> None:
    record = taken_in(client, "orders", orders(bad=True))

    assert (record["status"], record["reason"]) == ("quarantined", "bad_rows")
    assert record["detail"] == "4 errors in 3 of 7 rows. Line 4: The value is less than the minimum 1."
    assert record["errorCounts"] == {"constraint-error": 2, "missing-cell": 1, "type-error": 1}
    rows = rejects(client, record)
    assert {(row["lineNumber"], row["fieldName"], row["error"]) for row in rows} == {
        ("4", "quantity", "constraint-error"),
        ("6", "ordered_at", "type-error"),
        ("6", "country", "constraint-error"),
        ("8", "customer", "missing-cell"),
    }
    assert {row["line"] for row in rows} == set(BAD.values())
    assert client.versions(client.incoming, "orders/orders.csv")[-1]["VersionId"] != record["versionId"]


def test_a_split_file_is_processed_without_its_bad_rows(client: Client, tmp_path: Path) -> None:
    record = taken_in(client, "orders/split", orders(bad=True))

    assert (record["status"], record.get("reason"), record.get("errors")) == ("processed", None, None)
    assert record["warningCounts"] == {"constraint-error": 2, "missing-cell": 1, "type-error": 1}
    assert {row["lineNumber"] for row in rejects(client, record)} == {"4", "6", "8"}
    parquet = tmp_path / "good.parquet"
    parquet.write_bytes(linked(client, record, "accepted"))
    found = (
        duckdb.connect().execute(f"SELECT order_id, price, typeof(ordered_at) FROM '{parquet}'").fetchall()
    )
    assert found == [(number, 9.5, "TIMESTAMP WITH TIME ZONE") for number in (1, 2, 4, 6)]


def test_the_mail_says_where_the_bad_rows_are(client: Client) -> None:
    taken_in(client, "orders/june", orders(bad=True))

    (mail, *_) = client.mails("orders/june")
    assert "bad_rows" in mail
    assert "/rejects" in mail


def test_ingest_tells_reasons_and_profiles(sender: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"id,amount\n1\n2,3\n")

    told = sender.send_one(path).described()

    assert (told["status"], told["reason"]) == ("quarantined", "bad_rows")
    assert [(error["type"], error["lineNumber"]) for error in told["errors"]] == [("missing-cell", 2)]
    assert (told["profile"]["format"], told["profile"]["rows"]) == ("csv", 2)
