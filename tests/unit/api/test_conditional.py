"""ETag and If-None-Match: who has an answer already does not get it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.routes_records import worth_asking_after
from records.actions import retrying
from records.model import Status, utc_text
from tests.unit.api.examples import BEGIN, dropped

if TYPE_CHECKING:
    from api.deps import World
    from tests.unit.api.client import Answer, Client

RECORD = dropped(1)
PATHS = ["/records", f"/records/{RECORD.record_id}"]


@pytest.fixture(autouse=True)
def _one(world: World) -> None:
    world.records.add(RECORD)


def get(client: Client, path: str, tags: str | None = None, **query: Any) -> Answer:
    headers = {} if tags is None else {"if-none-match": tags}
    return client.request("GET", path, query=query, headers=headers)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_has_a_strong_tag_and_may_be_kept_but_not_used_unasked(client: Client, path: str) -> None:
    headers = get(client, path).headers
    assert headers["etag"].startswith('"')
    assert headers["etag"].endswith('"')
    assert headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"a,b" , {} ,"c"', "*", " {} "])
def test_who_has_the_answer_does_not_get_it_again(client: Client, path: str, form: str) -> None:
    tag = get(client, path).headers["etag"]
    answer = get(client, path, form.format(tag))
    assert (answer.status, answer.body) == (304, b"")
    assert (answer.headers["etag"], answer.headers["cache-control"]) == (tag, "private, no-cache")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("tags", ["", "x", '"x"', "W/", '"', '""', "é", ","])
def test_other_tags_get_the_whole_answer(client: Client, path: str, tags: str) -> None:
    assert get(client, path, tags).status == 200


def test_a_tag_without_its_quotes_is_another_one(client: Client) -> None:
    tag = get(client, PATHS[1]).headers["etag"]
    assert get(client, PATHS[1], tag.strip('"')).status == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_change_has_another_tag(client: Client, world: World, path: str) -> None:
    tag = get(client, path).headers["etag"]
    world.records.add(dropped(2))
    quarantined = dropped(3, Status.QUARANTINED)
    world.records.add(quarantined)
    moved = retrying(quarantined, by="key", action_id="0" * 32)
    path = path if path == "/records" else f"/records/{quarantined.record_id}"
    before = get(client, path).headers["etag"]
    assert world.records.move(moved, quarantined) is None
    after = get(client, path, f"{tag}, {before}")
    assert after.status == 200
    assert after.headers["etag"] not in (tag, before)


def test_a_list_of_something_else_has_another_tag(client: Client) -> None:
    tag = get(client, "/records").headers["etag"]
    assert get(client, "/records", tag, status="failed").status == 200


def test_an_unchanged_page_still_leads_on(client: Client, world: World) -> None:
    world.records.add(dropped(2))
    first = get(client, "/records", limit=1)
    again = get(client, "/records", first.headers["etag"], limit=1)
    assert (again.status, again.headers["link"]) == (304, first.headers["link"])


def test_a_problem_has_no_tag(client: Client) -> None:
    answer = get(client, f"/records/{'f' * 32}", "*")
    answer.problem(404, "record-not-found")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.AWAITING_UPLOAD}))
def test_a_record_that_has_come_to_rest_is_not_worth_asking_for_again(
    client: Client, world: World, status: Status
) -> None:
    record = dropped(5, status)
    world.records.add(record)
    assert "retry-after" not in get(client, f"/records/{record.record_id}").headers


def test_while_something_is_to_come_the_answer_says_when_to_ask_again(client: Client, world: World) -> None:
    awaited = replace(dropped(5, Status.AWAITING_UPLOAD), created_at=utc_text(datetime.now(UTC)))
    world.records.add(awaited)
    first = get(client, f"/records/{awaited.record_id}")
    assert first.headers["retry-after"] == "1"
    again = get(client, f"/records/{awaited.record_id}", first.headers["etag"])
    assert (again.status, again.headers["retry-after"]) == (304, "1")


@pytest.mark.parametrize(("waited", "seconds"), [(-5, 1), (0, 1), (9, 1), (60, 12), (150, 30), (86_400, 30)])
def test_the_longer_it_takes_the_later_it_is_worth_asking(waited: int, seconds: int) -> None:
    now = BEGIN + timedelta(seconds=waited)
    assert worth_asking_after(dropped(0, Status.AWAITING_UPLOAD), now) == seconds


def test_a_retry_counts_from_when_it_was_asked_for() -> None:
    record = retrying(dropped(0, Status.QUARANTINED), by="key", action_id="0" * 32)
    assert worth_asking_after(record, datetime.now(UTC)) == 1
