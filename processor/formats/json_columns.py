"""The columns of JSON Lines and what types they hold."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from processor.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from processor.findings import Findings
    from processor.formats.base import Profile

_LONGEST_NAME = 1_000
_LINES_KEPT = 20
_MAIN_SHARE = 0.95
_TYPES = {
    int: "integer",
    float: "number",
    str: "string",
    bool: "boolean",
    dict: "object",
    list: "array",
    type(None): "null",
}


class Column:
    """One name of the objects.

    Attributes:
        place: among the columns, from 1.
        counts: of values, by type.
        lines: the first lines that have each type.
    """

    __slots__ = ("counts", "lines", "name", "place")

    def __init__(self, name: str, place: int) -> None:
        self.name = name
        self.place = place
        self.counts: Counter[str] = Counter()
        self.lines: dict[str, list[int]] = {}

    def take(self, values: Sequence[Any], numbers: Sequence[int]) -> set[type]:
        """Some values with their lines; gives their types."""
        kinds = set(map(type, values))
        counts = {next(iter(kinds)): len(values)} if len(kinds) == 1 else Counter(map(type, values))
        for kind, count in counts.items():
            name = _TYPES[kind]
            self.counts[name] += count
            kept = self.lines.setdefault(name, [])
            if len(kept) < _LINES_KEPT and name != "null":
                found = (line for line, value in zip(numbers, values, strict=True) if type(value) is kind)
                kept.extend(islice(found, _LINES_KEPT - len(kept)))
        return kinds

    @property
    def filled(self) -> int:
        """How many values are not null."""
        return self.counts.total() - self.counts["null"]

    @property
    def type(self) -> str:
        """That of nearly all values; `null` where there are none, and `mixed` where no type prevails."""
        families = Counter(self.counts)
        del families["null"]
        families["number"] += families.pop("integer", 0)
        main, count = families.most_common(1)[0]
        if count == 0:
            return "null"
        if count < _MAIN_SHARE * self.filled:
            return "mixed"
        return "integer" if main == "number" and not self.counts["number"] else main

    @property
    def odd(self) -> dict[str, int]:
        """How many values have which other type."""
        main = self.type
        usual = {main, "null", "integer"} if main == "number" else {main, "null"}
        if main in ("mixed", "null"):
            return {}
        return {kind: count for kind, count in self.counts.items() if kind not in usual and count}


class Table:
    """Takes valid lines, and knows the columns and types of those that are objects."""

    def __init__(self, max_columns: int) -> None:
        self.objects = 0
        self.columns: dict[str, Column] = {}
        self._max_columns = max_columns
        self._kinds: Counter[str] = Counter()
        self._depth = 0
        self._cut = False

    def take(self, rows: list[Any], numbers: Sequence[int]) -> None:
        """Some lines, as orjson loaded them, with their numbers."""
        kinds = set(map(type, rows))
        if kinds != {dict}:
            self._kinds.update(_TYPES[type(row)] for row in rows)
            self._deepen(row for row in rows if type(row) is list)
            pairs = [(row, number) for row, number in zip(rows, numbers, strict=True) if type(row) is dict]
            rows, numbers = [row for row, _ in pairs], [number for _, number in pairs]
        else:
            self._kinds["object"] += len(rows)
        self.objects += len(rows)
        self._depth = max(self._depth, 1 if rows else 0)
        if len(set(map(tuple, rows))) == 1:
            for name, column in zip(rows[0], zip(*map(dict.values, rows), strict=True), strict=True):
                self._cells(name, column, numbers)
            return
        cells: dict[str, tuple[list[Any], list[int]]] = {}
        for row, number in zip(rows, numbers, strict=True):
            for name, value in row.items():
                if name not in cells:
                    cells[name] = ([], [])
                values, their_numbers = cells[name]
                values.append(value)
                their_numbers.append(number)
        for name, (values, their_numbers) in cells.items():
            self._cells(name, values, their_numbers)

    def _cells(self, name: str, values: Sequence[Any], numbers: Sequence[int]) -> None:
        column = self.columns.get(name) or self._new(name)
        kinds = column.take(values, numbers) if column else set(map(type, values))
        if dict in kinds or list in kinds:
            self._deepen(values, above=1)

    def _new(self, name: str) -> Column | None:
        if len(self.columns) >= self._max_columns or len(name) > _LONGEST_NAME:
            self._cut = True
            return None
        column = self.columns[name] = Column(name, len(self.columns) + 1)
        return column

    def _deepen(self, values: Iterable[Any], *, above: int = 0) -> None:
        self._depth = max(self._depth, above + depth_of(values))

    def warn(self, findings: Findings) -> None:
        """Warn of values that are unlike the rest of their column."""
        for column in self.columns.values():
            for kind, count in column.odd.items():
                lines = column.lines[kind]
                for line in lines:
                    message = f"A value of type {kind} in a column that is nearly all of type {column.type}."
                    findings.warning(
                        Finding(
                            type="type-error",
                            message=message,
                            line_number=line,
                            field_number=column.place,
                            field_name=column.name,
                        )
                    )
                findings.more_warnings("type-error", count - len(lines))

    def profile(self, statistics: dict[str, Profile]) -> Profile:
        """All that is known; `kinds` says what the lines hold where not all are objects."""
        columns = [
            {
                "name": column.name,
                "type": column.type,
                "nulls": self.objects - column.filled,
                **statistics.get(column.name, {}),
            }
            for column in self.columns.values()
        ]
        profile: Profile = {"columns": columns, "columnCount": len(columns), "depth": self._depth}
        if set(self._kinds) - {"object"}:
            profile["kinds"] = dict(self._kinds)
        return profile | ({"cut": True} if self._cut else {})


def depth_of(values: Iterable[Any]) -> int:
    """How many levels of arrays and objects are in each other; of texts and numbers none."""
    depth = 0
    while containers := [value for value in values if isinstance(value, (dict, list))]:
        depth += 1
        values = chain.from_iterable(
            value.values() if isinstance(value, dict) else value for value in containers
        )
    return depth
