"""Minima, maxima and enums that a contract may have: the processor's SQL takes them for values as well."""

from __future__ import annotations

import duckdb
import pytest

from contracts.model import Contract, Field
from contracts.rules import check
from processor.formats.engine import literal
from processor.formats.table_schema import typed


def is_accepted(field: Field) -> bool:
    """Whether the rules find nothing wrong with the field."""
    return not list(check(Contract(name="c", prefix="c", fields=(field,))))


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("integer", "0"),
        ("integer", "-1"),
        ("integer", "+007"),
        ("integer", "9" * 18),
        ("number", "-1.5e3"),
        ("number", ".5"),
        ("number", "5."),
        ("number", "1e308"),
        ("date", "2024-02-29"),
        ("date", "0001-01-01"),
        ("datetime", "2024-02-29T08:15"),
        ("datetime", "2024-02-29 08:15:00.123456"),
        ("datetime", "2024-02-29T08:15:00Z"),
        ("datetime", "2024-02-29T08:15:00+05:30"),
        ("time", "08:15"),
        ("time", "23:59:59.999999"),
        ("year", "2024"),
    ],
)
def test_a_bound_that_is_accepted_is_a_value_in_sql(type_: str, value: str) -> None:
    field = Field(name="a", type=type_, minimum=value, maximum=value, enum=(value,))

    row = duckdb.connect().execute(f"SELECT {typed(field, literal(value))} IS NOT NULL").fetchone()

    assert is_accepted(field)
    assert row == (True,)


@pytest.mark.parametrize(
    ("type_", "format_", "value"),
    [
        ("date", "%d.%m.%Y", "29.02.2024"),
        ("date", "%d %b %y", "29 Feb 24"),
        ("date", "%A, %B %d, %Y", "Thursday, February 29, 2024"),
        ("date", "%Y%j", "2024060"),
        ("datetime", "%d.%m.%Y %H:%M:%S", "29.02.2024 08:15:00"),
        ("datetime", "%m/%d/%Y %I:%M %p", "02/29/2024 08:15 PM"),
        ("datetime", "%Y-%m-%dT%H:%M:%S.%f%z", "2024-02-29T08:15:00.5+0200"),
        ("time", "%H.%M", "08.15"),
        ("time", "%I:%M %p", "08:15 AM"),
    ],
)
def test_a_format_that_is_accepted_is_one_in_sql(type_: str, format_: str, value: str) -> None:
    field = Field(name="a", type=type_, format=format_, minimum=value)

    row = duckdb.connect().execute(f"SELECT {typed(field, literal(value))} IS NOT NULL").fetchone()

    assert is_accepted(field)
    assert row == (True,)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("integer", "9" * 19),
        ("integer", "1_000"),
        ("integer", "٣"),
        ("number", "nan"),
        ("number", "1,5"),
        ("date", "20240229"),
        ("date", "2024-W01-1"),
        ("datetime", "2024-02-29T25:00"),
        ("time", "24:00"),
        ("year", "24"),
    ],
)
def test_a_bound_that_is_no_value_is_refused(type_: str, value: str) -> None:
    assert not is_accepted(Field(name="a", type=type_, minimum=value))
