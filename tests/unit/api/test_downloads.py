"""GET /records/{recordId}/download, and the header that names the file for any name."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.links import attachment
from api.schemas import Download
from records.model import Status
from tests.unit.api.examples import dropped, minimal

if TYPE_CHECKING:
    from api.deps import World
    from records.model import Record
    from tests.unit.api.client import Client


def link(client: Client, record: Record) -> tuple[dict[str, Any], str, dict[str, str]]:
    """The answer, the link's address without its query, and the query."""
    answer = client.get(f"/records/{record.record_id}/download")
    assert (answer.status, answer.media_type) == (200, "application/json"), answer
    Download.model_validate_json(answer.body)
    body: dict[str, Any] = answer.json()
    url = urlsplit(body["url"])
    query = {name: value for name, (value,) in parse_qs(url.query, strict_parsing=True).items()}
    return body, f"{url.scheme}://{url.netloc}{url.path}", query


def test_a_link_to_the_recorded_version(client: Client, world: World) -> None:
    world.records.add(dropped(1))
    body, address, query = link(client, dropped(1))
    assert address == "https://incoming.s3.us-east-1.amazonaws.com/drops/1.csv"
    assert query["versionId"] == "v1"
    assert query["response-content-type"] == "application/octet-stream"
    assert query["response-content-disposition"] == attachment("1.csv")
    assert query["X-Amz-SignedHeaders"] == "host"
    assert {"fileName": "1.csv", "sizeBytes": 52, "sha256": "ab" * 32}.items() <= body.items()
    assert body.keys() == {"url", "expiresAt", "fileName", "sizeBytes", "sha256"}


def test_the_link_works_for_a_quarter_of_an_hour(client: Client, world: World) -> None:
    world.records.add(dropped(1))
    body, _, query = link(client, dropped(1))
    assert query["X-Amz-Expires"] == "900"
    remaining = datetime.fromisoformat(body["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < remaining <= timedelta(minutes=15)


def test_an_object_from_before_versioning(client: Client, world: World) -> None:
    """S3 calls its version `null`, and takes that for the version that is meant."""
    world.records.add(dropped(1, version_id="null"))
    assert link(client, dropped(1))[2]["versionId"] == "null"


def test_a_version_that_is_not_known(client: Client, world: World) -> None:
    world.records.add(dropped(1, version_id=None))
    assert "versionId" not in link(client, dropped(1))[2]


def test_a_key_that_needs_escaping(client: Client, world: World) -> None:
    record = dropped(1, object_key='ü &+/50% "off"\r\n€.csv')
    world.records.add(record)
    body, address, query = link(client, record)
    assert unquote(urlsplit(address).path) == f"/{record.object_key}"
    assert query["response-content-disposition"] == attachment(record.file_name)
    assert body["fileName"] == '50% "off"\r\n€.csv'


def test_what_is_not_known_is_absent(client: Client, world: World) -> None:
    record = dropped(1, size_bytes=None, sha256=None)
    world.records.add(record)
    assert link(client, record)[0].keys() == {"url", "fileName", "expiresAt"}


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PROCESSED}))
def test_only_processed_files(client: Client, world: World, status: Status) -> None:
    record = dropped(1, status)
    world.records.add(record)
    answer = client.get(f"/records/{record.record_id}/download")
    problem = answer.problem(409, "not-processed")
    assert f"is {status};" in problem["detail"]
    assert "http" not in problem["detail"]


@pytest.mark.parametrize("kind", ["download", "quarantined"])
def test_an_unknown_record(client: Client, kind: str) -> None:
    client.get(f"/records/{minimal().record_id}/{kind}").problem(404, "record-not-found")


def test_a_quarantined_file_is_had_from_quarantine(client: Client, world: World) -> None:
    record = dropped(1, Status.QUARANTINED, quarantine_key="ab/original/1.csv", object_key='e"vil\r\n.html')
    world.records.add(record)

    answer = client.get(f"/records/{record.record_id}/quarantined")

    assert answer.status == 200
    found = Download.model_validate_json(answer.body)
    url = urlsplit(found.url)
    query = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert f"{url.netloc}{url.path}" == "quarantine.s3.us-east-1.amazonaws.com/ab/original/1.csv"
    assert query["response-content-type"] == "application/octet-stream"
    assert query["response-content-disposition"] == attachment('e"vil\r\n.html')
    assert (found.file_name, found.size_bytes, found.sha256) == ('e"vil\r\n.html', 52, "ab" * 32)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.QUARANTINED}))
def test_only_quarantined_files_are_had_from_quarantine(client: Client, world: World, status: Status) -> None:
    record = dropped(1, status, quarantine_key="ab/original/1.csv")
    world.records.add(record)

    client.get(f"/records/{record.record_id}/quarantined").problem(409, "not-quarantined")


@pytest.mark.parametrize(
    ("name", "plain", "exact"),
    [
        ("orders.csv", "orders.csv", "orders.csv"),
        ("two words.csv", "two words.csv", "two%20words.csv"),
        ('a"b.csv', "a_b.csv", "a%22b.csv"),
        ("a\\b.csv", "a_b.csv", "a%5Cb.csv"),
        ("50%41.csv", "50_41.csv", "50%2541.csv"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie: x", "a%0D%0ASet-Cookie%3A%20x"),
        ("Größe €.csv", "Gr__e _.csv", "Gr%C3%B6%C3%9Fe%20%E2%82%AC.csv"),
        ("a\x00\x7f.csv", "a__.csv", "a%00%7F.csv"),
        ("😀", "_", "%F0%9F%98%80"),
        ("a;b,c='d'.csv", "a;b,c='d'.csv", "a%3Bb%2Cc%3D%27d%27.csv"),
        ("", "", ""),
    ],
)
def test_attachments(name: str, plain: str, exact: str) -> None:
    assert attachment(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"


@given(name=st.text(max_size=255))
def test_an_attachment_for_any_name(name: str) -> None:
    """RFC 6266 and RFC 8187: one quoted string without escapes, then the exact name."""
    value = attachment(name)
    assert value.isascii()
    assert value.isprintable()
    kind, quoted, exact = value.split('"')[0], value.split('"')[1], value.split('"')[2]
    assert kind == "attachment; filename="
    assert not set(quoted) & set('"\\%')
    assert len(quoted) == len(name)
    prefix, _, encoded = exact.partition("UTF-8''")
    assert prefix == "; filename*="
    assert set(encoded) <= set(string.ascii_letters + string.digits + "%-._~")
    assert unquote(encoded, errors="strict") == name
