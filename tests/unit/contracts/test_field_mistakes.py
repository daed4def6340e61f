"""Mistakes in one field of a table schema."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from tests.unit.contracts.writing import problems

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = "name, type, format, title, description, trueValues, falseValues, constraints"
WHOLE = "There must be a whole number from 0 here, such as 1000."


def of_field(folder: Path, text: str) -> list[str]:
    """What is told of a field, with lines counted in the field."""
    head = "prefix: orders\nschema:\n  fields:\n"
    field = indent(dedent(text), "    ").replace("    ", "  - ", 1)
    told = []
    for problem in problems(folder, head + field):
        line, column, message = problem.split(":", 2)
        told.append(f"{int(line) - 3}:{int(column) - 4}:{message}")
    return told


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (
            "name: a\ntyp: integer",
            f'2:1: "typ" is not known here; did you mean "type"? Allowed are {MEMBERS}.',
        ),
        (
            "name: a\ntype: int",
            '2:7: "int" is not known here; did you mean "integer"? Allowed are string, integer, number, '
            "boolean, date, datetime, time, year, any.",
        ),
        ("name: a\nrequired: true", '2:1: "required" belongs under "constraints".'),
        ("name: a\nconstraints: {minLength: x}", f"2:26: {WHOLE}"),
        (
            "name: a\ntype: integer\nconstraints: {minLength: 1}",
            "3:26: minLength is for fields of type string, and this one is of type integer.",
        ),
        (
            "name: a\ntype: date\nconstraints: {pattern: x}",
            "3:24: pattern is for fields of type string, and this one is of type date.",
        ),
        (
            "name: a\nconstraints: {minimum: 1}",
            "2:24: minimum is for fields of type integer, number, date, datetime, time, year, and this one "
            "is of type string.",
        ),
        (
            "name: a\ntype: integer\nconstraints: {maximum: 1.5}",
            '3:24: "1.5" is not of this field\'s type integer: write a whole number of at most 18 digits, '
            "such as 10.",
        ),
        (
            "name: a\ntype: number\nconstraints: {maximum: .inf}",
            '3:24: ".inf" is not of this field\'s type number: write a number such as 9.99.',
        ),
        (
            "name: a\ntype: number\nconstraints: {maximum: 1e999}",
            '3:24: "1e999" is not of this field\'s type number: write a number such as 9.99.',
        ),
        (
            "name: a\ntype: date\nconstraints: {maximum: 2024-02-30}",
            '3:24: "2024-02-30" is not of this field\'s type date: write a date such as 2026-01-31.',
        ),
        (
            "name: a\ntype: datetime\nconstraints: {maximum: 2024-02-01}",
            '3:24: "2024-02-01" is not of this field\'s type datetime: write a date and time such as '
            "2026-01-31T08:15:00Z.",
        ),
        (
            'name: a\ntype: date\nformat: "%d.%m.%Y"\nconstraints: {maximum: 2024-02-01}',
            '4:24: "2024-02-01" is not of this field\'s type date: write it in the format %d.%m.%Y.',
        ),
        (
            "name: a\ntype: integer\nconstraints: {minimum: 10, maximum: 9}",
            "3:37: The maximum 9 is below the minimum 10.",
        ),
        (
            "name: a\ntype: datetime\n"
            "constraints: {minimum: 2024-01-01T10:00:00+02:00, maximum: 2024-01-01T07:59:00Z}",
            "3:60: The maximum 2024-01-01T07:59:00Z is below the minimum 2024-01-01T10:00:00+02:00.",
        ),
        (
            "name: a\nconstraints: {minLength: 3, maxLength: 2}",
            "2:40: maxLength 2 is below minLength 3.",
        ),
        ("name: a\nconstraints: {enum: []}", "2:21: There must be at least one value here."),
        ("name: a\nconstraints: {enum: [a, a]}", '2:25: "a" stands in this list already.'),
        (
            "name: a\ntype: year\nconstraints: {enum: [2024, 24]}",
            '3:28: "24" is not of this field\'s type year: write a year such as 2026.',
        ),
        (
            "name: a\ntype: boolean\nconstraints: {enum: [yes]}",
            '3:22: "yes" is none of this field\'s trueValues and falseValues.',
        ),
        ("name: a\ntrueValues: [x]", "2:13: Only a field of type boolean has trueValues."),
        ("name: a\ntype: boolean\ntrueValues: []", "3:13: There must be at least one text here."),
        (
            "name: a\ntype: boolean\ntrueValues: [ja]\nfalseValues: [ja]",
            '4:14: "ja" stands for true and for false.',
        ),
        ("name: a\nformat: email", "2:9: A field of type string has no format: leave it out."),
        (
            'name: a\ntype: date\nformat: "%d.%q"',
            "3:9: The format of a date is made of %d %m %Y %y %b %B %j %a %A, for example %d.%m.%Y.",
        ),
        (
            "name: a\ntype: time\nformat: any",
            "3:9: The format of a time is made of %H %I %M %S %f %p, for example %H:%M.",
        ),
        (
            'name: a\ntype: date\nformat: "%d.%d"',
            "3:9: The same part stands in this format twice.",
        ),
        (
            "name: a\nconstraints: {pattern: '(?=a)'}",
            "2:24: The pattern is not usable: (?=…) looks ahead, which is not supported.",
        ),
        (
            "name: a\nconstraints: {pattern: '[a'}",
            "2:24: The pattern is no regular expression: unterminated character set.",
        ),
        (
            "name: a\n<<: {type: date}",
            "2:1: Merging with << is not supported: write the names out; *aliases of whole values are fine.",
        ),
    ],
)
def test_a_mistake_in_a_field(tmp_path: Path, field: str, told: str) -> None:
    assert of_field(tmp_path, field) == [told]
