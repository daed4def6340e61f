"""JSON Lines: each line by itself, described as a table."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.formats.base import Ceilings
from processor.formats.json_lines import FORMAT
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from pathlib import Path

ROWS = b'{"a": 1, "b": "x"}\n{"a": 2.5, "b": null}\n{"a": 4, "c": [true]}\n'


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


def test_the_lines_are_described_as_a_table() -> None:
    examined = examine(FORMAT, ROWS)

    assert (examined.errors, examined.warnings) == ([], [])
    assert examined.profile == {
        "rows": 3,
        "badRows": 0,
        "columns": [
            {"name": "a", "type": "number", "nulls": 0, "distinct": 3, "min": 1.0, "max": 4.0, "mean": 2.5},
            {"name": "b", "type": "string", "nulls": 2, "distinct": 1, "min": "x", "max": "x"},
            {"name": "c", "type": "array", "nulls": 2, "distinct": 1},
        ],
        "columnCount": 3,
        "depth": 2,
    }


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ([1, 2, None], "integer"),
        ([18446744073709551615, -9223372036854775808], "integer"),
        ([1, 2.5], "number"),
        (["a", ""], "string"),
        ([True, False], "boolean"),
        ([{}, {"x": 1}], "object"),
        ([[], [1]], "array"),
        ([None, None], "null"),
        ([1, "a"], "mixed"),
        ([1, True], "mixed"),
    ],
)
def test_a_column_has_the_type_of_its_values(values: list[Any], type_: str) -> None:
    profile = examine(FORMAT, lines(*({"v": value} for value in values))).profile

    assert profile["columns"][0]["type"] == type_


def test_an_integer_keeps_its_digits() -> None:
    column = examine(FORMAT, lines({"v": 18446744073709551615}, {"v": -1})).profile["columns"][0]

    assert (column["min"], column["max"]) == (-1, 18446744073709551615)


def test_each_bad_line_is_an_error_of_its_own() -> None:
    content = b'{"a": 1}\n{"a": \n{"a": 2}\nnope\n{"a": "\xff"}\n{"a": NaN}\n{"a": 3} {}'

    examined = examine(FORMAT, content)

    assert examined.errors == [
        ("source-error", 2),
        ("source-error", 4),
        ("encoding-error", 5),
        ("source-error", 6),
        ("source-error", 7),
    ]
    assert (examined.profile["rows"], examined.profile["badRows"]) == (7, 5)
    assert (examined.findings.bad_rows, examined.findings.fatal) == (5, False)
    assert examined.profile["columns"][0]["max"] == 2


def test_the_report_has_the_bad_lines_and_the_message_has_not() -> None:
    examined = examine(FORMAT, b'{"a": 1}\n{"iban": secret}\n')

    assert '{""iban"": secret}' in examined.report
    assert "secret" not in examined.messages
    assert "column 10" in examined.messages


def test_rows_are_counted_without_blank_lines() -> None:
    examined = examine(FORMAT, b'\n{"a": 1}\n  \r\n{"a": \n')

    assert examined.warnings == [("blank-row", 1), ("blank-row", 3)]
    assert [(error.line_number, error.row_number) for error in examined.findings.errors] == [(4, 2)]
    assert examined.profile["columns"] == [
        {"name": "a", "type": "integer", "nulls": 0, "distinct": 1, "min": 1, "max": 1, "mean": 1.0}
    ]


@pytest.mark.parametrize(
    "content",
    [ROWS[:-1], ROWS.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + ROWS, ROWS.replace(b"\n", b"\n\n", 1)],
    ids=["no last line end", "Windows line ends", "a byte order mark", "a blank line"],
)
def test_how_lines_end_does_not_matter(content: bytes) -> None:
    assert examine(FORMAT, content).profile == examine(FORMAT, ROWS).profile


def test_a_carriage_return_is_white_space_within_a_line() -> None:
    examined = examine(FORMAT, b'{"a":\r1}\n{"a": 2}\r\n')

    assert (examined.errors, examined.profile["columns"][0]["max"]) == ([], 2)


@pytest.mark.parametrize("size", [101, 70_000, 200_000])
def test_a_line_over_the_ceiling_is_an_error_and_the_others_are_read(size: int) -> None:
    content = b'{"a": 1}\n{"a": "' + b"x" * size + b'"}\n{"a": 2}\n{"a": \n'

    examined = examine(FORMAT, content, ceilings=Ceilings(max_line_bytes=100))

    assert examined.errors == [("ceiling-error", 2), ("source-error", 4)]
    assert (examined.profile["rows"], examined.profile["columns"][0]["max"]) == (4, 2)


def test_a_line_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": "' + b"x" * 20_000_000 + b'"}\n{"a": 3}')
    tracemalloc.start()

    examined = examine(FORMAT, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert examined.errors == [("ceiling-error", 2)]
    assert peak < 8_000_000


@pytest.mark.parametrize("depth", [11, 5_000])
def test_nesting_has_a_ceiling(depth: int) -> None:
    content = (
        b"[" * 10 + b"]" * 10 + b"\n" + b"[" * depth + b"]" * depth + b"\n[[],[],[],[],[],[],[],[],[],[]]\n"
    )

    examined = examine(FORMAT, content, ceilings=Ceilings(max_nesting=10))

    assert examined.errors == [("ceiling-error", 2)]
    assert examined.profile["depth"] == 10


def test_a_value_unlike_the_rest_of_its_column_is_a_warning() -> None:
    values: list[Any] = [*range(500), "n/a", *range(500), True]

    examined = examine(FORMAT, lines(*({"v": value} for value in values)))

    assert examined.warnings == [("type-error", 501), ("type-error", 1002)]
    assert examined.profile["columns"][0] == {
        "name": "v",
        "type": "integer",
        "nulls": 0,
        "distinct": examined.profile["columns"][0]["distinct"],
        "min": 0,
        "max": 499,
        "mean": 249.5,
    }


def test_only_the_first_odd_values_have_their_line() -> None:
    values = ["x"] * 40 + list(range(1_000))

    examined = examine(FORMAT, lines(*({"v": value} for value in values)))

    assert examined.warnings == [("type-error", line) for line in range(1, 21)]
    assert examined.findings.warning_counts["type-error"] == 40


def test_columns_have_a_ceiling() -> None:
    content = lines({f"c{n}": n for n in range(50)}, {"more": 1})

    profile = examine(FORMAT, content, ceilings=Ceilings(max_columns=10)).profile

    assert (profile["columnCount"], profile["cut"], len(profile["columns"])) == (10, True, 10)


def test_two_thousand_columns_are_described() -> None:
    content = lines(*({f"c{n}": n + row for n in range(2_000)} for row in range(3)))

    columns = examine(FORMAT, content).profile["columns"]

    assert [(column["min"], column["max"]) for column in columns] == [(n, n + 2) for n in range(2_000)]


@pytest.mark.parametrize("name", ["", "a b", 'say "x"', "it's", "ä", "🦄", "a\x00b", "$.a", "{", "x" * 2_000])
def test_columns_may_have_any_name(name: str) -> None:
    examined = examine(FORMAT, lines({name: 1, "other": 2}))

    assert examined.errors == []
    assert examined.profile["columns"][-1]["max"] == 2


def test_names_that_differ_in_capitals_are_two_columns() -> None:
    columns = examine(FORMAT, lines({"a": 1, "A": 2, "b": 3})).profile["columns"]

    assert [(column["name"], column["max"]) for column in columns] == [("a", 1), ("A", 2), ("b", 3)]


def test_personal_data_has_no_minima_and_maxima() -> None:
    columns = examine(FORMAT, ROWS, values=False).profile["columns"]

    assert columns[0] == {"name": "a", "type": "number", "nulls": 0, "distinct": 3}


def test_long_texts_are_cut() -> None:
    column = examine(FORMAT, lines({"a": "ä" * 300})).profile["columns"][0]

    assert column["min"] == column["max"] == "ä" * 100


def test_lines_need_not_be_objects() -> None:
    profile = examine(FORMAT, b'[1, [2]]\n3\n"x"\nnull\n{"a": 1}\n').profile

    assert profile["kinds"] == {"array": 1, "integer": 1, "string": 1, "null": 1, "object": 1}
    assert (profile["rows"], profile["depth"]) == (5, 2)
    assert profile["columns"][0]["nulls"] == 0


@pytest.mark.parametrize("content", [b'{\n  "a": 1\n}\n', b"[\n1,\n2\n]\n"])
def test_one_document_over_several_lines_is_not_json_lines(content: bytes) -> None:
    examined = examine(FORMAT, content)

    assert examined.errors == [("format-error", 1)]
    assert ".json" in examined.messages


def test_utf_16_is_refused() -> None:
    assert examine(FORMAT, ROWS.decode().encode("utf-16")).errors == [("encoding-error", None)]


def test_a_full_report_is_counted_on() -> None:
    examined = examine(FORMAT, b"{}\n" + b"nope\n" * 500, ceilings=Ceilings(max_rejects=10))

    assert examined.findings.error_counts["source-error"] == 500
    assert (examined.findings.reported, examined.profile["badRows"]) == (10, 500)


def test_a_file_of_bad_lines_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.formats.json_lines._HOPELESS", 20)

    examined = examine(FORMAT, b"{}\n" * 15 + b"nope\n" * 500)

    assert examined.errors[0] == ("format-error", 35)
    assert examined.findings.fatal


def test_only_the_first_blank_lines_have_their_number() -> None:
    examined = examine(FORMAT, b"\n" * 300 + b"{}\n" + b"\n" * 70_000)

    assert [line for _, line in examined.warnings] == list(range(1, 101))
    assert (examined.findings.warning_counts["blank-row"], examined.profile["rows"]) == (70_300, 1)


CELLS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5) | st.just([1])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.dictionaries(st.text(max_size=3), CELLS, max_size=4), max_size=8))
def test_whatever_the_rows_they_are_counted(rows: list[dict[str, Any]]) -> None:
    examined = examine(FORMAT, lines(*rows))

    assert (examined.errors, examined.profile["rows"]) == ([], len(rows))
    assert {column["name"]: column["nulls"] for column in examined.profile["columns"]} == {
        name: sum(row.get(name) is None for row in rows) for row in rows for name in row
    }
