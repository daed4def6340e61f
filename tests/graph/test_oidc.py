"""Tokens instead of keys: an authorizer before everything but what is open."""

from __future__ import annotations

import pytest

from components.api import OPEN_ROUTES
from components.config import ConfigError
from local.graph import Graph, capture

ISSUER = "https://id.example.com"


@pytest.fixture(scope="module")
def tokens() -> Graph:
    origins = ["https://files.example.com"]
    return capture(
        "prod", oidcIssuer=ISSUER, oidcAudience="files", oidcScopePrefix="files/", corsOrigins=origins
    )


def routes(graph: Graph) -> dict[str, tuple[str | None, str | None]]:
    """Each route's authorization, and where it leads."""
    return {r["routeKey"]: (r.get("authorizationType"), r.get("target")) for r in graph.of("Route").values()}


def test_with_keys_there_is_no_authorizer(dev: Graph) -> None:
    assert not dev.of("Authorizer")
    assert routes(dev) == {"$default": (None, "integrations/gateway-integration-id")}


def test_tokens_are_checked_before_the_function_is_called(tokens: Graph) -> None:
    assert tokens["gateway-authorizer"] == {
        "apiId": "gateway-id",
        "authorizerType": "JWT",
        "identitySources": ["$request.header.Authorization"],
        "jwtConfiguration": {"issuer": ISSUER, "audiences": ["files"]},
    }
    assert tokens["gateway-route"]["authorizerId"] == "gateway-authorizer-id"
    assert routes(tokens)["$default"] == ("JWT", "integrations/gateway-integration-id")


def test_what_is_open_is_named(tokens: Graph) -> None:
    function = "integrations/gateway-integration-id"
    opened = {key: (kind, to) for key, (kind, to) in routes(tokens).items() if kind != "JWT"}
    preflight = {"OPTIONS /{proxy+}": (None, function)}
    assert opened == dict.fromkeys(OPEN_ROUTES, (None, function)) | preflight
    assert all(key.startswith("GET ") for key in OPEN_ROUTES)
    assert not any("records" in key for key in OPEN_ROUTES)


def test_browsers_may_send_a_token_and_no_key(tokens: Graph) -> None:
    headers = tokens["gateway"]["corsConfiguration"]["allowHeaders"]
    assert "authorization" in headers
    assert "x-api-key" not in headers


def test_the_function_is_told(tokens: Graph, dev: Graph) -> None:
    told = tokens["api"]["environment"]["variables"]
    assert told["OIDC_ISSUER"] == ISSUER
    assert (told["OIDC_PREFIX_CLAIM"], told["OIDC_SCOPE_PREFIX"]) == ("silent_scalper_prefix", "files/")
    assert dev["api"]["environment"]["variables"]["OIDC_ISSUER"] == ""


@pytest.mark.parametrize("key", ["oidcIssuer", "oidcAudience"])
def test_an_issuer_and_an_audience_belong_together(key: str) -> None:
    with pytest.raises(ConfigError, match="oidcIssuer and oidcAudience are set together"):
        capture("dev", **{key: "https://id.example.com"})
