"""Records of a delimited table, and the quick look that says whether they need one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from processor.formats import csv_regular, csv_source
from processor.formats.csv_dialect import Dialect
from processor.formats.csv_records import Entry, Records, Run
from processor.formats.csv_regular import Regular, regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMA = Dialect(b",")
PIECES = ["a", "b", ",", '"', '""', "\n", "\r\n", '"x"', '"y,z"', "\n", ","]
MOST = 1_000


def read(path: Path, chunk_bytes: int = MOST) -> list[Entry]:
    """Every record, with each blank line for itself."""
    entries: list[Entry] = []
    for item in Records(path, COMMA, most_bytes=MOST).read(width=-1, chunk_bytes=chunk_bytes):
        assert isinstance(item, Entry)
        entries += [replace(item, line=item.line + number, lines=1) for number in range(item.lines)]
    return entries


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 7, 1_048_576])
def test_what_is_regular_has_nothing_but_sound_records(
    chunk_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_regular, "CHUNK_BYTES", chunk_bytes)
    chance, path = random.Random(chunk_bytes), tmp_path / "table"
    found = 0
    for _ in range(2_000):
        path.write_text("".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 14))), newline="")

        if regular(path, COMMA, most_bytes=MOST) is not Regular.NO:
            found += 1
            entries = list(Records(path, COMMA, most_bytes=MOST).read(width=-1))
            assert all(isinstance(e, Entry) and not e.wrong and not e.blank for e in entries), (
                path.read_bytes()
            )

    assert found > 200


@pytest.mark.parametrize("chunk_bytes", [3, 10, 1_048_576])
def test_records_do_not_depend_on_where_chunks_end(chunk_bytes: int, tmp_path: Path) -> None:
    chance, path = random.Random(chunk_bytes), tmp_path / "table"
    for _ in range(500):
        path.write_text("".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 30))), newline="")
        whole = read(path)

        assert read(path, chunk_bytes) == whole


def test_lines_that_need_no_look_come_in_runs(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b'a,b\n1,2\n3,"4"\n5,6\n7\n')

    items = list(Records(path, COMMA, most_bytes=MOST).read(width=2))

    assert items == [
        Run.of(1, [b"a,b", b"1,2"]),
        Entry(3, b'3,"4"', 2),
        Run.of(4, [b"5,6"]),
        Entry(5, b"7", 1),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n\n1,2\n",
        b"\na,b\n",
        b"a,b\n1\0,2\n",
        b"a,b\r\n1,2\n",
        b"a,b\r1,2\r",
        b"a\n" + b"x" * 1_001 + b"\n",
    ],
)
def test_what_is_out_of_the_ordinary_is_not_regular(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(content)

    assert regular(tmp_path / "table", COMMA, most_bytes=MOST) is Regular.NO


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"a,b\r\n1,2\r\n", b"a,b\n1,2", b'a,"b"'])
def test_what_is_in_order_is_regular(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(content)

    assert regular(tmp_path / "table", COMMA, most_bytes=MOST) is Regular.YES


def test_an_oversized_line_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"a\n" + b"x" * 5_000_000 + b"\nb\n")

    items = list(Records(path, Dialect(b","), most_bytes=MOST).read(width=1))

    assert items[0] == Run.of(1, [b"a"])
    assert isinstance(items[1], Entry)
    assert (items[1].line, items[1].text, items[1].wrong and items[1].wrong[0]) == (2, b"", "ceiling-error")
    assert items[2] == Run.of(3, [b"b"])


@pytest.mark.parametrize("content", [b'a\n"x\n\ty"\n', b'a,b\n1,"x ""y"" \n"\n', b'a\n"""\n"\n'])
def test_line_breaks_within_quotes_are_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(content)

    assert regular(tmp_path / "table", COMMA, most_bytes=MOST) is Regular.WITH_BREAKS


def test_blank_lines_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(b"a\n" + b"\n" * 1_000 + b"b\n")

    items = list(Records(tmp_path / "table", COMMA, most_bytes=MOST).read(width=1))

    assert items == [Run.of(1, [b"a"]), Entry(2, b"", lines=1_000), Run.of(1_002, [b"b"])]


def test_where_nothing_is_sound_only_the_first_lines_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The types of such a file are of no use, and it may be large."""
    (tmp_path / "table").write_bytes(b"a,b\n" + b"x\n" * 100_000)
    original, seen = Records.read, list[int]()

    def noted(records: Records, *, width: int) -> Iterator[Run | Entry]:
        for item in original(records, width=width):
            seen.append(item.line)
            yield item

    monkeypatch.setattr(Records, "read", noted)

    assert csv_source.sample(tmp_path / "table", COMMA, 2, skip=1) == []
    assert 1_000 < seen[-1] < 10_000


def test_each_line_of_a_long_record_is_looked_at_once(tmp_path: Path) -> None:
    """It would take hours otherwise: every line holds a quote that might close the cell."""
    (tmp_path / "table").write_bytes(b'a,b\n1,"' + b'""\n' * 300_000 + b'x"\n' + b'2,"' + b'""\n' * 300_000)

    items = list(Records(tmp_path / "table", COMMA, most_bytes=1_048_576).read(width=2))

    assert isinstance(items[1], Entry)
    assert (items[1].line, items[1].width, items[1].wrong) == (2, 2, None)
    assert isinstance(items[2], Entry)
    assert (items[2].line, items[2].wrong and items[2].wrong[0]) == (300_003, "quote-error")
