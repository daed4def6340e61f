"""Lets the records say what the dead-letter queue holds, and empties it of what needs nobody any more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from processor.diary import SILENT
from processor.events import ObjectCreated, contents_of
from processor.work import expected_record_id
from records.commands import Retry
from records.errors import MalformedEvent
from records.model import Reason, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from processor.dead_letters import DeadLetter, DeadLetters
    from processor.diary import Diary
    from processor.intake import Intake
    from processor.retries import Retries
    from records.commands import Command

GAVE_UP = "It was delivered as often as it may be, and no attempt came to its end: see the processor's log."
MOST_ROUNDS = 20
SETTLED, FAILED, KNOWN, MALFORMED, COMMAND = "settled", "failed", "known", "malformed", "command"
_UNDECIDED = (Status.AWAITING_UPLOAD, Status.FAILED, Status.RETRYING)


class GivenUp:
    """Works on dead letters, a bounded number in each run."""

    def __init__(
        self, dead_letters: DeadLetters, intake: Intake, retries: Retries, *, diary: Diary = SILENT
    ) -> None:
        self._dead_letters = dead_letters
        self._intake = intake
        self._retries = retries
        self._diary = diary

    def work(self, remaining: Callable[[], bool]) -> Counter[str]:
        """Look at dead letters as long as there is time; how many by what they are."""
        counts: Counter[str] = Counter()
        held: list[DeadLetter] = []
        for _ in range(MOST_ROUNDS):
            letters = self._dead_letters.take(most_calls=1) if remaining() else []
            if not letters:
                break
            found = [(letter, self._judged(letter)) for letter in letters]
            counts.update(kind for _, kind in found)
            self._dead_letters.delete([letter for letter, kind in found if kind == SETTLED])
            held += [letter for letter, kind in found if kind != SETTLED]
        self._dead_letters.release(held)
        return counts

    def _judged(self, letter: DeadLetter) -> str:
        try:
            contents = contents_of(letter.body)
        except MalformedEvent:
            return MALFORMED
        kinds = {self._one(content) for content in contents}
        return next((kind for kind in (FAILED, KNOWN, COMMAND) if kind in kinds), SETTLED)

    def _one(self, content: ObjectCreated | Command) -> str:
        if isinstance(content, Retry):
            with self._diary.entry("dead letter", content.record_id) as step:
                # The record keeps what there is to know, and another retry is asked for there.
                self._retries.give_up(content, Reason.CRASHED, GAVE_UP)
                step.annotate(done=SETTLED)
            return SETTLED
        if not isinstance(content, ObjectCreated):
            return COMMAND
        with self._diary.entry("dead letter", expected_record_id(content)) as step:
            found = self._object(content)
            # What is known stays in the queue, and is met again by each run.
            step.annotate(done=None if found == KNOWN else found)
        return found

    def _object(self, event: ObjectCreated) -> str:
        record = self._intake.known(event)
        if record and record.status is Status.FAILED:
            return KNOWN
        if record is None or record.status in _UNDECIDED:
            return KNOWN if self._intake.give_up(event, Reason.CRASHED, GAVE_UP).repeated else FAILED
        return SETTLED
