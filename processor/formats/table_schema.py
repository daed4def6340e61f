"""A contract's table schema, as conditions that DuckDB evaluates for each row.

The rules are those of Frictionless' Table Schema: specs.frictionlessdata.io/table-schema.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processor.findings import Finding
from processor.formats.cell_types import TYPES
from processor.formats.engine import identifier, literal
from processor.formats.tables import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.model import Contract, Field

_INTEGER, _NUMBER = r"[-+]?\d+", r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
_SQL = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMPTZ",
    "time": "TIME",
    "year": "INTEGER",
}
_BY_NAME = {type_.name: type_ for type_ in TYPES}


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that a row must not be.

    Attributes:
        field_number: of the column in the file, from 1; None where several columns are meant.
        condition: SQL over `c1`, `c2`, …; true for a bad row. Empty for a key.
        key: columns whose values together stand in one row only.
    """

    type: str
    message: str
    field_number: int | None = None
    field_name: str | None = None
    condition: str = ""
    key: tuple[int, ...] = ()


def typed(field: Field, cell: str) -> str:
    """SQL: the cell as a value of the field's type, NULL where it is none."""
    if field.type in ("string", "any"):
        return cell
    if field.type == "boolean":
        true = _in(cell, field.true_values)
        return f"CASE WHEN {true} THEN true WHEN {_in(cell, field.false_values)} THEN false END"
    if field.format != "default":
        return f"TRY_CAST(try_strptime({cell}, {literal(field.format)}) AS {_SQL[field.type]})"
    cast = f"TRY_CAST({cell} AS {_SQL[field.type]})"
    return f"CASE WHEN {_looks(field, cell)} THEN {cast} END"


def _looks(field: Field, cell: str) -> str:
    if field.type == "datetime":
        return f"({matches(cell, TYPES[4])} OR {matches(cell, TYPES[5])})"
    patterns = {"integer": _INTEGER, "number": _NUMBER, "year": r"\d{4}"}
    pattern = patterns.get(field.type) or _BY_NAME[field.type].pattern
    return f"regexp_full_match({cell}, {literal(pattern)})"


def _in(cell: str, values: Sequence[str]) -> str:
    return f"{cell} IN ({', '.join(literal(value) for value in values)})"


def breaches(contract: Contract, places: dict[str, int]) -> list[Breach]:
    """Everything that the contract forbids of a row.

    Args:
        places: the number, from 1, of each field's column.
    """
    found: list[Breach] = []
    for field in contract.fields:
        if field.name in places:
            number = places[field.name]
            required = field.required or field.name in contract.primary_key
            found += [
                Breach(type_, message, number, field.name, condition)
                for type_, message, condition in _of(field, f"c{number}", required=required)
            ]
    return found + list(_keys(contract, places))


def _of(field: Field, cell: str, *, required: bool) -> Iterator[tuple[str, str, str]]:
    value = typed(field, cell)
    if required:
        yield "constraint-error", "The value is required, and it is missing.", f"{cell} IS NULL"
    if field.type not in ("string", "any"):
        form = "" if field.format == "default" else f" of the form {field.format}"
        yield "type-error", f"The value is no {field.type}{form}.", f"{cell} IS NOT NULL AND {value} IS NULL"
    yield from _constraints(field, cell, value)


def _constraints(field: Field, cell: str, value: str) -> Iterator[tuple[str, str, str]]:
    def broken(message: str, condition: str) -> tuple[str, str, str]:
        return "constraint-error", message, f"{value} IS NOT NULL AND {condition}"

    if field.enum is not None:
        allowed = ", ".join(_bound(field, text) for text in field.enum)
        yield broken(f"The value is none of {', '.join(field.enum)}.", f"{value} NOT IN ({allowed})")
    if field.pattern is not None:
        matched = f"regexp_full_match({cell}, {literal(field.pattern)})"
        yield broken(f"The value does not match the pattern {field.pattern}.", f"NOT {matched}")
    if field.minimum is not None:
        lowest = _bound(field, field.minimum)
        yield broken(f"The value is less than the minimum {field.minimum}.", f"{value} < {lowest}")
    if field.maximum is not None:
        highest = _bound(field, field.maximum)
        yield broken(f"The value is greater than the maximum {field.maximum}.", f"{value} > {highest}")
    if field.min_length is not None:
        short = f"length({cell}) < {field.min_length}"
        yield broken(f"The value has fewer than {field.min_length} characters.", short)
    if field.max_length is not None:
        long = f"length({cell}) > {field.max_length}"
        yield broken(f"The value has more than {field.max_length} characters.", long)


def _bound(field: Field, text: str) -> str:
    return typed(field, literal(text)) if field.type not in ("string", "any") else literal(text)


def _keys(contract: Contract, places: dict[str, int]) -> Iterator[Breach]:
    primary = contract.primary_key
    if primary and all(name in places for name in primary):
        message = f"Another row before has the same primary key ({', '.join(primary)})."
        numbers = tuple(places[name] for name in primary)
        one = len(primary) == 1
        yield Breach(
            "primary-key", message, numbers[0] if one else None, primary[0] if one else None, key=numbers
        )
    for field in contract.fields:
        if field.unique and field.name in places and (field.name,) != primary:
            number = places[field.name]
            message = "Another row before has the same value, which must be unique."
            yield Breach("unique-error", message, number, field.name, key=(number,))


def columns(contract: Contract, places: dict[str, int]) -> str:
    """SQL: the contract's fields as typed columns, for a SELECT."""
    return ", ".join(
        f"{typed(field, f'c{places[field.name]}')} AS {identifier(field.name)}"
        for field in contract.fields
        if field.name in places
    )


def header_findings(contract: Contract, labels: list[str], line: int) -> list[Finding]:
    """What is wrong with the header, by the contract's policy: incorrect, extra and missing labels."""
    names = [field.name for field in contract.fields]
    if contract.header == "exact":
        found = list(_exact(names, labels))
    else:
        found = list(_by_name(names, labels, more=contract.header == "at_least"))
    return [replace(finding, line_number=line) for finding in found]


def _exact(names: list[str], labels: list[str]) -> Iterator[Finding]:
    for number, name in enumerate(names, 1):
        if number > len(labels):
            yield _label("missing-label", f"The column {name} is missing.", number, name)
        elif labels[number - 1] != name:
            yield _label(
                "incorrect-label", f"The contract wants the label {name} here.", number, labels[number - 1]
            )
    for number, label in enumerate(labels[len(names) :], len(names) + 1):
        yield _label("extra-label", "The contract knows no further column.", number, label)


def _by_name(names: list[str], labels: list[str], *, more: bool) -> Iterator[Finding]:
    for name in names:
        if name not in labels:
            yield _label("missing-label", f"The column {name} is missing.", None, name)
    for number, label in enumerate(labels, 1):
        if label in names and label in labels[: number - 1]:
            yield _label("duplicate-label", "A column before has the same name.", number, label)
        elif label not in names and not more:
            yield _label("extra-label", "The contract knows no column of this name.", number, label)


def _label(type_: str, message: str, number: int | None, label: str) -> Finding:
    return Finding(type=type_, message=message, field_number=number, field_name=label)
