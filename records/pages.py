"""Pages of an index: what to ask each partition, and how the answers become one page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from records.model import Reason, Status

BY_ARRIVAL = "byArrival"
BY_ATTENTION = "byAttention"
BY_PREFIX = "byPrefix"
BY_PREFIX_ATTENTION = "byPrefixAttention"
BY_DUE = "byDue"
INDEX_KEYS = {
    BY_ARRIVAL: ("arrivalShard", "arrivalKey"),
    BY_ATTENTION: ("attentionShard", "attentionKey"),
    BY_PREFIX: ("prefixShard", "arrivalKey"),
    BY_PREFIX_ATTENTION: ("prefixShard", "attentionKey"),
}
"""The attributes by which an index is partitioned and sorted; a record without them is not in it."""
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
_LAST_ID = "f" * 32


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which records a list is of: those to which all of this applies.

    Attributes:
        statuses: any of these; none is all.
        prefix: how the object key begins.
        after, before: `created_at` is at or after the one, and before the other.
    """

    statuses: frozenset[Status] = frozenset()
    reason: Reason | None = None
    prefix: str = ""
    media_type: str | None = None
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class Page:
    """Some records, newest first, and the position after which the next page begins."""

    items: list[dict[str, Any]]
    position: str | None


@dataclass(frozen=True, kw_only=True)
class Query:
    """One page's question, as DynamoDB wants it for a partition of an index.

    Attributes:
        filters: what the index does not answer by itself.
        after, before: positions: only records at or after the one, and before the other.
        shards: of how many partitions each is read for its share; 1 reads enough of each for a whole page.
        attributes: what a row shall have; none is all that the index has.
    """

    index: str
    limit: int
    filters: Filters
    after: str
    before: str
    shards: int = 1
    attributes: tuple[str, ...] = ()

    @property
    def sort_key(self) -> str:
        return INDEX_KEYS[self.index][1]

    @property
    def empty(self) -> bool:
        """Whether no record can be between its bounds."""
        return bool(self.before) and self.after >= self.before

    @property
    def filtered(self) -> bool:
        """Whether it reads records that it does not return."""
        filters = self.filters
        return bool(filters.statuses or filters.reason or filters.prefix or filters.media_type)

    def arguments(self, partition: str) -> dict[str, Any]:
        names = {"#partition": INDEX_KEYS[self.index][0]}
        values: dict[str, Any] = {":partition": partition}
        condition = self._between(names, values)
        # One more than is asked for tells whether there is a next page.
        asked: dict[str, Any] = {"Limit": share_of(self.limit + 1, self.shards)}
        if self.filtered:
            asked = {"Limit": _FILTERED_READ, "FilterExpression": self._expression(names, values)}
        if self.attributes:
            # Pages are merged by the sort key, so it comes along.
            names |= {"#sort": self.sort_key} | {f"#{name}": name for name in self.attributes}
            asked["ProjectionExpression"] = ", ".join(["#sort", *(f"#{name}" for name in self.attributes)])
        return asked | {
            "IndexName": self.index,
            "KeyConditionExpression": f"#partition = :partition{condition}",
            "ScanIndexForward": False,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        }

    def answer(self, answer: dict[str, Any]) -> Answer:
        """What DynamoDB's answer says."""
        last = answer.get("LastEvaluatedKey")
        return Answer(answer["Items"], last[self.sort_key]["S"] if last else None)

    def _between(self, names: dict[str, str], values: dict[str, Any]) -> str:
        if not (self.after or self.before):
            return ""
        names["#sort"] = self.sort_key
        if not self.before:
            values[":after"] = self.after
            return " AND #sort >= :after"
        if not self.after:
            values[":before"] = self.before
            return " AND #sort < :before"
        # There is no way to say `>= and <` of a sort key: BETWEEN has both ends in it.
        values |= {":after": self.after, ":before": _just_before(self.before)}
        return " AND #sort BETWEEN :after AND :before"

    def _expression(self, names: dict[str, str], values: dict[str, Any]) -> str:
        filters, wanted = self.filters, []
        if filters.statuses:
            states = {f":status{number}": state for number, state in enumerate(sorted(filters.statuses))}
            values |= states
            names["#status"] = "status"
            wanted.append(f"#status IN ({', '.join(states)})")
        if filters.prefix:
            values[":prefix"] = filters.prefix
            wanted.append("begins_with(objectKey, :prefix)")
        if filters.reason:
            values[":reason"] = filters.reason
            wanted.append("reason = :reason")
        if filters.media_type:
            values[":mediaType"] = filters.media_type
            wanted.append("mediaType = :mediaType")
        return " AND ".join(wanted)


def _just_before(position: str) -> str:
    """A text above every time and arrival key that is less than this one; all of them are equally long."""
    return f"{position[:-1]}{chr(ord(position[-1]) - 1)}~"


@dataclass(frozen=True)
class Answer:
    """What one partition answered; `horizon` is the last key it looked at, None when it has no more."""

    items: list[dict[str, Any]]
    horizon: str | None


def merged(answers: list[Answer], query: Query) -> Page:
    """The newest of all answers as rows of a list."""
    # Below the newest horizon a partition may hold items that were not read: they belong to the next page.
    horizon = max((answer.horizon for answer in answers if answer.horizon), default="")
    if query.filtered and horizon:
        horizon = _above_its_moment(horizon, query.before)
    sort_key = query.sort_key
    found = [item for answer in answers for item in answer.items if item[sort_key]["S"] >= horizon]
    found.sort(key=lambda item: item[sort_key]["S"], reverse=True)
    rows = [_row(item) for item in found[: query.limit]]
    if len(found) > query.limit:
        return Page(rows, found[query.limit - 1][sort_key]["S"])
    return Page(rows, horizon or None)


def _above_its_moment(horizon: str, before: str) -> str:
    # The record at the horizon may be one that the filter hides from the caller, so its id must not stand
    # in a cursor: all records of its millisecond are left to the next page. Only if there are more of them
    # than are read at once, the pages would never come past it.
    above = f"{horizon.partition('#')[0]}#{_LAST_ID}"
    return horizon if before and above >= before else above


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
