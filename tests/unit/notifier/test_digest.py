"""Messages that group what happened, and read well as an email."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.alerts import EXAMPLES, UNREADABLE, Alert, Cause, Example, Rules, Tally
from notifier.digest import Message, Writer
from records.model import Reason, Status
from tests.unit.notifier.conftest import API

SINCE, ARRIVED = "2026-01-31T12:00:01.000Z", "2026-01-31T12:00:00.000Z"
EMPTY = Cause(Status.QUARANTINED, Reason.EMPTY_FILE)
RULES = Rules(300, 12)
FILE = Example("a" * 32, "in box/Größe.csv", "The file has no content (0 bytes).", 0, ARRIVED)
QUIET_SINCE = 1769862600.0  # 12:30


def alert(cause: Cause = EMPTY, count: int = 1, example: Example = FILE, **known: Any) -> Alert:
    news = Tally(count, SINCE, (example,) * min(count, EXAMPLES)) if count else None
    return Alert(cause=cause, since=SINCE, claimed=news, claimed_at=1.0, **known)


def written(told: Alert, *held: Alert, stack: str = "prod", rules: Rules = RULES) -> Message:
    return Writer(stack, API, rules).message(told, held)


def test_the_text_of_one_file_says_everything() -> None:
    large = replace(FILE, size_bytes=12_345, detail="Too large.")
    cause = Cause(Status.QUARANTINED, Reason.FILE_TOO_LARGE)

    message = written(alert(cause, example=large))

    assert message.subject == "[prod] 1 file quarantined: file_too_large"
    assert message.text.split("\n") == [
        "1 file was quarantined in stack prod at 2026-01-31T12:00:01.000Z.",
        "",
        "Reason: file_too_large",
        "What to do: Ask the sender to split the file, or raise the stack's maxFileBytes.",
        "",
        "  in box/Größe.csv",
        "    Too large.",
        "    12,345 bytes, arrived 2026-01-31T12:00:00.000Z",
        f"    {API}/#/files/{'a' * 32}",
        "",
        f"All of them: {API}/#/files?status=quarantined&reason=file_too_large",
        "The links lead to the dashboard, which asks for an API key.",
        "",
        "What comes from now on is counted, and told in one message after 5 minutes.",
        "When nothing came for 30 minutes, you are told that, too.",
    ]


def test_what_came_within_the_window_is_told_as_more_of_the_same() -> None:
    message = written(alert(count=997, told=3))

    assert message.subject == "[prod] 997 more files quarantined: empty_file"
    assert message.text.startswith(
        f"997 more files were quarantined in stack prod since {SINCE}.\nThat makes 1,000 since {SINCE}.\n\n"
    )


def test_a_thousand_bad_files_are_one_message_of_bounded_length() -> None:
    message = written(alert(count=1_000, example=replace(FILE, object_key="k" * 1024)))

    assert message.subject == "[prod] 1,000 files quarantined: empty_file"
    assert message.text.count("k" * 1024) == EXAMPLES
    assert "… and 997 more" in message.text
    assert len(message.text.encode()) < 10_000


def test_as_many_files_as_examples_leave_no_rest() -> None:
    assert "… and" not in written(alert(count=EXAMPLES)).text


def test_the_end_of_a_cause_is_told_as_such() -> None:
    message = written(alert(count=0, told=1_000, heard_at=QUIET_SINCE))

    assert message.subject == "[prod] No more files quarantined: empty_file"
    assert message.text.split("\n") == [
        "For 30 minutes, no file was quarantined with the reason empty_file in stack prod.",
        f"The last one was noticed at 2026-01-31T12:30:00.000Z; there were 1,000 since {SINCE}.",
        "",
        "Nothing has to be done because of this message. What it is about is still there:",
        "",
        f"All of them: {API}/#/files?status=quarantined&reason=empty_file",
        "The links lead to the dashboard, which asks for an API key.",
    ]


def test_records_that_cannot_be_read_are_told_with_what_is_known_of_them() -> None:
    message = written(alert(UNREADABLE, example=Example("a" * 32, detail="ValueError: 'later'")))

    assert message.subject == "[prod] 1 change of a record unreadable"
    assert message.text.startswith("1 change of a record could not be read in stack prod at ")
    assert f"  record {'a' * 32}\n    ValueError: 'later'\n    {API}/#/files/{'a' * 32}" in message.text
    assert '"stream record unreadable"' in message.text
    assert f"All files: {API}/#/files\n" in message.text


def test_what_the_limit_held_back_is_told_with_what_still_waits() -> None:
    waiting = Tally(100, SINCE, ())
    corrupt = Alert(cause=Cause(Status.QUARANTINED, Reason.CORRUPT_FILE), waiting=waiting, held=2)
    failed = Alert(cause=Cause(Status.FAILED), waiting=replace(waiting, count=1), held=1)

    text = written(alert(count=60, held=10), corrupt, failed).text

    assert (
        "Held back: 13 messages about 161 files, because no more than 12 an hour are sent "
        "(maxAlertsPerHour).\n"
        "These still wait for room:\n"
        "  100 files quarantined: corrupt_file\n"
        "  1 file failed\n"
    ) in text


def test_what_was_held_back_and_is_all_told_now_is_said_so() -> None:
    assert (
        "Held back: 1 message about 60 files, because no more than 1 an hour are sent (maxAlertsPerHour).\n"
        "This message tells of all of them.\n"
    ) in written(alert(count=60, held=1), rules=Rules(300, 1)).text


def test_without_a_limit_that_was_reached_nobody_speaks_of_it() -> None:
    assert "Held back" not in written(alert(count=60)).text


def test_an_end_does_not_hide_what_waits() -> None:
    waiting = Alert(cause=Cause(Status.FAILED), waiting=Tally(5, SINCE, ()), held=1)

    assert "  5 files failed" in written(alert(count=0, told=1), waiting).text


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_comes_with_something_to_do(reason: Reason) -> None:
    message = written(alert(Cause(Status.QUARANTINED, reason)))

    assert f"Reason: {reason}\nWhat to do: " in message.text


def test_what_failed_without_a_reason_comes_with_something_to_do() -> None:
    assert "\n\nWhat to do: Open the record" in written(alert(Cause(Status.FAILED))).text


def test_what_is_in_order_needs_no_advice_and_has_no_end() -> None:
    message = written(alert(Cause(Status.PROCESSED)))

    assert message.subject == "[prod] 1 file processed"
    assert "What to do" not in message.text
    assert message.text.endswith("told in one message after 5 minutes.")


def test_attributes_are_there_to_filter_on() -> None:
    common = {"stack": "prod", "count": "1", "kind": "alert"}
    assert written(alert()).attributes == common | {"status": "quarantined", "reason": "empty_file"}
    assert written(alert(Cause(Status.FAILED))).attributes == common | {"status": "failed"}
    assert written(alert(count=0)).attributes == {
        "stack": "prod",
        "kind": "recovery",
        "status": "quarantined",
        "reason": "empty_file",
        "count": "0",
    }


@pytest.mark.parametrize(
    ("window", "said", "quiet"),
    [
        (1, "after 1 second.", "for 30 minutes,"),
        (90, "after 90 seconds.", "for 30 minutes,"),
        (60, "after 1 minute.", "for 30 minutes,"),
        (5_400, "after 90 minutes.", "for 3 hours,"),
        (86_400, "after 24 hours.", "for 48 hours,"),
    ],
)
def test_times_are_said_as_people_say_them(window: int, said: str, quiet: str) -> None:
    text = written(alert(), rules=Rules(window, 12)).text

    assert said in text
    assert quiet in text


# What SNS says of a subject: ASCII that begins with a letter, number or punctuation mark, less than 100
# characters, no line breaks or control characters.
@given(stack=st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True), data=st.data())
def test_a_subject_is_what_sns_takes(stack: str, data: st.DataObject) -> None:
    status = data.draw(st.sampled_from([*Status, UNREADABLE.status]))
    cause = Cause(status, data.draw(st.none() | st.sampled_from(Reason)))
    count = data.draw(st.sampled_from([0, 1, 2, 100_000_000]))

    message = written(alert(cause, count, told=data.draw(st.sampled_from([0, 1]))), stack=stack)

    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert 0 < len(message.subject) < 100
    assert message.subject[0] == "["


def test_a_long_stack_name_does_not_hide_what_happened() -> None:
    assert "quarantined: empty_file" in written(alert(), stack="s" * 100).subject


@pytest.mark.parametrize("text", ["a\nReason: none\nWhat to do: pay", "a\r\nb", "a\u2028b", "a\x1b[2Jb"])
@pytest.mark.parametrize("where", ["object_key", "detail", "record_id"])
def test_a_file_cannot_write_lines_of_its_own(text: str, where: str) -> None:
    plain = written(alert(example=replace(FILE, **{where: "a"}))).text  # type: ignore[arg-type]
    forged = written(alert(example=replace(FILE, **{where: text}))).text  # type: ignore[arg-type]

    assert len(forged.splitlines()) == len(plain.splitlines())


def test_an_odd_id_cannot_change_where_a_link_leads() -> None:
    message = written(alert(UNREADABLE, example=Example("a/../?b\n#c", detail="odd")))
    assert f"\n    {API}/#/files/a%2F..%2F%3Fb%0A%23c\n" in message.text
