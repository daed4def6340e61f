"""The records table: one conditional write for each move; `records.lists` reads its pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import IllegalMove, TransientError, code_of, translated
from records.items import from_item, to_record_item
from records.lists import Lists, in_list
from records.model import ATTENTION, MOVES, Status, from_attributes, shard_of, to_attributes
from records.pages import BY_DUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from records.lists import QueryAll
    from records.model import Record
    from records.pages import Filters, Page
    from records.prefixes import PrefixRegister

RECORD_IS_NEW = "attribute_not_exists(recordId)"
RECORD_EXISTS = "attribute_exists(recordId)"
RECORD_IS_AS_READ = "#status = :status AND revision = :revision"
UPLOAD_IS_AWAITED = "#status = :awaiting AND objectKey = :objectKey"
CHECKSUM_IS_AS_PROMISED = "(attribute_not_exists(expectedSha256) OR expectedSha256 = :sha256)"
SIZE_IS_AS_PROMISED = "(attribute_not_exists(expectedSizeBytes) OR expectedSizeBytes = :sizeBytes)"

# An upload's record keeps what was said when it was announced, and its place in the list.
_ANNOUNCED = frozenset(
    {"recordId", "revision", "source", "bucket", "objectKey", "fileName", "createdAt", "declaredMediaType"}
    | {"expectedSha256", "expectedSizeBytes", "arrivalShard", "arrivalKey", "prefixShard"}
)
_DUE = ("dueShard", "dueAt")
_WITH_OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


@dataclass(frozen=True)
class NotWritten:
    """A move whose condition did not hold, with the record that stands in the table instead."""

    existing: Record | None


class RecordStore:
    """Reads and writes the records table.

    Args:
        client: a DynamoDB client.
        table_name: the records table.
        shards: how many partitions each index is spread over; it may grow, never shrink.
        retention_days: after how many days a finished record is deleted by TTL; 0 keeps it.
        prefixes: those that have lists of their own.
        query_all: carries out queries at once; threads do if it is not given.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table_name: str,
        *,
        shards: int,
        retention_days: int = 0,
        prefixes: PrefixRegister | None = None,
        query_all: QueryAll | None = None,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._shards = [f"shard#{number}" for number in range(shards)]
        self._retention_seconds = retention_days * 86_400
        self._prefixes = prefixes
        self._pool = ThreadPoolExecutor(max_workers=shards, thread_name_prefix="shard")
        self._lists = Lists(query_all or self._query_all, table_name, self._shards, prefixes)

    def get(self, record_id: str) -> Record | None:
        """The record with this id, read consistently; also by the id of a version that was put back."""
        item = self._get_item(record_id)
        if item and "aliasOf" in item:
            item = self._get_item(item["aliasOf"])
        return from_attributes(item) if item else None

    def _get_item(self, record_id: str) -> dict[str, Any] | None:
        with translated(f"reading record {record_id}"):
            answer = self._client.get_item(
                TableName=self._table_name, Key={"recordId": {"S": record_id}}, ConsistentRead=True
            )
        item = answer.get("Item")
        return from_item(dict(item)) if item else None

    def known(self, record_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """For those of up to 100 ids that have a record: its status, key and version; or `aliasOf`.

        Raises:
            TransientError: the table was too busy to answer for all of them.
        """
        asked: Any = {"ExpressionAttributeNames": {"#status": "status"}, "ConsistentRead": True}
        asked["ProjectionExpression"] = "recordId, #status, objectKey, versionId, aliasOf"
        keys: list[Any] = [{"recordId": {"S": record_id}} for record_id in record_ids]
        found: dict[str, dict[str, Any]] = {}
        while keys:
            with translated(f"reading {len(keys)} records"):
                answer = self._client.batch_get_item(RequestItems={self._table_name: asked | {"Keys": keys}})
            items = [from_item(dict(item)) for item in answer["Responses"].get(self._table_name, [])]
            found |= {item["recordId"]: item for item in items}
            # One answer holds 16 MB, whatever part of the items was asked for.
            unprocessed: Any = answer.get("UnprocessedKeys", {})
            left = unprocessed.get(self._table_name, {}).get("Keys", [])
            if len(left) == len(keys):
                raise TransientError("the records table is too busy to answer for all records")
            keys = left
        return found

    def add(self, record: Record) -> NotWritten | None:
        """Write a record that must not exist yet; what stands there instead if it does."""
        return self._written(record, "put_item", Item=self._item(record), ConditionExpression=RECORD_IS_NEW)

    def complete_upload(self, outcome: Record, *, any_checksum: bool = False) -> NotWritten | None:
        """Move an announced upload from `awaiting_upload` to its outcome, in one write.

        Args:
            outcome: the record as it shall be; what was announced is kept from the table.
            any_checksum: do not require the content's SHA-256 and size to be the announced ones.
        """
        changes = {k: v for k, v in self._item(outcome).items() if k not in _ANNOUNCED}
        # What is in both indexes has one place in both, and only the table knows the announced one.
        copied = [name for name in ("Shard", "Key") if changes.pop(f"attention{name}", None)]
        moves = [f"attention{name} = arrival{name}" for name in copied]
        moves.append("revision = revision + :one")
        condition = UPLOAD_IS_AWAITED
        values = {f":{name}": value for name, value in changes.items()}
        values[":one"] = {"N": "1"}
        values[":awaiting"] = {"S": Status.AWAITING_UPLOAD}
        values[":objectKey"] = {"S": outcome.object_key}
        if not any_checksum:
            condition = f"{UPLOAD_IS_AWAITED} AND {CHECKSUM_IS_AS_PROMISED} AND {SIZE_IS_AS_PROMISED}"
            values[":sha256"] = {"S": outcome.sha256 or ""}
            values.setdefault(":sizeBytes", {"N": "-1"})
        sets = ", ".join([*(f"#{name} = :{name}" for name in changes), *moves])
        dropped = ", ".join(name for name in _DUE if name not in changes)
        return self._written(
            outcome,
            "update_item",
            Key={"recordId": {"S": outcome.record_id}},
            UpdateExpression=f"SET {sets}" + (f" REMOVE {dropped}" if dropped else ""),
            ConditionExpression=condition,
            ExpressionAttributeNames={f"#{name}": name for name in changes},
            ExpressionAttributeValues=values,
        )

    def move(self, record: Record, was: Record, *, also: Sequence[Any] = ()) -> NotWritten | None:
        """Bring a record from where it stands to `record`, if nobody else did anything with it meanwhile.

        Args:
            record: as it shall be; its revision is set here.
            was: as it was read.
            also: writes of DynamoDB's TransactWriteItems that take effect with it, or not at all.

        Raises:
            IllegalMove: `MOVES` has no such move.
        """
        if record.status is not was.status and record.status not in MOVES.get(was.status, ()):
            raise IllegalMove(f"{record.record_id}: there is no way from {was.status} to {record.status}")
        record = replace(record, revision=was.revision + 1)
        put = {
            "Item": self._item(record),
            "ConditionExpression": RECORD_IS_AS_READ,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":status": {"S": was.status},
                ":revision": {"N": str(was.revision)},
            },
        }
        if also:
            return self._together(record, put, also)
        return self._written(record, "put_item", **put)

    def alias(self, alias_id: str, record_id: str) -> dict[str, Any]:
        """For `move`: let another id lead to a record as well."""
        item = {"recordId": {"S": alias_id}, "aliasOf": {"S": record_id}}
        return {"Put": {"TableName": self._table_name, "Item": item}}

    def due(self, now: str, *, most: int) -> list[str]:
        """The ids of records whose `due_at` has come, of each shard the first so many."""
        found = self._pool.map(lambda shard: self._due(shard, now, most), self._shards)
        return [record_id for ids in found for record_id in ids]

    def _due(self, shard: str, now: str, most: int) -> list[str]:
        with translated(f"listing {BY_DUE}"):
            answer = self._client.query(
                TableName=self._table_name,
                IndexName=BY_DUE,
                KeyConditionExpression="dueShard = :shard AND dueAt <= :now",
                ExpressionAttributeValues={":shard": {"S": shard}, ":now": {"S": now}},
                Limit=most,
            )
        return [item["recordId"]["S"] for item in answer["Items"]]

    def page(
        self, filters: Filters, *, limit: int, before: str | None = None, attributes: tuple[str, ...] = ()
    ) -> Page:
        """Rows of a list, as `Lists.page` reads them."""
        return self._lists.page(filters, limit=limit, before=before, attributes=attributes)

    def underway(self, *, most: int) -> tuple[list[dict[str, str]], bool]:
        """What has no outcome yet, as `Lists.underway` reads it."""
        return self._lists.underway(most=most)

    def list_older(self, prefix: str, *, limit: int, before: str) -> Page:
        """Put records into the list of their prefix that were written before it had one.

        Args:
            prefix: of the records; each is put into the list that it would be in if it were new.
            limit: at most so many records.
            before: the position of the last page.

        Returns:
            The records; without a position when nothing older is left.
        """
        page = self._lists.older(prefix, limit=limit, before=before)
        list(self._pool.map(self._list, page.items))
        return page

    def _list(self, row: dict[str, Any]) -> None:
        partition = self._list_of(row["recordId"], row["objectKey"])
        if partition is None:
            return
        with translated(f"listing record {row['recordId']}"):
            try:
                self._client.update_item(
                    TableName=self._table_name,
                    Key={"recordId": {"S": row["recordId"]}},
                    UpdateExpression="SET prefixShard = :partition",
                    ConditionExpression=RECORD_EXISTS,
                    ExpressionAttributeValues={":partition": {"S": partition}},
                )
            except ClientError as error:  # its time to live may have ended meanwhile
                if code_of(error) != "ConditionalCheckFailedException":
                    raise

    def _list_of(self, record_id: str, object_key: str) -> str | None:
        prefix = self._prefixes.of_new(object_key) if self._prefixes else None
        return in_list(prefix, shard_of(record_id, len(self._shards))) if prefix else None

    def _query_all(self, requests: list[dict[str, Any]]) -> list[Any]:
        return list(self._pool.map(lambda request: self._client.query(**request), requests))

    def _item(self, record: Record) -> dict[str, Any]:
        attributes = to_attributes(record)
        shard = shard_of(record.record_id, len(self._shards))
        attributes |= {"arrivalShard": shard, "arrivalKey": record.arrival_key}
        if partition := self._list_of(record.record_id, record.object_key):
            attributes["prefixShard"] = partition
        if record.status in ATTENTION:
            attributes |= {"attentionShard": shard, "attentionKey": record.arrival_key}
        if record.due_at:
            attributes["dueShard"] = shard
        if self._retention_seconds and record.finished_at:
            finished = datetime.fromisoformat(record.finished_at).timestamp()
            attributes["expiresAt"] = int(finished) + self._retention_seconds
        return to_record_item(attributes)

    def _written(self, record: Record, operation: str, **arguments: Any) -> NotWritten | None:
        with translated(f"writing record {record.record_id}"):
            try:
                getattr(self._client, operation)(
                    TableName=self._table_name,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **arguments,
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return self._instead(record, error.response.get("Item"))
        return None

    def _together(self, record: Record, put: dict[str, Any], also: Sequence[Any]) -> NotWritten | None:
        first = {"Put": put | _WITH_OLD | {"TableName": self._table_name}}
        with translated(f"writing record {record.record_id}"):
            try:
                self._client.transact_write_items(TransactItems=[first, *also])  # type: ignore[list-item]
            except ClientError as error:
                if code_of(error) != "TransactionCanceledException":
                    raise
                reason: Any = error.response.get("CancellationReasons", [{}])[0]
                if reason.get("Code") != "ConditionalCheckFailed":
                    raise TransientError(f"writing record {record.record_id}: {error}") from error
                return self._instead(record, reason.get("Item"))
        return None

    def _instead(self, record: Record, item: Any) -> NotWritten | None:
        """What stands there instead; None if that is the write itself, whose answer was lost."""
        attributes = from_item(item) if item else None
        if attributes and "aliasOf" in attributes:
            return NotWritten(self.get(attributes["aliasOf"]))
        existing = from_attributes(attributes) if attributes else None
        return None if existing and _is_own(existing, record) else NotWritten(existing)


def _is_own(existing: Record, written: Record) -> bool:
    """Whether a record is as we wrote it: no two attempts begin and end at the same times."""
    return (
        existing.status is written.status
        and existing.attempts == written.attempts
        and existing.actions == written.actions
        and existing.version_id == written.version_id
        and existing.due_at == written.due_at
        and bool(written.attempts or written.actions)
    )
