"""Cells of a column as words: each is what Python reads, and no other text is taken for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.formats.cell_types import TYPES
from processor.formats.csv_blocks import columns_of
from processor.formats.csv_dialect import NO_QUOTE, Dialect
from processor.formats.csv_texts import Distinct, extremes, hashes, mixed
from processor.formats.csv_values import READERS, SHOWN
from processor.formats.csv_words import first_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from processor.formats.csv_blocks import Cells

MOST = 1_048_576
TYPE = {type_.sql: type_ for type_ in TYPES}
PYTHON: dict[str, Any] = {
    "BIGINT": int,
    "DOUBLE": float,
    "BOOLEAN": lambda cell: cell.lower() == "true",
    "DATE": lambda cell: str(date.fromisoformat(cell)),
    "TIMESTAMP": lambda cell: datetime.fromisoformat(cell).isoformat(sep=" "),
    "TIMESTAMPTZ": lambda cell: datetime.fromisoformat(cell[:-1]).isoformat(sep=" ") + "+00",
}
"""What a cell of each type is, as far as the readers know it."""

nearly_numbers = st.one_of(
    st.text("0123456789-+.eE_ ", min_size=1, max_size=24),
    st.from_regex(r"-?[0-9]{0,19}(\.[0-9]{0,19})?", fullmatch=True).filter(bool),
    st.integers(-(10**19), 10**19).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
nearly_moments = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ", timespec="seconds")),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z"),
    st.from_regex(r"[0-2][09][0-9]{2}-[01][0-9]-[0-3][0-9]", fullmatch=True),
    st.from_regex(r"[0-9]{4}-02-(28|29|30)[T ][0-3][0-9]:[0-9]{2}:[0-6][0-9]Z?", fullmatch=True),
    st.text("0123456789-:TZ ", min_size=1, max_size=24),
)
truths = st.sampled_from(["true", "false", "TRUE", "False", "truE ", "tru", "falsee", "f\x01lse", "t"])
words = st.text("ab\x7fÄ日", min_size=1, max_size=20) | st.text("ab", min_size=1, max_size=300)


def column(cells: Sequence[str]) -> Cells:
    """One column of cells that are not empty and hold no line break."""
    (found,) = columns_of("\n".join([*cells, ""]).encode(), Dialect(b"\t", NO_QUOTE), 1, most_bytes=MOST)
    return found


@pytest.mark.parametrize("sql", sorted(READERS))
@settings(max_examples=200, deadline=None)
@given(cells=st.lists(st.one_of(nearly_numbers, nearly_moments, truths), min_size=1, max_size=30))
@example(cells=["0", "-0", "00", "-", ".", "-.5", "5.", "0.5", ".5", "0.50", "1.2.3", "9" * 18, "9" * 19])
@example(cells=["2024-01-31 10:00:00", "2024-01-31T10:00:00"])
@example(
    cells=[
        "9007199254740993.0",
        "9007199254740992",
        "9007199254740993",
        "0.1234567890123456",
        "123456789.12345678",
    ]
)
@example(
    cells=["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "2024-00-10", "2024-13-01"]
)
@example(cells=["2024-01-31 24:00:00", "2024-01-31 23:60:00", "2024-01-31 23:59:60", "2024-01-31x10:00:00"])
def test_a_value_is_what_python_reads(sql: str, cells: list[str]) -> None:
    values, texts, fine = READERS[sql](column(cells))

    for cell, value, is_one in zip(cells, values.tolist(), fine.tolist(), strict=True):
        if is_one:
            assert TYPE[sql].look.fullmatch(cell), cell
            assert SHOWN.get(sql, lambda shown: shown)(value) == PYTHON[sql](cell)
        else:
            assert not is_usual(cell, sql), cell
    told = {(cell, text) for cell, text, one in zip(cells, texts.tolist(), fine.tolist(), strict=True) if one}
    if sql != "BOOLEAN":
        assert len({cell for cell, _ in told}) == len({text for _, text in told}) == len(told)


def is_usual(cell: str, sql: str) -> bool:
    """Whether the readers have to know a cell: what is not usual may be left to slower ones."""
    if not TYPE[sql].look.fullmatch(cell) or cell.startswith("-0") or "e" in cell.lower().replace("true", ""):
        return sql == "BOOLEAN" and cell.lower() in ("true", "false")
    figures = cell.strip("-").replace(".", "")
    if sql in ("BIGINT", "DOUBLE"):
        few = len(figures) <= 18 and (sql == "BIGINT" or int(figures) <= 2**53)
        return few and len(cell.partition(".")[2]) < 16
    try:
        PYTHON[sql](cell)
    except ValueError:
        return False
    return len(cell) == {"DATE": 10, "TIMESTAMP": 19, "TIMESTAMPTZ": 20}.get(sql, 0) and ("Z" in cell) is (
        sql == "TIMESTAMPTZ"
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(words, min_size=1, max_size=30))
@example(["abcdefgh", "abcdefgh\x01"])
def test_the_first_and_the_last_text(texts: list[str]) -> None:
    cells = column(texts)

    found = extremes(cells, first_words(cells))

    assert [text.decode() for text in found] == [min(texts), max(texts)]


@settings(max_examples=200, deadline=None)
@given(st.lists(words, min_size=1, max_size=30))
def test_different_texts_have_different_hashes(texts: list[str]) -> None:
    cells = column(texts)

    found = hashes(cells, first_words(cells)).tolist()

    assert len(set(zip(texts, found, strict=True))) == len(set(texts)) == len(set(found))


@pytest.mark.parametrize(
    ("different", "off"), [(1, 0), (2_000, 0), (2_047, 0), (50_000, 0.08), (1_000_000, 0.08)]
)
def test_different_texts_are_counted_or_estimated(different: int, off: float) -> None:
    one, other = Distinct(), Distinct()
    numbers = mixed(np.arange(2 * different, dtype=np.uint64) % np.uint64(different))
    for index, part in enumerate(np.array_split(numbers, 7)):
        (one if index % 2 else other).take(part)
    one.merge(other)

    assert one.count() == pytest.approx(different, rel=off)
