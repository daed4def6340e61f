"""Swagger UI in a browser: a person authorizes, sends what is there, and sees the answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error, expect

from local.program import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from local.system import System

SCREENSHOTS = ROOT / ".cache" / "screenshots"


def authorize(page: Page, key: str) -> None:
    """Give the key, as a person does."""
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    dialog.get_by_label("Value:").fill(key)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close").click()


def opened(page: Page, tag: str, operation: str) -> Locator:
    """The part of the page that is about an operation, unfolded."""
    part = page.locator(f"#operations-{tag}-{operation}")
    part.locator(".opblock-summary-control").click()
    return part


def executed(part: Locator, status: int) -> Any:
    """What the API answers to the request as it stands."""
    part.get_by_role("button", name="Execute").click()
    answer = part.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text(str(status))
    return json.loads(answer.locator(".highlight-code code").first.inner_text())


@pytest.mark.parametrize("width", [1440, 390])
def test_a_person_uploads_and_lists(page: Page, system: System, width: int) -> None:
    page.goto(f"{system.url}/docs")
    authorize(page, system.api_key)

    announced = executed(opened(page, "uploads", "create_upload"), 201)
    listed = executed(opened(page, "records", "list_records"), 200)

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.locator("#operations-records-list_records").screenshot(path=SCREENSHOTS / f"docs-{width}.png")
    assert announced["record"]["status"] == "awaiting_upload"
    assert announced["record"]["recordId"] in [item["recordId"] for item in listed["items"]]


def test_without_a_key_the_problem_is_shown(page: Page, system: System, wrongs: list[str]) -> None:
    page.goto(f"{system.url}/docs")

    problem = executed(opened(page, "records", "list_records"), 401)

    assert problem["status"] == 401
    assert [wrong for wrong in wrongs if "401" not in wrong] == []
    wrongs.clear()


def test_a_link_leads_to_an_operation(page: Page, system: System) -> None:
    page.goto(f"{system.url}/docs#/actions/get_reconciliation")

    expect(page.locator("#operations-actions-get_reconciliation .opblock-body")).to_be_in_viewport()


def test_what_was_opened_is_a_link(page: Page, system: System) -> None:
    page.goto(f"{system.url}/docs")
    opened(page, "records", "list_records")
    page.reload()

    expect(page.locator("#operations-records-list_records .opblock-body")).to_be_in_viewport()


def test_nothing_but_the_local_system_is_reached(page: Page, system: System, wrongs: list[str]) -> None:
    page.goto(f"{system.url}/docs")

    page.evaluate("fetch('https://example.com/').catch(() => {})")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")

    expect(page.locator(".opblock").first).to_be_visible()
    assert any("connect-src" in wrong and "example.com" in wrong for wrong in wrongs)
    assert any("script-src" in wrong for wrong in wrongs)
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto("https://example.com/")
    assert "another host: https://example.com/" in wrongs
    wrongs.clear()
