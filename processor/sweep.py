"""The sweep, on a schedule: repairs what fell into a gap, and compares the bucket with the records."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from processor.diary import Diary
from processor.due import Due
from processor.given_up import GivenUp
from processor.prefix_lists import PrefixLists
from processor.reconcile import GRACE, Reconciliation
from processor.settings import Settings
from processor.wiring import build
from records.environment import read_settings
from records.model import utc_text
from records.reconciliation import Pass, Sweeps
from records.telemetry import Telemetry
from records.tracing import UNTRACED, Tracer

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from processor.wiring import Parts

RESERVE_MS = 30_000
"""What must be left for one more page of anything."""


class Sweep:
    """Everything that one run does, as far as its time goes.

    Args:
        every: how long after the end of a pass over the bucket the next one begins.
        retention_days: how long records are kept; 0 for ever.
        quarantine_days: how long quarantine keeps a file.
    """

    def __init__(
        self,
        parts: Parts,
        telemetry: Telemetry,
        *,
        bucket: str,
        every: timedelta,
        retention_days: int = 0,
        quarantine_days: int = 1,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._parts = parts
        self._diary = Diary(telemetry, tracer)
        self._telemetry = telemetry
        self._bucket = bucket
        self._every = every
        self._retention_days = retention_days
        self._quarantine_days = quarantine_days

    def run(self, remaining: Callable[[], bool], *, now: bool = False, grace: timedelta = GRACE) -> Sweeps:
        """Do one run.

        Args:
            remaining: whether there is time for more.
            now: begin a pass even if the last one is not long ago.
            grace: how old an object must be to be missed.
        """
        parts = self._parts
        before = parts.sweeps.get()
        due, letters = self._repair(remaining)
        added = PrefixLists(parts.records, parts.prefixes).complete(remaining)
        ran_at = utc_text(datetime.now(UTC))
        after = replace(before, ran_at=ran_at, due=dict(due), dead_letters=dict(letters))
        passing = before.current or self._next(before.last, now=now)
        # A run that overlaps this one has written its own: it goes on with the pass, and this one ends.
        written = parts.sweeps.put(replace(after, current=passing))
        pages = self._comparison(grace).go_on(passing, remaining) if passing and written else iter(())
        for page in pages:
            ended = page.finished_at is not None
            latest = replace(written or after, current=None if ended else page)
            # A run that dies leaves to the next one what it has not done, not what it has.
            written = parts.sweeps.put(replace(latest, last=page) if ended else latest)
            if written is None:
                break
        after = written or after
        self._tell(before, after, added)
        return after

    def _comparison(self, grace: timedelta) -> Reconciliation:
        return Reconciliation(
            self._parts.records,
            self._parts.objects,
            self._parts.queue,
            bucket=self._bucket,
            grace=grace,
            retention_days=self._retention_days,
            quarantine_days=self._quarantine_days,
            diary=self._diary,
        )

    def _repair(self, remaining: Callable[[], bool]) -> tuple[Counter[str], Counter[str]]:
        parts, diary = self._parts, self._diary
        due = Due(parts.records, parts.objects, parts.queue, parts.retries, diary=diary)
        letters = GivenUp(parts.dead_letters, parts.intake, parts.retries, diary=diary)
        return due.work(remaining), letters.work(remaining)

    def _next(self, last: Pass | None, *, now: bool) -> Pass | None:
        moment = datetime.now(UTC)
        ended = datetime.fromisoformat(last.finished_at) if last and last.finished_at else None
        wanted = now or ended is None or moment >= ended + self._every
        return Pass(started_at=utc_text(moment)) if wanted else None

    def _tell(self, before: Sweeps, after: Sweeps, added: int) -> None:
        ended = after.last if after.last != before.last else None
        metrics: dict[str, tuple[float, str]] = {
            "SweepRuns": (1, "Count"),
            "DueRecords": (sum(after.due.values()), "Count"),
            "DeadLettersSeen": (sum(after.dead_letters.values()), "Count"),
        }
        if ended:
            metrics |= {
                "VersionsCompared": (ended.versions, "Count"),
                "UnrecordedObjects": (ended.unrecorded, "Count"),
                "HalfMovedObjects": (ended.half_moved, "Count"),
                "ObjectsGone": (ended.gone, "Count"),
                "ReconciliationMismatches": (ended.unrecorded + ended.lost, "Count"),
            }
        self._telemetry.emit(
            "swept",
            metrics=metrics,
            due=after.due or None,
            deadLetters=after.dead_letters or None,
            putIntoLists=added or None,
            objectsLost=ended.lost if ended else None,
        )


@cache
def _sweep() -> Sweep:
    settings = read_settings(Settings, os.environ)
    return Sweep(
        build(settings),
        Telemetry(settings.stack),
        bucket=settings.incoming_bucket,
        every=timedelta(hours=settings.reconcile_hours),
        retention_days=settings.record_retention_days,
        quarantine_days=settings.quarantine_retention_days,
        tracer=Tracer(os.environ),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry.

    Args:
        event: `{}` from the schedule; by hand, `{"reconcile": true}` begins a pass over the bucket, if none
            is under way, and `"graceSeconds"` says how old an object must be to be missed.
    """
    remaining = context.get_remaining_time_in_millis
    grace = timedelta(seconds=event["graceSeconds"]) if "graceSeconds" in event else GRACE
    now = bool(event.get("reconcile"))
    done = _sweep().run(lambda: remaining() > RESERVE_MS, now=now, grace=grace)
    return {
        "due": done.due,
        "deadLetters": done.dead_letters,
        "passing": done.current is not None,
        "unrecorded": (done.current or done.last or _NOTHING).unrecorded,
    }


_NOTHING = Pass(started_at="")
