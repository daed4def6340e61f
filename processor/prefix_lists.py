"""Puts records into the list of their prefix that were written before it had one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from records.prefixes import PrefixRegister
    from records.store import RecordStore

RECORDS_A_PAGE = 200
PAGES_A_RUN = 40
"""Of each prefix: a page looks at up to 500 records of each shard, so this is 80,000 with four."""


class PrefixLists:
    """Goes back in time from where a list is complete, a bounded number of records in each run."""

    def __init__(self, records: RecordStore, prefixes: PrefixRegister) -> None:
        self._records = records
        self._prefixes = prefixes

    def complete(self, remaining: Callable[[], bool]) -> int:
        """Go on as long as there is time; how many records were put into lists."""
        added = 0
        for listed in self._prefixes.to_complete():
            for _ in range(PAGES_A_RUN):
                if not remaining():
                    return added
                page = self._records.list_older(
                    listed.prefix, limit=RECORDS_A_PAGE, before=listed.complete_from
                )
                added += len(page.items)
                written = self._prefixes.completed(listed, page.position or "")
                if written is None or not written.complete_from:
                    break
                listed = written
        return added
