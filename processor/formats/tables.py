"""What DuckDB tells of a table whose cells are texts: types, nulls, ranges, and the rows that are odd.

A table is any FROM clause with columns `c1`, `c2`, … of type VARCHAR, where a missing cell is NULL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processor.formats.base import Rejected
from processor.formats.cell_types import MOSTLY, STRING, TYPES
from processor.formats.engine import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from processor.formats.base import Profile
    from processor.formats.cell_types import Type

LONGEST_TEXT = 100
AT_ONCE = 40
"""So many columns are described in one pass: each takes memory of its own."""
MOST_DISTINCT_COLUMNS = 200
"""Beyond so many columns, distinct values are not counted: each count takes memory of its own."""


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

    def described(self, *, values: bool, odd: bool = True) -> Described:
        """Rows, columns, and cells unlike the rest of their column.

        Args:
            values: whether minima, maxima and means are wanted.
            odd: whether odd cells are of interest.

        Raises:
            Rejected: a column is too much for the memory there is.
        """
        types = dict(enumerate(self._types, 1))
        figures = self._figures(types, values=values)
        rows = figures[1]["rows"]
        counts = self._odd(types, figures)
        wide = {n: t for n, t in types.items() if counts.get(n, 0) > (1 - MOSTLY) * figures[n]["filled"]}
        if wide:
            wider = self._wider({number: figures[number]["filled"] for number in wide})
            types |= wider
            figures |= self._figures(wider, values=values)
            counts = {n: c for n, c in counts.items() if n not in wider} | self._odd(wider, figures)
        found = [
            Odd(n, types[n], count, _odd_cell(f"c{n}", types[n]))
            for n, count in sorted(counts.items())
            if count
        ]
        columns = [_column(figures[number], type_, rows) for number, type_ in sorted(types.items())]
        return Described(rows, columns, found if odd else [])

    def _wider(self, filled: dict[int, int]) -> dict[int, Type]:
        """The narrowest type that nearly all cells of each of these columns have."""
        asked = {n: [f"count(*) FILTER ({matches(f'c{n}', t)})" for t in TYPES[:-1]] for n in filled}
        return {number: guess(filled[number], counts) for number, counts in self._each(asked).items()}

    def _figures(self, types: dict[int, Type], *, values: bool) -> dict[int, dict[str, Any]]:
        """For each column what one pass over it says."""
        distinct = self.width <= MOST_DISTINCT_COLUMNS
        wanted = {
            n: _measures(f"c{n}", type_, values=values, distinct=distinct) for n, type_ in types.items()
        }
        answers = self._each({number: list(measures.values()) for number, measures in wanted.items()})
        return {number: dict(zip(wanted[number], answer, strict=True)) for number, answer in answers.items()}

    def _odd(self, types: dict[int, Type], figures: dict[int, dict[str, Any]]) -> dict[int, int]:
        """How many cells of a column are odd, for those where the figures leave a doubt."""
        unsure = [
            n
            for n, type_ in types.items()
            if type_ is not STRING and figures[n]["sure"] != figures[n]["filled"]
        ]
        asked = {n: [f"count(*) FILTER ({_odd_cell(f'c{n}', types[n])})"] for n in unsure}
        return {number: count for number, (count,) in self._each(asked).items()}

    def _each(self, asked: dict[int, list[str]]) -> dict[int, list[Any]]:
        """The values of expressions for each column, as many columns at a time as memory is for."""
        import duckdb

        numbers = list(asked)
        if len(numbers) > AT_ONCE:
            parts = [numbers[begin : begin + AT_ONCE] for begin in range(0, len(numbers), AT_ONCE)]
        else:
            expressions = ", ".join(sql for number in numbers for sql in asked[number])
            try:
                answer = iter(self.rows(f"SELECT {expressions} FROM {self.source}")[0] if numbers else ())
                return {number: [next(answer) for _ in asked[number]] for number in numbers}
            except duckdb.OutOfMemoryException as error:
                if len(numbers) == 1:
                    raise Rejected(
                        "ceiling-error", f"Column {numbers[0]} is too large to be described."
                    ) from error
            middle = len(numbers) // 2
            parts = [numbers[:middle], numbers[middle:]]
        merged: dict[int, list[Any]] = {}
        for part in parts:
            merged |= self._each({number: asked[number] for number in part})
        return merged

    @property
    def numbered(self) -> str:
        """The table as a FROM clause with its rows' numbers, from 1, as `rn`."""
        return f"(SELECT *, row_number() OVER () AS rn FROM {self.source})"

    def breaking(self, conditions: list[str], most: int) -> list[tuple[int, list[int]]]:
        """The numbers of the first rows for which a condition holds, each with the places of what holds."""
        listed = ", ".join(
            f"CASE WHEN {condition} THEN {place} END" for place, condition in enumerate(conditions)
        )
        found = self.rows(
            f"SELECT rn, list_filter([{listed}], lambda n: n IS NOT NULL) FROM {self.numbered}"
            f" WHERE {any_of(conditions)} ORDER BY rn LIMIT {most}"
        )
        return [(number, list(places)) for number, places in found]


def any_of(conditions: list[str]) -> str:
    """SQL: whether one of them holds."""
    return f"({' OR '.join(conditions)})"


def _odd_cell(cell: str, type_: Type) -> str:
    return f"({cell} IS NOT NULL AND NOT coalesce({matches(cell, type_)}, false))"


def matches(cell: str, type_: Type) -> str:
    """SQL: whether a cell is of a type."""
    if type_ is STRING:
        return "true"
    looks = f"regexp_full_match({cell}, {literal(type_.pattern)})"
    return f"({looks} AND TRY_CAST({cell} AS {type_.sql}) IS NOT NULL)"


def guess(filled: int, counts: Sequence[int]) -> Type:
    """The narrowest type that nearly all cells of a column have, by how many have each of `TYPES`."""
    enough = (type_ for type_, n in zip(TYPES, counts, strict=False) if filled and n >= MOSTLY * filled)
    return next(enough, STRING)


def _measures(cell: str, type_: Type, *, values: bool, distinct: bool) -> dict[str, str]:
    wanted = {"rows": "count(*)", "filled": f"count({cell})"}
    typed = cell if type_ is STRING else f"TRY_CAST({cell} AS {type_.sql})"
    if type_ is not STRING:
        sure = f"{typed} IS NOT NULL AND NOT ({type_.doubt.format(c=cell, v=typed)})"
        wanted["sure"] = f"count(*) FILTER ({sure})"
    if values and type_.name != "boolean":
        shown = "{}" if type_.counts else f"left(CAST({{}} AS VARCHAR), {LONGEST_TEXT})"
        wanted |= {name: shown.format(f"{name}({typed})") for name in ("min", "max")}
    if values and type_.counts:
        wanted["mean"] = f"avg({typed})"
    if distinct and type_.name != "boolean":
        wanted["distinct"] = f"approx_count_distinct({cell})"
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
