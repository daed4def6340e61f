"""How one delimited table is laid out: its text, dialect, header and columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processor.findings import Finding
from processor.formats import table_schema
from processor.formats.base import Rejected, over
from processor.formats.cell_types import STRING, TYPES
from processor.formats.csv_dialect import NO_QUOTE, detect_dialect
from processor.formats.csv_records import Records
from processor.formats.encodings import utf8_text

if TYPE_CHECKING:
    from contracts.model import Contract
    from processor.findings import Findings
    from processor.formats.base import Examination, File, Profile
    from processor.formats.csv_dialect import Dialect
    from processor.formats.encodings import Utf8Text

_HEAD_BYTES = 65_536
_DELIMITERS = {b",": "comma", b"\t": "tab", b";": "semicolon", b"|": "pipe"}


@dataclass(frozen=True)
class Layout:
    """How a table is written.

    Attributes:
        labels: of the columns; made up where there is no header.
        header: the line of the header; 0 where there is none.
        lines: how many lines stand before the data.
        shown: what the columns are called on the record.
    """

    text: Utf8Text
    dialect: Dialect
    records: Records
    labels: list[str]
    header: int = 0
    lines: int = 0
    shown: tuple[str, ...] = ()

    def name(self, number: int) -> str:
        """What a column is called on the record, counted from 1.

        Where values must not be shown, only a contract's names are: a first row may be no header.
        """
        return self.shown[number - 1]

    @property
    def width(self) -> int:
        return len(self.labels)

    def described(self) -> Profile:
        """Its part of the profile."""
        delimiter = self.dialect.delimiter
        return {
            "encoding": self.text.encoding,
            "bom": self.text.bom,
            "delimiter": _DELIMITERS.get(delimiter, delimiter.decode()),
            "quote": None if self.dialect.quote == NO_QUOTE else self.dialect.quote.decode(),
            "header": bool(self.header),
        }


def layout_of(file: File, work: Examination) -> Layout:
    """Find it.

    Raises:
        Rejected: there is no header, or it cannot be read.
    """
    contract = work.contract
    text = utf8_text(file, work)
    with text.path.open("rb") as opened:
        opened.seek(text.bom_bytes)
        head = opened.read(_HEAD_BYTES)
    if len(head) == _HEAD_BYTES and b"\n" in head:
        head = head[: head.rindex(b"\n") + 1]
    dialect = detect_dialect(head, file.name, delimiter=contract.delimiter if contract else None)
    records = Records(text.path, dialect, skip=text.bom_bytes, most_bytes=work.ceilings.max_line_bytes)
    names = [field.name for field in contract.fields] if contract else []
    if contract and contract.header == "none" and names:
        return Layout(text, dialect, records, names, shown=tuple(names))
    first = records.header()
    if first is None:
        raise Rejected("source-error", "The file holds blank lines only; a table has a header at least.")
    if first.wrong:
        raise Rejected(first.wrong[0], f"The header cannot be read. {first.wrong[1]}", line=first.line)
    labels = dialect.split(first.text)
    if len(labels) > work.ceilings.max_columns:
        raise over("maxColumns", work.ceilings.max_columns, f"The table has {len(labels):,} columns")
    made_up = [f"column{number}" for number in range(1, len(labels) + 1)]
    if not names and _is_data(labels):
        return Layout(text, dialect, records, made_up, shown=tuple(made_up))
    shown = [
        label if work.values or label in names else other
        for label, other in zip(labels, made_up, strict=True)
    ]
    lines = first.line + first.text.count(b"\n")
    return Layout(text, dialect, records, labels, first.line, lines, tuple(shown))


def _is_data(labels: list[str]) -> bool:
    """Whether the first row holds values: when none of its cells looks like a name."""
    filled = [label for label in labels if label]
    typed = [type_ for type_ in TYPES if type_ is not STRING]
    return bool(filled) and all(any(type_.look.fullmatch(label) for type_ in typed) for label in filled)


def check_labels(layout: Layout, contract: Contract | None, findings: Findings) -> dict[str, int]:
    """Name what is wrong with the header; the number, from 1, of the column of each field of the contract."""
    if contract is None:
        _odd_labels(layout, findings)
        return {}
    names = [field.name for field in contract.fields]
    if not layout.header:
        return {name: number for number, name in enumerate(names, 1)}
    for finding in table_schema.header_findings(contract, layout.labels, layout.header):
        number = finding.field_number
        if number and finding.field_name not in names:
            finding = replace(finding, field_name=layout.name(number))
        findings.error(finding)
    return {label: number for number, label in enumerate(layout.labels, 1) if label in names}


def _odd_labels(layout: Layout, findings: Findings) -> None:
    seen: set[str] = set()
    for number, label in enumerate(layout.labels, 1):
        if not label.strip():
            message = "The column has no name."
            findings.warning(
                Finding(type="blank-label", message=message, line_number=layout.header, field_number=number)
            )
        elif label in seen:
            message = "A column before has the same name."
            findings.warning(
                Finding(
                    type="duplicate-label",
                    message=message,
                    line_number=layout.header,
                    field_number=number,
                    field_name=layout.name(number),
                )
            )
        seen.add(label)
