"""What is accepted of what scanners find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from security import bad
from security.__main__ import SCANNERS
from security.findings import Accepted, Finding, accepted, unexplained, unused

if TYPE_CHECKING:
    from pathlib import Path

TABLE = Finding(scanner="checkov", rule="CKV_AWS_119", where="aws_dynamodb_table.records")
TABLES = Accepted(
    scanner="checkov", rule="CKV_AWS_119", where=("aws_dynamodb_table.*",), reason="it is cheap"
)


def test_a_finding_with_a_reason_is_explained() -> None:
    assert unexplained([TABLE], [TABLES]) == []
    assert unused([TABLE], [TABLES]) == []


@pytest.mark.parametrize(
    "change", [{"rule": "CKV_AWS_28"}, {"where": "aws_s3_bucket.x"}, {"scanner": "bandit"}]
)
def test_a_finding_of_another_rule_or_place_or_scanner_is_not_explained(change: dict[str, str]) -> None:
    other = replace(TABLE, **change)

    assert unexplained([TABLE, other], [TABLES]) == [other]


def test_each_place_of_an_exception_has_to_be_found() -> None:
    two = replace(TABLES, where=("aws_dynamodb_table.*", "aws_dynamodb_table.gone"))

    assert unused([TABLE], [two]) == [(two, "aws_dynamodb_table.gone")]


@pytest.mark.parametrize("left_out", ["scanner", "rule", "where", "reason"])
def test_an_exception_lacks_nothing(left_out: str, tmp_path: Path) -> None:
    lines = {"scanner": "checkov", "rule": "CKV_AWS_119", "where": "x", "reason": "y"}
    lines[left_out] = ""
    file = tmp_path / "exceptions.yaml"
    file.write_text("- " + "\n  ".join(f"{name}: {value}" for name, value in lines.items()) + "\n")

    with pytest.raises(ValueError, match="an exception has"):
        accepted(file)


def test_exceptions_are_of_scanners_that_run() -> None:
    assert {exception.scanner for exception in accepted()} <= set(SCANNERS)


def test_a_rule_has_one_exception() -> None:
    named = [(exception.scanner, exception.rule) for exception in accepted()]

    assert len(set(named)) == len(named)


def test_a_fault_that_nobody_noticed_is_told() -> None:
    names = {name: (rule, where) for name, rule, where in bad.expected("parliament")}
    rule, where = names.pop("an action is misspelt")
    found = [Finding(scanner="parliament", rule=r, where=f"{w}.policy") for r, w in names.values()]

    assert bad.missed("parliament", found) == [
        f"the bad stack: nobody noticed that an action is misspelt ({rule} at {where})"
    ]


def test_a_fault_is_found_where_it_is() -> None:
    somewhere = [
        Finding(scanner="checkov", rule=rule, where="aws_sns_topic.else")
        for _, rule, _ in bad.expected("checkov")
    ]

    assert len(bad.missed("checkov", somewhere)) == len(bad.expected("checkov"))
