"""The columns of a sheet: what kinds of values each has, in bounded memory whatever their number."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from processor.findings import Finding

if TYPE_CHECKING:
    from processor.formats.base import Examination, Profile

_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
_KINDS: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dt.datetime: "datetime",
    dt.date: "date",
    dt.time: "time",
    dt.timedelta: "duration",
}
_NUMBERS = frozenset({"integer", "number"})
_LONGEST_TEXT = 100
_MOST_SAMPLED = 1_024


class Sheet:
    """A table whose first row with cells names its columns.

    Attributes:
        begun: whether there was such a row.
        cut: whether there are more rows than came.
        last_row: the number of the last row with cells.
        width: of the widest row.
    """

    def __init__(self, work: Examination) -> None:
        self.begun = False
        self.cut = False
        self._work = work
        self._columns: list[_Column] = []
        self._rows = 0
        self.width = 0
        self.last_row = 0

    def add(self, number: int, row: tuple[Any, ...]) -> None:
        """The next row, with its number in the sheet."""
        if all(value is None for value in row):
            return
        self.last_row = number
        self.width = max(self.width, len(row))
        if not self.begun:
            self.begun = True
            self._begin(number, row)
            return
        self._rows += 1
        while len(self._columns) < min(len(row), self._work.ceilings.max_columns):
            self._columns.append(_Column("", before=self._rows - 1))
        for place, column in enumerate(self._columns):
            value = row[place] if place < len(row) else None
            if isinstance(value, str) and value in _ERRORS:
                self._error(number, place)
            else:
                column.add(value)

    def profile(self) -> Profile:
        """What is known of the rows that came so far."""
        cut = {"cut": True} if self.cut or self.width > self._work.ceilings.max_columns else {}
        columns = [column.profile(self._work.values) for column in self._columns]
        return {"rows": self._rows, "columnCount": self.width, "columns": columns} | cut

    def _begin(self, number: int, labels: tuple[Any, ...]) -> None:
        while labels and labels[-1] is None:
            labels = labels[:-1]
        names = ["" if label is None else str(label)[:_LONGEST_TEXT] for label in labels]
        self._columns = [_Column(name) for name in names[: self._work.ceilings.max_columns]]
        seen: set[str] = set()
        for place, name in enumerate(names, 1):
            if not name.strip():
                self._warn("blank-label", "A column has no name in the first row.", number, place, None)
            elif name in seen:
                self._warn("duplicate-label", "Two columns have the same name.", number, place, name)
            seen.add(name)

    def _error(self, number: int, place: int) -> None:
        what = "The cell has an error such as #REF! or #DIV/0! instead of a value."
        self._warn("type-error", what, number, place + 1, self._columns[place].name or None)

    def _warn(self, kind: str, message: str, line: int, place: int, name: str | None) -> None:
        finding = Finding(type=kind, message=message, line_number=line, field_number=place, field_name=name)
        self._work.findings.warning(finding)


class _Column:
    """One column's figures.

    Args:
        before: how many rows there were without it.
    """

    def __init__(self, name: str, *, before: int = 0) -> None:
        self.name = name
        self._nulls = before
        self._kinds: Counter[str] = Counter()
        self._sum = 0.0
        self._least: Any = None
        self._most: Any = None
        self._distinct = _Distinct()

    def add(self, value: Any) -> None:
        if value is None or value == "":
            self._nulls += 1
            return
        kind = _kind(value)
        self._kinds[kind] += 1
        self._distinct.add(value)
        if kind in _NUMBERS:
            self._sum += value
        self._order(_comparable(value, kind))

    def _order(self, value: Any) -> None:
        try:
            if self._least is None or value < self._least:
                self._least = value
            if self._most is None or value > self._most:
                self._most = value
        except TypeError:  # texts among numbers have no order
            self._kinds["any"] += 1

    def profile(self, values: bool) -> Profile:
        kind = self._kind()
        profile: Profile = {"name": self.name, "type": kind, "nulls": self._nulls}
        profile["distinct"] = self._distinct.estimate()
        if values and kind not in ("any", "mixed", "boolean"):
            profile |= {"min": _shown(self._least, kind), "max": _shown(self._most, kind)}
        if kind in _NUMBERS and math.isfinite(self._sum):
            profile["mean"] = self._sum / (self._kinds["integer"] + self._kinds["number"])
        return profile

    def _kind(self) -> str:
        kinds = set(self._kinds)
        if kinds == _NUMBERS:
            return "number"
        if kinds == {"date", "datetime"}:
            return "datetime"
        return next(iter(kinds)) if len(kinds) == 1 else "mixed" if kinds else "any"


class _Distinct:
    """About how many different values there were: of their hashes, those with enough zeros are kept."""

    def __init__(self) -> None:
        self._mask = 0
        self._kept: set[int] = set()

    def add(self, value: Any) -> None:
        hashed = zlib.crc32(repr(value).encode("utf-8", "replace")) * 0x9E3779B1 >> 16
        if hashed & self._mask:
            return
        self._kept.add(hashed)
        while len(self._kept) > _MOST_SAMPLED:
            self._mask = self._mask * 2 + 1
            self._kept = {kept for kept in self._kept if not kept & self._mask}

    def estimate(self) -> int:
        return len(self._kept) * (self._mask + 1)


def _kind(value: Any) -> str:
    kind = _KINDS.get(type(value), "any")
    # A sheet has no dates without a time; they begin at midnight.
    return "date" if kind == "datetime" and value.time() == dt.time() else kind


def _comparable(value: Any, kind: str) -> Any:
    if kind == "date" and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a sheet has no time zones
    return value[:_LONGEST_TEXT] if kind == "string" else value


def _shown(value: Any, kind: str) -> Any:
    if isinstance(value, int | float | str):
        return value
    return str(value)[:10] if kind == "date" else str(value)
