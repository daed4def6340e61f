"""The processor's parts over moto's buckets and table, and objects to feed them with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest

from contracts.model import Contracts
from processor.events import ObjectCreated
from processor.formats.base import Ceilings
from processor.handler import Processor
from processor.objects import Objects
from processor.settings import Settings
from processor.wiring import Parts, assemble
from records.model import Status
from records.pages import Filters
from records.telemetry import Telemetry
from tests.unit.conftest import NOON, SHARDS
from tests.unit.processor.batches import FakeIntake

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from contracts.model import Contract
    from processor.intake import Intake
    from records.model import Record
    from records.store import RecordStore
    from tests.unit.conftest import MakeRecord

LIMIT = 4_194_304
CREATED = "2026-01-31T13:00:00.250Z"


@pytest.fixture
def objects(s3: S3Client, quarantine: str, accepted: str) -> Objects:
    return Objects(s3, quarantine, accepted, max_file_bytes=LIMIT)


@pytest.fixture
def sqs(aws: None, session: boto3.Session) -> SQSClient:
    return session.client("sqs")


@pytest.fixture
def settings(storage: None, sqs: SQSClient) -> Settings:
    """As the stack would give them, with queues that are there."""
    return Settings(
        stack="prod",
        records_table="records",
        incoming_bucket="incoming",
        quarantine_bucket="quarantine",
        accepted_bucket="accepted",
        queue_url=sqs.create_queue(QueueName="events")["QueueUrl"],
        dead_letter_queue_url=sqs.create_queue(QueueName="dead-letters")["QueueUrl"],
        max_receives=6,
        index_shards=SHARDS,
        max_file_bytes=LIMIT,
        record_retention_days=0,
        quarantine_retention_days=90,
        automatic_retries=5,
        reconcile_hours=24,
        **asdict(Ceilings()),
    )


class Assemble(Protocol):
    """Makes the processor's parts, with other settings or contracts where they are given."""

    def __call__(self, *contracts: Contract, **settings: Any) -> Parts: ...


@pytest.fixture
def parts_with(settings: Settings, dynamodb: DynamoDBClient, s3: S3Client, sqs: SQSClient) -> Assemble:
    clients = {"dynamodb": dynamodb, "s3": s3, "sqs": sqs}

    def make(*contracts: Contract, **other: Any) -> Parts:
        # At one moment: what is read once a minute is read once.
        return assemble(clients, replace(settings, **other), Contracts(contracts), clock=lambda: NOON)

    return make


@pytest.fixture
def parts(parts_with: Assemble, records_table: str) -> Parts:
    """Of a process that has worked before: it knows which prefixes have lists."""
    made = parts_with()
    made.prefixes.known()
    return made


@pytest.fixture
def intake(parts: Parts) -> Intake:
    return parts.intake


class Put(Protocol):
    """Puts an object into the incoming bucket; the event that S3 sends of it."""

    def __call__(self, key: str, content: bytes = b"content", **options: Any) -> ObjectCreated: ...


@pytest.fixture
def put(s3: S3Client, incoming: str) -> Put:
    def drop(key: str, content: bytes = b"content", **options: Any) -> ObjectCreated:
        answer = s3.put_object(Bucket=incoming, Key=key, Body=content, **options)
        return ObjectCreated(incoming, key, answer["VersionId"], "0055AED6DCD90281E5", CREATED)

    return drop


class Announce(Protocol):
    """Announces an upload; its record, whose `object_key` is where to put the object."""

    def __call__(self, promised: bytes | None = None, **known: Any) -> Record: ...


@pytest.fixture
def announce(store: RecordStore, make_record: MakeRecord) -> Announce:
    def add(promised: bytes | None = None, **known: Any) -> Record:
        sha256 = None if promised is None else hashlib.sha256(promised).hexdigest()
        record = make_record(status=Status.AWAITING_UPLOAD, expected_sha256=sha256, **known)
        assert store.add(record) is None
        return record

    return add


@dataclass
class Buckets:
    """A look at what lies in the buckets."""

    s3: S3Client
    incoming: str
    quarantine: str

    def read(self, bucket: str, key: str) -> bytes:
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def versions(self, bucket: str) -> list[tuple[str, str]]:
        """Key and version of every object version."""
        listed = self.s3.list_object_versions(Bucket=bucket).get("Versions", [])
        return sorted((version["Key"], version["VersionId"]) for version in listed)

    def keys(self, bucket: str) -> list[str]:
        return sorted({key for key, _ in self.versions(bucket)})

    def markers(self, bucket: str) -> int:
        return len(self.s3.list_object_versions(Bucket=bucket).get("DeleteMarkers", []))


@pytest.fixture
def buckets(s3: S3Client, incoming: str, quarantine: str) -> Buckets:
    return Buckets(s3, incoming, quarantine)


@pytest.fixture
def all_records(store: RecordStore) -> Any:
    """Every record of the table, whole."""

    def read() -> list[Record]:
        rows = store.page(Filters(), limit=1_000).items
        found = [store.get(row["recordId"]) for row in rows]
        return [record for record in found if record]

    return read


@pytest.fixture
def fake(make_record: MakeRecord) -> FakeIntake:
    return FakeIntake(make_record)


class FakeQueue:
    """Remembers when messages are to come again, and what was put into it anew.

    Attributes:
        refuses: what it says to whoever puts something in.
    """

    def __init__(self) -> None:
        self.again: dict[str, int] = {}
        self.anew: list[str] = []
        self.refuses: str | None = None

    def come_again(self, message: dict[str, Any], seconds: int) -> str | None:
        self.again[message["messageId"]] = seconds
        return None

    def send_anew(self, message: dict[str, Any]) -> str | None:
        if not self.refuses:
            self.anew.append(message["messageId"])
        return self.refuses


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def processor(fake: FakeIntake, queue: FakeQueue) -> Processor:
    parts = SimpleNamespace(intake=fake, queue=queue)
    return Processor(cast("Parts", parts), Telemetry("prod"), max_receives=6)


@pytest.fixture
def message(payload: Callable[[str], str]) -> Callable[..., dict[str, Any]]:
    """A queue message that announces these keys, and has come so often; its id is the first."""
    template = json.loads(payload("s3_put"))["Records"][0]

    def make(*keys: str, received: int = 2) -> dict[str, Any]:
        records = []
        for key in keys:
            described = template["s3"] | {"object": template["s3"]["object"] | {"key": key}}
            records.append(template | {"s3": described})
        attributes = {"ApproximateReceiveCount": str(received)}
        return {"messageId": keys[0], "body": json.dumps({"Records": records}), "attributes": attributes}

    return make
