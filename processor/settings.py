"""What the processor is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Each field is an environment variable of the same name in capitals."""

    stack: str
    records_table: str
    quarantine_bucket: str
    queue_url: str
    max_receives: int
    index_shards: int
    max_file_bytes: int
    record_retention_days: int
