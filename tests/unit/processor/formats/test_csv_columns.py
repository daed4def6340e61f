"""Plain tables as they are described in blocks, and what is left to others."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest

from processor.formats import csv_blocks, csv_columns
from processor.formats.base import Rejected
from processor.formats.cell_types import STRING, TYPES
from processor.formats.csv_dialect import Dialect

MOST = 1_048_576
COMMA = Dialect(b",")
TYPE = {type_.sql: type_ for type_ in TYPES}
INTEGER, NUMBER = TYPE["BIGINT"], TYPE["DOUBLE"]


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


def test_a_record_over_the_ceiling_is_left_to_others() -> None:
    content = b"a,b\nsome,more\nc,d\n"

    assert described(content, [STRING, STRING], most_bytes=9) is not None
    assert described(content, [STRING, STRING], most_bytes=8) is None


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
