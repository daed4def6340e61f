"""Delimited tables: what is wrong is named with its line, whatever else is in the file."""

from __future__ import annotations

import csv
import io

import pytest

from processor.formats.base import Ceilings
from processor.formats.csv_table import FORMAT
from tests.unit.processor.formats.examining import Examined, examine

GOOD = [b"id,name,amount"] + [b"%d,name %d,%d" % (n, n, n * 10) for n in range(1, 101)]
BAD_LINE = 42


def table(content: bytes | list[bytes], name: str = "table.csv", **options: object) -> Examined:
    text = content if isinstance(content, bytes) else b"\n".join(content) + b"\n"
    return examine(FORMAT, text, name, **options)  # type: ignore[arg-type]


def with_line(line: bytes) -> list[bytes]:
    """A good table whose line 42 is another one."""
    return [*GOOD[: BAD_LINE - 1], line, *GOOD[BAD_LINE:]]


def column(examined: Examined, name: str) -> dict[str, object]:
    (found,) = [column for column in examined.profile["columns"] if column["name"] == name]
    return dict(found)


def test_a_good_table_is_described() -> None:
    examined = table(GOOD)

    assert (examined.errors, examined.warnings) == ([], [])
    profile = dict(examined.profile)
    columns = profile.pop("columns")
    assert profile == {
        "encoding": "utf-8",
        "bom": False,
        "delimiter": "comma",
        "quote": '"',
        "header": True,
        "rows": 100,
        "badRows": 0,
        "columnCount": 3,
    }
    assert columns[2].pop("distinct") == pytest.approx(100, rel=0.1)
    assert columns[2] == {
        "name": "amount",
        "type": "integer",
        "nulls": 0,
        "min": 10,
        "max": 1000,
        "mean": 505.0,
    }
    assert columns[1]["type"] == "string"


# The ten classes of malformed rows, each in an otherwise good file.
ERRORS = {
    "extra cell": (b"41,name,410,more", "extra-cell"),
    "missing cell": (b"41,name", "missing-cell"),
    "unclosed quote": (b'41,"name,410', "quote-error"),
    "stray quote": (b'41,na"me,410', "quote-error"),
    "text after a closing quote": (b'41,"na"me,410', "quote-error"),
    "NUL byte": (b"41,na\0me,410", "source-error"),
    "bad UTF-8": (b"41,na\xffme,410", "encoding-error"),
    "oversized line": (b"41," + b"x" * 2_000 + b",410", "ceiling-error"),
}


@pytest.mark.parametrize("wrong", ERRORS)
def test_a_malformed_row_is_named_with_its_line(wrong: str) -> None:
    line, type_ = ERRORS[wrong]

    examined = table(with_line(line), ceilings=Ceilings(max_line_bytes=1_024))

    assert examined.errors == [(type_, BAD_LINE)]
    assert examined.findings.errors[0].row_number == BAD_LINE - 1
    assert (examined.profile["rows"], examined.profile["badRows"]) == (100, 1)
    assert examined.findings.fatal is False


@pytest.mark.parametrize(
    ("line", "type_"),
    [
        (b"", "blank-row"),
        (b"\r", "blank-row"),
        (b"41,na\rme,410", "source-error"),
        (b"41,name,many", "type-error"),
    ],
)
def test_an_odd_row_is_named_with_its_line(line: bytes, type_: str) -> None:
    examined = table(with_line(line))

    assert (type_, BAD_LINE) in examined.errors + examined.warnings


def test_what_is_merely_odd_is_a_warning() -> None:
    examined = table([b"id,id,,x", *(b"%d,1,2,3" % n for n in range(40)), b"", b"many,1,2,3"])

    assert examined.errors == []
    assert sorted(examined.warnings) == [
        ("blank-label", 1),
        ("blank-row", 42),
        ("duplicate-label", 1),
        ("type-error", 43),
    ]


def test_all_ten_classes_in_one_file_are_named_and_none_hides_another() -> None:
    lines = list(GOOD)
    for place, (line, _) in enumerate(ERRORS.values()):
        lines[10 + 5 * place] = line
    lines[80], lines[90], lines[0] = b"", b"90,name,many", b"id,name,amount,amount"
    lines = [
        lines[0],
        *(line + b",0" if line.count(b",") == 2 and line[-1:].isdigit() else line for line in lines[1:]),
    ]

    examined = table(lines, ceilings=Ceilings(max_line_bytes=1_024))

    named = {number for _, number in examined.errors}
    assert named >= {11 + 5 * place for place in range(len(ERRORS))} - {11}
    assert {("blank-row", 81), ("duplicate-label", 1)} <= set(examined.warnings)


def test_after_an_unclosed_quote_the_next_rows_are_read_as_they_are() -> None:
    lines = with_line(b'41,"open,410')
    lines[60] = b'60,"quoted, and fine",600'

    examined = table(lines)

    assert examined.errors == [("quote-error", BAD_LINE)]
    assert examined.profile["rows"] == 100


def test_a_quoted_line_break_counts_as_a_line() -> None:
    examined = table([b"a,b", b'1,"two\nlines"', b"2", b"3,x"])

    assert examined.errors == [("missing-cell", 4)]
    assert examined.findings.errors[0].row_number == 2


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_breaks_of_windows_and_a_missing_last_one_are_fine(ending: bytes, last: bool) -> None:
    examined = table(ending.join([b"a,b", b"1,2", b'3,"4"']) + ending * last)

    assert (examined.errors, examined.warnings, examined.profile["rows"]) == ([], [], 2)


