"""Plain delimited tables, described by compiled code: `make setup` builds it from the Zig files here.

It keeps its checks of bounds and overflows: where one fails, the process ends instead of going on with wrong
memory. Python's lock is not held while it works.
"""

from __future__ import annotations

import ctypes
from ctypes import c_bool, c_char, c_char_p, c_double, c_int16, c_int64, c_size_t, c_uint8, c_uint64, c_void_p
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PADDING = 64
"""So many bytes before and behind what is read belong to its buffer."""
ANY = 8
"""The kind of a column that is to be found out. The others are `TYPES` of processor/formats/cell_types.py."""
_LIBRARY = Path(__file__).with_name("library.so")
_NO_QUOTE = -1
_WORD = 64


class Odd(IntEnum):
    """What is not plain.

    Attributes:
        NOTHING: everything is.
        ROWS: how the rows are written.
        VALUES: a value, which is none of its column's kind, or one that others know better.
    """

    NOTHING = 0
    ROWS = 1
    VALUES = 2


class Figures(ctypes.Structure):
    """What is known of a column; `Figures` in library.zig.

    Attributes:
        filled: how many cells are not empty.
        distinct: how many different texts there are, estimated if there are more than some thousands.
        low, high: the bounds of whole numbers, dates and times.
        sum_high, sum_low: the sum of whole numbers.
        lowest, highest, total: bounds and sum of other numbers.
        first, last: the bounds of texts, and their sizes in bytes; what is long is cut.
        like: how many cells look like each kind, if that was to be found out.
    """

    filled: int
    distinct: int
    low: int
    high: int
    sum_high: int
    sum_low: int
    lowest: float
    highest: float
    total: float
    first: int
    first_size: int
    last: int
    last_size: int
    like: Sequence[int]

    _fields_ = (
        ("filled", c_uint64),
        ("distinct", c_uint64),
        ("low", c_int64),
        ("high", c_int64),
        ("sum_high", c_int64),
        ("sum_low", c_uint64),
        ("lowest", c_double),
        ("highest", c_double),
        ("total", c_double),
        ("first", c_void_p),
        ("first_size", c_size_t),
        ("last", c_void_p),
        ("last_size", c_size_t),
        ("like", c_uint64 * (ANY + 1)),
    )

    @property
    def sum(self) -> int:
        return (self.sum_high << _WORD) + self.sum_low

    @property
    def texts(self) -> tuple[bytes, bytes]:
        return ctypes.string_at(self.first, self.first_size), ctypes.string_at(self.last, self.last_size)


class Buffer:
    """Memory for records, with padding around it.

    Args:
        size: in bytes, without the padding.
    """

    def __init__(self, size: int) -> None:
        self._allocate(size)

    def _allocate(self, size: int) -> None:
        self._memory = (c_char * (size + 2 * PADDING))()
        self.address = ctypes.addressof(self._memory)
        self.size = len(self._memory)
        self.content = memoryview(self._memory).cast("B")[PADDING:-PADDING]

    def grow(self, least: int, *, keep: int = 0) -> None:
        """Have room for more than so many bytes.

        Args:
            keep: how many of the first ones stay.
        """
        if len(self.content) > least:
            return
        kept = bytes(self.content[:keep])
        self._allocate(2 * least)
        self.content[:keep] = kept

    def records_end(self, size: int, quote: int | None) -> int:
        """Where the last record in the first bytes ends, its line break included; 0 if none does."""
        mark = _NO_QUOTE if quote is None else quote
        end: int = _library().records_end(self.address + PADDING, size, mark)
        return end


class Table:
    """What is known of a table so far.

    Args:
        kinds: of its columns; `Kind` in column.zig.
        most_bytes: of one record.
        distinct: whether different texts are counted.
    """

    def __init__(
        self, kinds: Sequence[int], *, delimiter: int, quote: int | None, most_bytes: int, distinct: bool
    ) -> None:
        size = _library().table_bytes(len(kinds), distinct)
        self._memory = (c_char * size)()
        mark = _NO_QUOTE if quote is None else quote
        self._table = _library().table_new(
            self._memory, size, bytes(kinds), len(kinds), delimiter, mark, most_bytes, distinct
        )

    def take(self, buffer: Buffer, size: int) -> Odd:
        """Count the whole records in the first bytes, which may change; what of them is not plain."""
        return Odd(_library().table_take(self._table, buffer.address, buffer.size, PADDING, PADDING + size))

    def plain_lines(self, buffer: Buffer, size: int) -> int:
        """How many lines the first bytes hold, if all of them are plain rows; else 0."""
        lines: int = _library().table_plain_lines(
            self._table, buffer.address, buffer.size, PADDING, PADDING + size
        )
        return lines

    def merge(self, other: Table) -> bool:
        """Count what another one has counted; whether both have one kind of line break."""
        plain: bool = _library().table_merge(self._table, other._table)
        return plain

    @property
    def rows(self) -> int:
        rows: int = _library().table_rows(self._table)
        return rows

    def column(self, number: int) -> Figures:
        """The figures of a column, counted from 0; valid as long as the table is."""
        figures = Figures()
        _library().table_column(self._table, number, figures)
        return figures


@cache
def _library() -> ctypes.CDLL:
    """
    Raises:
        ImportError: it was not built.
    """
    try:
        library = ctypes.CDLL(str(_LIBRARY))
    except OSError as error:
        raise ImportError(f"{_LIBRARY.name} cannot be loaded; `make setup` builds it: {error}") from error
    quote, place = c_int16, c_size_t
    made_of = (c_char_p, c_size_t, c_uint8, quote, c_size_t, c_bool)
    signatures = {
        "table_bytes": (c_size_t, (c_size_t, c_bool)),
        "table_new": (c_void_p, (c_void_p, c_size_t, *made_of)),
        "table_take": (c_uint8, (c_void_p, c_void_p, c_size_t, place, place)),
        "table_plain_lines": (c_uint64, (c_void_p, c_void_p, c_size_t, place, place)),
        "table_merge": (c_bool, (c_void_p, c_void_p)),
        "table_rows": (c_uint64, (c_void_p,)),
        "table_column": (None, (c_void_p, c_size_t, ctypes.POINTER(Figures))),
        "records_end": (c_size_t, (c_void_p, c_size_t, quote)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
