"""`Idempotency-Key` on POST /uploads: the same request is the same record, whatever happened in between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.parts import MIB
from records.model import Status
from tests.unit.api.client import Client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from api.deps import World

pytestmark = pytest.mark.usefixtures("incoming")

BODY = {"fileName": "a.csv", "sizeBytes": 9}
IN_PARTS = BODY | {"multipart": True}


def announce(client: Client, body: dict[str, Any], key: str) -> dict[str, Any]:
    answer = client.post("/uploads", body, **{"idempotency-key": key})
    assert answer.status == 201, answer
    announced: dict[str, Any] = answer.json()
    return announced


@pytest.mark.parametrize("body", [BODY, IN_PARTS])
def test_the_same_request_is_the_same_record_with_fresh_links(
    client: Client, s3: S3Client, dynamodb: Any, body: dict[str, Any]
) -> None:
    first, second = announce(client, body, "one"), announce(client, body, "one")

    assert first["record"] == second["record"]
    assert first["upload"]["method"] == second["upload"]["method"] != "NONE"
    assert dynamodb.scan(TableName="records")["Count"] == 1
    assert len(s3.list_multipart_uploads(Bucket="incoming").get("Uploads", [])) == ("multipart" in body)


def test_what_is_not_said_is_what_it_is_without_saying(client: Client) -> None:
    assert (
        announce(client, BODY, "one")["record"]
        == announce(client, BODY | {"prefix": "uploads"}, "one")["record"]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"sizeBytes": 10},
        {"fileName": "b.csv"},
        {"prefix": "elsewhere"},
        {"sha256": "ab" * 32},
        {"multipart": True},
    ],
)
def test_another_request_under_the_same_key_is_refused(client: Client, change: dict[str, Any]) -> None:
    announce(client, BODY, "one")

    answer = client.post("/uploads", BODY | change, **{"idempotency-key": "one"})

    answer.problem(422, "idempotency-key-reused")


def test_other_keys_and_other_callers_are_other_requests(client: Client, world: World) -> None:
    other = Client.of(world, world.keys.create("another")[1])

    ids = [
        announce(who, BODY, key)["record"]["recordId"]
        for who, key in [(client, "a"), (client, "b"), (other, "a")]
    ]

    assert len(set(ids)) == 3


def test_parts_that_came_are_told_when_it_is_announced_again(client: Client, s3: S3Client) -> None:
    record = announce(client, IN_PARTS, "one")["record"]
    s3.upload_part(
        Bucket="incoming", Key=record["objectKey"], UploadId=record["uploadId"], PartNumber=1, Body=b"x" * 9
    )

    (part,) = announce(client, IN_PARTS, "one")["upload"]["items"]

    assert part["received"]["sizeBytes"] == 9


@pytest.mark.parametrize("status", [Status.PROCESSED, Status.QUARANTINED, Status.EXPIRED])
def test_when_the_file_came_nothing_is_to_be_sent(client: Client, world: World, status: Status) -> None:
    record = world.records.get(announce(client, BODY, "one")["record"]["recordId"])
    assert record
    assert world.records.move(replace(record, status=status), record) is None

    again = announce(client, BODY, "one")

    assert (again["record"]["status"], again["upload"]) == (status, {"method": "NONE"})


def test_when_all_parts_are_one_object_nothing_is_to_be_sent(client: Client, s3: S3Client) -> None:
    record = announce(client, IN_PARTS, "one")["record"]
    s3.upload_part(
        Bucket="incoming", Key=record["objectKey"], UploadId=record["uploadId"], PartNumber=1, Body=b"x" * 9
    )
    assert client.post(f"/uploads/{record['recordId']}/complete", "").status == 202

    assert announce(client, IN_PARTS, "one")["upload"] == {"method": "NONE"}


def test_of_two_at_the_same_moment_one_begins_an_upload(
    client: Client, world: World, s3: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = announce(client, IN_PARTS, "one")
    # The second one looked before the first one wrote.
    monkeypatch.setattr(world.records, "get", lambda record_id: None)

    second = announce(client, IN_PARTS, "one")

    assert second["record"] == first["record"]
    (begun,) = s3.list_multipart_uploads(Bucket="incoming")["Uploads"]
    assert begun["UploadId"] == first["record"]["uploadId"]


def test_of_two_different_ones_at_the_same_moment_one_is_refused(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(client, IN_PARTS, "one")
    monkeypatch.setattr(world.records, "get", lambda record_id: None)

    answer = client.post("/uploads", IN_PARTS | {"sizeBytes": 5 * MIB // MIB}, **{"idempotency-key": "one"})

    answer.problem(422, "idempotency-key-reused")
