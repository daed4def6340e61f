"""POST /uploads: the record that is there at once, and the form that S3 will hold the client to."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.handler import build_world
from api.schemas_uploads import AnnouncedUpload
from contracts.model import Contracts
from records.items import from_item
from tests.unit.api.client import Client, event
from tests.unit.api.conftest import SETTINGS

if TYPE_CHECKING:
    from api.deps import World

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
FULL = {
    "fileName": "orders.csv",
    "sizeBytes": 52,
    "mediaType": "text/csv",
    "sha256": SHA256,
    "prefix": "partners/acme",
}


def announce(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/uploads", body)
    assert (answer.status, answer.media_type) == (201, "application/json"), answer
    AnnouncedUpload.model_validate_json(answer.body)
    announced: dict[str, Any] = answer.json()
    return announced


def policy(upload: dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.b64decode(upload["fields"]["policy"]))
    return decoded


def stored(dynamodb: Any, record_id: str) -> dict[str, Any]:
    key = {"recordId": {"S": record_id}}
    return from_item(dynamodb.get_item(TableName="records", Key=key)["Item"])


def test_the_record_is_in_the_table_at_once(client: Client, dynamodb: Any) -> None:
    record = announce(client, FULL)["record"]
    item = stored(dynamodb, record["recordId"])
    assert item["arrivalKey"] == f"{record['createdAt']}#{record['recordId']}"
    assert {name: item[name] for name in record} == record
    assert record == {
        "recordId": record["recordId"],
        "status": "awaiting_upload",
        "source": "upload",
        "bucket": "incoming",
        "objectKey": f"partners/acme/{record['recordId']}/orders.csv",
        "fileName": "orders.csv",
        "createdAt": record["createdAt"],
        "declaredMediaType": "text/csv",
        "expectedSha256": SHA256,
        "expectedSizeBytes": 52,
        "attempts": [],
        "attemptCount": 0,
        "automaticRetries": 0,
        "dueAt": record["dueAt"],
        "revision": 1,
    }
    late = datetime.fromisoformat(record["dueAt"]) - datetime.fromisoformat(record["createdAt"])
    assert late == timedelta(hours=72)


def test_the_record_can_be_read_and_listed(client: Client) -> None:
    record = announce(client, {"fileName": "a.csv", "sizeBytes": 1})["record"]
    assert client.get(f"/records/{record['recordId']}").json() == record
    (row,) = client.get("/records", status="awaiting_upload").json()["items"]
    assert row.items() <= record.items()
    age = datetime.now(UTC) - datetime.fromisoformat(record["createdAt"])
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)


def test_each_announcement_is_a_record_of_its_own(client: Client) -> None:
    ids = {announce(client, FULL)["record"]["recordId"] for _ in range(5)}
    assert len(ids) == 5


def test_the_event_as_it_was_recorded(client: Client) -> None:
    sent = event("post")
    sent["headers"]["x-api-key"] = client.key
    assert client.send(sent).status == 201
    encoded = base64.b64encode(sent["body"].encode()).decode()
    assert client.send(sent | {"body": encoded, "isBase64Encoded": True}).status == 201


def test_the_form_allows_one_key_one_type_one_size(client: Client) -> None:
    announced = announce(client, {name: value for name, value in FULL.items() if name != "sha256"})
    upload, conditions = announced["upload"], policy(announced["upload"])["conditions"]
    assert upload["method"] == "POST"
    assert {"bucket": "incoming"} in conditions
    assert {"key": announced["record"]["objectKey"]} in conditions
    assert {"Content-Type": "text/csv"} in conditions
    assert [entry for entry in conditions if isinstance(entry, list)] == [["content-length-range", 52, 52]]
    assert "checksum" not in json.dumps(upload)


def test_every_field_of_the_form_is_bound_by_the_policy(client: Client) -> None:
    upload = announce(client, FULL)["upload"]
    exact = {
        k: v for entry in policy(upload)["conditions"] if isinstance(entry, dict) for k, v in entry.items()
    }
    free = {"policy", "x-amz-signature"}
    assert exact == {"bucket": "incoming"} | {k: v for k, v in upload["fields"].items() if k not in free}
    assert free < upload["fields"].keys()


def test_a_promised_checksum_is_a_condition(client: Client) -> None:
    upload = announce(client, FULL)["upload"]
    digest = base64.b64encode(bytes.fromhex(SHA256)).decode()
    assert {"x-amz-checksum-sha256": digest} in policy(upload)["conditions"]
    assert {"x-amz-checksum-algorithm": "SHA256"} in policy(upload)["conditions"]
    assert upload["fields"]["x-amz-checksum-sha256"] == digest


def test_without_a_media_type_it_is_a_stream_of_bytes(client: Client) -> None:
    announced = announce(client, {"fileName": "x", "sizeBytes": 0})
    assert {"Content-Type": "application/octet-stream"} in policy(announced["upload"])["conditions"]
    assert ["content-length-range", 0, 0] in policy(announced["upload"])["conditions"]
    assert announced["record"]["objectKey"].startswith("uploads/")
    assert "declaredMediaType" not in announced["record"]


def test_the_form_works_for_an_hour(client: Client) -> None:
    upload = announce(client, FULL)["upload"]
    for text in (policy(upload)["expiration"], upload["expiresAt"]):
        remaining = datetime.fromisoformat(text) - datetime.now(UTC)
        assert timedelta(minutes=59) < remaining <= timedelta(hours=1, seconds=1)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_form_goes_to_the_buckets_own_address(
    world: World, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of the Lambda's role")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    links = build_world(SETTINGS, Contracts()).links
    client = Client.of(replace(world, links=links), world.keys.create("tests")[1])
    upload = announce(client, FULL)["upload"]
    assert upload["url"] == f"https://incoming.s3.{region}.amazonaws.com/"
    assert {"x-amz-security-token": "of the Lambda's role"} in policy(upload)["conditions"]
