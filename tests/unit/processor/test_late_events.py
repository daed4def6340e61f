"""Since a retry put a file back, the version that came in is another one: its late event is no news."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.model import Contract
from records.actions import retrying
from records.commands import Retry
from records.model import Record, Status
from tests.unit.processor.faults import BEFORE, Died, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from processor.events import ObjectCreated
    from processor.wiring import Parts
    from records.store import RecordStore
    from tests.unit.processor.conftest import Announce, Assemble, Buckets, Put

RETRY_ID = "5d41402abc4b2a76b9719d911017c592"
TABLE = b"a,b\n1,2\n"
ONLY_JSON = [
    Contract(name=name, prefix=name, media_types=("application/json",)) for name in ("drops", "uploads")
]
SOURCES = ("drop", "announced upload")


@pytest.fixture
def strict(parts_with: Assemble) -> Parts:
    """Refuses tables."""
    return parts_with(*ONLY_JSON)


@pytest.fixture(params=SOURCES)
def event(request: pytest.FixtureRequest, put: Put, announce: Announce) -> ObjectCreated:
    announced = request.param == "announced upload"
    return put(announce(TABLE).object_key if announced else "drops/a.csv", TABLE)


def retry(parts: Parts, store: RecordStore, record: Record) -> Record:
    """Ask for it, as the API does, and work on it."""
    found = store.get(record.record_id)
    assert found
    assert store.move(retrying(found, by="key1", action_id=RETRY_ID), found) is None
    settled = parts.retries.retry(Retry(record.record_id, RETRY_ID))
    assert settled
    return settled[0]


def test_a_late_event_of_the_version_that_came_in_is_no_second_record(
    parts: Parts,
    strict: Parts,
    store: RecordStore,
    event: ObjectCreated,
    buckets: Buckets,
    all_records: Callable[[], list[Record]],
) -> None:
    back = retry(parts, store, strict.intake.take_in(event).record)

    late = parts.intake.take_in(event)

    assert (late.repeated, late.record) == (True, back)
    assert all_records() == [back]
    assert buckets.versions("incoming") == [(event.key, back.version_id)]


def test_a_late_event_that_is_given_up_changes_nothing(
    parts: Parts, strict: Parts, store: RecordStore, event: ObjectCreated
) -> None:
    back = retry(parts, store, strict.intake.take_in(event).record)

    assert parts.intake.known(event) == back


def test_a_retry_deletes_what_a_worker_that_died_left_behind(
    parts: Parts, strict: Parts, store: RecordStore, event: ObjectCreated, s3: S3Client, buckets: Buckets
) -> None:
    """Nobody would tell it from a file of its own, once the record names the version that was put back."""
    with failing(s3, BEFORE, "DeleteObject"), pytest.raises(Died):
        strict.intake.take_in(event)
    left = parts.intake.known(event)
    assert left
    assert left.status is Status.QUARANTINED
    assert buckets.versions("incoming") == [(event.key, event.version_id)]

    back = retry(parts, store, left)

    assert back.status is Status.PROCESSED
    assert back.version_id != event.version_id
    assert buckets.versions("incoming") == [(event.key, back.version_id)]


def test_a_retry_leaves_alone_what_others_put_under_the_key(
    parts: Parts, strict: Parts, store: RecordStore, event: ObjectCreated, put: Put, buckets: Buckets
) -> None:
    refused = strict.intake.take_in(event).record
    newer = put(event.key, b"a,b\n3,4\n")

    back = retry(parts, store, refused)

    assert sorted(buckets.versions("incoming")) == sorted(
        [(event.key, newer.version_id), (event.key, back.version_id)]
    )


def test_a_version_that_was_left_behind_is_deleted_when_its_event_comes(
    parts: Parts,
    strict: Parts,
    store: RecordStore,
    event: ObjectCreated,
    buckets: Buckets,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As releases did that put a file back without looking for what was left."""
    with monkeypatch.context() as patched:
        patched.setattr(parts.objects, "delete", lambda _: None)
        patched.setattr(strict.objects, "delete", lambda _: None)
        back = retry(parts, store, strict.intake.take_in(event).record)
    assert len(buckets.versions("incoming")) == 2

    late = parts.intake.take_in(event)

    assert (late.repeated, late.record) == (True, back)
    assert buckets.versions("incoming") == [(event.key, back.version_id)]
