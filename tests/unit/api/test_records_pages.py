"""GET /records, page after page: every record once, and cursors that cannot be bent."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from records import pages as records_pages
from records.model import Status
from records.pages import Filters
from tests.unit.api.examples import dropped

if TYPE_CHECKING:
    from api.deps import World
    from tests.unit.api.client import Answer, Client

COUNT = 12


@pytest.fixture(autouse=True)
def _dozen(world: World) -> None:
    for number in range(COUNT):
        status = Status.QUARANTINED if number % 3 == 0 else Status.PROCESSED
        world.records.add(dropped(number, status, object_key=f"{'ab'[number % 2]}/{number}"))


def pages(client: Client, **query: Any) -> list[list[str]]:
    """The names on every page, to the last."""
    found: list[list[str]] = []
    body: dict[str, Any] = {"nextCursor": ""}
    while "nextCursor" in body:
        more = {"cursor": body["nextCursor"]} if found else {}
        body = client.get("/records", **query, **more).json()
        found.append([item["fileName"] for item in body["items"]])
        assert len(found) < 50, "the cursors go round in circles"
    return found


def flat(found: list[list[str]]) -> list[str]:
    return list(chain.from_iterable(found))


def numbers(*, status: Status | None = None, folder: str | None = None) -> list[str]:
    """What the pages must hold together."""
    kept = [n for n in range(COUNT) if folder is None or "ab"[n % 2] == folder]
    if status:
        kept = [n for n in kept if (n % 3 == 0) == (status is Status.QUARANTINED)]
    return [str(n) for n in reversed(kept)]


@pytest.mark.parametrize("limit", [1, 2, 5, 11, 12, 13, 200])
def test_every_record_once_and_in_order(client: Client, limit: int) -> None:
    found = pages(client, limit=limit)
    assert flat(found) == numbers()
    assert max(map(len, found)) <= limit


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("status", [Status.QUARANTINED, Status.PROCESSED, Status.FAILED])
def test_the_pages_of_one_status(client: Client, status: Status, limit: int) -> None:
    expected = numbers(status=status) if status is not Status.FAILED else []
    assert flat(pages(client, limit=limit, status=status)) == expected


@pytest.mark.parametrize("limit", [1, 4])
def test_the_pages_of_a_prefix_and_a_status(client: Client, limit: int) -> None:
    found = pages(client, limit=limit, status="processed", prefix="b/")
    assert flat(found) == numbers(status=Status.PROCESSED, folder="b")


def test_short_and_empty_pages_lead_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_pages, "_FILTERED_READ", 2)
    found = pages(client, limit=50, prefix="a/0")
    assert flat(found) == ["0"]
    assert len(found) > 1, "the filter left some pages empty"


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_short_pages_leave_nothing_out(client: Client, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """One shard looks further back than the other: what lies between belongs to a later page."""
    monkeypatch.setattr(records_pages, "_FILTERED_READ", 2)
    for folder in "ab":
        assert flat(pages(client, limit=limit, prefix=f"{folder}/")) == numbers(folder=folder)


def test_no_cursor_names_a_record_that_the_filter_hides(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records_pages, "_FILTERED_READ", 2)
    body = client.get("/records", prefix="none/").json()
    cursors = []
    while "nextCursor" in body:
        cursors.append(body["nextCursor"])
        body = client.get("/records", prefix="none/", cursor=cursors[-1]).json()
    assert cursors
    told = b" ".join(base64.urlsafe_b64decode(text + "==") for text in cursors).decode(errors="replace")
    for item in world.records.page(Filters(), limit=200).items:
        assert item["recordId"] not in told


def test_many_records_of_one_moment_are_passed_although_none_is_shown(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        world.records.add(replace(dropped(99), record_id=f"{number:032x}"))
    monkeypatch.setattr(records_pages, "_FILTERED_READ", 2)
    assert flat(pages(client, limit=50, prefix="a/")) == numbers(folder="a")


def test_a_newer_record_does_not_disturb_the_pages(client: Client, world: World) -> None:
    first = client.get("/records", limit=2).json()
    world.records.add(dropped(99, object_key="a/99"))
    second = client.get("/records", limit=2, cursor=first["nextCursor"]).json()
    assert [item["fileName"] for item in second["items"]] == ["9", "8"]


@pytest.fixture
def cursor(client: Client) -> str:
    text: str = client.get("/records", limit=2).json()["nextCursor"]
    return text


def refused(answer: Answer) -> None:
    problem = answer.problem(422, "invalid-cursor")
    assert "start again without it" in problem["detail"]


def test_a_cursor_is_opaque(cursor: str) -> None:
    assert cursor.replace("-", "").replace("_", "").isalnum(), "it needs no escaping in a URL"
    assert "2026" not in cursor


def test_a_cursor_with_any_character_changed(client: Client, cursor: str) -> None:
    for place, character in enumerate(cursor):
        other = "A" if character != "A" else "B"
        refused(client.get("/records", cursor=cursor[:place] + other + cursor[place + 1 :]))


@pytest.mark.parametrize("text", ["x", "AAAA", "é", "=", "%00", "2026-11-21T08:00:00.000Z#" + "0" * 32])
def test_a_cursor_that_was_never_given_out(client: Client, text: str) -> None:
    refused(client.get("/records", cursor=text))


def test_a_cursor_cut_short(client: Client, cursor: str) -> None:
    for length in range(1, len(cursor), 7):
        refused(client.get("/records", cursor=cursor[:length]))


@pytest.mark.parametrize("added", ["A", "é", "!", " ", ".", "="])
def test_a_cursor_with_something_added(client: Client, cursor: str, added: str) -> None:
    for place in (0, 5, len(cursor)):
        refused(client.get("/records", cursor=cursor[:place] + added + cursor[place:]))


FILTERS: list[dict[str, Any]] = [
    {"status": "processed"},
    {"status": "quarantined"},
    {"status": ("quarantined", "processed")},
    {"prefix": "a/"},
    {"reason": "empty_file"},
    {"mediaType": "text/csv"},
    {"arrivedAfter": "2026-11-21T08:00:00Z"},
    {"arrivedBefore": "2026-11-21T09:00:00Z"},
]


@pytest.mark.parametrize("query", FILTERS)
def test_a_link_leads_to_the_next_page(client: Client, query: dict[str, Any]) -> None:
    first = client.get("/records", limit=2, **query)
    target, _, relation = first.headers["link"].partition("; ")
    assert relation == 'rel="next"'
    path, _, asked = target.strip("<>").partition("?")
    parameters = parse_qs(asked)
    assert parameters.pop("cursor") == [first.json()["nextCursor"]]
    assert parameters.pop("limit") == ["2"]
    assert {name: set(values) for name, values in parameters.items()} == {
        name: set(value) if isinstance(value, tuple) else {value} for name, value in query.items()
    }
    second = client.get(path, **parse_qs(asked))
    assert flat(pages(client, limit=4, **query))[:4] == [
        item["fileName"] for answer in (first, second) for item in answer.json()["items"]
    ]


def test_the_last_page_has_no_link(client: Client) -> None:
    assert "link" not in client.get("/records").headers


def test_a_link_has_no_characters_that_a_header_cannot_hold(client: Client, world: World) -> None:
    for number in range(2):
        world.records.add(dropped(number, object_key=f'ü "<>\r\n€/{number}'))
    answer = client.get("/records", prefix='ü "<>\r\n€/', limit=1)
    link = answer.headers["link"]
    assert link.isascii()
    assert link.isprintable()
    assert link.count("<") == link.count(">") == 1


@pytest.mark.parametrize("other", FILTERS)
def test_a_cursor_of_another_filter(client: Client, cursor: str, other: dict[str, str]) -> None:
    refused(client.get("/records", cursor=cursor, **other))
    for third in FILTERS:
        if third != other:
            with_other = client.get("/records", limit=1, **other).json()["nextCursor"]
            refused(client.get("/records", cursor=with_other, **third))
    belonging = client.get("/records", limit=1, **other).json()["nextCursor"]
    refused(client.get("/records", cursor=belonging))
    assert client.get("/records", cursor=belonging, **other).status == 200


def test_the_limit_may_change_on_the_way(client: Client, cursor: str) -> None:
    items = client.get("/records", limit=5, cursor=cursor).json()["items"]
    assert [item["fileName"] for item in items] == ["9", "8", "7", "6", "5"]
