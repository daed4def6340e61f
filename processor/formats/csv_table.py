"""CSV, TSV and their relatives, as strictly as RFC 4180 with another delimiter.

Where nothing is wrong or odd, `plain_tables` says all there is to say. Else, and under a contract, DuckDB
reads a regular file alone; any other is gone through record by record: what is wrong is named with its line,
and the rest is described as if nothing else were there, from a copy if DuckDB has to read it.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import cached_property, partial
from typing import TYPE_CHECKING

from processor.findings import KEPT, Finding
from processor.formats import csv_source, plain_tables
from processor.formats.base import About, Rejected
from processor.formats.cell_types import guessed
from processor.formats.csv_layout import check_labels, layout_of
from processor.formats.csv_regular import Regular, regular
from processor.formats.csv_scan import Scan, SoundRows, shown
from processor.formats.engine import connect
from processor.formats.table_check import TableCheck
from processor.formats.tables import Described, Table
from processor.native import Odd

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    import duckdb

    from contracts.model import Contract
    from processor.formats.base import Examination, File, Profile
    from processor.formats.csv_layout import Layout

ENOUGH_ENCODINGS = 3
HOPELESS_ROWS = 100_000
"""After so many bad rows that are the most by then, nobody needs to know of the others."""
LARGE_BYTES = 262_144
ENOUGH_ROWS = 10
"""From so many rows on, a table most of whose rows are not as wide as its header is no table."""
ACCEPTED = "accepted.parquet"
"""The good rows of a file that its contract lets be split; in the examination's folder."""


