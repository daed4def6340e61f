"""What must hold of a contract besides its form: each rule gives the places that break it."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from contracts.model import LONGEST_PREFIX, PREFIX
from contracts.nodes import listed, quoted, suggestion
from contracts.patterns import unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.model import Contract, Field
    from contracts.nodes import Path

    Found = Iterator[tuple[Path, str]]

# Of these the processor checks columns; packed ones hold such a table.
TABLES = ("text/csv", "text/tab-separated-values", "application/gzip", "application/zstd")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_FORMS = {
    "integer": r"[+-]?[0-9]{1,18}",
    "number": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "date": _DATE,
    "datetime": rf"{_DATE}[T ]{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})?",
    "time": _CLOCK,
    "year": r"[0-9]{4}",
}
_EXAMPLES = {
    "integer": "a whole number of at most 18 digits, such as 10",
    "number": "a number such as 9.99",
    "date": "a date such as 2026-01-31",
    "datetime": "a date and time such as 2026-01-31T08:15:00Z",
    "time": "a time such as 08:15:00",
    "year": "a year such as 2026",
}
_DIRECTIVES = {
    "date": "dmYybBjaA",
    "time": "HIMSfp",
    "datetime": "dmYybBjaAHIMSfpz",
}


def check(contract: Contract) -> Found:
    """Every place that breaks a rule, as names and numbers from the top of the YAML, and why."""
    yield from _prefix(contract)
    yield from _file(contract)
    yield from _table(contract)
    names = [field.name for field in contract.fields]
    for number, field in enumerate(contract.fields):
        at: Path = ("schema", "fields", number)
        yield from (((*at, *path), message) for path, message in _names(number, names))
        yield from (((*at, *path), message) for path, message in _field(field))


def _prefix(contract: Contract) -> Found:
    if not re.fullmatch(PREFIX, contract.prefix) or contract.prefix.endswith("\n"):
        yield (
            ("prefix",),
            "A prefix is one or more folders such as orders or orders/emea: letters, digits and _ . = - "
            "without a slash at either end, and no folder begins with a dot.",
        )
    elif len(contract.prefix) > LONGEST_PREFIX:
        yield ("prefix",), f"A prefix has at most {LONGEST_PREFIX} characters."


def _file(contract: Contract) -> Found:
    for number, media_type in enumerate(contract.media_types):
        if not _MEDIA_TYPE.fullmatch(media_type):
            message = f"{quoted(media_type)} is no media type: write it as text/csv, in small letters."
            yield ("mediaTypes", number), message
        elif contract.fields and media_type not in TABLES:
            message = f"Columns are checked of tables only: with a schema it is one of {listed(TABLES)}."
            yield ("mediaTypes", number), message
    yield from _bounds(contract.min_bytes, contract.max_bytes, "minBytes", "maxBytes")
    if contract.encoding is not None:
        try:
            "".encode(contract.encoding)
        except (LookupError, ValueError):
            message = f"{quoted(contract.encoding)} is no known encoding of texts; there are, for example, "
            yield ("encoding",), f"{message}utf-8, utf-16, windows-1252 and iso-8859-15."
    if contract.delimiter is not None and not _is_delimiter(contract.delimiter):
        yield ("delimiter",), r'A delimiter is one character, such as "," or ";" or "|" or "\t", in quotes.'


def _is_delimiter(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text not in "\"'\\\r\n\0 " and text.isascii()


def _table(contract: Contract) -> Found:
    if not contract.fields:
        if contract.header != "exact":
            yield ("header",), "This says how columns are found, so schema.fields must say which there are."
        if contract.on_bad_rows == "split":
            yield ("onBadRows",), "split needs schema.fields: without them no row is good or bad."
    names = [field.name for field in contract.fields]
    for number, name in enumerate(contract.primary_key):
        if name not in names:
            message = f"There is no field {quoted(name)}{suggestion(name, names)}"
            yield ("schema", "primaryKey", number), f"{message} The fields are {listed(names)}."


def _names(number: int, names: list[str]) -> Found:
    name, before = names[number], names[:number]
    if not name.strip():
        yield ("name",), "A field has a name that is not empty."
    elif name in before:
        yield ("name",), f"There is another field {quoted(name)} before this one."
    elif name.lower() in (other.lower() for other in before):
        yield ("name",), f"{quoted(name)} differs from an earlier field in small and capital letters only."


def _field(field: Field) -> Found:
    wrong_format = list(_format(field))
    yield from wrong_format
    yield from _booleans(field)
    if not wrong_format:  # it says how the constraints are read
        yield from ((("constraints", *path), message) for path, message in _constraints(field))


def _format(field: Field) -> Found:
    if field.format == "default":
        return
    if field.type not in _DIRECTIVES:
        yield ("format",), f"A field of type {field.type} has no format: leave it out."
        return
    known = _DIRECTIVES[field.type]
    used = re.findall(r"%(.?)", field.format)
    unknown = [letter for letter in used if letter not in known + "%" or not letter]
    if unknown or not set(used) - {"%"}:
        words = " ".join(f"%{letter}" for letter in known)
        yield ("format",), f"The format of a {field.type} is made of {words}, for example {_pattern(field)}."
    elif max(Counter(used).values()) > 1:
        yield ("format",), "The same part stands in this format twice."


def _pattern(field: Field) -> str:
    return {"date": "%d.%m.%Y", "time": "%H:%M", "datetime": "%d.%m.%Y %H:%M"}[field.type]


def _booleans(field: Field) -> Found:
    for name, words in (("trueValues", field.true_values), ("falseValues", field.false_values)):
        plain = type(field)(name="")
        if field.type != "boolean":
            if words not in (plain.true_values, plain.false_values):
                yield (name,), f"Only a field of type boolean has {name}."
        elif not words:
            yield (name,), "There must be at least one text here."
    both = set(field.true_values) & set(field.false_values)
    if field.type == "boolean" and both:
        yield ("falseValues",), f"{quoted(min(both))} stands for true and for false."


def _constraints(field: Field) -> Found:
    yield from _range(field)
    lengths = {"minLength": field.min_length, "maxLength": field.max_length}
    for name, value in (lengths | {"pattern": field.pattern}).items():
        if value is not None and field.type != "string":
            yield (name,), f"{name} is for fields of type string, and this one is of type {field.type}."
    yield from _bounds(field.min_length, field.max_length, "minLength", "maxLength")
    if field.pattern is not None and field.type == "string" and (problem := unusable(field.pattern)):
        yield ("pattern",), problem
    yield from _enum(field)


def _range(field: Field) -> Found:
    for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is None:
            continue
        if field.type not in _FORMS:
            message = f"{name} is for fields of type {listed(_FORMS)}, and this one is of type {field.type}."
            yield (name,), message
        elif _read(field, bound) is None:
            yield (name,), _no_value(field, bound)
    low, high = _read(field, field.minimum), _read(field, field.maximum)
    if low is not None and high is not None and low > high:
        yield ("maximum",), f"The maximum {field.maximum} is below the minimum {field.minimum}."


def _enum(field: Field) -> Found:
    if field.enum is not None and not field.enum:
        yield ("enum",), "There must be at least one value here."
    for number, value in enumerate(field.enum or ()):
        if field.type in _FORMS and _read(field, value) is None:
            yield ("enum", number), _no_value(field, value)
        if field.type == "boolean" and value not in field.true_values + field.false_values:
            yield ("enum", number), f"{quoted(value)} is none of this field's trueValues and falseValues."


def _no_value(field: Field, text: str) -> str:
    wanted = _EXAMPLES[field.type] if field.format == "default" else f"it in the format {field.format}"
    return f"{quoted(text)} is not of this field's type {field.type}: write {wanted}."


def _bounds(low: int | None, high: int | None, low_name: str, high_name: str) -> Found:
    if low is not None and high is not None and low > high:
        yield (high_name,), f"{high_name} {high:,} is below {low_name} {low:,}."


def _moment(text: str) -> datetime:
    return _in_a_zone(datetime.fromisoformat(text))


def _in_a_zone(moment: datetime) -> datetime:
    # The processor takes what names no zone for UTC.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "datetime": _moment,
    "time": time.fromisoformat,
    "year": int,
}


def _read(field: Field, text: str | None) -> Any:
    """The value that a text means, to compare it with others; None where it is not of the field's type."""
    if text is None or field.type not in _FORMS:
        return None
    try:
        if field.format != "default" and field.type in _DIRECTIVES:
            return _in_a_zone(datetime.strptime(text, field.format))  # noqa: DTZ007 — it gets one
        value = _READERS[field.type](text) if re.fullmatch(_FORMS[field.type], text) else None
    except ValueError:
        return None
    return None if isinstance(value, float) and math.isinf(value) else value
