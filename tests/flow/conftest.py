"""The local system as flow tests see it: through S3, through the API, and a look into its table."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest

from local.ingest import Ingest
from records.model import Record, derived_record_id
from records.pages import Filters
from records.store import RecordStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.system import System

T = TypeVar("T")
SECONDS = 60


def eventually(look: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
    """What `look` gives, as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return seen


class Client:
    """A running system as its tests use it: through S3, through the API, and a look into the table."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.incoming: str = system.outputs["incomingBucket"]
        self.quarantine: str = system.outputs["quarantineBucket"]
        self.s3 = system.deployment.client("s3")
        self.sqs = system.deployment.client("sqs")
        self.dynamodb = system.deployment.client("dynamodb")
        self.records = RecordStore(self.dynamodb, system.outputs["recordsTable"], shards=4)
        self.ticked = 0.0
        self.stuck = 0
        """Messages that a test made to fail: they stay invisible for longer than any test runs."""
        self.api = httpx.Client(
            base_url=system.url, headers={"X-Api-Key": system.api_key}, timeout=30, trust_env=False
        )

    def told(self, function: str, event: dict[str, Any]) -> Any:
        """What a function of the stack answers."""
        return json.loads(self.invoke(function, event)["Payload"].read())

    @contextmanager
    def without_events(self) -> Iterator[None]:
        """What is put meanwhile is announced to nobody."""
        declared = self.s3.get_bucket_notification_configuration(Bucket=self.incoming)
        declared.pop("ResponseMetadata", None)
        put = partial(self.s3.put_bucket_notification_configuration, Bucket=self.incoming)
        put(NotificationConfiguration={})
        try:
            yield
        finally:
            put(NotificationConfiguration=declared)

    def drop(self, key: str, content: bytes) -> str:
        """Put an object straight into the bucket; its version."""
        version: str = self.s3.put_object(Bucket=self.incoming, Key=key, Body=content)["VersionId"]
        return version

    def record_of(self, key: str, version: str) -> Record:
        """The record of a dropped version, as soon as there is one."""
        record_id = derived_record_id(self.incoming, key, version)
        return eventually(lambda: self.records.get(record_id), f"record of {key!r}")

    def records_under(self, prefix: str) -> list[Record]:
        """All records of keys that begin so, past every page."""
        found, before = [], None
        while True:
            page = self.records.page(Filters(prefix=prefix), limit=200, before=before)
            found += [self.records.get(item["recordId"]) for item in page.items]
            if page.position is None:
                return [record for record in found if record]
            before = page.position

    def versions(self, bucket: str, prefix: str) -> list[dict[str, Any]]:
        """Every version and delete marker of keys that begin so."""
        answer = self.s3.list_object_versions(Bucket=bucket, Prefix=prefix)
        return [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]

    def idle(self) -> None:
        """Wait until the queue has nothing more to give."""
        url = self.system.outputs["queueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

        def empty() -> bool:
            attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return sum(int(attributes[name]) for name in names) == self.stuck

        eventually(empty, "the queue is empty")

    def mails(self, text: str, seconds: float = SECONDS) -> list[str]:
        """The mails in the outbox that contain a text, as soon as there is one."""

        def read() -> list[str]:
            self.flush()
            mails = [path.read_text() for path in sorted(self.system.outbox.glob("*.eml"))]
            return [mail for mail in mails if text in mail]

        return eventually(read, f"a mail with {text!r}", seconds)

    def flush(self) -> None:
        """Let the notifier's clock tick, at most once a second: nobody shall wait for a whole minute."""
        if time.monotonic() > self.ticked + 1:
            self.ticked = time.monotonic()
            self.invoke("notifierFunction", {"flush": True})

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Lambda's answer to an event for a function, which is named by the stack's output."""
        answer: dict[str, Any] = self.system.deployment.client("lambda").invoke(
            FunctionName=self.system.outputs[function], Payload=json.dumps(event)
        )
        return answer


@pytest.fixture(scope="session")
def client(system: System) -> Iterator[Client]:
    client = Client(system)
    with client.api:
        yield client


@pytest.fixture(scope="session")
def sender(client: Client) -> Iterator[Ingest]:
    with Ingest(client.system.url, client.system.api_key, timeout_seconds=SECONDS) as ingest:
        yield ingest
