"""Delimited tables: what is wrong is named with its line, whatever else is in the file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.model import Contract, Field
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


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8
)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=12)
    )
)
def test_what_a_strict_writer_writes_is_accepted_row_by_row(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["x"] * len(rows[0]), *rows])

    examined = table(text.getvalue().encode())

    assert examined.errors == []
    assert (examined.profile["rows"], examined.profile["columnCount"]) == (len(rows), len(rows[0]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text('ab,"\n', max_size=12), min_size=1, max_size=6))
def test_a_strict_parser_and_we_agree_on_what_is_a_table(lines: list[str]) -> None:
    text = "x,y\n" + "\n".join(lines) + "\n"
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
        sound = all(len(row) == 2 for row in rows) and not _has_stray_quotes(text)
    except csv.Error:
        sound = False

    assert (table(text.encode()).errors == []) == sound


def _has_stray_quotes(text: str) -> bool:
    """Python's reader takes a quote inside a cell that is not wrapped for a letter; RFC 4180 does not."""
    wrapped = False
    for place, letter in enumerate(text):
        if letter != '"':
            continue
        if not wrapped and place and text[place - 1] not in ',\n"':
            return True
        if not wrapped and text[place - 1 : place] == '"' and text[:place].count('"') % 2 == 0:
            wrapped = True
            continue
        wrapped = not wrapped
    return False


def test_line_breaks_within_cells_do_not_matter_however_large_the_table() -> None:
    rows = "".join(f'{n},"Foo {n}\n{10_000 + n} Berlin, Germany",1\n' for n in range(200_000))

    examined = table(("id,address,one\n" + rows).encode())

    assert (examined.errors, examined.warnings) == ([], [])
    assert examined.profile["rows"] == 200_000


@pytest.mark.parametrize(("columns", "rows"), [(200, 2_000), (900, 100)])
def test_wide_tables_are_described_in_the_memory_there_is(columns: int, rows: int) -> None:
    row = ",".join(str(number) for number in range(columns))
    labels = ",".join(f"column {number}" for number in range(columns))

    examined = table("\n".join([labels, *[row] * rows]).encode())

    assert examined.errors == []
    assert (examined.profile["rows"], examined.profile["columnCount"]) == (rows, columns)
    assert examined.profile["columns"][-1]["max"] == columns - 1


def test_odd_cells_of_many_columns_are_named_in_one_go() -> None:
    rows = [[str(row)] * 60 for row in range(2_000)]
    for number in range(60):
        rows[100 + number][number] = "odd"

    examined = table("\n".join([",".join(f"c{n}" for n in range(60)), *map(",".join, rows)]).encode())

    assert examined.warnings == [("type-error", 102 + number) for number in range(60)]
    assert [finding.field_number for finding in examined.findings.warnings] == list(range(1, 61))


def test_decimal_commas_do_not_make_a_comma_the_delimiter() -> None:
    rows = [f"{number};name;1,5" for number in range(98)]

    examined = table("\n".join(["id;name;amount, EUR", *rows, "98;x", "99;x;1,5;more"]).encode())

    assert examined.profile["delimiter"] == "semicolon"
    assert examined.errors == [("missing-cell", 100), ("extra-cell", 101)]


def test_quotes_are_letters_in_a_table_of_tabs_without_quoting() -> None:
    examined = table(b'id\tsize\n1\t5" disk\n2\t3.5"\n3\t"8" disk\n', "sizes.tsv")

    assert (examined.errors, examined.profile["rows"]) == ([], 3)
    assert examined.profile["quote"] is None
    assert column(examined, "size")["min"] == '"8" disk'


def test_a_table_in_another_encoding_is_named_as_such() -> None:
    examined = table("\n".join(["id,city", *(f"{n},Köln" for n in range(50))]).encode("latin-1"))

    assert examined.errors[0] == ("encoding-error", None)
    assert "such as Windows-1252" in examined.messages


def test_long_labels_do_not_make_the_report_long() -> None:
    examined = table(b"a," + b"x" * 500_000 + b"\n" + b"1\n" * 9)

    assert len(examined.report) < 20_000


def test_a_table_of_very_many_bad_rows_is_given_up_in_time() -> None:
    lines = b"a,b\n" + b"1,2\n" * 10 + b"1\n" * 400_000
    patient = replace(CONTRACT, header="exact", tolerated_bad_rows=None, tolerated_bad_share=1.0)

    hopeless = table(lines)
    late = table(lines, contract=patient, ceilings=Ceilings(max_seconds=0))

    assert ("format-error", None) in hopeless.errors
    assert hopeless.findings.error_counts["missing-cell"] < 110_000
    assert late.errors[0] == ("ceiling-error", None)
    assert "maxSeconds is 0" in late.messages


def test_blank_lines_by_the_million_are_counted() -> None:
    examined = table(b"a,b\n" + b"\n" * 2_000_000 + b"1,2\n")

    assert (examined.errors, examined.profile["rows"]) == ([], 1)
    assert examined.findings.warning_counts == {"blank-row": 2_000_000}


CONTRACT = Contract(
    name="c",
    prefix="c",
    header="none",
    fields=(Field(name="a", type="integer"), Field(name="b", type="integer")),
    primary_key=("a",),
    tolerated_bad_rows=5,
    on_bad_rows="split",
)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_without_a_header_a_bad_row_is_one_wherever_it_stands(place: int) -> None:
    rows = [b"1,2", b"3,4", b"5,6"]
    rows.insert(place, b"7,8,9")

    examined = table(rows, contract=CONTRACT)

    assert examined.errors == [("extra-cell", place + 1)]
    assert (examined.profile["rows"], examined.findings.fatal) == (4, False)


def test_keys_are_compared_as_values() -> None:
    examined = table(b"1,2\n01,3\n+1,4\n2,5\n", contract=CONTRACT)

    assert examined.errors == [("primary-key", 2), ("primary-key", 3)]
