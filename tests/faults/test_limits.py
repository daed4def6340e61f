"""Too little time, and more than an item of DynamoDB holds."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from processor.reading import RESERVE_MS
from records.items import from_item
from records.model import Status
from tests.faults.pipeline import MAX_RECEIVES
from tests.unit.processor.batches import Context

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.pipeline import Pipeline
    from tests.unit.processor.conftest import Announce, Put

GOOD, BAD = b"name,amount\nAda,1\n", b"name,amount\nAda\n"
MOST_ITEM_BYTES = 409_600


@pytest.mark.parametrize("answers", [0, 4, 9, 16, 31])
def test_fault_19_the_deadline_comes_near(
    pipeline: Pipeline, put: Put, capsys: pytest.CaptureFixture[str], answers: int
) -> None:
    """Close to the deadline the rest of the batch is handed back, unharmed, and no failure is counted."""
    events = [put(f"{number}.csv", BAD if number % 2 else GOOD) for number in range(10)]
    for event in events:
        pipeline.send(event)

    left = pipeline.deliver(Context(*[60_000] * answers, RESERVE_MS - 1))

    assert left == [], "what comes for the first time is put into the queue anew"
    assert len(pipeline.waiting) == 10 - len(pipeline.all_records())
    assert answers or len(pipeline.waiting) == 10
    written = capsys.readouterr().out
    assert written.count("handed back") == len(pipeline.waiting)
    assert "DeliveriesFailed" not in written
    for _ in range(MAX_RECEIVES):
        pipeline.deliver(Context(RESERVE_MS - 1))
    assert pipeline.dead == [], "however often there was no time"

    assert pipeline.settle() <= 1
    for number, event in enumerate(events):
        assert pipeline.outcome(event).status is (Status.QUARANTINED if number % 2 else Status.PROCESSED)


def wide_table() -> bytes:
    """1,100 columns with long names and long values: half a megabyte of what is worth telling."""
    header = ",".join(f"column {number} {'é' * 60}" for number in range(1_100))
    row = ",".join(f"{number} {'x' * 90}" for number in range(1_100))
    return f"{header}\n{row}\n".encode()


ODD = {
    "more than an item holds": ("a.csv", wide_table()),
    "names that DynamoDB reserves": ("a.csv", b"status,size,name,values,,index\n1,2,3,4,5,6\n"),
    "empty texts": ("a.json", b'{"": "", "a": [""]}'),
    "numbers of any size": ("a.jsonl", b'{"a": 1e308, "b": 0.1}\n{"a": -1e-308, "b": 1e22}\n'),
    "very large whole numbers": ("b.csv", b"a\n" + b"9" * 60 + b"\n" + b"1\n"),
}


@pytest.mark.parametrize(("what", "announcing"), [*product(ODD, [False]), ("empty texts", True)])
def test_fault_25_what_dynamodb_does_not_take(
    pipeline: Pipeline, put: Put, announce: Announce, what: str, announcing: bool
) -> None:
    """More than 400 KB, floats, reserved words, empty texts: cut where it must be, and written."""
    name, content = ODD[what]
    known = announce(file_name=name).object_key.rpartition("/")[0] if announcing else "dropped"
    event = put(f"{known}/{name}", content)
    pipeline.send(event)
    assert pipeline.settle() == 1

    record = pipeline.outcome(event)
    assert record.status is Status.PROCESSED
    assert record.profile
    assert ("cut" in record.profile) == (what == "more than an item holds")
    assert size(item(pipeline, record.record_id)) < MOST_ITEM_BYTES


def size(item: Any) -> int:
    """At least as many bytes as DynamoDB counts."""
    return len(json.dumps(item, default=bytes.hex))


def item(pipeline: Pipeline, record_id: str) -> Any:
    """The item as it was written."""
    answer = pipeline.dynamodb.get_item(TableName="records", Key={"recordId": {"S": record_id}})
    return answer["Item"]


def test_fault_25_numbers_that_are_none(pipeline: Pipeline, put: Put, tmp_path: Path) -> None:
    """NaN and infinities are left out of the record, and the rest of it is written."""
    path = tmp_path / "a.parquet"
    numbers = "SELECT unnest(['nan', 'inf', '-inf', '1.5']::DOUBLE[]) AS a"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({numbers}) TO '{path}'")
    event = put("a.parquet", path.read_bytes())
    pipeline.send(event)
    pipeline.settle()

    record = pipeline.outcome(event)
    assert record.status is Status.PROCESSED
    assert "nan" not in json.dumps(from_item(item(pipeline, record.record_id))).lower()


def test_fault_25_thousands_of_findings(pipeline: Pipeline, put: Put) -> None:
    """The record of a file with thousands of bad rows keeps the first ones, and counts all."""
    rows = b"".join(b"%d,%s\n" % (number, b"x" * 50 + b",too,many") for number in range(5_000))
    event = put("a.csv", b"id,text\n" + rows + b"1,a\n" * 6_000)
    pipeline.send(event)
    pipeline.settle()

    record = pipeline.outcome(event)
    assert record.error_counts == {"extra-cell": 5_000}
    assert size(item(pipeline, record.record_id)) < MOST_ITEM_BYTES
