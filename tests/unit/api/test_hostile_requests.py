"""Requests that no honest client sends: each is refused, or answered, and none is an error of ours."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from api.edge import LARGEST_BODY_BYTES
from tests.unit.api.client import CONTEXT, Answer, Client, event

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = {"fileName": "orders.csv", "sizeBytes": 52}
MANY = ["/retries", "/discards", "/redrives"]
POSTS = ["/uploads", *MANY, f"/records/{'0' * 32}/retry", f"/records/{'0' * 32}/discard"]


def send(client: Client, path: str, body: bytes, **headers: str) -> Answer:
    """Post bytes as they are."""
    sent = event("post")
    sent |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    sent["requestContext"]["http"]["path"] = sent["rawPath"] = path
    sent["headers"] |= {"x-api-key": client.key, "content-length": str(len(body))} | headers
    return client.send(sent)


def query(client: Client, text: str) -> Answer:
    """List records with a query as it is."""
    sent = event("get") | {"rawQueryString": text, "queryStringParameters": {}}
    sent["headers"]["x-api-key"] = client.key
    return client.send(sent)


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_too_large(client: Client, path: str) -> None:
    problem = send(client, path, b" " * (LARGEST_BODY_BYTES + 1)).problem(413, "body-too-large")
    assert f"{LARGEST_BODY_BYTES:,}" in problem["detail"]


def test_the_largest_body_is_read(client: Client) -> None:
    text = json.dumps(GOOD).encode()
    assert send(client, "/uploads", text + b" " * (LARGEST_BODY_BYTES - len(text))).status == 201


def test_the_size_of_a_body_is_counted_and_not_believed(client: Client) -> None:
    body = b" " * (LARGEST_BODY_BYTES + 1)
    send(client, "/uploads", body, **{"content-length": "2"}).problem(413, "body-too-large")


@pytest.mark.parametrize("body", [b"", b"{}", b"{", b"\x00" * 100])
def test_a_body_where_none_belongs_is_left_alone(client: Client, body: bytes) -> None:
    sent = event("get") | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    sent["headers"]["x-api-key"] = client.key
    assert client.send(sent).status == 200


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "", "json", "application/", "\x00", ";"],
)
@pytest.mark.parametrize("path", ["/uploads", *MANY])
def test_a_body_that_is_not_said_to_be_json(client: Client, path: str, content_type: str) -> None:
    answer = send(client, path, b"{}", **{"content-type": content_type})
    answer.problem(415, "unsupported-content-type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_json_by_another_name(client: Client, content_type: str) -> None:
    assert send(client, "/uploads", json.dumps(GOOD).encode(), **{"content-type": content_type}).status == 201


UNREADABLE = {
    "no UTF-8": b'{"fileName": "\xff"}',
    "too deep": b"[" * 200_000,
    "a number of 10,000 digits": b'{"sizeBytes": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read(client: Client, body: bytes) -> None:
    send(client, "/uploads", body).problem(400, "unreadable-body")


INVALID = {
    "half of a pair": b'{"fileName": "\\ud800", "sizeBytes": 1}',
    "half of a pair for a name": b'{"\\ud800": 1}',
    "no number": b'{"fileName": "a", "sizeBytes": NaN}',
    "endless": b'{"fileName": "a", "sizeBytes": 1e999}',
    "null": b"null",
    "a null": b'{"fileName": "a", "sizeBytes": 1, "mediaType": null}',
    "NUL": b'{"fileName": "a\\u0000", "sizeBytes": 1}',
    "cut off": b'{"fileName": "a',
}


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID)
def test_a_body_that_is_not_as_described(client: Client, body: bytes) -> None:
    problem = send(client, "/uploads", body).problem(422, "invalid-request")
    assert problem["errors"]


@pytest.mark.parametrize("name", ["~", '"', "\\u0000", "é", "/"])
def test_an_answer_is_small_however_much_is_wrong(client: Client, name: str) -> None:
    many = b"{" + b",".join(b'"%s%d":1' % (name.encode() * 1_000, n) for n in range(250)) + b"}"
    one = b'{"%s":1}' % (name.encode() * 300_000)
    for body in (many, one):
        answer = send(client, "/uploads", body)
        assert len(answer.problem(422, "invalid-request")["errors"]) <= 100
        assert len(answer.body) < 500_000


@pytest.mark.parametrize(
    "text",
    [
        "limit=5&limit=6",
        "status=processed&status=failed",
        "prefix=%00",
        "prefix=%ff%fe",
        "prefix=%",
        "prefix=%zz",
        "prefix=" + "%C3%28",
        "cursor=",
        "&&==&",
        "%00=%00",
        "limit",
        "prefix=%F0%9F%98%80",
        "nobody=asked",
    ],
)
def test_odd_queries(client: Client, text: str) -> None:
    assert query(client, text).status in (200, 422)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("limit=%00", "query/limit"),
        ("limit=5%00", "query/limit"),
        ("limit=1e1", "query/limit"),
        ("limit=201", "query/limit"),
        ("limit=" + "9" * 5_000, "query/limit"),
        ("status=%ff", "query/status/0"),
        ("prefix=" + "a" * 1_025, "query/prefix"),
        ("cursor=" + "a" * 2_000, "query/cursor"),
    ],
)
def test_a_wrong_parameter_is_named(client: Client, text: str, pointer: str) -> None:
    assert query(client, text).pointers() == [pointer]


@pytest.mark.parametrize("value", ["", "a b", "é", "\x00", "a" * 256, "\U0001f600", "a\tb"])
def test_a_wrong_header_is_named(client: Client, value: str) -> None:
    answer = client.post("/redrives", {}, **{"idempotency-key": value})
    assert answer.pointers() == ["header/idempotency-key"]


@pytest.mark.parametrize("value", ["é", "\x00", "\U0001f600", "a" * 9_000, "ss_é"])
def test_a_key_of_odd_characters_is_no_key(client: Client, value: str) -> None:
    client.with_key(value).get("/records").problem(401, "invalid-api-key")


@pytest.mark.parametrize("host", ["[", "]", "", "é", "a b", "\x00", "a/../.."])
def test_an_odd_host(client: Client, host: str) -> None:
    assert client.request("GET", "/records", headers={"host": host}).status == 200
    client.request("GET", "/nothing", headers={"host": host}).problem(404, "not-found")


@pytest.mark.parametrize(
    "path", ["/\ud800", "/\x00", "/%", "//records", "/records//", "/é", "/" + "a" * 8_000, ""]
)
def test_an_odd_path(client: Client, path: str) -> None:
    answer = client.get(path)
    answer.problem(404, "not-found") if path else client.get("/").problem


MOMENTS = [5, True, "2026-11-21", "1700000000", "2026-11-21T08:00:00", "2026-13-01T00:00:00Z"]
MOMENTS += ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "٢٠٢٦-11-21T08:00:00Z", ""]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_what_is_no_time(client: Client, moment: Any) -> None:
    assert client.post("/retries", {"arrivedAfter": moment}).pointers() == ["#/arrivedAfter"]


@pytest.mark.parametrize("value", [1, "true", "yes", 0])
def test_what_is_neither_true_nor_false(client: Client, value: Any) -> None:
    assert client.post("/redrives", {"dryRun": value}).pointers() == ["#/dryRun"]


def test_times_are_taken_in_any_zone(client: Client, told: Callable[[], list[Any]]) -> None:
    answer = client.post("/retries", {"arrivedAfter": "2026-11-21T09:00:00+01:00"})
    assert answer.json()["wanted"]["arrivedAfter"] == "2026-11-21T08:00:00.000Z"
    assert told()


def test_a_browser_that_asks_beforehand_is_answered(client: Client) -> None:
    """API Gateway says who may: it adds the headers."""
    sent = event("get")
    sent["requestContext"]["http"]["method"] = "OPTIONS"
    sent["headers"] = {"origin": "https://files.example.com", "access-control-request-method": "POST"}
    answer = Answer.of(client.adapter(sent, CONTEXT))
    assert (answer.status, answer.body) == (204, b"")
    del sent["headers"]["access-control-request-method"]
    assert Answer.of(client.adapter(sent, CONTEXT)).status == 405
