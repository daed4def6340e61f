"""`python -m local infer`: a contract of an example, which the example fulfils."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.__main__ import main as contracts
from contracts.model import Contract, Field
from contracts.reader import read_files
from local.__main__ import main
from local.emulator import LocalError
from local.infer import infer

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, text: str, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def inferred(path: Path, prefix: str | None = None) -> Contract:
    """The contract, which passes the check."""
    written = path.with_suffix(".yaml")
    written.write_text(infer(path, prefix), encoding="utf-8")
    (contract,) = read_files([written])
    return contract


def orders(rows: int) -> str:
    lines = ["id,day,at,country,price,paid,note"]
    for number in range(1, rows + 1):
        country, note = ("NO", "SE")[number % 2], "" if number % 3 else f"n{number}"
        day = f"2024-01-{number % 28 + 1:02}"
        lines.append(f"{number},{day},{day}T08:15:00Z,{country},{number}.5,true,{note}")
    return "\n".join(lines) + "\n"


def test_everything_that_an_example_tells(tmp_path: Path) -> None:
    path = table(tmp_path, orders(60))

    contract = inferred(path)

    assert contract == Contract(
        name="orders",
        prefix="orders",
        media_types=("text/csv",),
        encoding="utf-8",
        delimiter=",",
        fields=(
            Field(name="id", type="integer", required=True),
            Field(name="day", type="date", required=True),
            Field(name="at", type="datetime", required=True),
            Field(name="country", required=True, enum=("NO", "SE")),
            Field(name="price", type="number", required=True),
            Field(name="paid", type="boolean", required=True),
            Field(name="note"),
        ),
        primary_key=("id",),
    )


def test_ranges_and_unique_columns_are_comments(tmp_path: Path) -> None:
    text = infer(table(tmp_path, orders(60)))

    assert "(60 rows), by `python -m local infer`" in text
    assert "      # minimum: 1, maximum: 60\n" in text
    assert "      # minimum: 2024-01-01, maximum: 2024-01-28\n" in text
    assert text.count("# unique: true") == 1
    assert "  primaryKey: id  # a guess" in text


def test_few_rows_are_no_reason_for_an_enum(tmp_path: Path) -> None:
    contract = inferred(table(tmp_path, orders(49)))

    assert [field.enum for field in contract.fields] == [None] * 7


def test_many_values_are_no_enum(tmp_path: Path) -> None:
    lines = "".join(f"a{number % 13},b{number % 12}\n" for number in range(100))

    contract = inferred(table(tmp_path, f"many,few\n{lines}"))

    assert [len(field.enum or ()) for field in contract.fields] == [0, 12]


def test_without_a_header_columns_have_names_of_ours(tmp_path: Path) -> None:
    contract = inferred(table(tmp_path, "1,2\n3,4\n"))

    assert contract.header == "none"
    assert [field.name for field in contract.fields] == ["column1", "column2"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "name", "media_type"),
    [
        ("utf-8", "\t", "a.tsv", "text/tab-separated-values"),
        ("utf-8-sig", ";", "a.csv", "text/csv"),
        ("utf-16", "|", "a.csv", "text/csv"),
    ],
)
def test_other_ways_to_write_a_table(
    tmp_path: Path, encoding: str, delimiter: str, name: str, media_type: str
) -> None:
    text = orders(60).replace(",", delimiter)

    contract = inferred(table(tmp_path, text, name, encoding))

    assert (contract.delimiter, contract.media_types) == (delimiter, (media_type,))
    assert contract.primary_key == ("id",)
    assert contract.fields[3].enum == ("NO", "SE")


def test_a_column_with_odd_values_is_of_texts(tmp_path: Path) -> None:
    lines = "".join(f"{number},{number}\n" for number in range(99))

    contract = inferred(table(tmp_path, f"good,odd\n{lines}99,ninety-nine\n"))

    assert [(field.name, field.type) for field in contract.fields] == [("good", "integer"), ("odd", "string")]


def test_names_and_values_that_yaml_finds_hard(tmp_path: Path) -> None:
    rows = "".join(
        f"{value},x\n"
        for value in ("no", "null", "~", "1:30", "a: b", "[x", "#", '\' ""q""')
        for _ in range(8)
    )
    quoted = rows.replace('\' ""q""', '"\' ""q"""')

    contract = inferred(table(tmp_path, f'"a: #b",on\n{quoted}'))

    assert [field.name for field in contract.fields] == ["a: #b", "on"]
    assert contract.fields[0].enum == tuple(sorted(("no", "null", "~", "1:30", "a: b", "[x", "#", '\' "q"')))


@pytest.mark.parametrize(
    ("name", "prefix"), [("orders 2024.06.csv", "orders-2024-06"), ("ü.csv", "uploads"), ("a_b.csv", "a_b")]
)
def test_the_prefix_is_like_the_files_name(tmp_path: Path, name: str, prefix: str) -> None:
    assert inferred(table(tmp_path, orders(3), name)).prefix == prefix


def test_the_prefix_that_is_asked_for(tmp_path: Path) -> None:
    assert inferred(table(tmp_path, orders(3)), "partners/acme").prefix == "partners/acme"


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        (
            "a,b\n1,2\n3\n",
            "a.csv",
            r"a\.csv, line 3: .* There are errors in it, so it shows no good example\.",
        ),
        ('{"a": 1}', "a.json", r"a\.json is application/json; only of a CSV or TSV table"),
        ("a,A\n1,2\n3,4\n", "a.csv", r"no contract can be made of this table: .*small and capital letters"),
    ],
)
def test_what_is_no_good_example(tmp_path: Path, text: str, name: str, told: str) -> None:
    with pytest.raises(LocalError, match=told):
        infer(table(tmp_path, text, name))


def test_the_command_writes_what_the_check_accepts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path, orders(60))

    assert main(["infer", str(path), "--prefix", "shop"]) == 0

    written = tmp_path / "shop.yaml"
    written.write_text(capsys.readouterr().out, encoding="utf-8")
    assert contracts(["check", str(written)]) == 0
    assert "shop/" in capsys.readouterr().out


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", str(tmp_path / "none.csv")]) == 1
    assert capsys.readouterr().err == f"error: {tmp_path / 'none.csv'}: No such file or directory\n"
