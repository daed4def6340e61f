"""`python -m bench.cost`: a month's bill from counted calls, and what becomes of a burst."""

from __future__ import annotations

import argparse
import json
import sys

from bench.cost import amounts
from bench.cost.bill import Month
from bench.cost.burst import Burst, simulate
from bench.cost.report import as_json, bill_text, burst_text
from components.config import StackConfig


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    default = StackConfig()
    parser.add_argument("--files", type=amounts.number, default=1e6, metavar="N", help="a month: 1e6, 3M")
    parser.add_argument("--avg-size", type=amounts.size, default=200_000, metavar="SIZE", help="200KB, 1.5MB")
    parser.add_argument("--bad", type=amounts.share, default=0.02, metavar="SHARE", help="of files: 2%%")
    parser.add_argument("--alone", action="store_true", help="each file comes alone, not in bursts")
    parser.add_argument("--announced", action="store_true", help="files are announced by POST /uploads")
    parser.add_argument("--traced", action="store_true", help="with the configuration's key tracing")
    parser.add_argument("--free-tier", action="store_true", help="leave out what is free for ever")
    parser.add_argument("--burst", type=amounts.burst, metavar="N/TIME", help="simulate one: 100000/min")
    parser.add_argument("--concurrency", type=int, default=default.processor_concurrency, metavar="N")
    parser.add_argument(
        "--runs", type=int, choices=range(1, 101), default=5, metavar="N", help="of the burst"
    )
    parser.add_argument("--json", action="store_true", help="everything, for programs")
    parser.add_argument("--count", action="store_true", help="count the calls of the code again, and no more")
    parser.add_argument("--docs", action="store_true", help="write the documentation's tables and pictures")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Print what was asked for."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if not 2 <= asked.concurrency <= 1_000:
        parser.error(f"argument --concurrency: {asked.concurrency} is not from 2 to 1000, as Lambda wants it")
    if asked.count:
        _count()
    elif asked.docs:
        from bench.cost.pages import write  # matplotlib takes a second

        write()
    else:
        sys.stdout.write(_answer(asked) + "\n")


def _answer(asked: argparse.Namespace) -> str:
    month = Month(asked.files, asked.avg_size, asked.bad, asked.alone, asked.announced, asked.traced)
    burst = None
    if asked.burst:
        files, seconds = asked.burst
        burst = Burst(files, seconds, asked.avg_size, asked.concurrency)
    runs = simulate(burst, seeds=asked.runs) if burst else []
    if asked.json:
        return json.dumps(as_json(month, free_tier=asked.free_tier, burst=burst, runs=runs), indent=2)
    lines = list(bill_text(month, free_tier=asked.free_tier, burst=burst))
    if burst:
        lines += ["", *burst_text(burst, runs)]
    return "\n".join(lines)


def _count() -> None:
    from bench.cost.journeys import counted, differences, stored, write
    from local.graph import capture

    found = counted(capture("dev"))
    for line in differences(found, stored()) or ["The code makes the calls that were counted before."]:
        sys.stdout.write(line + "\n")
    write(found)


if __name__ == "__main__":
    main()