@pytest.mark.parametrize(
    ("text", "delimiter", "rows"),
    [
        ("a;b\n1,5;2\n3;4\n", "semicolon", 2),
        ("a\tb\n1\t2\n", "tab", 1),
        ("a|b\n1|2\n", "pipe", 1),
        ("a\n1\n2\n", "comma", 2),
        ('a,b\n"1;2;3",x\n"4;5;6",y\n', "comma", 2),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str, rows: int) -> None:
    examined = table(text.encode())

    assert (examined.profile["delimiter"], examined.profile["rows"]) == (delimiter, rows)
    assert examined.errors == []


def test_single_quotes_are_found_where_nothing_else_is_quoted() -> None:
    examined = table(b"a,b\n'x, y',1\n'z',2\n'it''s',3\n'w',4\n")

    assert (examined.errors, examined.profile["quote"]) == ([], "'")
    assert column(examined, "a")["max"] == "z"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(encoding: str) -> None:
    examined = table("größe,b\n1,ü\n2,ß\n".encode(encoding))

    assert (examined.errors, examined.profile["bom"]) == ([], True)
    assert column(examined, "größe")["type"] == "integer"


def test_an_error_in_utf_16_has_the_right_line() -> None:
    examined = table("a,b\n1,ü\n2\n".encode("utf-16"))

    assert examined.errors == [("missing-cell", 3)]


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["1", "-2", "0"], "integer"),
        (["1.5", "2", "-0.25", "1e3"], "number"),
        (["true", "FALSE", "true"], "boolean"),
        (["2024-02-29", "1999-12-31"], "date"),
        (["2024-02-29T10:00:00", "1999-12-31 23:59"], "datetime"),
        (["2024-02-29T10:00:00Z", "2024-02-29T10:00:00+02:00"], "datetime"),
        (["10:00", "23:59:59"], "time"),
        (["007", "01234"], "string"),
        (["0x1F", "0x20"], "string"),
        (["1_000", "2_000"], "string"),
        (["inf", "nan"], "string"),
        (["2024-02-30", "2024-13-01"], "string"),
        (["12345678901234567890123", "1"], "number"),
        (["", ""], "string"),
    ],
)
def test_types_are_what_the_cells_look_like(values: list[str], type_: str) -> None:
    examined = table("\n".join(["key,value", *(f"k,{value}" for value in values)]).encode())

    assert column(examined, "value")["type"] == type_
    assert examined.warnings == []


@pytest.mark.parametrize("odd", ["1.5", "0x1F", "1_0", " 7", "007", "+7", "many", "1e2"])
def test_a_value_unlike_its_column_is_found_however_kindly_it_might_be_cast(odd: str) -> None:
    rows = [f"k,{number}" for number in range(100)]
    rows[70] = f"k,{odd}"

    examined = table("\n".join(["key,value", *rows]).encode())

    assert examined.warnings == [("type-error", 72)]
    assert column(examined, "value")["type"] == "integer"


def test_a_type_that_only_the_first_rows_have_is_given_up() -> None:
    rows = [f"{number},x" for number in range(40_000)] + [f"{number}.5,x" for number in range(40_000)]

    examined = table("\n".join(["value,key", *rows]).encode())

    assert column(examined, "value")["type"] == "number"
    assert examined.warnings == []


def test_odd_values_beyond_the_first_hundred_are_counted() -> None:
    rows = [f"k,{number if number % 25 else 'many'}" for number in range(10_000)]

    examined = table("\n".join(["key,value", *rows]).encode())

    assert examined.findings.warning_counts == {"type-error": 400}
    assert len(examined.findings.warnings) == 100


def test_a_table_without_header_is_told_by_its_first_row() -> None:
    examined = table(b"1,2024-01-01\n2,2024-01-02\n")

    assert (examined.profile["header"], examined.profile["rows"]) == (False, 2)
    assert [column["name"] for column in examined.profile["columns"]] == ["column1", "column2"]


def test_minima_and_maxima_can_be_left_out() -> None:
    examined = table(GOOD, values=False)

    assert [column.keys() for column in examined.profile["columns"]] == [
        {"name", "type", "nulls", "distinct"}
    ] * 3
    assert [column["name"] for column in examined.profile["columns"]] == ["column1", "column2", "column3"]


def test_too_many_columns_end_in_a_ceiling() -> None:
    examined = table(b",".join(b"c%d" % n for n in range(11)) + b"\n", ceilings=Ceilings(max_columns=10))

    assert examined.errors == [("ceiling-error", None)]
    assert "maxColumns is 10" in examined.messages


def test_a_text_that_is_no_table_is_named_as_such() -> None:
    letter = (
        b"Dear Ada,\nthank you, and all of yours, for the letter.\n"
        b"It was long.\nYours, Charles\nPS: write, soon, please\n" * 4
    )

    assert ("format-error", None) in table(letter).errors


@pytest.mark.parametrize("content", [b"\n\n\n", b'"open\n'])
def test_a_table_without_a_header_that_can_be_read_is_rejected(content: bytes) -> None:
    assert table(content).errors != []
    assert table(content).findings.fatal


def test_the_report_holds_the_lines_defused() -> None:
    examined = table(with_line(b"=HYPERLINK(1),name"))

    (header, row) = list(csv.reader(io.StringIO(examined.report)))
    assert header == [
        "lineNumber",
        "rowNumber",
        "fieldNumber",
        "fieldName",
        "error",
        "message",
        "value",
        "line",
    ]
    assert row[:5] == ["42", "41", "3", "amount", "missing-cell"]
    assert row[7] == "'=HYPERLINK(1),name"


def test_the_report_stops_at_its_ceiling_and_the_counts_go_on() -> None:
    examined = table([b"a,b", *[b"1,2"] * 300, *[b"1"] * 200], ceilings=Ceilings(max_rejects=50))

    assert len(examined.report.splitlines()) == 51
    assert examined.findings.error_counts == {"missing-cell": 200}
    assert len(examined.findings.errors) == 50 + 50
