"""Plain tables in blocks: each step is held to what Python, its module csv, or our own records say."""

from __future__ import annotations

import csv
import io
import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.formats import csv_blocks, csv_columns
from processor.formats.base import Rejected
from processor.formats.cell_types import STRING, TYPES
from processor.formats.csv_blocks import Blocks, NotPlain, columns_of
from processor.formats.csv_dialect import NO_QUOTE, Dialect
from processor.formats.csv_records import Records, Run
from processor.formats.csv_texts import Distinct, extremes, hashes, mixed
from processor.formats.csv_values import READERS, SHOWN
from processor.formats.csv_words import first_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from processor.formats.csv_blocks import Cells

MOST = 1_048_576
COMMA = Dialect(b",")
TYPE = {type_.sql: type_ for type_ in TYPES}
INTEGER, NUMBER = TYPE["BIGINT"], TYPE["DOUBLE"]
PYTHON: dict[str, Any] = {
    "BIGINT": int,
    "DOUBLE": float,
    "BOOLEAN": lambda cell: cell.lower() == "true",
    "DATE": lambda cell: str(date.fromisoformat(cell)),
    "TIMESTAMP": lambda cell: datetime.fromisoformat(cell).isoformat(sep=" "),
    "TIMESTAMPTZ": lambda cell: datetime.fromisoformat(cell[:-1]).isoformat(sep=" ") + "+00",
}
"""What a cell of each type is, as far as the readers know it."""

digit = st.characters(min_codepoint=ord("0"), max_codepoint=ord("9"))
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
@example(cells=["9007199254740992", "9007199254740993", "0.1234567890123456", "123456789.12345678"])
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


alphabet = st.lists(
    st.sampled_from([b"a", b"b", b",", b",", b"\n", b"\n", b'"', b'"', b'""', b"\r\n", "é".encode()]),
    max_size=30,
)
spoilt = st.sampled_from([b"", b"", b"", b"\r", b"\0", b"\xff", b"\xc3", b"\n\n"])


@settings(max_examples=2_000, deadline=None)
@given(st.lists(alphabet.map(b"".join), max_size=3), spoilt, st.integers(1, 3), st.integers(8, 64))
@example([b'"a""b",c\n"",""\n'], b"", 2, 64)
@example([b'"a"""""\n'], b"", 1, 64)
@example([b'"a\nb",c\r\n'], b"", 2, 64)
@example([b'"a\r\nb",c\r\n'], b"", 2, 8)
@example([b'a"b,c"d\n'], b"", 1, 64)
def test_what_gets_through_is_sound(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], spoilt: bytes, width: int, size: int
) -> None:
    content = spoilt.join(parts)
    path = tmp_path_factory.mktemp("plain") / "a.csv"
    path.write_bytes(content)
    try:
        rows = rows_of(path, width, size)
    except NotPlain:
        return
    records = list(Records(path, COMMA, most_bytes=MOST).read(width=width))
    sound = [line for item in records for line in (item.lines if isinstance(item, Run) else [item.text])]
    assert all(isinstance(item, Run) or (not item.wrong and item.width == width) for item in records)
    text = content.decode()
    assert sorted(rows) == sorted(map(tuple, csv.reader(io.StringIO(text, newline=""), strict=True)))
    # Records know one kind of line break.
    rows = [tuple(cell.replace("\r\n", "\n") for cell in row) for row in rows]
    assert sorted(rows) == sorted(tuple(COMMA.split(line)) for line in sound)


