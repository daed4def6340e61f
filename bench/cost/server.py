"""An always-on server that could take the same peak, beside which the bill is shown.

It is the cheapest that would do: the same processor's code, one process a vCPU, a queue on its own disk, and
a load balancer in front. No spare machine, no database, no backup, nobody's time: all that comes on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.cost.bill import file_ms
from bench.cost.prices import prices

HOURS = 730
CPUS = 2
BUSY = 0.7
"""Of a CPU, at the peak: more, and a queue grows."""
DISK_GB = 100


@dataclass(frozen=True)
class Server:
    """So many machines, and what they cost a month."""

    machines: int
    files_a_second: float
    dollars: float
    why: str


def server(peak_files_a_second: float, average_bytes: int, files: float) -> Server:
    """For a peak that shall be worked on as it comes."""
    known = prices().prices
    each = CPUS * BUSY * 1_000 / file_ms(average_bytes)
    machines = max(1, math.ceil(peak_files_a_second / each))
    gigabytes = files * average_bytes / 1e9
    dollars = (
        known["server_hours"].of(machines * HOURS)
        + known["disk_gb_months"].of(machines * DISK_GB)
        + known["balancer_hours"].of(HOURS)
        + known["balancer_units"].of(max(gigabytes, HOURS / 100))
    )
    busy = f"{CPUS} vCPU, {BUSY:.0%} busy, {file_ms(average_bytes):.1f} ms of a CPU for a file"
    why = f"{each:.0f} files a second each: {busy}"
    return Server(machines, each, dollars, why)
