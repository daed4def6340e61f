"""The YAML of contracts: what it means, and where its mistakes are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from contracts.model import HEADERS, ON_BAD_ROWS, Contract, Contracts, Field
from contracts.reader import (
    CONSTRAINTS,
    CONTRACT,
    FIELD,
    FOLDER,
    SCHEMA,
    BrokenContracts,
    read_files,
    read_folder,
)
from tests.unit.contracts.writing import problems, written

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
prefix: orders/emea
description: Orders of a day.
mediaTypes: [text/csv, text/tab-separated-values]
minBytes: 10
maxBytes: 1_000_000
encoding: windows-1252
delimiter: ";"
header: atLeast
schema:
  fields:
    - name: id
      type: integer
      title: Number
      description: Counted from 1.
      constraints: {required: true, unique: yes, minimum: 1, maximum: 10}
    - name: country
      constraints: {enum: [NO, SE, 1], minLength: 1, maxLength: 2, pattern: "[A-Z1]{1,2}"}
    - name: day
      type: date
      constraints: {minimum: 2024-01-01, enum: [2024-01-01]}
    - {name: paid, type: boolean, trueValues: [yes, 1], falseValues: [no, 0]}
    - {name: on, type: date, format: "%d.%m.%Y", constraints: {minimum: 01.02.2024}}
    - {name: at, type: time, constraints: {minimum: 10:30}}
    - {name: 2024, type: number, constraints: {minimum: -1e3, maximum: .5}}
  primaryKey: [id, country]
  missingValues: ["", NA, -, "null"]
toleratedBadRows: 1.5%
onBadRows: split
personalData: true
"""


def test_everything_that_a_contract_can_say(tmp_path: Path) -> None:
    (contract,) = read_files([written(tmp_path, FULL)])

    assert contract == Contract(
        name="orders",
        prefix="orders/emea",
        description="Orders of a day.",
        media_types=("text/csv", "text/tab-separated-values"),
        min_bytes=10,
        max_bytes=1_000_000,
        encoding="windows-1252",
        delimiter=";",
        header="at_least",
        fields=(
            Field(
                name="id",
                type="integer",
                title="Number",
                description="Counted from 1.",
                required=True,
                unique=True,
                minimum="1",
                maximum="10",
            ),
            Field(name="country", enum=("NO", "SE", "1"), min_length=1, max_length=2, pattern="[A-Z1]{1,2}"),
            Field(name="day", type="date", minimum="2024-01-01", enum=("2024-01-01",)),
            Field(name="paid", type="boolean", true_values=("yes", "1"), false_values=("no", "0")),
            Field(name="on", type="date", format="%d.%m.%Y", minimum="01.02.2024"),
            Field(name="at", type="time", minimum="10:30"),
            Field(name="2024", type="number", minimum="-1e3", maximum=".5"),
        ),
        primary_key=("id", "country"),
        missing_values=("", "NA", "-", "null"),
        tolerated_bad_rows=None,
        tolerated_bad_share=0.015,
        on_bad_rows="split",
        personal_data=True,
    )


def test_a_contract_needs_no_more_than_a_prefix(tmp_path: Path) -> None:
    (contract,) = read_files([written(tmp_path, "prefix: orders\n")])

    assert contract == Contract(name="orders", prefix="orders")


def test_a_file_that_is_split_may_have_any_number_of_bad_rows(tmp_path: Path) -> None:
    schema = "schema: {fields: [{name: id}], primaryKey: id}\n"

    (contract,) = read_files([written(tmp_path, f"prefix: a\n{schema}onBadRows: split\n")])

    assert (contract.tolerated_bad_rows, contract.tolerated_bad_share) == (None, 1.0)
    assert contract.primary_key == ("id",)


