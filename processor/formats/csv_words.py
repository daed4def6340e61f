"""What cells hold, read eight bytes at a time for all cells of a column at once.

A word is eight bytes as one number, the first byte lowest. Numbers are made of digits by three
multiplications for eight of them, as in D. Lemire's "Number Parsing at a Gigabyte per Second" (2021).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from processor.formats.csv_blocks import Cells, Places, Words

    Flags = NDArray[np.bool_]

WORD = 8
MOST_DIGITS = 18
"""So many digits always fit into 64 bits."""
EXACT = 2**53
"""Up to here floating point has every whole number, and rounds its quotient by a power of ten correctly."""
_HIGH = np.uint64(0x8080_8080_8080_8080)
_LOW = np.uint64(0x0101_0101_0101_0101)
_ZEROS = np.uint64(int.from_bytes(b"0" * WORD, "little"))
_POINTS = np.uint64(int.from_bytes(b"." * WORD, "little"))
_ONE = np.uint64(1)
_EVERY_OTHER = np.uint64(0x0000_00FF_0000_00FF)
FIRST = np.array([2 ** (8 * min(size, WORD)) - 1 for size in range(WORD + 1)], np.uint64)
"""The masks of the first bytes of a word, by how many there are."""
# The masks of the last bytes, of the last word of a number, the one before and the one before that.
_LAST = [
    ~FIRST[[WORD - min(max(size - WORD * before, 0), WORD) for size in range(3 * WORD + 1)]]
    for before in range(3)
]
# The masks of a point and what stands behind it, by how many stand there; the last one is for -1.
_POINT_AND_BEHIND = ~np.append(FIRST[WORD - 1 :: -1], FIRST[WORD])
POWERS = np.array([10**n for n in range(MOST_DIGITS + 1)], np.int64)


def word(text: bytes) -> np.uint64:
    """Some text as a word."""
    return np.uint64(int.from_bytes(text.ljust(WORD, b"\0"), "little"))


def first_words(cells: Cells) -> Words:
    """The first eight bytes of each cell, or fewer."""
    words: Words = cells.words[cells.starts] & FIRST[np.minimum(cells.ends - cells.starts, WORD)]
    return words


def like(words: Words, form: bytes) -> Flags:
    """Whether words are of a form.

    Args:
        form: a digit stands for itself and all smaller ones, any other character for itself alone.
    """
    base, over = _form(form)
    off = words ^ base
    found: Flags = (((off + over) | off) & _HIGH) == 0
    return found


@cache
def _form(form: bytes) -> tuple[np.uint64, np.uint64]:
    form = form.ljust(WORD, b"\0")
    over = (0x7F - int(chr(byte)) if chr(byte).isdecimal() else 0x7F for byte in form)
    return word(re.sub(rb"\d", b"0", form)), word(bytes(over))


def digits(words: Words) -> Words:
    """The number that eight digits are; what is no digit has to be the character zero."""
    off = words ^ _ZEROS
    pairs = off >> np.uint64(8)
    off *= np.uint64(10)
    pairs += off
    low = pairs >> np.uint64(16)
    pairs &= _EVERY_OTHER
    pairs *= np.uint64(0x000F_4240_0000_0064)
    low &= _EVERY_OTHER
    low *= np.uint64(0x0000_2710_0000_0001)
    low += pairs
    low >>= np.uint64(32)
    return low


def number_of(cells: Cells) -> tuple[Places, Flags]:
    """The whole number that each cell is, and whether it is one: up to 18 digits and nothing else.

    A cell without any is zero.
    """
    sizes = cells.ends - cells.starts
    longest = int(sizes.max(initial=0))
    fine = sizes <= MOST_DIGITS
    if longest > MOST_DIGITS:
        sizes = np.minimum(sizes, MOST_DIGITS)
    number = np.zeros(sizes.size, np.uint64)
    for before in range(-(-min(longest, MOST_DIGITS) // WORD)):
        mask = _LAST[before][sizes]
        words = (cells.words[cells.ends - WORD * (before + 1)] & mask) | (_ZEROS & ~mask)
        fine &= like(words, b"9" * WORD)
        number += digits(words) * np.uint64(10 ** (WORD * before))
    return number.view(np.int64), fine


def mantissas(cells: Cells) -> tuple[Places, Places, Flags]:
    """Each decimal number: its digits, how many stand behind the point, and whether it is a number.

    Behind a missing point stand -1. A cell without any digit is zero.
    """
    sizes = cells.ends - cells.starts
    if sizes.max(initial=0) > WORD:
        return _long_mantissas(cells, sizes)
    mask = _LAST[0][sizes]
    words = cells.words[cells.ends - WORD] & mask
    behind = _behind_point(words)
    # What stands before the point moves one place nearer.
    before = ~_POINT_AND_BEHIND[behind]
    some = behind >= 0
    words = np.where(some, (words & _LAST[0][behind]) | (words & before) << np.uint64(8), words)
    mask = np.where(some, mask << np.uint64(8), mask)
    words |= _ZEROS & ~mask
    return digits(words).view(np.int64), behind, like(words, b"9" * WORD)


def _long_mantissas(cells: Cells, sizes: Places) -> tuple[Places, Places, Flags]:
    behind = _behind_point(cells.words[cells.ends - WORD] & _LAST[0][np.minimum(sizes, 3 * WORD)])
    more = np.flatnonzero((behind < 0) & (sizes > WORD))
    left = np.minimum(sizes[more], 3 * WORD)
    further = _behind_point(cells.words[cells.ends[more] - 2 * WORD] & _LAST[1][left])
    behind[more] = np.where(further < 0, -1, further + WORD)
    point = behind >= 0
    places = cells.ends - behind - 1
    whole, fine = number_of(replace(cells, ends=places))
    part, also = number_of(replace(cells, starts=np.minimum(places + 1, cells.ends)))
    return whole * POWERS[behind.clip(0)] + part, behind, fine & also & (sizes - point <= MOST_DIGITS)


def _behind_point(words: Words) -> Places:
    """How many of eight characters stand behind the first point; -1 where there is none."""
    off = words ^ _POINTS
    # The lowest byte that is zero; above it there may be wrong ones.
    points = (off - _LOW) & ~off & _HIGH
    place = np.bitwise_count((points & -points) - _ONE) >> 3
    return WORD - 1 - place.astype(np.int64)
