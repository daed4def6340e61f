"""The records table: one conditional write for each move, one parallel query for each page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import code_of, translated
from records.items import from_item, to_item
from records.model import ATTENTION, Status, from_attributes, shard_of, to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from records.model import Record

BY_ARRIVAL = "byArrival"
BY_ATTENTION = "byAttention"
LIST_ATTRIBUTES = (
    "status",
    "reason",
    "objectKey",
    "fileName",
    "sizeBytes",
    "mediaType",
    "source",
    "createdAt",
    "arrivedAt",
    "finishedAt",
    "durationMs",
)
"""What the indexes carry besides the keys: enough for a row of a list."""

RECORD_IS_NEW = "attribute_not_exists(recordId)"
UPLOAD_IS_AWAITED = "#status = :awaiting AND objectKey = :objectKey"
CHECKSUM_IS_AS_PROMISED = "(attribute_not_exists(expectedSha256) OR expectedSha256 = :sha256)"

# An upload's record keeps what was said when it was announced, and its place in the list.
_ANNOUNCED = frozenset(
    {"recordId", "source", "bucket", "objectKey", "fileName", "createdAt", "declaredMediaType"}
    | {"expectedSha256", "expectedSizeBytes", "arrivalShard", "arrivalKey"}
)
_FILTERED_READ = 500


@dataclass(frozen=True)
class NotWritten:
    """A move whose condition did not hold, with the record that stands in the table instead."""

    existing: Record | None


@dataclass(frozen=True)
class Page:
    """Some records, newest first, and the position after which the next page begins."""

    items: list[dict[str, Any]]
    position: str | None


class RecordStore:
    """Reads and writes the records table.

    Args:
        client: a DynamoDB client.
        table_name: the records table.
        shards: how many partitions each index is spread over; it may grow, never shrink.
        retention_days: after how many days a finished record is deleted by TTL; 0 keeps it.
    """

    def __init__(
        self, client: DynamoDBClient, table_name: str, *, shards: int, retention_days: int = 0
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._shards = shards
        self._retention_seconds = retention_days * 86_400
        self._pool = ThreadPoolExecutor(max_workers=shards, thread_name_prefix="shard")

    def get(self, record_id: str) -> Record | None:
        """The record with this id, read consistently."""
        with translated(f"reading record {record_id}"):
            answer = self._client.get_item(
                TableName=self._table_name, Key={"recordId": {"S": record_id}}, ConsistentRead=True
            )
        item = answer.get("Item")
        return from_attributes(from_item(dict(item))) if item else None

    def add(self, record: Record) -> NotWritten | None:
        """Write a record that must not exist yet; what stands there instead if it does."""
        return self._conditional(
            "put_item", record.record_id, Item=self._item(record), ConditionExpression=RECORD_IS_NEW
        )

    def complete_upload(self, outcome: Record, *, any_checksum: bool = False) -> NotWritten | None:
        """Move an announced upload from `awaiting_upload` to its outcome, in one write.

        Args:
            outcome: the record as it shall be; what was announced is kept from the table.
            any_checksum: do not require the content's SHA-256 to be the announced one.
        """
        changes = {k: v for k, v in self._item(outcome).items() if k not in _ANNOUNCED}
        # What is in both indexes has one place in both, and only the table knows the announced one.
        copied = [name for name in ("Shard", "Key") if changes.pop(f"attention{name}", None)]
        moves = [f"attention{name} = arrival{name}" for name in copied]
        condition = UPLOAD_IS_AWAITED
        values = {f":{name}": value for name, value in changes.items()}
        values[":awaiting"] = {"S": Status.AWAITING_UPLOAD}
        values[":objectKey"] = {"S": outcome.object_key}
        if not any_checksum:
            condition = f"{UPLOAD_IS_AWAITED} AND {CHECKSUM_IS_AS_PROMISED}"
            values[":sha256"] = {"S": outcome.sha256 or ""}
        return self._conditional(
            "update_item",
            outcome.record_id,
            Key={"recordId": {"S": outcome.record_id}},
            UpdateExpression="SET " + ", ".join([*(f"#{name} = :{name}" for name in changes), *moves]),
            ConditionExpression=condition,
            ExpressionAttributeNames={f"#{name}": name for name in changes},
            ExpressionAttributeValues=values,
        )

    def page(
        self,
        *,
        limit: int,
        before: str | None = None,
        status: Status | None = None,
        prefix: str | None = None,
    ) -> Page:
        """The newest records before a position: one query for each shard, merged.

        A filter that no index serves reads a bounded number of items, so a page may be short, or
        empty, and still have a position to go on from.
        """
        index = BY_ATTENTION if status in ATTENTION else BY_ARRIVAL
        query = _Query(index, limit, before, status, prefix)
        shards = [f"shard#{number}" for number in range(self._shards)]
        answers = list(self._pool.map(lambda shard: self._read(query, shard), shards))
        return _merge(answers, query)

    def _read(self, query: _Query, shard: str) -> _Shard:
        with translated(f"listing {query.index}"):
            answer: dict[str, Any] = self._client.query(  # type: ignore[assignment]
                TableName=self._table_name, **query.arguments(shard)
            )
        last = answer.get("LastEvaluatedKey")
        horizon = last[query.sort_key]["S"] if last else None
        return _Shard([from_item(item) for item in answer["Items"]], horizon)

    def _item(self, record: Record) -> dict[str, Any]:
        attributes = to_attributes(record)
        shard = shard_of(record.record_id, self._shards)
        attributes |= {"arrivalShard": shard, "arrivalKey": record.arrival_key}
        if record.status in ATTENTION:
            attributes |= {"attentionShard": shard, "attentionKey": record.arrival_key}
        if self._retention_seconds and record.finished_at:
            finished = datetime.fromisoformat(record.finished_at).timestamp()
            attributes["expiresAt"] = int(finished) + self._retention_seconds
        return to_item(attributes)

    def _conditional(self, operation: str, record_id: str, **arguments: Any) -> NotWritten | None:
        with translated(f"writing record {record_id}"):
            try:
                getattr(self._client, operation)(
                    TableName=self._table_name,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **arguments,
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                item: Any = error.response.get("Item")
                return NotWritten(from_attributes(from_item(item)) if item else None)
        return None


@dataclass(frozen=True)
class _Query:
    """One page's question, as DynamoDB wants it for a shard."""

    index: str
    limit: int
    before: str | None
    status: Status | None
    prefix: str | None

    @property
    def sort_key(self) -> str:
        return "attentionKey" if self.index == BY_ATTENTION else "arrivalKey"

    def arguments(self, shard: str) -> dict[str, Any]:
        partition = self.sort_key.replace("Key", "Shard")
        condition, names = "#partition = :shard", {"#partition": partition}
        values: dict[str, Any] = {":shard": {"S": shard}}
        if self.before:
            condition, names["#sort"] = f"{condition} AND #sort < :before", self.sort_key
            values[":before"] = {"S": self.before}
        return {
            "IndexName": self.index,
            "KeyConditionExpression": condition,
            "ScanIndexForward": False,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        } | self._filtered(names, values)

    def _filtered(self, names: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
        filters = []
        if self.status:
            filters.append("#status = :status")
            names["#status"], values[":status"] = "status", {"S": self.status}
        if self.prefix:
            filters.append("begins_with(objectKey, :prefix)")
            values[":prefix"] = {"S": self.prefix}
        if not filters:
            # One more than is asked for tells whether there is a next page.
            return {"Limit": self.limit + 1}
        return {"Limit": _FILTERED_READ, "FilterExpression": " AND ".join(filters)}


@dataclass(frozen=True)
class _Shard:
    """What one shard answered; `horizon` is the last key it looked at, None when it has no more."""

    items: list[dict[str, Any]]
    horizon: str | None


def _merge(answers: list[_Shard], query: _Query) -> Page:
    # Below the newest horizon a shard may hold items that were not read: they belong to the next page.
    horizon = max((answer.horizon for answer in answers if answer.horizon), default="")
    items = [item for answer in answers for item in answer.items if _key(item) >= horizon]
    items.sort(key=_key, reverse=True)
    if len(items) > query.limit:
        return Page(items[: query.limit], _key(items[query.limit - 1]))
    return Page(items, horizon or None)


def _key(item: dict[str, Any]) -> str:
    return f"{item['createdAt']}#{item['recordId']}"
