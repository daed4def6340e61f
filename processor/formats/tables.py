"""What DuckDB tells of a table whose cells are texts: types, nulls, ranges, and the rows that are odd.

A table is any FROM clause with columns `c1`, `c2`, … of type VARCHAR, where a missing cell is NULL.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from processor.formats.engine import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from processor.formats.base import Profile

MOSTLY = 0.95
"""From this share on, the values of a column have a type, and the others are odd."""
LONGEST_TEXT = 100
MOST_DISTINCT_COLUMNS = 200
"""Beyond so many columns, distinct values are not counted: each count takes memory of its own."""


@dataclass(frozen=True)
class Type:
    """A type of cells.

    Attributes:
        name: as Frictionless calls it.
        sql: DuckDB's type.
        pattern: what a cell looks like; DuckDB's cast alone would take `1.5` for an integer.
        doubt: SQL on the text `{c}` and its cast `{v}`: cheap, true for all that the cast takes too kindly.
    """

    name: str
    sql: str
    pattern: str = ""
    doubt: str = "false"

    @cached_property
    def look(self) -> re.Pattern[str]:
        """The pattern for Python, which knows more digits than ten otherwise."""
        return re.compile(self.pattern, re.ASCII)

    @property
    def counts(self) -> bool:
        return self.name in ("integer", "number")


_NUMBER = r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?"
_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
STRING = Type("string", "VARCHAR")
# The order is from narrow to wide. Leading zeros mean something, so what has them is no number.
TYPES = (
    Type("integer", "BIGINT", r"-?(0|[1-9]\d{0,18})", "CAST({v} AS VARCHAR) <> {c}"),
    Type("number", "DOUBLE", _NUMBER, "contains({c}, '_') OR NOT isfinite({v})"),
    Type("boolean", "BOOLEAN", r"(?i)true|false", "strlen({c}) < 4"),
    Type("date", "DATE", _DATE, "strlen({c}) <> 10"),
    Type("datetime", "TIMESTAMP", rf"{_DATE}[T ]{_TIME}", "strlen({c}) < 16"),
    Type("datetime", "TIMESTAMPTZ", rf"{_DATE}[T ]{_TIME}(Z|[-+]\d{{2}}(:?\d{{2}})?)", "strlen({c}) < 17"),
    Type("time", "TIME", _TIME, "strlen({c}) < 5"),
    STRING,
)


@dataclass(frozen=True)
class Odd:
    """Cells of a column that are unlike the rest.

    Attributes:
        column: from 1.
        condition: SQL that is true for them.
    """

    column: int
    type: Type
    count: int
    condition: str


@dataclass(frozen=True)
class Described:
    """What one pass over a table tells: how many rows, the columns in their order, and what is odd."""

    rows: int
    columns: list[Profile]
    odd: list[Odd]


class Table:
    """A table in DuckDB.

    Args:
        source: a FROM clause.
        types: what its columns seem to be; what they are is seen with all rows.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: str, types: list[Type]) -> None:
        self._connection = connection
        self.source = source
        self._types = types
        self.width = len(types)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer to a query."""
        return self._connection.execute(sql).fetchall()

    def described(self, *, values: bool) -> Described:
        """Rows, columns, and cells unlike the rest of their column.

        Args:
            values: whether minima and maxima are wanted.
        """
        types = list(self._types)
        figures = self._figures(types, values=values)
        odd: list[Odd] = []
        for number, type_ in enumerate(types, 1):
            found = self._odd(number, type_, figures[number])
            if found and found.count > (1 - MOSTLY) * figures[number]["filled"]:
                wider = self._wider(number, figures[number]["filled"])
                figures |= self._figures([wider], values=values, first=number)
                types[number - 1] = wider
                found = self._odd(number, wider, figures[number])
            if found:
                odd.append(found)
        rows = figures[0]["rows"]
        columns = [_column(figures[number], type_, rows) for number, type_ in enumerate(types, 1)]
        return Described(rows, columns, odd)

    def _wider(self, number: int, filled: int) -> Type:
        """The narrowest type that nearly all of the column's cells have."""
        counts = ", ".join(f"count(*) FILTER ({matches(f'c{number}', t)})" for t in TYPES[:-1])
        (found,) = self.rows(f"SELECT {counts} FROM {self.source}")
        return _guess(filled, found)

    def _figures(self, types: list[Type], *, values: bool, first: int = 1) -> dict[int, dict[str, Any]]:
        """For each column what one pass over the table says; 0 holds what is said of the table."""
        wanted: list[tuple[int, str, str]] = [(0, "rows", "count(*)")]
        for number, type_ in enumerate(types, first):
            wanted += [(number, name, sql) for name, sql in _measures(f"c{number}", type_, values=values)]
            if self.width <= MOST_DISTINCT_COLUMNS and type_.name != "boolean":
                wanted.append((number, "distinct", f"approx_count_distinct(c{number})"))
        sql = ", ".join(sql for _, _, sql in wanted)
        (answer,) = self.rows(f"SELECT {sql} FROM {self.source}")
        figures: dict[int, dict[str, Any]] = {}
        for (number, name, _), value in zip(wanted, answer, strict=True):
            figures.setdefault(number, {})[name] = value
        return figures

    def _odd(self, number: int, type_: Type, figures: dict[str, Any]) -> Odd | None:
        if type_ is STRING or figures["sure"] == figures["filled"]:
            return None
        cell = f"c{number}"
        condition = f"({cell} IS NOT NULL AND NOT coalesce({matches(cell, type_)}, false))"
        ((count,),) = self.rows(f"SELECT count(*) FROM {self.source} WHERE {condition}")
        return Odd(number, type_, count, condition) if count else None

    def numbered(self, condition: str, most: int) -> list[int]:
        """The numbers, from 1, of the first rows for which a condition holds."""
        numbered = f"SELECT *, row_number() OVER () AS rn FROM {self.source}"
        found = self.rows(f"SELECT rn FROM ({numbered}) WHERE {condition} LIMIT {most}")
        return [number for (number,) in found]