def test_an_alias_stands_for_a_whole_value(tmp_path: Path) -> None:
    fields = "[{name: a, constraints: &any {required: true}}, {name: b, constraints: *any}]"

    (contract,) = read_files([written(tmp_path, f"prefix: a\nschema: {{fields: {fields}}}\n")])

    assert [field.required for field in contract.fields] == [True, True]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "1:1: This file is empty: a contract has at least a prefix."),
        ("# nothing\n", "1:1: This file is empty: a contract has at least a prefix."),
        ("- a\n", "1:1: There must be names with values here, such as prefix: …"),
        ("text\n", "1:1: There must be names with values here, such as prefix: …"),
        ("description: x\n", '1:1: "prefix" is missing here.'),
        ("prefix: a\nx: [\n", "3:1: This is no YAML: expected the node content, but found '<stream end>'."),
        ("prefix: a\n---\nprefix: b\n", "2:1: This is no YAML: found another document."),
        ("prefix: a\nx: *y\n", "2:4: This is no YAML: found undefined alias 'y'."),
        ("prefix: a\n\tx: y\n", "2:1: This is no YAML: found character '\\t' that cannot start any token."),
        ("prefix: a\nx: \x01\n", "2:1: This is no YAML: the character U+0001 must not be in it."),
        ("prefix: &a [*a]\n", "1:9: There must be a text here."),
        ("prefix: " + "[" * 5_000, "1:1: This is nested too deeply."),
    ],
)
def test_what_is_no_contract_at_all(tmp_path: Path, content: str, told: str) -> None:
    assert problems(tmp_path, content) == [told]


def test_a_file_that_is_not_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_bytes(b"prefix: orders\ndescription: K\xe4se\n")

    with pytest.raises(BrokenContracts, match=r"orders\.yaml:2:1: This file is not in UTF-8: save it so\."):
        read_files([path])


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_bytes(b"\xef\xbb\xbfprefix: orders\n")

    assert [contract.prefix for contract in read_files([path])] == ["orders"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BrokenContracts, match=r"none\.yaml:1:1: This file cannot be read: No such file"):
        read_files([tmp_path / "none.yaml"])


def test_two_contracts_for_one_prefix(tmp_path: Path) -> None:
    first = written(tmp_path, "prefix: orders\n", "a.yaml")
    second = written(tmp_path, "description: x\nprefix: orders\n", "b.yaml")

    with pytest.raises(BrokenContracts) as caught:
        read_folder(tmp_path)

    told = f"{second}:2:9: {first} is for the prefix orders, too: there can be only one."
    assert str(caught.value) == told


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    written(tmp_path, "prefix: b\n", "b.yaml")
    written(tmp_path, "prefix: a\n", "a.yaml")
    written(tmp_path, "nothing to do with it", "README.md")

    assert read_folder(tmp_path) == Contracts(
        [Contract(name="a", prefix="a"), Contract(name="b", prefix="b")]
    )
    assert read_folder(tmp_path / "none") == Contracts()


def test_another_ending_is_not_passed_over(tmp_path: Path) -> None:
    written(tmp_path, "prefix: b\n", "b.yml")

    with pytest.raises(BrokenContracts, match=r"b\.yml:1:1: Name it b\.yaml\."):
        read_folder(tmp_path)


def test_the_projects_own_contracts_are_in_order() -> None:
    own = read_folder()

    assert [(contract.prefix, contract.on_bad_rows) for contract in own] == [
        ("orders", "quarantine"),
        ("orders/split", "split"),
    ]
    assert len({contract.fields for contract in own}) == 1


DOCS = (FOLDER.parent / "docs" / "contracts.md").read_text(encoding="utf-8")


def test_the_example_of_the_documentation_is_in_order(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)

    (contract,) = read_files([written(tmp_path, example)])

    assert (contract.prefix, contract.primary_key, contract.tolerated_bad_share) == (
        "orders",
        ("order_id",),
        0.01,
    )


def test_the_documentation_knows_every_key() -> None:
    listed = {
        name
        for row in re.findall(r"^\| (`.+?) \|", DOCS, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    names = {*CONTRACT.members, *SCHEMA.members, *FIELD.members, *CONSTRAINTS.members, *HEADERS, *ON_BAD_ROWS}

    assert listed == names
