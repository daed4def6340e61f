"""A table with very many records, put into the emulator's saved state: as many writes would take minutes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from records.items import to_item
from records.model import Reason, Record, Source, Status, derived_record_id, shard_of, utc_text
from records.store import RecordStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

FOLDERS = ("orders", "invoices", "sensors/emea")
TYPES = ("text/csv", "application/json", "application/vnd.apache.parquet", "application/pdf")
REASONS = (Reason.BAD_ROWS, Reason.EMPTY_FILE, Reason.WRONG_HEADER)
INDEXES = ("arrival", "attention")
PERIOD = 4_800
SHARDS = 4
NO_SORT_KEY = "__no_sort__"


def put_into(folder: Path, table: str, records: Iterable[dict[str, Any]]) -> None:
    """Add records to what a stopped system has saved.

    Args:
        folder: of the system, which must be stopped.
        table: the records table.
        records: as items.
    """
    saved = folder / "state" / "dynamodb.json"
    state = json.loads(saved.read_text())
    tables = state["payload"]["tables"]["data"]
    (found,) = [entry for name, entry in tables.items() if name.endswith(repr(table))]
    found["items"] |= {item["recordId"]["S"]: {NO_SORT_KEY: item} for item in records}
    saved.write_text(json.dumps(state))


def many(count: int, *, seconds_apart: float = 20) -> Iterator[dict[str, Any]]:
    """Records as they come over days, newest first: of 400, ten are quarantined and one has failed."""
    patterns = {outcome: _pattern(*outcome) for outcome in map(_outcome, range(PERIOD))}
    now = datetime.now(UTC)
    for number in range(count):
        key = f"{FOLDERS[number % len(FOLDERS)]}/{number:06}.csv"
        record_id = derived_record_id("incoming", key, "v1")
        at = utc_text(now - timedelta(seconds=seconds_apart * number))
        own = {
            "recordId": record_id,
            "objectKey": key,
            "fileName": key.rpartition("/")[2],
            "createdAt": at,
            "arrivedAt": at,
            "finishedAt": at,
            "durationMs": 20 + number % 977,
            "sizeBytes": 17 + 1_013 * (number % 5_003),
            "mediaType": TYPES[number % len(TYPES)],
        }
        pattern = patterns[_outcome(number)]
        places = {"Shard": shard_of(record_id, SHARDS), "Key": f"{at}#{record_id}"}
        own |= {name: places[name.removeprefix(index)] for name, index in _placed(pattern)}
        yield pattern | to_item(own)


def _pattern(status: Status, reason: Reason | None) -> dict[str, Any]:
    """A record of this outcome as the store writes it."""
    collected = Collected()
    record = Record(
        record_id="",
        status=status,
        reason=reason,
        source=Source.BUCKET,
        bucket="incoming",
        object_key="",
        file_name="",
        created_at="",
    )
    RecordStore(cast("DynamoDBClient", collected), "records", shards=SHARDS).add(record)
    return collected.items[0]


def _placed(pattern: dict[str, Any]) -> list[tuple[str, str]]:
    """The attributes that put it into indexes, each with the index's name."""
    return [(name, index) for index in INDEXES for name in pattern if name.startswith(index)]


def _outcome(number: int) -> tuple[Status, Reason | None]:
    if number % 400 == 9:
        return Status.FAILED, Reason.CRASHED
    if number % 40 == 7:
        return Status.QUARANTINED, REASONS[number // 40 % len(REASONS)]
    return Status.PROCESSED, None


class Collected:
    """Takes the writes of a store, and keeps their items."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def put_item(self, **arguments: Any) -> None:
        """What DynamoDB would be asked for."""
        self.items.append(arguments["Item"])
