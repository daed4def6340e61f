"""Delimited tables that are large, wide, hostile, or written in ways that mislead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.model import Contract, Field
from processor.formats.base import Ceilings
from tests.unit.processor.formats.test_csv_table import column, table


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
