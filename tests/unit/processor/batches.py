"""A processor that works on nothing real, and batches to give it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from processor.intake import TakenIn
from processor.reading import check_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.events import ObjectCreated
    from records.model import Reason
    from tests.unit.conftest import MakeRecord


FILE_LIMIT = 2_147_483_648


class FakeIntake:
    """Has a record for every key, or an error to raise."""

    def __init__(self, make_record: MakeRecord) -> None:
        self.make_record = make_record
        self.outcomes: dict[str, TakenIn | Exception] = {}
        self.taken: list[str] = []
        self.given_up: list[tuple[str, Reason]] = []
        self.hopeless: set[str] = set()
        self.barrier: threading.Barrier | None = None

    def give_up(self, event: ObjectCreated, reason: Reason, detail: str) -> TakenIn:
        self.given_up.append((event.key, reason))
        if event.key in self.hopeless:
            raise ConnectionError("the table is gone")
        return TakenIn(self.make_record(object_key=event.key))

    def take_in(self, event: ObjectCreated, remaining_ms: Callable[[], float]) -> TakenIn:
        check_time(event, remaining_ms, FILE_LIMIT)
        self.taken.append(event.key)
        if self.barrier:
            self.barrier.wait(timeout=10)
        outcome = self.outcomes.get(event.key)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or TakenIn(self.make_record(object_key=event.key, size_bytes=7, duration_ms=3))


class Context:
    """Lambda's context with so much time left, and later less; each question is answered once."""

    aws_request_id = "request-1"

    def __init__(self, *remaining_ms: int) -> None:
        self.remaining_ms = list(remaining_ms) or [60_000]
        self.lock = threading.Lock()

    def get_remaining_time_in_millis(self) -> int:
        with self.lock:
            return self.remaining_ms.pop(0) if len(self.remaining_ms) > 1 else self.remaining_ms[0]
