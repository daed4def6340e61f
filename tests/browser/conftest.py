"""A browser that reaches nothing but the local system, and pages in which nothing may go wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

    from local.system import System

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHT = 900
TIMEOUT_MS = 30_000
"""Nothing is promised by it: it is for machines that do much else meanwhile. What is promised has its own."""
expect.set_options(timeout=TIMEOUT_MS)
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`));
"""


# For one file of tests: while it is open, no other test of this process can run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(os.environ), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def width() -> int:
    """Of the window, in pixels; tests may parametrize it."""
    return 1440


@pytest.fixture
def wrongs() -> list[str]:
    """What went wrong in the page; a test that wants something to go wrong takes it out."""
    return []


@pytest.fixture
def page(browser: Browser, system: System, width: int, wrongs: list[str]) -> Iterator[Page]:
    """A page of a new profile: the local system and its buckets are all that there is."""
    allowed = {urlsplit(url).netloc for url in (system.url, system.emulator.endpoint)}
    with browser.new_context(viewport={"width": width, "height": HEIGHT}) as context:
        context.add_init_script(_TELL_VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        _watch(page, allowed, wrongs)
        yield page
    assert wrongs == []


def _watch(page: Page, allowed: set[str], wrongs: list[str]) -> None:
    def reach(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.netloc in allowed or parts.scheme in ("data", "blob"):
            route.continue_()
            return
        wrongs.append(f"another host: {route.request.url}")
        route.abort()

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrongs.append(f"{message.type}: {message.text} ({message.location['url']})")

    def failed(request: Request) -> None:
        if request.failure == "net::ERR_ABORTED":  # the page itself wanted it no longer
            return
        wrongs.append(f"failed: {request.url}: {request.failure}")

    page.route("**/*", reach)
    page.on("console", hear)
    page.on("pageerror", lambda error: wrongs.append(f"exception: {error}"))
    page.on("requestfailed", failed)
