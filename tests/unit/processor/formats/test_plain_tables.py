"""Tables in which nothing is odd are described without DuckDB, exactly as with it."""

from __future__ import annotations

import csv
import io
import math
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from local.program import ROOT
from processor.formats import csv_blocks, csv_table, plain_tables
from processor.formats.base import Rejected
from processor.formats.cell_types import STRING, TYPES, looks_like
from processor.formats.csv_blocks import NotPlain
from processor.formats.csv_dialect import Dialect
from processor.native import Odd
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from collections.abc import Callable


MOST = 1_048_576
TYPE = {type_.sql: type_ for type_ in TYPES}
INTEGER, NUMBER = TYPE["BIGINT"], TYPE["DOUBLE"]
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


def by_duckdb(text: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A table's profile, warnings and errors."""
    with monkeypatch.context() as patched:
        patched.setattr(plain_tables, "described", lambda *_: Odd.VALUES)
        return told(text)


def by_ours(
    text: str, monkeypatch: pytest.MonkeyPatch, *, block_bytes: int, small_bytes: int = 65_536
) -> Any:
    """The same, by two threads if it is more than a block."""
    with monkeypatch.context() as patched:
        patched.setattr(plain_tables, "SMALL_BYTES", small_bytes)
        for module in (csv_blocks, plain_tables):
            patched.setattr(module, "BLOCK_BYTES", block_bytes)
        return told(text)


def told(text: str) -> Any:
    examined = examine(csv_table.FORMAT, text.encode(), "a.csv")
    return examined.profile, examined.warnings, examined.errors


@settings(max_examples=300, deadline=None)
@given(tables())
def test_both_ways_say_the_same(text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        compare(text, monkeypatch)


def compare(text: str, monkeypatch: pytest.MonkeyPatch, *, distinct: float = 0) -> Any:
    """Describe a table in both ways; its columns."""
    duckdb = by_duckdb(text, monkeypatch)
    for block_bytes in (64, 65_536):
        ours = by_ours(text, monkeypatch, block_bytes=block_bytes)
        for one, other in zip(ours[0]["columns"], duckdb[0]["columns"], strict=True):
            same_figures(one, other, distinct)
        assert ours == duckdb
    return duckdb[0]["columns"]


def same_figures(one: dict[str, Any], other: dict[str, Any], distinct: float) -> None:
    """Two descriptions of a column: what is summed or estimated may differ a little."""
    assert one.keys() == other.keys()
    if "mean" in one:
        assert one["mean"] == pytest.approx(other["mean"], rel=1e-9)
        one["mean"] = other["mean"]
    if "distinct" in one:
        # DuckDB estimates, ours are counted.
        assert one["distinct"] == pytest.approx(other["distinct"], abs=2, rel=distinct)
        one["distinct"] = other["distinct"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_both_ways_say_the_same_of_cells_with_line_breaks(
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


@pytest.mark.parametrize("bad", ["", "short\n"])
def test_a_table_without_odd_values_needs_no_duckdb(bad: str) -> None:
    content = f"a,b\n1,2\n{bad}".encode()
    program = (
        "import sys; from processor.formats import csv_table;"
        "from tests.unit.processor.formats.examining import examine;"
        f"print(examine(csv_table.FORMAT, {content!r}).profile['rows'], 'duckdb' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["2" if bad else "1", "False"]


BAD = {"1": "missing-cell", "1,2,3,4,5,6": "extra-cell", '1,x"2': "quote-error", "1,\0": "source-error"}


@settings(max_examples=100, deadline=None)
@given(tables(), st.lists(st.tuples(st.integers(0, 12), st.sampled_from([*BAD, ""])), min_size=1, max_size=4))
def test_sound_rows_are_described_as_without_the_bad_ones(text: str, bad: list[tuple[int, str]]) -> None:
    header, *rows = text.splitlines()
    lines = [("", row) for row in rows]
    for place, line in bad:
        lines.insert(place, (BAD.get(line, "blank-row"), line))
    spoilt = "\n".join([header, *(line for _, line in lines), ""])
    good = "\n".join([header, *rows, ""])
    named = [(type_, number) for number, (type_, _) in enumerate(lines, 2) if type_]

    for way in (by_duckdb, partial(by_ours, block_bytes=64), partial(by_ours, block_bytes=64, small_bytes=0)):
        with pytest.MonkeyPatch.context() as monkeypatch:
            alone, among = way(good, monkeypatch), way(spoilt, monkeypatch)
        bad_rows = among[0]["badRows"]
        assert bad_rows == len(named) - sum(type_ == "blank-row" for type_, _ in named)
        assert among[0] == alone[0] | {"rows": len(rows) + bad_rows, "badRows": bad_rows}
        assert sorted(among[1] + among[2]) == sorted(named)


@pytest.mark.parametrize("place", [20, 3_000, 19_999])
def test_where_an_odd_value_is_met_on_the_way_all_sound_rows_are_described(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{n},{n / 4},text" for n in range(20_000)]
    rows[10], rows[place], rows[-2] = "10,bad", f"{place},odd,text", "extra,cell,in,here"
    text = "\n".join(["a,b,c", *rows])

    profile, warnings, errors = by_ours(text, monkeypatch, block_bytes=4_096)

    assert errors == [("missing-cell", 12), ("extra-cell", 20_000)]
    assert warnings == [("type-error", place + 2)]
    assert (profile["rows"], profile["badRows"]) == (20_000, 2)
    assert [(column["type"], column["max"]) for column in profile["columns"]] == [
        ("integer", 19_999),
        ("number", 4999.75 if place < 19_999 else 4999.25),
        ("string", "text"),
    ]


def described_rows(content: bytes, types: list[Any], **more: Any) -> Any:
    options: dict[str, Any] = {
        "size_bytes": csv_blocks.BLOCK_BYTES + 1,
        "most_bytes": MOST,
        "values": True,
        "check_time": lambda: None,
    } | more
    try:
        return plain_tables.described_rows(io.BytesIO(content), Dialect(b","), types, **options)
    except NotPlain as reason:
        return reason.odd


def test_a_column_of_each_type() -> None:
    rows = [
        f"{n},{n / 4},true,2024-01-{n},2024-01-{n} 10:00:00,2024-01-{n}T10:00:00Z,t{n},10:{n}:00.50"
        for n in range(10, 29)
    ]
    timed = (TYPE[name] for name in ("BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMPTZ"))
    types = [INTEGER, NUMBER, *timed, STRING, TYPE["TIME"]]

    found = described_rows("\n".join([*rows, ",,,,,,,"]).encode(), types)

    assert found.rows == 20
    assert found.columns == [
        {"type": "integer", "nulls": 1, "distinct": 19, "min": 10, "max": 28, "mean": 19.0},
        {"type": "number", "nulls": 1, "distinct": 19, "min": 2.5, "max": 7.0, "mean": 4.75},
        {"type": "boolean", "nulls": 1},
        {"type": "date", "nulls": 1, "distinct": 19, "min": "2024-01-10", "max": "2024-01-28"},
        {
            "type": "datetime",
            "nulls": 1,
            "distinct": 19,
            "min": "2024-01-10 10:00:00",
            "max": "2024-01-28 10:00:00",
        },
        {
            "type": "datetime",
            "nulls": 1,
            "distinct": 19,
            "min": "2024-01-10 10:00:00+00",
            "max": "2024-01-28 10:00:00+00",
        },
        {"type": "string", "nulls": 1, "distinct": 19, "min": "t10", "max": "t28"},
        {"type": "time", "nulls": 1, "distinct": 19, "min": "10:10:00.5", "max": "10:28:00.5"},
    ]


def test_values_need_not_be_told() -> None:
    found = described_rows(b"1,x\n2,y\n", [INTEGER, STRING], values=False)

    assert found.columns == [
        {"type": "integer", "nulls": 0, "distinct": 2},
        {"type": "string", "nulls": 0, "distinct": 2},
    ]


def test_rare_numbers_are_read() -> None:
    plain = [f"{n},{n}.5" for n in range(200)]

    found = described_rows("\n".join([*plain, "9223372036854775807,1e3"]).encode(), [INTEGER, NUMBER])

    assert found.columns[0]["max"] == 2**63 - 1
    assert found.columns[0]["mean"] == pytest.approx((sum(range(200)) + 2**63 - 1) / 201)
    assert found.columns[1]["max"] == 1_000
    assert found.columns[1]["distinct"] == 201


@pytest.mark.parametrize(
    ("rows", "type_", "odd"),
    [
        (["1"] * 99 + ["x"], INTEGER, Odd.VALUES),
        (["1"] * 99 + ["9223372036854775808"], INTEGER, Odd.VALUES),
        (["1"] * 99 + ["-0"], INTEGER, Odd.VALUES),
        (["1"] * 99 + ["1e999"], NUMBER, Odd.VALUES),
        (["1e308"] * 2, NUMBER, Odd.VALUES),
        (["2024-01-01"] * 99 + ["2024-02-30"], TYPE["DATE"], Odd.VALUES),
        (["10:00"] * 3 + ["24:00"], TYPE["TIME"], Odd.VALUES),
        (["true", "yes"], TYPE["BOOLEAN"], Odd.VALUES),
        (["x" * 2_000_000], STRING, Odd.ROWS),
        (["a", "", "b"], STRING, Odd.ROWS),
        (["a", '"b'], STRING, Odd.ROWS),
        (["a", "b,c"], STRING, Odd.ROWS),
        (["a", "b\0"], STRING, Odd.ROWS),
        (["a\r", "b"], STRING, Odd.ROWS),
    ],
)
def test_what_is_not_plain_is_left_to_others(rows: list[str], type_: Any, odd: Odd) -> None:
    content = "\n".join(rows).encode()

    for size_bytes in (csv_blocks.BLOCK_BYTES, csv_blocks.BLOCK_BYTES + 1):  # one thread, and two
        assert described_rows(content, [type_], size_bytes=size_bytes) is odd


def test_a_record_over_the_ceiling_is_left_to_others() -> None:
    content = b"a,b\nsome,more\nc,d\n"

    assert described_rows(content, [STRING, STRING], most_bytes=9).rows == 3
    assert described_rows(content, [STRING, STRING], most_bytes=8) is Odd.ROWS


def test_long_cells_are_described_rows() -> None:
    rows = ["x" * 600 + str(n) for n in range(50)] + ["x" * 601, "y" + "z" * 299]

    found = described_rows("\n".join(rows).encode(), [STRING])

    assert found.columns == [
        {"type": "string", "nulls": 0, "distinct": 52, "min": "x" * 100, "max": "y" + "z" * 99}
    ]


def test_a_sum_may_be_larger_than_64_bits() -> None:
    numbers = [10**18 - n for n in range(1, 100)]

    found = described_rows("\n".join(map(str, numbers)).encode(), [INTEGER])

    assert found.columns[0]["mean"] == math.fsum(numbers) / 99


def test_it_stops_when_time_is_up() -> None:
    def late() -> None:
        raise Rejected("ceiling-error", "It takes too long.")

    with pytest.raises(Rejected, match="too long"):
        described_rows(b"1\n2\n", [INTEGER], check_time=late)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(*COLUMNS.values(), st.just("")), min_size=1, max_size=12), st.integers(0, 60))
@example(cells=["1", "x"], more=18)
@example(cells=["1", "x"], more=17)
def test_types_are_those_that_nearly_all_cells_look_like(cells: list[str], more: int) -> None:
    cells += cells[:1] * more
    read = next(iter(csv.reader([",".join(cells)], strict=True)))

    profile, *_ = told("\n".join(["k,v", *(f"k,{cell}" for cell in cells)]))

    assert profile["columns"][1]["type"] == looks_like(list(filter(None, read))).name


@pytest.mark.parametrize("text", ["plain", '"over\nlines"', '"a ""quoted"" word"'])
def test_some_rows_tell_the_types_of_a_large_table(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"{n},{n / 4},2024-01-{n % 28 + 1:02},{text}" for n in range(20_000)]

    columns = compare("\n".join(["a,b,c,d", *rows]), monkeypatch, distinct=0.1)

    assert [column["type"] for column in columns] == ["integer", "number", "date", "string"]
