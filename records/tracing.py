"""Tells X-Ray which records an invocation was about, so that all traces of a file are found by its id.

Lambda itself records that it ran; what we add are subsegments of that, in the form of "X-Ray segment
documents" in X-Ray's Developer Guide. They go by UDP to the daemon beside the function, which keeps nobody
waiting: what cannot be sent is lost, and the work goes on. Nothing is sent of an invocation without a sample.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

DAEMON = "AWS_XRAY_DAEMON_ADDRESS"
TRACE = "_X_AMZN_TRACE_ID"
HEADER = b'{"format": "json", "version": 1}\n'
MOST_ANNOTATIONS = 50
"""X-Ray indexes no more of one trace."""
_LONGEST = 250


class Step:
    """What is told of one piece of work.

    Attributes:
        name: what was done, such as `create_upload`.
        annotations: what traces are searched by.
        flags: `error` for the caller's fault, `throttle` with it if there was too much, `fault` for ours.
    """

    def __init__(self, name: str, record_id: str | None = None) -> None:
        self.name = name
        self.annotations: dict[str, str] = {}
        self.flags: dict[str, bool] = {}
        self.cause: Exception | None = None
        self.annotate(recordId=record_id)

    def annotate(self, **known: object) -> None:
        """Let the trace be found by these; None is left out."""
        told = {name: str(value)[:_LONGEST] for name, value in known.items() if value is not None}
        self.annotations |= told

    def failed(self, error: Exception) -> None:
        """It ended with this error."""
        self.flags["fault"] = True
        self.cause = error

    def answered(self, status: int) -> None:
        """It ended with this HTTP status."""
        flags = {"error": 400 <= status < 500, "throttle": status == 429, "fault": status >= 500}
        self.flags |= {name: True for name, is_so in flags.items() if is_so}


class Tracer:
    """Sends what happened in an invocation to the daemon; threads may share it.

    Args:
        environment: Lambda's: where the daemon is, and in each invocation its trace.
    """

    def __init__(self, environment: Mapping[str, str], *, clock: Callable[[], float] = time.time) -> None:
        self._environment = environment
        self._clock = clock
        self._lock = threading.Lock()
        self._trace_id = ""
        self._left = MOST_ANNOTATIONS

    @contextmanager
    def step(self, name: str, record_id: str | None = None) -> Iterator[Step]:
        """Trace a piece of work that is about one record, whose id may be annotated when it is known."""
        told = Step(name, record_id)
        with self._around([told]):
            yield told

    @contextmanager
    def batch(self, name: str, record_ids: Iterable[str]) -> Iterator[None]:
        """Trace one piece of work that is about these records."""
        with self._around([Step(name, record_id) for record_id in record_ids] if self._sampled() else []):
            yield

    @contextmanager
    def _around(self, steps: list[Step]) -> Iterator[None]:
        begun = self._clock()
        try:
            yield
        except Exception as error:
            for step in steps:
                step.failed(error)
            raise
        finally:
            with suppress(Exception):  # whatever is wrong with the telling, the work was done
                self._tell(steps, begun)

    def _sampled(self) -> dict[str, str] | None:
        """The invocation's trace, if it is recorded: `Root=…;Parent=…;Sampled=1`."""
        header = self._environment.get(TRACE, "")
        if "Sampled=1" not in header or not self._environment.get(DAEMON):
            return None
        return dict(part.split("=", 1) for part in header.split(";") if "=" in part)

    def _tell(self, steps: list[Step], begun: float) -> None:
        trace = self._sampled()
        if not trace:
            return
        times = {"start_time": begun, "end_time": self._clock()}
        told = [(step, self._indexed(trace["Root"], step.annotations)) for step in steps]
        self._send([_document(*each, trace) | times for each in told if each[1] or each[0].flags])

    def _indexed(self, trace_id: str, wanted: dict[str, str]) -> dict[str, str]:
        """Of the annotations so many as the trace still has room for."""
        with self._lock:
            if trace_id != self._trace_id:
                self._trace_id, self._left = trace_id, MOST_ANNOTATIONS
            kept = dict(list(wanted.items())[: self._left])
            self._left -= len(kept)
        return kept

    def _send(self, documents: list[dict[str, Any]]) -> None:
        host, _, port = self._environment[DAEMON].rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.setblocking(False)
            for document in documents:
                way.sendto(HEADER + json.dumps(document).encode(), (host, int(port)))


UNTRACED = Tracer({})
"""Of whoever has no daemon."""


def _document(step: Step, annotations: dict[str, str], trace: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "subsegment",
        "id": os.urandom(8).hex(),
        "trace_id": trace["Root"],
        "parent_id": trace["Parent"],
        "name": step.name,
        "annotations": annotations,
    }
    if step.cause:
        exception = {"id": os.urandom(8).hex(), "type": type(step.cause).__name__}
        told["cause"] = {"exceptions": [exception | {"message": str(step.cause)[:_LONGEST]}]}
    return told | step.flags
