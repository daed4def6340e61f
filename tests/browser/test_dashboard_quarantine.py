"""The quarantine in the dashboard: what waits, by reason; many files or a few are retried or discarded."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from records.model import Reason, Record, Status
from tests.browser.dashboard import open_dashboard, press
from tests.flow.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from local.system import System

BAD_ROWS = b"order_id,quantity\n1,2\n2\n"


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[Client]:
    client = Client(system)
    with client.api:
        yield client


@pytest.fixture
def folder() -> str:
    return f"shown-{uuid.uuid4().hex[:8]}"


def bad_files(client: Client, folder: str) -> list[Record]:
    """Seven files with bad rows, and five that are empty."""
    contents = {f"{folder}/rows-{number}.csv": BAD_ROWS for number in range(7)}
    contents |= {f"{folder}/empty-{number}.csv": b"" for number in range(5)}
    versions = {key: client.drop(key, content) for key, content in contents.items()}
    records = [client.record_of(key, version) for key, version in versions.items()]
    assert {record.reason for record in records} == {Reason.BAD_ROWS, Reason.EMPTY_FILE}
    return records


def states(client: Client, folder: str, reason: Reason) -> list[Status]:
    return [record.status for record in client.records_under(f"{folder}/") if record.reason is reason]


def test_an_operator_retries_one_reason_and_discards_what_nobody_wants(
    page: Page, system: System, client: Client, folder: str
) -> None:
    bad_files(client, folder)
    open_dashboard(page, system, f"/quarantine?prefix={folder}/")
    rows, empty = (page.get_by_role("region", name=name) for name in ("Bad rows", "Empty file"))
    expect(rows).to_contain_text("7 files")
    expect(empty).to_contain_text("5 files")
    expect(rows.get_by_role("list").get_by_role("listitem")).to_have_count(5)

    # Two of five, with the keyboard alone.
    for number in (0, 1):
        press(empty.get_by_role("checkbox", name=f"empty-{number}.csv"), "Space")
    press(page.get_by_role("button", name="Discard 2…"))
    dialog = page.get_by_role("dialog", name="Discard 2 files?")
    dialog.get_by_label("Reason").fill("sent again")
    press(dialog.get_by_role("button", name="Discard 2 files"))
    expect(dialog).to_have_count(0)
    expect(empty).to_contain_text("3 files")
    # The rows go a moment later, and a page that gets shorter moves what a mouse is about to press.
    expect(empty.get_by_role("list").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("region", name="Chosen files")).to_have_count(0)

    # All of a reason. Its contract cannot be mended in a running system: all come back.
    rows.get_by_role("button", name="Retry all").click()
    dialog = page.get_by_role("dialog", name="Retry all of these files?")
    expect(dialog).to_contain_text(f"{folder}/")
    dialog.get_by_label("Reason").fill("to see")
    dialog.get_by_role("button", name="Retry 7 files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Retry all: Bad rows")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("7 files tried again: 7 quarantined again.")
    expect(page.get_by_role("status").filter(has_text="Finished. 7 files")).to_have_count(1)
    expect(page.get_by_role("link", name="Quarantined again")).to_have_attribute(
        "href", re.compile(f"#/files\\?status=quarantined&prefix={folder}%2F")
    )

    page.get_by_role("link", name="Back to the quarantine").click()
    expect(rows).to_contain_text("7 files")
    rows.get_by_role("button", name="Discard all").click()
    page.get_by_role("button", name="Discard 7 files").click()
    expect(page.get_by_role("main")).to_contain_text("7 files dealt with: 7 discarded.")
    assert states(client, folder, Reason.BAD_ROWS) == [Status.DISCARDED] * 7
    assert sorted(states(client, folder, Reason.EMPTY_FILE)) == ["discarded"] * 2 + ["quarantined"] * 3
    discarded = [record for record in client.records_under(f"{folder}/empty") if record.actions]
    assert {record.actions[0].why for record in discarded} == {"sent again"}


@pytest.mark.parametrize("width", [390])
def test_a_partner_sees_its_own_folder_and_no_more(
    page: Page, system: System, client: Client, folder: str
) -> None:
    bad_files(client, f"{folder}/own")
    asked = {"name": "operator", "scopes": ["read", "operate"], "prefix": folder}
    key = client.api.post("/keys", json=asked).json()["apiKey"]

    open_dashboard(page, system, "/quarantine", key=key)

    expect(page.get_by_role("main")).to_contain_text(f"Your key is bound to {folder}/.")
    expect(page.get_by_role("status").filter(has_text="12 files for 2 reasons")).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Reason").select_option("Empty file")
    expect(page).to_have_url(re.compile("reason=empty_file"))
    expect(page.get_by_role("region", name="Bad rows")).to_have_count(0)
    expect(page.get_by_role("region", name="Empty file")).to_contain_text("5 files")
    expect(page.get_by_role("link", name="Keys")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_dead_letters_are_looked_at_and_moved_back(page: Page, system: System, client: Client) -> None:
    letters: str = system.outputs["deadLetterQueueUrl"]
    body: dict[str, Any] = {"Event": "s3:TestEvent", "note": "a letter"}
    client.sqs.send_message(QueueUrl=letters, MessageBody=json.dumps(body))
    open_dashboard(page, system, "/quarantine")
    dead = page.get_by_role("region", name="Dead letters")

    dead.get_by_role("button", name="Look at them").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d+ dead letters? found, and left there"))
    page.get_by_role("button", name="Move them back…").click()
    page.get_by_role("dialog").get_by_role("button", name="Move them back").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Move dead letters back")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d+ dead letters? moved back"))
    client.idle()


def test_an_operation_that_there_is_not(page: Page, system: System, wrongs: list[str]) -> None:
    open_dashboard(page, system, f"/operations/{'0' * 32}")

    expect(page.get_by_role("main")).to_contain_text("There is no such operation")
    assert [wrong for wrong in wrongs if "404" not in wrong] == []
    wrongs.clear()
