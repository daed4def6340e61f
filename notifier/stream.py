"""What a batch of the table's stream says: how many files of each cause, and what cannot be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from notifier.alerts import EXAMPLES, Cause, Example, Tally
from records.items import from_item
from records.model import from_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records.model import Record

# What reading a record can raise when it was written by another version of us, or by somebody else.
_NOT_A_RECORD = (KeyError, TypeError, ValueError, AttributeError)
_LONGEST_DETAIL = 500


@dataclass(frozen=True)
class Unreadable:
    """A stream record that is none of ours, or not any more."""

    record_id: str
    error: str


def batch_id(stream: list[dict[str, Any]]) -> str:
    """The same for the same stream records: a batch that failed comes again as it was."""
    numbers = "\n".join(str(_part(entry, "SequenceNumber")) for entry in stream)
    return hashlib.sha256(numbers.encode()).hexdigest()[:16]


def changed_records(stream: Iterable[dict[str, Any]]) -> tuple[list[Record], list[Unreadable]]:
    """The records whose status changed, from DynamoDB stream records with new and old images."""
    changed, unreadable = [], []
    for entry in stream:
        try:
            record = _changed(entry["dynamodb"])
        except _NOT_A_RECORD as error:
            unreadable.append(Unreadable(_record_id(entry), f"{type(error).__name__}: {error}"))
        else:
            changed += [record] if record else []
    return changed, unreadable


def _changed(images: dict[str, Any]) -> Record | None:
    if "NewImage" not in images:  # the record was deleted
        return None
    new, old = images["NewImage"], images.get("OldImage", {})
    if old.get("status") == new["status"]:
        return None
    return from_attributes(from_item(new))


def _record_id(entry: Any) -> str:
    try:
        return str(_part(entry, "Keys")["recordId"]["S"])
    except _NOT_A_RECORD:
        return "unknown"


def _part(entry: Any, name: str) -> Any:
    try:
        return entry["dynamodb"][name]
    except _NOT_A_RECORD:
        return None


def tallies(records: Iterable[Record]) -> dict[Cause, Tally]:
    """How many records there are of each cause."""
    found: dict[Cause, Tally] = {}
    for record in records:
        cause = Cause(str(record.status), str(record.reason) if record.reason else None)
        one = Tally(1, record.finished_at or record.created_at, (_example(record),))
        found[cause] = found[cause] + one if cause in found else one
    return found


def unreadable_tally(unreadable: list[Unreadable], moment: str) -> Tally:
    """Those together; when they were written cannot be read either."""
    examples = (Example(entry.record_id, detail=_short(entry.error)) for entry in unreadable[:EXAMPLES])
    return Tally(len(unreadable), moment, tuple(examples))


def _example(record: Record) -> Example:
    detail = _short(record.detail) if record.detail else None
    return Example(record.record_id, record.object_key, detail, record.size_bytes, record.arrived_at)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}…"
