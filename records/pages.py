"""Pages of an index: what to ask each shard, and how the answers become one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from records.items import from_item

if TYPE_CHECKING:
    from records.model import Reason, Status

BY_ARRIVAL = "byArrival"
BY_ATTENTION = "byAttention"
_FILTERED_READ = 500


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
    """

    index: str
    limit: int
    before: str | None
    status: Status | None = None
    prefix: str | None = None
    reason: Reason | None = None
    after: str | None = None

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
        items = [from_item(item) for item in answer["Items"]]
        return Shard(items, last[self.sort_key]["S"] if last else None)

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
            return {"Limit": self.limit + 1}
        return {"Limit": _FILTERED_READ, "FilterExpression": " AND ".join(filters)}


def merged(answers: list[Shard], query: Query) -> Page:
    # Below the newest horizon a shard may hold items that were not read: they belong to the next page.
    horizon = max((answer.horizon for answer in answers if answer.horizon), default="")
    items = [item for answer in answers for item in answer.items if _key(item) >= horizon]
    items.sort(key=_key, reverse=True)
    if len(items) > query.limit:
        return Page(items[: query.limit], _key(items[query.limit - 1]))
    return Page(items, horizon or None)


def _key(item: dict[str, Any]) -> str:
    return f"{item['createdAt']}#{item['recordId']}"
