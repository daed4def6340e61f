"""The values of a column's cells by its type, all at once; what is written in a rare way is told apart.

Each reader gives three things for each cell: its value, a number that no other text of its type has, and
whether it is a value; where it is none, the other two mean nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from processor.formats.csv_words import (
    EXACT,
    FIRST,
    POWERS,
    digits,
    first_words,
    like,
    mantissas,
    number_of,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from processor.formats.csv_blocks import Cells, Places, Words
    from processor.formats.csv_words import Flags

    Reader = Callable[[Cells], tuple[NDArray[Any], Places, Flags]]

_ZERO, _MINUS = ord("0"), ord("-")
_DATE, _DAY, _CLOCK = b"9999-19-", b"39", b"29:59:59"
_DATE_BYTES = len("2024-01-31")
_MOMENT_BYTES = len("2024-01-31 10:00:00")
_SMALL_LETTERS = word(b"     ")
_MONTHS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_ALWAYS = 28
_FIRST_YEAR = 1_0_00_0
_MIDNIGHT = 24_0_00_0_00
_DIGIT = np.uint64(0x0F)


def _unsigned(cells: Cells) -> tuple[Cells, Flags, Flags]:
    """Cells without their sign, which of them are negative, and which begin with a zero."""
    first = cells.text[cells.starts]
    negative = first == _MINUS
    if not negative.any():
        return cells, negative, first == _ZERO
    plain = replace(cells, starts=cells.starts + negative)
    return plain, negative, plain.text[plain.starts] == _ZERO


def integers(cells: Cells) -> tuple[Places, Places, Flags]:
    """Whole numbers of up to 18 digits."""
    plain, negative, zero = _unsigned(cells)
    numbers, fine = number_of(plain)
    sizes = plain.ends - plain.starts
    fine &= (sizes > 0) & ~(zero & (sizes > 1)) & ~(negative & (numbers == 0))
    values = np.where(negative, -numbers, numbers)
    return values, values, fine


def numbers(cells: Cells) -> tuple[NDArray[np.float64], Places, Flags]:
    """Decimal numbers without exponent that 53 bits hold, so that one division rounds them correctly."""
    plain, negative, zero = _unsigned(cells)
    digits_, behind, fine = mantissas(plain)
    point = behind >= 0
    sizes = plain.ends - plain.starts - behind - 1
    behind[~point] = 0
    fine &= (sizes + behind > 0) & ~(zero & (sizes > 1)) & (digits_ <= EXACT)
    values = digits_ / POWERS[behind]
    # .5, 0.5 and 0.50 are different texts.
    texts = digits_ << 6 | (behind + point) << 1 | (sizes == 0)
    return np.where(negative, -values, values), np.where(negative, ~texts, texts), fine


def booleans(cells: Cells) -> tuple[Flags, Places, Flags]:
    """`true` and `false`, in letters of any size."""
    sizes, words = cells.ends - cells.starts, first_words(cells) | _SMALL_LETTERS
    yes = (sizes == len("true")) & (words == word(b"true "))
    return yes, sizes, yes | ((sizes == len("false")) & (words == word(b"false")))


def dates(cells: Cells) -> tuple[Places, Places, Flags]:
    """`2024-01-31`, as the number 2024 0 01 0 31."""
    numbers, fine = _dates(cells)
    return numbers, numbers, fine & (cells.ends - cells.starts == _DATE_BYTES)


def _dates(cells: Cells) -> tuple[Places, Flags]:
    words, days = cells.words[cells.starts], cells.words[cells.starts + len(_DATE)] & FIRST[len(_DAY)]
    fine = like(words, _DATE) & like(days, _DAY)
    # A hyphen and three is a zero.
    months = digits(words + word(b"\0\0\0\0\3\0\0\3")).view(np.int64)
    month, day = _two_digits(words >> np.uint64(40)), _two_digits(days)
    fine &= (months >= _FIRST_YEAR) & (month > 0) & (month <= 12) & (day > 0)
    late = np.flatnonzero(fine & (day > _ALWAYS))
    if late.size:
        year = months[late] // _FIRST_YEAR
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        fine[late] = day[late] <= _MONTHS[month[late]] - ((month[late] == 2) & ~leap)
    return months * 100 + day, fine


def _two_digits(words: Words) -> Places:
    tens, ones = words & _DIGIT, (words >> np.uint64(8)) & _DIGIT
    return (tens * np.uint64(10) + ones).view(np.int64)


def moments(cells: Cells) -> tuple[Places, Places, Flags]:
    """`2024-01-31 10:00:00`, as the number 2024 0 01 0 31 10 0 00 0 00; a `T` may stand between."""
    values, texts, fine = _moments(cells)
    return values, texts, fine & (cells.ends - cells.starts == _MOMENT_BYTES)


def moments_in_utc(cells: Cells) -> tuple[Places, Places, Flags]:
    """`2024-01-31T10:00:00Z`, as `moments`."""
    values, texts, fine = _moments(cells)
    fine &= cells.text[cells.starts + _MOMENT_BYTES] == ord("Z")
    return values, texts, fine & (cells.ends - cells.starts == _MOMENT_BYTES + 1)


def _moments(cells: Cells) -> tuple[Places, Places, Flags]:
    days, fine = _dates(cells)
    between, words = cells.text[cells.starts + _DATE_BYTES], cells.words[cells.starts + _DATE_BYTES + 1]
    fine &= ((between == ord(" ")) | (between == ord("T"))) & like(words, _CLOCK)
    # A colon less ten is a zero.
    clock = digits(words - word(b"\0\0\x0a\0\0\x0a")).view(np.int64)
    fine &= clock < _MIDNIGHT
    values = days * 10**8 + clock
    return values, values << 1 | (between == ord("T")), fine


def date_shown(number: int) -> str:
    """A value of `dates` as DuckDB writes it."""
    return f"{number // 10**6:04}-{number // 1_000 % 100:02}-{number % 100:02}"


def moment_shown(number: int) -> str:
    """A value of `moments` as DuckDB writes it."""
    day, clock = divmod(number, 10**8)
    return f"{date_shown(day)} {clock // 10**6:02}:{clock // 1_000 % 100:02}:{clock % 100:02}"


def moment_in_utc_shown(number: int) -> str:
    """A value of `moments_in_utc` as DuckDB writes it."""
    return f"{moment_shown(number)}+00"


READERS: dict[str, Reader] = {
    "BIGINT": integers,
    "DOUBLE": numbers,
    "BOOLEAN": booleans,
    "DATE": dates,
    "TIMESTAMP": moments,
    "TIMESTAMPTZ": moments_in_utc,
}
"""By DuckDB's type. Times of the day are left to DuckDB."""
SHOWN: dict[str, Callable[[int], str]] = {
    "DATE": date_shown,
    "TIMESTAMP": moment_shown,
    "TIMESTAMPTZ": moment_in_utc_shown,
}
