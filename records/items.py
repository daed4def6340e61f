"""DynamoDB's typed JSON to and from plain values, for the types that records use."""

from __future__ import annotations

from typing import Any


def to_item(attributes: dict[str, Any]) -> dict[str, Any]:
    """`{"sizeBytes": 3}` → `{"sizeBytes": {"N": "3"}}`."""
    return {name: _encode(value) for name, value in attributes.items()}


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `to_item`."""
    return {name: _decode(value) for name, value in item.items()}


def _encode(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(value)}
        case dict():
            return {"M": to_item(value)}
        case list() | tuple():
            return {"L": [_encode(entry) for entry in value]}
    raise TypeError(f"a record has no attribute of type {type(value).__name__}")


def _decode(typed: dict[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "M":
            return from_item(value)
        case "L":
            return [_decode(entry) for entry in value]
    raise TypeError(f"a record has no attribute of DynamoDB type {kind}")
