"""JSON Lines: one JSON document in each line, read as a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from processor.findings import KEPT, LONGEST_LINE, Finding
from processor.formats.base import About, Rejected, over
from processor.formats.json_columns import Table, depth_of
from processor.formats.json_document import json_text
from processor.formats.json_statistics import statistics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import IO

    import orjson

    from processor.formats.base import Examination, File, Profile
    from processor.formats.encodings import Utf8Text

_PIECE_BYTES = 65_536  # what stays in the processor's cache; more is slower
_HOPELESS = 100_000
_DEEPEST = 1_023  # that orjson goes
_BRACKETS = (b"[", b"{")
_CUT_OFF = "unexpected end of data"


class JsonLines:
    """One JSON document in each line."""

    name = "jsonl"
    label = "a JSON Lines file"
    media_types = frozenset({"application/x-ndjson"})
    suffixes = frozenset({".jsonl", ".ndjson"})
    about = About(
        recognised="JSON in the first line and in the second; promised by `.jsonl` or `.ndjson`.",
        checked=(
            "Each line by itself as RFC 8259 says; each bad line is an error. Blank lines and "
            "values unlike the other 95 % of their column are warnings."
        ),
        described="Rows, depth, and of each column its type, nulls, distinct values, minimum, maximum, mean.",
        bounded="`maxLineBytes` of one line, `maxNesting` levels in it, `maxColumns` columns.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        """Check each line, and describe the lines as a table where they are objects."""
        text = json_text(file, work)
        lines, table = Lines(text, work), Table(work.ceilings.max_columns)
        for batch in lines.batches():
            table.take(batch.rows, batch.numbers)
        table.warn(work.findings)
        columns: dict[str, Profile] = {}
        if table.objects:
            good = text.path
            if lines.bad or lines.untidy:
                good = work.folder / f"{file.path.name}.good"
                _write_good(text, work, good)
            columns = statistics(good, list(table.columns.values()), table.objects, work)
        return {"rows": lines.rows, "badRows": lines.bad, **table.profile(columns)}


FORMAT = JsonLines()


@dataclass(frozen=True, slots=True)
class Batch:
    """Some valid lines.

    Attributes:
        numbers: of the lines, from 1.
        rows: what they hold.
        lines: the bytes, without line ends.
    """

    numbers: Sequence[int]
    rows: list[Any]
    lines: list[bytes]


class Lines:
    """Reads and checks line by line, in memory that the longest line bounds.

    Attributes:
        rows: lines with something in them so far.
        bad: those of them that are no JSON, or go over a ceiling.
        untidy: whether there is a byte order mark, a carriage return, or a blank line.
    """

    def __init__(self, text: Utf8Text, work: Examination, *, report: bool = True) -> None:
        self.rows = 0
        self.bad = 0
        self.untidy = bool(text.bom_bytes)
        self._text = text
        self._ceilings = work.ceilings
        self._findings = work.findings if report else None

    def batches(self) -> Iterator[Batch]:
        """The valid lines; of all others, the findings are told.

        Raises:
            Rejected: this is one document over several lines, or mostly no JSON.
        """
        import orjson

        with self._text.path.open("rb", buffering=0) as stream:
            stream.seek(self._text.bom_bytes)
            for number, lines in _pieces(stream, self._ceilings.max_line_bytes):
                try:
                    rows = [] if self._suspicious(lines) else list(map(orjson.loads, lines))
                except orjson.JSONDecodeError:
                    rows = []
                if rows:
                    self.rows += len(rows)
                    yield Batch(range(number, number + len(rows)), rows, lines)
                else:
                    yield self._one_by_one(number, lines)

    def _suspicious(self, lines: list[bytes]) -> bool:
        """Whether a line may go over a ceiling. Brackets bound the depth, and are counted quickly."""
        joined = b"\n".join(lines)
        self.untidy = self.untidy or b"\r" in joined
        if (
            len(joined) > self._ceilings.max_line_bytes
            and max(map(len, lines)) > self._ceilings.max_line_bytes
        ):
            return True
        most = self._ceilings.max_nesting
        return _brackets(joined) > most and max(map(_brackets, lines)) > most

    def _one_by_one(self, first: int, lines: list[bytes]) -> Batch:
        import orjson

        numbers: list[int] = []
        rows: list[Any] = []
        good: list[bytes] = []
        some = enumerate(lines, first) if b"".join(lines).strip() else ()
        filled = [(number, line) for number, line in some if line.strip()]
        if len(filled) < len(lines):
            self._blank(first, lines, len(lines) - len(filled))
        for number, line in filled:
            self.rows += 1
            try:
                self._check_length(line)
                row = orjson.loads(line)
                self._check_depth(line, row)
            except orjson.JSONDecodeError as error:
                self._wrong(number, line, self._told(error))
            except Rejected as rejected:
                self._wrong(number, line, rejected)
            else:
                numbers.append(number)
                rows.append(row)
                good.append(line)
        return Batch(numbers, rows, good)

    def _check_length(self, line: bytes) -> None:
        if len(line) > self._ceilings.max_line_bytes:
            raise self._over_length()

    def _over_length(self) -> Rejected:
        most = self._ceilings.max_line_bytes
        return over("maxLineBytes", most, f"The line has more than {most:,} bytes")

    def _check_depth(self, line: bytes, row: Any) -> None:
        most = self._ceilings.max_nesting
        if _brackets(line) > most and depth_of([row]) > most:
            raise self._over_depth(most)

    def _over_depth(self, most: int) -> Rejected:
        return over("maxNesting", most, f"Arrays and objects are nested more deeply than {most:,} levels")

    def _told(self, error: orjson.JSONDecodeError) -> Rejected:
        if "UTF-8" in error.msg:
            return Rejected("encoding-error", "The line is not valid UTF-8.")
        if "depth" in error.msg:
            return self._over_depth(min(self._ceilings.max_nesting, _DEEPEST))
        what = "unexpected end of the line" if error.msg == _CUT_OFF else error.msg
        return Rejected("source-error", f"The line is no JSON by itself (column {error.colno:,}: {what}).")

    def _blank(self, first: int, lines: list[bytes], count: int) -> None:
        self.untidy = True
        if self._findings is None:
            return
        room = max(0, KEPT - self._findings.warning_counts["blank-row"])
        blank = (number for number, line in enumerate(lines, first) if not line.strip())
        for number in islice(blank, room):
            message = "The line is blank; it was passed over."
            self._findings.warning(Finding(type="blank-row", message=message, line_number=number))
        self._findings.more_warnings("blank-row", count - room)

    def _wrong(self, number: int, line: bytes, why: Rejected) -> None:
        if self.rows == 1 and line.strip() in _BRACKETS:
            message = "The file seems to be one JSON document over several lines; it should be named .json."
            raise Rejected("format-error", message, line=number)
        self.bad += 1
        if self.bad >= _HOPELESS and self.bad * 2 > self.rows:
            message = (
                f"Most of the first {self.rows:,} lines are no JSON; this is something else, or damaged."
            )
            raise Rejected("format-error", message, line=number)
        if self._findings is None:
            return
        self._findings.bad_rows += 1
        if self._findings.full:
            self._findings.more_row_errors(why.type, 1)
            return
        found = Finding(type=why.type, message=why.message, line_number=number, row_number=self.rows)
        self._findings.error(found, text=line[:LONGEST_LINE].decode("utf-8", "replace"), row=True)


def _pieces(stream: IO[bytes], longest: int) -> Iterator[tuple[int, list[bytes]]]:
    """Lines with the number of the first; one that is longer than that is cut off and comes alone."""
    rest, number = b"", 1
    skipping = False
    while chunk := stream.read(_PIECE_BYTES):
        if skipping:
            _, ended, chunk = chunk.partition(b"\n")
            if not ended:
                continue
            skipping, number = False, number + 1
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if lines:
            yield number, lines
            number += len(lines)
        if len(rest) > longest:
            yield number, [rest]
            rest, skipping = b"", True
    if rest:
        yield number, [rest]


def _brackets(line: bytes) -> int:
    return line.count(b"[") + line.count(b"{")


def _write_good(text: Utf8Text, work: Examination, target: Path) -> None:
    with target.open("wb") as stream:
        for batch in Lines(text, work, report=False).batches():
            # A carriage return is white space here, but to DuckDB it is the end of a line.
            stream.writelines(line.replace(b"\r", b" ") + b"\n" for line in batch.lines)
