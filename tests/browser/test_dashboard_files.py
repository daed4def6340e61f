"""The list of files: narrowed, shared, live, on a phone, with a key for one folder, without a network."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from records.model import Reason, Record, Source, Status, derived_record_id, utc_text
from tests.browser.dashboard import open_dashboard
from tests.flow.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page, Route

    from local.system import System

LISTED = 60
AUTOMATIC = 4
"""Pages that are asked for without a person, after the first."""


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[Client]:
    client = Client(system)
    with client.api:
        yield client


@pytest.fixture
def folder() -> str:
    return f"listed-{uuid4().hex[:8]}"


def rows(page: Page) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("cell"))


def drop(client: Client, key: str, content: bytes = b"a,b\n1,2\n") -> Record:
    return client.record_of(key, client.drop(key, content))


def test_a_person_narrows_the_list_and_shares_what_they_see(
    page: Page, system: System, client: Client, folder: str
) -> None:
    good = drop(client, f"{folder}/good.csv")
    drop(client, f"{folder}/empty.csv", b"")
    drop(client, f"{folder}/rows.json", b'[{"a": 1}]')
    open_dashboard(page, system, "/files")

    page.get_by_label("Key begins with").fill(f"{folder}/")
    expect(rows(page)).to_have_count(3)
    expect(rows(page).nth(1)).to_contain_text(re.compile(r"empty\.csv.*Quarantined.*Empty file.*0 bytes"))
    page.get_by_role("button", name="State", exact=True).click()
    page.get_by_role("checkbox", name="Processed").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="State 1 set")).to_be_focused()
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Type").select_option("JSON")
    expect(rows(page)).to_have_count(1)
    shared = page.url
    assert "status=processed" in shared

    page.go_back()
    expect(rows(page)).to_have_count(2)
    page.goto(f"{shared}&reason=nonsense")  # as somebody else would, who mistyped it
    expect(rows(page)).to_have_text([re.compile(r"rows\.json")])
    page.get_by_role("button", name="Take away Type: JSON").click()
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Reason").select_option("Bad rows")
    expect(page.get_by_text("No file matches these filters")).to_be_visible()
    page.get_by_role("button", name="Clear all filters").click()
    expect(page).to_have_url(re.compile(r"/files$"))

    page.get_by_label("Key begins with").fill(good.record_id)
    page.get_by_label("Key begins with").press("Enter")
    expect(page).to_have_url(re.compile(f"/files/{good.record_id}$"))


EACH_AS_SOON_AS_IT_CAN_BE = """
    async boxes => {
        for (const box of boxes) {
            box.click();
            await new Promise(done => setTimeout(done));
        }
        return { ticked: boxes.map(box => box.checked), address: location.hash };
    }
