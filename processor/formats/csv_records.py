"""The records of a delimited table, one after the other, whatever is wrong with some of them.

Line numbers are those of a text editor: the first is 1, and a line break inside quotes counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from processor.formats.csv_blocks import RowsCheck

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from processor.formats.csv_dialect import Dialect

CHUNK_BYTES = 65_536
HEADER_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Run:
    """Sound lines, each a row of the expected width.

    Attributes:
        line: the number of the first.
        text: all of them, each with its line break.
        count: how many.
    """

    line: int
    text: bytes
    count: int

    @classmethod
    def of(cls, line: int, lines: Sequence[bytes]) -> Run:
        return cls(line, b"\n".join([*lines, b""]), len(lines))

    @property
    def lines(self) -> list[bytes]:
        return _lines_of(self.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that needs a look, or one line that is none.

    Attributes:
        line: where it begins.
        text: its bytes, without the last line break; of an oversized line, nothing.
        width: how many cells it has; 0 where `wrong` says why it cannot be told.
        wrong: an error type with a message, or None.
        lines: how many blank lines it stands for.
    """

    line: int
    text: bytes
    width: int = 0
    wrong: tuple[str, str] | None = None
    lines: int = 1

    @property
    def blank(self) -> bool:
        return not self.wrong and not self.text


