"""Files that were announced: record at once, presigned POST, outcome, download."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.conftest import LIMIT
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from local.ingest import Ingest
    from records.model import Record
    from tests.flow.conftest import Client

CSV = b"id,amount\n1,10\n2,20\n"


def announce(client: Client, content: bytes, **more: Any) -> dict[str, Any]:
    body = {"fileName": "orders.csv", "sizeBytes": len(content), **more}
    answer = client.api.post("/uploads", json=body)
    assert answer.status_code == 201, answer.text
    announced: dict[str, Any] = answer.json()
    return announced


def post(upload: dict[str, Any], content: bytes, **changed: str) -> httpx.Response:
    fields = upload["fields"] | changed
    return httpx.post(upload["url"], data=fields, files={"file": content}, timeout=30, trust_env=False)


def test_an_announced_file_is_recorded_processed_and_can_be_downloaded(client: Client) -> None:
    sha256 = hashlib.sha256(CSV).hexdigest()
    announced = announce(client, CSV, mediaType="text/csv", sha256=sha256)
    record_id = announced["record"]["recordId"]
    assert client.api.get(f"/records/{record_id}").json()["status"] == "awaiting_upload"
    assert post(announced["upload"], CSV).is_success

    def outcome() -> dict[str, Any] | None:
        seen: dict[str, Any] = client.api.get(f"/records/{record_id}").json()
        return seen if seen["status"] != "awaiting_upload" else None

    record = eventually(outcome, "an outcome")
    assert record["status"] == "processed"
    assert (record["sizeBytes"], record["sha256"], record["mediaType"]) == (len(CSV), sha256, "text/csv")
    assert record["fileName"] == "orders.csv"
    assert len(record["attempts"]) == 1
    link = client.api.get(f"/records/{record_id}/download").json()
    download = httpx.get(link["url"], timeout=30, trust_env=False)
    assert download.content == CSV
    # The emulator leaves such headers out for a version; S3 does not.
    asked = parse_qs(urlsplit(link["url"]).query)
    assert asked["response-content-disposition"][0].startswith('attachment; filename="orders.csv"')
    assert asked["versionId"] == [record["versionId"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "elsewhere/orders.csv"},
        {"key": "uploads/${filename}"},
        {"Content-Type": "text/html"},
        {"acl": "public-read"},
        {"bucket": "another"},
        {"success_action_redirect": "https://example.com"},
    ],
)
def test_s3_refuses_what_was_not_announced(client: Client, changed: dict[str, str]) -> None:
    announced = announce(client, CSV, mediaType="text/csv")
    assert post(announced["upload"], CSV, **changed).status_code == 403


@pytest.mark.parametrize("content", [CSV[:-1], CSV + b"3,30\n"])
def test_s3_refuses_another_size(client: Client, content: bytes) -> None:
    announced = announce(client, CSV)
    assert post(announced["upload"], content).status_code == 400


def test_other_content_than_promised_never_becomes_a_processed_record(client: Client) -> None:
    announced = announce(client, CSV, sha256=hashlib.sha256(b"something else").hexdigest())
    # S3 checks the promise when it takes the form (the emulator does not), and the processor checks it again.
    post(announced["upload"], CSV)
    record_id = announced["record"]["recordId"]

    def outcome() -> Record | None:
        seen = client.records.get(record_id)
        return seen if seen and seen.status != "awaiting_upload" else None

    record = eventually(outcome, "an outcome")
    assert (record.status, record.reason) == ("quarantined", "checksum_mismatch")
    assert client.versions(client.incoming, record.object_key) == []


def test_a_form_that_is_used_twice_makes_a_second_record(client: Client) -> None:
    announced = announce(client, CSV)
    key = announced["record"]["objectKey"]
    for _ in range(2):
        assert post(announced["upload"], CSV).is_success

    def both() -> list[Record] | None:
        found = client.records_under(key)
        return found if len(found) == 2 else None

    records = eventually(both, "two records")
    assert {record.status for record in records} == {"processed"}
    assert announced["record"]["recordId"] in {record.record_id for record in records}
    assert len({record.version_id for record in records}) == 2


@pytest.mark.parametrize(
    "name", ["plain.txt", "with space+plus.txt", "ünïcødé-файл-文件.txt", "100%.txt", "..."]
)
def test_the_exact_name_is_kept_and_the_key_stays_in_its_folder(
    sender: Ingest, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"hello\n")
    result = sender.send_one(path)
    assert result.error is None
    assert result.record["status"] == "processed"
    assert result.record["fileName"] == name
    assert result.record["objectKey"].startswith(f"uploads/{result.record['recordId']}/")


def test_an_empty_file_is_quarantined(sender: Ingest, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    record = sender.send_one(path).record
    assert (record["status"], record["reason"]) == ("quarantined", "empty_file")
    assert client.api.get(f"/records/{record['recordId']}/download").status_code == 409
    assert client.versions(client.incoming, record["objectKey"]) == []
    (kept,) = client.versions(client.quarantine, record["quarantineKey"])
    assert kept["Size"] == 0


def test_a_file_over_the_limit_is_refused_before_it_is_sent(sender: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(LIMIT + 1)
    assert sender.send_one(path).error == f"sizeBytes is {LIMIT + 1:,}; at most {LIMIT:,} bytes are accepted."
