"""What AWS does by itself and the emulator does not: queue metrics, metrics from log lines, email.

Alarms are the emulator's own. It looks at a metric's name and not at its dimensions, so of the queue
metrics exactly those are published that an alarm of the program watches.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.deploy import Deployment
    from local.outbox import Outbox

INTERVAL_SECONDS = 1.0
_QUEUE_ATTRIBUTES = {"ApproximateNumberOfMessagesVisible": "ApproximateNumberOfMessages"}
_DIRECTIVE = '"_aws"'
_log = logging.getLogger(__name__)


class Sidecar:
    """One thread that does its rounds until it is stopped."""

    def __init__(self, deployment: Deployment, outbox: Outbox) -> None:
        self._cloudwatch = deployment.client("cloudwatch")
        self._sqs = deployment.client("sqs")
        self._outbox = outbox
        self._logs = LogMetrics(deployment)
        self._watched = list(_watched_queues(deployment))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="sidecar", daemon=True)

    def __enter__(self) -> Sidecar:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _rounds(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            for task in (self._queue_metrics, self._log_metrics, self._outbox.collect):
                try:
                    task()
                except Exception as error:  # whatever one round meets, the next one is still wanted
                    _log.warning("%s: %r", task.__qualname__, error)

    def _queue_metrics(self) -> None:
        for queue, metric in self._watched:
            url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
            attribute = _QUEUE_ATTRIBUTES[metric]
            answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])
            datum = {
                "MetricName": metric,
                "Dimensions": [{"Name": "QueueName", "Value": queue}],
                "Value": float(answer["Attributes"][attribute]),
            }
            self._cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[datum])

    def _log_metrics(self) -> None:
        for namespace, data in self._logs.collect():
            self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)


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


def _watched_queues(deployment: Deployment) -> Iterator[tuple[str, str]]:
    for resource in deployment.resources:
        if resource.type.endswith(":MetricAlarm") and resource.inputs["namespace"] == "AWS/SQS":
            metric = resource.inputs["metricName"]
            if metric in _QUEUE_ATTRIBUTES:
                yield resource.inputs["dimensions"]["QueueName"], metric


def _now() -> int:
    return time.time_ns() // 1_000_000
