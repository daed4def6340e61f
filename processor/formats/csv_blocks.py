"""A delimited table block by block, for all cells of a block at once: where each begins and ends.

Only what is plain gets through: rows of one width, quotes where RFC 4180 wants them, UTF-8 without NUL bytes.
For anything else there are other ways, which name what is wrong.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from processor.formats.csv_dialect import NO_QUOTE

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray

    from processor.formats.csv_dialect import Dialect

    Places = NDArray[np.int64]
    Bytes = NDArray[np.uint8]
    Words = NDArray[np.uint64]
    Flags = NDArray[np.bool_]

BLOCK_BYTES = 2_097_152
PADDING = 32
"""So many bytes may be read before and behind a block."""
_PADDING = bytes(PADDING)
_NEW_LINE, _RETURN = 0x0A, 0x0D
_BEYOND_ASCII = np.uint64(0x8080_8080_8080_8080)


class NotPlain(Exception):
    """The table is not as plain as it has to be to be read in blocks."""


class Blocks:
    """Whole records of a table, some at a time. Threads may share it.

    Args:
        file: opened where the data begins.
        most_bytes: of one record.
    """

    def __init__(self, file: BinaryIO, dialect: Dialect, *, most_bytes: int) -> None:
        self._file = file
        self._quote = None if dialect.quote == NO_QUOTE else dialect.quote[0]
        self._most = most_bytes
        self._rest = b""
        self._stopped = False
        self._lock = threading.Lock()

    def take(self) -> bytes:
        """The next records, each with its line break; nothing at the end.

        Raises:
            NotPlain: a record is too long, or a quote is open at the end.
        """
        with self._lock:
            while not self._stopped and (chunk := self._file.read(BLOCK_BYTES)):
                text = self._rest + chunk
                end = self._end(text)
                self._rest = text[end:]
                if end:
                    return text[:end]
                if len(text) > self._most:
                    raise NotPlain
            text, self._rest = self._rest, b""
            return text if text.endswith(b"\n") or not text else text + b"\n"

    def stop(self) -> None:
        """There is nothing more to take."""
        with self._lock:
            self._stopped, self._rest = True, b""

    def _end(self, text: bytes) -> int:
        """Where the last line ends that ends outside of quotes."""
        end = text.rfind(b"\n") + 1
        if self._quote is None:
            return end
        quotes = np.frombuffer(text, np.uint8) == self._quote
        odd = np.count_nonzero(quotes[:end]) % 2
        while odd and end:
            before = text.rfind(b"\n", 0, end - 1) + 1
            odd ^= np.count_nonzero(quotes[before:end]) % 2
            end = before
        return end


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a block.

    Attributes:
        text: the block's bytes, and around them more that may be read.
        words: the eight bytes from each place on, the first as the lowest.
        starts: where each cell begins.
        ends: where it ends.
    """

    text: Bytes
    words: Words
    starts: Places
    ends: Places

    def some(self, which: Places | Flags | slice) -> Cells:
        """Only these cells."""
        return Cells(self.text, self.words, self.starts[which], self.ends[which])

    def texts(self) -> list[bytes]:
        """Each cell by itself."""
        content = self.text.data
        places = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [bytes(content[start:end]) for start, end in places]


def columns_of(block: bytes, dialect: Dialect, width: int, *, most_bytes: int) -> list[Cells]:
    """The cells of each column, without their quotes.

    Raises:
        NotPlain: something is out of place.
    """
    frame = np.frombuffer(b"%b%b%b" % (_PADDING, block, _PADDING), np.uint8)
    if b"\0" in block or not _is_utf8(block, frame):
        raise NotPlain
    breaks = frame == _NEW_LINE
    lines = np.count_nonzero(breaks)
    stops = frame == dialect.delimiter[0]
    stops |= breaks
    ends = np.flatnonzero(stops)
    quotes = _quotes(frame, dialect)
    if quotes.whole.size:
        within = _within(ends, quotes)
        lines -= np.count_nonzero(breaks[ends[within]])
        ends = np.delete(ends, within)
    if not ends.size or ends.size % width:
        raise NotPlain
    by_column = np.ascontiguousarray(ends.reshape(-1, width).T)
    starts = np.empty_like(by_column)
    starts[0, 0] = PADDING
    np.add(by_column[-1, :-1], 1, out=starts[0, 1:])
    np.add(by_column[:-1], 1, out=starts[1:])
    last = by_column[-1]
    if last.size != lines or (frame[last] != _NEW_LINE).any() or (last - starts[0]).max() > most_bytes:
        raise NotPlain
    if b"\r" in block:
        _check_pairs(frame)
        last -= 1
    if width == 1 and (starts == by_column).any():
        raise NotPlain
    if quotes.whole.size:
        frame = _without_quotes(frame, quotes, np.searchsorted(ends, quotes.whole[::2]), starts, by_column)
    words = np.ndarray(frame.size - 7, "<u8", frame, strides=(1,))
    return [Cells(frame, words, *bounds) for bounds in zip(starts, by_column, strict=True)]


