"""Columns of a Parquet table: what is asked of each, how many at once, and how it is described."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from processor.formats.engine import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from processor.formats.base import Profile

LONGEST_COMPARED = 16_384
"""Columns with longer values, in bytes, are not compared: DuckDB copies a value for each row that has it."""
_BATCH_BYTES = 8_388_608
_BATCH_COLUMNS = 100
_LONGEST_VALUE = 100
_LONGEST_TYPE = 200
_TYPES = {
    "BOOLEAN": "boolean",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(("VARCHAR", "JSON", "UUID"), "string"),
    "DATE": "date",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"), "datetime"),
    "TIMESTAMP WITH TIME ZONE": "datetime",
    **dict.fromkeys(("TIME", "TIME_NS", "TIME WITH TIME ZONE"), "time"),
    "BLOB": "binary",
}
_NUMBERS = frozenset({"integer", "number"})
_ORDERED = frozenset({"integer", "number", "string", "date", "datetime", "time"})
_NESTED = frozenset({"array", "object"})


@dataclass(frozen=True, slots=True)
class Column:
    """A top-level column.

    Attributes:
        name: as the file has it.
        reader: as DuckDB calls it, which makes names differ.
        stored: DuckDB's type.
        chunk_bytes: of its largest piece in a row group, unpacked.
        compared: whether its values are compared with one another.
    """

    name: str
    reader: str
    stored: str
    chunk_bytes: int
    compared: bool = True

    @property
    def type(self) -> str:
        if self.stored.endswith("]"):
            return "array"
        if self.stored.startswith(("STRUCT", "MAP")):
            return "object"
        return _TYPES.get(self.stored.partition("(")[0], "any")

    @property
    def longest(self) -> str | None:
        """The size of the longest value in bytes, as SQL, which needs every value, but copies none."""
        sizes = {"VARCHAR": "strlen", "JSON": "strlen", "BLOB": "octet_length"}
        return f"max({sizes[self.stored]}({identifier(self.reader)}))" if self.stored in sizes else None

    def facts(self, values: bool) -> dict[str, str]:
        """What is asked of it, as SQL. Counting what is distinct needs every value."""
        name = identifier(self.reader)
        if not self.compared:
            return {"count": f"count({name})"}
        facts = {"count": f"count({name})", "distinct": f"approx_count_distinct({name})"}
        # An aggregate's FILTER (...) would take time and memory that grow with the square of the columns.
        floating = self.stored in ("FLOAT", "DOUBLE")
        value = f"CASE WHEN isfinite({name}) THEN {name} END" if floating else name
        if values and self.type in _ORDERED:
            facts |= {side: self._shown(f"{side}({value})") for side in ("min", "max")}
        if self.type in _NUMBERS:
            facts["mean"] = f"avg({value})"
        return facts

    def _shown(self, value: str) -> str:
        return value if self.type in _NUMBERS else f"left(CAST({value} AS VARCHAR), {_LONGEST_VALUE})"

    def described(self, rows: int, found: dict[str, Any]) -> Profile:
        described: Profile = {"name": self.name, "type": self.type, "storedType": self.stored[:_LONGEST_TYPE]}
        if self.type in _NESTED or "count" not in found:
            return described
        count = found.pop("count")
        if "distinct" in found:  # about how many: not more than there are values
            found["distinct"] = min(found["distinct"], count)
        known = {key: _plain(value) for key, value in found.items()}
        shown = {key: value for key, value in known.items() if value is not None}
        return described | {"nulls": rows - count} | shown


def batches(columns: list[Column]) -> Iterator[list[Column]]:
    """Columns that are read together: as many as fit into memory, as each query reads the footer again."""
    batch: list[Column] = []
    size = 0
    for column in columns:
        if batch and (size + column.chunk_bytes > _BATCH_BYTES or len(batch) == _BATCH_COLUMNS):
            yield batch
            batch, size = [], 0
        batch.append(column)
        size += column.chunk_bytes
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    """A value as JSON has it; None where it has none."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
