"""Paths that lead nowhere and methods that do not fit: answered like every other error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.api.examples import minimal

if TYPE_CHECKING:
    from tests.unit.api.client import Client


@pytest.mark.parametrize(
    "path", ["/docs/", "/nothing", "/records/x/y/z", "/openapi.yaml", "/Records", "/redoc"]
)
def test_an_unknown_path(anybody: Client, path: str) -> None:
    problem = anybody.get(path).problem(404, "not-found")
    assert path in problem["detail"]


def test_an_unknown_file_of_the_documentation(anybody: Client) -> None:
    anybody.get("/docs/nothing.js").problem(404, "not-found")


METHODS = [
    ("DELETE", "/records", "GET"),
    ("POST", "/records", "GET"),
    ("PUT", f"/records/{minimal().record_id}", "GET"),
    ("GET", "/uploads", "POST"),
    ("POST", "/health", "GET"),
    ("PUT", "/keys", "GET, POST"),
    ("POST", "/keys/0a1b2c3d4e5f", "DELETE, GET"),
    ("DELETE", f"/uploads/{minimal().record_id}/parts", "GET, POST"),
]


@pytest.mark.parametrize(("method", "path", "allowed"), METHODS)
def test_a_wrong_method(anybody: Client, method: str, path: str, allowed: str) -> None:
    problem = anybody.request(method, path).problem(405, "method-not-allowed")
    assert f"{method} {path}" in problem["detail"]


@pytest.mark.parametrize(("method", "path", "allowed"), METHODS)
def test_a_wrong_method_says_which_are_right(anybody: Client, method: str, path: str, allowed: str) -> None:
    """RFC 9110, 15.5.6: an answer of 405 has the header `Allow`."""
    assert anybody.request(method, path).headers.get("allow") == allowed
