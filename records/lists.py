"""Lists of records: which index serves a filter, and one parallel query of its partitions for each page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from records.errors import translated
from records.model import ATTENTION
from records.pages import (
    BY_ARRIVAL,
    BY_ATTENTION,
    BY_DUE,
    BY_PREFIX,
    BY_PREFIX_ATTENTION,
    Filters,
    Page,
    Query,
    merged,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from records.prefixes import PrefixRegister

    QueryAll = Callable[[list[dict[str, Any]]], list[Any]]

MOST_PREFIXES_AT_ONCE = 8
"""A prefix with more others below it is read as if it had no list of its own."""


def in_list(prefix: str, shard: str) -> str:
    """A partition of the list of a prefix; no prefix has a `#`."""
    return f"{prefix}#{shard}"


class Lists:
    """Reads pages.

    Args:
        query_all: carries out queries at once, and gives their answers in the same order.
    """

    def __init__(
        self,
        query_all: QueryAll,
        table_name: str,
        shards: list[str],
        prefixes: PrefixRegister | None,
    ) -> None:
        self._query_all = query_all
        self._table_name = table_name
        self._shards = shards
        self._prefixes = prefixes

    def page(
        self, filters: Filters, *, limit: int, before: str | None = None, attributes: tuple[str, ...] = ()
    ) -> Page:
        """The newest records before a position.

        A filter that no index serves reads a bounded number of items, so a page may be short, or
        empty, and still have a position to go on from.
        """
        upper = min(bound for bound in (before, filters.before, "~") if bound)
        attention = bool(filters.statuses) and filters.statuses <= ATTENTION
        if filters.statuses == ATTENTION:
            filters = replace(filters, statuses=frozenset())
        query = Query(
            index=BY_ATTENTION if attention else BY_ARRIVAL,
            limit=limit,
            filters=filters,
            after=filters.after or "",
            before="" if upper == "~" else upper,
            attributes=attributes,
        )
        return self._by_prefix(query) or self._shared(query)

    def underway(self, *, most: int) -> tuple[list[dict[str, str]], bool]:
        """State and `createdAt` of what the sweep is to look at, soonest first; and whether that is all."""
        requests = [self._underway(shard, -(-most // len(self._shards))) for shard in self._shards]
        with translated(f"listing {BY_DUE}"):
            answers = self._query_all(requests)
        found = [item for answer in answers for item in answer["Items"]]
        rows = [{name: value["S"] for name, value in item.items()} for item in found]
        return rows, not any(answer.get("LastEvaluatedKey") for answer in answers)

    def _underway(self, shard: str, most: int) -> dict[str, Any]:
        return {
            "TableName": self._table_name,
            "IndexName": BY_DUE,
            "KeyConditionExpression": "dueShard = :shard",
            "ExpressionAttributeValues": {":shard": {"S": shard}},
            "ExpressionAttributeNames": {"#status": "status"},
            "ProjectionExpression": "#status, createdAt",
            "Limit": most,
        }

    def older(self, prefix: str, *, limit: int, before: str) -> Page:
        """Records under a prefix, whether they are in its list or not."""
        query = Query(
            index=BY_ARRIVAL, limit=limit, filters=Filters(prefix=f"{prefix}/"), after="", before=before
        )
        return self._asked(query, self._shards)

    def _by_prefix(self, query: Query) -> Page | None:
        """From the list of the prefix, if it has one, and what is older than that from everybody's."""
        text = query.filters.prefix
        known = self._prefixes.known() if self._prefixes and "/" in text else None
        listed = known.above(text) if known else None
        if not (known and listed):
            return None
        prefixes = sorted({listed.prefix, *known.below(text)})
        begun = max(query.after, listed.complete_from)
        own = replace(
            query,
            index=BY_PREFIX if query.index == BY_ARRIVAL else BY_PREFIX_ATTENTION,
            filters=replace(query.filters, prefix="" if text == f"{listed.prefix}/" else text),
            after=begun,
        )
        if own.empty or len(prefixes) > MOST_PREFIXES_AT_ONCE:
            return None
        page = self._asked(own, [in_list(prefix, shard) for prefix in prefixes for shard in self._shards])
        if page.position or begun == query.after:
            return page
        if len(page.items) == query.limit:
            return replace(page, position=begun)
        older = replace(query, limit=query.limit - len(page.items), before=begun)
        rest = self._asked(older, self._shards)
        return Page(page.items + rest.items, rest.position)

    def _shared(self, query: Query) -> Page:
        """Each shard is read for its share of the page; what that leaves out is asked for once more."""
        page = self._asked(replace(query, shards=len(self._shards)), self._shards)
        if query.filtered or page.position is None or len(page.items) == query.limit:
            return page
        # More of the newest lie in one shard than its share: seldom, or where there were fewer shards once.
        rest = replace(query, limit=query.limit - len(page.items), before=page.position)
        more = self._asked(rest, self._shards)
        return Page(page.items + more.items, more.position)

    def _asked(self, query: Query, partitions: list[str]) -> Page:
        if query.empty:
            return Page([], None)
        requests = [{"TableName": self._table_name, **query.arguments(partition)} for partition in partitions]
        with translated(f"listing {query.index}"):
            answers = self._query_all(requests)
        return merged([query.answer(answer) for answer in answers], query)