def _is_utf8(block: bytes, frame: Bytes) -> bool:
    """Whether a text is UTF-8, told from the words that are not ASCII and the one behind each row of them."""
    if block.isascii():
        return True
    # The last one lies in the padding.
    words = frame[: frame.size // 8 * 8].view(np.uint64)
    beyond = (words & _BEYOND_ASCII) != 0
    np.logical_or(beyond[1:], beyond[:-1].copy(), out=beyond[1:])
    try:
        words[beyond].tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Quotes:
    """Where quotes stand.

    Attributes:
        whole: those around a cell, in pairs.
        second: of each two within a cell, the second one.
    """

    whole: Places
    second: Places


def _quotes(frame: Bytes, dialect: Dialect) -> _Quotes:
    """Each opens a cell, closes it, or is one of two within a quoted cell.

    Raises:
        NotPlain: one does not.
    """
    none = np.empty(0, np.int64)
    if dialect.quote == NO_QUOTE:
        return _Quotes(none, none)
    quotes = np.flatnonzero(frame == dialect.quote[0])
    if quotes.size % 2:
        raise NotPlain
    # Of two within a cell, the first one seems to close it, and the second one to open it again.
    opening, closing = quotes[::2], quotes[1::2]
    again = np.zeros(opening.size + 1, np.bool_)
    again[1:-1] = closing[:-1] + 1 == opening[1:]
    whole = np.stack([opening[~again[:-1]], closing[~again[1:]]], axis=1)
    delimiter, before, behind = dialect.delimiter[0], frame[whole[:, 0] - 1], frame[whole[:, 1] + 1]
    opens = (before == delimiter) | (before == _NEW_LINE) | (before == 0)
    closes = (behind == delimiter) | (behind == _NEW_LINE) | (behind == _RETURN)
    if not (opens.all() and closes.all()):
        raise NotPlain
    return _Quotes(whole.reshape(-1), opening[again[:-1]])


def _within(ends: Places, quotes: _Quotes) -> Places:
    """Which places lie between a quote that opens a cell and the one that closes it."""
    ahead = np.searchsorted(ends, quotes.whole)
    return _runs(ahead[::2], ahead[1::2] - ahead[::2])


def _runs(begins: Places, sizes: Places) -> Places:
    """Runs of numbers: 5, 6, 7 and 9, 10 for the begins 5 and 9 and the sizes 3 and 2."""
    before = np.add.accumulate(sizes) - sizes
    return np.arange(sizes.sum()) + np.repeat(begins - before, sizes)


def _check_pairs(frame: Bytes) -> None:
    """Each carriage return stands before a line break, and each line break has one.

    Raises:
        NotPlain: one does not.
    """
    breaks = np.flatnonzero(frame == _NEW_LINE)
    if breaks.size != np.count_nonzero(frame == _RETURN) or (frame[breaks - 1] != _RETURN).any():
        raise NotPlain


def _without_quotes(frame: Bytes, quotes: _Quotes, cells: Places, starts: Places, ends: Places) -> Bytes:
    """Move the bounds of quoted cells inwards; cells with doubled quotes are written anew behind the rest.

    Args:
        cells: the numbers of the quoted cells, row by row.
        starts: by column and row, as `ends`.
    """
    quoted = cells % len(starts), cells // len(starts)
    starts[quoted] += 1
    ends[quoted] -= 1
    if not quotes.second.size:
        return frame
    which = np.searchsorted(quotes.whole[1::2], quotes.second)
    doubled = np.bincount(which, minlength=cells.size)
    some = doubled > 0
    begins, sizes = starts[quoted][some], (ends[quoted] - starts[quoted])[some]
    places = _runs(begins, sizes)
    kept = np.ones(places.size, np.bool_)
    shift = np.zeros(cells.size, np.int64)
    shift[some] = np.add.accumulate(sizes) - sizes - begins
    kept[shift[which] + quotes.second] = False
    sizes -= doubled[some]
    stops = frame.size + np.add.accumulate(sizes)
    anew = quoted[0][some], quoted[1][some]
    starts[anew], ends[anew] = stops - sizes, stops
    return np.concatenate([frame, frame[places[kept]], np.zeros(PADDING, np.uint8)])
