"""What the processor is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass, fields

from processor.formats.base import Ceilings
from processor.queue import FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS


@dataclass(frozen=True)
class Settings:
    """Each field is an environment variable of the same name in capitals."""

    stack: str
    records_table: str
    quarantine_bucket: str
    accepted_bucket: str
    incoming_bucket: str
    queue_url: str
    dead_letter_queue_url: str
    max_receives: int
    index_shards: int
    max_file_bytes: int
    record_retention_days: int
    quarantine_retention_days: int
    automatic_retries: int
    reconcile_hours: int
    max_unpacked_bytes: int
    max_unpack_ratio: int
    max_line_bytes: int
    max_columns: int
    max_nesting: int
    max_entries: int
    max_pixels: int
    max_rejects: int
    max_seconds: int
    first_delay_seconds: int = FIRST_DELAY_SECONDS
    longest_delay_seconds: int = LONGEST_DELAY_SECONDS

    @property
    def ceilings(self) -> Ceilings:
        """How much work one file may make."""
        names = [item.name for item in fields(Ceilings)]
        return Ceilings(**{name: getattr(self, name) for name in names})
