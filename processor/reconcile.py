"""Compares the incoming bucket with the records: a pass over all keys, some pages in each run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from processor.diary import SILENT
from records.model import ATTENTION, Reason, Status, announced_record_id, derived_record_id, utc_text
from records.pages import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from processor.diary import Diary
    from processor.objects import Objects, Version
    from processor.queue import Queue
    from records.model import Record
    from records.reconciliation import Pass
    from records.store import RecordStore

GRACE = timedelta(minutes=20)
"""A younger version may well be on its way through the queue."""
IDS_A_CALL = 100
CALLS_AT_ONCE = 8
ATTENTION_PAGE = 25
"""Few, because each is looked at, and a run that dies begins its page again."""


def _now() -> datetime:
    return datetime.now(UTC)


class Reconciliation:
    """Goes through the bucket page by page.

    Args:
        grace: how old a version must be to be missed.
        retention_days: what is older has no record any more, and needs none; 0 for records that are kept.
        quarantine_days: bytes that are gone from quarantine after so long expired, and are no loss.
    """

    def __init__(
        self,
        records: RecordStore,
        objects: Objects,
        queue: Queue,
        *,
        bucket: str,
        grace: timedelta = GRACE,
        retention_days: int = 0,
        quarantine_days: int = 1,
        clock: Callable[[], datetime] = _now,
        diary: Diary = SILENT,
    ) -> None:
        self._diary = diary
        self._records = records
        self._objects = objects
        self._queue = queue
        self._bucket = bucket
        self._grace = grace
        self._clock = clock
        self._retention = timedelta(days=retention_days) if retention_days else None
        self._quarantined = timedelta(days=quarantine_days)

    def go_on(self, passing: Pass, remaining: Callable[[], bool]) -> Iterator[Pass]:
        """Go on with a pass as long as there is time: how far it is after each page."""
        while remaining() and not passing.finished_at:
            passing = self._attention(passing) if passing.all_keys else self._page(passing)
            yield passing

    def _page(self, passing: Pass) -> Pass:
        versions, position = self._objects.versions(self._bucket, after=passing.position)
        lost, half = self._compared([version for version in versions if self._has_a_record(version)])
        self._queue.send_bodies([version.notification(self._bucket) for version in [*lost, *half]])
        for found, versions_found in (("unrecorded", lost), ("half moved", half)):
            for version in versions_found:
                with self._diary.entry("reconcile", self._ids(version)[0]) as step:
                    step.annotate(done=found)
        return replace(
            passing,
            position=position,
            all_keys=position is None,
            versions=passing.versions + len(versions),
            unrecorded=passing.unrecorded + len(lost),
            half_moved=passing.half_moved + len(half),
        )

    def _compared(self, versions: list[Version]) -> tuple[list[Version], list[Version]]:
        """Versions without a record, and versions that are in quarantine already."""
        ids = {version: self._ids(version) for version in versions}
        wanted = sorted({record_id for pair in ids.values() for record_id in pair})
        parts = [wanted[begin : begin + IDS_A_CALL] for begin in range(0, len(wanted), IDS_A_CALL)]
        known: dict[str, dict[str, Any]] = {}
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            for found in pool.map(self._records.known, parts):
                known |= found
        lost, half = [], []
        for version in versions:
            record = self._record_of(version, ids[version], known)
            if record is None:
                lost.append(version)
            elif record.get("status") in (Status.QUARANTINED, Status.DISCARDED):
                half.append(version)
        return lost, half

    def _has_a_record(self, version: Version) -> bool:
        """Whether it is old enough to have one, and not so old that it has none any more."""
        age = self._clock() - version.modified
        return age > self._grace and (self._retention is None or age < self._retention)

    def _ids(self, version: Version) -> list[str]:
        announced = announced_record_id(version.key)
        derived = derived_record_id(self._bucket, version.key, version.version_id)
        return [announced, derived] if announced else [derived]

    def _record_of(
        self, version: Version, ids: list[str], known: dict[str, dict[str, Any]]
    ) -> dict[str, Any] | None:
        for record in (known[record_id] for record_id in ids if record_id in known):
            same = (record.get("objectKey"), record.get("versionId")) == (version.key, version.version_id)
            if same or "aliasOf" in record:
                return record
        return None

    def _attention(self, passing: Pass) -> Pass:
        """The records that need somebody: whether their bytes are still there."""
        filters = Filters(statuses=ATTENTION)
        page = self._records.page(filters, limit=ATTENTION_PAGE, before=passing.attention_position)
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            marked = list(pool.map(self._mark_if_gone, (item["recordId"] for item in page.items)))
        gone = [record for record in marked if record]
        return replace(
            passing,
            attention_position=page.position,
            gone=passing.gone + len(gone),
            lost=passing.lost + sum(map(self._is_lost, gone)),
            finished_at=None if page.position else utc_text(datetime.now(UTC)),
        )

    def _is_lost(self, record: Record) -> bool:
        """Whether nothing of ours deleted its bytes: those of the incoming bucket do not expire."""
        if record.status is not Status.QUARANTINED or record.finished_at is None:
            return True
        return self._clock() - datetime.fromisoformat(record.finished_at) < self._quarantined

    def _mark_if_gone(self, record_id: str) -> Record | None:
        """What the record was before, if it is marked now."""
        record = self._records.get(record_id)
        if record is None or record.status not in ATTENTION or self._objects.has_bytes_of(record):
            return None
        missing = replace(
            record,
            status=Status.MISSING,
            reason=Reason.OBJECT_GONE,
            detail="Its bytes were deleted, or expired, before anybody worked on it again.",
            quarantine_key=None,
            due_at=None,
        )
        return record if self._records.move(missing, record) is None else None
