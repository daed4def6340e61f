"""How seldom the page asks: its list is live, and costs nearly nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.dashboard import open_dashboard

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

    from local.system import System

POLL_SECONDS = 5
WATCHED_SECONDS = 12
HIDE = """
(hidden) => {
  const state = hidden ? "hidden" : "visible";
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
}
"""


def test_a_list_is_asked_for_seldom_by_its_tag_and_not_while_it_is_hidden(page: Page, system: System) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/records?" in answer.url else None)
    open_dashboard(page, system, "/files")
    page.wait_for_load_state("networkidle")

    answers.clear()
    page.wait_for_timeout(WATCHED_SECONDS * 1_000)
    assert 1 <= len(answers) <= WATCHED_SECONDS / POLL_SECONDS + 1
    assert answers[-1].status == 304

    page.evaluate(HIDE, True)
    page.wait_for_timeout(1_000)
    answers.clear()
    page.wait_for_timeout((WATCHED_SECONDS - 1) * 1_000)
    assert answers == []

    with page.expect_response(re.compile("/records")):
        page.evaluate(HIDE, False)
