"""What is told of Parquet files that pyarrow wrote, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from processor.formats import parquet
from processor.formats.base import Ceilings
from processor.formats.parquet import FORMAT
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import SAMPLES, arrow, cut, each_cut, survived
from tests.unit.processor.formats.parquet_files import CODECS, WRITE

if TYPE_CHECKING:
    from pathlib import Path

TYPES = (
    "decimal",
    "date",
    "us",
    "ns",
    "zoned",
    "clock",
    "bytes",
    "u64",
    "half",
    "nan",
    "flag",
    "nothing",
    "uuid",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    arrow(WRITE, folder)
    return folder


def columns(profile: dict[str, Any]) -> dict[str, Any]:
    return {column["name"]: column for column in profile["columns"]}


@pytest.mark.parametrize("name", [*CODECS, "v2", "delta"])
def test_every_codec_and_encoding_is_decoded(files: Path, name: str) -> None:
    seen = examine(FORMAT, files / f"{name}.parquet")

    assert not seen.findings.errors
    assert not seen.findings.warnings
    assert (seen.profile["rows"], seen.profile["columnCount"]) == (1_000, 3)
    assert seen.profile["createdBy"].startswith("parquet-cpp-arrow")
    found = columns(seen.profile)
    whole = {key: found["i"][key] for key in ("type", "storedType", "nulls", "min", "max", "mean")}
    assert whole == {
        "type": "integer", "storedType": "BIGINT", "nulls": 0, "min": 0, "max": 999, "mean": 499.5
    }  # fmt: skip
    assert (found["s"]["min"], found["s"]["max"]) == ("text 0", "text 9")
    assert found["s"]["distinct"] == pytest.approx(37, abs=3)
    assert (found["f"]["type"], found["f"]["nulls"], found["f"]["max"]) == ("number", 200, 124.875)


def test_row_groups_and_codecs_are_told(files: Path) -> None:
    seen = examine(FORMAT, files / "v2.parquet")

    assert (seen.profile["rowGroups"], seen.profile["compression"]) == (4, ["snappy"])


def test_values_are_left_out_of_the_profile_of_personal_data(files: Path) -> None:
    seen = examine(FORMAT, files / "snappy.parquet", values=False)

    assert all("min" not in column and "max" not in column for column in seen.profile["columns"])
    assert all("nulls" in column for column in seen.profile["columns"])


def test_every_type_has_values_that_json_can_hold(files: Path) -> None:
    seen = examine(FORMAT, files / "types.parquet")

    found = columns(seen.profile)
    assert json.loads(json.dumps(seen.profile, allow_nan=False)) == seen.profile
    assert not seen.findings.errors
    assert {name: found[name].get("min") for name in TYPES} == {
        "decimal": -9.75,
        "date": "2020-02-29",
        "us": "2020-02-29 12:30:00",
        "ns": "2020-02-29 12:30:00",
        "zoned": "2020-02-29 12:30:00+00",
        "clock": "01:02:03",
        "bytes": None,
        "u64": 0,
        "half": 1.5,
        "nan": 1.0,
        "flag": None,
        "nothing": None,
        "uuid": "00000000-0000-0000-0000-000000000007",
    }
    assert found["u64"]["max"] == 2**64 - 1


def test_nested_columns_have_a_name_and_a_type_only(files: Path) -> None:
    seen = examine(FORMAT, files / "nested.parquet")

    assert [tuple(column.values())[:3] for column in seen.profile["columns"]] == [
        ("list", "array", "BIGINT[]"),
        ("struct", "object", "STRUCT(a BIGINT, b VARCHAR)"),
        ("map", "object", "MAP(VARCHAR, INTEGER)"),
        ("after", "integer", "BIGINT"),
    ]


def test_names_are_as_the_file_has_them(files: Path) -> None:
    seen = examine(FORMAT, files / "names.parquet")

    assert [(column["name"], column["min"]) for column in seen.profile["columns"]] == [
        ("a", 1),
        ("A", 2),
        ('b"\n, c', 3),
    ]


def test_a_table_without_rows_is_good(files: Path) -> None:
    seen = examine(FORMAT, files / "empty.parquet")

    assert (seen.errors, seen.profile["rows"], seen.profile["columnCount"]) == ([], 0, 3)


def test_a_table_without_columns_is_good(files: Path) -> None:
    seen = examine(FORMAT, files / "no_columns.parquet")

    assert (seen.errors, seen.profile) == ([], {"columnCount": 0, "columns": []})


def test_columns_beyond_the_ceiling_are_decoded_but_not_described(files: Path) -> None:
    seen = examine(FORMAT, files / "wide.parquet", ceilings=Ceilings(max_columns=400))

    assert (seen.profile["columnCount"], len(seen.profile["columns"]), seen.profile["cut"]) == (
        450,
        400,
        True,
    )
    assert seen.profile["columns"][399]["max"] == 399.0


def test_old_files_of_other_programs_are_good() -> None:
    paths = sorted((SAMPLES / "pyarrow/tests/data/parquet").glob("*.parquet"))

    seen = [examine(FORMAT, path) for path in paths]

    assert len(paths) == 4
    assert not any(one.errors or one.warnings for one in seen)


def test_an_encrypted_file_is_warned_of(files: Path) -> None:
    seen = examine(FORMAT, files / "sealed.parquet")

    assert (seen.profile, seen.errors) == ({"encrypted": True}, [])
    assert seen.warnings == [("source-error", None)]


def test_an_encrypted_column_is_warned_of_and_the_others_are_described(files: Path) -> None:
    seen = examine(FORMAT, files / "partly.parquet")

    assert (seen.profile["encrypted"], seen.errors) == (True, [])
    assert [finding.field_name for finding in seen.findings.warnings] == ["s"]
    assert columns(seen.profile)["i"]["max"] == 999
    assert "nulls" not in columns(seen.profile)["s"]


def test_text_that_is_not_utf_8_is_named_with_its_column(files: Path) -> None:
    seen = examine(FORMAT, files / "invalid.parquet")

    assert [(one.type, one.field_name) for one in seen.findings.errors] == [("encoding-error", "bad")]
    assert "\\xFF" not in seen.messages


@each_cut()
def test_a_truncated_file_is_corrupt(files: Path, where: str) -> None:
    seen = examine(FORMAT, cut((files / "snappy.parquet").read_bytes(), where))

    assert seen.errors == [("source-error", None)]
    assert "incomplete" in seen.messages


def test_zeros_in_a_page_are_found_and_the_column_is_named(files: Path) -> None:
    content = bytearray((files / "zstd.parquet").read_bytes())
    content[40:120] = bytes(80)

    seen = examine(FORMAT, bytes(content))

    assert [(one.type, one.field_name) for one in seen.findings.errors] == [("source-error", "i")]
    assert columns(seen.profile)["s"]["nulls"] == 0


@pytest.mark.parametrize("footer_bytes", [0, 5_000, 2**31, 2**32 - 1])
def test_an_impossible_footer_is_refused_before_it_is_read(
    files: Path, footer_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (files / "empty.parquet").read_bytes()
    monkeypatch.setattr(parquet, "connect", None)

    seen = examine(FORMAT, content[:-8] + footer_bytes.to_bytes(4, "little") + b"PAR1")

    assert seen.errors == [("source-error", None)]


def test_a_large_footer_goes_over_the_ceiling(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_MOST_FOOTER_BYTES", 100)

    seen = examine(FORMAT, files / "snappy.parquet")

    assert seen.errors == [("ceiling-error", None)]


def test_other_content_is_no_parquet_file() -> None:
    seen = examine(FORMAT, b"id,name\n1,Ada\n")

    assert seen.errors == [("format-error", None)]


def test_a_bomb_goes_over_the_ratio(files: Path) -> None:
    seen = examine(FORMAT, files / "bomb.parquet")

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackRatio" in seen.messages


def test_long_values_that_many_rows_refer_to_are_not_copied(files: Path) -> None:
    seen = examine(FORMAT, files / "references.parquet")

    assert seen.errors == []
    assert columns(seen.profile)["s"] == {"name": "s", "type": "string", "storedType": "VARCHAR", "nulls": 0}


def test_values_that_unfold_into_all_memory_are_refused(files: Path) -> None:
    seen = examine(FORMAT, files / "prefixes.parquet", ceilings=Ceilings(max_unpack_ratio=10**9))

    assert [(one.type, one.field_name) for one in seen.findings.errors] == [("source-error", "s")]
    assert "memory" in seen.messages


def test_a_file_that_takes_too_long_goes_over_the_deadline(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_DEADLINE_SECONDS", 0.0001)

    seen = examine(FORMAT, files / "wide.parquet")

    assert seen.errors == [("ceiling-error", None)]
    assert "seconds" in seen.messages


@pytest.mark.parametrize("name", ["zstd", "nested", "types"])
def test_whatever_is_broken_nothing_else_happens(files: Path, name: str) -> None:
    counts = survived(FORMAT, (files / f"{name}.parquet").read_bytes(), 60)

    assert counts["bad"] > 20
