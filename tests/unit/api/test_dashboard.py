"""GET / and /assets: the dashboard as its files are stored, under a strict policy."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from api import sdk
from api.app import create_app
from api.handler import adapt, build_world
from api.links import Links
from api.page import MEDIA_TYPES, Page, coding, origin
from components.dashboard import SERVED_SUFFIXES
from records.model import Status
from tests.unit.api.client import CONTEXT, Answer, Client, event
from tests.unit.api.conftest import SETTINGS
from tests.unit.api.examples import CONTRACTS, dropped
from tests.unit.api.pages import FILES, ORIGIN, brotli

if TYPE_CHECKING:
    from pathlib import Path

    from api.deps import World

USUAL = "gzip, deflate, br, zstd"


def get(client: Client, path: str, accepted: str = USUAL, **headers: str) -> Answer:
    return client.request("GET", path, headers={"accept-encoding": accepted} | headers)


def test_the_page_is_open_to_anybody_and_asked_for_each_time(anybody: Client) -> None:
    answer = get(anybody, "/")
    assert (answer.status, answer.media_type) == (200, "text/html")
    assert answer.body == brotli(FILES["index.html"])
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("index-B1.js", "text/javascript"),
        ("index-C2.css", "text/css"),
        ("icon-D3.svg", "image/svg+xml"),
        ("inter-E4.woff2", "font/woff2"),
    ],
)
def test_its_files_are_kept_for_ever(anybody: Client, name: str, media_type: str) -> None:
    answer = get(anybody, f"/assets/{name}")
    assert (answer.status, answer.media_type) == (200, media_type)
    assert answer.body == brotli(FILES[f"assets/{name}"])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/", "/assets/index-B1.js", "/assets/inter-E4.woff2"])
def test_whoever_takes_no_coding_gets_the_bytes(anybody: Client, path: str) -> None:
    content = FILES[path.lstrip("/") or "index.html"]
    for accepted in ("", "identity", "zstd"):
        answer = get(anybody, path, accepted)
        assert "content-encoding" not in answer.headers
        assert answer.body == content
    assert get(anybody, path, "gzip").headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip;q=1.0", "gzip"),
        ("br; q=0, gzip", "gzip"),
        ("br;q=0,gzip;q=0", None),
        ("*", "br"),
        ("br;q=0, *;q=0.1", "gzip"),
        ("*;q=0", None),
        ("identity;q=1, *;q=0", None),
        ("brotli", None),
        ("br;q=much", None),
        ("", None),
    ],
)
def test_which_coding_is_sent(accepted: str, chosen: str | None) -> None:
    assert coding(accepted) == chosen


def test_what_lambda_hands_over_is_base64(world: World) -> None:
    sent = event("get")
    sent["rawPath"] = sent["requestContext"]["http"]["path"] = "/assets/index-B1.js"
    sent["headers"]["accept-encoding"] = "br"
    assert adapt(create_app(world))(sent, CONTEXT)["isBase64Encoded"] is True


def test_who_has_the_page_does_not_get_it_again(anybody: Client) -> None:
    first = get(anybody, "/")
    again = get(anybody, "/", **{"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    for name in ("etag", "vary", "cache-control", "content-security-policy"):
        assert again.headers[name] == first.headers[name]
    other = get(anybody, "/", "gzip", **{"if-none-match": first.headers["etag"]})
    assert other.status == 200, "the same page in another coding is not the same bytes"


def test_the_policy_allows_nothing_inline_and_nothing_foreign(anybody: Client) -> None:
    headers = get(anybody, "/").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": f"'self' {ORIGIN}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/index-B1.js.br",
        "/assets/index-B1.js.gz",
        "/assets/unknown.js",
        "/assets/..",
        "/assets/../index.html",
        "/assets/%2e%2e%2findex.html",
        "/assets/..%2findex.html",
        "/assets/\x00",
        "/assets/",
        "/assets",
        "/index.html",
        "/files",
    ],
)
def test_nothing_else_is_there(anybody: Client, path: str) -> None:
    get(anybody, path).problem(404, "not-found")


def test_a_checkout_without_a_page_says_how_to_build_one(world: World, tmp_path: Path) -> None:
    own = adapt(create_app(replace(world, page=Page(tmp_path / "none", []))))
    sent = event("get")
    sent["rawPath"] = sent["requestContext"]["http"]["path"] = "/"
    answer = Answer.of(own(sent, CONTEXT))
    assert (answer.status, answer.media_type) == (404, "text/html")
    assert b"make run" in answer.body
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    Client(own).get("/assets/index-B1.js").problem(404, "not-found")


def test_other_methods_are_refused(anybody: Client) -> None:
    for method in ("HEAD", "POST", "DELETE"):
        answer = anybody.request(method, "/")
        assert (answer.status, answer.headers["allow"]) == (405, "GET")


def test_the_build_makes_only_files_whose_type_is_known() -> None:
    assert set(SERVED_SUFFIXES) == MEDIA_TYPES.keys()


ELSEWHERE = {
    "an address": {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
    "an address of version 6": {"AWS_ENDPOINT_URL": "http://[::1]:4566"},
    "a name": {"AWS_ENDPOINT_URL": "https://aws.example.com:4566"},
    "S3 alone": {"AWS_ENDPOINT_URL_S3": "https://s3.example.com", "AWS_ENDPOINT_URL": "http://10.0.0.1"},
}
REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-4", "us-gov-west-1", "cn-north-1")
ENVIRONMENTS = [{"AWS_REGION": region} for region in REGIONS] + [
    {"AWS_REGION": "eu-central-1"} | endpoint for endpoint in ELSEWHERE.values()
]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_the_origins_are_those_of_what_is_signed(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", environment["AWS_REGION"])
    links, bucket = Links(sdk.signer()), "incoming-7c63022"
    record = replace(dropped(1, Status.AWAITING_UPLOAD), bucket=bucket, expected_size_bytes=5, upload_id="id")
    signed: list[Any] = [
        links.download(record),
        links.upload(record, "text/csv"),
        links.made(bucket, "reports/1", "rejects.csv"),
        *links.parts(record, [(1, None)]),
    ]
    found = {urlsplit(link["url"])._replace(path="", query="").geturl() for link in signed}
    assert found == {origin(bucket, os.environ)}


def test_the_policy_names_the_buckets_that_links_lead_to() -> None:
    policy = build_world(SETTINGS, CONTRACTS).page.policy
    for bucket in (SETTINGS.incoming_bucket, SETTINGS.quarantine_bucket, SETTINGS.accepted_bucket):
        assert f" https://{bucket}.s3.us-east-1.amazonaws.com" in policy
