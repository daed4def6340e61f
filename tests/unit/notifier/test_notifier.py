"""When people are told: soon, then once a window, never more often than the limit, and when it is over."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

import pytest

from notifier.alerts import KEPT_WHEN_QUIET
from notifier.topic import NotPublished
from records.errors import ConfigurationError, TransientError
from records.model import Reason, Status
from tests.unit.notifier.conftest import WINDOW, stream_record
from tests.unit.processor.faults import AFTER, BEFORE, Died, at, failing, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.notifier.conftest import Clock, Desk, MakeBad, MakeBatch, Sent, Stream

    Run = Callable[..., list[Sent]]

QUIET = 1_800


def test_the_first_file_of_a_cause_is_told_at_once(run: Run, batch: MakeBatch, bad: MakeBad) -> None:
    (sent,) = run(batch(bad(object_key="in/first.csv")))

    assert sent.subject == "[prod] 1 file quarantined: empty_file"
    assert "in/first.csv" in sent.text


def test_what_comes_within_the_window_is_told_when_it_is_over(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()))
    for _ in range(3):
        clock.advance(seconds=20)
        assert run(batch(bad(), bad())) == []

    clock.advance(seconds=WINDOW - 61)
    assert run() == []
    clock.advance(seconds=1)
    (sent,) = run()

    assert sent.subject == "[prod] 6 more files quarantined: empty_file"
    assert "That makes 7 since 2026-01-31T12:00:00.000Z." in sent.text


def test_a_window_in_which_nothing_came_is_told_by_nobody(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()))
    clock.advance(seconds=WINDOW)

    assert run() == []


def test_what_comes_after_the_window_is_told_at_once(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()))
    clock.advance(seconds=WINDOW)

    (sent,) = run(batch(bad()))

    assert sent.subject == "[prod] 1 more file quarantined: empty_file"


def test_a_thousand_bad_files_in_a_minute_are_one_mail_and_one_with_the_rest(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock, desk: Desk
) -> None:
    for _ in range(6):
        run(batch(*(bad() for _ in range(200))))
        clock.advance(seconds=10)
    for _ in range(25):
        run()
        clock.advance(minutes=1)

    assert [(sent.kind, sent.count) for sent in desk.sent] == [("alert", 200), ("alert", 1_000)]


def test_each_cause_has_a_window_of_its_own(run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock) -> None:
    run(batch(bad()))
    clock.advance(seconds=1)

    sent = run(batch(bad(), bad(reason=Reason.FILE_TOO_LARGE), bad(status=Status.FAILED, reason=None)))

    assert {message.cause for message in sent} == {("quarantined", "file_too_large"), ("failed", None)}


def test_a_batch_that_comes_again_is_counted_once(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()))
    again, between = batch(bad(), bad()), batch(bad())
    for stream in (again, between, again, copy.deepcopy(again)):
        clock.advance(seconds=1)
        run(stream)
    clock.advance(seconds=WINDOW)

    (sent,) = run()

    assert sent.count == 3


def test_success_is_told_only_when_that_is_configured(run: Run, batch: MakeBatch, bad: MakeBad) -> None:
    stream = batch(bad(status=Status.PROCESSED, reason=None))

    assert run(stream) == []
    assert [sent.subject for sent in run(stream, on_success=True)] == ["[prod] 1 file processed"]


def test_nothing_to_tell_asks_for_nothing(run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk) -> None:
    desk.dynamodb.delete_table(TableName=desk.table)

    assert run([]) == []
    assert run(batch(bad(status=Status.AWAITING_UPLOAD))) == []


# Recovery


def test_a_cause_that_went_quiet_is_told_once(run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock) -> None:
    run(batch(bad(), bad()))
    clock.advance(seconds=QUIET - 1)
    assert run() == []
    clock.advance(seconds=1)

    (sent,) = run()

    assert (sent.kind, sent.subject) == ("recovery", "[prod] No more files quarantined: empty_file")
    assert "there were 2 since" in sent.text
    clock.advance(hours=5)
    assert run() == []


def test_with_a_long_window_quiet_means_two_of_them(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()), window=7_200)
    clock.advance(seconds=2 * 7_200 - 1)
    assert run(window=7_200) == []
    clock.advance(seconds=1)
    assert [sent.kind for sent in run(window=7_200)] == ["recovery"]


def test_each_file_puts_the_recovery_off(run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock) -> None:
    run(batch(bad()))
    clock.advance(seconds=QUIET - 1)
    run(batch(bad()))
    clock.advance(seconds=QUIET - 1)
    assert run() == []


def test_after_a_recovery_a_file_is_the_first_of_a_cause_again(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()))
    clock.advance(seconds=QUIET)
    run()
    clock.advance(seconds=1)

    (sent,) = run(batch(bad()))

    assert sent.subject == "[prod] 1 file quarantined: empty_file"
    assert "That makes" not in sent.text


def test_a_file_that_comes_while_the_recovery_is_sent_is_told(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock, desk: Desk
) -> None:
    run(batch(bad()))
    clock.advance(seconds=QUIET)
    with at(desk.sns, AFTER, "Publish", other(desk, batch(bad()))):
        (recovery,) = run()

    (alert,) = run()

    assert (recovery.kind, alert.kind) == ("recovery", "alert")
    assert alert.subject == "[prod] 1 file quarantined: empty_file"


def test_processed_files_have_no_recovery(run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock) -> None:
    processed = Status.PROCESSED
    run(batch(bad(status=processed, reason=None)), on_success=True)
    clock.advance(seconds=QUIET)
    assert run(on_success=True) == []

    (sent,) = run(batch(bad(status=processed, reason=None)), on_success=True)

    assert sent.subject == "[prod] 1 file processed"


def test_a_quiet_cause_is_forgotten_by_the_table_later(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock, desk: Desk
) -> None:
    stream = batch(bad())
    run(stream)
    (alert,) = desk.store.board().alerts.values()
    assert alert.expires_at is None
    clock.advance(seconds=QUIET)
    run()

    (alert,) = desk.store.board().alerts.values()
    assert alert.expires_at == int(alert.heard_at) + KEPT_WHEN_QUIET
    assert run(stream) == [], "it still knows the batch"
    run(batch(bad()))
    (alert,) = desk.store.board().alerts.values()
    assert alert.expires_at is None


# The limit


def test_what_is_held_back_is_told_in_the_next_message(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()), per_hour=1)
    assert run(batch(bad(reason=Reason.CORRUPT_FILE)), per_hour=1) == []
    clock.advance(minutes=10)
    assert run(batch(bad(), bad()), per_hour=1) == []
    clock.advance(minutes=50)

    (sent,) = run(per_hour=1)

    assert sent.cause == ("quarantined", "corrupt_file"), "what nobody heard of goes first"
    assert (
        "Held back: 3 messages about 3 files, because no more than 1 an hour are sent (maxAlertsPerHour).\n"
        "These still wait for room:\n  2 files quarantined: empty_file\n"
    ) in sent.text


def test_one_message_is_held_back_in_each_window(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    run(batch(bad()), per_hour=1)
    for _ in range(59):
        clock.advance(minutes=1)
        run(batch(bad()), per_hour=1)
    clock.advance(minutes=1)

    (sent,) = run(per_hour=1)

    assert sent.count == 59
    assert "Held back: 11 messages about 59 files" in sent.text
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line.get("AlertsHeldBack", 0) for line in lines) == 11


def test_once_told_what_was_held_back_is_not_told_again(
    run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock
) -> None:
    run(batch(bad()), per_hour=1)
    run(batch(bad(reason=Reason.CORRUPT_FILE)), per_hour=1)
    clock.advance(hours=1)
    run(per_hour=1)
    clock.advance(hours=1, seconds=1)

    (sent,) = run(per_hour=1)

    assert "Held back" not in sent.text


def test_a_recovery_waits_for_its_turn(run: Run, batch: MakeBatch, bad: MakeBad, clock: Clock) -> None:
    run(batch(bad()), per_hour=1)
    clock.advance(minutes=45)
    assert run(per_hour=1) == []
    clock.advance(minutes=15)

    (sent,) = run(batch(bad(reason=Reason.CORRUPT_FILE)), per_hour=1)

    assert sent.kind == "alert", "what is bad goes before what is over"
    clock.advance(hours=1)
    assert [message.kind for message in run(per_hour=1)] == ["recovery"]


# What cannot be read


def test_a_record_that_cannot_be_read_is_logged_counted_and_told_and_the_others_go_on(
    run: Run, batch: MakeBatch, bad: MakeBad, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = batch(bad(), bad(), bad())
    stream[1]["dynamodb"]["NewImage"]["reason"] = {"S": "of_next_year"}

    sent = run(stream)

    assert sorted(message.subject for message in sent) == [
        "[prod] 1 change of a record unreadable",
        "[prod] 2 files quarantined: empty_file",
    ]
    (line,) = [
        line
        for line in map(json.loads, capsys.readouterr().out.splitlines())
        if line["message"] == "stream record unreadable"
    ]
    assert (line["UnreadableStreamRecords"], line["level"]) == (1, "ERROR")
    assert line["recordId"] == stream[1]["dynamodb"]["Keys"]["recordId"]["S"]
    assert "of_next_year" in line["error"]


def test_a_batch_of_nothing_readable_is_done_with(run: Run) -> None:
    (sent,) = run([None, {}, {"dynamodb": {}}, {"dynamodb": {"NewImage": {"status": {"S": "?"}}}}])

    assert sent.subject == "[prod] 3 changes of records unreadable"


# When telling fails


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal("Throttled"), Exception),
        (refusal("AuthorizationError", 403), ConfigurationError),
        (refusal("NotFound", 404), Exception),
    ],
)
def test_a_refused_message_is_raised_and_sent_as_soon_as_the_batch_comes_again(
    run: Run,
    batch: MakeBatch,
    bad: MakeBad,
    desk: Desk,
    clock: Clock,
    error: Exception,
    kind: type[Exception],
) -> None:
    stream = batch(bad(), bad())
    with failing(desk.sns, BEFORE, "Publish", error), pytest.raises(NotPublished) as caught:
        run(stream)
    assert isinstance(caught.value.__cause__, kind)
    clock.advance(seconds=1)

    (sent,) = run(stream)

    assert sent.count == 2
    assert desk.store.board().ledger.sent == (clock().timestamp(),), "the refused one was given back"


def test_a_topic_that_refuses_for_long_costs_nothing_of_the_hours_messages(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    stream = batch(bad())
    for _ in range(20):
        clock.advance(minutes=1)
        with failing(desk.sns, BEFORE, "Publish", refusal("Throttled")), pytest.raises(NotPublished):
            run(stream, per_hour=2)

    assert [sent.count for sent in run(per_hour=2)] == [1]


def test_a_message_that_may_have_gone_out_is_not_repeated_within_its_window(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    stream = batch(bad())
    with failing(desk.sns, AFTER, "Publish", refusal("InternalError", 500)), pytest.raises(NotPublished):
        run(stream)
    assert len(desk.collect()) == 1
    clock.advance(seconds=WINDOW - 1)
    assert run(stream) == []
    clock.advance(seconds=1)
    assert [sent.count for sent in run()] == [1]


def test_with_a_short_window_a_claim_lives_longer_than_a_run(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    with failing(desk.sns, BEFORE, "Publish", Died()), pytest.raises(Died):
        run(batch(bad()), window=1)
    clock.advance(seconds=59)
    assert run(window=1) == []
    clock.advance(seconds=1)
    assert [sent.count for sent in run(window=1)] == [1]


def test_what_comes_after_a_claim_that_died_is_told_together_with_it(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    with failing(desk.sns, BEFORE, "Publish", Died()), pytest.raises(Died):
        run(batch(bad(object_key="first.csv")))
    clock.advance(seconds=1)
    assert run(batch(bad(object_key="second.csv"), bad())) == []
    clock.advance(seconds=WINDOW)

    (sent,) = run()

    assert sent.subject == "[prod] 3 files quarantined: empty_file"
    assert sent.text.index("first.csv") < sent.text.index("second.csv")


def test_whoever_comes_back_after_its_lease_leaves_the_claim_to_its_new_owner(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    """A notifier that slept: what it sent is sent again, and nobody's count is lost."""

    def sleep() -> None:
        clock.advance(seconds=WINDOW)
        with failing(desk.sns, BEFORE, "Publish", Died()), pytest.raises(Died):
            desk.notifier().flush()

    with at(desk.sns, AFTER, "Publish", sleep):
        run(batch(bad()))

    (alert,) = desk.store.board().alerts.values()
    assert alert.claimed is not None
    assert alert.told == 0


