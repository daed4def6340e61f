"""What is said of a table that is not large, without DuckDB: its import takes 0.2 s, each of its plans 8 ms.

The same figures that `processor.formats.tables` has from DuckDB, for tables in which nothing is odd; a test
holds the two together. Where anything is, DuckDB is asked.
"""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from processor.formats.csv_dialect import NO_QUOTE
from processor.formats.tables import LONGEST_TEXT, STRING, Described, all_looking, looks_like

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from processor.formats.base import Profile
    from processor.formats.csv_dialect import Dialect
    from processor.formats.tables import Type

_LARGEST_INTEGER = 2**63
_ENOUGH = 512
"""So many cells tell a column's type; it is held against all of them later."""
_LONGEST = {"TIMESTAMP": len("2024-01-31 10:00:00.123456"), "TIME": len("10:00:00.123456")}
"""What is longer has more digits than Python knows."""


def columns_of(content: bytes, dialect: Dialect, width: int) -> list[tuple[str, ...]] | None:
    """The columns of a regular table without its header; None if a row is not as wide, or not UTF-8."""
    quote = None if dialect.quote == NO_QUOTE else dialect.quote.decode()
    try:
        rows = csv.reader(
            io.StringIO(content.decode(), newline=""),
            delimiter=dialect.delimiter.decode(),
            quotechar=quote,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            strict=True,
        )
        columns = list(zip(*rows, strict=True)) or [()] * width
    except (csv.Error, ValueError):
        return None
    return columns if len(columns) == width else None


def guessed(columns: Sequence[Sequence[str]]) -> list[Type]:
    """The types of columns by the looks of some cells; an empty cell is missing."""
    some = (cells[:: max(1, len(cells) // _ENOUGH)] for cells in columns)
    return [looks_like(list(filter(None, cells))) for cells in some]


def described(columns: Sequence[Sequence[str]], types: Sequence[Type], *, values: bool) -> Described | None:
    """Rows and columns of a table; None if a cell is not of its column's type.

    Args:
        columns: the cells of each; an empty cell is missing.
        values: whether minima and maxima are wanted.
    """
    found = []
    for cells, type_ in zip(columns, types, strict=True):
        filled = list(filter(None, cells))
        typed = _typed(set(filled), type_)
        if typed is None:
            return None
        found.append(_column(filled, typed, type_, nulls=len(cells) - len(filled), values=values))
    return Described(len(columns[0]), found, [])


def _typed(cells: Collection[str], type_: Type) -> dict[str, Any] | None:
    """The value of each different cell, as what stands there often is read once; None if one has none."""
    if type_ is STRING or not cells:
        return dict.fromkeys(cells)
    if not all_looking(cells)(type_):
        return None
    if max(map(len, cells)) > _LONGEST.get(type_.sql, math.inf):
        return None
    try:
        found = dict(zip(cells, map(_READ[type_.sql], cells), strict=True))
    except (ValueError, OverflowError):  # the 30th of February, or before the year 1 in UTC
        return None
    return found if _fit(found.values(), type_) else None


def _fit(values: Collection[Any], type_: Type) -> bool:
    if type_.sql == "BIGINT":
        return bool(min(values) > -_LARGEST_INTEGER and max(values) < _LARGEST_INTEGER)
    return type_.sql != "DOUBLE" or all(map(math.isfinite, values))


def _aware(cell: str) -> datetime:
    if "." in cell:  # how many digits there are is left to DuckDB
        raise ValueError(cell)
    return datetime.fromisoformat(cell).astimezone(UTC)


_READ: dict[str, Callable[[str], Any]] = {
    "BIGINT": int,
    "DOUBLE": float,
    "BOOLEAN": str.lower,
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
    "TIMESTAMPTZ": _aware,
    "TIME": time.fromisoformat,
}


def _column(cells: list[str], typed: dict[str, Any], type_: Type, *, nulls: int, values: bool) -> Profile:
    column: Profile = {"type": type_.name, "nulls": nulls}
    if values and typed and type_.name != "boolean":
        known = typed if type_ is STRING else typed.values()
        column["min"], column["max"] = _shown(min(known), type_), _shown(max(known), type_)
    if type_.name != "boolean":
        column["distinct"] = len(typed)
    if values and type_.counts and typed:
        column["mean"] = sum(map(typed.__getitem__, cells)) / len(cells)
    return column


def _shown(value: Any, type_: Type) -> Any:
    """As DuckDB writes it."""
    if type_.counts:
        return value
    if isinstance(value, datetime):
        text = _without_zeros(value.replace(tzinfo=None).isoformat(sep=" "))
        return text + ("+00" if value.tzinfo else "")
    if isinstance(value, time):
        return _without_zeros(value.isoformat())
    return str(value)[:LONGEST_TEXT]


def _without_zeros(text: str) -> str:
    return text.rstrip("0") if "." in text else text
