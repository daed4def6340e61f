"""What RFC 9110 asks of a refusal, and how a body that is no JSON is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.api.client import Client


@pytest.mark.parametrize("key", [None, "ss_wrong"])
def test_a_refusal_names_the_way_to_authenticate(anybody: Client, key: str | None) -> None:
    answer = anybody.with_key(key).get("/records")
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("ApiKey ")


def test_a_body_that_is_no_json_is_told_with_the_place(client: Client) -> None:
    answer = client.post("/uploads", '{"fileName": ')
    (error,) = answer.problem(422, "invalid-request")["errors"]
    assert error["pointer"] == "#"
    assert "at character 13" in error["detail"]


@pytest.mark.parametrize("path", ["/health", "/contracts", "/nothing", "/docs"])
def test_every_answer_is_what_it_says_and_is_kept_by_nobody(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_the_files_of_the_documentation_may_be_kept(anybody: Client) -> None:
    assert anybody.get("/docs/swagger-ui.css").headers["cache-control"] == "public, max-age=86400"
