"""The dashboard from the bundle, through the gateway: its files arrive as they are stored."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest

from components import dashboard

if TYPE_CHECKING:
    import httpx

    from tests.flow.conftest import Client


def get(client: Client, path: str, accepted: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer of the API, with its bytes as they came."""
    asked = {"Accept-Encoding": accepted} | headers
    with client.api.stream("GET", path, headers=asked) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    return dashboard.build()


@pytest.mark.parametrize(("accepted", "suffix"), [("gzip, deflate, br, zstd", "br"), ("gzip", "gz")])
def test_the_page_and_its_files_come_as_they_were_built(
    client: Client, built: dict[str, bytes], accepted: str, suffix: str
) -> None:
    names = [name for name in built if name.endswith(f".{suffix}")]
    assert len(names) > 3
    for name in names:
        path = "/" + name.removeprefix("api/page/").removesuffix(f".{suffix}").removeprefix("index.html")
        answer, body = get(client, path, accepted)
        assert (answer.status_code, body) == (200, built[name]), name
        assert answer.headers["content-encoding"] == {"br": "br", "gz": "gzip"}[suffix]


def test_the_page_names_files_that_are_there(client: Client, built: dict[str, bytes]) -> None:
    answer, body = get(client, "/", "identity")
    assert "content-encoding" not in answer.headers
    assert body == gzip.decompress(built["api/page/index.html.gz"])
    links = re.findall(r'(?:src|href)="(/[^"]+)"', body.decode())
    assert any(link.endswith(".js") for link in links)
    for link in links:
        assert get(client, link, "br")[0].status_code == 200


def test_the_policy_lets_it_reach_the_bucket_and_nobody_else(client: Client) -> None:
    headers = get(client, "/", "br")[0].headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    body = {"fileName": "a.csv", "sizeBytes": 8}
    link = client.api.post("/uploads", json=body).json()["upload"]["url"]
    origin = "/".join(link.split("/")[:3])
    assert policy["connect-src"] == f"'self' {origin}"
    assert "unsafe" not in str(policy)


def test_a_page_that_is_known_is_not_sent_again(client: Client) -> None:
    first, _ = get(client, "/", "br")
    again, body = get(client, "/", "br", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