def test_the_state_says_how_the_last_message_went(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    with failing(desk.sns, BEFORE, "Publish", refusal("Throttled")), pytest.raises(NotPublished):
        run(batch(bad()))
    failed = desk.store.board().ledger.delivery
    assert (failed.failed_at, failed.failure) == ("2026-01-31T12:00:00.000Z", "Throttled")
    clock.advance(minutes=1)
    run()
    done = desk.store.board().ledger.delivery
    assert (done.published_at, done.failure) == ("2026-01-31T12:01:00.000Z", None)
    assert done.subject == "[prod] 1 file quarantined: empty_file"


def test_a_table_that_is_gone_is_raised_so_that_the_stream_comes_again(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk
) -> None:
    desk.dynamodb.delete_table(TableName=desk.table)
    with pytest.raises(ConfigurationError):
        run(batch(bad()))


# Several at once


def other(desk: Desk, stream: Stream | None = None) -> Callable[[], None]:
    """What another notifier does at the same time."""

    def act() -> None:
        notifier = desk.notifier()
        notifier.flush() if stream is None else notifier.run(stream)

    return act


def test_of_two_notifiers_that_tell_the_same_one_does(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk
) -> None:
    """The other one's claim comes between this one's look and its own claim."""
    with at(desk.dynamodb, BEFORE, "TransactWriteItems", other(desk)):
        run(batch(bad()))

    assert [sent.count for sent in desk.sent] == [1]


def test_of_two_that_count_for_one_cause_both_do(
    run: Run, batch: MakeBatch, bad: MakeBad, desk: Desk, clock: Clock
) -> None:
    run(batch(bad()))
    with at(desk.dynamodb, BEFORE, "PutItem", other(desk, batch(bad(), bad()))):
        run(batch(bad()))
    clock.advance(seconds=WINDOW)

    assert [sent.count for sent in run()] == [3]


def test_whoever_loses_too_often_hands_the_batch_back(
    batch: MakeBatch, bad: MakeBad, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifier = desk.notifier()
    monkeypatch.setattr(notifier._store, "write", lambda *_: False)
    with pytest.raises(TransientError, match="others were faster"):
        notifier.run(batch(bad()))


def test_a_change_that_is_no_news_is_not_counted(run: Run, bad: MakeBad) -> None:
    before = bad()
    after = bad(record_id=before.record_id, detail="other")

    assert run([stream_record(after, before)]) == []
