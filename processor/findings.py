"""Errors and warnings of one file: counted, the first ones kept, all errors written to a report.

The types are those of the Frictionless standard (framework.frictionlessdata.io/docs/errors), where it has
one. Ours besides them: `ceiling-error` (more work than one file may make), `unsafe-error` (content that
attacks whoever reads it), `contract-error` (a type or size that the contract does not accept).
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from records.model import camel

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 100
"""How many errors, and how many warnings, the record holds; the others are counted."""
LONGEST_MESSAGE = 500
LONGEST_VALUE = 1_000
LONGEST_LINE = 10_000
HEADER = ("lineNumber", "rowNumber", "fieldNumber", "fieldName", "error", "message", "value", "line")
# What a spreadsheet program takes for a formula: owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or odd, as the API shows it.

    Attributes:
        line_number: as a text editor counts, from 1.
        row_number: of a table's data, from 1: the header has none.
        field_number: of a table's column, from 1.
    """

    type: str
    message: str
    line_number: int | None = None
    row_number: int | None = None
    field_number: int | None = None
    field_name: str | None = None

    def attributes(self) -> dict[str, Any]:
        """Under camelCase names, without what is not known."""
        named = {camel(item.name): getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in named.items() if value is not None}


class Findings:
    """Collects what is found in one file, whatever its number, in bounded memory.

    Args:
        report: where `rejects.csv` is written when the first row of it comes.
        most: how many rows it may have.

    Attributes:
        row_error_counts: how many of the errors concern one row alone, so that the others could be used.
        bad_rows: how many rows have such errors; a format that knows rows counts them.
    """

    def __init__(self, report: Path, *, most: int) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.error_counts: Counter[str] = Counter()
        self.warning_counts: Counter[str] = Counter()
        self.reported = 0
        self.row_error_counts: Counter[str] = Counter()
        self.bad_rows = 0
        self._whole = 0
        self._report = report
        self._most = most
        self._file: Any = None
        self._places: list[tuple[int, int]] = []

    @property
    def report(self) -> Path | None:
        """The finished `rejects.csv`; None where no row of it came."""
        self.close()
        return self._report if self.reported else None

    def close(self) -> None:
        """Finish the report: its rows in the order of the file's lines, whoever found them."""
        if not self._file or self._file.closed:
            return
        ends = [*(place for _, place in self._places[1:]), self._file.tell()]
        begins = [place for _, place in self._places]
        spans = sorted(zip((line for line, _ in self._places), begins, ends, strict=True))
        self._file.close()
        if spans != sorted(spans, key=lambda span: span[1]):
            _reorder(self._report, [(begin, end) for _, begin, end in spans])

    @property
    def room(self) -> int:
        """How many rows the report still takes."""
        return self._most - self.reported

    @property
    def all_kept(self) -> bool:
        """Whether neither the record nor the report takes any more: then counting is enough."""
        return self.full and len(self.errors) == KEPT

    @property
    def full(self) -> bool:
        """Whether the report has all rows that it may have: looking for more is of no use."""
        return self.room <= 0

    @property
    def row_errors(self) -> int:
        """How many errors concern one row alone."""
        return self.row_error_counts.total()

    @property
    def fatal(self) -> bool:
        """Whether something is wrong with more than single rows."""
        return self.error_counts.total() > self.row_errors

    def error(
        self, finding: Finding, *, value: str | None = None, text: str | None = None, row: bool = False
    ) -> None:
        """Something is wrong.

        Args:
            value: the cell; it goes into the report alone, never onto the record.
            text: the whole line, or all lines of a row that has several.
            row: whether it concerns one row alone.
        """
        self.error_counts[finding.type] += 1
        if row:
            self.row_error_counts[finding.type] += 1
            self.errors.append(_cut(finding))
        else:  # what spoils the whole file comes first, however many rows were bad before
            self.errors.insert(self._whole, _cut(finding))
            self._whole += 1
        del self.errors[KEPT:]
        if value is not None or text is not None or finding.line_number or finding.row_number:
            self._row(finding, value or "", text or "")

    def warning(self, finding: Finding) -> None:
        """Something is odd; the file is processed all the same."""
        self.warning_counts[finding.type] += 1
        if len(self.warnings) < KEPT:
            self.warnings.append(_cut(finding))

    def take_warnings(self, other: Findings) -> None:
        """All that another collection warns of."""
        self.warning_counts += other.warning_counts
        self.warnings = [*self.warnings, *other.warnings][:KEPT]

    def more_row_errors(self, type_: str, number: int) -> None:
        """So many more errors of a type in single rows, of which nothing else is known."""
        if number > 0:
            self.error_counts[type_] += number
            self.row_error_counts[type_] += number

    def more_warnings(self, type_: str, number: int) -> None:
        """So many more warnings of a type, of which nothing else is known."""
        if number > 0:
            self.warning_counts[type_] += number

    def _row(self, finding: Finding, value: str, text: str) -> None:
        if self.full:
            return
        if self._file is None:
            # With a BOM: without it Excel takes UTF-8 for the code page of its own country.
            self._file = self._report.open("w", encoding="utf-8-sig", newline="")
            self._rows = csv.writer(self._file)
            self._rows.writerow(HEADER)
        self._places.append((finding.line_number or 0, self._file.tell()))
        self._rows.writerow(
            (
                finding.line_number,
                finding.row_number,
                finding.field_number,
                defused((finding.field_name or "")[:LONGEST_MESSAGE]),
                finding.type,
                finding.message[:LONGEST_MESSAGE],
                defused(value[:LONGEST_VALUE]),
                defused(text[:LONGEST_LINE]),
            )
        )
        self.reported += 1


def defused(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet program would run as a formula."""
    # NUL bytes and lone surrogates are what made the row bad; no spreadsheet program opens them.
    shown = text.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
    return f"'{shown}" if shown.lstrip(" ").startswith(_FORMULA) else shown


def _reorder(path: Path, spans: list[tuple[int, int]]) -> None:
    """Write these parts of a file, after what stands before all of them, in this order."""
    first = min(begin for begin, _ in spans)
    unordered = path.rename(path.with_suffix(".unordered"))
    with unordered.open("rb") as source, path.open("wb") as target:
        target.write(source.read(first))
        for begin, end in spans:
            source.seek(begin)
            target.write(source.read(end - begin))
    unordered.unlink()


def _cut(finding: Finding) -> Finding:
    if len(finding.message) <= LONGEST_MESSAGE and len(finding.field_name or "") <= LONGEST_MESSAGE:
        return finding
    known = {item.name: getattr(finding, item.name) for item in fields(finding)}
    known["message"] = finding.message[:LONGEST_MESSAGE]
    known["field_name"] = finding.field_name[:LONGEST_MESSAGE] if finding.field_name else None
    return Finding(**known)
