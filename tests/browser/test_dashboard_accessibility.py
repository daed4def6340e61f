"""Every view, as axe sees it: light and dark, wide and narrow, and also when something is wrong."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.axe import COLOURS, RULES, violations
from tests.browser.dashboard import open_dashboard, visit
from tests.flow.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from local.system import System

THEMES: dict[Literal["light", "dark"], tuple[str, ...]] = {"light": RULES, "dark": COLOURS}
WIDTHS = (1440, 390)
ANSWERS = re.compile(r"/(records|overview|stats|health|operations|keys|contracts|reconciliation)\b(?!/#)")
DRAWN = """
() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(tell, 250))))
"""
BAD = b"order_id,ordered_at,customer,country,quantity,price,note\n1,yesterday,C17,US,0,free,\n"
GOOD = b"id,amount,note\n1,10,a\n2,20,\n"


@pytest.fixture(scope="module")
def shown(system: System) -> dict[str, str]:
    """Something of each kind: its place in the page."""
    client = Client(system)
    with client.api:
        good = client.drop("accessible/good.csv", GOOD)
        bad = client.drop("orders/accessible.csv", BAD)
        records = {
            "a good file": client.record_of("accessible/good.csv", good),
            "a bad file": client.record_of("orders/accessible.csv", bad),
        }
        asked = {"prefix": "accessible/", "why": "to have one"}
        operation = client.api.post("/retries", json=asked).raise_for_status().json()["operationId"]
    return {name: f"/files/{record.record_id}" for name, record in records.items()} | {
        "overview": "/overview",
        "files": "/files",
        "no files": "/files?prefix=nobody-has-this",
        "no such file": f"/files/{'0' * 32}",
        "upload": "/upload",
        "quarantine": "/quarantine",
        "an operation": f"/operations/{operation}",
        "keys": "/keys",
        "nothing": "/nowhere",
    }


def in_each_look(page: Page, what: str) -> list[str]:
    """What axe finds in each theme and width; of a theme nothing but its colours is new."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme, rules in THEMES.items():
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.evaluate(DRAWN)
            found += [f"{what}, {width} px, {theme}: {wrong}" for wrong in violations(page, rules)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{what}: {wide} px wide in a window of {width} px"] if wide > width else []
    return found


def test_no_view_is_hard_to_use(page: Page, system: System, shown: dict[str, str], wrongs: list[str]) -> None:
    page.goto(system.url)
    page.get_by_label("API key").wait_for()
    found = in_each_look(page, "sign-in")
    open_dashboard(page, system)
    for name, path in shown.items():
        visit(page, f"{system.url}/#{path}")
        found += in_each_look(page, name)

    wrongs[:] = [wrong for wrong in wrongs if "404" not in wrong]
    assert not found, "\n".join(found)


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


OPENED: dict[str, tuple[str, Callable[[Page], None]]] = {
    "a retry that is asked for": ("a bad file", press("Retry")),
    "a discard that is asked for": ("a bad file", press("Discard")),
    "a retry of many": ("quarantine", press("Retry all")),
    "a key that is made": ("keys", press("Make a key")),
}


def test_no_dialog_is_hard_to_use(page: Page, system: System, shown: dict[str, str]) -> None:
    open_dashboard(page, system)
    found = []
    for name, (view, act) in OPENED.items():
        visit(page, f"{system.url}/#{shown[view]}")
        act(page)
        expect(page.get_by_role("dialog")).to_be_visible()
        found += in_each_look(page, name)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)

    assert not found, "\n".join(found)


def test_no_view_is_hard_to_use_while_something_is_wrong(
    page: Page, system: System, shown: dict[str, str], wrongs: list[str]
) -> None:
    def refuse(route: Route) -> None:
        answer = {
            "title": "Internal error",
            "status": 500,
            "detail": "It is in the log.",
            "requestId": "a1b2",
        }
        route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(answer))

    open_dashboard(page, system, "/nowhere")
    page.route(ANSWERS, refuse)
    found = []
    for view in ("overview", "files", "a good file", "quarantine", "keys", "an operation"):
        page.goto("about:blank")
        page.goto(f"{system.url}/#{shown[view]}")
        expect(page.get_by_role("alert").first).to_be_visible(timeout=30_000)
        found += in_each_look(page, f"{view} while the API answers 500")
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    found += in_each_look(page, "offline")
    page.context.set_offline(False)

    wrongs[:] = [wrong for wrong in wrongs if "500" not in wrong and "DISCONNECTED" not in wrong]
    assert not found, "\n".join(found)
