"""What POST /uploads does not take, and where it says the fault is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.links import LARGEST_POST_BYTES
from tests.unit.api.client import Client, event

if TYPE_CHECKING:
    from api.deps import World

GOOD = {"fileName": "orders.csv", "sizeBytes": 52}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"fileName": ""}, "#/fileName"),
        ({"fileName": "x" * 256}, "#/fileName"),
        ({"fileName": 7}, "#/fileName"),
        ({"fileName": None}, "#/fileName"),
        ({"fileName": "a\nb"}, "#/fileName"),
        ({"fileName": "a\n"}, "#/fileName"),
        ({"fileName": "\x00"}, "#/fileName"),
        ({"fileName": "a\x7fb"}, "#/fileName"),
        ({"fileName": "\ud800"}, "#/fileName"),
        ({"sizeBytes": -1}, "#/sizeBytes"),
        ({"sizeBytes": 1.5}, "#/sizeBytes"),
        ({"sizeBytes": None}, "#/sizeBytes"),
        ({"sizeBytes": "many"}, "#/sizeBytes"),
        ({"mediaType": "csv"}, "#/mediaType"),
        ({"mediaType": "text/csv\r\nx: y"}, "#/mediaType"),
        ({"mediaType": "text/"}, "#/mediaType"),
        ({"mediaType": "text/" + "x" * 123}, "#/mediaType"),
        ({"sha256": "AB" * 32}, "#/sha256"),
        ({"sha256": "ab" * 31}, "#/sha256"),
        ({"sha256": "ab" * 32 + "\n"}, "#/sha256"),
        ({"multipart": "yes"}, "#/multipart"),
        ({"partChecksums": None}, "#/partChecksums"),
        ({"colour": "red"}, "#/colour"),
        ({"recordId": "0" * 32}, "#/recordId"),
    ],
)
def test_a_wrong_member(client: Client, change: dict[str, Any], pointer: str) -> None:
    assert client.post("/uploads", GOOD | change).pointers() == [pointer]


def test_nothing_is_kept_of_a_refused_announcement(client: Client, dynamodb: Any) -> None:
    client.post("/uploads", GOOD | {"colour": "red"})
    client.post("/uploads", GOOD | {"sizeBytes": 1_000_001})
    assert dynamodb.scan(TableName="records")["Count"] == 0


def test_everything_wrong_is_named_at_once(client: Client) -> None:
    answer = client.post("/uploads", {"sizeBytes": -1, "prefix": "/", "colour": "red"})
    assert sorted(answer.pointers()) == ["#/colour", "#/fileName", "#/prefix", "#/sizeBytes"]


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "7", ""])
def test_a_body_that_is_no_object(client: Client, body: str) -> None:
    assert client.post("/uploads", body).pointers() == ["#"]


def test_a_body_that_is_no_json(client: Client) -> None:
    problem = client.post("/uploads", '{"fileName": ').problem(422, "invalid-request")
    assert "JSON" in problem["detail"]


def test_a_body_of_another_type(client: Client) -> None:
    sent = event("post")
    sent["headers"] |= {"x-api-key": client.key, "content-type": "text/plain"}
    problem = client.send(sent).problem(415, "unsupported-content-type")
    assert "text/plain" in problem["detail"]


@pytest.mark.parametrize("body", ["/w==", "eyJmaWxlTmFtZSI6ICL/In0="], ids=["a byte", "in a name"])
def test_a_body_that_is_no_utf_8(client: Client, body: str) -> None:
    sent = event("post") | {"body": body, "isBase64Encoded": True}
    sent["headers"]["x-api-key"] = client.key
    client.send(sent).problem(400, "unreadable-body")


def test_a_member_whose_name_needs_escaping_in_a_pointer(client: Client) -> None:
    """RFC 6901: `~` is `~0` and `/` is `~1`."""
    assert client.post("/uploads", GOOD | {"a/b~c": 1}).pointers() == ["#/a~1b~0c"]


def test_only_the_documented_names_are_members(client: Client) -> None:
    """The document says camelCase and `additionalProperties: false`."""
    answer = client.post("/uploads", {"file_name": "orders.csv", "size_bytes": 52})
    assert sorted(answer.pointers())[0] == "#/fileName"


def test_a_size_may_have_a_fraction_of_nothing(client: Client) -> None:
    """To JSON Schema, 52.0 is an integer."""
    answer = client.post("/uploads", '{"fileName": "orders.csv", "sizeBytes": 52.0}')
    assert answer.json()["record"]["expectedSizeBytes"] == 52


@pytest.mark.parametrize("size", [True, "52"])
def test_a_size_is_a_json_integer(client: Client, size: Any) -> None:
    """The document says `type: integer`."""
    assert client.post("/uploads", GOOD | {"sizeBytes": size}).pointers() == ["#/sizeBytes"]


@pytest.mark.usefixtures("incoming")
def test_a_file_larger_than_the_stack_takes(client: Client) -> None:
    assert client.post("/uploads", GOOD | {"sizeBytes": 1_000_000}).status == 201
    problem = client.post("/uploads", GOOD | {"sizeBytes": 1_000_001}).problem(413, "file-too-large")
    assert "1,000,001" in problem["detail"]
    assert "1,000,000 bytes" in problem["detail"]


@pytest.mark.parametrize(
    "size", [5 * 1024**4 + 1, 2**63, 10**4_000], ids=["5 TiB", "64 bits", "4,000 digits"]
)
def test_a_size_that_no_object_has(client: Client, size: int) -> None:
    assert client.post("/uploads", GOOD | {"sizeBytes": size}).pointers() == ["#/sizeBytes"]


def test_a_size_may_be_written_with_a_fraction_of_nothing(client: Client) -> None:
    """JSON Schema: 52.0 is an integer."""
    answer = client.post("/uploads", json.dumps(GOOD).replace("52", "52.0"))
    assert answer.json()["record"]["expectedSizeBytes"] == 52


def test_a_file_larger_than_one_post_can_carry(client: Client, world: World) -> None:
    generous = Client.of(replace(world, max_file_bytes=10 * LARGEST_POST_BYTES), client.key)
    at_once = GOOD | {"multipart": False}
    assert generous.post("/uploads", at_once | {"sizeBytes": LARGEST_POST_BYTES}).status == 201
    too_large = at_once | {"sizeBytes": LARGEST_POST_BYTES + 1}
    problem = generous.post("/uploads", too_large).problem(413, "file-too-large")
    assert f"{LARGEST_POST_BYTES:,}" in problem["detail"]


BAD_PREFIXES = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    "..",
    "../a",
    "a/..",
    "a/../b",
    ".",
    "./a",
    "a/.b",
    "a b",
    "a\\b",
    "ü",
]
BAD_PREFIXES += ["a%2Fb", "${x}", "a\n", "p" * 201, "a/./b", "~", "a?b"]


def test_a_bad_prefix(client: Client) -> None:
    for prefix in BAD_PREFIXES:
        assert client.post("/uploads", GOOD | {"prefix": prefix}).pointers() == ["#/prefix"], prefix


@pytest.mark.parametrize("prefix", ["a", "a/b/c", "date=2026-11-21/part_0", "v1.2", "a..b", "p" * 200, "-"])
def test_a_good_prefix(client: Client, prefix: str) -> None:
    key = client.post("/uploads", GOOD | {"prefix": prefix}).json()["record"]["objectKey"]
    assert key.startswith(f"{prefix}/")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=st.text(alphabet="ab/._=-%é \\~", max_size=12))
def test_any_prefix(client: Client, prefix: str) -> None:
    answer = client.post("/uploads", GOOD | {"prefix": prefix})
    segments = prefix.split("/")
    if all(re.fullmatch(r"[ab_=-][ab._=-]*", segment) for segment in segments):
        assert answer.json()["record"]["objectKey"].split("/")[:-2] == segments
    else:
        assert answer.pointers() == ["#/prefix"]
