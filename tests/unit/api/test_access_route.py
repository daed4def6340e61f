"""GET /access: what a caller may do, and what a page has to know of the stack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.keys import Scope
from tests.unit.api.client import Client
from tests.unit.api.test_oidc import CLAIMS, OIDC, ask

if TYPE_CHECKING:
    from api.deps import World

STACK = {"stack": "test", "maxFileBytes": 1_000_000, "multipartThresholdBytes": 500_000}


def test_a_key_learns_what_it_may_do(world: World) -> None:
    key, text = world.keys.create(
        "partner",
        scopes=frozenset({Scope.UPLOAD, Scope.READ}),
        prefix="orders",
        expires_at="2099-01-01T00:00:00.000Z",
    )

    answer = Client.of(world, text).get("/access")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == STACK | {
        "authentication": "api_key",
        "keyId": key.key_id,
        "name": "partner",
        "scopes": ["read", "upload"],
        "prefix": "orders",
        "expiresAt": "2099-01-01T00:00:00.000Z",
    }


@pytest.mark.parametrize("scope", Scope)
def test_any_scope_will_do(world: World, scope: Scope) -> None:
    text = world.keys.create("one", scopes=frozenset({scope}))[1]
    body = Client.of(world, text).get("/access").json()
    assert body["scopes"] == [scope]
    assert not {"prefix", "expiresAt"} & body.keys(), "what it is not bound to is absent"


def test_a_token_without_our_scopes_learns_that_it_has_none(world: World) -> None:
    answer = ask(replace(world, oidc=OIDC), CLAIMS | {"scope": "openid"}, "/access")

    body = answer.json()
    assert body.pop("keyId").startswith("oidc:")
    assert body == STACK | {
        "authentication": "token",
        "name": "248289761001",
        "scopes": [],
        "expiresAt": "2026-11-21T13:46:36.000Z",
    }


@pytest.mark.parametrize("exp", ["", "soon", "nan", "inf", "1e300", "-1e300"])
def test_a_token_whose_end_cannot_be_read_is_as_good(world: World, exp: str) -> None:
    body = ask(replace(world, oidc=OIDC), CLAIMS | {"exp": exp}, "/access").json()
    assert "expiresAt" not in body
