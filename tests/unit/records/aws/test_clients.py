"""What the environment says of the clients."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import NoRegionError

from records.aws import clients

ENVIRONMENT = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ({}, "https://dynamodb.eu-central-1.amazonaws.com"),
        ({"AWS_REGION": "cn-north-1"}, "https://dynamodb.cn-north-1.amazonaws.com.cn"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_DYNAMODB": "http://b"}, "http://b"),
    ],
)
def test_the_endpoint(told: dict[str, str], url: str) -> None:
    assert clients.dynamodb(ENVIRONMENT | told, most_idle=1)._connections.url == url


def test_no_region() -> None:
    with pytest.raises(NoRegionError):
        clients.dynamodb({}, most_idle=1)


def test_credentials_of_the_environment() -> None:
    found = clients._credentials(ENVIRONMENT | {"AWS_SESSION_TOKEN": "c"})()

    assert found == ("a", "b", "c")


def test_without_them_botocore_looks_for_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "found")
    clients._chain.cache_clear()

    assert clients._credentials({})().access_key == "found"
    clients._chain.cache_clear()


def test_a_client_is_made_once_and_when_it_is_first_used() -> None:
    made: list[str] = []

    def make() -> Any:
        made.append("made")
        return "client"

    client = clients.on_first_use(make)
    assert made == []
    assert (client.upper(), client.title(), made) == ("CLIENT", "Client", ["made"])
