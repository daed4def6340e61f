"""What AWS does by itself and the emulator does not: metrics of services and log lines, alarms, email."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from local.alarms import Alarms
from local.measures import GatewayMeasures, QueueMeasures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.deploy import Deployment
    from local.gateway import Gateway
    from local.outbox import Outbox

    Measure = Callable[[], Iterator[tuple[str, list[dict[str, Any]]]]]

INTERVAL_SECONDS = 2.0
"""Each round is a dozen calls or more; at one a second, an idle system would take a tenth of a core."""
AGES_EVERY_SECONDS = 60
"""On AWS; as much sooner here as the alarms are faster."""
_DIRECTIVE = '"_aws"'
_log = logging.getLogger(__name__)


class Sidecar:
    """One thread that does its rounds until it is stopped.

    Args:
        alarm_speed: how many times faster than declared alarms look; 0 evaluates none.
    """

    def __init__(
        self, deployment: Deployment, outbox: Outbox, gateway: Gateway, *, alarm_speed: float
    ) -> None:
        self._cloudwatch = deployment.client("cloudwatch")
        self._queues = QueueMeasures(deployment)
        self._ages_every = AGES_EVERY_SECONDS / alarm_speed if alarm_speed else 0.0
        self._ages_at = 0.0
        tasks: list[Callable[[], None]] = [
            self._putting(self._queues.depths),
            self._putting(LogMetrics(deployment).collect),
            self._putting(GatewayMeasures(deployment, gateway).since),
        ]
        if alarm_speed:
            tasks += [self._putting(self._ages), Alarms(deployment, alarm_speed).evaluate]
        self._tasks = [*tasks, outbox.collect]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="sidecar", daemon=True)

    def __enter__(self) -> Sidecar:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._queues.close()

    def _rounds(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            for task in self._tasks:
                try:
                    task()
                except Exception as error:  # whatever one round meets, the next one is still wanted
                    _log.warning("%s: %r", getattr(task, "__qualname__", task), error)

    def _putting(self, measure: Measure) -> Callable[[], None]:
        def put() -> None:
            for namespace, data in measure():
                self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

        put.__qualname__ = measure.__qualname__
        return put

    def _ages(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        if time.monotonic() >= self._ages_at + self._ages_every:
            self._ages_at = time.monotonic()
            yield from self._queues.ages()


class LogMetrics:
    """Reads the functions' log groups for lines in CloudWatch's embedded metric format."""

    def __init__(self, deployment: Deployment) -> None:
        self._client = deployment.client("logs")
        functions = [r.inputs for r in deployment.resources if r.type == "aws:lambda/function:Function"]
        self._since = {f["loggingConfig"]["logGroup"]: _now() for f in functions}
        self._seen: deque[tuple[str, str]] = deque(maxlen=20_000)

    def collect(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """For each namespace what its lines say, once."""
        found: dict[str, list[dict[str, Any]]] = {}
        for group, since in self._since.items():
            begun = _now()
            for line in self._lines(group, since):
                for namespace, data in metric_data(line):
                    found.setdefault(namespace, []).extend(data)
            # Lines of the last second may still be on their way: look at them again, and skip the known.
            self._since[group] = begun - 1_000
        for namespace, data in found.items():
            for start in range(0, len(data), 500):
                yield namespace, data[start : start + 500]

    def _lines(self, group: str, since: int) -> Iterator[str]:
        known = set(self._seen)
        pages = self._client.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since, filterPattern=_DIRECTIVE
        )
        for page in pages:
            for event in page["events"]:
                # The emulator gives events no id; it does give each invocation a stream of its own.
                identity = (event["logStreamName"], event["message"])
                if identity not in known:
                    self._seen.append(identity)
                    yield event["message"]


def metric_data(line: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The metrics in one log line, by namespace, as `PutMetricData` takes them."""
    try:
        entry = json.loads(line)
        directives = entry["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive["Dimensions"]:
            dimensions = [{"Name": name, "Value": str(entry[name])} for name in names]
            yield (
                directive["Namespace"],
                [
                    {
                        "MetricName": metric["Name"],
                        "Unit": metric["Unit"],
                        "Values": [float(value) for value in _values(entry[metric["Name"]])],
                        "Dimensions": dimensions,
                    }
                    for metric in directive["Metrics"]
                ],
            )


def _values(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _now() -> int:
    return time.time_ns() // 1_000_000
