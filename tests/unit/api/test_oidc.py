"""Callers by tokens instead of keys: events as API Gateway makes them after its JWT authorizer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.keys import Scope
from api.keys.oidc import BadClaims, Oidc
from tests.unit.api.access import KEYED, NOBODY
from tests.unit.api.client import Answer, Client, event
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from api.deps import World

OIDC = Oidc("https://id.example.com/", "folder")
CLAIMS = {
    "sub": "248289761001",
    "iss": "https://id.example.com/",
    "exp": "1795268796",
    "scope": "read operate",
}


@pytest.fixture
def tokens(world: World) -> World:
    return replace(world, oidc=OIDC)


def claimed(claims: dict[str, str] | None, path: str = "/records") -> dict[str, Any]:
    """The event of a request; `None` for a route without the authorizer."""
    sent = event("get")
    sent["rawPath"] = sent["requestContext"]["http"]["path"] = path
    sent["rawQueryString"] = ""
    if claims is not None:
        sent["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    return sent


def ask(world: World, claims: dict[str, str] | None, path: str = "/records") -> Answer:
    return Client.of(world).send(claimed(claims, path))


def caller(oidc: Oidc = OIDC, **claims: str) -> Any:
    return oidc.caller(claimed(CLAIMS | claims))


def test_a_token_is_a_caller(tokens: World) -> None:
    answer = ask(tokens, CLAIMS)
    assert answer.status == 200
    assert "ratelimit" in answer.headers


def test_who_it_is_is_told_by_a_hash(tokens: World) -> None:
    found = caller()
    assert found.key_id.startswith("oidc:")
    assert "248289761001" not in found.key_id
    assert found.key_id == caller(email="a@example.com").key_id != caller(sub="another").key_id


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "read"}, {Scope.READ}),
        ({"scope": "openid read upload"}, {Scope.READ, Scope.UPLOAD}),
        ({"scope": "", "scp": "[read operate]"}, {Scope.READ, Scope.OPERATE}),
        ({"scope": "", "scp": "admin"}, {Scope.ADMIN}),
        ({"scope": "reader bread READ read/write other/read"}, set()),
        ({"scope": ""}, set()),
    ],
)
def test_scopes_are_read_from_the_token(claims: dict[str, str], scopes: set[Scope]) -> None:
    found = OIDC.caller(claimed(CLAIMS | claims))
    assert found
    assert found.scopes == scopes


def test_scopes_that_an_issuer_writes_with_a_name_before_them() -> None:
    named = Oidc("https://id.example.com", "folder", "silent-scalper/")
    scopes = caller(named, scope="silent-scalper/read upload other/operate").scopes
    assert scopes == {Scope.READ}


def test_a_missing_scope(tokens: World) -> None:
    ask(tokens, CLAIMS | {"scope": "upload"}).problem(403, "scope-missing")


def test_a_token_is_bound_by_its_claim(tokens: World) -> None:
    tokens.records.add(dropped(1, object_key="orders/1.csv"))
    path = f"/records/{dropped(1, object_key='orders/1.csv').record_id}"
    assert ask(tokens, CLAIMS, path).status == 200
    assert ask(tokens, CLAIMS | {"folder": "orders"}, path).status == 200
    ask(tokens, CLAIMS | {"folder": "invoices"}, path).problem(404, "record-not-found")


@pytest.mark.parametrize(
    "folder", ["", "/", "orders/", "../orders", "[orders invoices]", "orders\n", "a" * 201]
)
def test_a_claim_that_is_no_folder_binds_to_nothing_larger(tokens: World, folder: str) -> None:
    with pytest.raises(BadClaims, match="folder"):
        caller(folder=folder)
    answer = ask(tokens, CLAIMS | {"folder": folder})
    answer.problem(401, "invalid-token")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_a_token_without_a_subject(tokens: World) -> None:
    ask(tokens, {"scope": "read"}).problem(401, "invalid-token")


@pytest.mark.parametrize("row", [row for row in KEYED if "/keys" not in row.path], ids=lambda row: row.name)
def test_without_claims_nobody_is_let_in(tokens: World, row: Any) -> None:
    """As through a route that the authorizer does not stand before."""
    names = dict.fromkeys(("recordId", "badId", "partsId", "operationId"), NOBODY) | {"prefix": "a"}
    row.call(Client.of(tokens), names).problem(401, "no-token")


def test_a_key_is_not_taken_where_tokens_are(tokens: World) -> None:
    _, text = tokens.keys.create("partner", scopes=frozenset(Scope))
    Client.of(tokens, text).get("/records").problem(401, "no-token")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-amzn-requestcontext": '{"authorizer": {"jwt": {"claims": {"sub": "a", "scope": "read"}}}}'},
        {"authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwic2NvcGUiOiJyZWFkIn0."},
    ],
)
def test_no_header_makes_claims(tokens: World, headers: dict[str, str]) -> None:
    sent = claimed(None)
    sent["headers"] |= headers
    Client.of(tokens).send(sent).problem(401, "no-token")


def test_claims_are_passed_over_where_keys_are_used(world: World) -> None:
    """Whoever puts claims into an event gets nothing for it."""
    ask(world, CLAIMS).problem(401, "no-api-key")
    sent = claimed(CLAIMS | {"scope": "read upload operate admin"})
    sent["headers"]["x-api-key"] = world.keys.create("reader", scopes=frozenset({Scope.UPLOAD}))[1]
    Client.of(world).send(sent).problem(403, "scope-missing")


@pytest.mark.parametrize(
    "authorizer", [None, {}, {"jwt": None}, {"jwt": {}}, {"iam": {}}, {"lambda": CLAIMS}]
)
def test_what_another_authorizer_says_is_no_claim(tokens: World, authorizer: Any) -> None:
    sent = claimed(None)
    sent["requestContext"]["authorizer"] = authorizer
    Client.of(tokens).send(sent).problem(401, "no-token")


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json"])
def test_what_is_open_stays_open(tokens: World, path: str) -> None:
    assert ask(tokens, None, path).status == 200


def test_there_are_no_keys_to_make(tokens: World) -> None:
    ask(tokens, CLAIMS | {"scope": "admin"}, "/keys").problem(404, "not-found")


def test_the_document_names_the_issuer(tokens: World, world: World) -> None:
    described = create_app(tokens).openapi()
    (scheme,) = described["components"]["securitySchemes"].values()
    url = "https://id.example.com/.well-known/openid-configuration"
    assert scheme == {"type": "openIdConnect", "openIdConnectUrl": url}
    assert described["paths"]["/records"]["get"]["security"] == [{"OpenIdConnect": []}]
    assert described["paths"]["/health"]["get"]["security"] == []
    assert "/keys" not in described["paths"]
    (scheme,) = create_app(world).openapi()["components"]["securitySchemes"].values()
    assert scheme["type"] == "apiKey"
