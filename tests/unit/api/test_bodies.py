"""Bodies that may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.keys import Scope
from tests.unit.api.client import Client

if TYPE_CHECKING:
    from api.deps import World

PATHS = [f"/records/{'0' * 32}/retry", f"/records/{'0' * 32}/discard", "/keys/000000000000/secrets"]


@pytest.fixture
def client(world: World) -> Client:
    return Client.of(world, world.keys.create("tests", scopes=frozenset(Scope))[1])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", ["null", " null\n"])
def test_null_is_not_taken_for_a_body_that_was_left_out(client: Client, path: str, body: str) -> None:
    assert client.post(path, body).pointers() == ["#"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", ["", "{}"])
def test_a_body_may_be_left_out_or_empty(client: Client, path: str, body: str) -> None:
    assert client.post(path, body).status == 404


@pytest.mark.parametrize("path", PATHS)
def test_whoever_has_no_key_hears_that_first(client: Client, path: str) -> None:
    client.with_key(None).post(path, "null").problem(401, "no-api-key")
