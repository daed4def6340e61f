"""Which format a file is held against, what reason it gets, and what its record keeps."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from contracts.model import Contract, Field
from processor.formats.base import Ceilings, File
from processor.inspection import Inspection, inspect
from processor.media import detect
from records.model import Reason

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
TABLE = b"id,amount\n" + b"".join(b"%d,%d\n" % (number, number) for number in range(1, 21))
FIELDS = (Field(name="id", type="integer", required=True), Field(name="amount", type="integer", minimum="5"))


@pytest.fixture
def look(tmp_path: Path) -> Any:
    """Inspects content under a name."""

    def inspected(content: bytes, name: str, **contract: Any) -> Inspection:
        path, folder = tmp_path / "content", tmp_path / "work"
        path.write_bytes(content)
        folder.mkdir()
        file = File(path, name, len(content), content[:65_536], detect(content[:65_536]))
        promised = Contract(name="orders", prefix="orders", **contract) if contract else None
        return inspect(file, Ceilings(), folder, promised)

    return inspected


@pytest.mark.parametrize(
    ("content", "name", "format_"),
    [
        (TABLE, "a.csv", "csv"),
        (TABLE, "a", "csv"),
        (TABLE, "a.unknown", "csv"),
        (TABLE, "a.txt", "text"),
        (b"one line", "a.csv", "csv"),
        (b'{"a": 1}', "a.json", "json"),
        (b'{"a": 1}', "a", "json"),
        (b'{"a": 1}', "a.jsonl", "jsonl"),
        (b'{"a": 1}\n{"a": 2}\n', "a", "jsonl"),
        (b'{"a": 1}', "a.txt", "text"),
        (b"just words", "a", "text"),
        (b"<a/>", "a.xml", "xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.xml", "xml"),
    ],
)
def test_content_comes_first_and_the_name_second(look: Any, content: bytes, name: str, format_: str) -> None:
    found = look(content, name)

    assert found.profile["format"] == format_
    assert found.reason is None


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG, "a.csv"),
        (PNG, "a.json"),
        (TABLE, "a.png"),
        (TABLE, "a.parquet"),
        (b'{"a": 1}', "a.csv"),
        (b'{"a": 1}\n{"a": 2}\n', "a.json"),
        (b'<?xml version="1.0"?><a/>', "a.csv"),
        (b"\0\1\2\3\4\5\6\7", "a.png"),
        (b"GIF89a" + b"\0" * 100, "a.jpg"),
    ],
)
def test_a_name_that_promises_something_else_is_named(look: Any, content: bytes, name: str) -> None:
    found = look(content, name)

    assert found.reason is Reason.WRONG_FORMAT
    assert "seems to be" in found.detail


def test_an_unknown_type_is_recorded_as_what_it_is(look: Any) -> None:
    found = look(b"\x7fELF" + b"\0" * 60, "program")

    assert (found.media_type, found.profile, found.reason) == ("application/x-elf", None, None)


def test_a_single_column_under_a_tables_name_is_a_table(look: Any) -> None:
    assert look(b"name\nAda\nBob\n", "a.csv").media_type == "text/csv"


def test_bad_rows_have_a_reason_with_the_first_one(look: Any) -> None:
    found = look(TABLE + b"1\n2\n", "a.csv")

    assert found.reason is Reason.BAD_ROWS
    assert found.detail == (
        "2 errors in 2 of 22 rows. Line 22: The row has 1 cell, but the table has 2 columns."
    )
    kept = found.on_record()
    assert [error["lineNumber"] for error in kept["errors"]] == [22, 23]
    assert kept["error_counts"] == {"missing-cell": 2}


def test_a_contract_without_tolerance_rejects_a_file_for_one_row(look: Any) -> None:
    found = look(TABLE, "a.csv", fields=FIELDS)

    assert found.reason is Reason.BAD_ROWS
    assert found.findings.error_counts == {"constraint-error": 4}
    assert found.accepted is None


def test_what_a_contract_tolerates_is_a_warning(look: Any) -> None:
    found = look(TABLE, "a.csv", fields=FIELDS, tolerated_bad_rows=4)

    kept = found.on_record()
    assert found.reason is None
    assert (kept["errors"], kept["error_counts"]) == ((), {})
    assert kept["warning_counts"] == {"constraint-error": 4}
    assert [warning["lineNumber"] for warning in kept["warnings"]] == [2, 3, 4, 5]
    assert found.findings.report is not None
    assert found.accepted is None


def test_a_share_is_tolerated_as_well(look: Any) -> None:
    four_of_twenty = {"fields": FIELDS, "tolerated_bad_rows": None}

    assert look(TABLE, "a.csv", **four_of_twenty, tolerated_bad_share=0.2).reason is None


def test_a_split_file_gives_its_good_rows_as_parquet(look: Any) -> None:
    import duckdb

    found = look(TABLE + b"x,9\n", "a.csv", fields=FIELDS, on_bad_rows="split", tolerated_bad_rows=5)

    assert found.reason is None
    rows = duckdb.connect().execute(f"SELECT id, amount, typeof(id) FROM '{found.accepted}'").fetchall()
    assert rows == [(number, number, "BIGINT") for number in range(5, 21)]
    assert found.on_record()["warning_counts"] == {"constraint-error": 4, "type-error": 1}


def test_a_split_file_with_more_bad_rows_than_tolerated_is_quarantined(look: Any) -> None:
    found = look(TABLE, "a.csv", fields=FIELDS, on_bad_rows="split", tolerated_bad_rows=3)

    assert (found.reason, found.accepted) == (Reason.BAD_ROWS, None)


def test_a_header_that_the_contract_does_not_know_spoils_the_file(look: Any) -> None:
    found = look(b"id,price\n1,9\n", "a.csv", fields=FIELDS, on_bad_rows="split", tolerated_bad_rows=9)

    assert found.reason is Reason.WRONG_HEADER
    assert found.detail == "Line 1: The contract wants the label amount here."


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ({"media_types": ("application/json",)}, "accepts application/json; the file is text/csv"),
        ({"max_bytes": 10}, "the contract orders accepts 10"),
        ({"min_bytes": 10_000}, "the contract orders wants 10,000"),
    ],
)
def test_type_and_size_are_held_against_the_contract(
    look: Any, contract: dict[str, Any], message: str
) -> None:
    found = look(TABLE, "a.csv", **contract)

    assert found.reason is Reason.NOT_ACCEPTED
    assert message in found.detail


def test_a_contract_with_fields_takes_a_text_for_a_table(look: Any) -> None:
    found = look(TABLE, "a.txt", fields=(*FIELDS[:1], Field(name="amount")))

    assert (found.media_type, found.reason) == ("text/csv", None)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b'{"id": 1, "amount": 9}', "a.json"), (b"%PDF-1.4 broken", "a"), (b"\x7fELF" + b"\0" * 60, "a")],
)
def test_what_is_no_table_never_passes_a_contract_with_columns(look: Any, content: bytes, name: str) -> None:
    assert look(content, name, fields=FIELDS).reason in (Reason.NOT_ACCEPTED, Reason.CORRUPT_FILE)


def test_a_packed_table_is_held_against_the_contract(look: Any) -> None:
    found = look(gzip.compress(TABLE), "a.csv.gz", fields=FIELDS)

    assert found.reason is Reason.BAD_ROWS
    assert found.findings.error_counts == {"constraint-error": 4}
    assert "4 errors in 4 of 20 rows" in found.detail


def test_personal_data_leaves_no_values_on_the_record(look: Any) -> None:
    found = look(b"id,amount\nAda,2\n", "a.csv", fields=FIELDS, personal_data=True)

    kept = found.on_record()
    assert "Ada" not in str(kept)
    assert "Ada" in found.findings.report.read_text()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"<a><b/></a>", "a.xml", "application/xml"),
        ("größe\n".encode("latin-1"), "a.txt", "text/plain"),
        (b"5*M\x18\0\0\0\0", "a", "application/octet-stream"),
        (b"P*M\x18\0\0\0\0", "a", "application/zstd"),
        (b"\xff\xfe\0\0junk %PDF-1.4", "a", "application/pdf"),
    ],
)
def test_what_a_file_is_recorded_as(look: Any, content: bytes, name: str, media_type: str) -> None:
    assert look(content, name).media_type == media_type


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_a_page_is_no_data_whatever_its_name(look: Any, name: str) -> None:
    found = look(b"<!DOCTYPE html>\n<html>\n<body>no such file</body>\n</html>\n", name)

    assert found.reason is Reason.WRONG_FORMAT
    assert "text/html" in found.detail


def test_what_nobody_called_a_table_is_a_text_if_something_in_it_is_wrong(look: Any) -> None:
    found = look(b"a,b\n" * 20_000 + b"but then\n", "NEWS")

    assert (found.reason, found.media_type, found.profile["format"]) == (None, "text/plain", "text")
    assert found.findings.warnings == []


def test_personal_labels_stay_off_the_record(look: Any) -> None:
    found = look(b"John,1980-01-01\nAda,1990-01-01\nBob\n", "a.csv", personal_data=True)

    kept = found.on_record()
    assert [column["name"] for column in kept["profile"]["columns"]] == ["column1", "column2"]
    assert kept["errors"][0]["fieldName"] == "column2"
    assert not {"John", "1980-01-01", "Ada"} & set(str(kept).replace("'", " ").split())


def test_a_line_is_not_named_twice(look: Any) -> None:
    found = look("größe\nwort\n".encode("latin-1"), "a.txt")

    assert found.reason is Reason.BROKEN_ENCODING
    assert found.detail.count("Line 1") == 1
