"""What is said of a small table by Python alone: importing DuckDB takes 0.2 s, each of its plans 8 ms.

The same figures that `processor.formats.tables` has from DuckDB, for tables in which nothing is odd; a test
holds the two together. Where anything is, DuckDB is asked.
"""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from processor.formats.cell_types import STRING, all_looking, looks_like
from processor.formats.csv_dialect import NO_QUOTE
from processor.formats.csv_records import Regular
from processor.formats.tables import LONGEST_TEXT, Described

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from processor.formats.base import Profile
    from processor.formats.cell_types import Type
    from processor.formats.csv_dialect import Dialect

_LARGEST_INTEGER = 2**63
_ENOUGH = 512
"""So many cells tell a column's type; it is held against all of them later."""
_LONGEST = {"TIMESTAMP": len("2024-01-31 10:00:00.123456"), "TIME": len("10:00:00.123456")}
"""What is longer has more digits than Python knows."""


def columns_of(content: bytes, dialect: Dialect, width: int, how: Regular) -> list[list[str]] | None:
    """The columns of a regular table without its header; None if a row is not as wide, or not UTF-8.

    Rows with quotes come last, as long as no quoted cell goes over several lines.
    """
    quote, delimiter = dialect.quote.decode(), dialect.delimiter.decode()
    read = partial(csv.reader, delimiter=delimiter, quotechar=quote, strict=True)
    try:
        text = content.decode()
        if how is Regular.WITH_BREAKS:
            return _turned(read(io.StringIO(text, newline="")), width)
        if b"\r" in content:
            text = text.replace("\r\n", "\n")
        lines = text.removesuffix("\n").split("\n") if text else []
        if dialect.quote == NO_QUOTE or quote not in text:
            return _taken_apart(lines, delimiter, width)
        plain = _taken_apart([line for line in lines if quote not in line], delimiter, width)
        quoted = _turned(read(line for line in lines if quote in line), width)
    except (csv.Error, ValueError):
        return None
    return [cells + more for cells, more in zip(plain, quoted, strict=True)]


def _turned(rows: Iterable[list[str]], width: int) -> list[list[str]]:
    """Rows as columns.

    Raises:
        ValueError: one is not as wide.
    """
    columns = list(map(list, zip(*rows, strict=True))) or [[] for _ in range(width)]
    if len(columns) != width:
        raise ValueError(f"{len(columns)} columns")
    return columns


def _taken_apart(lines: list[str], delimiter: str, width: int) -> list[list[str]]:
    """Lines without quotes as columns, in a third of the time that the module csv takes.

    Raises:
        ValueError: one is not as wide.
    """
    if lines and {line.count(delimiter) for line in lines} != {width - 1}:
        raise ValueError("a line of another width")
    cells = delimiter.join(lines).split(delimiter) if lines else []
    return [cells[number::width] for number in range(width)]


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
        column = _column(filled, type_, nulls=len(cells) - len(filled), values=values)
        if column is None:
            return None
        found.append(column)
    return Described(len(columns[0]), found, [])


def _column(cells: list[str], type_: Type, *, nulls: int, values: bool) -> Profile | None:
    distinct = set(cells)
    try:
        typed = _typed(cells, distinct, type_)
    except (ValueError, OverflowError):  # the 30th of February, or before the year 1 in UTC
        return None
    column: Profile = {"type": type_.name, "nulls": nulls}
    if type_.name == "boolean":
        return column
    if cells:
        low, high = min(typed), max(typed)
        if type_.sql == "BIGINT" and not -_LARGEST_INTEGER < low <= high < _LARGEST_INTEGER:
            return None
        if values:
            column["min"], column["max"] = _shown(low, type_), _shown(high, type_)
    column["distinct"] = len(distinct)
    if cells and type_.counts:
        mean = sum(typed) / len(cells)
        if not math.isfinite(mean):
            return None
        if values:
            column["mean"] = mean
    return column


def _typed(cells: Sequence[str], distinct: Collection[str], type_: Type) -> Collection[Any]:
    """The values of numbers, cell by cell, and the different values of any other type.

    Raises:
        ValueError, OverflowError: a cell has none, or one that Python does not know.
    """
    if type_ is STRING or not cells:
        return distinct
    if type_.counts and (numbers := _numbers(cells, type_)):
        return numbers
    longest = max(map(len, distinct))
    if longest > _LONGEST.get(type_.sql, longest) or not all_looking(distinct)(type_):
        raise ValueError(type_.name)
    return list(map(_READ[type_.sql], cells if type_.counts else distinct))


def _numbers(cells: Sequence[str], type_: Type) -> list[Any] | None:
    """Plain numbers, which JSON writes alike and reads many times as fast; None if any is not plain."""
    import orjson

    text = ",".join(cells).encode()
    whole = type_.sql == "BIGINT"
    if text.translate(None, b"0123456789,-" if whole else b"0123456789,-.") or (whole and b"-0" in text):
        return None
    try:
        found = orjson.loads(b"[%b]" % text)
    except orjson.JSONDecodeError:
        return None
    return found if len(found) == len(cells) else None


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


def _shown(value: Any, type_: Type) -> Any:
    """As DuckDB writes it."""
    if type_.counts:
        return value if type_.sql == "BIGINT" else float(value)
    if isinstance(value, datetime):
        text = _without_zeros(value.replace(tzinfo=None).isoformat(sep=" "))
        return text + ("+00" if value.tzinfo else "")
    if isinstance(value, time):
        return _without_zeros(value.isoformat())
    return str(value)[:LONGEST_TEXT]


def _without_zeros(text: str) -> str:
    return text.rstrip("0") if "." in text else text
