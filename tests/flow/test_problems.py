"""Problems over the wire: named by a request id, and with a page behind their type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.flow.conftest import Client


def test_a_problem_names_its_request_and_leads_to_a_page(client: Client) -> None:
    answer = client.api.get(f"/records/{'0' * 32}")
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (404, "/problems/record-not-found")
    assert problem["requestId"] == answer.headers["x-request-id"]
    assert problem["requestId"] != client.api.get("/health").headers["x-request-id"]
    page = client.api.get(problem["type"])
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>Record not found</h1>" in page.text


def test_a_body_that_is_too_large_is_a_problem(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.api.post("/uploads", content=b" " * (3 * 1024**2), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
