"""Keys in the dashboard: made and shown once, used by somebody else, rotated, revoked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.dashboard import open_dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from local.system import System

TEXT = re.compile("ss_[0-9a-f]{12}_.{43}")


@pytest.fixture
def partner(browser: Browser) -> Iterator[Page]:
    """Somebody else's browser."""
    with browser.new_context() as context:
        yield context.new_page()


def shown_text(dialog: Locator) -> str:
    """The key's text, which is gone from the page when it was stored."""
    field = dialog.get_by_label("The key")
    expect(field).to_have_value(TEXT)
    text = field.input_value()
    dialog.press("Escape")
    expect(dialog).to_contain_text("Store the key first")
    dialog.get_by_role("button", name="I have stored it").click()
    expect(dialog).to_have_count(0)
    return text


def test_a_key_is_made_used_rotated_and_revoked(page: Page, partner: Page, system: System) -> None:
    open_dashboard(page, system, "/keys")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("the partner")
    dialog.get_by_label("Upload").check()
    dialog.get_by_label("Folder").fill("partner/in")
    dialog.get_by_role("button", name="Make the key").click()
    expect(dialog).to_contain_text("This is shown once")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    first = shown_text(dialog)
    assert page.evaluate("navigator.clipboard.readText()") == first
    assert first not in page.content()

    open_dashboard(partner, system, "/files", key=first)
    expect(partner.get_by_role("link", name="Upload").first).to_be_visible()
    expect(partner.get_by_role("link", name="Keys")).to_have_count(0)
    expect(partner.get_by_text("partner/in/ in")).to_be_attached()

    row = page.get_by_role("listitem").filter(has_text="the partner").first
    expect(row).to_contain_text("read, upload")
    row.get_by_role("button", name="Rotate").click()
    dialog.get_by_label("The present secret works for").select_option("7 days")
    dialog.get_by_role("button", name="Make the secret").click()
    second = shown_text(dialog)
    assert second != first
    assert second.split("_")[1] == first.split("_")[1]
    expect(row).to_contain_text("Older secret until")

    row.get_by_role("button", name="Revoke").click()
    dialog.get_by_role("button", name="Revoke").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("list", name="Keys", exact=True)).not_to_contain_text("the partner")
    page.get_by_text("that works no more").or_(page.get_by_text("that work no more")).click()
    expect(page.get_by_role("list", name="Keys that work no more")).to_contain_text("the partner")
    # A key is trusted for half a minute without another look.
    expect(partner.get_by_text("Your key is not taken")).to_be_visible(timeout=60_000)
    expect(partner.get_by_label("API key")).to_be_visible()


def test_nobody_revokes_the_key_that_they_use(page: Page, system: System) -> None:
    open_dashboard(page, system, "/keys")
    own = page.get_by_role("listitem").filter(has_text="Your key").first

    expect(own).to_contain_text("Only another key can revoke it.")
    expect(own.get_by_role("button", name="Revoke")).to_have_count(0)


@pytest.mark.parametrize("width", [390])
def test_a_key_that_may_not_make_keys_is_told_so(page: Page, system: System) -> None:
    open_dashboard(page, system, "/keys")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("reader")
    dialog.get_by_role("button", name="Make the key").click()
    text = shown_text(dialog)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Sign out").click()

    open_dashboard(page, system, "/keys", key=text)

    expect(page.get_by_role("main")).to_contain_text("It needs the scope admin")
