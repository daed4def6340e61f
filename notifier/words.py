"""How each cause is called, and the first thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from notifier.alerts import UNREADABLE
from records.model import Reason, Status

if TYPE_CHECKING:
    from notifier.alerts import Cause


@dataclass(frozen=True)
class Words:
    """What happened to what, of one and of several, and in a subject."""

    was: str
    were: str
    label: str
    thing: str = "file"
    things: str = "files"

    def counted(self, count: int, *, more: bool = False) -> str:
        """`1 file`, `1,000 more files`."""
        return f"{count:,} {'more ' if more else ''}{self.thing if count == 1 else self.things}"

    def happened(self, count: int) -> str:
        """`was quarantined`, `were quarantined`."""
        return self.was if count == 1 else self.were


_WORDS: dict[str, Words] = {
    Status.QUARANTINED: Words("was quarantined", "were quarantined", "quarantined"),
    Status.FAILED: Words("failed", "failed", "failed"),
    Status.PROCESSED: Words("was processed", "were processed", "processed"),
    UNREADABLE.status: Words(
        "could not be read", "could not be read", "unreadable", "change of a record", "changes of records"
    ),
}
_BY_REASON: dict[str, str] = {
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
    Reason.UNAVAILABLE: "Nothing, for an hour: they are tried again by themselves. Then look at the "
    "processor's log, and at AWS's health page.",
    Reason.MISCONFIGURED: "The detail names a permission or a resource that is missing. Mend it, then "
    'POST /retries with {"status": "failed", "reason": "misconfigured"}.',
    Reason.CRASHED: 'Look at the processor\'s log, lines with "delivery failed". Then POST /retries with '
    '{"status": "failed", "reason": "crashed"}.',
    Reason.BAD_ROWS: "Send the sender the bad rows: GET /records/{recordId}/rejects links to them.",
}
_BY_STATUS: dict[str, str] = {
    Status.QUARANTINED: "Open the record below; its detail says what was wrong.",
    Status.FAILED: "Open the record below; its detail says what failed. The file is not at fault.",
    UNREADABLE.status: "Open the records below: they may need somebody, and nobody was told why. The "
    'notifier\'s log says what it could not read, in lines with "stream record unreadable".',
}


def words(cause: Cause) -> Words:
    """How to speak of the cause."""
    return _WORDS.get(cause.status) or Words(*(f"became {cause.status}",) * 2, cause.status)


def advice(cause: Cause) -> str | None:
    """What to do first; nothing for what is in order."""
    return _BY_REASON.get(cause.reason or "") or _BY_STATUS.get(cause.status)