class Records:
    """Reads a file of UTF-8 text as records.

    Args:
        skip: bytes at the beginning that belong to no record (a BOM).
        most_bytes: of one line, and of one record.
    """

    def __init__(self, path: Path, dialect: Dialect, *, skip: int = 0, most_bytes: int) -> None:
        self._path = path
        self._dialect = dialect
        self._skip = skip
        self._most = most_bytes

    def header(self) -> Entry | None:
        """The first record that is not blank, or the line that should have been it."""
        items = self.read(width=-1, chunk_bytes=HEADER_BYTES)
        entries = (entry for entry in items if isinstance(entry, Entry) and not entry.blank)
        return next(entries, None)

    def read(self, *, width: int, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Run | Entry]:
        """Everything in its order: runs of lines that are `width` cells wide, and what needs a look."""
        line, lines, size, enough = 1, list[bytes](), 0, 0
        check = RowsCheck(self._dialect, width, most_bytes=self._most) if width > 0 else None
        for text in self._chunks(chunk_bytes):
            if text is not None and not lines and check and (plain := check.lines(text)):
                yield Run(line, text, plain)
                line += plain
                continue
            for more in [None] if text is None else self._bounded(_lines_of(text)):
                if more is None:
                    yield from self._block(lines, line, width, last=True)
                    yield self._oversized(line + len(lines))
                    line, lines, size, enough = line + len(lines) + 1, [], 0, 0
                    continue
                lines += more
                size += _size(more)
                if size < enough:  # a record that is still open is not gone through for each chunk
                    continue
                used = yield from self._block(lines, line, width, last=False)
                line, lines = line + used, lines[used:]
                size = _size(lines)
                enough = 2 * size
        yield from self._block(lines, line, width, last=True)

    def _chunks(self, chunk_bytes: int) -> Iterator[bytes | None]:
        """Some whole lines at a time, each with its line break; None stands for an oversized line."""
        with self._path.open("rb") as file:
            file.seek(self._skip)
            rest = b""
            while chunk := file.read(chunk_bytes):
                text = _one_kind_of_break(rest + chunk, file)
                end = text.rfind(b"\n") + 1
                rest = text[end:]
                if end:
                    yield text[:end]
                elif len(rest) > self._most:
                    rest = _after_break(file)
                    yield None
            if rest:  # after an oversized line there may be more than one
                yield rest.replace(b"\r\n", b"\n").removesuffix(b"\n") + b"\n"

    def _bounded(self, lines: list[bytes]) -> Iterator[list[bytes] | None]:
        if len(max(lines, key=len)) <= self._most:
            yield lines
            return
        for line in lines:
            yield [line] if len(line) <= self._most else None

    def _oversized(self, line: int) -> Entry:
        message = f"The line has more than {self._most:,} bytes; the ceiling maxLineBytes is {self._most:,}."
        return Entry(line, b"", 0, ("ceiling-error", message))

    def _block(
        self, lines: list[bytes], line: int, width: int, *, last: bool
    ) -> Generator[Run | Entry, None, int]:
        """Yields what the lines hold; returns how many of them it used."""
        place = 0
        for index in self._suspects(lines, width):
            if index < place:
                continue
            if index > place:
                yield Run.of(line + place, lines[place:index])
            entry, used = self._entry(lines, index, line + index)
            if not used and not last:
                return index
            yield entry
            place = index + (used or 1)
        if place < len(lines):
            yield Run.of(line + place, lines[place:])
        return len(lines)

    def _suspects(self, lines: list[bytes], width: int) -> Sequence[int]:
        if width < 0:  # no line has such a width
            return range(len(lines))
        delimiter, quote, breaks = self._dialect.delimiter, self._dialect.quote, width - 1
        whole = b"\n".join(lines)
        if b"\0" in whole or b"\r" in whole or not (whole.isascii() or is_utf8(whole)):
            return list(range(len(lines)))
        if quote not in whole:
            return [i for i, text in enumerate(lines) if text.count(delimiter) != breaks or not text]
        return [
            i for i, text in enumerate(lines) if text.count(delimiter) != breaks or quote in text or not text
        ]

    def _entry(self, lines: list[bytes], index: int, line: int) -> tuple[Entry, int]:
        """The record that begins there and how many lines it has; none where it goes on after the last."""
        text = lines[index]
        if not text:
            blank = next((n for n in range(index, len(lines)) if lines[n]), len(lines)) - index
            return Entry(line, b"", 0, None, blank), blank
        if b"\0" in text or self._dialect.quote not in text:
            return self._judged(text, line, text.count(self._dialect.delimiter) + 1), 1
        if self._dialect.record.fullmatch(text):
            return self._judged(text, line, self._dialect.width(text)), 1
        if not self._dialect.opened.fullmatch(text):
            return self._unclosed(text, line), 1
        return self._long_entry(lines, index, line)

    def _long_entry(self, lines: list[bytes], index: int, line: int) -> tuple[Entry, int]:
        """A record whose first line leaves a cell open. Each further line is looked at once."""
        size, quote = len(lines[index]), self._dialect.quote
        for end in range(index + 1, len(lines)):
            more = lines[end]
            size += len(more) + 1
            if size > self._most:
                return self._unclosed(lines[index], line), 1
            if quote not in more or self._dialect.still_open.fullmatch(more):
                continue
            if not self._dialect.closing.fullmatch(more):
                return self._unclosed(lines[index], line), 1
            text = b"\n".join(lines[index : end + 1])
            return self._judged(text, line, self._dialect.width(text)), end + 1 - index
        return self._unclosed(lines[index], line), 0

    def _judged(self, text: bytes, line: int, width: int) -> Entry:
        if b"\0" in text:
            return Entry(line, text, 0, ("source-error", "The line holds a NUL byte, which no text has."))
        if not text.isascii() and not is_utf8(text):
            return Entry(line, text, 0, ("encoding-error", "The line is not valid UTF-8."))
        if b"\r" in text and self._dialect.quote not in text:
            message = "A carriage return stands inside the line without being its end."
            return Entry(line, text, 0, ("source-error", message))
        return Entry(line, text, width if text else 0)

    def _unclosed(self, text: bytes, line: int) -> Entry:
        message = "A cell begins with a quote that is never closed as it should be."
        if not self._dialect.opened.fullmatch(text):
            message = (
                "A quote stands inside a cell; such a cell is wrapped in quotes, and its own are doubled."
            )
        return Entry(line, text, 0, ("quote-error", message))


def _size(lines: list[bytes]) -> int:
    return sum(map(len, lines)) + len(lines)


def _lines_of(text: bytes) -> list[bytes]:
    return text.removesuffix(b"\n").split(b"\n")


def _one_kind_of_break(text: bytes, file: BinaryIO) -> bytes:
    if text.endswith(b"\r"):
        text += file.read(1)
    return text.replace(b"\r\n", b"\n") if b"\r" in text else text


def _after_break(file: BinaryIO) -> bytes:
    """Goes to the end of the line; what was read of the next one."""
    while chunk := file.read(CHUNK_BYTES):
        found = chunk.find(b"\n")
        if found >= 0:
            return chunk[found + 1 :]
    return b""


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
