"""Tables in which nothing is odd are described without DuckDB, exactly as with it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.program import ROOT
from processor.formats import csv_blocks, csv_table, plain_tables
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from collections.abc import Callable


TIMES = st.times().map(lambda time: time.replace(microsecond=time.microsecond // 1_000 * 1_000).isoformat())
COLUMNS = {
    "integer": st.integers(-(2**63) + 1, 2**63 - 1).map(str),
    "number": st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr),
    "boolean": st.sampled_from(["true", "false", "True", "FALSE"]),
    "date": st.dates().map(str),
    "datetime": st.datetimes().map(lambda moment: moment.isoformat(sep=" ", timespec="milliseconds")),
    "moment": st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "+02:00"),
    "time": TIMES,
    "text": st.text("abcxyzÄ日 .-", max_size=120),
    "price": st.decimals(-999, 999, places=2).map(str),
    "padded": st.integers(0, 99).map("{:03}".format),
    "quoted": st.text('ab", ', max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"'),
}


@st.composite
def tables(draw: Any) -> str:
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=2, max_size=5))
    size = draw(st.integers(1, 12))
    cells = [draw(st.lists(COLUMNS[kind] | st.just(""), min_size=size, max_size=size)) for kind in kinds]
    rows = [",".join(row) for row in zip(*cells, strict=True)]
    header = ",".join(f"{kind} {number}" for number, kind in enumerate(kinds))
    line_break: str = draw(st.sampled_from(["\n", "\r\n"]))
    return line_break.join([header, *rows, ""])


def described(text: str, way: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A table's profile and warnings, by Python's cells, by numpy's words, or by DuckDB."""
    with monkeypatch.context() as patched:
        patched.setattr(plain_tables, "SMALL_BYTES", 0 if way == "words" else 32_768)
        patched.setattr(csv_blocks, "BLOCK_BYTES", 64)
        if way == "duckdb":
            patched.setattr(plain_tables, "described", lambda _layout, _work: None)
        examined = examine(csv_table.FORMAT, text.encode(), "a.csv")
    return examined.profile, examined.warnings


@settings(max_examples=300, deadline=None)
@given(tables())
def test_all_ways_say_the_same(text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        compare(text, monkeypatch)


def compare(text: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Describe a table in all ways; its columns."""
    cells, words, duckdb = (described(text, way, monkeypatch) for way in ("cells", "words", "duckdb"))
    for ours in (cells, words):
        for one, other in zip(ours[0]["columns"], duckdb[0]["columns"], strict=True):
            same_figures(one, other)
        assert ours == duckdb
    return duckdb[0]["columns"]


def same_figures(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Two descriptions of a column: what is summed or estimated may differ a little."""
    assert one.keys() == other.keys()
    if "mean" in one:
        assert one["mean"] == pytest.approx(other["mean"], rel=1e-9)
        one["mean"] = other["mean"]
    if "distinct" in one:
        # DuckDB estimates, ours are counted.
        assert abs(one["distinct"] - other["distinct"]) <= 2
        one["distinct"] = other["distinct"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_all_ways_say_the_same_of_cells_with_line_breaks(
    line_break: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["key,text", "1,plain", f'2,"over{line_break}lines, ""quoted"""', "3,last", ""]

    columns = compare(line_break.join(rows), monkeypatch)

    assert [(column["type"], column["max"]) for column in columns] == [("integer", 3), ("string", "plain")]


@pytest.mark.parametrize(
    "cell",
    ["2024-02-30", "9" * 19, "2024-01-01T10:00:00.1234567", "10:00:00.1234567", "25:00", "1e999", "x"],
)
def test_what_may_not_be_what_it_looks_like_is_left_to_duckdb(cell: str) -> None:
    good: dict[str, Callable[[int], str]] = {
        "2": lambda n: f"2024-01-{n:02d}" if len(cell) == 10 else f"2024-01-{n:02d}T10:00:00",
        "9": str,
        "1": lambda n: f"10:00:{n:02d}" if ":" in cell else f"{n}.5",
        "x": str,
    }
    rows = [good[cell[0]](number) for number in range(1, 29)]

    examined = examine(csv_table.FORMAT, "\n".join(["k,v", *(f"k,{c}" for c in [*rows, cell])]).encode())

    assert examined.errors == []
    assert examined.profile["rows"] == 29


def test_a_small_table_needs_no_duckdb() -> None:
    program = (
        "import sys; from processor.formats import csv_table;"
        "from tests.unit.processor.formats.examining import examine;"
        "print(examine(csv_table.FORMAT, b'a,b\\n1,2\\n').profile['rows'], 'duckdb' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["1", "False"]
