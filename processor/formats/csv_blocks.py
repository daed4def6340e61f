"""A delimited table, some whole records at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from processor.formats.csv_dialect import NO_QUOTE
from processor.native import ANY, Buffer, Odd, Table

if TYPE_CHECKING:
    from processor.formats.csv_dialect import Dialect

BLOCK_BYTES = 262_144
"""A core's own cache holds so much."""
_NEW_LINE, _RETURN = 0x0A, 0x0D


class Readable(Protocol):
    """A file to be read."""

    def read(self) -> bytes | None: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...


class NotPlain(Exception):
    """The table is not as plain as it has to be to be described in blocks.

    Args:
        odd: what is not.
    """

    def __init__(self, odd: Odd) -> None:
        super().__init__(odd)
        self.odd = odd


class RowsCheck:
    """Tells at once whether all lines of a text are plain rows.

    Args:
        width: so many cells has each.
        most_bytes: of one line.
    """

    def __init__(self, dialect: Dialect, width: int, *, most_bytes: int) -> None:
        quote = None if dialect.quote == NO_QUOTE else dialect.quote[0]
        self._table = Table(
            [ANY] * width,
            delimiter=dialect.delimiter[0],
            quote=quote,
            most_bytes=most_bytes,
            distinct=False,
        )
        self._buffer = Buffer(0)

    def lines(self, text: bytes) -> int:
        """How many lines it has, if all of them are plain rows; else 0.

        Args:
            text: each line with its line break, which is a line feed.
        """
        if b"\r" in text:
            return 0
        self._buffer.grow(len(text))
        self._buffer.content[: len(text)] = text
        return self._table.plain_lines(self._buffer, len(text))


class Blocks:
    """Whole records of a table, some at a time. Threads may share it.

    Args:
        file: opened where the data begins.
        most_bytes: of one record.
    """

    def __init__(self, file: Readable, dialect: Dialect, *, most_bytes: int) -> None:
        self._file = file
        self.quote = None if dialect.quote == NO_QUOTE else dialect.quote[0]
        self._most = most_bytes
        self._rest = b""
        self._ended = False
        self._lock = threading.Lock()

    def take(self, buffer: Buffer) -> int:
        """Put the next records into a buffer, which grows if it has to.

        Returns:
            How many bytes they have, each record with its line break, even the last one; 0 at the end.

        Raises:
            NotPlain: a record is too long.
        """
        with self._lock:
            size, rest, self._rest = len(self._rest), self._rest, b""
            buffer.grow(size + 1)
            buffer.content[:size] = rest
            while not self._ended:
                # One byte is left for a line break that the last record may lack.
                found = self._read(buffer.content[size:-1])
                size += found
                end = buffer.records_end(size, self.quote) if found else 0
                if end:
                    self._rest = bytes(buffer.content[end:size])
                    return end
                if size > self._most:
                    raise NotPlain(Odd.ROWS)
                buffer.grow(size + 1, keep=size)
            # A carriage return at the end of a file is no line break.
            if size and buffer.content[size - 1] not in (_NEW_LINE, _RETURN):
                buffer.content[size] = _NEW_LINE
                size += 1
            return size

    def _read(self, into: memoryview) -> int:
        found = self._file.readinto(into)
        self._ended = not found
        return found or 0

    def stop(self) -> None:
        """There is nothing more to take."""
        with self._lock:
            self._ended, self._rest = True, b""
