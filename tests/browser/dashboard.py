"""Opening the dashboard as somebody with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from local.system import System


def open_dashboard(page: Page, system: System, path: str = "/overview", *, key: str | None = None) -> None:
    """Sign in as a person does, and wait for the view.

    Args:
        path: of the view, such as `/files?status=failed`.
        key: whose; the system's own, which may do everything, if none is given.
    """
    page.goto(f"{system.url}/#{path}")
    page.get_by_label("API key").fill(key or system.api_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in with an API key")


def visit(page: Page, url: str) -> None:
    """Load the page anew at an address, and wait until the view shows what it has to show."""
    page.goto("about:blank")
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".animate-pulse")).to_have_count(0)


def press(control: Locator, key: str = "Enter") -> None:
    """Press a key on a button as soon as it can be: Playwright waits for that before a click alone."""
    expect(control).to_be_enabled()
    control.press(key)
