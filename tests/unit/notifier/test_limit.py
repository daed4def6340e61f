"""The hourly limit over many hours, with a store and a topic in memory."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.alerts import Alert, Rules
from notifier.board import Board, Ledger
from notifier.digest import Message, Writer
from notifier.notifier import Notifier
from records.model import Reason, Record, Source, Status, utc_text
from records.telemetry import Telemetry
from tests.unit.notifier.conftest import API, Clock, stream_record

if TYPE_CHECKING:
    from notifier.store import AlertStore
    from notifier.topic import Topic

REASONS = list(Reason)


@dataclass
class Memory:
    """What the alerts table does, without a table."""

    kept: Board = field(default_factory=lambda: Board({}, Ledger()))

    def board(self) -> Board:
        return self.kept

    def write(self, *changed: Alert | Ledger) -> bool:
        alerts, ledger = dict(self.kept.alerts), self.kept.ledger
        for entry in changed:
            after: Any = replace(entry, version=entry.version + 1)
            if isinstance(after, Alert):
                assert self.kept.alert(after.cause).version == entry.version
                alerts[after.cause.alert_id] = after
            else:
                ledger = after
        self.kept = Board(alerts, ledger)
        return True


class Silent(Telemetry):
    """Log lines of many hours would be all that a failure shows."""

    def emit(self, *_: Any, **__: Any) -> None:
        pass


class Hours:
    """A notifier that is given files and lives through hours."""

    def __init__(self, *, window: float, per_hour: int) -> None:
        self.clock = Clock()
        self.sent: list[tuple[float, Message]] = []
        self._numbers = iter(range(10**9))
        self._notifier = Notifier(
            cast("AlertStore", Memory()),
            cast("Topic", self),
            Writer("prod", API, Rules(window, per_hour)),
            Silent("prod"),
            clock=self.clock,
            notify_on_success=False,
        )

    def publish(self, message: Message) -> None:
        self.sent.append((self.clock().timestamp(), message))

    def give(self, *reasons: Reason) -> None:
        self._notifier.run(
            [stream_record(self._record(reason), number=next(self._numbers)) for reason in reasons]
        )

    def pass_minutes(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.advance(minutes=1)
            self._notifier.flush()

    def _record(self, reason: Reason) -> Record:
        number = next(self._numbers)
        return Record(
            record_id=f"{number:032x}",
            status=Status.QUARANTINED,
            reason=reason,
            source=Source.BUCKET,
            bucket="incoming",
            object_key=f"{number}.csv",
            file_name=f"{number}.csv",
            created_at=utc_text(self.clock()),
        )

    def files_told(self) -> Counter[str]:
        told: Counter[str] = Counter()
        for _, message in self.sent:
            told[message.attributes["reason"]] += int(message.attributes["count"])
        return told

    def of_kind(self, kind: str) -> list[tuple[float, str]]:
        return [(at, m.attributes["reason"]) for at, m in self.sent if m.attributes["kind"] == kind]

    def most_in_an_hour(self) -> int:
        times = [at for at, _ in self.sent]
        return max((sum(begin <= at < begin + 3_600 for at in times) for begin in times), default=0)


def test_no_hour_has_more_messages_than_the_limit_and_all_is_told_in_the_end() -> None:
    hours = Hours(window=300, per_hour=5)
    for _ in range(180):
        hours.give(*REASONS)
        hours.pass_minutes(1)
    hours.pass_minutes(8 * 60)

    assert hours.most_in_an_hour() == 5
    assert hours.files_told() == Counter(dict.fromkeys(REASONS, 180))
    assert sorted(reason for _, reason in hours.of_kind("recovery")) == sorted(REASONS)


@settings(max_examples=60, deadline=None)
@given(
    window=st.sampled_from([1, 60, 300, 7_200]),
    per_hour=st.sampled_from([1, 3, 12]),
    drops=st.lists(
        st.tuples(st.integers(0, 90), st.lists(st.sampled_from(REASONS[:4]), min_size=1)), max_size=25
    ),
)
def test_whatever_comes_is_told_completely_within_the_limit_and_the_windows(
    window: int, per_hour: int, drops: list[tuple[int, list[Reason]]]
) -> None:
    hours = Hours(window=window, per_hour=per_hour)
    for minutes, reasons in drops:
        hours.pass_minutes(minutes)
        hours.give(*reasons)
    hours.pass_minutes(24 * 60)

    assert hours.files_told() == Counter(reason for _, reasons in drops for reason in reasons)
    assert hours.most_in_an_hour() <= per_hour
    alerts = hours.of_kind("alert")
    for reason in REASONS:
        times = [at for at, of in alerts if of == reason]
        assert all(later - at >= window for at, later in itertools.pairwise(times))
        ends = [of for _, of in hours.of_kind("recovery") if of == reason]
        assert bool(ends) == bool(times)
