"""The program's buckets, tables, queues and topic in memory, and its Lambdas' code over watched clients."""

from __future__ import annotations

import contextlib
import io
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from bench.cost.meter import Meter
from contracts.model import Contracts
from local.deploy import Deployment
from notifier.alerts import Rules
from notifier.digest import Writer
from notifier.notifier import Notifier
from notifier.store import AlertStore
from notifier.topic import Topic
from processor.handler import Processor
from processor.settings import Settings
from processor.sweep import Sweep
from processor.wiring import assemble
from records.environment import read_settings
from records.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.graph import Graph
    from local.program import Registration

REGION = "us-east-1"
_STORED = ("aws:s3/bucket:Bucket", "aws:s3/bucketVersioning:BucketVersioning", "aws:dynamodb/table:Table")
_SERVICES = ("dynamodb", "s3", "sqs", "sns")
CONTEXT = SimpleNamespace(aws_request_id="counted", get_remaining_time_in_millis=lambda: 600_000)


class _InMemory(Deployment):
    """Makes buckets and tables under their logical names."""

    def __init__(self, session: boto3.Session) -> None:
        super().__init__("https://moto.invalid", api_url="https://api.example.com", region=REGION)
        self._in_memory = session

    def client(self, service: str) -> Any:
        return _client(self._in_memory, service)

    def name(self, resource: Registration) -> str:
        return resource.name


def _client(session: boto3.Session, service: str) -> Any:
    made: Any = session.client
    return made(service, region_name=REGION)


@dataclass
class Counted:
    """What something took: calls by operation, billed units, and bytes of log."""

    files: int = 1
    calls: dict[str, int] = field(default_factory=dict)
    units: dict[str, float] = field(default_factory=dict)


class Stage:
    """A stack of its own.

    Attributes:
        own: clients that are not watched.
    """

    def __init__(self, graph: Graph, session: boto3.Session) -> None:
        self.own = {name: _client(session, name) for name in _SERVICES}
        self.clients = {name: _client(session, name) for name in _SERVICES}
        self.meter = Meter(self.own["dynamodb"])
        for client in self.clients.values():
            self.meter.watch(client)
        made = _InMemory(session)
        stored = [resource for resource in graph.resources if resource.type in _STORED]
        for resource in sorted(stored, key=lambda each: _STORED.index(each.type)):
            # A captured graph has ids of its own where others refer to a bucket.
            bucket = {"bucket": resource.name.removesuffix("-versioning")}
            of_bucket = resource.type == _STORED[1]
            made.create(replace(resource, inputs=resource.inputs | (bucket if of_bucket else {})))
        topic = self.own["sns"].create_topic(Name="alerts")["TopicArn"]
        names = {
            "RECORDS_TABLE": "records",
            "INCOMING_BUCKET": "incoming",
            "QUARANTINE_BUCKET": "quarantine",
            "ACCEPTED_BUCKET": "accepted",
        }
        for variable, queue in (("QUEUE_URL", "events"), ("DEAD_LETTER_QUEUE_URL", "dead-letters")):
            names[variable] = self.own["sqs"].create_queue(QueueName=queue)["QueueUrl"]
        self.settings = read_settings(Settings, graph["processor"]["environment"]["variables"] | names)
        self._notify = graph["notifier"]["environment"]["variables"] | {"TOPIC_ARN": topic}

    def put(self, key: str, content: bytes) -> str:
        """Put an object into the incoming bucket; its version."""
        answer = self.own["s3"].put_object(Bucket="incoming", Key=key, Body=content)
        return str(answer["VersionId"])

    def processor(self) -> Processor:
        """As in a process that begins: it has read nothing yet."""
        parts = assemble(self.clients, self.settings, Contracts(()))
        return Processor(parts, Telemetry("counted"), max_receives=self.settings.max_receives)

    def sweep(self) -> Sweep:
        """One that begins."""
        parts = assemble(self.clients, self.settings, Contracts(()))
        return Sweep(parts, Telemetry("counted"), bucket="incoming", every=timedelta(days=1))

    def notifier(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Notifier:
        """With the stack's own window."""
        known = self._notify
        rules = Rules(int(known["ALERT_WINDOW_SECONDS"]), int(known["MAX_ALERTS_PER_HOUR"]))
        return Notifier(
            AlertStore(self.clients["dynamodb"], "alert-state"),
            Topic(self.clients["sns"], known["TOPIC_ARN"]),
            Writer("counted", "https://api.example.com", rules),
            Telemetry("counted"),
            clock=clock,
            notify_on_success=False,
        )

    def items(self) -> list[dict[str, Any]]:
        """Every record as it lies in the table, as its stream brings it."""
        table = self.own["dynamodb"]
        found = []
        for number in range(self.settings.index_shards):
            answer = table.query(
                TableName="records",
                IndexName="byArrival",
                KeyConditionExpression="arrivalShard = :shard",
                ExpressionAttributeValues={":shard": {"S": f"shard#{number}"}},
            )
            keys = [{"recordId": item["recordId"]} for item in answer["Items"]]
            found += [table.get_item(TableName="records", Key=key)["Item"] for key in keys]
        return found

    @contextmanager
    def counting(self, files: int = 1) -> Iterator[Counted]:
        """What is done within, when it is over."""
        self.meter.calls.clear()
        self.meter.units.clear()
        counted = Counted(files)
        log = io.StringIO()
        with contextlib.redirect_stdout(log):
            yield counted
        counted.calls = dict(sorted(self.meter.calls.items()))
        lines = log.getvalue().splitlines()
        logged = sum(len(line.encode()) for line in lines)
        written: dict[str, float] = {
            "logs.bytes": logged,
            "logs.lines": len(lines),
        }
        counted.units = dict(sorted(self.meter.units.items())) | written


@contextmanager
def staged(graph: Graph) -> Iterator[Stage]:
    """A stage that is gone afterwards; nothing leaves the process."""
    with mock_aws():
        yield Stage(graph, boto3.Session(region_name=REGION))
