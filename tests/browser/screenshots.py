"""`make screenshots`: each view of the dashboard, wide and narrow, light and dark, as files.

They go to .cache/screenshots; those that the README shows, to docs/images.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import expect, sync_playwright

from local.program import ROOT
from local.system import ephemeral, running
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.dashboard import open_dashboard, visit
from tests.browser.stage import set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, FilePayload, Page

    from local.system import System

FOLDER = ROOT / ".cache" / "screenshots"
IMAGES = ROOT / "docs" / "images"
SIZES = {1440: 900, 390: 844}
HIGHEST = 4_000
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
IN_README = {"overview-1440-light", "file-bad-rows-1440-light", "quarantine-390-dark"}


@dataclass(frozen=True)
class View:
    """What is shown.

    Attributes:
        path: within the page.
        act: what a person does there before the picture is taken.
    """

    name: str
    path: str
    act: Callable[[Page], None] = lambda page: None


def views(ids: dict[str, str]) -> Iterator[View]:
    """Each view, some of them more than once: with other data, or with a dialog."""
    yield View("overview", "/overview")
    yield View("files", "/files")
    yield View("files-attention", "/files?status=quarantined&status=failed")
    yield View("file-good", f"/files/{ids['orders-berlin-2026-11-20.csv']}")
    yield View("file-bad-rows", f"/files/{ids['orders-hamburg-2026-11-20.csv']}")
    yield View("file-split", f"/files/{ids['marketplace-2026-11-20.csv']}")
    yield View("file-parquet", f"/files/{ids['air-quality-2026-11-20.parquet']}")
    yield View("file-image", f"/files/{ids['parcel-48213.jpg']}")
    yield View("file-unknown", f"/files/{'0' * 32}")
    yield View("file-discard", f"/files/{ids['orders-hamburg-2026-11-20.csv']}", pressed("Discard"))
    yield View("upload", "/upload")
    yield View("upload-chosen", "/upload", choose)
    yield View("quarantine", "/quarantine")
    yield View("quarantine-retry", "/quarantine", pressed("Retry all"))
    yield View("operation", f"/operations/{ids['operation']}")
    yield View("keys", "/keys")
    yield View("keys-new", "/keys", pressed("Make a key"))
    yield View("not-found", "/nowhere")


def pressed(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


def choose(page: Page) -> None:
    """Choose files, and send nothing yet."""
    table = "order_id,ordered_at,customer,country,quantity,price,note\n"
    names = ("orders-malmo-2026-11-21.csv", "orders-graz-2026-11-21.csv")
    files: list[FilePayload] = [{"name": n, "mimeType": "text/csv", "buffer": table.encode()} for n in names]
    page.locator("input[type=file]").first.set_input_files(files)


def take(browser: Browser, system: System, ids: dict[str, str], width: int, theme: Theme, only: str) -> None:
    """All views in one window."""
    with browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=theme,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        page.goto(f"{system.url}/#/overview")
        page.get_by_label("API key").wait_for()
        page.screenshot(path=FOLDER / f"sign-in-{width}-{theme}.png")
        open_dashboard(page, system)
        for view in views(ids):
            if only in view.name:
                visit(page, f"{system.url}/#{view.path}")
                view.act(page)
                _keep(page, f"{view.name}-{width}-{theme}")


def _keep(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    if name in IN_README:
        page.screenshot(path=IMAGES / f"dashboard-{name}.png")
    # Rows outside of the window are not drawn, so the window becomes as high as the page.
    window = page.viewport_size
    assert window is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": min(height, HIGHEST)})
    expect(page.locator(".animate-pulse")).to_have_count(0)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.set_viewport_size(window)


def main() -> None:
    """Start a system of its own, and look at it."""
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    for folder in (FOLDER, IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    # Nothing ticks: what is shown shall not move while it is looked at.
    with running(replace(ephemeral(), schedule_speed=0)) as system, sync_playwright() as playwright:
        ids = set_up(system)
        browser = playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[*FLAGS, "--lang=en-GB"]
        )
        for width in SIZES:
            for theme in THEMES:
                take(browser, system, ids, width, theme, only)
        browser.close()
    print(f"The pictures are in {Path(os.path.relpath(FOLDER))}, and {len(IN_README)} in docs/images.")


if __name__ == "__main__":
    main()
