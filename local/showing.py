"""What `ingest` shows: how far it is, and what became of the files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from local.ingest import Result

MOST_TOLD = 50


class Bars:
    """Two bars while files are sent: how many files have an outcome, and how many bytes S3 has."""

    def __init__(self, files: int, size_bytes: int, console: Console) -> None:
        self._files = Progress(
            TextColumn("files"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._bytes = Progress(
            TextColumn("sent "), BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console
        )
        self._tasks = self._files.add_task("", total=files), self._bytes.add_task("", total=size_bytes)
        self._live = Live(Group(self._files, self._bytes), console=console, transient=True)

    def __enter__(self) -> Bars:
        self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def ended(self) -> None:
        """One more file has its outcome."""
        self._files.advance(self._tasks[0])

    def sent(self, size_bytes: int) -> None:
        """S3 has so many bytes more."""
        self._bytes.advance(self._tasks[1], size_bytes)


def summarise(results: list[Result], console: Console) -> None:
    """A table of how many files ended how, and what there is to say of single ones."""
    table = Table("status", "reason", "files", "bytes")
    counts: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for result in results:
        row = (
            (result.record["status"], result.record.get("reason", ""))
            if result.final
            else ("not taken in", "")
        )
        counts[row] += 1
        sizes[row] += result.record.get("sizeBytes") or 0
    for row, count in sorted(counts.items()):
        table.add_row(*row, f"{count:,}", f"{sizes[row]:,}")
    console.print(table)
    told = [line for line in map(_told_of, results) if line]
    for line in told[:MOST_TOLD]:
        console.print(line, soft_wrap=True, markup=False)
    if len(told) > MOST_TOLD:
        console.print(f"… and {len(told) - MOST_TOLD:,} more; --json tells of all")


def _told_of(result: Result) -> str | None:
    """What there is to say of a file besides that it is processed."""
    if not result.final:
        return f"not taken in: {result.path}: {result.error}"
    if detail := result.record.get("detail"):
        return f"{result.record['status']}: {result.path}: {detail}"
    warnings = result.record.get("warningCounts", {})
    counted = ", ".join(f"{count:,} {name}" for name, count in sorted(warnings.items()))
    return f"warnings: {result.path}: {counted}" if counted else None