"""


def test_boxes_that_are_ticked_in_a_hurry_all_count(page: Page, system: System) -> None:
    open_dashboard(page, system, "/files")
    page.get_by_role("button", name="State", exact=True).click()
    boxes = page.get_by_role("group", name="States").get_by_role("checkbox")
    expect(boxes).not_to_have_count(0)

    seen = boxes.evaluate_all(EACH_AS_SOON_AS_IT_CAN_BE)

    assert all(seen["ticked"])
    assert seen["address"].count("status=") == len(seen["ticked"])


@pytest.fixture
def listed(client: Client, folder: str) -> Iterator[str]:
    """A folder with more files than a window shows; there are no objects, so their records go again.

    Each is a second older than the one before: 000.csv is the newest.
    """
    now = datetime.now(UTC)
    records = [
        Record(
            record_id=derived_record_id("incoming", f"{folder}/{number:03}.csv", "v1"),
            status=Status.PROCESSED if number % 3 else Status.QUARANTINED,
            reason=None if number % 3 else Reason.BAD_ROWS,
            source=Source.BUCKET,
            bucket="incoming",
            object_key=f"{folder}/{number:03}.csv",
            file_name=f"{number:03}.csv",
            created_at=utc_text(now - timedelta(seconds=number)),
        )
        for number in range(LISTED)
    ]
    for record in records:
        client.records.add(record)
    yield folder
    table = client.system.outputs["recordsTable"]
    for record in records:
        client.dynamodb.delete_item(TableName=table, Key={"recordId": {"S": record.record_id}})


def test_new_files_come_by_themselves_and_push_nothing_away(
    page: Page, system: System, client: Client, listed: str
) -> None:
    open_dashboard(page, system, f"/files?prefix={listed}/")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(LISTED + 1))
    drop(client, f"{listed}/new.csv")
    expect(rows(page).first).to_contain_text("new.csv")
    expect(page.get_by_role("status").filter(has_text="1 new file.")).to_be_attached()

    page.evaluate("window.scrollTo(0, 1500)")  # at once: a wheel is still turning when the next line looks
    read = page.get_by_role("link", name="030.csv")
    expect(read).to_be_visible()
    place = read.bounding_box()
    drop(client, f"{listed}/newer.csv", b"")
    page.get_by_role("button", name="1 new file").focus()
    assert read.bounding_box() == place
    page.keyboard.press("Enter")
    expect(rows(page).first).to_contain_text("newer.csv")
    page.wait_for_function("window.scrollY === 0")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="newer.csv")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Files")).not_to_be_attached()
    page.go_back()
    expect(rows(page).first).to_contain_text("newer.csv")


@pytest.mark.parametrize("width", [360])
def test_a_partner_sees_their_folder_on_a_phone(
    page: Page, system: System, client: Client, folder: str
) -> None:
    drop(client, f"{folder}/{'a-rather-long-name-' * 5}.csv")
    drop(client, f"{folder}/deep/empty.csv", b"")
    made = client.api.post("/keys", json={"name": "partner", "scopes": ["read"], "prefix": folder}).json()
    open_dashboard(page, system, "/files", key=made["apiKey"])

    expect(page.get_by_text(f"Newest first in {folder}/")).to_be_visible()
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("Empty file")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Key begins with").fill("deep/")
    expect(page.get_by_role("button", name=f"Take away Begins with: {folder}/deep/")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Time").click()
    page.get_by_role("button", name="Last hour").click()
    expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_was_seen_stays_while_the_api_cannot_be_reached(
    page: Page, system: System, client: Client, folder: str, wrongs: list[str]
) -> None:
    drop(client, f"{folder}/a.csv")
    open_dashboard(page, system, f"/files?prefix={folder}/")
    expect(rows(page)).to_have_count(1)

    def lose(route: Route) -> None:
        route.abort("connectionfailed")

    page.route("**/records?*", lose)
    expect(page.get_by_text("Not up to date")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Key begins with").fill(f"{folder}/a")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/records?*", lose)
    page.get_by_role("button", name="Try again").click()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("Not up to date")).not_to_be_visible()
    wrongs[:] = [wrong for wrong in wrongs if "ERR_CONNECTION_FAILED" not in wrong]


def test_a_search_goes_on_over_empty_pages_and_asks_before_it_goes_far(
    page: Page, system: System, client: Client, folder: str
) -> None:
    drop(client, f"{folder}/a.csv")
    (found,) = client.api.get(f"/records?prefix={folder}/").json()["items"]
    asked: list[str] = []

    def search(route: Route) -> None:
        # As in a table of very many records, where a page has looked at thousands and found nothing.
        if "cursor=" in route.request.url:
            asked.append(route.request.url)
        more = {"items": [], "nextCursor": f"page{len(asked)}"}
        route.fulfill(json={"items": [found]} if len(asked) > AUTOMATIC + 2 else more)

    page.route(f"**/records?*{folder}*", search)
    open_dashboard(page, system, f"/files?prefix={folder}/")
    expect(page.get_by_text("Nothing found so far.")).to_be_visible()
    assert len(asked) == AUTOMATIC
    page.get_by_role("button", name="Search further").click()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("This is the only file.")).to_be_visible()
