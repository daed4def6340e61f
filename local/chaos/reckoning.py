"""Holds what was put against what is there: the promises, and how often each is broken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

OPEN = frozenset({Status.AWAITING_UPLOAD, Status.RETRYING})


@dataclass(frozen=True)
class Sent:
    """An object that was put, and the record that it must have."""

    record_id: str
    key: str
    sha256: str
    good: bool


@dataclass(frozen=True)
class Found:
    """What is there when everything has come to rest.

    Attributes:
        statuses: of every record, by its id.
        incoming, quarantine: how often each SHA-256 is there: current versions, and originals.
        mails, most_mails: of the notifier, and how many may be; alarms are not counted.
        lost: the keys of objects whose event was lost.
    """

    statuses: Mapping[str, str]
    incoming: Counter[str]
    quarantine: Counter[str]
    mails: int
    most_mails: int = 12
    lost: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Promise:
    """How often it was put to the test, how often it is broken, and what there is to say of that."""

    text: str
    of: int
    broken: int
    note: str = ""


def reckon(sent: Sequence[Sent], found: Found) -> list[Promise]:
    """Every promise, kept or broken."""
    final = [item for item in sent if _is_final(found.statuses.get(item.record_id))]
    quarantined = [item for item in final if found.statuses[item.record_id] == Status.QUARANTINED]
    strangers = _strangers(sent, found)
    wrong = [item for item in final if not _is_right(item, found.statuses[item.record_id])]
    untold = len(quarantined) if not found.mails else 0
    return [
        _recorded(sent, final, found),
        Promise("no record but theirs", len(found.statuses), len(strangers)),
        Promise("good files are processed, bad ones quarantined", len(final), len(wrong)),
        Promise("the bytes of each object are in exactly one bucket", len(sent), _misplaced(sent, found)),
        Promise("somebody is told of quarantined files", len(quarantined), untold),
        Promise("no more mails than the limit of an hour", found.mails, found.mails > found.most_mails),
    ]


def _recorded(sent: Sequence[Sent], final: Sequence[Sent], found: Found) -> Promise:
    done = {item.record_id for item in final}
    undone = [item for item in sent if item.record_id not in done]
    lost = sum(item.key in found.lost for item in undone)
    note = f"of {lost:,} of them the event was lost, and no sweep found them" if lost else ""
    return Promise("each object has one record in a final state", len(sent), len(undone), note)


def _strangers(sent: Sequence[Sent], found: Found) -> list[str]:
    known = {item.record_id for item in sent}
    # An announcement whose answer did not come is made again; the first one waits for a file in vain.
    in_vain = (Status.AWAITING_UPLOAD, Status.EXPIRED)
    return [name for name, status in found.statuses.items() if name not in known and status not in in_vain]


def _is_final(status: str | None) -> bool:
    return status is not None and status not in OPEN


def _is_right(item: Sent, status: str) -> bool:
    # A file that failed has no verdict: that is nobody's fault, and it can be tried again.
    return status == Status.FAILED or status == (Status.PROCESSED if item.good else Status.QUARANTINED)


def _misplaced(sent: Sequence[Sent], found: Found) -> int:
    incoming: Counter[str] = Counter()
    quarantine: Counter[str] = Counter()
    for item in sent:
        bad = found.statuses.get(item.record_id) == Status.QUARANTINED
        (quarantine if bad else incoming)[item.sha256] += 1
    missing = (incoming - found.incoming) + (quarantine - found.quarantine)
    surplus = (found.incoming - incoming) + (found.quarantine - quarantine)
    # A file that is in the wrong bucket is missing in one and surplus in the other.
    return max(missing.total(), surplus.total())
