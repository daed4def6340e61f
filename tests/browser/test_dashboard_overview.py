"""The overview: whether all is well, what is not, and the way from each figure to its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.dashboard import open_dashboard, press
from tests.flow.conftest import Client, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from local.system import System

SOON_MS = 30_000
"""The server looks anew every ten seconds, and the page asks as often."""


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[Client]:
    client = Client(system)
    with client.api:
        yield client


def part(page: Page, name: str) -> Locator:
    """A tile, a card, or the sentence at the top (`State`)."""
    return page.get_by_role("region", name=name, exact=True)


def asked(page: Page) -> dict[str, list[str]]:
    """The filters in the address of the list that a link has led to."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    return parse_qs(urlsplit(urlsplit(page.url).fragment).query)


def counted(client: Client) -> None:
    """Wait until the metrics of this stack know a processed and a quarantined file."""
    cloudwatch = client.system.deployment.client("cloudwatch")

    def known() -> bool:
        metrics = cloudwatch.list_metrics(Namespace="SilentScalper", MetricName="ProcessingTime")["Metrics"]
        seen = {each["Value"] for metric in metrics for each in metric["Dimensions"]}
        return {"processed", "quarantined"} <= seen

    eventually(known, "both files in the metrics")


def test_a_key_that_is_bound_is_welcomed_and_sees_its_own_files_come(
    page: Page, system: System, client: Client
) -> None:
    prefix = f"overview-{uuid4().hex[:8]}"
    wanted = {"name": "partner", "scopes": ["read"], "prefix": prefix}
    open_dashboard(page, system, key=client.api.post("/keys", json=wanted).json()["apiKey"])
    expect(page.get_by_text(f"Nothing has arrived under {prefix}/ yet")).to_be_visible()

    client.record_of(f"{prefix}/good.csv", client.drop(f"{prefix}/good.csv", b"a,b\n1,2\n"))
    client.record_of(f"{prefix}/empty.csv", client.drop(f"{prefix}/empty.csv", b""))

    expect(part(page, "State")).to_contain_text("1 file needs somebody", timeout=SOON_MS)
    expect(part(page, "Latest files").get_by_role("listitem")).to_have_count(2)
    expect(part(page, "Why files need somebody")).to_contain_text("Empty file")
    assert part(page, "Activity").count() == part(page, "Dead letters").count() == 0
    part(page, "Quarantined").get_by_role("link", name="1", exact=True).click()
    assert asked(page) == {"status": ["quarantined"]}


@pytest.mark.parametrize("width", [390])
def test_figures_lead_to_their_files(page: Page, system: System, client: Client) -> None:
    client.record_of("seen/good.csv", client.drop("seen/good.csv", b"a,b\n1,2\n"))
    client.record_of("seen/empty.csv", client.drop("seen/empty.csv", b""))
    counted(client)

    open_dashboard(page, system)
    expect(part(page, "State")).to_contain_text(re.compile("need(s)? somebody|given up|Alerts"))
    expect(part(page, "Quarantined").get_by_role("link")).to_have_text(re.compile("[1-9]"))
    part(page, "Why files need somebody").get_by_role("link", name="Empty file").click()
    assert asked(page) == {"status": ["quarantined"], "reason": ["empty_file"]}
    page.go_back()

    press(part(page, "Activity").get_by_role("radio", name=re.compile("^30")), "Space")
    part(page, "Activity").get_by_label("As a table").check()
    today = part(page, "Activity").get_by_role("row", name="so far")
    today.get_by_role("link", name=re.compile("^[1-9]")).first.click(timeout=SOON_MS)
    assert asked(page)["status"] == ["processed"]
    assert asked(page).keys() == {"status", "arrivedAfter", "arrivedBefore"}
    page.go_back()
    expect(part(page, "Activity").get_by_role("columnheader", name="Day")).to_be_visible()
    expect(part(page, "Activity").get_by_role("radio", name=re.compile("^30"))).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_keyboard_moves_through_a_chart(page: Page, system: System, client: Client) -> None:
    client.record_of("keyed/good.csv", client.drop("keyed/good.csv", b"a,b\n1,2\n"))
    open_dashboard(page, system, "/overview?range=7d")

    chart = page.get_by_role("button", name=re.compile("^Files by hour"))
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status").filter(has_text="so far")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    expect(page.get_by_role("status").filter(has_text="so far")).to_have_count(0)
    page.keyboard.press("Enter")

    assert asked(page).keys() == {"arrivedAfter", "arrivedBefore"}


def test_what_was_given_up_is_told_before_all_else(
    page: Page, system: System, client: Client, given_up: dict[str, Any]
) -> None:
    open_dashboard(page, system)

    title = part(page, "State").get_by_role("heading")
    expect(title).to_have_text(re.compile("given up|Alerts do not go out"), timeout=SOON_MS)
    expect(part(page, "State")).to_contain_text("given up")
    expect(part(page, "Dead letters").get_by_role("link")).to_have_text(re.compile(r"\d+ messages?"))


@pytest.fixture
def given_up(client: Client) -> Iterator[dict[str, Any]]:
    """A message in the dead-letter queue, until the test has ended."""
    queue = {"QueueUrl": client.system.outputs["deadLetterQueueUrl"]}
    yield client.sqs.send_message(**queue, MessageBody="{}")
    for message in client.sqs.receive_message(**queue, MaxNumberOfMessages=10).get("Messages", []):
        client.sqs.delete_message(**queue, ReceiptHandle=message["ReceiptHandle"])


def test_a_part_that_fails_takes_nothing_else_with_it(
    page: Page, system: System, client: Client, wrongs: list[str]
) -> None:
    client.record_of("part/good.csv", client.drop("part/good.csv", b"a,b\n1,2\n"))
    page.route("**/stats?*", lambda route: route.abort())
    open_dashboard(page, system)

    expect(part(page, "Last arrival").get_by_role("link").first).to_have_text(re.compile("now|ago"))
    expect(part(page, "Activity")).to_contain_text("The API cannot be reached")
    page.unroute("**/stats?*")
    part(page, "Activity").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name=re.compile("^Files by hour"))).to_be_visible()

    page.route("**/overview", lambda route: route.abort())
    expect(page.get_by_text("What you see may be old")).to_be_visible(timeout=SOON_MS)
    expect(part(page, "State")).to_be_visible()
    wrongs[:] = [wrong for wrong in wrongs if "ERR_FAILED" not in wrong]
