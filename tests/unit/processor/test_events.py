"""What S3 sends is understood as it was meant, and nothing else is taken for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.events import ObjectCreated, parse_message
from records.errors import MalformedEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    Payload = Callable[[str], str]

LONGEST_KEY = "long/" + "ä" * 508 + "abc"
ANNOUNCED_KEY = "uploads/0123456789abcdef0123456789abcdef/report.csv"


def test_an_object_is_named_by_bucket_key_and_version(payload: Payload) -> None:
    assert parse_message(payload("s3_put")) == [
        ObjectCreated(
            bucket="incoming",
            key="invoices/2026/january.csv",
            version_id="096fKKXTRTtl3on89fVO.nfljtsv6qko",
            sequencer="0055AED6DCD90281E5",
            event_time="2026-01-31T12:00:00.123Z",
            size_bytes=1024,
        )
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("s3_post", ANNOUNCED_KEY),
        ("s3_multipart", "big/measurements.parquet"),
        ("s3_put_spaces", "in box/two  words.csv"),
        ("s3_put_plus", "a+b/1+1=2 & more.csv"),
        ("s3_put_unicode", "straße/日本語/🦄 naïve.csv"),
        ("s3_put_percent", "50%/a%2Fb%20c%252F+d.csv"),
        ("s3_put_dots", "../a/./b/../../etc/passwd"),
        ("s3_put_1024_bytes", LONGEST_KEY),
    ],
)
def test_a_key_is_decoded_exactly_once(payload: Payload, name: str, key: str) -> None:
    (event,) = parse_message(payload(name))

    assert event.key == key


def test_the_longest_key_has_1024_bytes() -> None:
    assert len(LONGEST_KEY.encode()) == 1024


def test_without_versioning_the_version_is_null(payload: Payload) -> None:
    (event,) = parse_message(payload("s3_put_without_version"))

    assert event.version_id == "null"


def test_every_created_object_of_a_message_counts_in_order(payload: Payload) -> None:
    events = parse_message(payload("s3_several"))

    assert [event.key for event in events] == ["several/1.csv", "several/2.csv", "several/3.csv"]
    assert len({event.version_id for event in events}) == 3


@pytest.mark.parametrize("name", ["s3_test_event", "s3_removed"])
def test_other_messages_of_s3_announce_nothing(payload: Payload, name: str) -> None:
    assert parse_message(payload(name)) == []


def test_a_message_without_events_announces_nothing() -> None:
    assert parse_message('{"Records": []}') == []


def test_an_object_may_lack_a_sequencer(payload: Payload) -> None:
    (event,) = parse_message(changed(payload("s3_put"), "s3", "object", "sequencer"))

    assert event.sequencer == ""


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "null",
        "1",
        '"text"',
        "[]",
        "{}",
        '{"Event": "s3:Other"}',
        '{"Records": null}',
        '{"Records": "text"}',
        '{"Records": [null]}',
        '{"Records": [{}]}',
        '{"Records": [{"eventName": null}]}',
        '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
    ],
)
def test_what_is_no_notification_is_malformed(body: str) -> None:
    with pytest.raises(MalformedEvent, match="neither an S3 notification nor a command"):
        parse_message(body)


@pytest.mark.parametrize(
    "missing", [("eventName",), ("eventTime",), ("s3",), ("s3", "bucket", "name"), ("s3", "object", "key")]
)
def test_an_event_that_lacks_what_names_its_object_is_malformed(
    payload: Payload, missing: tuple[str, ...]
) -> None:
    with pytest.raises(MalformedEvent):
        parse_message(changed(payload("s3_put"), *missing))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("eventTime",), "yesterday"),
        (("eventTime",), 1_769_860_800),
        (("s3", "object", "key"), "not%FFutf-8"),
        (("s3", "object", "key"), 7),
        (("s3", "object"), "text"),
        (("s3", "bucket"), 7),
    ],
)
def test_an_event_with_an_unreadable_part_is_malformed(
    payload: Payload, place: tuple[str, ...], value: object
) -> None:
    with pytest.raises(MalformedEvent):
        parse_message(changed(payload("s3_put"), *place, to=value))


def test_one_unreadable_event_makes_its_whole_message_malformed(payload: Payload) -> None:
    message = json.loads(payload("s3_several"))
    del message["Records"][3]["s3"]

    with pytest.raises(MalformedEvent):
        parse_message(json.dumps(message))


def test_the_error_shows_the_beginning_of_the_body_only() -> None:
    with pytest.raises(MalformedEvent) as caught:
        parse_message("x" * 100_000)

    assert "x" * 200 in str(caught.value)
    assert len(str(caught.value)) < 400
    assert caught.value.__cause__


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_any_key_survives_its_way_through_a_notification(key: str) -> None:
    event = {
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-01-31T12:00:00.123Z",
        "s3": {"bucket": {"name": "b"}, "object": {"key": quote_plus(key, safe="/")}},
    }

    (parsed,) = parse_message(json.dumps({"Records": [event]}))

    assert parsed.key == key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


@given(JSON)
def test_no_body_raises_anything_else(value: object) -> None:
    with pytest.raises(MalformedEvent):
        parse_message(json.dumps(value))


def changed(body: str, *place: str, to: object = None) -> str:
    """The first event of a body without what is at a place, or with something else there."""
    message = json.loads(body)
    part: Any = message["Records"][0]
    for name in place[:-1]:
        part = part[name]
    if to is None:
        del part[place[-1]]
    else:
        part[place[-1]] = to
    return json.dumps(message)
