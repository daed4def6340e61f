"""What the command prints: tables for people, and the same as JSON."""

from __future__ import annotations

import statistics
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.cost.bill import PUTS_OF_SENDERS, Month, bill, total, work
from bench.cost.prices import prices
from bench.cost.server import server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.cost.burst import Burst, Run

BURST_OF_A_MONTH = 10
"""Without a burst given, a tenth of the month's files comes within an hour: that is the server's peak."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table that Markdown shows as one, and a terminal as well: numbers stand to the right."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    yield line(head)
    yield (
        "|"
        + "|".join(
            ("-" * (width + 2)) if place == 0 else "-" * (width + 1) + ":"
            for place, width in enumerate(widths)
        )
        + "|"
    )
    yield from map(line, rows)


def peak(month: Month, burst: Burst | None) -> float:
    """Files a second that the always-on server must stand."""
    return burst.files / burst.seconds if burst else month.files / BURST_OF_A_MONTH / 3_600


def bill_text(month: Month, *, free_tier: bool, burst: Burst | None = None) -> Iterator[str]:
    """The bill, and the server beside it."""
    lines = bill(month, free_tier=free_tier)
    known = prices()
    how = "each alone" if month.alone else "in bursts"
    way = "announced by the API" if month.announced else "dropped into the bucket"
    yield f"{month.files:,.0f} files a month of {month.average_bytes:,} bytes, {month.bad:.1%} with bad rows,"
    yield f"{way}, {how}. List prices of {known.region}, looked up on {known.looked_up}."
    yield ""
    own = [line for line in lines if line.name != PUTS_OF_SENDERS]
    rows = [[line.service, _amount(line.amount), f"{line.dollars:,.2f}", f"{line.free:,.2f}"] for line in own]
    free = sum(line.free for line in own)
    rows.append(["together", "", f"{total(lines):,.2f}", f"{free:,.2f}"])
    (put,) = (line for line in lines if line.name == PUTS_OF_SENDERS)
    rows.append([put.service, _amount(put.amount), f"{put.dollars:,.2f}", "0.00"])
    words = "not charged, as it is free for ever" if free_tier else "of it free for ever"
    yield from table(["", "amount", "$", words], rows)
    yield ""
    beside = server(peak(month, burst), month.average_bytes, month.files)
    yield f"Beside it, always on: {beside.machines} × EC2 c7g.large with disk and load balancer,"
    yield f"${beside.dollars:,.2f} a month, for {peak(month, burst):,.1f} files a second ({beside.why})."


def _amount(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.2f}"


def burst_text(burst: Burst, runs: Sequence[Run]) -> Iterator[str]:
    """What the runs came to: their middle, and from the least to the most."""
    yield f"{burst.files:,} files of {burst.average_bytes:,} bytes within {burst.seconds:g} s;"
    settings = f"processorConcurrency {burst.concurrency}, indexShards {burst.shards}"
    yield f"{settings}, batches of {burst.batch}; {len(runs)} runs."
    yield ""
    rows = [[name, *cells] for name, cells in _measures(burst, runs)]
    yield from table(["", "median", "least", "most"], rows)
    yield ""
    moments = range(0, int(max(run.drained for run in runs)) + 16, 15)
    waiting = [[f"{moment} s", f"{_backlog(runs, moment):,.0f}"] for moment in moments]
    yield from table(["after", "files that wait"], waiting)


def _backlog(runs: Sequence[Run], moment: int) -> float:
    return statistics.median(run.backlog[moment] if moment < len(run.backlog) else 0 for run in runs)


def _measures(burst: Burst, runs: Sequence[Run]) -> Iterator[tuple[str, list[str]]]:
    measures: dict[str, list[float]] = {
        "files lost": [burst.files - run.processed for run in runs],
        "drained after, s": [run.drained for run in runs],
        "largest backlog": [max(run.backlog) for run in runs],
        "wait, median, s": [run.wait(0.5) for run in runs],
        "wait, p99, s": [run.wait(0.99) for run in runs],
        "throttled": [run.throttles for run in runs],
        "processors at once": [run.most_processors for run in runs],
        "cold starts": [run.cold_starts for run in runs],
    }
    for name, values in measures.items():
        yield name, [f"{value:,.0f}" for value in (statistics.median(values), min(values), max(values))]


def as_json(month: Month, *, free_tier: bool, burst: Burst | None, runs: Sequence[Run]) -> dict[str, Any]:
    """Everything that the tables say."""
    lines = bill(month, free_tier=free_tier)
    beside = server(peak(month, burst), month.average_bytes, month.files)
    told: dict[str, Any] = {
        "month": asdict(month),
        "prices": {"region": prices().region, "lookedUp": prices().looked_up},
        "measured": work(),
        "lines": [asdict(line) for line in lines],
        "dollars": round(total(lines), 4),
        "dollarsWithPuts": round(total(lines, puts=True), 4),
        "alwaysOn": asdict(beside),
    }
    if burst:
        told["burst"] = asdict(burst) | {
            "runs": [
                {
                    "lost": burst.files - run.processed,
                    "drainedSeconds": round(run.drained, 1),
                    "largestBacklog": max(run.backlog),
                    "waitSeconds": {name: round(run.wait(p), 1) for name, p in (("p50", 0.5), ("p99", 0.99))},
                    "throttles": run.throttles,
                    "coldStarts": run.cold_starts,
                    "backlog": run.backlog,
                }
                for run in runs
            ]
        }
    return told
