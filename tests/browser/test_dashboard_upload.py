"""Sending files from the dashboard: what is said before, what survives, and what became of them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.dashboard import open_dashboard, press

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Request

    from local.system import System

GOOD = "order_id,ordered_at,customer,country,quantity,price,note\n1,2026-01-05T10:00:00Z,C000001,DE,2,9.50,\n"
ROW = b"1,some text that makes the table long enough to come in two parts\n"
PART_BYTES = 16 * 1024**2
LARGE_BYTES = PART_BYTES + 1_000_000

DROP = """(zone, files) => {
  const dropped = new DataTransfer();
  for (const [name, text] of files) dropped.items.add(new File([text], name));
  for (const type of ["dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


def choose(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(paths)


def send(page: Page, files: str) -> None:
    page.get_by_role("button", name=f"Upload {files}").click()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Uploads").get_by_role("listitem").filter(has_text=name)


def asked(system: System, method: str, path: str, **more: Any) -> Any:
    """The API's answer to somebody who may do everything."""
    headers = {"X-Api-Key": system.api_key}
    answer = httpx.request(method, system.url + path, headers=headers, trust_env=False, timeout=30, **more)
    answer.raise_for_status()
    return answer.json()


def new_key(system: System, *scopes: str, **more: str) -> str:
    made = {"name": "a sender", "scopes": list(scopes), **more}
    key: str = asked(system, "POST", "/keys", json=made)["apiKey"]
    return key


def newest(system: System, prefix: str) -> dict[str, Any]:
    item: dict[str, Any] = asked(system, "GET", "/records", params={"prefix": prefix, "limit": 1})["items"][0]
    return item


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.csv"
    path.write_bytes((b"id,text\n" + ROW * (LARGE_BYTES // len(ROW) + 1))[:LARGE_BYTES] + b"\n")
    return path


class Parts:
    """Counts the parts that come through to S3, and breaks the connection of the first one while it shall."""

    def __init__(self, page: Page) -> None:
        self.sent: Counter[str] = Counter()
        self.broken = True
        page.on("requestfinished", self._count)
        page.route(
            re.compile(r"partNumber=1&"), lambda route: route.abort() if self.broken else route.fallback()
        )

    def _count(self, request: Request) -> None:
        number = re.search(r"partNumber=(\d+)", request.url)
        if number and request.method == "PUT":
            self.sent[number[1]] += 1


def test_files_are_judged_before_they_go_and_followed_to_their_outcomes(page: Page, system: System) -> None:
    open_dashboard(page, system, "/upload?prefix=orders")
    contract = page.get_by_role("region", name="Where files go")
    expect(contract).to_contain_text("One is enough for the quarantine")
    expect(contract).to_contain_text("order_id")

    zone = page.get_by_role("button", name="Drop files or folders here")
    zone.evaluate(DROP, [["good.csv", GOOD], ["empty.csv", ""], ["photo.png", "x"]])
    chosen = page.get_by_role("list", name="Chosen files")
    expect(chosen).to_contain_text("It is empty, and would be quarantined.")
    expect(chosen).to_contain_text("By its name it is image/png; the contract orders takes text/csv.")
    send(page, "1 file")
    page.get_by_role("button", name="Include all 2 doubtful ones").click()
    send(page, "2 files")

    expect(row(page, "good.csv")).to_contain_text("Processed")
    expect(row(page, "empty.csv")).to_contain_text("Empty file: ")
    expect(row(page, "photo.png")).to_contain_text("Quarantined")
    expect(page.get_by_role("heading", name="Done: 2 files need a look")).to_be_visible()
    page.get_by_role("button", name="Processed 1").click()
    page.get_by_role("link", name="good.csv").click()
    expect(page).to_have_url(re.compile(r"#/files/[0-9a-f]{32}$"))


@pytest.mark.parametrize("width", [360])
def test_a_folder_comes_with_all_that_is_in_it(
    page: Page, system: System, tmp_path: Path, width: int
) -> None:
    for name in ("a.csv", "deep/er/b.csv", ".DS_Store"):
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD)
    open_dashboard(page, system, "/upload")

    page.locator("input[type=file]").last.set_input_files(tmp_path / "folder")
    expect(page.get_by_role("list", name="Chosen files").get_by_role("listitem")).to_have_count(2)
    # The button waits for the contracts.
    press(page.get_by_role("button", name=re.compile("^Upload 2 files")))

    expect(row(page, "folder/deep/er/b.csv")).to_contain_text("Processed")
    expect(row(page, "folder/a.csv")).to_contain_text("Processed")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_large_file_survives_a_bad_network_a_pause_and_a_reload(
    page: Page, system: System, large: Path, wrongs: list[str]
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    parts = Parts(page)
    open_dashboard(page, system, "/upload")

    choose(page, large)
    send(page, "1 file")
    expect(row(page, "large.csv")).to_contain_text("It goes on by itself")
    page.get_by_role("link", name="Files").click()
    page.get_by_role("link", name="1 upload not finished").click()
    page.get_by_role("button", name="Pause large.csv").click()
    expect(row(page, "large.csv")).to_contain_text("Paused at 1 MB of")
    page.reload()

    expect(page.get_by_text("1 unfinished upload: choose the same files again to go on")).to_be_visible()
    parts.broken = False
    choose(page, large)
    expect(row(page, "large.csv")).to_contain_text("Processed")
    assert parts.sent == {"1": 1, "2": 1}
    assert page.evaluate("sessionStorage.getItem('silent-scalper.uploads')") is None
    assert all("ERR_FAILED" in wrong for wrong in wrongs)
    wrongs.clear()


def test_what_is_cancelled_does_not_come(page: Page, system: System, large: Path, wrongs: list[str]) -> None:
    Parts(page)
    open_dashboard(page, system, "/upload?prefix=cancelled")
    choose(page, large)
    send(page, "1 file")
    expect(row(page, "large.csv")).to_contain_text("It goes on by itself")

    page.get_by_role("button", name="Cancel large.csv").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the upload").click()

    expect(row(page, "large.csv")).to_contain_text("Cancelled. Its record expires.")
    page.get_by_role("button", name="Clear the list").click()
    expect(page.get_by_role("list", name="Uploads")).to_be_hidden()
    assert newest(system, "cancelled/")["status"] == "expired"
    wrongs.clear()


def test_without_a_network_it_waits_and_goes_on_by_itself(
    page: Page, system: System, tmp_path: Path, wrongs: list[str]
) -> None:
    path = tmp_path / "patient.csv"
    path.write_text(GOOD)
    open_dashboard(page, system, "/upload")
    choose(page, path)
    expect(page.get_by_role("button", name="Upload 1 file")).to_be_enabled()

    page.context.set_offline(True)
    send(page, "1 file")
    expect(row(page, "patient.csv")).to_contain_text("You are offline.")
    page.context.set_offline(False)

    expect(row(page, "patient.csv")).to_contain_text("Processed")
    assert all("ERR_INTERNET_DISCONNECTED" in wrong for wrong in wrongs)
    wrongs.clear()


def test_a_bound_key_sends_into_its_own_folder(page: Page, system: System, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(GOOD)
    open_dashboard(
        page, system, "/upload?prefix=orders", key=new_key(system, "read", "upload", prefix="bound")
    )
    expect(page.get_by_text("Your key is bound to this folder.")).to_be_visible()
    expect(page.get_by_label("Folder")).to_be_hidden()

    choose(page, path)
    page.get_by_role("button", name="to bound/").click()

    expect(row(page, "theirs.csv")).to_contain_text("Processed")
    assert newest(system, "bound/")["fileName"] == "theirs.csv"


def test_a_key_that_may_only_read_uploads_nothing(page: Page, system: System) -> None:
    open_dashboard(page, system, "/upload", key=new_key(system, "read"))

    expect(page.get_by_text("Your key may not upload")).to_be_visible()
    expect(page.get_by_role("link", name="Files")).to_be_visible()
    expect(page.get_by_role("link", name="Upload")).to_be_hidden()
