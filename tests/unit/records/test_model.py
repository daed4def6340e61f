"""Ids, sort keys, and the record under its camelCase names."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.model import (
    RECORD_ID,
    Attempt,
    Reason,
    Record,
    Status,
    announced_record_id,
    derived_record_id,
    from_attributes,
    new_record_id,
    shard_of,
    to_attributes,
    utc_text,
)

if TYPE_CHECKING:
    from tests.unit.conftest import MakeRecord

AN_ID = "0123456789abcdef" * 2


def test_new_ids_are_32_hexadecimal_digits_and_never_the_same() -> None:
    ids = {new_record_id() for _ in range(1_000)}

    assert len(ids) == 1_000
    assert all(RECORD_ID.fullmatch(made) for made in ids)


def test_the_same_version_always_has_the_same_derived_id() -> None:
    # A literal: another way to derive it would give every redelivered object a second record.
    assert derived_record_id("incoming", "in box/ä.csv", "v1") == "5f440fd36a0a42b222563a1f858932c0"


@pytest.mark.parametrize("other", [("b", "key", "v2"), ("b", "kez", "v1"), ("c", "key", "v1")])
def test_another_version_key_or_bucket_has_another_derived_id(other: tuple[str, str, str]) -> None:
    assert derived_record_id(*other) != derived_record_id("b", "key", "v1")


def test_bucket_key_and_version_cannot_run_into_each_other() -> None:
    assert derived_record_id("b", "keyv", "1") != derived_record_id("b", "key", "v1")


@pytest.mark.parametrize(
    ("key", "announced"),
    [
        (f"uploads/{AN_ID}/report.csv", AN_ID),
        (f"a/b/c/{AN_ID}/report.csv", AN_ID),
        (f"{AN_ID}/report.csv", AN_ID),
        (f"uploads/{AN_ID}/", AN_ID),
        (f"uploads/{AN_ID}", None),
        (f"uploads/{AN_ID}/sub/report.csv", None),
        (f"uploads/{AN_ID.upper()}/report.csv", None),
        (f"uploads/{AN_ID}0/report.csv", None),
        (f"uploads/x{AN_ID}/report.csv", None),
        (f"uploads/{AN_ID}\n/report.csv", None),
        ("uploads/report.csv", None),
        ("report.csv", None),
        ("", None),
    ],
)
def test_the_announced_id_is_the_folder_that_the_object_lies_in(key: str, announced: str | None) -> None:
    assert announced_record_id(key) == announced


@given(st.lists(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)), min_size=2, max_size=9))  # noqa: DTZ001
def test_times_sort_as_texts(moments: list[datetime]) -> None:
    in_milliseconds = [moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in moments]

    assert [utc_text(moment) for moment in sorted(in_milliseconds)] == sorted(map(utc_text, in_milliseconds))


def test_times_are_written_in_utc_with_milliseconds() -> None:
    east = timezone(timedelta(hours=2))

    assert utc_text(datetime(2026, 1, 31, 10, 15, 30, 250_999, east)) == "2026-01-31T08:15:30.250Z"
    assert utc_text(datetime(2026, 1, 31, tzinfo=UTC)) == "2026-01-31T00:00:00.000Z"


def test_arrival_keys_are_newest_last_and_unique_within_a_millisecond(make_record: MakeRecord) -> None:
    old, new = make_record(), make_record()
    same_moment = make_record(created_at=new.created_at)

    assert old.arrival_key < new.arrival_key
    assert same_moment.arrival_key != new.arrival_key


@pytest.mark.parametrize("shards", [1, 4, 64])
def test_every_shard_gets_its_part(shards: int) -> None:
    counts = {f"shard#{number}": 0 for number in range(shards)}
    for _ in range(200 * shards):
        counts[shard_of(new_record_id(), shards)] += 1

    assert min(counts.values()) > 100


def test_a_record_stays_in_its_shard() -> None:
    assert shard_of(AN_ID, 4) == "shard#3"


@given(data=st.data())
def test_a_record_survives_its_attributes(data: st.DataObject, any_record: st.SearchStrategy[Record]) -> None:
    record = data.draw(any_record)

    assert from_attributes(to_attributes(record)) == record


def test_what_is_not_known_is_no_attribute(make_record: MakeRecord) -> None:
    attempt = Attempt(started_at="2026-01-31T12:00:00.000Z", duration_ms=7, outcome=Status.PROCESSED)
    attributes = to_attributes(make_record(attempts=(attempt,)))

    assert None not in attributes.values()
    assert attributes["attempts"] == [
        {"startedAt": "2026-01-31T12:00:00.000Z", "durationMs": 7, "outcome": "processed"}
    ]


def test_attributes_have_the_names_of_the_api(make_record: MakeRecord) -> None:
    every: dict[str, Any] = {item.name: "x" for item in fields(Record)}
    record = make_record(
        **every | {"attempts": (), "actions": (), "status": Status.FAILED, "reason": Reason.EMPTY_FILE}
    )

    assert {"recordId", "objectKey", "sizeBytes", "expectedSha256", "declaredMediaType"} <= set(
        to_attributes(record)
    )
    assert not any("_" in name for name in to_attributes(record))


def test_attributes_that_a_record_does_not_have_are_left_out(make_record: MakeRecord) -> None:
    record = make_record()
    stored = to_attributes(record) | {"expiresAt": 1, "arrivalShard": "shard#0", "fromTheFuture": "x"}

    assert from_attributes(stored) == record
