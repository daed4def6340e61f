"""How long a small file takes in a handler that is warm, without S3's and DynamoDB's own time."""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bench import data

ROUNDS = 200
KEY = "uploads/orders.csv"


class _Body(io.BytesIO):
    """What S3 answers with."""


class _S3:
    """Holds one object and counts how often it is read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads = 0

    def get_object(self, **_: str) -> dict[str, Any]:
        self.reads += 1
        return {"ContentLength": len(self.content), "Body": _Body(self.content), "ContentType": "text/csv"}


class _Table:
    def get_item(self, **_: Any) -> dict[str, Any]:
        return {}

    def put_item(self, **_: Any) -> dict[str, Any]:
        return {}


def measure() -> dict[str, float]:
    """Milliseconds, the median and the slowest tenth, for a table of 1 KB."""
    from contracts.model import Contracts
    from processor.events import ObjectCreated
    from processor.formats.base import Ceilings
    from processor.settings import Settings
    from processor.wiring import assemble

    with tempfile.TemporaryDirectory() as folder:
        s3 = _S3(data.small_csv(Path(folder, "orders.csv"), 1_000).read_bytes())
    plain: dict[str, Any] = {item.name: "x" if item.type == "str" else 4 for item in fields(Settings)}
    settings = Settings(**plain | asdict(Ceilings()) | {"max_file_bytes": 10**9})
    intake = assemble({"s3": s3, "dynamodb": _Table(), "sqs": None}, settings, Contracts()).intake
    times = []
    for number in range(ROUNDS):
        event = ObjectCreated("incoming", KEY, str(number), "00", "2026-01-31T13:00:00.250Z", len(s3.content))
        began = time.perf_counter()
        intake.take_in(event)
        times.append((time.perf_counter() - began) * 1_000)
    if s3.reads != ROUNDS:
        raise RuntimeError(f"{s3.reads} reads for {ROUNDS} files")
    warmed = times[10:]
    return {"median": statistics.median(warmed), "slowest tenth": statistics.quantiles(warmed, n=10)[-1]}
