"""A large delimited table without anything odd, described block by block on all processors.

The same figures that `processor.formats.tables` has from DuckDB, for six tenths of its processor time; a test
holds the two together. Where anything is unusual, DuckDB is asked.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from processor.formats.cell_types import STRING
from processor.formats.csv_blocks import BLOCK_BYTES, Blocks, NotPlain, columns_of
from processor.formats.csv_texts import Distinct, extremes, hashes, mixed
from processor.formats.csv_values import READERS, SHOWN
from processor.formats.csv_words import first_words
from processor.formats.engine import THREADS
from processor.formats.tables import LONGEST_TEXT, MOST_DISTINCT_COLUMNS, Described

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, BinaryIO

    from numpy.typing import NDArray

    from processor.formats.base import Profile
    from processor.formats.cell_types import Type
    from processor.formats.csv_blocks import Cells
    from processor.formats.csv_dialect import Dialect

_LARGEST_INTEGER = 2**63
_RARE = 50
"""One cell of so many may be left to Python's patterns; beyond that DuckDB is faster."""
_FEW = 4
_LARGE_BYTES = 31 * 2**20


def described(
    file: BinaryIO,
    dialect: Dialect,
    types: Sequence[Type],
    *,
    size_bytes: int,
    most_bytes: int,
    values: bool,
    check_time: Callable[[], None],
) -> Described | None:
    """Rows and columns of a table; None if something in it is not as plain as this wants it.

    Args:
        file: opened where the data begins.
        types: what the columns seem to be; each cell is held against it.
        size_bytes: about how much it is.
        most_bytes: of one record.
        values: whether minima, maxima and means are wanted.
        check_time: called now and then; what it raises is passed on.
    """
    if any(type_ is not STRING and type_.sql not in READERS for type_ in types):
        return None
    _keep_memory()
    blocks = Blocks(file, dialect, most_bytes=most_bytes)
    distinct = len(types) <= MOST_DISTINCT_COLUMNS

    def work() -> list[_Column]:
        columns = [_Column(type_, values=values, distinct=distinct) for type_ in types]
        try:
            while block := blocks.take():
                check_time()
                found = columns_of(block, dialect, len(types), most_bytes=most_bytes)
                for column, cells in zip(columns, found, strict=True):
                    column.take(cells)
        finally:
            blocks.stop()
        return columns

    try:
        columns = _merged(work, THREADS if size_bytes > BLOCK_BYTES else 1)
        return Described(columns[0].rows, [column.profile() for column in columns], [])
    except NotPlain:
        return None


def _merged(work: Callable[[], list[_Column]], threads: int) -> list[_Column]:
    """What all workers together know of each column."""
    if threads == 1:
        return work()
    with ThreadPoolExecutor(threads) as pool:
        columns, *others = [worker.result() for worker in [pool.submit(work) for _ in range(threads)]]
    for other in others:
        for column, same in zip(columns, other, strict=True):
            column.merge(same)
    return columns


@cache
def _keep_memory() -> None:
    """Let glibc keep what it has, instead of giving each megabyte back and asking for it again.

    That depends on the largest block of up to 32 MB that was ever freed (mallopt(3), M_MMAP_THRESHOLD).
    This one is never written to, so it takes no memory.
    """
    np.empty(_LARGE_BYTES, np.uint8)


class _Column:
    """What is known of a column so far."""

    def __init__(self, type_: Type, *, values: bool, distinct: bool) -> None:
        self._type = type_
        self._values = values
        self._distinct = Distinct() if distinct and type_.name != "boolean" else None
        self.rows = 0
        self._filled = 0
        self._rare = 0
        self._bounds: list[Any] = []
        self._sums: list[int] | list[float] = []

    def take(self, cells: Cells) -> None:
        """Look at some more cells.

        Raises:
            NotPlain: some are no values of the column's type, or such that others know better.
        """
        self.rows += len(cells.starts)
        filled = cells.ends > cells.starts
        if not filled.all():
            cells = cells.some(filled)
        if not len(cells.starts):
            return
        self._filled += len(cells.starts)
        if self._type is STRING:
            self._take_texts(cells)
        else:
            self._take_values(cells)

    def _take_texts(self, cells: Cells) -> None:
        first = first_words(cells)
        if self._distinct:
            new = self._distinct.take(hashes(cells, first))
            if new is not None:
                cells, first = cells.some(new), first[new]
        if self._values and first.size:
            self._bound(extremes(cells, first))

    def _take_values(self, cells: Cells) -> None:
        found, texts, fine = READERS[self._type.sql](cells)
        others: list[Any] = []
        if not fine.all():
            odd = cells.some(~fine)
            others = self._others(odd)
            found, texts = found[fine], texts[fine]
            if self._distinct:
                self._distinct.take(hashes(odd, first_words(odd)))
        if self._distinct:
            self._distinct.take(mixed(texts.view(np.uint64)))
        if self._type.name == "boolean":
            return
        if found.size:
            self._bound([found.min().item(), found.max().item()])
        self._bound(others)
        if self._type.counts:
            self._sums = [*self._sums, _sum(found), *others]

    def _others(self, cells: Cells) -> list[Any]:
        """Values of numbers that are written in a rare way."""
        self._rare += len(cells.starts)
        if not self._type.counts or self._rare > _FEW + self._filled // _RARE:
            raise NotPlain
        texts = [text.decode() for text in cells.texts()]
        if not all(map(self._type.look.fullmatch, texts)):
            raise NotPlain
        if self._type.sql == "DOUBLE":
            return [float(text) for text in texts]
        if any(text == "-0" for text in texts):
            raise NotPlain
        return [int(text) for text in texts]

    def _bound(self, found: Sequence[Any]) -> None:
        self._bounds = [*self._bounds, *found]
        if self._bounds:
            self._bounds = [min(self._bounds), max(self._bounds)]

    def merge(self, other: _Column) -> None:
        """Take over what another worker knows of the same column."""
        self.rows += other.rows
        self._filled += other._filled
        self._bound(other._bounds)
        self._sums = [*self._sums, *other._sums]
        if self._distinct and other._distinct:
            self._distinct.merge(other._distinct)

    def profile(self) -> Profile:
        """What there is to say of the column.

        Raises:
            NotPlain: it holds a number that is too large.
        """
        column: Profile = {"type": self._type.name, "nulls": self.rows - self._filled}
        if self._type.sql == "BIGINT" and any(abs(bound) >= _LARGEST_INTEGER for bound in self._bounds):
            raise NotPlain
        if self._distinct:
            column["distinct"] = min(self._distinct.count(), self._filled)
        if self._values and self._bounds:
            column["min"], column["max"] = map(self._shown, self._bounds)
        if self._values and self._sums:
            column["mean"] = math.fsum(self._sums) / self._filled
            if not math.isfinite(column["mean"]):
                raise NotPlain
        return column

    def _shown(self, bound: Any) -> Any:
        if self._type is STRING:
            return bytes(bound).decode()[:LONGEST_TEXT]
        shown = SHOWN.get(self._type.sql)
        return shown(bound) if shown else bound


def _sum(found: NDArray[Any]) -> int | float:
    if found.dtype.kind == "f":
        return float(found.sum())
    # The halves of many numbers together fit where their sum might not.
    high, low = int((found >> 32).sum()), int((found & 0xFFFF_FFFF).sum())
    return (high << 32) + low
