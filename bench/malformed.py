"""Ten classes of malformed rows, each in an otherwise good table, and which tool names which line."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.data import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 200
LINE = 101
GOOD = "{n},2024-01-01 10:00:00,C{n:06d},Berlin,{n},9.50,true,2024-02-01,gift"
_LONG = 3_000_000
BAD: dict[str, bytes] = {
    "extra cell": b"100,2024-01-01 10:00:00,C000100,Berlin,100,9.50,true,2024-02-01,gift,more",
    "missing cell": b"100,2024-01-01 10:00:00,C000100,Berlin,100,9.50,true,2024-02-01",
    "wrong type": b"100,2024-01-01 10:00:00,C000100,Berlin,many,9.50,true,2024-02-01,gift",
    "unclosed quote": b'100,2024-01-01 10:00:00,"C000100,Berlin,100,9.50,true,2024-02-01,gift',
    "stray quote": b'100,2024-01-01 10:00:00,C00"0100,Berlin,100,9.50,true,2024-02-01,gift',
    "NUL byte": b"100,2024-01-01 10:00:00,C00\0000,Berlin,100,9.50,true,2024-02-01,gift",
    "bad UTF-8": b"100,2024-01-01 10:00:00,C00\xff00,Berlin,100,9.50,true,2024-02-01,gift",
    "blank line": b"",
    "oversized line": b"100,2024-01-01 10:00:00,C000100,Berlin,100,9.50,true,2024-02-01," + b"x" * _LONG,
    "duplicate header": HEADER.replace("city", "customer").encode(),
}


def file(folder: Path, name: str) -> tuple[Path, int]:
    """The table with that class of row in it, and the line where it stands."""
    lines = [HEADER.encode(), *(GOOD.format(n=n).encode() for n in range(1, ROWS + 1))]
    line = 1 if name == "duplicate header" else LINE
    lines[line - 1] = BAD[name]
    path = folder / f"{name.replace(' ', '-')}.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path, line


def _ours(path: Path) -> set[int | None]:
    from processor.formats.base import Ceilings, File
    from processor.inspection import inspect
    from processor.media import detect

    head = path.read_bytes()[:65_536]
    with tempfile.TemporaryDirectory() as folder:
        subject = File(path, path.name, path.stat().st_size, head, detect(head))
        found = inspect(subject, Ceilings(), Path(folder)).findings
        return {finding.line_number for finding in [*found.errors, *found.warnings]}


def _pandas(path: Path) -> set[int | None]:
    import pandas

    return _lines_of(lambda: pandas.read_csv(path))


def _pyarrow(path: Path) -> set[int | None]:
    from pyarrow import csv as arrow_csv

    named: set[int | None] = set()

    def invalid(row: object) -> str:
        named.add(getattr(row, "number", None))
        return "skip"

    one = arrow_csv.ReadOptions(use_threads=False)
    parse = arrow_csv.ParseOptions(invalid_row_handler=invalid)
    return _lines_of(lambda: arrow_csv.read_csv(path, read_options=one, parse_options=parse)) | named


def _polars(path: Path) -> set[int | None]:
    import polars

    return _lines_of(lambda: polars.read_csv(path))


def _standard_library(path: Path) -> set[int | None]:
    def read() -> None:
        with path.open(encoding="utf-8", newline="") as opened:
            for _ in csv.reader(io.StringIO(opened.read()), strict=True):
                pass

    return _lines_of(read)


def _frictionless(path: Path) -> set[int | None]:
    import frictionless

    frictionless.system.trusted = True
    report = frictionless.validate(str(path))
    errors = [error for task in report.tasks for error in task.errors]
    header = {1 for error in errors if "label" in error.type}
    return {getattr(error, "row_number", None) for error in errors} | header


def _lines_of(read: Callable[[], object]) -> set[int | None]:
    """The numbers that an error names as line or row; a reader says nothing where it finds nothing."""
    try:
        read()
    except Exception as error:  # whatever the library raises is its answer
        found = re.findall(r"(?:line|row)[ #:]*(\d+)", str(error), re.IGNORECASE)
        return {int(number) for number in found}
    return set()


TOOLS: dict[str, Callable[[Path], set[int | None]]] = {
    "ours": _ours,
    "frictionless": _frictionless,
    "pyarrow": _pyarrow,
    "pandas": _pandas,
    "polars": _polars,
    "csv, strict": _standard_library,
}


def named() -> dict[str, dict[str, bool]]:
    """For each class, which tools name its line."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: file(Path(folder), name) for name in BAD}
        return {
            name: {tool: line in find(path) for tool, find in TOOLS.items()}
            for name, (path, line) in files.items()
        }
