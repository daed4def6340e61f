"""Errors and warnings: counted, bounded, and in a report that a spreadsheet program may open."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from processor.findings import HEADER, KEPT, LONGEST_LINE, LONGEST_MESSAGE, Finding, Findings, defused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def error(line: int = 1, **known: object) -> Finding:
    return Finding(type="type-error", message="The value is no integer.", line_number=line, **known)  # type: ignore[arg-type]


@pytest.fixture
def findings(tmp_path: Path) -> Iterator[Findings]:
    collected = Findings(tmp_path / "rejects.csv", most=5)
    yield collected
    collected.close()


def rows(findings: Findings) -> list[list[str]]:
    assert findings.report
    with findings.report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_all_are_counted_and_the_first_ones_kept(findings: Findings) -> None:
    for line in range(1, KEPT + 51):
        findings.error(error(line), row=True)
        findings.warning(error(line))
    findings.more_row_errors("type-error", 1_000)
    findings.more_warnings("blank-row", 7)

    assert (len(findings.errors), len(findings.warnings)) == (KEPT, KEPT)
    assert findings.error_counts == findings.row_error_counts == {"type-error": KEPT + 1_050}
    assert findings.warning_counts == {"type-error": KEPT + 50, "blank-row": 7}


def test_one_error_that_is_not_of_a_row_is_fatal(findings: Findings) -> None:
    findings.error(error(), row=True)
    before = findings.fatal

    findings.error(error())

    assert (before, findings.fatal) == (False, True)


def test_a_finding_is_written_without_what_is_not_known() -> None:
    finding = error(3, field_name="amount")

    assert finding.attributes() == {
        "type": "type-error",
        "message": "The value is no integer.",
        "lineNumber": 3,
        "fieldName": "amount",
    }


def test_the_report_has_a_row_for_each_error_up_to_its_ceiling(findings: Findings) -> None:
    for line in range(1, 9):
        findings.error(error(line, row_number=line, field_number=2, field_name="b"), value="x", text="1,x")

    written = rows(findings)
    assert written[0] == list(HEADER)
    assert written[1] == ["1", "1", "2", "b", "type-error", "The value is no integer.", "x", "1,x"]
    assert [row[0] for row in written[1:]] == ["1", "2", "3", "4", "5"]
    assert (findings.full, findings.room) == (True, 0)


def test_the_reports_rows_are_in_the_order_of_lines_whoever_found_them(findings: Findings) -> None:
    for line in (7, 3, 9, 3):
        findings.error(error(line), value="two\nlines", text=f"{line},é", row=True)

    findings.close()
    findings.close()

    written = rows(findings)
    assert written[0] == list(HEADER)
    assert [row[0] for row in written[1:]] == ["3", "3", "7", "9"]
    assert [row[7] for row in written[1:]] == ["3,é", "3,é", "7,é", "9,é"]
    assert {row[6] for row in written[1:]} == {"two\nlines"}


def test_there_is_no_report_where_no_line_is_wrong(findings: Findings) -> None:
    findings.error(Finding(type="source-error", message="The file is cut off."))
    findings.warning(error())

    assert findings.report is None


def test_the_report_begins_with_the_mark_that_excel_wants(findings: Findings) -> None:
    findings.error(error(), text="größe")

    assert findings.report
    assert findings.report.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1", "a=b", "a\nb", "'quoted'", "1,=2"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_what_no_text_file_may_hold_is_shown_by_signs(findings: Findings) -> None:
    findings.error(error(), value="a\0b", text="\ud800")

    assert rows(findings)[1][6:] == ["a␀b", "?"]


def test_long_texts_are_cut(findings: Findings) -> None:
    long = Finding(type="type-error", message="m" * 9_000, field_name="n" * 9_000, line_number=1)

    findings.error(long, text="x" * 99_999)

    (kept,) = findings.errors
    assert (len(kept.message), len(kept.field_name or "")) == (LONGEST_MESSAGE, LONGEST_MESSAGE)
    assert len(rows(findings)[1][7]) == LONGEST_LINE
