"""Counts what became of the files of a batch: a log line for each state, with the metrics of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.model import Status

if TYPE_CHECKING:
    from records.model import Record
    from records.telemetry import Metrics, Telemetry

MOST_VALUES = 100
"""CloudWatch takes so many values of a metric in one line."""
_COUNTED = {
    Status.PROCESSED: "FilesProcessed",
    Status.QUARANTINED: "FilesQuarantined",
    Status.MISSING: "FilesMissing",
}


class Outcomes:
    """The records of one batch that have a new outcome; several threads may add to it."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def add(self, record: Record) -> None:
        """Count it."""
        self._records.append(record)

    def emit(self, telemetry: Telemetry) -> None:
        """Write the lines; none where nothing was added.

        One for a batch, not one for each file. That of processed files names them, and
        tells what is known of the slowest: most have no other line.
        """
        for status in _COUNTED:
            found = [record for record in self._records if record.status is status]
            for begin in range(0, len(found), MOST_VALUES):
                some = found[begin : begin + MOST_VALUES]
                telemetry.emit(
                    "counted",
                    metrics=_counted(status, len(some)),
                    by_status=_read(some) if status is not Status.MISSING else None,
                    Status=str(status),
                    **(_named(some) if status is Status.PROCESSED else {}),
                )


def _counted(status: Status, files: int) -> Metrics:
    if status is Status.QUARANTINED:
        return {"FilesQuarantined": ([1] * files, "Count")}
    metrics: dict[str, tuple[float | list[int], str]] = {_COUNTED[status]: (files, "Count")}
    if status is Status.PROCESSED:
        # A good file counts among the bad ones as 0, so that one metric knows their share.
        metrics["FilesQuarantined"] = ([0] * files, "Count")
    return metrics


def _named(records: list[Record]) -> dict[str, Any]:
    """Which files they are, in the order of the metrics' values, and the one that took longest."""
    slowest = max(records, key=lambda record: record.duration_ms or 0)
    return {
        "recordIds": [record.record_id for record in records],
        "recordId": slowest.record_id,
        "key": slowest.object_key,
        "mediaType": slowest.media_type,
        "sizeBytes": slowest.size_bytes,
        "durationMs": slowest.duration_ms,
    }


def _read(records: list[Record]) -> Metrics:
    return {
        "BytesReceived": ([record.size_bytes or 0 for record in records], "Bytes"),
        "ProcessingTime": ([record.duration_ms or 0 for record in records], "Milliseconds"),
    }
