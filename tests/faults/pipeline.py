"""A queue in front of the processor, as SQS and Lambda work it off, and what must hold whatever happened."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from records.model import ATTENTION, Record, Status
from tests.unit.processor.batches import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from processor.events import ObjectCreated
    from processor.handler import Processor
    from tests.unit.processor.conftest import Buckets, FakeQueue

MAX_RECEIVES = 6


class Killed(BaseException):
    """The process ends here: a timeout, or no memory. No program can catch that."""


@dataclass
class Pipeline:
    """Messages wait, are delivered, and come again until they are done or have come too often.

    Attributes:
        waiting: what is in the queue.
        dead: what is in the dead-letter queue.
        receives: how often each message has come, by its id.
    """

    processor: Processor
    queue: FakeQueue
    template: dict[str, Any]
    buckets: Buckets
    all_records: Callable[[], list[Record]]
    dynamodb: DynamoDBClient
    streams: Any  # its client has no type stubs here
    waiting: list[dict[str, Any]] = field(default_factory=list)
    dead: list[dict[str, Any]] = field(default_factory=list)
    receives: dict[str, int] = field(default_factory=dict)

    def send(self, *events: ObjectCreated) -> str:
        """One message that announces these objects; its id."""
        return self.send_body(json.dumps({"Records": [self._notification(event) for event in events]}))

    def send_body(self, body: str) -> str:
        """A message; its id."""
        name = f"message-{len(self.receives)}"
        self.receives[name] = 0
        self.waiting.append({"messageId": name, "receiptHandle": name, "body": body})
        return name

    def deliver(self, context: Any = None) -> list[str]:
        """Everything that waits, in one batch; the ids of what stays in the queue."""
        batch = [message | {"attributes": self._received(message["messageId"])} for message in self.waiting]
        try:
            again = set(self.processor.run(batch, context or Context()))
        except Killed:  # nobody told Lambda what was done, so the whole batch comes again
            again = {message["messageId"] for message in batch}
        bodies = {message["messageId"]: message["body"] for message in batch}
        anew, self.queue.anew = self.queue.anew, []
        left = [message for message in self.waiting if message["messageId"] in again]
        self.dead += [m for m in left if self.receives[m["messageId"]] >= MAX_RECEIVES]
        self.waiting = [m for m in left if self.receives[m["messageId"]] < MAX_RECEIVES]
        for name in anew:
            self.send_body(bodies[name])
        return [message["messageId"] for message in left]

    def settle(self) -> int:
        """Deliver until nothing waits; how many batches that took."""
        batches = 0
        while self.waiting:
            self.deliver()
            batches += 1
            assert batches <= MAX_RECEIVES
        return batches

    def redrive(self) -> None:
        """Bring back what was set aside."""
        for message in self.dead:
            self.receives[message["messageId"]] = 0
        self.waiting, self.dead = self.waiting + self.dead, []

    def alerts(self) -> list[str]:
        """The id of each record that came to need somebody, as often as the table's stream says so."""
        told = []
        for entry in self._stream():
            images = entry["dynamodb"]
            status = images.get("NewImage", {}).get("status", {}).get("S")
            if status in ATTENTION and images.get("OldImage", {}).get("status", {}).get("S") != status:
                told.append(images["Keys"]["recordId"]["S"])
        return told

    def outcome(self, event: ObjectCreated) -> Record:
        """The one record of a version, after everything has come to rest as it must."""
        (record,) = (r for r in self.all_records() if r.version_id == event.version_id)
        kept = (event.key, event.version_id) in self.buckets.versions("incoming")
        copies = self.buckets.keys("quarantine").count(record.quarantine_key or "")
        bad = record.status is Status.QUARANTINED
        wanted = (False, 0) if record.status is Status.MISSING else (not bad, int(bad))
        assert (kept, copies) == wanted, "its bytes are in exactly one bucket"
        told = sum(attempt.outcome in ATTENTION for attempt in record.attempts)
        assert self.alerts().count(record.record_id) == told, "one alert each time it needs somebody"
        assert self.buckets.markers("incoming") == 0
        return record

    def _received(self, name: str) -> dict[str, str]:
        self.receives[name] += 1
        return {"ApproximateReceiveCount": str(self.receives[name])}

    def _notification(self, event: ObjectCreated) -> dict[str, Any]:
        told: dict[str, Any] = copy.deepcopy(self.template["Records"][0])
        told["s3"]["bucket"]["name"] = event.bucket
        told["s3"]["object"] |= {
            "key": quote_plus(event.key),
            "versionId": event.version_id,
            "sequencer": event.sequencer,
            "size": event.size_bytes,
        }
        return told | {"eventTime": event.event_time}

    def _stream(self) -> list[Any]:
        arn = self.dynamodb.describe_table(TableName="records")["Table"]["LatestStreamArn"]
        (shard,) = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records: list[Any] = self.streams.get_records(ShardIterator=iterator)["Records"]
        return records
