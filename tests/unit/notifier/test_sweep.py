"""Each call breaks in each way; then the batch comes again and the clock ticks, and the promises hold.

At least one alert for each cause, at most one in a window, no more messages in an hour than the limit,
and no file untold.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from notifier.alerts import SHORTEST_QUIET
from notifier.topic import NotPublished
from records.errors import TransientError
from records.model import Reason, Status
from tests.unit.notifier.conftest import PER_HOUR, WINDOW, Clock, Desk
from tests.unit.processor.faults import AFTER, BEFORE, Died, failing, failing_call, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Tell
    from tests.unit.notifier.conftest import MakeBad, MakeBatch, Stream

FAULTS = {
    "rejected": (BEFORE, refusal("InternalServerError", 503)),
    "throttled": (BEFORE, refusal("ThrottlingException")),
    "died before": (BEFORE, Died()),
    "died after": (AFTER, Died()),
    "answer lost": (AFTER, ReadTimeoutError(endpoint_url="https://aws")),
}
COUNT = ["Query", "PutItem"]
TELL = ["Query", "TransactWriteItems", "Publish", "Query", "TransactWriteItems"]
LOOK = ["Query"]
CERTAIN, UNCERTAIN = ["Query", "TransactWriteItems"], ["Query", "PutItem"]


@dataclass(frozen=True)
class Path:
    """A way through the notifier: what came before, what is given to it, and what that costs.

    Attributes:
        before: batches with the seconds that pass after each.
        given: the causes of the last batch; None for a tick of the clock.
    """

    before: tuple[tuple[list[Any], float], ...]
    given: list[Any] | None
    operations: list[str]
    per_hour: int = PER_HOUR
    on_success: bool = False


EMPTY, CORRUPT, DONE = (
    (Status.QUARANTINED, Reason.EMPTY_FILE),
    (Status.QUARANTINED, Reason.CORRUPT_FILE),
    (Status.PROCESSED, None),
)
PATHS = {
    "the first file": Path((), [EMPTY], [*COUNT, *TELL, *LOOK]),
    "two causes": Path((), [EMPTY, CORRUPT], [*COUNT, "PutItem", *TELL, *TELL, *LOOK]),
    "within the window": Path((([EMPTY], 1),), [EMPTY, EMPTY], [*COUNT, *LOOK]),
    "the window is over": Path((([EMPTY], 1), ([EMPTY], WINDOW)), None, [*LOOK, *TELL, *LOOK]),
    "quiet": Path((([EMPTY], SHORTEST_QUIET),), None, [*LOOK, *TELL, *LOOK]),
    "held back": Path((([EMPTY], 1),), [CORRUPT], [*COUNT, *LOOK, "PutItem"], per_hour=1),
    "success ends silently": Path(
        (([DONE], SHORTEST_QUIET),), None, [*LOOK, "PutItem", *LOOK], on_success=True
    ),
}


class Story:
    """One run of a path over an empty table, broken or not."""

    def __init__(self, desk: Desk, path: Path, batch: MakeBatch, bad: MakeBad) -> None:
        self.desk, self.path = desk, path
        self._options = {"per_hour": path.per_hour, "on_success": path.on_success}
        self._batch, self._bad = batch, bad
        self.files: dict[tuple[str, str | None], int] = {}
        for causes, seconds in path.before:
            self.give(self.make(causes))
            desk.clock.advance(seconds=seconds)
        self.stream = None if path.given is None else self.make(path.given)

    def make(self, causes: list[Any]) -> Stream:
        for status, reason in causes:
            self.files[status, reason] = self.files.get((status, reason), 0) + 1
        return self._batch(*(self._bad(status=status, reason=reason) for status, reason in causes))

    def give(self, stream: Stream | None) -> None:
        notifier = self.desk.notifier(**self._options)  # type: ignore[arg-type]
        try:
            notifier.flush() if stream is None else notifier.run(stream)
        finally:
            self.desk.collect()

    def go_on_until_quiet(self) -> None:
        self.desk.clock.advance(seconds=1)
        self.give(self.stream)
        for seconds in (60, WINDOW, SHORTEST_QUIET, 3_600, 3_600, 3_600):
            self.desk.clock.advance(seconds=seconds)
            self.give(None)

    def check(self, *, exactly: bool) -> None:
        for cause, files in self.files.items():
            alerts = [sent for sent in self.desk.sent if sent.cause == cause and sent.kind == "alert"]
            ends = [sent for sent in self.desk.sent if sent.cause == cause and sent.kind == "recovery"]
            told = sum(sent.count for sent in alerts)
            assert alerts
            assert told == files if exactly else told >= files
            assert bool(ends) == (cause != DONE)
            for one, next_one in itertools.pairwise(alerts):
                assert (next_one.at - one.at).total_seconds() >= WINDOW
        assert self.desk.hours_hold(self.path.per_hour)
        assert not [a for a in self.desk.store.board().alerts.values() if a.has_news() or a.claimed_at]


@pytest.fixture
def begin(desk: Desk, batch: MakeBatch, bad: MakeBad) -> Callable[[Path], Story]:
    def anew(path: Path) -> Story:
        for item in desk.dynamodb.scan(TableName=desk.table)["Items"]:
            key = {name: item[name] for name in ("alertSet", "alertId")}
            desk.dynamodb.delete_item(TableName=desk.table, Key=key)
        desk.clock.now = Clock().now
        desk.forget()
        return Story(desk, path, batch, bad)

    return anew


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", PATHS)
def test_whichever_call_breaks_everything_is_told_and_nothing_too_often(
    begin: Callable[[Path], Story], desk: Desk, tell: Tell, name: str, fault: str
) -> None:
    path = PATHS[name]
    moment, error = FAULTS[fault]
    clients = [desk.dynamodb, desk.sns]
    for number in range(1, len(path.operations) + 1):
        story = begin(path)
        with (
            failing_call(clients, moment, number, error) as made,
            pytest.raises((Died, TransientError, NotPublished)),
        ):
            story.give(story.stream)
        assert made[:number] == path.operations[:number]
        assert made[number:] == aftermath(made[number - 1], fault)

        story.go_on_until_quiet()

        story.check(exactly=not may_be_told_twice(made[:number], moment))

    story = begin(path)
    with failing_call(clients, moment, 0, error) as made:
        story.give(story.stream)
    assert made == path.operations, "a call that the sweep does not break"
    tell("AWS calls that were broken, for each path and mode", f"alert: {name}", fault, len(made))


def aftermath(broken: str, fault: str) -> list[str]:
    """What is written down when the topic gave an error: the claim is given back if that is certain."""
    if broken != "Publish" or "died" in fault:
        return []
    return CERTAIN if fault == "throttled" else UNCERTAIN


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("refused", "after"), [("throttled", CERTAIN), ("rejected", UNCERTAIN)])
def test_whatever_breaks_after_the_topic_gave_an_error_everything_is_told(
    begin: Callable[[Path], Story], desk: Desk, refused: str, after: list[str], fault: str
) -> None:
    path = PATHS["the first file"]
    moment, error = FAULTS[fault]
    until = [*COUNT, "Query", "TransactWriteItems"]
    for number in range(1, len(after) + 1):
        story = begin(path)
        with (
            failing(desk.sns, BEFORE, "Publish", FAULTS[refused][1]),
            failing_call([desk.dynamodb], moment, len(until) + number, error) as made,
            pytest.raises((Died, TransientError)),
        ):
            story.give(story.stream)
        assert made == [*until, *after[:number]]

        story.go_on_until_quiet()

        story.check(exactly=True)


def may_be_told_twice(made: list[str], moment: str) -> bool:
    """Whether a message went out and nobody wrote that down."""
    since = list(reversed(made)).index("Publish") if "Publish" in made else None
    if since is None or (since == 0 and moment == BEFORE):
        return False
    return since <= TELL[::-1].index("Publish")
