"""Tables in which nothing is wrong or odd, which most are: described without DuckDB, by compiled code.

The same figures that `processor.formats.tables` has from DuckDB; tests hold the two together. Where anything
is unusual, nothing is said, and DuckDB is asked.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from processor.formats import csv_source
from processor.formats.cell_types import STRING, TYPES, guessed
from processor.formats.csv_blocks import BLOCK_BYTES, Blocks, NotPlain
from processor.formats.engine import THREADS
from processor.formats.tables import LONGEST_TEXT, MOST_DISTINCT_COLUMNS, Described, guess
from processor.native import ANY, Buffer, Odd, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from io import RawIOBase
    from typing import Any, BinaryIO

    from processor.formats.base import Examination, Profile
    from processor.formats.cell_types import Type
    from processor.formats.csv_blocks import Readable
    from processor.formats.csv_dialect import Dialect
    from processor.formats.csv_layout import Layout
    from processor.native import Figures

SMALL_BYTES = 65_536
"""Up to this size all rows tell the types; of others some do, and all are held against them."""
_SLICES = 8
_LINES = 16
"""So many of each slice."""
_SLICE_BYTES = 16_384


def described(layout: Layout, work: Examination, rows: RawIOBase | None = None) -> Described | Odd:
    """What there is to say of a table in which nothing is wrong or odd; of any other what is.

    Args:
        rows: those of its rows to describe, if not all.
    """
    with layout.text.path.open("rb") as file:
        file.seek(layout.text.bom_bytes)
        for _ in range(layout.lines):
            file.readline()
        begin = file.tell()
        source: Readable = rows or file
        size = layout.text.path.stat().st_size - begin
        try:
            if size > SMALL_BYTES:
                types = _likely(file, size, layout)
                file.seek(begin)
            else:
                content = source.read() or b""
                types, source = _found_out(content, layout.dialect, layout.width), BytesIO(content)
            return described_rows(
                source,
                layout.dialect,
                types,
                size_bytes=size,
                most_bytes=work.ceilings.max_line_bytes,
                values=work.values,
                check_time=work.check_time,
            )
        except NotPlain as reason:
            return reason.odd


def _likely(file: BinaryIO, size: int, layout: Layout) -> list[Type]:
    """What columns of a large table seem to be.

    Args:
        file: opened where the data begins.
        size: of the data, in bytes.
    """
    some, begin = b"", file.tell()
    for number in range(_SLICES):
        file.seek(begin + size * number // _SLICES)
        if number:
            file.readline(_SLICE_BYTES)
        lines = file.read(_SLICE_BYTES).split(b"\n", _LINES)
        some += b"".join(line + b"\n" for line in lines[:-1])
    try:
        return _found_out(some, layout.dialect, layout.width)
    except NotPlain:  # some lines may be parts of a record
        rows = csv_source.sample(layout.text.path, layout.dialect, layout.width, skip=layout.lines)
        return guessed(rows, layout.width)


def _found_out(rows: bytes, dialect: Dialect, width: int) -> list[Type]:
    """What columns are, by all of some rows.

    Raises:
        NotPlain: the rows are not.
    """
    blocks = Blocks(BytesIO(rows), dialect, most_bytes=len(rows))
    table = Table(
        [ANY] * width,
        delimiter=dialect.delimiter[0],
        quote=blocks.quote,
        most_bytes=len(rows),
        distinct=False,
    )
    buffer = Buffer(len(rows) + 1)
    while taken := blocks.take(buffer):
        if odd := table.take(buffer, taken):
            raise NotPlain(odd)
    figures = [table.column(number) for number in range(width)]
    return [guess(found.filled, found.like[: len(TYPES)]) for found in figures]


def described_rows(
    file: Readable,
    dialect: Dialect,
    types: Sequence[Type],
    *,
    size_bytes: int,
    most_bytes: int,
    values: bool,
    check_time: Callable[[], None],
) -> Described:
    """Rows and columns of a table.

    Args:
        file: opened where the data begins.
        types: what the columns seem to be; each cell is held against it.
        size_bytes: about how much it is.
        most_bytes: of one record.
        values: whether minima, maxima and means are wanted.
        check_time: called now and then; what it raises is passed on.

    Raises:
        NotPlain: something in it is not as plain as this wants it.
    """
    blocks = Blocks(file, dialect, most_bytes=most_bytes)
    distinct = len(types) <= MOST_DISTINCT_COLUMNS

    def work() -> Table:
        table = Table(
            list(map(TYPES.index, types)),
            delimiter=dialect.delimiter[0],
            quote=blocks.quote,
            most_bytes=most_bytes,
            distinct=distinct,
        )
        buffer = Buffer(min(size_bytes, BLOCK_BYTES) + 2)
        try:
            while taken := blocks.take(buffer):
                check_time()
                if odd := table.take(buffer, taken):
                    raise NotPlain(odd)
        finally:
            blocks.stop()
        return table

    table = _merged(work, THREADS if size_bytes > BLOCK_BYTES else 1)
    figures = [table.column(number) for number in range(len(types))]
    columns = [
        _column(type_, found, table.rows, values=values, distinct=distinct)
        for type_, found in zip(types, figures, strict=True)
    ]
    return Described(table.rows, columns, [])


def _merged(work: Callable[[], Table], threads: int) -> Table:
    """What all workers together know.

    Raises:
        NotPlain: one met something, or they do not go together.
    """
    if threads == 1:
        return work()
    with ThreadPoolExecutor(threads) as pool:
        table, *others = [worker.result() for worker in [pool.submit(work) for _ in range(threads)]]
    if not all(map(table.merge, others)):
        raise NotPlain(Odd.ROWS)
    return table


def _column(type_: Type, figures: Figures, rows: int, *, values: bool, distinct: bool) -> Profile:
    column: Profile = {"type": type_.name, "nulls": rows - figures.filled}
    if type_.name == "boolean":
        return column
    if distinct:
        column["distinct"] = min(figures.distinct, figures.filled)
    if values and figures.filled:
        column["min"], column["max"] = _bounds(type_, figures)
        if type_.counts:
            column["mean"] = _sum(type_, figures) / figures.filled
    return column


def _bounds(type_: Type, figures: Figures) -> tuple[Any, Any]:
    """As DuckDB writes them."""
    if type_ is STRING:
        first, last = (text.decode(errors="ignore")[:LONGEST_TEXT] for text in figures.texts)
        return first, last
    if type_.sql == "BIGINT":
        return figures.low, figures.high
    if type_.sql == "DOUBLE":
        return figures.lowest, figures.highest
    return _shown(figures.low, type_), _shown(figures.high, type_)


def _sum(type_: Type, figures: Figures) -> float:
    """
    Raises:
        NotPlain: no number is as large.
    """
    if type_.sql == "BIGINT":
        return figures.sum
    if not math.isfinite(figures.total):
        raise NotPlain(Odd.VALUES)
    return figures.total


def _shown(moment: int, type_: Type) -> str:
    """A date or time, whose parts moments.zig puts into one number."""
    clock = f"{moment >> 32 & 31:02}:{moment >> 26 & 63:02}:{moment >> 20 & 63:02}"
    if microseconds := moment & 0xFFFFF:
        clock += f".{microseconds:06}".rstrip("0")
    day = f"{moment >> 46:04}-{moment >> 42 & 15:02}-{moment >> 37 & 31:02}"
    return {"DATE": day, "TIME": clock, "TIMESTAMP": f"{day} {clock}"}.get(type_.sql, f"{day} {clock}+00")
