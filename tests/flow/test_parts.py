"""Uploads in parts on the local system: to the outcome, and what S3 refuses of links that were changed.

The emulator takes parts that are too small for S3, and parts without the checksum that the upload was begun
with; so no test here is about these.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import httpx
import pytest
from botocore.config import Config

from api.links import Links
from local.deploy import CREDENTIALS
from local.ingest import Ingest
from tests.flow.conftest import SECONDS, eventually

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from records.model import Record
    from tests.flow.conftest import Client

CSV = b"id,amount\n1,10\n2,20\n"


def announce(client: Client, content: bytes = CSV, **more: Any) -> dict[str, Any]:
    body = {"fileName": "orders.csv", "sizeBytes": len(content), "multipart": True, **more}
    answer = client.api.post("/uploads", json=body)
    assert answer.status_code == 201, answer.text
    announced: dict[str, Any] = answer.json()
    return announced


def put(url: str, content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.put(url, content=content, headers=headers, timeout=30, trust_env=False)


def signed(client: Client, record_id: str, content: bytes) -> dict[str, Any]:
    part = {"partNumber": 1, "sha256": hashlib.sha256(content).hexdigest()}
    answer = client.api.post(f"/uploads/{record_id}/parts", json={"parts": [part]})
    assert answer.status_code == 200, answer.text
    link: dict[str, Any] = answer.json()["items"][0]
    return link


def signer(client: Client) -> S3Client:
    """One that signs as the API does, with the emulator's root key."""
    session = boto3.Session(
        CREDENTIALS["aws_access_key_id"],
        CREDENTIALS["aws_secret_access_key"],
        region_name=client.system.deployment.region,
    )
    config = Config(signature_version="s3v4")
    return session.client("s3", endpoint_url=client.system.emulator.endpoint, config=config)


def outcome(client: Client, record_id: str) -> Record:
    def seen() -> Record | None:
        record = client.records.get(record_id)
        return record if record and record.status != "awaiting_upload" else None

    return eventually(seen, "an outcome")


def test_a_file_in_parts_is_processed_like_any_other(client: Client) -> None:
    announced = announce(client, sha256=hashlib.sha256(CSV).hexdigest(), mediaType="text/csv")
    record_id, (part,) = announced["record"]["recordId"], announced["upload"]["items"]
    assert put(part["url"], CSV).is_success
    assert client.api.post(f"/uploads/{record_id}/complete").status_code == 202
    assert client.api.post(f"/uploads/{record_id}/complete").status_code == 202

    record = outcome(client, record_id)

    assert (record.status, record.sha256) == ("processed", hashlib.sha256(CSV).hexdigest())
    assert len(client.versions(client.incoming, record.object_key)) == 1
    assert client.api.post(f"/uploads/{record_id}/complete").json()["status"] == "processed"


def test_other_content_in_parts_than_promised_is_quarantined_and_can_be_had(client: Client) -> None:
    announced = announce(client, sha256=hashlib.sha256(b"something else").hexdigest())
    record_id, (part,) = announced["record"]["recordId"], announced["upload"]["items"]
    put(part["url"], CSV)
    client.api.post(f"/uploads/{record_id}/complete")
    assert outcome(client, record_id).reason == "checksum_mismatch"

    link = client.api.get(f"/records/{record_id}/quarantined").json()

    answer = httpx.get(link["url"], timeout=30, trust_env=False)
    assert answer.content == CSV
    assert answer.headers["content-disposition"].startswith('attachment; filename="orders.csv"')
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_file_of_two_parts_arrives_whole_with_the_command_that_people_use(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"0123456789abcde\n" * 1_100_000)
    progress: list[int] = []
    with Ingest(
        client.system.url,
        client.system.api_key,
        timeout_seconds=2 * SECONDS,
        in_parts_bytes=1_000,
        sent=progress.append,
    ) as ingest:
        first, second = ingest.send_one(path), ingest.send_one(path)

    assert first.error is None
    assert first.record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert second.record == first.record, "it was there already"
    assert sorted(progress) == [822_784, 16_777_216, 17_600_000]


def test_s3_refuses_a_part_of_another_size(client: Client) -> None:
    (part,) = announce(client)["upload"]["items"]

    assert put(part["url"], CSV[:-1]).status_code == 403
    assert put(part["url"], CSV + b"x").status_code == 403
    assert put(part["url"], CSV).is_success


def test_s3_refuses_a_part_of_another_content(client: Client) -> None:
    record_id = announce(client, partChecksums=True)["record"]["recordId"]
    link, other = signed(client, record_id, CSV), CSV.replace(b"20", b"99")
    others = {"x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(other).digest()).decode()}

    assert put(link["url"], other, link["headers"]).status_code == 400
    assert put(link["url"], other, others).status_code == 403
    assert put(link["url"], CSV).status_code == 403, "the header is signed, so it must be sent"
    assert put(link["url"], CSV, link["headers"]).is_success
    (part,) = client.api.get(f"/uploads/{record_id}/parts").json()["items"]
    assert part["received"]["sha256"] == hashlib.sha256(CSV).hexdigest()


@pytest.mark.parametrize(
    ("part", "changed"),
    [("orders.csv", "other.csv"), ("partNumber=1", "partNumber=2"), ("uploadId=", "uploadId=0")],
)
def test_s3_refuses_a_link_that_was_changed(client: Client, part: str, changed: str) -> None:
    (sent,) = announce(client)["upload"]["items"]
    url = urlsplit(sent["url"])
    elsewhere = url._replace(path=url.path.replace(part, changed), query=url.query.replace(part, changed))
    assert elsewhere != url

    assert put(urlunsplit(elsewhere), CSV).status_code == 403


def test_s3_refuses_links_and_forms_that_expired(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    announced = announce(client)
    record = client.records.get(announced["record"]["recordId"])
    assert record
    links, earlier = Links(signer(client)), datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr("botocore.auth.get_current_datetime", lambda **_: earlier)
        patched.setattr("botocore.signers.get_current_datetime", lambda **_: earlier)
        (old,), form = links.parts(record, [(1, None)]), links.upload(record, "text/csv")
    (fresh,) = links.parts(record, [(1, None)])

    late = httpx.post(form["url"], data=form["fields"], files={"file": CSV}, timeout=30, trust_env=False)
    assert (put(old["url"], CSV).status_code, late.status_code) == (403, 403)
    assert put(fresh["url"], CSV).is_success


def test_an_aborted_upload_takes_no_part_any_more(client: Client) -> None:
    announced = announce(client)
    record_id, (part,) = announced["record"]["recordId"], announced["upload"]["items"]

    assert client.api.post(f"/uploads/{record_id}/abort").json()["status"] == "expired"

    assert put(part["url"], CSV).status_code == 404
    assert client.api.post(f"/uploads/{record_id}/complete").status_code == 410


def test_a_completion_without_all_parts_names_them(client: Client) -> None:
    record_id = announce(client)["record"]["recordId"]

    answer = client.api.post(f"/uploads/{record_id}/complete")

    assert answer.status_code == 409
    assert answer.json()["detail"] == "1 of 1 parts are missing: 1."
