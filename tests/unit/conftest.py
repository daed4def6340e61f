"""Buckets and tables under moto, as `components/storage.py` declares them, and records to fill them with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import pytest
from moto import mock_aws

from local.deploy import Deployment
from local.program import Registration, run_program
from records.aws.connections import Connections
from records.model import Record, Source, Status, utc_text
from records.store import RecordStore
from tests.unit.moto_bridge import send_to_moto
from tests.unit.quick_moto import make_quick
from tests.xray import Daemon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

EVENTS = Path(__file__).parent.parent / "events"
REGION = "us-east-1"
SHARDS = 4
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
STORED = ("aws:s3/bucket:Bucket", "aws:s3/bucketVersioning:BucketVersioning", "aws:dynamodb/table:Table")


class InMoto(Deployment):
    """Makes resources under moto, with their logical names for names."""

    def __init__(self, session: boto3.Session) -> None:
        super().__init__("https://moto.invalid", api_url="https://api.example.com", region=REGION)
        self._in_moto = cache(session.client)

    def client(self, service: str) -> Any:
        return self._in_moto(service)

    def name(self, resource: Registration) -> str:
        return resource.name

    def do(self, service: str, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
        # Moto has no backups, and hundreds of tests need a table.
        return {} if operation == "UpdateContinuousBackups" else super().do(service, operation, properties)


class Declared:
    """A backend that makes nothing: it keeps what the program declares of buckets and tables."""

    def __init__(self) -> None:
        self.stored: list[Registration] = []

    def create(self, resource: Registration) -> tuple[str, dict[str, Any]]:
        if resource.type in STORED:
            # Nothing expires in moto.
            inputs = {name: value for name, value in resource.inputs.items() if name != "ttl"}
            self.stored.append(replace(resource, inputs=inputs))
        outputs = ("apiEndpoint", "arn", "bucket", "executionArn", "name", "streamArn", "url")
        return resource.name, {name: resource.name for name in outputs if name not in resource.inputs}

    def call(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"accountId": "123456789012"}


# One for all tests: reading the services' models again for each test is slower than the test.
@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the light client sends goes to moto, which knows of no requests but botocore's."""
    monkeypatch.setattr(Connections, "send", send_to_moto)


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    return boto3.Session()


@pytest.fixture(scope="session")
def in_moto(session: boto3.Session) -> InMoto:
    return InMoto(session)


@pytest.fixture(scope="session")
def declared() -> list[Registration]:
    backend = Declared()
    config = {"aws:region": REGION, "silent-scalper:lambdaPlatform": "host"}
    run_program(backend, stack_name="dev", config=config)
    return sorted(backend.stored, key=lambda resource: STORED.index(resource.type))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that boto3 does in the test stays in this process."""
    make_quick(monkeypatch)
    with mock_aws():
        yield


@pytest.fixture
def made(aws: None, in_moto: InMoto, declared: list[Registration]) -> Callable[[str], str]:
    """Makes a bucket or table by its logical name, which is its name too."""

    def make(name: str) -> str:
        for resource in declared:
            if resource.name in (name, f"{name}-versioning"):
                in_moto.create(resource)
        return name

    return make


@pytest.fixture
def dynamodb(aws: None, session: boto3.Session) -> DynamoDBClient:
    return session.client("dynamodb")


@pytest.fixture
def s3(aws: None, session: boto3.Session) -> S3Client:
    return session.client("s3")


@pytest.fixture
def records_table(made: Callable[[str], str]) -> str:
    return made("records")


@pytest.fixture
def api_keys_table(made: Callable[[str], str]) -> str:
    return made("api-keys")


@pytest.fixture
def alerts_table(made: Callable[[str], str]) -> str:
    return made("alert-state")


@pytest.fixture
def incoming(made: Callable[[str], str]) -> str:
    return made("incoming")


@pytest.fixture
def quarantine(made: Callable[[str], str]) -> str:
    return made("quarantine")


@pytest.fixture
def accepted(made: Callable[[str], str]) -> str:
    return made("accepted")


@pytest.fixture
def storage(records_table: str, api_keys_table: str, incoming: str, quarantine: str, accepted: str) -> None:
    """All of it, for tests that reach it by name."""


@pytest.fixture
def store(dynamodb: DynamoDBClient, records_table: str) -> RecordStore:
    return RecordStore(dynamodb, records_table, shards=SHARDS)


@pytest.fixture
def payload() -> Callable[[str], str]:
    """What AWS sends: a file of `tests/events` by its name."""
    return lambda name: (EVENTS / f"{name}.json").read_text()


class MakeRecord(Protocol):
    """Makes a record; what is not given is plausible, and unlike any other record's."""

    def __call__(self, **known: Any) -> Record: ...


@pytest.fixture
def make_record() -> MakeRecord:
    """Each record is a second younger than the one before; a record is `processed` if nothing is said."""
    numbers = itertools.count(1)

    def make(**known: Any) -> Record:
        number = next(numbers)
        record_id = known.get("record_id", f"{number:032x}")
        moment = utc_text(NOON + timedelta(seconds=number))
        plausible = {
            "record_id": record_id,
            "status": Status.PROCESSED,
            "source": Source.UPLOAD,
            "bucket": "incoming",
            "object_key": f"uploads/{record_id}/report.csv",
            "file_name": "report.csv",
            "created_at": moment,
        }
        return Record(**(plausible | known))

    return make


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    """Listens as X-Ray's does."""
    listening = Daemon()
    yield listening
    listening.close()


@dataclass
class Calls:
    """The AWS operations that clients carried out, in order."""

    names: list[str] = field(default_factory=list)

    def watch(self, client: Any) -> None:
        client.meta.events.register("before-call", self._note)

    def _note(self, model: Any, **_: Any) -> None:
        self.names.append(model.name)

    def clear(self) -> None:
        self.names.clear()


@pytest.fixture
def calls(dynamodb: DynamoDBClient, s3: S3Client) -> Calls:
    """What the fixtures' clients do from here on."""
    noted = Calls()
    noted.watch(dynamodb)
    noted.watch(s3)
    return noted
