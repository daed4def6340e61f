"""Holds a table against its contract: which rows are bad and why, and the good ones as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processor.formats import table_schema
from processor.formats.engine import literal
from processor.formats.tables import any_of

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.model import Contract
    from processor.formats.table_schema import Breach
    from processor.formats.tables import Table


class TableCheck:
    """One table and one contract.

    Args:
        places: the number, from 1, of the column of each of the contract's fields.
    """

    def __init__(self, table: Table, contract: Contract, places: dict[str, int]) -> None:
        self.contract = contract
        self.breaches: list[Breach] = table_schema.breaches(contract, places)
        self._table = table
        self._places = places
        self._conditions = [self._condition(index, breach) for index, breach in enumerate(self.breaches)]

    def counts(self) -> tuple[int, list[int]]:
        """How many rows are bad, and how many break each rule and then each key."""
        if not self._conditions:
            return 0, []
        each = ", ".join(f"count(*) FILTER ({condition})" for condition in self._conditions)
        (found,) = self._table.rows(
            f"SELECT count(*) FILTER ({any_of(self._conditions)}), {each} FROM {self._table.numbered}"
        )
        return found[0], list(found[1:])

    def bad(self, most: int) -> list[tuple[int, list[int]]]:
        """The numbers of the first bad rows, from 1, each with the places of what it breaks."""
        return self._table.breaking(self._conditions, most)

    def write_good(self, path: Path) -> None:
        """The rows that break nothing, typed as the contract says, as Parquet."""
        columns = table_schema.columns(self.contract, self._places)
        good = f" WHERE NOT {any_of(self._conditions)}" if self._conditions else ""
        self._table.rows(
            f"COPY (SELECT {columns} FROM {self._table.numbered}{good} ORDER BY rn)"
            f" TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )

    def _condition(self, index: int, breach: Breach) -> str:
        if not breach.key:
            return f"coalesce({breach.condition}, false)"
        self._find_repeated(f"repeated_{index}", breach.key)
        return f"rn IN (FROM repeated_{index})"

    def _find_repeated(self, name: str, key: tuple[int, ...]) -> None:
        """Make a table with the numbers of all rows whose key stands in an earlier row.

        Values are compared, not texts: 1, 01 and +1 are one integer.
        """
        fields = {
            self._places[field.name]: field for field in self.contract.fields if field.name in self._places
        }
        cells = ", ".join(
            f"{table_schema.typed(fields[column], f'c{column}')} AS k{column}" for column in key
        )
        names = ", ".join(f"k{column}" for column in key)
        filled = " AND ".join(f"k{column} IS NOT NULL" for column in key)
        keyed = f"(SELECT rn, {cells} FROM {self._table.numbered})"
        self._table.rows(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT rn FROM {keyed} JOIN ("
            f"SELECT {names}, min(rn) AS first_rn FROM {keyed} WHERE {filled}"
            f" GROUP BY {names} HAVING count(*) > 1) USING ({names}) WHERE rn > first_rn"
        )
