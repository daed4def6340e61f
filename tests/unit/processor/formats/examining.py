"""Runs one format on content, as the inspection of a file does."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from processor.findings import Finding, Findings
from processor.formats.base import Ceilings, Examination, File, Format, Profile, Rejected
from processor.media import HEAD_BYTES, detect

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.model import Contract


@dataclass(frozen=True)
class Examined:
    """What came out; the profile of a rejected file is empty.

    Attributes:
        report: the text of `rejects.csv`; empty where none was written.
    """

    profile: Profile
    findings: Findings
    report: str = ""

    @property
    def errors(self) -> list[tuple[str, int | None]]:
        return [(finding.type, finding.line_number) for finding in self.findings.errors]

    @property
    def warnings(self) -> list[tuple[str, int | None]]:
        return [(finding.type, finding.line_number) for finding in self.findings.warnings]

    @property
    def messages(self) -> str:
        """All messages, errors first."""
        return "\n".join(finding.message for finding in [*self.findings.errors, *self.findings.warnings])


def file_of(path: Path, *, name: str | None = None) -> File:
    """The file at `path`, whatever its size, as the inspection describes it."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    return File(path, name or path.name, path.stat().st_size, head, detect(head))


def examine(
    kind: Format,
    content: bytes | Path,
    name: str = "file",
    *,
    ceilings: Ceilings | None = None,
    contract: Contract | None = None,
    values: bool = True,
    nested: Callable[[File], Profile] | None = None,
) -> Examined:
    """Examine content, or a file that is there already, in a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "work")
        folder.mkdir()
        path = content if isinstance(content, Path) else Path(temporary, "content")
        if isinstance(content, bytes):
            path.write_bytes(content)
        ceilings = ceilings or Ceilings()
        findings = Findings(Path(temporary, "rejects.csv"), most=ceilings.max_rejects)
        work = Examination(ceilings, findings, folder, contract, values, nested)
        profile = _profile(kind, file_of(path, name=name), work)
        report = findings.report
        return Examined(profile, findings, report.read_text("utf-8-sig") if report else "")


def _profile(kind: Format, file: File, work: Examination) -> Profile:
    try:
        return kind.examine(file, work)
    except Rejected as rejected:
        work.findings.error(Finding(type=rejected.type, message=rejected.message, line_number=rejected.line))
        return {}
