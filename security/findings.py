"""What scanners find, and the list of what is accepted with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

EXCEPTIONS = Path(__file__).with_name("exceptions.yaml")


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """
    Attributes:
        rule: the scanner's own name of what is wrong.
        where: a resource, a policy, or a file of ours.
        detail: what the scanner says of it.
    """

    scanner: str
    rule: str
    where: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Findings of one rule that are as they should be, in places that match a pattern."""

    scanner: str
    rule: str
    where: tuple[str, ...]
    reason: str

    def covers(self, finding: Finding) -> bool:
        return (self.scanner, self.rule) == (finding.scanner, finding.rule) and any(
            fnmatchcase(finding.where, pattern) for pattern in self.where
        )


def accepted(path: Path = EXCEPTIONS) -> list[Accepted]:
    """All exceptions.

    Raises:
        ValueError: one lacks something, or gives no reason.
    """
    return [_entry(entry) for entry in yaml.safe_load(path.read_text())]


def _entry(entry: dict[str, Any]) -> Accepted:
    if set(entry) != {"scanner", "rule", "where", "reason"} or not all(entry.values()):
        raise ValueError(f"an exception has a scanner, a rule, places and a reason: {entry}")
    where = entry["where"] if isinstance(entry["where"], list) else [entry["where"]]
    return Accepted(
        scanner=entry["scanner"], rule=entry["rule"], where=tuple(where), reason=entry["reason"].strip()
    )


def unexplained(findings: list[Finding], exceptions: list[Accepted]) -> list[Finding]:
    """Findings that no exception covers."""
    return sorted({f for f in findings if not any(e.covers(f) for e in exceptions)})


def unused(findings: list[Finding], exceptions: list[Accepted]) -> list[tuple[Accepted, str]]:
    """Places of exceptions where nothing is found: what is excused there was mended, or is misspelt."""
    return [
        (exception, pattern)
        for exception in exceptions
        for pattern in exception.where
        if not any(_only(exception, pattern).covers(finding) for finding in findings)
    ]


def _only(exception: Accepted, pattern: str) -> Accepted:
    return Accepted(scanner=exception.scanner, rule=exception.rule, where=(pattern,), reason=exception.reason)
