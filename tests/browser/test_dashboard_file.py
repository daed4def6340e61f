"""One file in the dashboard: what is wrong with it, what is in it, and what somebody may do about it."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from records.model import Status
from tests.browser.dashboard import open_dashboard, press
from tests.flow.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from local.system import System
    from records.model import Record

BAD_ORDERS = b"""order_id,ordered_at,customer,country,quantity,price,note
1,2026-11-20T09:15:00Z,C000017,DE,2,9.50,
2,yesterday,C000204,NO,1,120.00,
3,2026-11-20T11:02:00Z,C17,NO,5,3.25,
"""
COLUMNS = 120


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[Client]:
    client = Client(system)
    with client.api:
        yield client


def dropped(client: Client, prefix: str, name: str, content: bytes) -> Record:
    """The record of a file of our own, with its outcome."""
    key = f"{prefix}/{secrets.token_hex(4)}/{name}"
    return client.record_of(key, client.drop(key, content))


def saved(page: Page, button: str) -> str:
    """The name under which the browser saves what a button leads to."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename


def test_an_operator_sees_the_bad_rows_retries_and_discards(
    page: Page, system: System, client: Client
) -> None:
    record = dropped(client, "orders", "orders.csv", BAD_ORDERS)
    open_dashboard(page, system, "/files?status=quarantined&reason=bad_rows")
    page.evaluate("path => { location.hash = path }", f"#/files/{record.record_id}")
    history = page.get_by_role("region", name="History")

    expect(page.get_by_text("Quarantined: bad rows").first).to_be_visible()
    errors = page.get_by_role("region", name="2 errors")
    expect(errors.get_by_role("listitem").filter(has_text="The value is no datetime.")).to_contain_text(
        re.compile("ordered_at.*Line 3, row 2")
    )
    expect(errors.get_by_role("listitem").filter(has_text="customer")).to_contain_text("Line 4, row 3")
    back = page.get_by_role("main").get_by_role("link", name="Files")
    expect(back).to_have_attribute("href", "#/files?status=quarantined&reason=bad_rows")
    assert saved(page, "Download the report") == "orders.rejects.csv"

    act(page, "Retry", "the contract was mended")
    expect(history).to_contain_text("Attempt 2")
    expect(page.get_by_role("status").filter(has_text="Attempt 2.")).to_have_count(1)

    act(page, "Discard", "the sender sends it again")
    expect(page.get_by_role("button", name="Discard…")).to_have_count(0)
    expect(page.get_by_role("button", name="Retry…")).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()
    told = history.inner_text()
    assert told.index("the sender sends it again") < told.index("Attempt 2") < told.index("the contract")
    assert told.count("by you (") == 2
    stored = client.records.get(record.record_id)
    assert stored is not None
    assert stored.status is Status.DISCARDED
    assert [action.why for action in stored.actions] == [
        "the contract was mended",
        "the sender sends it again",
    ]


def act(page: Page, does: str, why: str) -> None:
    """Ask for it, say why, and confirm with the keyboard alone."""
    press(page.get_by_role("button", name=f"{does}…"))
    dialog = page.get_by_role("dialog", name=f"{does} this file?")
    dialog.get_by_label("Reason").fill(why)
    press(dialog.get_by_role("button", name=does, exact=True))
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("width", [390])
def test_a_partner_reads_its_own_files_and_is_offered_nothing_else(
    page: Page, system: System, client: Client, wrongs: list[str]
) -> None:
    own = dropped(client, "orders", "orders.csv", BAD_ORDERS)
    other = dropped(client, "elsewhere", "notes.txt", b"hello\n")
    asked = {"name": "partner", "scopes": ["read"], "prefix": "orders"}
    key = client.api.post("/keys", json=asked).json()["apiKey"]

    open_dashboard(page, system, f"/files/{own.record_id}", key=key)
    expect(page.get_by_role("region", name="2 errors")).to_contain_text("Line 3, row 2")
    page.get_by_text("7 columns").click()
    expect(page.get_by_role("region", name="Contract")).to_contain_text("one of AT, CH, DE")
    for offered in ("Retry", "Discard", "Download"):
        expect(page.get_by_role("button", name=offered)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.evaluate("path => { location.hash = path }", f"#/files/{other.record_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such file")
    expect(page.get_by_role("main")).to_contain_text("Your key sees what lies under orders/")
    assert [wrong for wrong in wrongs if "404" not in wrong] == []
    wrongs.clear()


def test_a_reader_looks_through_the_columns_of_a_wide_table(
    page: Page, system: System, client: Client
) -> None:
    # Its name turns the direction of writing.
    name = "wide\N{RIGHT-TO-LEFT OVERRIDE}gpj.csv"
    header = ",".join(f"column_{number}" for number in range(COLUMNS))
    rows = "\n".join(",".join([str(row * number) for number in range(COLUMNS)]) for row in range(1, 4))
    record = dropped(client, "uploads", name, f"{header}\n{rows}\n".encode())

    open_dashboard(page, system, f"/files/{record.record_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("wide\\u{202E}gpj.csv")
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(51)
    page.get_by_role("button", name="Columns after").click()
    page.get_by_role("button", name="Columns after").click()
    expect(page.get_by_text("101 to 120 of 120")).to_be_visible()
    expect(page.get_by_role("button", name="Columns after")).to_be_disabled()
    page.get_by_label("Find a column").fill("COLUMN_77")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("row").last).to_contain_text(re.compile(r"column_77.*integer.*77 – 231.*154"))
    assert saved(page, "Download") != ""
