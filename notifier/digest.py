"""Turns what the table's stream says into messages that read well as an email."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from records.items import from_item
from records.model import Reason, Record, Status, from_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLES = 3
_LONGEST_SUBJECT = 99  # SNS: "must be … less than 100 characters long", ASCII, no control characters

_NEXT_STEP = {
    Reason.EMPTY_FILE: "Ask the sender to send the file again: nothing arrived but its name.",
    Reason.FILE_TOO_LARGE: "Ask the sender to split the file, or raise the stack's maxFileBytes.",
    Reason.CHECKSUM_MISMATCH: "Ask the sender to send the file again: it changed on its way.",
    Reason.UNSAFE_CONTENT: "Do not open the file; ask the sender for one without what the detail names.",
    Reason.NOT_ACCEPTED: "Ask the sender for a file that the contract accepts, or change the contract.",
    Reason.WRONG_FORMAT: "Ask the sender to name the file for what it is, or to send what its name says.",
    Reason.CEILING_EXCEEDED: "Ask the sender for a smaller or simpler file, or raise the ceiling named.",
    Reason.BROKEN_ENCODING: "Ask the sender to save it as UTF-8, or declare its encoding in a contract.",
    Reason.WRONG_HEADER: "Ask the sender for the columns that the contract names, or change the contract.",
    Reason.CORRUPT_FILE: "Ask the sender to send the file again: it is broken or incomplete.",
    Reason.BAD_ROWS: "Send the sender the bad rows: GET /records/{recordId}/rejects links to them.",
}
_HAPPENED = {
    Status.QUARANTINED: "quarantined",
    Status.FAILED: "failed",
    Status.PROCESSED: "processed",
}


@dataclass(frozen=True)
class Message:
    """One message to publish: a subject of ASCII, a text, and attributes to filter on."""

    subject: str
    text: str
    attributes: dict[str, str]


def changed_records(stream: Iterable[dict[str, Any]]) -> list[Record]:
    """The records whose status changed, from DynamoDB stream records with new and old images."""
    changed = []
    for images in (entry["dynamodb"] for entry in stream):
        if "NewImage" not in images:  # the record was deleted
            continue
        record = from_attributes(from_item(images["NewImage"]))
        if images.get("OldImage", {}).get("status", {}).get("S") != record.status:
            changed.append(record)
    return changed


def compose(records: Iterable[Record], *, stack: str, api_url: str) -> list[Message]:
    """One message for each status and reason among the records."""
    groups: dict[tuple[Status, Reason | None], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.status, record.reason].append(record)
    return [_message(group, stack, api_url) for group in groups.values()]


def _message(group: list[Record], stack: str, api_url: str) -> Message:
    first = group[0]
    happened = _HAPPENED.get(first.status, str(first.status))
    cause = f": {first.reason}" if first.reason else ""
    attributes = {"stack": stack, "status": str(first.status), "count": str(len(group))}
    if first.reason:
        attributes["reason"] = str(first.reason)
    return Message(
        subject=_subject(stack, f"{_files(len(group))} {happened}{cause}"),
        text=_text(group, happened, stack, api_url),
        attributes=attributes,
    )


def _subject(stack: str, what: str) -> str:
    room = _LONGEST_SUBJECT - len(f"[] {what}")
    return f"[{stack if len(stack) <= room else stack[: room - 3] + '...'}] {what}"


def _text(group: list[Record], happened: str, stack: str, api_url: str) -> str:
    first = group[0]
    since = min(record.finished_at or record.created_at for record in group)
    lines = [f"{_files(len(group))} {_was(len(group))} {happened} in stack {stack} since {since}.", ""]
    if first.reason:
        lines += [f"Reason: {first.reason}", f"What to do: {_next_step(first)}", ""]
    for record in group[:EXAMPLES]:
        lines += [f"  {_one_line(record.object_key)}", *_facts(record, api_url), ""]
    if len(group) > EXAMPLES:
        lines += [f"  … and {len(group) - EXAMPLES:,} more", ""]
    query = urlencode({"status": str(first.status)})
    lines.append(f"All of them: {api_url}/records?{query}")
    lines.append(f"These links need an API key; in a browser, use {api_url}/docs")
    return "\n".join(lines)


def _facts(record: Record, api_url: str) -> list[str]:
    facts = [record.detail] if record.detail else []
    if record.size_bytes is not None:
        facts.append(f"{record.size_bytes:,} bytes, arrived {record.arrived_at}")
    return [f"    {fact}" for fact in [*facts, f"{api_url}/records/{record.record_id}"]]


def _one_line(text: str) -> str:
    """A key may hold anything; in a mail it must not begin lines of its own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _next_step(record: Record) -> str:
    if record.reason in _NEXT_STEP:
        return _NEXT_STEP[record.reason]
    return "Open the record below; its detail says what was wrong."


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
