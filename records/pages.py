"""Pages of an index: what to ask each shard, and how the answers become one page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from records.model import Reason, Status

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

_FILTERED_READ = 500
_ROW = ("recordId", *LIST_ATTRIBUTES)


@dataclass(frozen=True)
class Page:
    """Some records, newest first, and the position after which the next page begins."""

    items: list[dict[str, Any]]
    position: str | None


@dataclass(frozen=True)
class Shard:
    """What one shard answered; `horizon` is the last key it looked at, None when it has no more."""

    items: list[dict[str, Any]]
    horizon: str | None


@dataclass(frozen=True)
class Query:
    """One page's question, as DynamoDB wants it for a shard.

    Attributes:
        before: a position: only what comes after it on the way to older records.
        prefix: of the object key.
        after: a time: only records that are not older.
        shards: how many are asked.
    """

    index: str
    limit: int
    before: str | None
    status: Status | None = None
    prefix: str | None = None
    reason: Reason | None = None
    after: str | None = None
    shards: int = 1

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

    def shard(self, answer: dict[str, Any]) -> Shard:
        """What DynamoDB's answer says."""
        last = answer.get("LastEvaluatedKey")
        return Shard(answer["Items"], last[self.sort_key]["S"] if last else None)

    def _filtered(self, names: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
        filters = []
        if self.status:
            filters.append("#status = :status")
            names["#status"], values[":status"] = "status", {"S": self.status}
        if self.prefix:
            filters.append("begins_with(objectKey, :prefix)")
            values[":prefix"] = {"S": self.prefix}
        if self.reason:
            filters.append("reason = :reason")
            values[":reason"] = {"S": self.reason}
        if self.after:
            filters.append("createdAt >= :after")
            values[":after"] = {"S": self.after}
        if not filters:
            # One more than is asked for tells whether there is a next page.
            return {"Limit": share_of(self.limit + 1, self.shards)}
        return {"Limit": _FILTERED_READ, "FilterExpression": " AND ".join(filters)}


def merged(answers: list[Shard], query: Query) -> Page:
    # Below the newest horizon a shard may hold items that were not read: they belong to the next page.
    horizon = max((answer.horizon for answer in answers if answer.horizon), default="")
    sort_key = query.sort_key
    found = [item for answer in answers for item in answer.items if item[sort_key]["S"] >= horizon]
    found.sort(key=lambda item: item[sort_key]["S"], reverse=True)
    rows = [_row(item) for item in found[: query.limit]]
    if len(found) > query.limit:
        return Page(rows, found[query.limit - 1][sort_key]["S"])
    return Page(rows, horizon or None)


def share_of(records: int, shards: int) -> int:
    """How many to read of each shard to have the newest of all, nearly always.

    Ids are random, so records fall into shards like dice: the mean, and four standard deviations.
    """
    mean = records / shards
    return min(records, math.ceil(mean + 4 * math.sqrt(mean * (1 - 1 / shards))))


def _row(item: dict[str, Any]) -> dict[str, Any]:
    # Straight from DynamoDB's typed JSON: lists are read more often than anything else.
    return {
        name: value["S"] if "S" in (value := item[name]) else int(value["N"]) for name in _ROW if name in item
    }
