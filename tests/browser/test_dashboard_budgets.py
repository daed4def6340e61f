"""What the first view may cost, and how still a view stands while it loads."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TIMEOUT_MS
from tests.browser.dashboard import open_dashboard
from tests.flow.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import CDPSession, Page, Route

    from local.system import System
    from tests.conftest import Tell

SCRIPT_BYTES = 150_000
FIRST_CONTENT_MS = 1_000
SHIFT = 0.05
STILL = 0.005
"""Where places are held for what comes: all of a window that moves by a pixel counts 0.001, half of it
that moves by half a row 0.01."""
# Lighthouse's profile of a phone (core/config/constants.js), which Chrome's developer tools called "Fast 3G".
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 750 * 1024 / 8,
}
SLOWER = 4
LOADS = 20
"""What else this machine does only adds to a time, so the shortest one counts."""
VIEWS = ("overview", "files", "upload", "quarantine", "keys")
PAINTED = 4
"""So many looks in a row find nothing that is on its way."""
REASONS = ("bad_rows", "empty_file", "wrong_format")
NOW = "2026-11-20T10:00:00.000Z"
_FIRST_CONTENT = """
() => new Promise((tell) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") tell(startTime);
}).observe({ type: "paint", buffered: true }))
"""
_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput)
      window.shifts.push({ value, of: sources.map(({ node }) => node?.outerHTML?.slice(0, 160)) });
}).observe({ type: "layout-shift", buffered: true });
"""
_DRAWN = """
() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(tell, 50))))
"""
_TOPS = """
() => [...document.querySelectorAll("main section")].map((each) => each.getBoundingClientRect().top + scrollY)
"""


@contextmanager
def devtools(page: Page) -> Iterator[CDPSession]:
    session = page.context.new_cdp_session(page)
    yield session
    session.detach()


def test_the_first_view_needs_little_script(page: Page, system: System, tell: Tell) -> None:
    scripts: dict[str, str] = {}
    received: dict[str, float] = {}

    def responded(event: dict[str, Any]) -> None:
        if event["type"] == "Script":
            scripts[event["requestId"]] = event["response"]["url"]

    with devtools(page) as session:
        session.on("Network.responseReceived", responded)
        session.on(
            "Network.loadingFinished", lambda e: received.update({e["requestId"]: e["encodedDataLength"]})
        )
        session.send("Network.enable")
        open_dashboard(page, system)
        page.wait_for_load_state("networkidle")

    sizes = {scripts[number]: size for number, size in received.items() if number in scripts}
    tell("The dashboard", "compressed JavaScript of the first view", "bytes", round(sum(sizes.values())))
    assert scripts
    assert sum(sizes.values()) <= SCRIPT_BYTES, sizes


def test_the_first_content_comes_soon_on_a_slow_phone(page: Page, system: System, tell: Tell) -> None:
    with devtools(page) as session:
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send("Network.emulateNetworkConditions", NETWORK)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        firsts = [first_content(page, system)]
        while min(firsts) > FIRST_CONTENT_MS and len(firsts) < LOADS:
            firsts.append(first_content(page, system))

    tell("The dashboard", "first content", "ms", round(min(firsts)))
    assert min(firsts) <= FIRST_CONTENT_MS, firsts


def first_content(page: Page, system: System) -> float:
    """When the first content of a page that is not in the cache was painted, in milliseconds."""
    page.goto("about:blank")
    page.goto(system.url, wait_until="commit")
    page.get_by_label("API key").wait_for()
    first: float = page.evaluate(_FIRST_CONTENT)
    return first


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_jumps_while_a_view_loads(page: Page, system: System, width: int) -> None:
    page.add_init_script(_SHIFTS)
    open_dashboard(page, system)
    for view in VIEWS:
        page.goto("about:blank")
        page.goto(f"{system.url}/#/{view}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")

        shifts = page.evaluate("window.shifts")
        assert total(shifts) <= SHIFT, f"{view} at {width} px: {shifts}"


@pytest.fixture(scope="module")
def paths(system: System) -> list[str]:
    """Of every view; a file whose contract comes after it, and an operation."""
    client = Client(system)
    with client.api:
        version = client.drop("orders/still.csv", b"order_id,ordered_at,customer\n1,yesterday,C17\n")
        record = client.record_of("orders/still.csv", version)
        asked = {"prefix": "orders/still", "why": "to have one"}
        operation = client.api.post("/retries", json=asked).raise_for_status().json()["operationId"]
        client.idle()
    narrowed = ["/upload?prefix=orders", "/upload?prefix=somewhere", "/quarantine?prefix=orders/"]
    single = [f"/files/{record.record_id}", f"/operations/{operation}"]
    return [f"/{view}" for view in VIEWS] + narrowed + single


