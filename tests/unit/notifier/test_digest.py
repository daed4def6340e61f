"""Messages that group what happened, and read well as an email."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.digest import EXAMPLES, Message, changed_records, compose
from records.items import to_item
from records.model import Reason, Record, Source, Status, to_attributes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.conftest import MakeRecord

API = "https://api.example.com"


def composed(*records: Record, stack: str = "prod") -> list[Message]:
    return compose(records, stack=stack, api_url=API)


@pytest.fixture
def bad(make_record: MakeRecord) -> Callable[..., Record]:
    def make(**known: Any) -> Record:
        plausible: dict[str, Any] = {
            "status": Status.QUARANTINED,
            "reason": Reason.EMPTY_FILE,
            "detail": "The file has no content (0 bytes).",
            "size_bytes": 0,
            "arrived_at": "2026-01-31T12:00:00.000Z",
            "finished_at": "2026-01-31T12:00:01.000Z",
        }
        return make_record(**plausible | known)

    return make


def stream_of(new: Record | None, old: Record | None = None) -> dict[str, Any]:
    images = {"NewImage": new, "OldImage": old}
    return {
        "eventName": "MODIFY" if old else "INSERT",
        "dynamodb": {name: to_item(to_attributes(record)) for name, record in images.items() if record},
    }


def test_the_stream_tells_of_new_records_and_new_states(payload: Callable[[str], str]) -> None:
    changed = changed_records(json.loads(payload("dynamodb_stream"))["Records"])

    assert [(int(record.record_id, 16), record.status) for record in changed] == [
        (1, Status.QUARANTINED),
        (2, Status.PROCESSED),
        (3, Status.QUARANTINED),
        (4, Status.QUARANTINED),
        (6, Status.AWAITING_UPLOAD),
        (7, Status.FAILED),
    ]


def test_a_record_of_the_stream_is_whole(payload: Callable[[str], str]) -> None:
    record = changed_records(json.loads(payload("dynamodb_stream"))["Records"])[2]

    assert (record.source, record.reason, record.size_bytes) == (
        Source.UPLOAD,
        Reason.CHECKSUM_MISMATCH,
        1024,
    )
    assert record.attempts[0].duration_ms == 42


def test_a_record_that_changed_but_kept_its_state_is_no_news(bad: Callable[..., Record]) -> None:
    before = bad()

    assert changed_records([stream_of(bad(record_id=before.record_id, detail="other"), before)]) == []


def test_a_record_that_came_back_to_a_state_is_news(bad: Callable[..., Record]) -> None:
    again = bad()
    retried = bad(record_id=again.record_id, status=Status.RETRYING)

    assert changed_records([stream_of(again, retried)]) == [again]


def test_one_message_for_each_state_and_reason(bad: Callable[..., Record]) -> None:
    records = [
        bad(),
        bad(reason=Reason.FILE_TOO_LARGE),
        bad(),
        bad(status=Status.FAILED, reason=None),
        bad(status=Status.FAILED),
        bad(reason=Reason.FILE_TOO_LARGE),
        bad(),
    ]

    messages = composed(*records)

    assert {
        (m.attributes["status"], m.attributes.get("reason"), m.attributes["count"]) for m in messages
    } == {
        ("failed", "empty_file", "1"),
        ("failed", None, "1"),
        ("quarantined", "empty_file", "3"),
        ("quarantined", "file_too_large", "2"),
    }
    assert len(messages) == 4


def test_a_thousand_bad_files_are_one_message_of_bounded_length(bad: Callable[..., Record]) -> None:
    (message,) = composed(*(bad(object_key="k" * 1024) for _ in range(1_000)))

    assert message.subject == "[prod] 1,000 files quarantined: empty_file"
    assert message.text.count("k" * 1024) == EXAMPLES
    assert "… and 997 more" in message.text
    assert len(message.text.encode()) < 10_000


def test_nothing_happened_is_no_message() -> None:
    assert composed() == []


def test_the_text_of_one_file_says_everything(bad: Callable[..., Record]) -> None:
    record = bad(
        object_key="in box/Größe.csv", size_bytes=12_345, reason=Reason.FILE_TOO_LARGE, detail="Too large."
    )

    (message,) = composed(record)

    assert message.text == "\n".join(
        [
            "1 file was quarantined in stack prod since 2026-01-31T12:00:01.000Z.",
            "",
            "Reason: file_too_large",
            "What to do: Ask the sender to split the file, or raise the stack's maxFileBytes.",
            "",
            "  in box/Größe.csv",
            "    Too large.",
            "    12,345 bytes, arrived 2026-01-31T12:00:00.000Z",
            f"    {API}/records/{record.record_id}",
            "",
            f"All of them: {API}/records?status=quarantined",
            f"These links need an API key; in a browser, use {API}/docs",
        ]
    )


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_comes_with_something_to_do(bad: Callable[..., Record], reason: Reason) -> None:
    (message,) = composed(bad(reason=reason))

    assert f"Reason: {reason}\nWhat to do: " in message.text


def test_without_a_reason_nothing_is_advised(bad: Callable[..., Record]) -> None:
    (message,) = composed(bad(status=Status.PROCESSED, reason=None, detail=None))

    assert message.subject == "[prod] 1 file processed"
    assert "What to do" not in message.text


def test_the_time_is_that_of_the_first(bad: Callable[..., Record]) -> None:
    times = ["2026-01-31T12:00:05.000Z", "2026-01-31T12:00:03.000Z", "2026-01-31T12:00:04.000Z"]

    (message,) = composed(*(bad(finished_at=time) for time in times))

    assert message.text.startswith("3 files were quarantined in stack prod since 2026-01-31T12:00:03.000Z.")


def test_as_many_files_as_examples_leave_no_rest(bad: Callable[..., Record]) -> None:
    (message,) = composed(*(bad() for _ in range(EXAMPLES)))

    assert "more" not in message.text


def test_attributes_are_there_to_filter_on(bad: Callable[..., Record]) -> None:
    with_reason, without = composed(bad(), bad(status=Status.FAILED, reason=None))

    common = {"stack": "prod", "count": "1"}
    assert with_reason.attributes == common | {"status": "quarantined", "reason": "empty_file"}
    assert without.attributes == common | {"status": "failed"}


# What SNS says of a subject: ASCII that begins with a letter, number or punctuation mark, less than 100
# characters, no line breaks or control characters.
@given(stack=st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True), data=st.data())
def test_a_subject_is_what_sns_takes(stack: str, data: st.DataObject) -> None:
    record = Record(
        record_id="0" * 32,
        status=data.draw(st.sampled_from(Status)),
        reason=data.draw(st.none() | st.sampled_from(Reason)),
        source=Source.BUCKET,
        bucket="b",
        object_key="Größe\n🦄",
        file_name="🦄",
        created_at="2026-01-31T12:00:00.000Z",
    )

    (message,) = composed(*[record] * data.draw(st.sampled_from([1, 2, 100_000])), stack=stack)

    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert 0 < len(message.subject) < 100
    assert message.subject[0] == "["


def test_a_long_stack_name_does_not_hide_what_happened(bad: Callable[..., Record]) -> None:
    (message,) = composed(bad(), stack="s" * 100)

    assert "quarantined: empty_file" in message.subject


@pytest.mark.parametrize("key", ["a\nReason: none\nWhat to do: pay", "a\r\nb", "a\u2028b", "a\x1b[2Jb"])
def test_a_key_cannot_write_lines_of_its_own(bad: Callable[..., Record], key: str) -> None:
    plain, forged = composed(bad(object_key="a"))[0], composed(bad(object_key=key))[0]

    assert len(forged.text.splitlines()) == len(plain.text.splitlines())
