"""One JSON line for each thing that happened; the line carries its metrics with it.

The metrics are in CloudWatch's embedded metric format, which turns log lines into metrics without
an API call: see its Specification in the CloudWatch user guide.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from records.model import utc_text

NAMESPACE = "SilentScalper"

Metrics = Mapping[str, tuple[float | list[int], str]]


class Telemetry:
    """Writes log lines, and the metrics in them, under the dimension `Stack`, or `Stack` and `Status`."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    def emit(
        self,
        message: str,
        *,
        level: str = "INFO",
        metrics: Metrics | None = None,
        by_status: Metrics | None = None,
        **fields: Any,
    ) -> None:
        """Write one line.

        Args:
            message: what happened, in a few words.
            level: INFO, WARNING or ERROR.
            metrics: name → (value or up to 100 values, CloudWatch unit).
            by_status: likewise; each state has its own under these names, and the field `Status` says which.
            fields: whatever helps to find and understand the line; None is left out.
        """
        now = utc_text(datetime.now(UTC))
        line: dict[str, Any] = {"timestamp": now, "level": level, "message": message}
        line |= {name: value for name, value in fields.items() if value is not None}
        groups = [(["Stack"], metrics or {}), (["Stack", "Status"], by_status or {})]
        directives = [_directive(dimensions, group) for dimensions, group in groups if group]
        if directives:
            aws = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": directives}
            line |= {"Stack": self._stack, "_aws": aws}
            line |= {name: value for _, group in groups for name, (value, _) in group.items()}
        # One write call: threads share the stream, and lines must not interleave.
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _directive(dimensions: list[str], metrics: Metrics) -> dict[str, Any]:
    named = [{"Name": name, "Unit": unit} for name, (_, unit) in metrics.items()]
    return {"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": named}
