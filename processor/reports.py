"""What is made of a file besides its record: the report of bad rows, and the good rows of a split one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from processor.work import REPORTS, folder_of
from records.model import Status

if TYPE_CHECKING:
    from processor.objects import Objects
    from processor.work import Work
    from records.model import Record


def with_reports(objects: Objects, outcome: Record, work: Work) -> Record:
    """Store the bad rows and, if they are accepted, the good ones, where the record says they are."""
    if work.inspection is None:
        return outcome
    folder = folder_of(outcome)
    if report := work.inspection.findings.report:
        outcome = replace(outcome, rejects_key=f"{REPORTS}/{folder}/rejects.csv")
        objects.store_rejects(report, f"{REPORTS}/{folder}/rejects.csv")
    if (accepted := work.inspection.accepted) and outcome.status is Status.PROCESSED:
        outcome = replace(outcome, accepted_key=f"{folder}/accepted.parquet")
        objects.store_accepted(accepted, f"{folder}/accepted.parquet")
    return outcome
