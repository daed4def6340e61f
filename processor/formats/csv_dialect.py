"""How a delimited table is written: its delimiter and its quote, found from its first lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import PurePath

DELIMITERS = (b",", b"\t", b";", b"|")
_PROMISED = {".tsv": b"\t", ".tab": b"\t", ".psv": b"|"}
NO_QUOTE = b"\0"
"""Stands for the quote of tables that have none: no text holds it."""
_SAMPLED_LINES = 200
_FEW = 3
_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Dialect:
    """RFC 4180 with another delimiter and, perhaps, another quote, which is doubled inside a quoted cell."""

    delimiter: bytes
    quote: bytes = b'"'

    @cached_property
    def record(self) -> re.Pattern[bytes]:
        """Matches one whole record with its line break. Possessive, so that no text makes it go back."""
        return re.compile(rb"(?:%(cell)s%(d)s)*+%(cell)s(?:\r?\n|\r?\Z)" % self._parts)

    @cached_property
    def sound(self) -> re.Pattern[bytes]:
        """Matches text as far as each quote in it stands where it should."""
        return re.compile(
            rb"(?:[^%(q)s]++|(?<![^%(d)s\n])%(q)s(?:[^%(q)s]++|%(q)s%(q)s)*+%(q)s(?=[%(d)s\r\n]))*+"
            % self._parts
        )

    @cached_property
    def unfinished(self) -> re.Pattern[bytes]:
        """Matches a quoted cell that the end of the text cuts off."""
        return re.compile(rb"%(q)s(?:[^%(q)s]++|%(q)s%(q)s)*+%(q)s?" % self._parts)

    @cached_property
    def opened(self) -> re.Pattern[bytes]:
        """Matches the beginning of a record whose last cell is quoted and not closed yet."""
        return re.compile(rb"(?:%(cell)s%(d)s)*+%(q)s(?:[^%(q)s]++|%(q)s%(q)s)*+\Z" % self._parts)

    @cached_property
    def still_open(self) -> re.Pattern[bytes]:
        """Matches a line within a quoted cell after which a cell is open still, or again."""
        again = rb"%(inside)s%(q)s%(d)s(?:%(cell)s%(d)s)*+%(q)s%(inside)s\Z|%(inside)s\Z"
        return re.compile(again % self._parts)

    @cached_property
    def closing(self) -> re.Pattern[bytes]:
        """Matches a line within a quoted cell that ends it, and its record."""
        return re.compile(rb"%(inside)s%(q)s(?:%(d)s%(cell)s)*+\Z" % self._parts)

    @cached_property
    def broken(self) -> re.Pattern[bytes]:
        """Finds a line break within quotes; it may find one too many, never one too few."""
        # It begins with the quote, which is searched for at memory speed; what stands before comes second.
        opening = rb"%(q)s(?<![^%(d)s\n]%(q)s)[^%(q)s\n]*+(?:%(q)s%(q)s[^%(q)s\n]*+)*+\n"
        return re.compile(opening % self._parts)

    @cached_property
    def cells(self) -> re.Pattern[bytes]:
        """Matches each cell of a sound record with what ends it."""
        return re.compile(rb"%(cell)s(%(d)s|\r?\n|\r?\Z)" % self._parts)

    @cached_property
    def _quoted(self) -> re.Pattern[bytes]:
        return re.compile(rb"%(q)s(?:[^%(q)s]++|%(q)s%(q)s)*+%(q)s" % self._parts)

    @property
    def _parts(self) -> dict[bytes, bytes]:
        d, q = re.escape(self.delimiter), self.quote
        plain = rb"[^%s%s\r\n]*+" % (d, q)
        inside = rb"(?:[^%s]++|%s%s)*+" % (q, q, q)
        return {
            b"d": d,
            b"q": q,
            b"inside": inside,
            b"cell": rb"(?:%s(?:[^%s]++|%s%s)*+%s|%s)" % (q, q, q, q, q, plain),
        }

    def width(self, record: bytes) -> int:
        """How many cells a sound record has."""
        if self.quote not in record:
            return record.count(self.delimiter) + 1
        return self._quoted.sub(b"", record).count(self.delimiter) + 1

    def split(self, record: bytes) -> list[str]:
        """The cells of a sound record."""
        if self.quote not in record:
            plain = record.removesuffix(b"\n").removesuffix(b"\r")
            return plain.decode("utf-8", "replace").split(self.delimiter.decode())
        found: list[str] = []
        for cell in self.cells.finditer(record):
            found.append(self._cell(cell.group()[: len(cell.group()) - len(cell.group(1))]))
            if cell.group(1) != self.delimiter:
                break
        return found

    def _cell(self, cell: bytes) -> str:
        if cell.startswith(self.quote) and cell.endswith(self.quote) and len(cell) > 1:
            cell = cell[1:-1].replace(self.quote * 2, self.quote)
        return cell.decode("utf-8", "replace")


def detect_dialect(head: bytes, name: str, *, delimiter: str | None = None) -> Dialect:
    """The dialect of a table that begins with `head`, which ends with a whole line.

    Args:
        name: the file's; `.tsv` and `.psv` promise a delimiter, which is taken if it stands in the header.
        delimiter: what a contract says, which is taken as it is.
    """
    quote = _quote(head)
    if delimiter:
        return Dialect(delimiter.encode(), quote)
    promised = _PROMISED.get(PurePath(name.lower()).suffix)
    if promised and promised in head.partition(b"\n")[0]:
        return _quoted_or_not(head, Dialect(promised, quote))
    scores = {candidate: _score(head, Dialect(candidate, quote)) for candidate in DELIMITERS}
    # Decimal commas stand in every row, too: of what fits nearly all rows it is the one with most columns.
    fitting = [candidate for candidate in DELIMITERS if scores[candidate][0] >= _NEARLY_ALL]
    if fitting:
        return Dialect(max(fitting, key=lambda candidate: scores[candidate][1]), quote)
    best = max(DELIMITERS, key=lambda candidate: scores[candidate])
    return _quoted_or_not(head, Dialect(best if scores[best] > (0.0, 0) else b",", quote))


def _quoted_or_not(head: bytes, dialect: Dialect) -> Dialect:
    """Tables of tabs may have no quoting: iana.org/assignments/media-types/text/tab-separated-values."""
    plain = Dialect(dialect.delimiter, NO_QUOTE)
    tabs = dialect.delimiter == b"\t" and b'"' in head
    return plain if tabs and _score(head, plain) > _score(head, dialect) else dialect


def _score(head: bytes, dialect: Dialect) -> tuple[float, int]:
    """Which share of the records is as wide as the header, and how wide that is."""
    widths = _plain_widths(head, dialect)
    place = len(head) if widths else 0
    # Of most candidates the header has none, and nothing more is looked at.
    while len(widths) < _SAMPLED_LINES and place < len(head) and (not widths or widths[0] > 1):
        line = head[place : head.find(b"\n", place) + 1 or len(head)]
        if dialect.quote not in line and b"\r" not in line.removesuffix(b"\r\n") and line.strip():
            # A line without quotes is a record, as most are: the pattern takes five times as long.
            widths.append(line.count(dialect.delimiter) + 1)
            place += len(line)
            continue
        record = dialect.record.match(head, place)
        end = record.end() if record else head.find(b"\n", place) + 1 or len(head)
        if head[place:end].strip():
            widths.append(dialect.width(record.group()) if record else 0)
        place = max(end, place + 1)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def _plain_widths(head: bytes, dialect: Dialect) -> list[int]:
    """How wide the first records are, where a line is a record: nothing is quoted."""
    if dialect.quote in head or b"\r" in head.replace(b"\r\n", b"\n"):
        return []
    lines = (line for line in head.split(b"\n") if line.strip())
    return [line.count(dialect.delimiter) + 1 for line in islice(lines, _SAMPLED_LINES)]


def _quote(head: bytes) -> bytes:
    """A single quote only where cells are plainly wrapped in it and no double quote is seen."""
    if b'"' in head:
        return b'"'
    wrapped = len(re.findall(rb"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|\Z)", head, re.MULTILINE))
    return b"'" if wrapped >= _FEW and wrapped * 4 >= head.count(b"'") else b'"'
