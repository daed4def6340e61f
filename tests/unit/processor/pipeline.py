"""The pipeline under moto, with calls that break: what is in the queue comes again until nothing is left."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ReadTimeoutError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.sqs.models import Queue, sqs_backends

from processor.handler import Processor
from processor.sweep import Sweep
from records.items import from_item
from records.model import Status, from_attributes
from records.telemetry import Telemetry
from tests.unit.conftest import REGION
from tests.unit.processor.batches import Context
from tests.unit.processor.faults import AFTER, BEFORE, failing_call, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from processor.wiring import Parts
    from records.model import Record

PAST = "2026-01-01T00:00:00.000Z"
MOST_ROUNDS = 30


FINAL = set(Status) - {Status.AWAITING_UPLOAD, Status.RETRYING}


class Killed(BaseException):
    """The process was killed: nothing in the program can catch this."""


MODES: dict[str, tuple[str, BaseException]] = {
    "rejected": (BEFORE, refusal("SlowDown", 503)),
    "died before": (BEFORE, Killed()),
    "died after": (AFTER, Killed()),
    "answer lost": (AFTER, ReadTimeoutError(endpoint_url="https://aws")),
}


@dataclass
class Pipeline:
    """The processor and the sweep over buckets, a table and queues; its own clients are never broken.

    Attributes:
        clients: those of the parts, whose calls may break.
        own: the same services for looking and moving messages.
    """

    parts: Parts
    clients: dict[str, Any]
    own: dict[str, Any]
    urls: dict[str, str]
    waiting: list[str] = field(default_factory=list)
    delivered: Counter[str] = field(default_factory=Counter)

    def put(self, key: str, content: bytes) -> str:
        """Put an object, and its event into the queue; its version."""
        version = self.own["s3"].put_object(Bucket="incoming", Key=key, Body=content)["VersionId"]
        described = {"key": key.replace("+", "%2B"), "versionId": version, "size": len(content)}
        event = {
            "eventName": "ObjectCreated:Put",
            "eventTime": "2026-01-31T13:00:00.250Z",
            "s3": {"bucket": {"name": "incoming"}, "object": described | {"sequencer": "0055AED6DCD90281E5"}},
        }
        self.waiting.append(json.dumps({"Records": [event]}))
        return str(version)

    def work(self) -> None:
        """Let the processor work until the queue is empty; what failed waits for the next time."""
        failed: list[str] = []
        for _ in range(MOST_ROUNDS):
            self.waiting += list(self._received("queue"))
            if not self.waiting:
                break
            body = self.waiting.pop(0)
            try:
                if not self._handled(body):
                    failed.append(body)
            except Killed:
                self.waiting += [body, *failed]
                raise
        self.waiting += failed

    def _handled(self, body: str) -> bool:
        message: dict[str, Any] = {"messageId": "1", "receiptHandle": "1", "body": body}
        self.delivered[body] += 1
        # It never comes for the last time: nothing is given up here.
        message["attributes"] = {"ApproximateReceiveCount": str(min(self.delivered[body], 5))}
        processor = Processor(self.parts, Telemetry("test"), max_receives=6)
        return processor.run([message], Context(600_000)) == []

    def sweep(self) -> None:
        """One run of the sweep, which misses everything however young."""
        from datetime import timedelta

        clock = Sweep(self.parts, Telemetry("test"), bucket="incoming", every=timedelta(0))
        clock.run(lambda: True, now=True, grace=timedelta(seconds=-60))

    def settle(self, *, passes: int = 1) -> None:
        """Let time pass: everything comes again, and the sweep runs, until so many passes change nothing."""
        if self.parts.sweeps.get().current:
            # A run that was killed has begun a pass over the bucket. What came after the page that it wrote
            # down is found by the next pass.
            self.sweep()
        still = 0
        for _ in range(MOST_ROUNDS):
            self.work()
            self.make_due()
            self.sweep()
            self.work()
            still = still + 1 if not self.waiting and all(map(_is_at_rest, self.records())) else 0
            if still == passes:
                return
        raise AssertionError("it never comes to rest")

    def clear(self) -> None:
        """Begin again with empty buckets, an empty table and empty queues.

        In moto's memory: as calls, this was a third of all that the tests make.
        """
        buckets = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets
        for bucket in ("incoming", "quarantine", "accepted"):
            for key in list(buckets[bucket].keys):
                buckets[bucket].keys.setlist(key, [])  # closes the versions' files
            buckets[bucket].keys.clear()
        table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["records"]
        table.items.clear()
        if table.stream_shard:
            table.stream_shard.items.clear()
        for url in self.urls.values():
            queue = _queue(url)
            queue._messages.clear()
            queue._pending_messages.clear()
        self.waiting.clear()
        self.delivered.clear()
        # As in a new process, which has read nothing yet: the same calls are made each time.
        self.parts.prefixes._read_at = None

    def records(self) -> list[Record]:
        """Every record, whole, newest first; one call, because this is asked for after every step."""
        found = self.own["dynamodb"].scan(TableName="records", ConsistentRead=True)["Items"]
        items = [from_item(item) for item in found]
        records = [from_attributes(item) for item in items if "objectKey" in item]
        return sorted(records, key=lambda record: record.arrival_key, reverse=True)

    def places(self) -> dict[str, list[str]]:
        """Where the bytes are at rest, by their SHA-256: versions of `incoming`, files of `quarantine`."""
        s3, found = self.own["s3"], dict[str, list[str]]()
        for version in s3.list_object_versions(Bucket="incoming").get("Versions", []):
            body = s3.get_object(Bucket="incoming", Key=version["Key"], VersionId=version["VersionId"])[
                "Body"
            ]
            found.setdefault(hashlib.sha256(body.read()).hexdigest(), []).append("incoming")
        for entry in s3.list_objects_v2(Bucket="quarantine").get("Contents", []):
            if not entry["Key"].startswith("reports/"):
                body = s3.get_object(Bucket="quarantine", Key=entry["Key"])["Body"]
                found.setdefault(hashlib.sha256(body.read()).hexdigest(), []).append("quarantine")
        return found

    def _received(self, name: str) -> Iterator[str]:
        url, sqs = self.urls[name], self.own["sqs"]
        while _queue(url).messages:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]

    def make_due(self) -> None:
        """Let the time come of everything that has one."""
        for record in self.records():
            if record.due_at:
                self.own["dynamodb"].update_item(
                    TableName="records",
                    Key={"recordId": {"S": record.record_id}},
                    UpdateExpression="SET dueAt = :past",
                    ExpressionAttributeValues={":past": {"S": PAST}},
                )


def broken(pipeline: Pipeline, mode: str, number: int, act: Callable[[], None]) -> list[str]:
    """Do something while the call with this number breaks; the names of the calls that were made."""
    moment, error = MODES[mode]
    clients = list(pipeline.clients.values())
    with failing_call(clients, moment, number, error) as made, suppress(Killed, Exception):
        act()
    return made


def _queue(url: str) -> Queue:
    return sqs_backends[DEFAULT_ACCOUNT_ID][REGION].get_queue(url.rpartition("/")[2])


def _is_at_rest(record: Record) -> bool:
    return record.status in FINAL and record.due_at is None
