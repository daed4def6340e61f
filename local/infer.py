"""A first contract for tables that look like a good one; a person reads it through."""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from contracts.model import LONGEST_PREFIX
from contracts.reader import BrokenContracts, read_files
from local.emulator import LocalError
from processor.formats.base import Ceilings, File
from processor.inspection import inspect
from processor.media import HEAD_BYTES, detect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.model import Contract
    from processor.inspection import Inspection

MOST_ENUM, FEWEST_ROWS = 12, 50
_DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]*[A-Za-z0-9_]|[A-Za-z]")
_RANGED = frozenset({"integer", "number", "date", "datetime", "time"})
_KEYS = frozenset({"integer", "string"})
_LONGEST_CELL = 10_000_000
_TITLE = """\
# From {name} ({rows:,} rows), by `python -m local infer`. Read it through: what one file happens to hold
# is not yet what all of them must hold. docs/contracts.md says what else there is.
"""


@dataclass
class Column:
    """What one column holds: its different values as long as they are few, and whether all are different."""

    few: set[str] | None = field(default_factory=set)
    seen: set[str] | None = field(default_factory=set)

    def take(self, cell: str) -> None:
        if self.few is not None and cell:
            self.few.add(cell)
            if len(self.few) > MOST_ENUM:
                self.few = None
        if self.seen is not None:
            if not cell or cell in self.seen:
                self.seen = None
            else:
                self.seen.add(cell)


def infer(path: Path, prefix: str | None = None) -> str:
    """The YAML of a contract that the file fulfils.

    Args:
        prefix: of the contract; without it, one like the file's name.

    Raises:
        LocalError: the file is no good table, or there is none.
    """
    try:
        with path.open("rb") as opened:
            head = opened.read(HEAD_BYTES)
    except OSError as error:
        raise LocalError(f"{path}: {error.strerror}") from error
    file = File(path, path.name, path.stat().st_size, head, detect(head))
    found = _inspected(file)
    _refuse(path, found, "so it shows no good example")
    profile = found.profile or {}
    if profile.get("format") != "csv":
        raise LocalError(f"{path} is {found.media_type}; only of a CSV or TSV table can a contract be made")
    return _fulfilled(file, found, _columns(path, profile), prefix or _prefix(path))


def _fulfilled(file: File, found: Inspection, columns: list[Column], prefix: str) -> str:
    """The contract, with each column that has odd values as texts: they would break it."""
    texts: set[int | None] = set()
    while True:
        contract = _composed(file, found, columns, prefix, texts)
        held = _inspected(file, _parsed(contract))
        odd = {error.field_number for error in held.findings.errors if error.type == "type-error"}
        if not odd - texts:
            _refuse(file.path, held, "even of the contract that was made of it")
            return contract
        texts |= odd


def _inspected(file: File, contract: Contract | None = None) -> Inspection:
    with tempfile.TemporaryDirectory() as folder:
        return inspect(file, Ceilings(), Path(folder), contract)


def _refuse(path: Path, found: Inspection, remark: str) -> None:
    errors = found.findings.errors
    if errors:
        where = f", line {errors[0].line_number}" if errors[0].line_number else ""
        raise LocalError(f"{path}{where}: {errors[0].message} There are errors in it, {remark}.")


def _parsed(contract: str) -> Contract:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contract.yaml")
        path.write_text(contract, encoding="utf-8")
        try:
            (parsed,) = read_files([path])
        except BrokenContracts as broken:
            told = "; ".join(problem.message for problem in broken.problems)
            raise LocalError(f"no contract can be made of this table: {told}") from broken
    return parsed


def _columns(path: Path, profile: dict[str, Any]) -> list[Column]:
    columns = [Column() for _ in profile["columns"]]
    rows = _rows(path, profile)
    if profile["header"]:
        next(rows)
    for row in rows:
        for column, cell in zip(columns, row, strict=False):
            column.take(cell)
    return columns


def _rows(path: Path, profile: dict[str, Any]) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    encoding = (
        profile["encoding"].removesuffix("-le").removesuffix("-be") if profile["bom"] else profile["encoding"]
    )
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    delimiter = _delimiter(profile)
    with path.open(encoding=encoding, newline="") as opened:
        yield from filter(None, csv.reader(opened, delimiter=delimiter, quotechar=profile["quote"] or '"'))


def _delimiter(profile: dict[str, Any]) -> str:
    name = str(profile["delimiter"])
    return _DELIMITERS.get(name, name)


def _composed(
    file: File, found: Inspection, columns: list[Column], prefix: str, texts: set[int | None]
) -> str:
    profile = found.profile or {}
    lines = [
        _TITLE.format(name=_scalar(file.name), rows=profile["rows"]) + f"prefix: {_scalar(prefix)}",
        f"mediaTypes: [{found.media_type}]",
        f"encoding: {profile['encoding']}",
        f"delimiter: {_scalar(_delimiter(profile))}",
        f"header: {'exact' if profile['header'] else 'none'}",
        "schema:",
        "  fields:",
    ]
    key: str | None = None
    names = Counter(known["name"].lower() for known in profile["columns"])
    for number, (known, column) in enumerate(zip(profile["columns"], columns, strict=True), 1):
        kind = "string" if number in texts else known["type"]
        unique = column.seen is not None and profile["rows"] > 1 and kind in _KEYS
        if unique and key is None and names[known["name"].lower()] == 1:
            key = known["name"]
        lines += _field(known, kind, column, rows=profile["rows"], unique=unique)
    if key is not None:
        lines.append(f"  primaryKey: {_scalar(key)}  # a guess: its values are all different")
    return "\n".join([*lines, "toleratedBadRows: 0", "onBadRows: quarantine"]) + "\n"


def _field(known: dict[str, Any], kind: str, column: Column, *, rows: int, unique: bool) -> list[str]:
    lines = [f"    - name: {_scalar(known['name'])}", f"      type: {kind}"]
    constraints = [] if known["nulls"] else ["required: true"]
    if kind == "string" and column.few and rows >= FEWEST_ROWS and not unique:
        constraints.append(f"enum: [{', '.join(_scalar(value) for value in sorted(column.few))}]")
    if constraints:
        lines.append(f"      constraints: {{{', '.join(constraints)}}}")
    if kind in _RANGED and kind == known["type"] and "min" in known and "max" in known:
        lines.append(f"      # minimum: {known['min']}, maximum: {known['max']}")
    if unique:
        lines.append("      # unique: true")
    return lines


def _scalar(text: str) -> str:
    """A text as YAML writes it, in quotes where it would be something else without them."""
    if _PLAIN.fullmatch(text) and isinstance(yaml.safe_load(text), str):
        return text
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf")).strip()


def _prefix(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9_=-]+", "-", path.stem)[:LONGEST_PREFIX].strip("-") or "uploads"
