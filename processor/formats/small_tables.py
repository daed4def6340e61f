"""What is said of a table of a few rows, without the 0.2 s that DuckDB takes to be imported.

The same figures that `processor.formats.tables` has from DuckDB, for tables in which nothing is odd; a test
holds the two together. Where anything is, DuckDB is asked.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from processor.formats.tables import LONGEST_TEXT, STRING, Described

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from processor.formats.base import Profile
    from processor.formats.tables import Type

_LARGEST_INTEGER = 2**63


def described(rows: Sequence[Sequence[str]], types: Sequence[Type], *, values: bool) -> Described | None:
    """Rows and columns of a table; None if a cell is not of its column's type.

    Args:
        rows: as wide as there are types; an empty cell is missing.
        values: whether minima and maxima are wanted.
    """
    columns = []
    for number, type_ in enumerate(types):
        cells = [row[number] for row in rows if row[number]]
        typed = _typed(cells, type_)
        if typed is None:
            return None
        columns.append(_column(cells, typed, type_, nulls=len(rows) - len(cells), values=values))
    return Described(len(rows), columns, [])


def _typed(cells: list[str], type_: Type) -> list[Any] | None:
    if type_ is STRING:
        return cells
    if not all(type_.look.fullmatch(cell) for cell in cells):
        return None
    try:
        found = [_READ[type_.sql](cell) for cell in cells]
    except (ValueError, OverflowError):  # the 30th of February, or before the year 1 in UTC
        return None
    return None if type_.sql == "BIGINT" and any(abs(n) >= _LARGEST_INTEGER for n in found) else found


def _finite(cell: str) -> float:
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def _naive(cell: str) -> datetime:
    moment = datetime.fromisoformat(cell)
    if len(cell.partition(".")[2]) > 6:
        raise ValueError(cell)
    return moment


def _aware(cell: str) -> datetime:
    if "." in cell:  # how many digits there are is left to DuckDB
        raise ValueError(cell)
    return datetime.fromisoformat(cell).astimezone(UTC)


def _time(cell: str) -> time:
    if len(cell.partition(".")[2]) > 6:
        raise ValueError(cell)
    return time.fromisoformat(cell)


_READ: dict[str, Callable[[str], Any]] = {
    "BIGINT": int,
    "DOUBLE": _finite,
    "BOOLEAN": str.lower,
    "DATE": date.fromisoformat,
    "TIMESTAMP": _naive,
    "TIMESTAMPTZ": _aware,
    "TIME": _time,
}


def _column(cells: list[str], typed: list[Any], type_: Type, *, nulls: int, values: bool) -> Profile:
    column: Profile = {"type": type_.name, "nulls": nulls}
    if values and typed and type_.name != "boolean":
        column["min"], column["max"] = _shown(min(typed), type_), _shown(max(typed), type_)
    if type_.name != "boolean":
        column["distinct"] = len(set(cells))
    if values and type_.counts and typed:
        column["mean"] = sum(typed) / len(typed)
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
