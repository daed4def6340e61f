"""How large DynamoDB takes an item to be, and how many units reading or writing it is.

docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

import math
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

WRITE_BYTES, READ_BYTES = 1_024, 4_096


def size_of(item: dict[str, Any]) -> int:
    """Names and values, in bytes."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(typed: dict[str, Any]) -> int:
    kind, value = next(iter(typed.items()))
    match kind:
        case "S":
            return len(value.encode())
        case "B":
            return len(b64decode(value) if isinstance(value, str) else value)
        case "N":
            digits = value.lstrip("-").replace(".", "").strip("0")
            return math.ceil(len(digits) / 2) + (2 if value.startswith("-") else 1)
        case "M":
            return 3 + len(value) + size_of(value)
        case "L":
            return 3 + sum(1 + _value_size(entry) for entry in value)
    return 1


@dataclass(frozen=True)
class Index:
    """A secondary index: an item is in it if it has the keys."""

    keys: frozenset[str]
    projected: frozenset[str]

    def entry(self, item: dict[str, Any]) -> dict[str, Any]:
        """What the index has of an item."""
        if not self.keys <= item.keys():
            return {}
        return {name: value for name, value in item.items() if name in self.projected}


@dataclass(frozen=True)
class Table:
    """A table's keys and indexes."""

    keys: frozenset[str]
    indexes: tuple[Index, ...]

    @classmethod
    def of(cls, described: Any) -> Table:
        """From what DescribeTable says."""
        keys = frozenset(key["AttributeName"] for key in described["KeySchema"])
        indexes = []
        for index in described.get("GlobalSecondaryIndexes", []):
            own = frozenset(key["AttributeName"] for key in index["KeySchema"])
            others = frozenset(index["Projection"].get("NonKeyAttributes", ()))
            indexes.append(Index(own, own | keys | others))
        return cls(keys, tuple(indexes))

    def write_units(self, old: dict[str, Any], new: dict[str, Any]) -> int:
        """Of the table, for the larger of before and after, and of each index that the write touches."""
        units = max(1, math.ceil(max(size_of(old), size_of(new)) / WRITE_BYTES))
        return units + sum(_index_units(index, old, new) for index in self.indexes)


def _index_units(index: Index, old: dict[str, Any], new: dict[str, Any]) -> int:
    before, after = index.entry(old), index.entry(new)
    if before == after:
        return 0
    sizes = [math.ceil(size_of(entry) / WRITE_BYTES) for entry in (before, after) if entry]
    moved = before and after and any(before[key] != after[key] for key in index.keys)
    return sum(sizes) if moved else max(sizes)


def read_units(operation: str, params: dict[str, Any], answer: dict[str, Any]) -> float:
    """Of a read; what a projection leaves out of the answer is read, too, and is not seen here."""
    if operation == "GetItem":
        return _read(size_of(answer.get("Item", {})), consistent=params.get("ConsistentRead", False))
    if operation == "Query":
        size = sum(size_of(item) for item in answer["Items"])
        return _read(size, consistent=params.get("ConsistentRead", False))
    units = 0.0
    for name, asked in params["RequestItems"].items():
        found = answer["Responses"].get(name, [])
        consistent = asked.get("ConsistentRead", False)
        sizes = [size_of(item) for item in found] + [0] * (len(asked["Keys"]) - len(found))
        units += sum(_read(size, consistent=consistent) for size in sizes)
    return units


def _read(size: int, *, consistent: bool) -> float:
    return max(1, math.ceil(size / READ_BYTES)) * (1 if consistent else 0.5)