class Csv:
    """Delimited tables."""

    name = "csv"
    label = "a CSV table"
    media_types = frozenset({"text/csv", "text/tab-separated-values"})
    suffixes = frozenset({".csv", ".tsv", ".tab", ".psv"})
    about = About(
        recognised='Lines of equal width, delimited by comma, tab, semicolon or pipe; cells in quotes `"` or '
        "`'`; UTF-8 with or without BOM, UTF-16 and UTF-32 with BOM, others by contract.",
        checked="Every row has as many cells as the header, quotes stand as in RFC 4180, no NUL bytes, the "
        "encoding is valid, no line is oversized. Blank lines, blank or repeated labels, and values unlike "
        "the rest of their column are warnings. A contract adds types, constraints and keys.",
        described="Encoding, delimiter, rows; of each column its name, type, nulls, minimum, maximum, "
        "approximate number of distinct values, and mean.",
        bounded="`maxLineBytes`, `maxColumns`, `maxRejects`; `maxUnpackedBytes` for a copy in UTF-8.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        """Check and describe a table.

        Raises:
            Rejected: it has no header, or cannot be read as a table.
        """
        layout = layout_of(file, work)
        odd = Odd.NOTHING
        if not (work.contract and work.contract.fields):
            described = plain_tables.described(layout, work)
            if isinstance(described, Described):
                check_labels(layout, None, work.findings)
                return _profile(layout, described, bad_rows=0)
            odd = described
        with ExitStack() as opened:
            return _CsvExamination(
                layout, work, lambda: opened.enter_context(closing(connect(work.folder, file.path))), odd
            ).profile()


FORMAT = Csv()


def _profile(layout: Layout, described: Described, *, bad_rows: int, left_out: int = 0) -> Profile:
    """
    Args:
        left_out: how many of the bad rows are not among those that are described.
    """
    columns = [{"name": name} | column for name, column in zip(layout.shown, described.columns, strict=True)]
    counts = {"rows": described.rows + left_out, "badRows": bad_rows, "columnCount": len(columns)}
    return layout.described() | counts | {"columns": columns}


class _CsvExamination:
    """One table on its way through.

    Args:
        connect: called once, if DuckDB is needed.
        odd: what of it is known not to be plain.
    """

    def __init__(
        self, layout: Layout, work: Examination, connect: Callable[[], duckdb.DuckDBPyConnection], odd: Odd
    ) -> None:
        self._odd = odd
        self._layout = layout
        self._work = work
        self._findings = work.findings
        self._contract = work.contract if work.contract and work.contract.fields else None
        self._connect = connect
        self._scan = Scan(layout.records, layout.shown, header=layout.header)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._connect()

    def profile(self) -> Profile:
        places = check_labels(self._layout, self._contract, self._findings)
        table, described = self._read()
        bad = self._findings.bad_rows
        if table and self._contract and not self._findings.fatal:
            self._hold_all(self._contract, table, places, described.rows + bad)
        elif table and not self._contract:
            self._warn_of_odd_cells(table, described)
        self._doubt(described.rows + bad)
        return _profile(self._layout, described, bad_rows=self._findings.bad_rows, left_out=bad)

    def _doubt(self, rows: int) -> None:
        """See whether what is wrong with the rows is wrong with the whole file.

        Raises:
            Rejected: it is.
        """
        wrong = self._findings.row_error_counts
        if wrong["encoding-error"] >= ENOUGH_ENCODINGS and wrong["encoding-error"] * 2 > wrong.total():
            raise Rejected(
                "encoding-error",
                f"{wrong['encoding-error']:,} rows are not valid UTF-8: the file seems to have another "
                "encoding, such as Windows-1252. Save it as UTF-8, or declare its encoding in a contract.",
            )
        other_widths = wrong["extra-cell"] + wrong["missing-cell"]
        if not self._contract and rows >= ENOUGH_ROWS and other_widths * 2 > rows:
            raise Rejected(
                "format-error",
                "Most lines are not as wide as the first one: either it is no table, or something stands "
                "before its header.",
            )

    def _read(self) -> tuple[Table | None, Described]:
        """What DuckDB says of the file itself if that is regular, of a sound copy otherwise.

        No table if nothing in the sound rows is odd.
        """
        layout, as_it_is = self._layout, self._odd is not Odd.ROWS
        if as_it_is and layout.lines == layout.header and (layout.lines or not layout.text.bom):
            large = layout.text.path.stat().st_size > LARGE_BYTES
            if read := self._read_large() if large else self._read_small():
                return read
        rows = SoundRows(self._scan, self._work, hopeless=self._hopeless())
        if self._odd is Odd.ROWS:
            described = plain_tables.described(layout, self._work, rows)
            if isinstance(described, Described):
                return None, described
        return self._read_copy(rows)

    def _read_copy(self, rows: SoundRows) -> tuple[Table, Described]:
        import duckdb

        copy = self._work.folder / "sound.csv"
        rows.copy(copy)
        try:
            return self._described(copy, 1, broken=self._scan.broken)
        except (duckdb.InvalidInputException, duckdb.NotImplementedException) as error:
            message = f"The table cannot be read: {str(error).splitlines()[0]}"
            raise Rejected("source-error", message) from error

    def _hopeless(self) -> int | None:
        """After how many bad rows that are the most by then nothing can come of the table."""
        contract = self._contract
        if contract and contract.tolerates(HOPELESS_ROWS, 2 * HOPELESS_ROWS):
            return None
        return HOPELESS_ROWS

    def _read_small(self) -> tuple[Table, Described] | None:
        found = self._regular()
        return None if found is Regular.NO else self._tried(broken=found is Regular.WITH_BREAKS)

    def _read_large(self) -> tuple[Table, Described] | None:
        """While the file is looked at, DuckDB reads it already: it is regular nearly always."""
        with ThreadPoolExecutor(1) as pool:
            regular = pool.submit(self._regular)
            regular.add_done_callback(partial(self._stop_unless_regular, self._connection))
            read = self._tried()
            found = regular.result()
        if found is Regular.WITH_BREAKS:
            return self._tried(broken=True)
        return read if found is Regular.YES else None

    def _tried(self, *, broken: bool = False) -> tuple[Table, Described] | None:
        import duckdb

        try:
            return self._described(self._layout.text.path, self._layout.lines, broken=broken)
        except duckdb.Error:  # whatever it did not like: the scan names what is wrong, or reads on
            return None

    def _stop_unless_regular(self, connection: duckdb.DuckDBPyConnection, regular: Future[Regular]) -> None:
        if not regular.exception() and regular.result() is not Regular.YES:
            connection.interrupt()

    def _regular(self) -> Regular:
        most, text = self._work.ceilings.max_line_bytes, self._layout.text
        return regular(text.path, self._layout.dialect, skip=text.bom_bytes, most_bytes=most)

    def _described(self, path: Path, skip: int, *, broken: bool) -> tuple[Table, Described]:
        dialect, width = self._layout.dialect, self._layout.width
        missing = self._contract.missing_values if self._contract else ("",)
        most = self._work.ceilings.max_line_bytes
        source = csv_source.source(
            path, dialect, width, skip=skip, most_bytes=most, broken=broken, missing=missing
        )
        rows = csv_source.sample(path, dialect, width, skip=skip)
        table = Table(self._connection, source, guessed(rows, width, missing))
        return table, table.described(values=self._work.values, odd=self._contract is None)

    def _warn_of_odd_cells(self, table: Table, described: Described) -> None:
        odd = described.odd
        named = table.breaking([cells.condition for cells in odd], KEPT) if odd else []
        places, told = self._scan.places([number for number, _ in named]), Counter[int]()
        for number, found in named:
            place = places[number]
            for index in found:
                told[index] += 1
                self._findings.warning(
                    Finding(
                        type="type-error",
                        message=f"The value is no {odd[index].type.name}, as others of its column are.",
                        line_number=place.line,
                        row_number=place.row,
                        field_number=odd[index].column,
                        field_name=self._layout.name(odd[index].column),
                    )
                )
        for index, cells in enumerate(odd):
            self._findings.more_warnings("type-error", cells.count - told[index])

    def _hold_all(self, contract: Contract, table: Table, places: dict[str, int], rows: int) -> None:
        import duckdb

        try:
            self._hold(TableCheck(table, contract, places), rows)
        except duckdb.OutOfMemoryException as error:
            message = "The table is too large to be held against its contract in the memory there is."
            raise Rejected("ceiling-error", message) from error

    def _hold(self, check: TableCheck, rows: int) -> None:
        """Name the rows that break the contract, and write the others if they can be used."""
        bad, counts = check.counts()
        named = check.bad(self._findings.room) if bad else []
        places = self._scan.places([number for number, _ in named])
        told: Counter[int] = Counter()
        for number, broken in named:
            place = places[number]
            cells = self._layout.dialect.split(place.text)
            for index in broken:
                told[index] += 1
                breach = check.breaches[index]
                column = breach.field_number
                finding = Finding(
                    type=breach.type,
                    message=breach.message,
                    line_number=place.line,
                    row_number=place.row,
                    field_number=column,
                    field_name=breach.field_name,
                )
                value = cells[column - 1] if column else ""
                self._findings.error(finding, value=value, text=shown(place.text), row=True)
        for index, breach in enumerate(check.breaches):
            self._findings.more_row_errors(breach.type, counts[index] - told[index])
        self._findings.bad_rows += bad
        contract = check.contract
        if (
            self._findings.bad_rows
            and contract.on_bad_rows == "split"
            and contract.tolerates(self._findings.bad_rows, rows)
        ):
            check.write_good(self._work.folder / ACCEPTED)
