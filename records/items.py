"""DynamoDB's typed JSON to and from plain values, for the types that records use.

Numbers are what DynamoDB holds exactly: at most 38 digits, up to 9.9e125 (docs.aws.amazon.com/amazondynamodb/
latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
"""

from __future__ import annotations

import math
from typing import Any

from records.packing import PACKED, pack, unpack

_MOST_DIGITS = 38
_LARGEST, _SMALLEST = 9.9e125, 1e-130


def to_item(attributes: dict[str, Any]) -> dict[str, Any]:
    """`{"sizeBytes": 3}` → `{"sizeBytes": {"N": "3"}}`."""
    return {name: _encode(value) for name, value in attributes.items()}


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `to_item`."""
    return {name: _decode(value) for name, value in item.items()}


def to_record_item(attributes: dict[str, Any]) -> dict[str, Any]:
    """As `to_item`, with what was found in the file packed; `from_item` reads both."""
    packed = {name: {"B": pack(value)} for name, value in attributes.items() if name in PACKED}
    return to_item({name: value for name, value in attributes.items() if name not in PACKED}) | packed


def _encode(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | float() if holds(value):
            return {"N": str(value)}
        case dict():
            return {"M": to_item(value)}
        case list() | tuple():
            return {"L": [_encode(entry) for entry in value]}
    raise TypeError(f"a record has no attribute of type {type(value).__name__}")


def holds(number: float) -> bool:
    """Whether DynamoDB has such a number: neither NaN nor too large, too small or too long."""
    if isinstance(number, int):
        return bool(abs(number) < 10**_MOST_DIGITS)
    return math.isfinite(number) and (number == 0 or _SMALLEST <= abs(number) <= _LARGEST)


def _decode(typed: dict[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value) if value.lstrip("-").isdigit() else float(value)
        case "M":
            return from_item(value)
        case "L":
            return [_decode(entry) for entry in value]
        case "B":
            return unpack(value)
    raise TypeError(f"a record has no attribute of DynamoDB type {kind}")
