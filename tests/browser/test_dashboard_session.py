"""The key: where it is kept, when it is asked for anew, and what remains when it or the network goes away."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.dashboard import open_dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from local.system import System

SKIP = "Skip to the content"
SIGN_IN = "Sign in with an API key"
REVOKED_WITHIN_MS = 60_000
STORED = """() => JSON.stringify([
  document.cookie, Object.entries(localStorage), Object.entries(sessionStorage), performance.getEntries(),
  location.href, document.documentElement.outerHTML,
])"""


@pytest.fixture
def keys(system: System) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=system.url, headers={"X-Api-Key": system.api_key}, trust_env=False, timeout=30
    ) as keys:
        yield keys


def made(keys: httpx.Client, **wanted: Any) -> dict[str, Any]:
    """A key of somebody else, with its text."""
    answer = keys.post("/keys", json={"name": "somebody", "scopes": ["read"]} | wanted)
    told: dict[str, Any] = answer.raise_for_status().json()
    return told


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    page.keyboard.press("Enter")


def without(wrongs: list[str], *expected: str) -> None:
    """Take out what a test wanted to go wrong."""
    wrongs[:] = [wrong for wrong in wrongs if not any(text in wrong for text in expected)]


def test_a_wrong_key_is_refused_and_forgotten(page: Page, system: System, wrongs: list[str]) -> None:
    page.goto(f"{system.url}/#/files?status=failed")
    expect(page.get_by_label("API key")).to_be_focused()

    sign_in(page, f"ss_{'0' * 12}_{'a' * 43}")

    expect(page.get_by_text("Your key is not taken")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    sign_in(page, system.api_key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    assert page.url.endswith("/#/files?status=failed")
    without(wrongs, "401")


def test_a_key_that_is_revoked_midway_is_asked_for_anew_where_one_was(
    page: Page, system: System, keys: httpx.Client, wrongs: list[str]
) -> None:
    key = made(keys)
    open_dashboard(page, system, "/files?status=failed", key=key["apiKey"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")

    keys.delete(f"/keys/{key['keyId']}").raise_for_status()

    expect(page.get_by_text("Your key is not taken")).to_be_visible(timeout=REVOKED_WITHIN_MS)
    assert page.evaluate("sessionStorage.length") == 0
    sign_in(page, system.api_key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    assert page.url.endswith("/#/files?status=failed")
    without(wrongs, "401")


def test_a_key_that_expires_ends_the_session(
    page: Page, system: System, keys: httpx.Client, wrongs: list[str]
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=8)
    key = made(keys, expiresAt=soon.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    open_dashboard(page, system, "/files", key=key["apiKey"])

    expect(page.get_by_text("Your key is not taken")).to_be_visible(timeout=REVOKED_WITHIN_MS)
    without(wrongs, "401")


def test_what_a_key_may_not_do_is_not_shown(page: Page, system: System, keys: httpx.Client) -> None:
    open_dashboard(page, system, "/files", key=made(keys, scopes=["read"], prefix="orders")["apiKey"])

    menu = page.get_by_role("navigation", name="Views").filter(visible=True)
    expect(menu.get_by_role("link")).to_have_text(["Overview", "Files"])
    expect(page.get_by_text("orders/ in dev")).to_be_visible()


def test_the_key_is_in_this_tab_alone_until_its_owner_leaves(page: Page, system: System) -> None:
    open_dashboard(page, system, "/files")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")

    parts = json.loads(page.evaluate(STORED))
    assert [place for place, part in enumerate(parts) if system.api_key in json.dumps(part)] == [2]

    other = page.context.new_page()
    other.goto(f"{system.url}/#/files")
    expect(other.get_by_role("heading", level=1)).to_have_text(SIGN_IN)
    other.close()

    page.evaluate("sessionStorage.setItem('what a view remembers', 'invoice.pdf')")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    assert system.api_key not in page.evaluate(STORED)
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(SIGN_IN)


def test_while_the_network_is_away_what_was_there_stays_and_is_called_old(
    page: Page, system: System, wrongs: list[str]
) -> None:
    open_dashboard(page, system, "/files")
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    page.wait_for_load_state("networkidle")

    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    page.context.set_offline(False)

    expect(page.get_by_text("You are offline")).to_be_hidden()
    without(wrongs, "ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_while_the_api_refuses_what_was_there_stays_and_is_called_old(
    page: Page, system: System, wrongs: list[str], status: int
) -> None:
    def refuse(route: Route) -> None:
        body = {
            "type": f"{system.url}/problems/x",
            "title": "Refused",
            "status": status,
            "detail": "Not now.",
        }
        route.fulfill(status=status, content_type="application/problem+json", body=json.dumps(body))

    open_dashboard(page, system, "/files")
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    page.wait_for_load_state("networkidle")

    page.route(re.compile(r"/records\b"), refuse)
    expect(page.get_by_text("The API does not answer just now")).to_be_visible()
    page.unroute(re.compile(r"/records\b"))

    expect(page.get_by_text("The API does not answer just now")).to_be_hidden(timeout=30_000)
    without(wrongs, f"status of {status}")


def test_the_theme_that_was_chosen_is_kept(page: Page, system: System) -> None:
    page.goto(system.url)
    page.get_by_role("button", name="Theme: system. Change to light.").click()
    page.get_by_role("button", name="Theme: light. Change to dark.").click()

    page.reload()

    expect(page.get_by_role("button", name="Theme: dark. Change to system.")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_keyboard_alone_leads_everywhere(page: Page, system: System) -> None:
    open_dashboard(page, system, "/files")
    expect(page.get_by_role("heading", level=1)).to_be_focused()

    skip = page.get_by_role("link", name=SKIP)
    assert page.evaluate("document.querySelector('a, button, input, [tabindex]').textContent") == SKIP
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    menu = page.get_by_role("navigation", name="Views").filter(visible=True)
    menu.get_by_role("link", name="Files").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quarantine")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_policy_allows_the_api_and_its_buckets_and_no_inline_content(system: System) -> None:
    answer = httpx.get(system.url, trust_env=False)

    policy = answer.headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert (directives["script-src"], directives["style-src"]) == ("'self'", "'self'")
    assert directives["connect-src"].split() == ["'self'", system.emulator.endpoint]
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert "<style" not in answer.text
