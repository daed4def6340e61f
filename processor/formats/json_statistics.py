"""Statistics of the columns of JSON Lines, counted by DuckDB."""

from __future__ import annotations

import json
import math
from itertools import islice
from typing import TYPE_CHECKING

from processor.formats.engine import connect, identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from processor.formats.base import Examination, Profile
    from processor.formats.json_columns import Column

_LONGEST_VALUE = 100
_AT_ONCE = 200
_MOST_ROUNDS = 20
_MOST_CELLS = 500_000_000
_MOST_BYTES = 4_000_000_000
_SQL_TYPES = {"integer": "HUGEINT", "number": "DOUBLE", "string": "VARCHAR", "boolean": "BOOLEAN"}
_NUMBERS = ("integer", "number")
_ORDERED = (*_NUMBERS, "string")
# What DuckDB calls the values of a type where a column holds others, too.
_STORED = {
    "integer": "'BIGINT', 'UBIGINT'",
    "number": "'BIGINT', 'UBIGINT', 'DOUBLE'",
    "string": "'VARCHAR'",
}


def statistics(path: Path, columns: list[Column], rows: int, work: Examination) -> dict[str, Profile]:
    """Of each column how many distinct values it has, about, and its minimum, maximum and mean.

    Bounded in time: many columns of many rows, or many in a large file, are left out from some column on.

    Args:
        path: lines that are valid JSON, without carriage returns and blank ones.
    """
    import duckdb

    known: dict[str, Profile] = {}
    with connect(work.folder, path) as connection:
        times = max(1, _MOST_BYTES // max(1, path.stat().st_size))
        for some in islice(_rounds(columns[: _MOST_CELLS // rows]), times):
            asked = [(column, key, sql) for column in some for key, sql in _measures(column, work.values)]
            query = _query(path, some, [sql for _, _, sql in asked], work.ceilings.max_line_bytes)
            try:
                answers = connection.execute(query).fetchone() or ()
            except duckdb.OutOfMemoryException:
                break  # lines of a megabyte by the thousand: the file is described without
            for (column, key, _), answer in zip(asked, answers, strict=True):
                if answer is not None and not (isinstance(answer, float) and not math.isfinite(answer)):
                    known.setdefault(column.name, {})[key] = answer
            for column in some:
                known[column.name]["distinct"] = min(known[column.name]["distinct"], column.filled)
    return known


def _rounds(columns: list[Column]) -> Iterator[list[Column]]:
    """As many as DuckDB counts at once; it takes names that differ in capitals only for one."""
    rounds: list[dict[str, Column]] = []
    for column in columns:
        folded = column.name.lower()
        if column.type == "null" or not folded.isprintable() or not folded:
            continue
        room = (some for some in rounds if folded not in some and len(some) < _AT_ONCE)
        some = next(room, None)
        if some is None:
            if len(rounds) == _MOST_ROUNDS:
                continue
            some = {}
            rounds.append(some)
        some[folded] = column
    for some in rounds:
        yield list(some.values())


def _stored_as(column: Column) -> str:
    return "JSON" if column.odd else _SQL_TYPES.get(column.type, "JSON")


def _measures(column: Column, values: bool) -> Iterator[tuple[str, str]]:
    """Names in the profile, and how DuckDB counts them."""
    cell = f"s.{identifier(column.name)}"
    yield "distinct", f"approx_count_distinct({cell})"
    if not values or column.type not in _ORDERED:
        return
    if column.odd:
        cast = f"CAST({cell} ->> '$' AS {_SQL_TYPES[column.type]})"
        cell = f"(CASE WHEN json_type({cell}) IN ({_STORED[column.type]}) THEN {cast} END)"
    if column.type == "string":
        yield "min", f"left(min({cell}), {_LONGEST_VALUE})"
        yield "max", f"left(max({cell}), {_LONGEST_VALUE})"
        return
    yield "min", f"min({cell})"
    yield "max", f"max({cell})"
    yield "mean", f"avg({cell})"


def _query(path: Path, columns: list[Column], measures: list[str], longest: int) -> str:
    # The reader of JSON files takes 32 MiB for each thread; that of CSV, with one column, a tenth of it.
    structure = json.dumps({column.name: _stored_as(column) for column in columns})
    size = longest + 2
    return f"""
        SELECT {", ".join(measures)}
        FROM (
            SELECT try(from_json(line, {literal(structure)})) AS s
            FROM read_csv(
                {literal(str(path))}, columns = {{'line': 'VARCHAR'}}, header = false, auto_detect = false,
                delim = chr(1), quote = '', escape = '', comment = '', new_line = '\\n',
                max_line_size = {size}, buffer_size = {max(4 * size, 65_536)}
            )
        )
    """
