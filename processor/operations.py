"""Takes an operation's next step: some of the records it is about, and then the next message to itself.

The next message is sent before the step is written down, so that none is lost; a step that was taken
already, or is taken twice, does nothing new.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from records.actions import action_id_of, can_be_retried, discarded, has_seen, retrying
from records.commands import Discard, Proceed, Retry
from records.errors import TransientError
from records.model import Reason, Status
from records.operations import Kind
from records.pages import Filters

if TYPE_CHECKING:
    from processor.dead_letters import DeadLetters
    from processor.queue import Queue
    from records.model import Record
    from records.operations import Operation, OperationStore
    from records.store import RecordStore

RECORDS_A_STEP = 50
WORKERS = 8
NEXT_STEP_SECONDS = 2
"""The next step's message waits so long, so that this step is written down when it comes."""
MOST_EXAMPLES = 10


class Operations:
    """Works on one step at a time; several threads may share it."""

    def __init__(
        self, operations: OperationStore, records: RecordStore, queue: Queue, dead_letters: DeadLetters
    ) -> None:
        self._operations = operations
        self._records = records
        self._queue = queue
        self._dead_letters = dead_letters

    def proceed(self, command: Proceed) -> Operation | None:
        """Take this step, if it is the next one; the operation after it.

        Raises:
            TransientError: the step before is not written down yet.
        """
        operation = self._operations.get(command.operation_id)
        if operation is None or operation.complete or operation.step > command.step:
            return None
        if operation.step < command.step:
            raise TransientError(f"operation {command.operation_id} is still at step {operation.step}")
        after = self._redrive(operation) if operation.kind is Kind.REDRIVE else self._page(operation)
        if not after.complete:
            next_step = Proceed(operation.operation_id, operation.step + 1)
            self._queue.send([next_step], delay_seconds=NEXT_STEP_SECONDS)
        self._operations.advance(after)
        return after

    def _page(self, operation: Operation) -> Operation:
        """Ask for the retry, or the discard, of some records."""
        ask = self._ask_discard if operation.kind is Kind.DISCARD else self._ask_retry
        wanted = operation.wanted
        filters = Filters(
            statuses=frozenset({Status(wanted["status"])}),
            reason=Reason(wanted["reason"]) if "reason" in wanted else None,
            prefix=wanted.get("prefix", ""),
            after=wanted.get("arrivedAfter"),
            before=wanted.get("arrivedBefore"),
        )
        page = self._records.page(filters, limit=RECORDS_A_STEP, before=operation.position)
        with ThreadPoolExecutor(WORKERS) as pool:
            asked = list(pool.map(lambda item: ask(item["recordId"], operation), page.items))
        commands = [command for command in asked if command]
        self._queue.send(commands)
        return replace(
            operation,
            position=page.position,
            complete=page.position is None,
            found=operation.found + len(asked),
            started=operation.started + len(commands),
            skipped=operation.skipped + len(asked) - len(commands),
        )

    def _ask_retry(self, record_id: str, operation: Operation) -> Retry | None:
        """Ask for the retry of one record; None if it needs none any more."""
        retry_id = action_id_of(operation.operation_id, record_id)
        record = self._records.get(record_id)
        if record is None:
            return None
        if record.retry_id == retry_id:  # this step was taken before, and not written down
            return Retry(record_id, retry_id)
        if not (can_be_retried(record) and _fits(record, operation)):
            return None
        asked = retrying(
            record,
            by=operation.requested_by,
            action_id=retry_id,
            why=operation.why,
            operation_id=operation.operation_id,
        )
        return None if self._records.move(asked, record) else Retry(record_id, retry_id)

    def _ask_discard(self, record_id: str, operation: Operation) -> Discard | None:
        """Discard one record, which is its outcome, and ask for the end of its bytes; None if it stays."""
        action_id = action_id_of(operation.operation_id, record_id)
        record = self._records.get(record_id)
        if record is None:
            return None
        if has_seen(record, action_id):  # this step was taken before, and not written down
            return Discard(record_id)
        if not _fits(record, operation):
            return None
        after = discarded(record, by=operation.requested_by, action_id=action_id, why=operation.why)
        counted = self._operations.counted(operation.operation_id, record_id, Status.DISCARDED)
        return None if self._records.move(after, record, also=[counted]) else Discard(record_id)

    def _redrive(self, operation: Operation) -> Operation:
        dry = bool(operation.wanted.get("dryRun"))
        letters = self._dead_letters.take()
        if dry:
            self._dead_letters.release(letters)
        else:
            self._queue.send_bodies([letter.body for letter in letters])
            self._dead_letters.delete(letters)
        shown = [json.dumps(letter.described(), ensure_ascii=False) for letter in letters]
        return replace(
            operation,
            complete=dry or not letters,
            found=operation.found + len(letters),
            started=operation.started + (0 if dry else len(letters)),
            examples=(*operation.examples, *shown)[:MOST_EXAMPLES],
        )


def _fits(record: Record, operation: Operation) -> bool:
    wanted = operation.wanted
    return record.status == wanted["status"] and wanted.get("reason", record.reason) == record.reason