def rows_of(path: Path, width: int, size: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    with pytest.MonkeyPatch.context() as patched, path.open("rb") as file:
        patched.setattr(csv_blocks, "BLOCK_BYTES", size)
        blocks = Blocks(file, COMMA, most_bytes=MOST)
        while block := blocks.take():
            columns = columns_of(block, COMMA, width, most_bytes=MOST)
            rows += zip(*([text.decode() for text in cells.texts()] for cells in columns), strict=True)
    return rows


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.text('ab", \n\r', max_size=12), min_size=2, max_size=2), min_size=1, max_size=12))
def test_what_a_strict_writer_writes_gets_through(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO(newline="")
    rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    csv.writer(text, lineterminator="\n").writerows(rows)
    path = tmp_path_factory.mktemp("written") / "a.csv"
    path.write_bytes(text.getvalue().encode())

    assert sorted(rows_of(path, 2, 16)) == sorted(map(tuple, rows))


def described(content: bytes, types: list[Any], **more: Any) -> Any:
    options: dict[str, Any] = {
        "size_bytes": csv_blocks.BLOCK_BYTES + 1,
        "most_bytes": MOST,
        "values": True,
        "check_time": lambda: None,
    } | more
    return csv_columns.described(io.BytesIO(content), COMMA, types, **options)


def test_a_column_of_each_type() -> None:
    rows = [
        f"{n},{n / 4},true,2024-01-{n:02},2024-01-{n:02} 10:00:00,2024-01-{n:02}T10:00:00Z,t{n:02}"
        for n in range(1, 29)
    ]
    types = [INTEGER, NUMBER, TYPE["BOOLEAN"], TYPE["DATE"], TYPE["TIMESTAMP"], TYPE["TIMESTAMPTZ"], STRING]

    found = described("\n".join([*rows, ",,,,,,"]).encode(), types)

    assert found.rows == 29
    assert found.columns == [
        {"type": "integer", "nulls": 1, "distinct": 28, "min": 1, "max": 28, "mean": 14.5},
        {"type": "number", "nulls": 1, "distinct": 28, "min": 0.25, "max": 7.0, "mean": 3.625},
        {"type": "boolean", "nulls": 1},
        {"type": "date", "nulls": 1, "distinct": 28, "min": "2024-01-01", "max": "2024-01-28"},
        {
            "type": "datetime",
            "nulls": 1,
            "distinct": 28,
            "min": "2024-01-01 10:00:00",
            "max": "2024-01-28 10:00:00",
        },
        {
            "type": "datetime",
            "nulls": 1,
            "distinct": 28,
            "min": "2024-01-01 10:00:00+00",
            "max": "2024-01-28 10:00:00+00",
        },
        {"type": "string", "nulls": 1, "distinct": 28, "min": "t01", "max": "t28"},
    ]


def test_values_need_not_be_told() -> None:
    found = described(b"1,x\n2,y\n", [INTEGER, STRING], values=False)

    assert found.columns == [
        {"type": "integer", "nulls": 0, "distinct": 2},
        {"type": "string", "nulls": 0, "distinct": 2},
    ]


def test_a_few_rare_numbers_are_read_one_by_one() -> None:
    plain = [f"{n},{n}.5" for n in range(200)]

    found = described("\n".join([*plain, "9223372036854775807,1e3"]).encode(), [INTEGER, NUMBER])

    assert found.columns[0]["max"] == 2**63 - 1
    assert found.columns[0]["mean"] == pytest.approx((sum(range(200)) + 2**63 - 1) / 201)
    assert found.columns[1]["max"] == 1_000
    assert found.columns[1]["distinct"] == 201


@pytest.mark.parametrize(
    ("rows", "type_"),
    [
        (["1"] * 99 + ["x"], INTEGER),
        (["1"] * 99 + ["9223372036854775808"], INTEGER),
        (["1"] * 99 + ["-0"], INTEGER),
        (["1"] * 90 + ["1e3"] * 10, NUMBER),
        (["1"] * 99 + ["1e999"], NUMBER),
        (["2024-01-01"] * 99 + ["2024-02-30"], TYPE["DATE"]),
        (["10:00"] * 3, TYPE["TIME"]),
        (["true", "yes"], TYPE["BOOLEAN"]),
        (["x" * 2_000_000], STRING),
        (["a", "", "b"], STRING),
        (["a", '"b'], STRING),
        (["a", "b,c"], STRING),
    ],
)
def test_what_is_not_plain_is_left_to_others(rows: list[str], type_: Any) -> None:
    assert described("\n".join(rows).encode(), [type_]) is None


def test_long_cells_are_described() -> None:
    rows = ["x" * 600 + str(n) for n in range(50)] + ["x" * 601, "y" + "z" * 299]

    found = described("\n".join(rows).encode(), [STRING])

    assert found.columns == [
        {"type": "string", "nulls": 0, "distinct": 52, "min": "x" * 100, "max": "y" + "z" * 99}
    ]


def test_a_sum_may_be_larger_than_64_bits() -> None:
    numbers = [10**18 - n for n in range(1, 100)]

    found = described("\n".join(map(str, numbers)).encode(), [INTEGER])

    assert found.columns[0]["mean"] == math.fsum(numbers) / 99


def test_it_stops_when_time_is_up() -> None:
    def late() -> None:
        raise Rejected("ceiling-error", "It takes too long.")

    with pytest.raises(Rejected, match="too long"):
        described(b"1\n2\n", [INTEGER], check_time=late)
