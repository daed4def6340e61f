"""Counts AWS calls as AWS bills them: by botocore's own events, with sizes where these matter.

SQS bills each chunk of 64 KB as a request: aws.amazon.com/sqs/pricing. Units of DynamoDB: `items.py`.
"""

from __future__ import annotations

import json
import math
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.cost.items import Table, read_units

CHUNK_BYTES = 65_536
PUT_CLASS = frozenset(
    {
        *("PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy"),
        *("CompleteMultipartUpload", "ListObjectsV2", "ListObjectVersions", "ListParts"),
    }
)
FREE = frozenset({"DeleteObject", "DeleteObjects", "AbortMultipartUpload"})
_QUERIED = frozenset({"Query", "GetItem", "BatchGetItem"})


@dataclass
class Meter:
    """What clients did from here on.

    Args:
        reader: a client of DynamoDB that is not watched, to see what a write changes.

    Attributes:
        calls: by service and operation, such as `s3.GetObject`.
        units: what is billed, such as `dynamodb.writes`.
    """

    reader: Any
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    _tables: dict[str, Table] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, client: Any) -> None:
        """Count what this client does."""
        service = client.meta.service_model.service_name
        client.meta.events.register("before-parameter-build", self._before)
        client.meta.events.register(f"after-call.{service}", self._after)

    def _before(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        service = model.service_model.service_name
        context["metered"] = self.begun(service, model.name, params)

    def _after(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        self.done(model.service_model.service_name, model.name, context["metered"], parsed)

    def begun(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        """Note a call before it is made; what `done` needs to know of that moment."""
        with self._lock:
            self.calls[f"{service}.{operation}"] += 1
        if service == "dynamodb" and operation not in _QUERIED:
            writes = [(name, self._key(name, item)) for name, item in _writes(operation, params)]
            return params, [(write, self._item(write)) for write in writes]
        return params, []

    def done(self, service: str, operation: str, before: Any, answer: dict[str, Any]) -> None:
        """Note what it came to."""
        params, writes = before
        match service:
            case "s3" if operation not in FREE:
                self._add("s3.puts" if operation in PUT_CLASS else "s3.gets", 1)
            case "sqs":
                size = len(json.dumps(params.get("Entries", params.get("MessageBody", ""))))
                self._add("sqs.requests", math.ceil(max(size, 1) / CHUNK_BYTES))
            case "sns":
                self._add("sns.publishes", 1)
            case "cloudwatch":
                self._add("cloudwatch.metrics_read", len(params.get("MetricDataQueries", [])))
            case "dynamodb" if operation in _QUERIED:
                self._add("dynamodb.reads", read_units(operation, params, answer))
            case "dynamodb":
                twice = 2 if operation.startswith("Transact") else 1
                for write, old in writes:
                    table = self._table(write[0])
                    self._add("dynamodb.writes", twice * table.write_units(old, self._item(write)))

    def _add(self, unit: str, amount: float) -> None:
        with self._lock:  # a batch is worked on by several threads
            self.units[unit] += amount  # type: ignore[assignment]

    def _item(self, write: tuple[str, Any]) -> Any:
        return self.reader.get_item(TableName=write[0], Key=write[1], ConsistentRead=True).get("Item", {})

    def _table(self, name: str) -> Table:
        if name not in self._tables:
            self._tables[name] = Table.of(self.reader.describe_table(TableName=name)["Table"])
        return self._tables[name]

    def _key(self, name: str, item: Any) -> Any:
        return {key: item[key] for key in self._table(name).keys}


def _writes(operation: str, params: dict[str, Any]) -> list[tuple[str, Any]]:
    """Table and key of each item that a call writes."""
    if operation != "TransactWriteItems":
        return [(params["TableName"], params.get("Key") or params["Item"])]
    parts = [next(iter(part.values())) for part in params["TransactItems"]]
    return [(part["TableName"], part.get("Key") or part["Item"]) for part in parts]
