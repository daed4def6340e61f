"""Tables in which nothing is wrong or odd, which most are: described without DuckDB.

Small ones are by Python's own means, large ones by numpy's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from processor.formats import csv_source, small_tables
from processor.formats.cell_types import guessed
from processor.formats.csv_records import Regular, regular

if TYPE_CHECKING:
    from typing import BinaryIO

    from processor.formats.base import Examination
    from processor.formats.csv_layout import Layout
    from processor.formats.tables import Described

SMALL_BYTES = 65_536
"""Up to this size others take longer to begin with their work than Python to do it."""
_ENOUGH = 128
"""So many rows tell the types; they are held against all rows."""


def described(layout: Layout, work: Examination) -> Described | None:
    """What there is to say of a table in which nothing is wrong or odd; None of any other."""
    with layout.text.path.open("rb") as file:
        file.seek(layout.text.bom_bytes)
        for _ in range(layout.lines):
            file.readline()
        size = layout.text.path.stat().st_size
        return _large(layout, work, file, size) if size > SMALL_BYTES else _small(layout, work, file)


def _small(layout: Layout, work: Examination, data: BinaryIO) -> Described | None:
    text, dialect = layout.text, layout.dialect
    how = regular(text.path, dialect, skip=text.bom_bytes, most_bytes=work.ceilings.max_line_bytes)
    if how is Regular.NO:
        return None
    columns = small_tables.columns_of(data.read(), dialect, layout.width, how)
    if columns is None:
        return None
    return small_tables.described(columns, small_tables.guessed(columns), values=work.values)


def _large(layout: Layout, work: Examination, data: BinaryIO, size: int) -> Described | None:
    # Threads of linear algebra, which nobody here needs, would take 16 MB.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from processor.formats import csv_columns  # numpy: 0.1 s that small tables need not pay for

    rows = csv_source.sample(
        layout.text.path, layout.dialect, layout.width, skip=layout.lines, enough=_ENOUGH
    )
    return csv_columns.described(
        data,
        layout.dialect,
        guessed(rows, layout.width),
        size_bytes=size,
        most_bytes=work.ceilings.max_line_bytes,
        values=work.values,
        check_time=work.check_time,
    )
