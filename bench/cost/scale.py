"""From a thousand to a billion files a month: what they cost, and which setting they want."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bench.cost.bill import PUTS_OF_SENDERS, Month, batch_seconds, bill, total, usage
from bench.cost.burst import PARTITION_WRITES_A_SECOND
from bench.cost.report import table
from bench.cost.server import server
from components.config import StackConfig
from components.processing import BATCH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = tuple(10.0**power for power in range(3, 10))
PEAK_SHARE, PEAK_SECONDS = 0.1, 3_600
"""A tenth of the month within one hour: files come in bursts."""


def processors(files_a_second: float, average_bytes: int) -> int:
    """How many must work at once so that the queue does not grow."""
    return max(2, math.ceil(files_a_second * batch_seconds(BATCH_SIZE, average_bytes) / BATCH_SIZE))


def shards(files_a_second: float) -> int:
    """How many partitions of an index stand the writes."""
    return max(StackConfig().index_shards, math.ceil(files_a_second / PARTITION_WRITES_A_SECOND))


def scale_text() -> Iterator[str]:
    """A row for each power of ten."""
    rows = []
    for files in STEPS:
        month = Month(files)
        lines = bill(month)
        peak = files * PEAK_SHARE / PEAK_SECONDS
        puts = sum(line.dollars for line in lines if line.name == PUTS_OF_SENDERS)
        beside = server(peak, month.average_bytes, files)
        rows.append(
            [
                f"{files:,.0f}",
                f"{peak:,.1f}",
                f"{processors(peak, month.average_bytes):,}",
                f"{shards(peak)}",
                f"{usage(month)['logs_gb']:,.1f}",
                f"{total(lines):,.2f}",
                f"{total(bill(month, free_tier=True)):,.2f}",
                f"{puts:,.2f}",
                f"{beside.dollars:,.2f}",
            ]
        )
    head = ["files a month", "peak, files/s", "`processorConcurrency`", "`indexShards`", "GB of logs"]
    yield from table([*head, "$", "$ less what is free", "$ of senders' PUTs", "$ always on"], rows)
