"""Whatever gets through in blocks is sound, and its cells are what others read."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.formats import csv_blocks
from processor.formats.csv_blocks import Blocks, NotPlain, columns_of
from processor.formats.csv_dialect import Dialect
from processor.formats.csv_records import Records, Run

if TYPE_CHECKING:
    from pathlib import Path

MOST = 1_048_576
COMMA = Dialect(b",")

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