class Held:
    """What the page asks the API for waits until it is let go."""

    def __init__(self, page: Page, answer: Callable[[Route], None]) -> None:
        self.page = page
        self.answer = answer
        self.routes: list[Route] = []
        page.route("**/*", self._keep)

    def _keep(self, route: Route) -> None:
        if route.request.resource_type == "fetch":
            self.routes.append(route)
        else:
            route.fallback()

    def let_go(self, but: str = "") -> None:
        """Answer the newest first, each when what came before it is painted, until nothing more is asked for.

        Args:
            but: the path of what waits on.
        """
        deadline = time.monotonic() + TIMEOUT_MS / 1_000
        painted = 0
        while painted < PAINTED:
            assert time.monotonic() < deadline, [route.request.url for route in self.routes]
            self.page.evaluate(_DRAWN)
            going = [route for route in self.routes if path_of(route) != but]
            ready = not going and (but or not self.page.locator(".animate-pulse").count())
            painted = painted + 1 if ready and self.page.locator("h1").count() else 0
            if going:
                self.routes.remove(going[-1])
                self.answer(going[-1])


def path_of(route: Route) -> str:
    return urlsplit(route.request.url).path


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_nothing_jumps_while_answers_come_late(
    page: Page, system: System, paths: list[str], width: int
) -> None:
    page.add_init_script(_SHIFTS)
    open_dashboard(page, system)
    page.goto("about:blank")
    held = Held(page, lambda route: route.fallback())
    moved = {}
    for path in paths:
        page.goto("about:blank")
        page.goto(f"{system.url}/#{path}")
        held.let_go()
        moved[path] = page.evaluate("window.shifts")

    assert not {path: shifts for path, shifts in moved.items() if total(shifts) > STILL}


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("sizes", [(1,), (1, 3), (7, 5, 8)], ids=str)
def test_the_quarantine_stands_still_while_its_files_come(
    page: Page, system: System, width: int, sizes: tuple[int, ...]
) -> None:
    page.add_init_script(_SHIFTS)
    open_dashboard(page, system, "/keys")
    page.goto("about:blank")
    held = Held(page, waiting(system, sizes))
    page.goto(f"{system.url}/#/quarantine")
    held.let_go(but="/records")
    before = page.evaluate(_TOPS)
    assert len(held.routes) == len(before) == len(sizes)
    held.let_go()

    shifts = page.evaluate("window.shifts")
    assert (total(shifts) <= STILL, page.evaluate(_TOPS)) == (True, before), shifts


def waiting(system: System, sizes: tuple[int, ...]) -> Callable[[Route], None]:
    """Answers of an API that has groups of so many quarantined files, and else what the system has."""
    client = Client(system)
    with client.api:
        overview = client.api.get("/overview").raise_for_status().json()
    groups = dict(zip(REASONS, sizes, strict=False))
    overview["attention"] = {
        "complete": True,
        "files": sum(sizes),
        "counts": [
            {"status": "quarantined", "reason": reason, "files": files}
            | {"oldestArrivedAt": NOW, "newestArrivedAt": NOW}
            for reason, files in groups.items()
        ],
    }

    def answer(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        if path_of(route) == "/overview":
            route.fulfill(json=overview)
        elif path_of(route) == "/records":
            (reason,), (limit,) = asked["reason"], asked["limit"]
            items = [summary(reason, number) for number in range(groups[reason])]
            more = {"nextCursor": "more"} if len(items) > int(limit) else {}
            route.fulfill(json={"items": items[: int(limit)]} | more)
        else:
            route.fallback()

    return answer


def summary(reason: str, number: int) -> dict[str, Any]:
    """A file of a group: every third has a name that is longer than a line, and every fourth no folder."""
    name = f"orders{'-from-somewhere' * (10 if number % 3 == 1 else 1)}-{number}.csv"
    folder = "" if number % 4 == 2 else "orders/incoming/"
    return {
        "recordId": f"{reason}-{number}",
        "status": "quarantined",
        "reason": reason,
        "source": "bucket",
        "objectKey": folder + name,
        "fileName": name,
        "createdAt": NOW,
        "sizeBytes": 48_210,
    }


def total(shifts: list[dict[str, Any]]) -> float:
    return sum(float(shift["value"]) for shift in shifts)