def matches(cell: str, type_: Type) -> str:
    """SQL: whether a cell is of a type."""
    if type_ is STRING:
        return "true"
    looks = f"regexp_full_match({cell}, {literal(type_.pattern)})"
    return f"({looks} AND TRY_CAST({cell} AS {type_.sql}) IS NOT NULL)"


def guessed(rows: list[list[str]], width: int, missing: Sequence[str] = ("",)) -> list[Type]:
    """The types of columns by the looks of some rows."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in range(width))
    return [_looks_like([cell for cell in cells if cell not in missing]) for cells in columns]


def _looks_like(cells: list[str]) -> Type:
    enough = math.ceil(MOSTLY * len(cells))
    for type_ in TYPES[:-1]:
        if cells and sum(1 for cell in cells if type_.look.fullmatch(cell)) >= enough:
            return type_
    return STRING


def _guess(filled: int, counts: tuple[int, ...]) -> Type:
    enough = (type_ for type_, n in zip(TYPES, counts, strict=False) if filled and n >= MOSTLY * filled)
    return next(enough, STRING)


def _measures(cell: str, type_: Type, *, values: bool) -> list[tuple[str, str]]:
    wanted = [("filled", f"count({cell})")]
    typed = cell if type_ is STRING else f"TRY_CAST({cell} AS {type_.sql})"
    if type_ is not STRING:
        sure = f"{typed} IS NOT NULL AND NOT ({type_.doubt.format(c=cell, v=typed)})"
        wanted.append(("sure", f"count(*) FILTER ({sure})"))
    if values and type_.name != "boolean":
        shown = "{}" if type_.counts else f"left(CAST({{}} AS VARCHAR), {LONGEST_TEXT})"
        wanted += [(name, shown.format(f"{name}({typed})")) for name in ("min", "max")]
    if type_.counts:
        wanted.append(("mean", f"avg({typed})"))
    return wanted


def _column(figures: dict[str, Any], type_: Type, rows: int) -> Profile:
    described = {"type": type_.name, "nulls": rows - figures["filled"]}
    for name in ("min", "max", "distinct", "mean"):
        value = figures.get(name)
        if value is not None and not (isinstance(value, float) and not math.isfinite(value)):
            described[name] = value
    if "distinct" in described:
        # The estimate may be a little high; it cannot be more than there are.
        described["distinct"] = min(described["distinct"], figures["filled"])
    return described
