"""Goes through a delimited table record by record: names what is wrong, and passes on what is sound."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from io import RawIOBase
from itertools import islice
from typing import TYPE_CHECKING

from processor.findings import KEPT, Finding
from processor.formats.base import Rejected
from processor.formats.csv_records import Run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from processor.findings import Findings
    from processor.formats.base import Examination
    from processor.formats.csv_records import Entry, Records


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the file as it came.

    Attributes:
        line: of a text editor, from 1.
        row: of the data, from 1; blank lines are no rows, bad ones are.
        text: the record without its last line break.
    """

    line: int
    row: int
    text: bytes


class Scan:
    """One table's records.

    Args:
        labels: the header's; messages name missing cells by them.
        header: the header's line; 0 where there is none.

    Attributes:
        broken: whether line breaks stand within quotes in a sound row, once all were gone through.
    """

    def __init__(self, records: Records, labels: Sequence[str], *, header: int) -> None:
        self._records = records
        self._labels = labels
        self._header = header
        self.broken = False

    def sound(self, work: Examination | None, *, hopeless: int | None = None) -> Iterator[bytes]:
        """The sound rows, some at a time, each with its line break.

        Args:
            work: where all others are named; None if they were.

        Raises:
            Rejected: there are so many bad rows, and most are bad; or it takes too long.
        """
        bad = 0
        for item, row in self._data():
            if isinstance(item, Run):
                yield item.text
            elif not item.blank and not self._is_bad(item):
                self.broken = self.broken or b"\n" in item.text
                yield item.text + b"\n"
            elif work:
                work.check_time()
                bad += not item.blank
                self._name(item, row, work.findings)
                if hopeless and bad >= hopeless and bad * 2 > row:
                    message = f"Most of the first {row:,} rows are bad: it seems to be no table."
                    raise Rejected("format-error", message)
        if work:
            work.findings.bad_rows += bad

    def places(self, numbers: Collection[int]) -> dict[int, Place]:
        """Where the sound rows with these numbers, from 1, stand."""
        if not numbers:
            return {}
        found: dict[int, Place] = {}
        wanted = sorted(numbers)
        sound, index = 0, 0
        for item, row in self._data():
            if index == len(wanted):
                break
            if isinstance(item, Run):
                end = bisect_right(wanted, sound + item.count, index)
                lines = item.lines if end > index else []
                for number in wanted[index:end]:
                    ahead = number - sound - 1
                    found[number] = Place(item.line + ahead, row + ahead, lines[ahead])
                index, sound = end, sound + item.count
            elif not item.blank and not self._is_bad(item):
                sound += 1
                if wanted[index] == sound:
                    found[sound] = Place(item.line, row, item.text)
                    index += 1
        return found

    def _data(self) -> Iterator[tuple[Run | Entry, int]]:
        """Everything below the header, with the number of the row that it begins with."""
        row = 1
        for item in self._records.read(width=len(self._labels)):
            if isinstance(item, Run):
                run = item
                if run.line <= self._header < run.line + run.count:
                    run = Run.of(self._header + 1, run.lines[self._header - run.line + 1 :])
                if run.count:
                    yield run, row
                    row += run.count
            elif item.line != self._header:
                yield item, row
                row += not item.blank

    def _is_bad(self, entry: Entry) -> bool:
        return entry.wrong is not None or entry.width != len(self._labels)

    def _name(self, entry: Entry, row: int, findings: Findings) -> None:
        if entry.blank:
            _warn_of_blanks(entry, findings)
            return
        width, expected = entry.width, len(self._labels)
        missing = width < expected
        type_, message = entry.wrong or ("missing-cell" if missing else "extra-cell", "")
        if findings.all_kept:
            findings.more_row_errors(type_, 1)
            return
        finding = Finding(type=type_, message=message, line_number=entry.line, row_number=row)
        cells, columns = _counted(width, "cell"), _counted(expected, "column")
        if not entry.wrong:
            finding = replace(
                finding,
                message=f"The row has {cells}, but the table has {columns}.",
                field_number=min(width, expected) + 1,
                field_name=self._labels[width] if missing else None,
            )
        findings.error(finding, text=shown(entry.text), row=True)


class SoundRows(RawIOBase):
    """A table's sound rows as a file, which is read once; all others are named meanwhile.

    Args:
        hopeless: after so many bad rows that are the most by then, nothing comes of the table.
    """

    def __init__(self, scan: Scan, work: Examination, *, hopeless: int | None) -> None:
        self._scan = scan
        self._texts = scan.sound(work, hopeless=hopeless)
        self._taken = 0
        self._text = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """
        Raises:
            Rejected: see `Scan.sound`.
        """
        if not self._text and (text := next(self._texts, None)):
            self._text = memoryview(text)
            self._taken += 1
        into = memoryview(buffer)
        size = min(len(into), len(self._text))
        into[:size] = self._text[:size]
        self._text = self._text[size:]
        return size

    def copy(self, path: Path) -> None:
        """Write all of them, whatever was read before, below a line that is none of them.

        Raises:
            Rejected: see `Scan.sound`.
        """
        with path.open("wb") as file:
            file.write(b"\n")
            file.writelines(islice(self._scan.sound(None), self._taken))
            file.writelines(self._texts)


def _warn_of_blanks(blank: Entry, findings: Findings) -> None:
    told = min(blank.lines, KEPT)
    for line in range(blank.line, blank.line + told):
        findings.warning(Finding(type="blank-row", message="The line is blank.", line_number=line))
    findings.more_warnings("blank-row", blank.lines - told)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shown(text: bytes) -> str:
    """A row for the report, whatever bytes it has."""
    return text.decode("utf-8", "replace")
