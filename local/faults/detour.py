"""Messages on their way into the queue: some come twice, some late or in another order, some never."""

from __future__ import annotations

import heapq
import itertools
import logging
import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.faults.dice import Dice

LONGEST_HOLD_SECONDS = 3.0
"""A message that is held back is overtaken by what comes within this time."""
IDLE_SECONDS = 0.1
AT_ONCE = 10
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A message in the inbox."""

    receipt: str
    body: str


class Delays:
    """Says how often each message goes on, and when; it knows no queue and no clock."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._waiting: list[tuple[float, int, Message]] = []
        self._numbers = itertools.count()

    def take(self, message: Message, now: float) -> int:
        """Plan when the message goes on; how often it does."""
        if self._dice.falls("lose"):
            self._dice.count("lose")
            return 0
        copies = 1
        if self._dice.falls("duplicate"):
            self._dice.count("duplicate")
            copies = 2
        for _ in range(copies):
            self.put(message, now + self._delay())
        return copies

    def put(self, message: Message, due: float) -> None:
        """Let a message go on at that time."""
        heapq.heappush(self._waiting, (due, next(self._numbers), message))

    def _delay(self) -> float:
        longest = self._dice.faults.delay
        delay = self._dice.uniform("delay", longest) if longest else 0.0
        if delay:
            self._dice.count("delay")
        if self._dice.falls("reorder"):
            self._dice.count("reorder")
            # Later than any that came with it.
            delay = longest + self._dice.uniform("hold", LONGEST_HOLD_SECONDS)
        return delay

    def due(self, now: float) -> list[Message]:
        """What goes on now, in the order in which it is due."""
        due = []
        while self._waiting and self._waiting[0][0] <= now:
            due.append(heapq.heappop(self._waiting)[2])
        return due


class Detour:
    """A thread that carries messages from an inbox to the queue that they were meant for.

    A message leaves the inbox when it was sent as often as it shall be, so nothing is lost by accident. At
    the end everything that waits goes on at once.

    Attributes:
        lost: the bodies of messages that did not go on.
    """

    def __init__(self, sqs: Any, inbox_url: str, queue_url: str, dice: Dice) -> None:
        self.lost: list[str] = []
        self._sqs = sqs
        self._inbox_url = inbox_url
        self._queue_url = queue_url
        self._delays = Delays(dice)
        self._copies: dict[str, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="detour", daemon=True)

    def __enter__(self) -> Detour:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        try:
            while self.step(math.inf):
                pass
        except Exception as error:  # an emulator that has ended by itself is told of elsewhere
            _log.warning("detour: %r", error)

    def _rounds(self) -> None:
        moved = 0
        while not self._stop.wait(0 if moved else IDLE_SECONDS):
            try:
                moved = self.step(time.monotonic())
            except Exception as error:  # whatever one round meets, the next one is still wanted
                _log.warning("detour: %r", error)
                moved = 0

    def step(self, now: float) -> int:
        """Take what has come and send what is due; how many messages that were."""
        arrived = self._arrived()
        for message in arrived:
            if copies := self._delays.take(message, now):
                self._copies[message.receipt] = copies
            else:
                self.lost.append(message.body)
                self._forget([message.receipt])
        due = self._delays.due(now)
        moved = len(arrived) + len(due)
        try:
            while due:
                self._send(due[:AT_ONCE])
                del due[:AT_ONCE]
        finally:
            for message in due:  # what could not be sent
                self._delays.put(message, now)
        return moved

    def _arrived(self) -> list[Message]:
        answer = self._sqs.receive_message(QueueUrl=self._inbox_url, MaxNumberOfMessages=AT_ONCE)
        return [Message(entry["ReceiptHandle"], entry["Body"]) for entry in answer.get("Messages", [])]

    def _send(self, messages: list[Message]) -> None:
        entries = [{"Id": str(n), "MessageBody": message.body} for n, message in enumerate(messages)]
        self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        for message in messages:
            self._copies[message.receipt] -= 1
        self._forget([receipt for receipt in {m.receipt for m in messages} if not self._copies[receipt]])

    def _forget(self, receipts: list[str]) -> None:
        if receipts:
            entries = [{"Id": str(n), "ReceiptHandle": receipt} for n, receipt in enumerate(receipts)]
            self._sqs.delete_message_batch(QueueUrl=self._inbox_url, Entries=entries)
            for receipt in receipts:
                self._copies.pop(receipt, None)
