"""Objects that nobody announced: what S3 events bring, once, twice, out of order and for gone objects."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.conftest import LIMIT
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from tests.flow.conftest import Client

LONG = "a" * 1_000 + "/" + "b" * 23


def event(client: Client, key: str, version: str, name: str = "ObjectCreated:Put") -> str:
    """The body of a message as S3 writes it; `key` already in S3's encoding."""
    described = {"key": key, "size": 3, "versionId": version, "sequencer": "0055AED6DCD90281E5"}
    bucket = {"name": client.incoming, "arn": f"arn:aws:s3:::{client.incoming}"}
    record = {
        "eventSource": "aws:s3",
        "eventTime": "2026-01-31T08:15:30.250Z",
        "eventName": name,
        "s3": {"bucket": bucket, "object": described},
    }
    return json.dumps({"Records": [record]})


@pytest.mark.parametrize(
    "key",
    [
        "drops/plain.csv",
        "drops/with space and+plus.csv",
        "drops/ünïcødé-файл-文件.csv",
        "drops/100%2Fdone.csv",
        "drops/../up.csv",
        LONG,
    ],
    ids=["plain", "space+plus", "unicode", "percent", "dots", "1024-bytes"],
)
def test_a_dropped_file_is_recorded_under_its_exact_key(client: Client, key: str) -> None:
    content = f"a,b\n1,{uuid.uuid4()}\n".encode()
    version = client.drop(key, content)
    record = client.record_of(key, version)
    assert record.status == "processed"
    assert (record.object_key, record.version_id, record.source) == (key, version, "bucket")
    assert (record.size_bytes, record.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_an_overwritten_key_has_a_record_for_each_version(client: Client) -> None:
    versions = [client.drop("twice/file.txt", content) for content in (b"one\n", b"two!\n")]
    records = [client.record_of("twice/file.txt", version) for version in versions]
    assert [record.size_bytes for record in records] == [4, 5]
    assert [record.sha256 for record in records] == [
        hashlib.sha256(content).hexdigest() for content in (b"one\n", b"two!\n")
    ]
    assert len(client.records_under("twice/")) == 2


def test_the_same_event_again_changes_nothing(client: Client) -> None:
    version = client.drop("again/file.txt", b"abc")
    before = client.record_of("again/file.txt", version)
    for _ in range(3):
        client.sqs.send_message(
            QueueUrl=client.system.outputs["queueUrl"],
            MessageBody=event(client, "again/file.txt", version),
        )
    client.idle()
    assert client.records_under("again/") == [before]


def test_the_same_event_again_for_a_quarantined_file_changes_nothing(client: Client) -> None:
    version = client.drop("again-bad/empty.txt", b"")
    before = client.record_of("again-bad/empty.txt", version)
    eventually(lambda: not client.versions(client.incoming, "again-bad/"), "the source is gone")
    client.sqs.send_message(
        QueueUrl=client.system.outputs["queueUrl"],
        MessageBody=event(client, "again-bad/empty.txt", version),
    )
    client.idle()
    assert client.records_under("again-bad/") == [before]
    assert len(client.versions(client.quarantine, before.quarantine_key or "?")) == 1


def test_a_quarantined_file_is_in_the_quarantine_bucket_alone_with_its_reason(client: Client) -> None:
    content = b"x" * (LIMIT + 1)
    record = client.record_of("big/file.bin", client.drop("big/file.bin", content))
    assert (record.status, record.reason) == ("quarantined", "file_too_large")
    assert record.detail == f"The file has {LIMIT + 1:,} bytes; the limit is {LIMIT:,}."
    eventually(lambda: not client.versions(client.incoming, "big/"), "the source is gone")
    assert record.quarantine_key
    kept = client.s3.get_object(Bucket=client.quarantine, Key=record.quarantine_key)
    assert kept["Body"].read() == content
    assert kept["Metadata"] == {"reason": "file_too_large", "record-id": record.record_id}


def test_a_bad_file_does_not_take_other_versions_of_its_key_along(client: Client) -> None:
    good = client.drop("mixed/file.txt", b"good\n")
    bad = client.drop("mixed/file.txt", b"")
    assert client.record_of("mixed/file.txt", bad).status == "quarantined"
    assert client.record_of("mixed/file.txt", good).status == "processed"
    eventually(lambda: len(client.versions(client.incoming, "mixed/")) == 1, "one version is left")
    (left,) = client.versions(client.incoming, "mixed/")
    assert left["VersionId"] == good


def test_an_event_for_an_object_that_is_gone_ends_as_missing(client: Client) -> None:
    version = str(uuid.uuid4())
    client.sqs.send_message(
        QueueUrl=client.system.outputs["queueUrl"], MessageBody=event(client, "gone/file.txt", version)
    )
    record = client.record_of("gone/file.txt", version)
    assert (record.status, record.reason) == ("missing", "object_gone")


def test_a_folder_marker_is_recorded_as_what_it_is(client: Client) -> None:
    record = client.record_of("folder/", client.drop("folder/", b""))
    assert (record.status, record.media_type) == ("processed", "application/x-directory")


def test_the_test_event_of_s3_is_acknowledged(client: Client) -> None:
    """A message that failed would be in the queue still, waiting for its next time."""
    client.sqs.send_message(
        QueueUrl=client.system.outputs["queueUrl"],
        MessageBody=json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": client.incoming}),
    )
    client.idle()


def test_everything_dropped_can_be_listed_through_the_api_page_by_page(client: Client) -> None:
    keys = [f"pages/{number:02}.txt" for number in range(23)]
    versions = {key: client.drop(key, key.encode()) for key in keys}
    for key, version in versions.items():
        client.record_of(key, version)
    seen: list[str] = []
    arguments = {"prefix": "pages/", "limit": "5"}
    while True:
        page = client.api.get("/records", params=arguments).json()
        seen += [item["objectKey"] for item in page["items"]]
        if "nextCursor" not in page:
            break
        arguments["cursor"] = page["nextCursor"]
    assert sorted(seen) == keys
    times = [client.record_of(key, versions[key]).created_at for key in seen]
    assert times == sorted(times, reverse=True)
