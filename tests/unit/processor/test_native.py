"""Compiled code reads cells as Python does, and takes no other text for a value."""

from __future__ import annotations

import io
import math
import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.formats.cell_types import STRING, TYPES
from processor.formats.csv_blocks import NotPlain
from processor.formats.csv_dialect import NO_QUOTE, Dialect
from processor.formats.plain_tables import described_rows
from processor.native import Odd

TABS = Dialect(b"\t", NO_QUOTE)
TYPE = {type_.sql: type_ for type_ in TYPES}


def moment(cell: str) -> str:
    return shown(datetime.fromisoformat(cell).replace(tzinfo=None))


def moment_in_utc(cell: str) -> str:
    return shown(datetime.fromisoformat(cell).astimezone(UTC).replace(tzinfo=None)) + "+00"


def shown(value: datetime | time) -> str:
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return text.rstrip("0") if "." in text else text


PYTHON: dict[str, Any] = {
    "BIGINT": int,
    "DOUBLE": float,
    "DATE": lambda cell: str(date.fromisoformat(cell)),
    "TIMESTAMP": moment,
    "TIMESTAMPTZ": moment_in_utc,
    "TIME": lambda cell: shown(time.fromisoformat(cell)),
}
"""What a cell of each type is."""

nearly_numbers = st.one_of(
    st.text("0123456789-+.eE_ ", min_size=1, max_size=24),
    st.from_regex(r"-?[0-9]{0,19}(\.[0-9]{0,19})?", fullmatch=True).filter(bool),
    st.integers(-(10**19), 10**19).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
nearly_moments = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ")),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z"),
    st.times().map(lambda time: time.isoformat()),
    st.from_regex(r"[0-2][09][0-9]{2}-[01][0-9]-[0-3][0-9]", fullmatch=True),
    st.from_regex(r"[0-9]{4}-02-(28|29|30)[T ][0-3][0-9]:[0-9]{2}(:[0-6][0-9])?Z?", fullmatch=True),
    st.from_regex(
        r"(0001-01-01|2024-0[23]-(01|29)|9999-12-31)T[0-2][0-9]:[0-6][0-9]:00(\.[0-9]{1,7})?"
        r"([-+][0-2][0-9](:?[0-5][0-9])?|Z)",
        fullmatch=True,
    ),
    st.text("0123456789-:TZ ", min_size=1, max_size=24),
)
texts = st.text("ab\x7fÄ日", min_size=1, max_size=20) | st.text("ab", min_size=1, max_size=300)


def column(cells: list[str], sql: str) -> Any:
    """What is said of a column of cells without line breaks, none of them empty; None if it is not plain."""
    content = "\n".join([*cells, ""]).encode()
    told = {"size_bytes": len(content), "most_bytes": 10_000, "values": True, "check_time": lambda: None}
    try:
        return described_rows(io.BytesIO(content), TABS, [TYPE[sql]], **told).columns[0]  # type: ignore[arg-type]
    except NotPlain as reason:
        return None if reason.odd is Odd.VALUES else pytest.fail("its rows are plain")


@pytest.mark.parametrize("sql", sorted(PYTHON))
@settings(max_examples=400, deadline=None)
@given(cell=st.one_of(nearly_numbers, nearly_moments))
@example("2024-01-31T10:00:00+02:30")
@example("2024-03-01T00:10:00.5+00:30")
@example("2024-01-01T00:00:00+01")
@example("2023-12-31T23:30:00-0100")
@example("0001-01-01T00:00:00+00:01")
@example("9999-12-31T23:59:00-00:01")
@example("2024-01-31T10:00:00+24")
@example("2024-01-31 10:00Z")
@example("9007199254740993.0")
@example("123456789.12345678")
@example("0.1234567890123456")
@example("1e400")
@example("10:00:00.1234567")
def test_a_value_is_what_python_reads(sql: str, cell: str) -> None:
    found = column([cell], sql)

    if found is None:
        assert not is_usual(cell, sql)
    else:
        assert TYPE[sql].look.fullmatch(cell)
        assert found["min"] == found["max"] == PYTHON[sql](cell)


def is_usual(cell: str, sql: str) -> bool:
    """Whether a cell has to be known: what is not usual may be left to slower ways."""
    if not TYPE[sql].look.fullmatch(cell) or (sql == "BIGINT" and cell == "-0"):
        return False
    try:
        value = PYTHON[sql](cell)
    except (ValueError, OverflowError):
        return False
    if sql in ("BIGINT", "DOUBLE"):
        return bool(abs(value) < (2**63 if sql == "BIGINT" else math.inf))
    # Python cuts off what is behind six digits, and takes 60 minutes for an hour.
    return re.search(r"\.\d{7}|[-+]\d\d:?[6-9]\d$", cell) is None


