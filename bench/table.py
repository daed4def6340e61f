"""A records table of any size that answers as DynamoDB does, and counts what that costs."""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

UNSHARDED = "unsharded"
"""By this name it has one partition, as the naive handler wants it."""
API_KEY = f"ss_0123456789ab_{'k' * 43}"
_NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
_KEY = {
    "keySet": "api",
    "keyId": "0123456789ab",
    "name": "bench",
    "createdAt": "2026-01-31T12:00:00.000Z",
    "secretHash": hashlib.sha256(API_KEY.encode()).hexdigest(),
}
_UNIT_BYTES = 4_096


class Table:
    """Record `n` came a second before record `n - 1`, and lies in shard `n % shards`.

    Attributes:
        calls, read_units: of all requests so far; queries of an index are eventually consistent.
    """

    def __init__(self, size: int, shards: int) -> None:
        self._size = size
        self._shards = shards
        self._known: dict[bytes, tuple[bytes, float]] = {}
        self.calls = 0
        self.read_units = 0.0

    def answer(self, target: str, body: bytes) -> bytes:
        """The body of an answer; the same question is thought about once."""
        request = target.encode() + body
        if request not in self._known:
            self._known[request] = self._answered(target, json.loads(body))
        content, units = self._known[request]
        self.calls += 1
        self.read_units += units
        return content

    def _answered(self, target: str, asked: dict[str, Any]) -> tuple[bytes, float]:
        if target.endswith(".GetItem"):
            return _json({"Item": _typed(_KEY)}), 1
        if target.endswith(".UpdateItem"):  # the use of the key is noted, now and then
            return _json({"Attributes": {"fullAt": {"N": "1769860800000000"}}}), 0
        values = [value["S"] for value in asked["ExpressionAttributeValues"].values()]
        shard = next(int(value[6:]) for value in values if value.startswith("shard#"))
        before = next((value for value in values if not value.startswith("shard#")), None)
        shards = 1 if asked["TableName"] == UNSHARDED else self._shards
        numbers = range(shard, self._size, shards)
        start = bisect_right(numbers, int(before.partition("#")[2], 16)) if before else 0
        chosen = numbers[start : start + asked["Limit"]]
        items = [_typed(self._record(number)) for number in chosen]
        told: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
        if len(chosen) == asked["Limit"]:
            told["LastEvaluatedKey"] = {
                name: items[-1][name] for name in ("arrivalShard", "arrivalKey", "recordId")
            }
        sizes = sum(_size(item) for item in items)
        return _json(told), math.ceil(sizes / _UNIT_BYTES) / 2

    def _record(self, number: int) -> dict[str, Any]:
        record_id = f"{number:032x}"
        moment = (_NOON - timedelta(seconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "recordId": record_id,
            "arrivalShard": f"shard#{number % self._shards}",
            "arrivalKey": f"{moment}#{record_id}",
            "status": "processed",
            "source": "upload",
            "objectKey": f"uploads/{record_id}/orders-{number}.csv",
            "fileName": f"orders-{number}.csv",
            "sizeBytes": 1_000 + number % 9_000,
            "mediaType": "text/csv",
            "createdAt": moment,
            "arrivedAt": moment,
            "finishedAt": moment,
            "durationMs": 55,
        }


def _typed(attributes: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value}
        for name, value in attributes.items()
    }


def _size(item: dict[str, dict[str, str]]) -> int:
    return sum(len(name) + len(text) for name, typed in item.items() for text in typed.values())


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
