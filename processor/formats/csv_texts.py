"""Texts of a column's cells, all at once: the first and the last one, and how many there are."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from processor.formats.csv_words import FIRST, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from processor.formats.csv_blocks import Cells, Flags, Words

_COMPARED_BYTES = 64
_HASHED_BYTES = 256
"""Longer cells are so few in a block that they are taken one by one."""
_KEPT = 2_048
"""So many of the smallest hashes are kept: the estimate is off by about two percent."""
_SLOTS = 8_192
_SLOT_SHIFT = np.uint64(64 - 13)
_HASHES = 2**64


def extremes(cells: Cells, first: Words) -> list[bytes]:
    """The first and the last text by their bytes, which is the order of their characters as well.

    Args:
        first: the first words of the cells.
    """
    # The first byte has to count most.
    words = first.byteswap()
    return [_extreme(cells.some(words == words.min()), min), _extreme(cells.some(words == words.max()), max)]


def _extreme(cells: Cells, better: Callable[[Iterable[Any]], Any]) -> bytes:
    """The first or the last of texts whose first eight bytes are the same."""
    for offset in range(WORD, _COMPARED_BYTES, WORD):
        sizes = cells.ends - cells.starts - offset
        if len(sizes) == 1 or sizes.max() <= 0:
            return cells.some(slice(1)).texts()[0]
        words = (cells.words[cells.starts + offset] & FIRST[sizes.clip(0, WORD)]).byteswap()
        cells = cells.some(words == (words.min() if better is min else words.max()))
    found: bytes = better(cells.texts())
    return found


def hashes(cells: Cells, first: Words) -> Words:
    """64 bits for each text.

    Args:
        first: the first words of the cells.
    """
    found = mixed(first)
    sizes = cells.ends - cells.starts
    rest = np.flatnonzero(sizes > WORD)
    for offset in range(WORD, _HASHED_BYTES, WORD):
        if not rest.size:
            return found
        left = sizes[rest] - offset
        words = cells.words[cells.starts[rest] + offset] & FIRST[np.minimum(left, WORD)]
        found[rest] = mixed(found[rest] + words)
        rest = rest[left > WORD]
    texts = (blake2b(text, digest_size=WORD).digest() for text in cells.some(rest).texts())
    found[rest] = [int.from_bytes(digest) for digest in texts]
    return found


def mixed(words: Words) -> Words:
    """The last steps of MurmurHash3, in which each bit of a word changes half of the others."""
    words = words ^ (words >> np.uint64(33))
    words *= np.uint64(0xFF51_AFD7_ED55_8CCD)
    words ^= words >> np.uint64(33)
    words *= np.uint64(0xC4CE_B9FE_1A85_EC53)
    words ^= words >> np.uint64(33)
    return words


class Distinct:
    """How many different texts there are: counted up to some thousands, estimated beyond.

    The smallest hashes tell it: K. Beyer and others, "On Synopses for Distinct-Value Estimation" (2007).
    """

    def __init__(self) -> None:
        self._kept = np.empty(0, np.uint64)
        self._limit: np.uint64 | None = None
        # What came last, by some bits of its hash: of a column with few texts, nearly all come again.
        # No slot begins with a hash that belongs there.
        self._seen = np.full(_SLOTS, _HASHES - 1, np.uint64)
        self._seen[-1] = 0

    def take(self, found: Words) -> Flags | None:
        """Count some more, by their hashes; which of them may be new, or None for all."""
        if self._limit is not None:
            self._keep(found[found < self._limit])
            return None
        slots = found >> _SLOT_SHIFT
        new: Flags = self._seen[slots] != found
        found = found[new]
        self._seen[slots[new]] = found
        self._keep(found)
        return new

    def merge(self, other: Distinct) -> None:
        """Count what another one has counted."""
        self._keep(other._kept)

    def _keep(self, found: Words) -> None:
        if not found.size:
            return
        kept = np.concatenate([self._kept, found])
        kept.sort()
        different = np.ones(kept.size, np.bool_)
        np.not_equal(kept[1:], kept[:-1], out=different[1:])
        self._kept = kept[different][:_KEPT]
        if self._kept.size == _KEPT:
            self._limit = self._kept[-1]

    def count(self) -> int:
        """The number, or the estimate."""
        if self._limit is None:
            return self._kept.size
        return round((_KEPT - 1) * _HASHES / int(self._limit))
