"""Whatever gets through in blocks is sound, and what is said of it is what others read."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.formats import csv_blocks
from processor.formats.cell_types import STRING
from processor.formats.csv_blocks import Blocks, NotPlain, RowsCheck
from processor.formats.csv_dialect import NO_QUOTE, Dialect
from processor.formats.csv_records import Entry, Records, Run
from processor.formats.plain_tables import described_rows
from processor.native import Buffer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 1_048_576
COMMA = Dialect(b",")

alphabet = st.lists(
    st.sampled_from([b"a", b"b", b",", b",", b"\n", b"\n", b'"', b'"', b'""', b"\r\n", "é".encode()]),
    max_size=30,
)
# Bytes are looked at 64 at a time: what is before moves the rest over such a bound.
before = st.integers(0, 140).map(lambda size: b"x" * size)
spoilt = st.sampled_from([b"", b"", b"", b"\r", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\n\n"])


@settings(max_examples=3_000, deadline=None)
@given(before, st.lists(alphabet.map(b"".join), max_size=3), spoilt, st.integers(1, 3), st.integers(8, 64))
@example(b"", [b'"a""b",c\n"",""\n'], b"", 2, 64)
@example(b"", [b'"a"""""\n'], b"", 1, 64)
@example(b"", [b'"a\nb",c\r\n'], b"", 2, 64)
@example(b"", [b'"a\r\nb",c\r\n'], b"", 2, 8)
@example(b"", [b'a"b,c"d\n'], b"", 1, 64)
@example(b"x" * 62, [b',"\n'], b"", 2, 64)
@example(b"x\r", [], b"", 1, 8)
@example(b"x" * 63, [b"\r\nb\r\n"], b"", 1, 64)
@example(b"x" * 63, ["é\n".encode()], b"", 1, 64)
@example(b"x" * 61, ["日é\n".encode()], b"", 1, 64)
def test_what_gets_through_is_sound(
    tmp_path_factory: pytest.TempPathFactory,
    before: bytes,
    parts: list[bytes],
    spoilt: bytes,
    width: int,
    size: int,
) -> None:
    content = before + spoilt.join(parts)
    path = tmp_path_factory.getbasetemp() / "plain.csv"
    path.write_bytes(content)
    found = described(content, width, size)
    if found is None:
        return
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RowsCheck, "lines", lambda _self, _text: 0)
        records = list(Records(path, COMMA, most_bytes=MOST).read(width=width))
    sound = [line for item in records for line in (item.lines if isinstance(item, Run) else [item.text])]
    assert all(isinstance(item, Run) or (not item.wrong and item.width == width) for item in records)
    rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    assert (found.rows, found.columns) == (len(rows), figures(rows, width))
    # Records know one kind of line break.
    assert [[cell.replace("\r\n", "\n") for cell in row] for row in rows] == [
        COMMA.split(line) for line in sound
    ]


def described(content: bytes, width: int, block_bytes: int, dialect: Dialect = COMMA) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_blocks, "BLOCK_BYTES", block_bytes)
        patched.setattr("processor.formats.plain_tables.BLOCK_BYTES", block_bytes)
        try:
            return described_rows(
                io.BytesIO(content),
                dialect,
                [STRING] * width,
                size_bytes=len(content),
                most_bytes=MOST,
                values=True,
                check_time=lambda: None,
            )
        except NotPlain:
            return None


def figures(rows: Sequence[Sequence[str]], width: int) -> list[dict[str, Any]]:
    """What there is to say of columns of texts."""
    found = []
    for number in range(width):
        cells = [row[number] for row in rows]
        filled = list(filter(None, cells))
        column: dict[str, Any] = {"type": "string", "nulls": len(cells) - len(filled)}
        column["distinct"] = len(set(filled))
        if filled:
            column |= {"min": min(filled)[:100], "max": max(filled)[:100]}
        found.append(column)
    return found


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(st.text('ab", \n日', max_size=40), min_size=2, max_size=2), min_size=1, max_size=12))
def test_what_a_strict_writer_writes_gets_through(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)

    found = described(text.getvalue().encode(), 2, 16)

    assert (found.rows, found.columns) == (len(rows), figures(rows, 2))


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300), st.integers(1, 3), st.sampled_from([b'"', b"'", NO_QUOTE]))
def test_no_bytes_are_too_odd(content: bytes, width: int, quote: bytes) -> None:
    found = described(content, width, 64, Dialect(b";", quote))

    assert found is None or found.rows <= content.count(b"\n") + 1


@settings(max_examples=300, deadline=None)
@given(st.lists(alphabet.map(b"".join), max_size=5), st.integers(1, 40))
def test_blocks_hold_all_that_is_in_the_file(parts: list[bytes], size: int) -> None:
    content = b"".join(parts)
    blocks, buffer = Blocks(io.BytesIO(content), COMMA, most_bytes=MOST), Buffer(size)

    taken = []
    while found := blocks.take(buffer):
        taken.append(bytes(buffer.content[:found]))

    end = b"" if not content or content.endswith((b"\n", b"\r")) else b"\n"
    assert b"".join(taken) == content + end
    assert all(block.endswith(b"\n") and block.count(b'"') % 2 == 0 for block in taken[:-1])


def test_a_record_may_be_larger_than_a_block() -> None:
    content = b'"' + b"a\n" * 5_000 + b'",b\n' + b"c,d\n" * 5_000

    assert described(content, 2, 64).rows == 5_001


@pytest.mark.parametrize("size", [1, 31, 64, 200])
def test_lines_are_plain_rows_only_if_all_of_them_are_as_wide(size: int) -> None:
    check = RowsCheck(COMMA, 3, most_bytes=3 * size + 2)
    cell, row = b"x" * size, b",".join([b"x" * size] * 3) + b"\n"

    assert check.lines(row * 50) == 50
    for other in (b"," + row, cell + b"\n", row.replace(b",", b"", 1), b"x" + row, b"\n", row[:-1] + b"\0\n"):
        assert check.lines(row * 20 + other + row * 20) == 0
    assert check.lines(row * 50 + row[:-1]) == 0
    assert check.lines(row * 50) == 50


def test_a_record_over_the_ceiling_ends_it() -> None:
    blocks = Blocks(io.BytesIO(b"a" * 5_000), COMMA, most_bytes=100)

    with pytest.raises(NotPlain):
        blocks.take(Buffer(64))


@settings(max_examples=1_000, deadline=None)
@given(before, st.lists(alphabet.map(b"".join), max_size=4), spoilt, st.integers(1, 3), st.integers(8, 200))
@example(b"", [b'"a\nb"\nc\n'], b"", 1, 200)
@example(b"", [b"a,b\r\n", b"c,d\n"], b"", 2, 8)
def test_records_are_the_same_whether_lines_are_checked_at_once_or_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    before: bytes,
    parts: list[bytes],
    spoilt: bytes,
    width: int,
    size: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "records.csv"
    path.write_bytes(before + spoilt.join(parts))
    records = Records(path, COMMA, most_bytes=150)

    at_once = one_by_one(records.read(width=width, chunk_bytes=size))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RowsCheck, "lines", lambda _self, _text: 0)
        assert at_once == one_by_one(records.read(width=width, chunk_bytes=size))


def one_by_one(items: Iterable[Run | Entry]) -> list[Entry]:
    """Each record with its line; a run's lines have no width told."""
    found: list[Entry] = []
    for item in items:
        if isinstance(item, Run):
            found += (Entry(item.line + ahead, text) for ahead, text in enumerate(item.lines))
            assert len(item.lines) == item.count
        else:
            found.append(replace(item, width=0) if item.width and not item.wrong else item)
    return found
