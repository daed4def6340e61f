"""The detour of events: what goes on, how often, when, and in which order."""

from __future__ import annotations

import itertools
import math
import threading
from collections import Counter, deque
from typing import Any

import pytest

from local.faults.detour import Delays, Detour, Message
from local.faults.dice import Dice
from local.faults.options import Faults


class FakeQueues:
    """An SQS client with an inbox and a queue; a message that was received stays in the inbox unseen."""

    def __init__(self, bodies: list[str]) -> None:
        self.arriving = deque(bodies)
        self.inbox: dict[str, str] = {}
        self.queue: list[str] = []
        self.broken = 0
        self.complete = threading.Event()
        self._receipts = map(str, itertools.count())

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "inbox"
        seen: list[dict[str, str]] = []
        while self.arriving and len(seen) < MaxNumberOfMessages:
            receipt = next(self._receipts)
            self.inbox[receipt] = self.arriving.popleft()
            seen.append({"ReceiptHandle": receipt, "Body": self.inbox[receipt]})
        return {"Messages": seen} if seen else {}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:  # noqa: N803
        assert QueueUrl == "queue"
        assert 1 <= len({entry["Id"] for entry in Entries}) == len(Entries) <= 10
        if self.broken:
            self.broken -= 1
            raise ConnectionError("the emulator is busy")
        self.queue += [entry["MessageBody"] for entry in Entries]
        if len(self.queue) == len(BODIES):
            self.complete.set()

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:  # noqa: N803
        assert QueueUrl == "inbox"
        assert 1 <= len(Entries) <= 10
        for entry in Entries:
            del self.inbox[entry["ReceiptHandle"]]


BODIES = [f"event {number}" for number in range(95)]


def detour(queues: FakeQueues, **faults: Any) -> Detour:
    return Detour(queues, "inbox", "queue", Dice(Faults(**{"seed": 1} | faults)))


def carry(detour: Detour, now: float) -> None:
    while detour.step(now):
        pass


def test_without_faults_each_message_goes_on_once_and_in_order() -> None:
    queues = FakeQueues(BODIES)
    carry(detour(queues), now=0)
    assert queues.queue == BODIES
    assert queues.inbox == {}


def test_a_duplicate_goes_on_twice_and_leaves_the_inbox_once() -> None:
    queues = FakeQueues(BODIES)
    carry(detour(queues, duplicate=1), now=0)
    assert Counter(queues.queue) == Counter(BODIES * 2)
    assert queues.inbox == {}


def test_a_lost_message_is_gone_and_known() -> None:
    queues = FakeQueues(BODIES)
    losing = detour(queues, lose=0.3)
    carry(losing, now=0)
    assert 10 < len(losing.lost) < 50
    assert sorted([*queues.queue, *losing.lost]) == sorted(BODIES)
    assert queues.inbox == {}


def test_a_delayed_message_stays_in_the_inbox_until_it_goes_on() -> None:
    queues = FakeQueues(BODIES)
    late = detour(queues, delay=2)
    carry(late, now=10)
    assert queues.queue == []
    carry(late, now=11)
    assert 20 < len(queues.queue) < 75
    assert sorted([*queues.queue, *queues.inbox.values()]) == sorted(BODIES)
    carry(late, now=12)
    assert sorted(queues.queue) == sorted(BODIES)
    assert queues.inbox == {}


def test_a_duplicate_stays_in_the_inbox_until_its_second_copy_went_on() -> None:
    queues = FakeQueues(BODIES[:1])
    late = detour(queues, duplicate=1, delay=2)
    steps = [step / 10 for step in range(21)]
    for now in steps:
        carry(late, now)
        assert len(queues.inbox) == (1 if len(queues.queue) < 2 else 0)
    assert queues.queue == BODIES[:1] * 2


def test_a_message_that_is_held_back_is_overtaken() -> None:
    queues = FakeQueues(BODIES)
    mixing = detour(queues, reorder=0.2)
    for now in range(10):
        carry(mixing, now)
    assert sorted(queues.queue) == sorted(BODIES)
    overtaken = [after for before, after in itertools.pairwise(queues.queue) if before > after]
    assert overtaken


def test_what_could_not_be_sent_is_sent_later() -> None:
    queues = FakeQueues(BODIES[:25])
    queues.broken = 1
    flaky = detour(queues)
    with pytest.raises(ConnectionError):
        carry(flaky, now=0)
    carry(flaky, now=0)
    assert sorted(queues.queue) == sorted(BODIES[:25])
    assert queues.inbox == {}


def test_at_the_end_everything_goes_on_at_once() -> None:
    queues = FakeQueues(BODIES)
    with detour(queues, delay=60, reorder=0.5):
        pass
    assert sorted(queues.queue) == sorted(BODIES)
    assert queues.inbox == {}


def test_the_thread_outlives_what_one_round_meets(caplog: pytest.LogCaptureFixture) -> None:
    queues = FakeQueues(BODIES)
    queues.broken = 3
    with detour(queues):
        assert queues.complete.wait(10)
    assert sorted(queues.queue) == sorted(BODIES)
    assert "detour: ConnectionError" in caplog.text


def test_every_fault_is_counted() -> None:
    dice = Dice(Faults(duplicate=1, delay=2, reorder=1, seed=1))
    delays = Delays(dice)
    assert delays.take(Message("1", "event"), now=0) == 2
    assert dice.counts() == {"delay": 2, "duplicate": 1, "reorder": 2}
    assert delays.due(2 - 1e-9) == []
    assert len(delays.due(math.inf)) == 2
