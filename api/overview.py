"""What stands now, so that a person sees whether something needs them. No read here grows with the table.

What AWS does not tell just now is left out and named, and the rest is answered all the same.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from records.errors import ScalperError
from records.model import ATTENTION, Status, utc_text
from records.pages import Filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.deps import World

KEPT_SECONDS: Final = 10
MOST_COUNTED: Final = 1_000
"""Records that need somebody, and such that are under way, in one answer."""
_BEGUN_WITHIN_SECONDS: Final = 4
"""Nothing else is read after that: an answer must come before the function ends."""
_NEWEST: Final = 20
_MOST_KEPT: Final = 100
_UNDERWAY = {
    Status.AWAITING_UPLOAD: "awaitingUpload",
    Status.RETRYING: "retrying",
    Status.FAILED: "triedAgainLater",
}
_log = logging.getLogger(__name__)


class Overviews:
    """Looks at everything, and remembers for a while what it saw: every open page asks for the same."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str | None, tuple[float, dict[str, Any]]] = {}

    def of(self, world: World, prefix: str | None) -> dict[str, Any]:
        """Of the whole stack, or of what is under the prefix that a key is bound to."""
        kept = self._kept.get(prefix)
        if kept and kept[0] > self._clock():
            return kept[1]
        found = _Look(world, prefix, self._clock).overview()
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[prefix] = (self._clock() + KEPT_SECONDS, found)
        return found


class _Look:
    """One look at a world."""

    def __init__(self, world: World, prefix: str | None, clock: Callable[[], float]) -> None:
        self._world = world
        self._prefix = prefix
        self._clock = clock
        self._until = clock() + _BEGUN_WITHIN_SECONDS
        self._unknown: list[str] = []

    def overview(self) -> dict[str, Any]:
        body: dict[str, Any] = {"at": utc_text(datetime.now(UTC))}
        parts: dict[str, Callable[[], Any]] = {"arriving": self._arriving, "attention": self._attention}
        if self._prefix is None:
            queues = self._world.queues
            parts |= {"underway": self._underway, "sweep": self._sweep, "queue": queues.counts}
            parts |= {"deadLetters": queues.dead_letters, "alerts": self._alerts}
        else:
            body["prefix"] = self._prefix
        body |= {name: part for name, read in parts.items() if (part := self._read(name, read)) is not None}
        if body.get("queue", {}).get("waiting"):
            age = self._read("oldestSeconds", self._world.queues.oldest_seconds)
            body["queue"] |= {} if age is None else {"oldestSeconds": age}
        return body | {"unknown": self._unknown}

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        if self._clock() < self._until:
            try:
                return read()
            except (ScalperError, ClientError):
                _log.exception("%s cannot be read for the overview", name)
        self._unknown.append(name)
        return None

    def _page(self, filters: Filters, limit: int, *attributes: str) -> tuple[list[dict[str, Any]], bool]:
        """Rows with these attributes, newest first; and whether that is all."""
        page = self._world.records.page(filters, limit=limit, attributes=attributes)
        return page.items, page.position is None

    @property
    def _folder(self) -> str:
        return f"{self._prefix}/" if self._prefix else ""

    def _arriving(self) -> dict[str, Any]:
        if self._prefix:
            self._world.prefixes.add(self._prefix)
        rows, _ = self._page(Filters(prefix=self._folder), _NEWEST, "arrivedAt")
        arrived = [row["arrivedAt"] for row in rows if "arrivedAt" in row]
        return {"lastArrivedAt": max(arrived)} if arrived else {}

    def _attention(self) -> dict[str, Any]:
        filters = Filters(statuses=ATTENTION, prefix=self._folder)
        names = ("status", "reason", "createdAt", "arrivedAt")
        rows, complete = self._page(filters, MOST_COUNTED, *names)
        counts: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            key = row["status"], row.get("reason", "")
            counts.setdefault(key, []).append(row.get("arrivedAt", row["createdAt"]))
        ordered = sorted(counts.items(), key=lambda entry: (-len(entry[1]), entry[0]))
        return {"complete": complete, "files": len(rows), "counts": [_counted(*entry) for entry in ordered]}

    def _underway(self) -> dict[str, Any]:
        rows, complete = self._world.records.underway(most=MOST_COUNTED)
        counts = dict.fromkeys(_UNDERWAY.values(), 0)
        for row in rows:
            if row.get("status") in _UNDERWAY:
                counts[_UNDERWAY[Status(row["status"])]] += 1
        announced = [row["createdAt"] for row in rows if row.get("status") == Status.AWAITING_UPLOAD]
        oldest = {"oldestSince": min(announced)} if announced else {}
        # A table whose index was made before it told states says nothing of them.
        return counts | oldest | {"complete": complete and all("status" in row for row in rows)}

    def _sweep(self) -> dict[str, Any]:
        ran_at = self._world.sweeps.get().ran_at
        return {"ranAt": ran_at} if ran_at else {}

    def _alerts(self) -> dict[str, Any]:
        state, last = self._world.alerts.look()
        known = {
            "status": state.status,
            "since": state.since,
            "detail": state.detail,
            "lastSentAt": last.published_at,
            "lastSubject": last.subject,
        }
        return {name: value for name, value in known.items() if value is not None}


def _counted(cause: tuple[str, str], moments: list[str]) -> dict[str, Any]:
    status, reason = cause
    named = {"status": status} | ({"reason": reason} if reason else {})
    return named | {"files": len(moments), "oldestArrivedAt": min(moments), "newestArrivedAt": max(moments)}
