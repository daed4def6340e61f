"""Records of a delimited table, and the quick look that says whether they need one by one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from processor.formats import csv_records
from processor.formats.csv_dialect import Dialect
from processor.formats.csv_records import Entry, Records, Run, is_regular

if TYPE_CHECKING:
    from pathlib import Path

COMMA = Dialect(b",")
PIECES = ["a", "b", ",", '"', '""', "\n", "\r\n", '"x"', '"y,z"', "\n", ","]
MOST = 1_000


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 7, 1_048_576])
def test_what_is_regular_has_nothing_but_sound_records(
    chunk_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_records, "CHUNK_BYTES", chunk_bytes)
    chance, path = random.Random(chunk_bytes), tmp_path / "table"
    regular = 0
    for _ in range(2_000):
        path.write_text("".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 14))), newline="")

        if is_regular(path, COMMA, most_bytes=MOST):
            regular += 1
            entries = list(Records(path, COMMA, most_bytes=MOST).read(width=-1))
            assert all(isinstance(e, Entry) and not e.wrong and not e.blank for e in entries), (
                path.read_bytes()
            )

    assert regular > 200


@pytest.mark.parametrize("chunk_bytes", [3, 10, 1_048_576])
def test_records_do_not_depend_on_where_chunks_end(
    chunk_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, path = random.Random(chunk_bytes), tmp_path / "table"
    for _ in range(500):
        path.write_text("".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 30))), newline="")
        whole = list(Records(path, COMMA, most_bytes=MOST).read(width=-1))

        with monkeypatch.context() as patched:
            patched.setattr(csv_records, "CHUNK_BYTES", chunk_bytes)
            assert list(Records(path, COMMA, most_bytes=MOST).read(width=-1)) == whole


def test_lines_that_need_no_look_come_in_runs(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b'a,b\n1,2\n3,"4"\n5,6\n7\n')

    items = list(Records(path, COMMA, most_bytes=MOST).read(width=2))

    assert items == [
        Run(1, [b"a,b", b"1,2"]),
        Entry(3, b'3,"4"', 2),
        Run(4, [b"5,6"]),
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

    assert is_regular(tmp_path / "table", COMMA, most_bytes=MOST) is False


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"a,b\r\n1,2\r\n", b"a,b\n1,2", b'a\n"x\n\ty"\n', b'a,"b"']
)
def test_what_is_in_order_is_regular(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(content)

    assert is_regular(tmp_path / "table", COMMA, most_bytes=MOST) is True


def test_an_oversized_line_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"a\n" + b"x" * 5_000_000 + b"\nb\n")

    items = list(Records(path, Dialect(b","), most_bytes=MOST).read(width=1))

    assert items[0] == Run(1, [b"a"])
    assert isinstance(items[1], Entry)
    assert (items[1].line, items[1].text, items[1].wrong and items[1].wrong[0]) == (2, b"", "ceiling-error")
    assert items[2] == Run(3, [b"b"])
