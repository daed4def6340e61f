"""`python -m contracts check [FILE…]`: what is wrong with contracts, or what they accept."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.model import to_json
from contracts.reader import BrokenContracts, read_files, read_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.model import Contract

_HEADINGS = ("contract", "prefix", "media types", "bytes", "columns", "bad rows")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser("check", help="print what is wrong, or what is accepted")
    check.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="contracts; all of contracts/ if none"
    )
    options = parser.parse_args(arguments)
    try:
        contracts = read_files(options.files) if options.files else read_folder()
    except BrokenContracts as broken:
        print(broken, file=sys.stderr)
        return 1
    rows = [_HEADINGS, *(_row(contract) for contract in contracts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _row(contract: Contract) -> tuple[str, ...]:
    tolerated = to_json(contract)["toleratedBadRows"]
    return (
        contract.name,
        f"{contract.prefix}/",
        ", ".join(contract.media_types) or "any",
        _size(contract),
        str(len(contract.fields)) if contract.fields else "any",
        f"{contract.on_bad_rows}, {tolerated} tolerated",
    )


def _size(contract: Contract) -> str:
    if contract.min_bytes is None and contract.max_bytes is None:
        return "any"
    low = f"{contract.min_bytes or 0:,}"
    return f"from {low}" if contract.max_bytes is None else f"{low} to {contract.max_bytes:,}"


if __name__ == "__main__":
    sys.exit(main())
