"""Operations: one request that is about many records, worked off in steps through the queue.

They lie in the records table under ids that no record has. What became of their retries is counted
in several items, because one item takes no more than 1,000 writes a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import TransientError, code_of, translated
from records.items import from_item, to_item
from records.model import OUTCOMES, Status, camel, shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTERS = 8
_COUNTED = OUTCOMES | {Status.DISCARDED}
OPERATION_IS_NEW = "attribute_not_exists(recordId)"
STEP_IS_AS_READ = "#step = :step"


class Kind(StrEnum):
    """What an operation does."""

    RETRY = "retry"
    DISCARD = "discard"
    REDRIVE = "redrive"


class State(StrEnum):
    """How far it is: all records found, and nothing on its way."""

    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A request and how far it is.

    Attributes:
        requested_by: the id of an API key.
        wanted: the filter, or the options, as they were asked for.
        step: how many steps were taken; `position` is where the next one begins.
        complete: whether there is nothing more to find.
        found, started, skipped: of those found, how many were begun, and how many need nothing any more.
        outcomes: how many retries ended how, or how many files were discarded.
        asked: a hash of the request, by which a repeated one is known.
        examples: some of what was found, for a dry run.
    """

    operation_id: str
    kind: Kind
    requested_by: str
    created_at: str
    why: str | None = None
    wanted: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    position: str | None = None
    complete: bool = False
    found: int = 0
    started: int = 0
    skipped: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    asked: str = ""
    expires_at: int | None = None

    @property
    def waiting(self) -> int:
        """How many retries were begun and have no outcome yet."""
        return self.started - sum(self.outcomes.values()) if self.kind is Kind.RETRY else 0

    @property
    def state(self) -> State:
        return State.FINISHED if self.complete and self.waiting <= 0 else State.RUNNING


class OperationStore:
    """Reads and writes operations in the records table."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def add(self, operation: Operation) -> Operation | None:
        """Write a new operation; the one that has its id already."""
        with translated(f"writing operation {operation.operation_id}"):
            try:
                self._client.put_item(
                    TableName=self._table_name,
                    Item=_item(operation),
                    ConditionExpression=OPERATION_IS_NEW,
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return self.get(operation.operation_id)
        return None

    def get(self, operation_id: str) -> Operation | None:
        """The operation with what became of its records so far."""
        keys = [_key(operation_id), *(_key(operation_id, number) for number in range(COUNTERS))]
        request: Any = {self._table_name: {"Keys": keys, "ConsistentRead": True}}
        with translated(f"reading operation {operation_id}"):
            answer = self._client.batch_get_item(RequestItems=request)
        if answer.get("UnprocessedKeys"):
            raise TransientError("the records table is too busy to answer")
        items = [from_item(dict(item)) for item in answer["Responses"][self._table_name]]
        (found, counters) = _apart(items, f"operation#{operation_id}")
        if found is None:
            return None
        return replace(_operation(found), outcomes=counters)

    def advance(self, operation: Operation) -> bool:
        """Write what a step brought; whether it was the first to do so."""
        with translated(f"writing operation {operation.operation_id}"):
            try:
                self._client.put_item(
                    TableName=self._table_name,
                    Item=_item(replace(operation, step=operation.step + 1)),
                    ConditionExpression=STEP_IS_AS_READ,
                    ExpressionAttributeNames={"#step": "step"},
                    ExpressionAttributeValues={":step": {"N": str(operation.step)}},
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def counted(self, operation_id: str, record_id: str, outcome: Status) -> dict[str, Any]:
        """For `RecordStore.move`: count the outcome of one record, together with it."""
        number = int(shard_of(record_id, COUNTERS).partition("#")[2])
        return {
            "Update": {
                "TableName": self._table_name,
                "Key": _key(operation_id, number),
                "UpdateExpression": "ADD #outcome :one",
                "ExpressionAttributeNames": {"#outcome": str(outcome)},
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        }


def _key(operation_id: str, counter: int | None = None) -> dict[str, Any]:
    suffix = "" if counter is None else f"#{counter}"
    return {"recordId": {"S": f"operation#{operation_id}{suffix}"}}


def _item(operation: Operation) -> dict[str, Any]:
    named = {camel(item.name): getattr(operation, item.name) for item in fields(operation)}
    del named["outcomes"]
    known = {name: value for name, value in named.items() if value is not None}
    return to_item(known) | _key(operation.operation_id)


def _operation(attributes: dict[str, Any]) -> Operation:
    known = {
        item.name: attributes[camel(item.name)]
        for item in fields(Operation)
        if camel(item.name) in attributes
    }
    known["kind"] = Kind(known["kind"])
    known["examples"] = tuple(known.get("examples", ()))
    return Operation(**known)


def _apart(items: list[dict[str, Any]], own: str) -> tuple[dict[str, Any] | None, dict[str, int]]:
    found, counts = None, dict[str, int]()
    for item in items:
        if item["recordId"] == own:
            found = item
            continue
        for outcome in _COUNTED:
            if number := item.get(outcome):
                counts[str(outcome)] = counts.get(str(outcome), 0) + number
    return found, counts
