"""What the sweep did about which record, for the log and for traces."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from records.tracing import UNTRACED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.telemetry import Telemetry
    from records.tracing import Step, Tracer


class Diary:
    """One entry for each record that the sweep works on; a line only where something was done."""

    def __init__(self, telemetry: Telemetry | None, tracer: Tracer) -> None:
        self._telemetry = telemetry
        self._tracer = tracer

    @contextmanager
    def entry(self, step_name: str, record_id: str) -> Iterator[Step]:
        """Around the work on a record; whoever does it annotates what was `done`, if anything was."""
        with self._tracer.step(step_name, record_id) as step:
            yield step
        if self._telemetry and "done" in step.annotations:
            self._telemetry.emit("repaired", recordId=record_id, done=step.annotations["done"])


SILENT = Diary(None, UNTRACED)
"""Of whoever tells nobody."""