VALUES = """
BIGINT 0 -1 10 9223372036854775807 -9223372036854775807
DOUBLE 0 -0 .5 5. -.5 0.50 1e3 1E-7 0e5 12345678901234567890.5
DATE 2024-02-29 2000-02-29 0001-01-01
TIME 10:00 23:59:59 00:00:00.000001
TIMESTAMP 2024-01-31T10:00 2024-01-31T10:00:00.5
TIMESTAMPTZ 2024-01-31T10:00Z 2024-01-31T10:00:00+02 2024-01-31T10:00:00-0230 2024-01-31T10:00:00.5+02:30
BOOLEAN true false TRUE False
"""
OTHERS = """
BIGINT 00 01 -0 - +1 1.0 1e3 9223372036854775808 99999999999999999999
DOUBLE 00 01.5 . - + .e1 1e 1e+ 1e1.5 1.2.3 1,5 nan inf 0x1 1_0 1e400
DATE 2023-02-29 1900-02-29 2024-13-01 2024-00-10 0000-01-01 2024-1-01 2024-01-31T
TIME 24:00 10:60 23:59:60 1:00 10-00 10:00. 10:00:00. 10:00:00.x 10:00:00.1234567
TIMESTAMP 2024-01-31 2024-01-31T 2024-01-31x10:00:00 2024-01-31T10:00:00Z
TIMESTAMPTZ 2024-01-31T10:00 2024-01-31T10:00:00+2 2024-01-31T10:00:00+02:3 2024-01-31T10:00:00+02-30
TIMESTAMPTZ 2024-01-31T10:00:00Z1 2024-01-31TZ 2024-01-31T10:00:00+24 2024-01-31T10:00:00+02:60
BOOLEAN tru truee f\x01lse yes t
"""


@pytest.mark.parametrize("line", VALUES.strip().splitlines())
def test_what_is_a_value(line: str) -> None:
    sql, *cells = line.split(" ")

    assert [cell for cell in cells if column([cell], sql) is None] == []


@pytest.mark.parametrize("line", OTHERS.strip().splitlines())
def test_what_is_none(line: str) -> None:
    sql, *cells = line.split(" ")

    assert [cell for cell in cells if column([cell], sql) is not None] == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(-1e15, 1e15).map(repr), min_size=1, max_size=50))
@example(["1e15", "0.1", "-1e15"])
def test_the_mean_of_numbers_is_hardly_rounded(cells: list[str]) -> None:
    found = column(cells, "DOUBLE")

    exact = math.fsum(map(float, cells)) / len(cells)
    assert found["mean"] == pytest.approx(exact, rel=1e-15, abs=1e-300)
    assert (found["min"], found["max"]) == (min(map(float, cells)), max(map(float, cells)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(1 - 2**63, 2**63 - 1), min_size=1, max_size=50))
@example([2**63 - 1] * 50)
@example([1 - 2**63] * 50)
def test_the_mean_of_integers_is_exact(values: list[int]) -> None:
    found = column(list(map(str, values)), "BIGINT")

    assert found["mean"] == sum(values) / len(values)
    assert (found["min"], found["max"]) == (min(values), max(values))


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, min_size=1, max_size=30))
@example(["abcdefgh", "abcdefgh\x01"])
@example(["日" * 100 + "a", "日" * 100 + "b"])
def test_texts_are_counted_and_ordered(cells: list[str]) -> None:
    found = column(cells, "VARCHAR")

    assert (found["min"], found["max"]) == (min(cells)[:100], max(cells)[:100])
    assert found["distinct"] == len(set(cells))


@pytest.mark.parametrize(
    ("different", "off"), [(1, 0), (2_000, 0), (3_071, 0), (3_072, 0.08), (50_000, 0.08), (1_000_000, 0.08)]
)
def test_different_texts_are_counted_or_estimated(different: int, off: float) -> None:
    content = "".join(f"{n}\n" for n in range(different)).encode() * 2
    told = {"most_bytes": 100, "values": False, "check_time": lambda: None}

    # By one thread, or by two, each with some of the rows.
    by_one, *by_two = (
        described_rows(io.BytesIO(content), TABS, [STRING], size_bytes=size, **told).columns[0]["distinct"]  # type: ignore[arg-type]
        for size in (1, 2**30, 2**30)
    )

    assert by_one == pytest.approx(different, rel=off)
    assert by_two == [by_one] * 2
