"""Tokens instead of keys, on the local system: the emulator's authorizer, and an issuer of our own."""

from __future__ import annotations

import base64
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.system import ephemeral, running

if TYPE_CHECKING:
    from collections.abc import Iterator

AUDIENCE = "files"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Issuer:
    """Signs tokens, and shows the key by which they are checked."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        self.url = ""

    def token(self, **claims: Any) -> str:
        """One that is good for five minutes, unless something else is said."""
        known = {"iss": self.url, "aud": AUDIENCE, "sub": "somebody", "exp": int(time.time()) + 300}
        parts = [{"alg": "RS256", "kid": "one"}, known | claims]
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{encoded(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def pages(self) -> dict[str, Any]:
        """What it answers, by path."""
        numbers = self.key.public_key().public_numbers()
        key = {name: encoded(n.to_bytes((n.bit_length() + 7) // 8, "big")) for name, n in _named(numbers)}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [{"kty": "RSA", "kid": "one", "alg": "RS256", **key}]},
        }


def _named(numbers: rsa.RSAPublicNumbers) -> list[tuple[str, int]]:
    return [("n", numbers.n), ("e", numbers.e)]


@contextmanager
def issuing() -> Iterator[Issuer]:
    issuer = Issuer()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(issuer.pages()[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Tokens:
    """The API of a system whose callers have tokens."""

    issuer: Issuer
    api: httpx.Client
    key: str

    def get(self, path: str, token: str | None = None, **headers: str) -> httpx.Response:
        sent = headers | ({"Authorization": f"Bearer {token}"} if token else {})
        return self.api.get(path, headers=sent)


@pytest.fixture(scope="module")
def tokens() -> Iterator[Tokens]:
    with issuing() as issuer:
        options = ephemeral(oidcIssuer=issuer.url, oidcAudience=AUDIENCE)
        with (
            running(replace(options, schedule_speed=0)) as system,
            httpx.Client(base_url=system.url, timeout=30, trust_env=False) as api,
        ):
            yield Tokens(issuer, api, system.api_key)


def test_a_token_opens_what_its_scopes_say(tokens: Tokens) -> None:
    reader = tokens.issuer.token(scope="openid read")
    assert tokens.get("/records", reader).json() == {"items": []}
    refused = tokens.get(f"/records/{'0' * 32}/rejects", reader)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/scope-missing")
    operator = tokens.issuer.token(scp=["read", "operate"])
    assert tokens.get(f"/records/{'0' * 32}/rejects", operator).status_code == 404


def test_a_claim_binds_to_a_folder(tokens: Tokens) -> None:
    bound = tokens.issuer.token(scope="read", silent_scalper_prefix="orders")
    assert tokens.get("/records", bound).status_code == 200
    assert tokens.get("/reconciliation", bound).json()["type"] == "/problems/key-is-bound"


@pytest.mark.parametrize(
    "claims",
    [{"aud": "others"}, {"iss": "https://other.example"}, {"exp": 1}],
    ids=["audience", "issuer", "time"],
)
def test_a_token_for_another_purpose_opens_nothing(tokens: Tokens, claims: dict[str, Any]) -> None:
    assert tokens.get("/records", tokens.issuer.token(scope="read", **claims)).status_code == 401


def test_nothing_but_a_token_opens_anything(tokens: Tokens) -> None:
    other = Issuer()
    other.url = tokens.issuer.url
    for token in (None, "no.token.this", other.token(scope="read")):
        assert tokens.get("/records", token).status_code == 401
    assert tokens.get("/records", **{"X-Api-Key": tokens.key}).status_code == 401


@pytest.mark.parametrize("path", ["/health", "/docs", "/docs/start.js", "/openapi.json"])
def test_what_is_open_needs_no_token(tokens: Tokens, path: str) -> None:
    assert tokens.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/docs/../records", "/docs/%2e%2e/records", "/docs//records"])
def test_no_open_path_leads_elsewhere(tokens: Tokens, path: str) -> None:
    assert tokens.get(path).status_code in (401, 404)
