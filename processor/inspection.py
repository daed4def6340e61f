"""Opens a file: finds its format, has it examined, and says what shall become of it."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from processor import fit
from processor.findings import Finding, Findings
from processor.formats import FORMATS, engine
from processor.formats.base import Examination, Rejected
from processor.formats.csv_table import ACCEPTED
from processor.media import UNKNOWN
from records.model import Reason

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.model import Contract
    from processor.formats.base import Ceilings, File, Format, Profile

_BY_MEDIA_TYPE = {media_type: kind for kind in FORMATS for media_type in kind.media_types}
_BY_NAME = {kind.name: kind for kind in FORMATS}
# What is made of letters alone: if one of them does not look like it at all, its own module says best why.
_TEXTUAL = frozenset({"csv", "json", "jsonl", "xml", "svg", "text"})
# Content that another name may promise as well: a text is all of these, a single line of JSON is JSON Lines.
_ALSO = {
    "text": _TEXTUAL,
    "jsonl": frozenset({"json"}),
    "json": frozenset({"jsonl"}),
    "xml": frozenset({"svg"}),
    "zip": frozenset({"xlsx"}),
}
# What a file is recorded as whose content does not show it, or shows less than its name.
_MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "text": "text/plain",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADER = frozenset(
    {"incorrect-label", "missing-label", "extra-label", "duplicate-label", "blank-label", "blank-header"}
)
_REASONS = {
    "unsafe-error": Reason.UNSAFE_CONTENT,
    "contract-error": Reason.NOT_ACCEPTED,
    "format-error": Reason.WRONG_FORMAT,
    "ceiling-error": Reason.CEILING_EXCEEDED,
    "encoding-error": Reason.BROKEN_ENCODING,
    **dict.fromkeys(sorted(_HEADER), Reason.WRONG_HEADER),
    "source-error": Reason.CORRUPT_FILE,
}
"""The first of these that a file has is its reason; errors of single rows are `bad_rows`."""


@dataclass(frozen=True)
class Inspection:
    """What a file is and what is wrong with it.

    Attributes:
        media_type: by content, or what the name promises where the content bears it out.
        profile: None for an unknown type.
        reason: why it cannot be taken in; None if it can, perhaps without some of its rows.
        detail: the reason in words.
        accepted: the good rows as Parquet, where the contract lets the file be split.
    """

    media_type: str
    profile: Profile | None
    findings: Findings
    contract: Contract | None = None
    reason: Reason | None = None
    detail: str | None = None
    accepted: Path | None = field(default=None)

    def on_record(self) -> dict[str, Any]:
        """What the record keeps of it, small enough for a DynamoDB item whatever the file.

        Errors in rows that the contract tolerates are warnings of a record that is processed.
        """
        found = self.findings
        errors, warnings = found.errors, found.warnings
        error_counts, warning_counts = found.error_counts, found.warning_counts
        if self.reason is None:
            errors, warnings = [], [*errors, *warnings]
            error_counts, warning_counts = Counter(), error_counts + warning_counts
        return {
            "contract": self.contract.name if self.contract else None,
            "profile": fit.profile(self.profile) if self.profile else None,
            "errors": fit.findings(sorted(errors, key=_line)),
            "warnings": fit.findings(sorted(warnings, key=_line)),
            "error_counts": dict(error_counts),
            "warning_counts": dict(warning_counts),
        }


def inspect(file: File, ceilings: Ceilings, folder: Path, contract: Contract | None = None) -> Inspection:
    """Check and describe a file.

    Args:
        folder: an empty folder of its own; whoever gives it removes it afterwards.
        contract: what the file's prefix accepts.
    """
    findings = Findings(folder / "rejects.csv", most=ceilings.max_rejects)
    values = not (contract and contract.personal_data)
    work = Examination(ceilings, findings, folder, contract, values, nested=None)
    work = replace(work, nested=lambda inner: _examined(inner, replace(work, nested=None))[1] or {})
    try:
        media_type, profile = _examined(file, work)
    except BaseException:  # whatever it was, the next file shall not meet a database that it spoilt
        engine.forget()
        raise
    if contract:
        _hold_against(contract, media_type, file.size_bytes, findings)
        if contract.fields and not findings.fatal and not _table(profile):
            message = f"The contract {contract.name} has columns, and they are checked of CSV tables only."
            findings.error(Finding(type="contract-error", message=message))
    findings.close()
    found = Inspection(media_type, profile, findings, contract)
    reason = _reason(found)
    if reason:
        return replace(found, reason=reason, detail=_detail(findings, profile, reason))
    accepted = folder / ACCEPTED
    return replace(found, accepted=accepted if accepted.exists() else None)


def _table(profile: Profile | None) -> Profile:
    """The profile of the table that a file is, or holds packed; empty where it is none."""
    known = profile or {}
    return next((table for table in (known, known.get("content", {})) if table.get("format") == "csv"), {})


def _examined(file: File, work: Examination) -> tuple[str, Profile | None]:
    """The media type and the profile of a file; None if there is nothing to say of it."""
    columns = work.contract and work.contract.fields
    if file.media_type in _BY_NAME["csv"].media_types and _promised(file) is None and not columns:
        return _guessed(file, work)
    try:
        kind = _chosen(file, work.contract)
        if kind is None:
            return file.media_type, None
    except Rejected as rejected:
        _reject(rejected, work.findings)
        return file.media_type, None
    media_type = file.media_type if file.media_type in kind.media_types else _MEDIA_TYPES[kind.name]
    try:
        return media_type, {"format": kind.name} | kind.examine(file, work)
    except Rejected as rejected:
        _reject(rejected, work.findings)
        return media_type, {"format": kind.name}


def _guessed(file: File, work: Examination) -> tuple[str, Profile | None]:
    """What nobody called a table is one only if nothing in it is wrong; it is a text otherwise."""
    findings = Findings(work.folder / "guess.csv", most=1)
    with suppress(Rejected):
        profile = {"format": "csv"} | _BY_NAME["csv"].examine(file, replace(work, findings=findings))
        if not findings.errors:
            work.findings.take_warnings(findings)
            return file.media_type, profile
    findings.close()
    return _examined(replace(file, media_type=_MEDIA_TYPES["text"]), work)


def _promised(file: File) -> Format | None:
    suffix = PurePath(file.name.lower()).suffix
    return next((kind for kind in FORMATS if suffix in kind.suffixes), None)


def _reject(rejected: Rejected, findings: Findings) -> None:
    findings.error(Finding(type=rejected.type, message=rejected.message, line_number=rejected.line))


def _chosen(file: File, contract: Contract | None) -> Format | None:
    """The format by content first and by name second.

    Raises:
        Rejected: the name promises something else than the content is.
    """
    promised, seen = _promised(file), _BY_MEDIA_TYPE.get(file.media_type)
    textual = seen.name in _TEXTUAL if seen else file.media_type == UNKNOWN
    if contract and contract.fields and textual and (promised is None or promised.name in ("csv", "text")):
        return _BY_NAME["csv"]
    if promised is None or promised is seen:
        return seen
    if seen and seen.name in _ALSO.get(promised.name, ()):
        return promised
    if promised.name in _TEXTUAL and _may_be(promised, file):
        return promised
    promise = f"The name ends with {PurePath(file.name).suffix} and promises {promised.label}"
    raise Rejected("format-error", f"{promise}, but it seems to be {_seeming(file, seen)}.")


def _may_be(promised: Format, file: File) -> bool:
    """Whether content that looks like nothing in particular may be a broken file of this format."""
    unclear = file.media_type in (_MEDIA_TYPES["text"], UNKNOWN) or (
        file.media_type not in _BY_MEDIA_TYPE and file.media_type.startswith(("text/", "message/"))
    )
    if promised.name == "xml" and file.media_type == "text/html":  # `<table>` may begin either
        return True
    begin = file.head.removeprefix(BOM_UTF8).lstrip()[:1]
    no_json = promised.name in ("json", "jsonl") and begin.isalpha() and begin not in b"tfn"
    return unclear and not no_json


def _seeming(file: File, seen: Format | None) -> str:
    if seen:
        return f"{seen.label} ({file.media_type})"
    return "something unknown" if file.media_type == UNKNOWN else file.media_type


def _hold_against(contract: Contract, media_type: str, size_bytes: int, findings: Findings) -> None:
    def broken(message: str) -> None:
        findings.error(Finding(type="contract-error", message=message))

    if contract.media_types and media_type not in contract.media_types:
        accepted = ", ".join(contract.media_types)
        broken(f"The contract {contract.name} accepts {accepted}; the file is {media_type}.")
    if contract.max_bytes is not None and size_bytes > contract.max_bytes:
        broken(
            f"The file has {size_bytes:,} bytes; the contract {contract.name} accepts {contract.max_bytes:,}."
        )
    if contract.min_bytes is not None and size_bytes < contract.min_bytes:
        broken(
            f"The file has {size_bytes:,} bytes; the contract {contract.name} wants {contract.min_bytes:,}."
        )


def _reason(found: Inspection) -> Reason | None:
    findings, contract = found.findings, found.contract
    if findings.fatal:
        fatal = findings.error_counts - findings.row_error_counts
        return next((reason for type_, reason in _REASONS.items() if fatal[type_]), Reason.CORRUPT_FILE)
    if not findings.row_errors:
        return None
    rows = _table(found.profile).get("rows", 0)
    tolerated = contract is not None and contract.fields and contract.tolerates(findings.bad_rows, rows)
    return None if tolerated else Reason.BAD_ROWS


def _line(finding: Finding) -> int:
    return finding.line_number or 0


def _detail(findings: Findings, profile: Profile | None, reason: Reason) -> str:
    total = findings.error_counts.total()
    decisive = [error for error in findings.errors if _REASONS.get(error.type) is reason]
    first = min(decisive or findings.errors, key=_line)
    told = first.message
    if first.line_number and not told.startswith("Line "):
        told = f"Line {first.line_number}: {told}"
    if total == 1:
        return told
    rows = (profile or {}).get("rows") or _table(profile).get("rows")
    where = f" in {findings.bad_rows:,} of {rows:,} rows" if findings.bad_rows and rows else ""
    return f"{total:,} errors{where}. {told}"
