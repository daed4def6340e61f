"""What is told of Excel workbooks, and which are refused."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from processor.formats import excel
from processor.formats.base import Ceilings
from processor.formats.excel import FORMAT
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import cut, each_cut, rezipped, survived

HEADER = ["id", "name", "amount", "day", "at", "paid"]
ROWS = [
    [
        n,
        f"name {n}",
        n / 4,
        dt.date(2026, 1, 1 + n),
        dt.datetime.fromisoformat(f"2026-01-01 08:{n:02}"),
        n % 2 == 0,
    ]
    for n in range(30)
]
SHEET = "xl/worksheets/sheet1.xml"
XML = '<?xml version="1.0"?>'


def by_openpyxl(*rows: list[Any], empty_before: int = 0, hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for number in range(empty_before):
        book.create_sheet(f"empty {number}", 0)
    for row in rows:
        sheet.append(row)
    if hidden:
        book.create_sheet(hidden).sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def by_xlsxwriter(*rows: list[Any], macros: bool = False) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("Table")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if macros:
            book.add_vba_project(io.BytesIO(b"macros"), is_stream=True)
    return target.getvalue()


GOOD = by_openpyxl(HEADER, *ROWS)


@pytest.mark.parametrize("content", [GOOD, by_xlsxwriter(HEADER, *ROWS)], ids=["openpyxl", "xlsxwriter"])
def test_the_columns_of_a_sheet_are_described(content: bytes) -> None:
    seen = examine(FORMAT, content)

    table = seen.profile["table"]
    columns = {column["name"]: column for column in table["columns"]}
    assert (seen.errors, seen.warnings) == ([], [])
    assert (table["rows"], table["columnCount"], seen.profile["macros"]) == (30, 6, False)
    assert [column["type"] for column in table["columns"]] == [
        "integer",
        "string",
        "number",
        "date",
        "datetime",
        "boolean",
    ]
    assert columns["id"] == {
        "name": "id",
        "type": "integer",
        "nulls": 0,
        "distinct": 30,
        "min": 0,
        "max": 29,
        "mean": 14.5,
    }
    assert (columns["name"]["min"], columns["name"]["max"]) == ("name 0", "name 9")
    assert (columns["day"]["min"], columns["day"]["max"]) == ("2026-01-01", "2026-01-30")
    assert columns["paid"] == {"name": "paid", "type": "boolean", "nulls": 0, "distinct": 2}
    assert json.loads(json.dumps(seen.profile, allow_nan=False)) == seen.profile


def test_values_are_left_out_of_the_profile_of_personal_data() -> None:
    seen = examine(FORMAT, GOOD, values=False)

    assert all("min" not in column for column in seen.profile["table"]["columns"])


def test_all_sheets_are_listed_and_the_first_one_with_data_is_described() -> None:
    seen = examine(FORMAT, by_openpyxl(["a"], [1], empty_before=2, hidden="secret"))

    assert [(sheet["name"], sheet["hidden"]) for sheet in seen.profile["sheets"]] == [
        ("empty 1", False),
        ("empty 0", False),
        ("Sheet", False),
        ("secret", True),
    ]
    assert [sheet["rows"] for sheet in seen.profile["sheets"][:3]] == [0, 0, 2]
    assert (seen.profile["table"]["sheet"], seen.profile["table"]["rows"]) == ("Sheet", 1)


def test_a_workbook_without_cells_has_no_table() -> None:
    seen = examine(FORMAT, by_openpyxl())

    assert (seen.errors, "table" in seen.profile, seen.profile["sheetCount"]) == ([], False, 1)


def charts(*, sheet: bool) -> bytes:
    """A workbook by openpyxl whose first sheet is nothing but an empty chart."""
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("Chart", 0)
    workbook["Sheet"].append(["a"])
    if not sheet:
        workbook.remove(workbook["Sheet"])
        workbook.active = 0
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def test_sheets_that_are_charts_are_passed_over() -> None:
    examined = examine(FORMAT, charts(sheet=True))

    assert examined.errors == []
    assert [sheet["name"] for sheet in examined.profile["sheets"]] == ["Sheet"]


def test_a_workbook_of_charts_alone_has_no_table() -> None:
    examined = examine(FORMAT, charts(sheet=False))

    assert (examined.errors, examined.profile["sheets"]) == ([], [])


ODD_PARTS = {
    "docProps/core.xml": b"<coreProperties><created>yesterday</created></coreProperties>",
    "xl/theme/theme1.xml": b"<a/>",
    "docProps/custom.xml": b"<Properties><property name='a'><b/></property></Properties>",
}


@pytest.mark.parametrize(("part", "content"), ODD_PARTS.items(), ids=ODD_PARTS)
def test_odd_properties_do_no_harm(part: str, content: bytes) -> None:
    examined = examine(FORMAT, rezipped(by_openpyxl(["a"], [1]), {part: content}))

    assert (examined.errors, examined.warnings) == ([], [])


def test_odd_styles_are_warned_of() -> None:
    styles = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    styles += b'<fills count="1"><fill/></fills></styleSheet>'

    examined = examine(FORMAT, rezipped(by_openpyxl(["a"], [1]), {"xl/styles.xml": styles}))

    assert (examined.errors, examined.warnings) == ([], [("source-error", None)])
    assert examined.profile["table"]["columns"][0]["type"] == "integer"


def test_rows_may_be_shorter_and_longer_than_the_first_one() -> None:
    seen = examine(FORMAT, by_openpyxl(["a", "b"], [1], [1, 2, 3], [4, 5]))

    columns = seen.profile["table"]["columns"]
    assert (seen.errors, [column["nulls"] for column in columns]) == ([], [0, 1, 2])


def test_labels_that_are_blank_or_repeated_are_warned_of() -> None:
    seen = examine(FORMAT, by_openpyxl(["a", None, "a"], [1, 2, 3]))

    found = [(one.type, one.line_number, one.field_number) for one in seen.findings.warnings]
    assert found == [("blank-label", 1, 2), ("duplicate-label", 1, 3)]


def test_an_error_in_a_cell_is_warned_of_with_its_row() -> None:
    seen = examine(FORMAT, by_openpyxl(["a", "b"], [1, 2], ["#REF!", 3], [4, "#DIV/0!"]))

    found = [(one.type, one.line_number, one.field_name) for one in seen.findings.warnings]
    assert found == [("type-error", 3, "a"), ("type-error", 4, "b")]
    assert seen.profile["table"]["columns"][0]["type"] == "integer"


def test_different_kinds_in_one_column_are_mixed() -> None:
    seen = examine(FORMAT, by_openpyxl(["a"], [1], ["one"], [dt.date(2026, 1, 1)]))

    column = seen.profile["table"]["columns"][0]
    assert (column["type"], "min" in column) == ("mixed", False)


def test_many_distinct_values_are_counted_about() -> None:
    seen = examine(FORMAT, by_xlsxwriter(["a"], *[[f"value {number}"] for number in range(8_000)]))

    assert seen.profile["table"]["columns"][0]["distinct"] == pytest.approx(8_000, rel=0.1)


def test_macros_are_warned_of() -> None:
    seen = examine(FORMAT, by_xlsxwriter(["a"], [1], macros=True), "book.xlsm")

    assert (seen.profile["macros"], seen.errors, seen.warnings) == (True, [], [("unsafe-error", None)])


def test_a_wrong_size_in_the_sheet_does_not_hide_its_rows() -> None:
    sheet = b'<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row></sheetData>'  # noqa: E501
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    whole = XML.encode() + b'<worksheet xmlns="' + namespace + b'">' + sheet + b"</worksheet>"

    seen = examine(FORMAT, rezipped(GOOD, {SHEET: whole}))

    assert (seen.errors, seen.profile["table"]["columnCount"]) == ([], 2)


def test_a_row_with_an_impossible_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    sheet = f'{XML}<worksheet xmlns="{namespace}"><sheetData>{row}</sheetData></worksheet>'
    monkeypatch.setattr(excel, "_MOST_ROWS", 1_000)

    seen = examine(FORMAT, rezipped(GOOD, {SHEET: sheet.encode()}))

    assert seen.errors == [("source-error", None)]


def test_cells_beyond_a_million_are_not_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_MOST_CELLS", 60)

    seen = examine(FORMAT, GOOD)

    assert (seen.profile["table"]["rows"], seen.profile["table"]["cut"]) == (9, True)
    assert seen.profile["sheets"][0]["rows"] == 31


def test_columns_beyond_the_ceiling_are_not_described() -> None:
    seen = examine(FORMAT, GOOD, ceilings=Ceilings(max_columns=4))

    table = seen.profile["table"]
    assert (table["columnCount"], len(table["columns"]), table["cut"]) == (6, 4, True)


@each_cut()
def test_a_truncated_workbook_is_corrupt(where: str) -> None:
    seen = examine(FORMAT, cut(GOOD, where))

    assert seen.errors == [("source-error", None)]


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_broken_xml_is_corrupt(part: str) -> None:
    seen = examine(FORMAT, rezipped(GOOD, {part: b"<a><b></a>"}))

    assert seen.errors == [("source-error", None)]
    assert "is not XML" in seen.messages


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml"])
def test_a_workbook_that_lacks_a_part_is_corrupt(part: str) -> None:
    seen = examine(FORMAT, rezipped(GOOD, {part: b"<x/>"}))

    assert seen.errors == [("source-error", None)]


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_dtd_is_unsafe_wherever_it_is(part: str) -> None:
    attack = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'

    seen = examine(FORMAT, rezipped(GOOD, {part: attack}))

    assert seen.errors == [("unsafe-error", None)]


def test_a_dtd_in_utf_16_is_unsafe_too() -> None:
    attack = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")

    seen = examine(FORMAT, rezipped(GOOD, {SHEET: attack}))

    assert seen.errors == [("unsafe-error", None)]


def test_a_tag_that_is_too_long_goes_over_the_ceiling() -> None:
    long = f'{XML}<x a="{"y" * 3_000_000}"/>'.encode()

    seen = examine(FORMAT, rezipped(GOOD, {SHEET: long}))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxLineBytes" in seen.messages


def test_large_shared_texts_go_over_the_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_HELD_BYTES", 2_000)

    seen = examine(FORMAT, GOOD)

    assert seen.errors == [("ceiling-error", None)]


def test_a_bomb_goes_over_the_ratio() -> None:
    bomb = f"{XML}<x>{' ' * 30_000_000}</x>".encode()

    seen = examine(FORMAT, rezipped(GOOD, {SHEET: bomb}))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackRatio" in seen.messages


def test_whatever_is_broken_nothing_else_happens() -> None:
    counts = survived(FORMAT, GOOD, 60)

    assert counts["bad"] > 50
