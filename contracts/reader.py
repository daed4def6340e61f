"""Reads `contracts/*.yaml`; never in a Lambda: bundles carry the contracts compiled.

All problems are collected, so that one look at them is enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from contracts import rules
from contracts.model import HEADERS, ON_BAD_ROWS, TYPES, Contract, Contracts, from_json
from contracts.nodes import (
    Mapping,
    Notes,
    Problem,
    choice,
    flag,
    items,
    place,
    text,
    text_or_texts,
    texts,
    tolerance,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.nodes import Path as Place

FOLDER = Path(__file__).parent
SUFFIX = ".yaml"
CONSTRAINTS = Mapping(
    {
        "required": flag,
        "unique": flag,
        "enum": texts,
        "pattern": text,
        "minimum": text,
        "maximum": text,
        "minLength": whole,
        "maxLength": whole,
    }
)
FIELD = Mapping(
    {
        "name": text,
        "type": choice(TYPES),
        "format": text,
        "title": text,
        "description": text,
        "trueValues": texts,
        "falseValues": texts,
        "constraints": CONSTRAINTS,
    },
    required=("name",),
)
SCHEMA = Mapping(
    {"fields": items(FIELD), "primaryKey": text_or_texts, "missingValues": texts}, required=("fields",)
)
CONTRACT = Mapping(
    {
        "prefix": text,
        "description": text,
        "mediaTypes": texts,
        "minBytes": whole,
        "maxBytes": whole,
        "encoding": text,
        "delimiter": text,
        "header": choice(HEADERS),
        "schema": SCHEMA,
        "toleratedBadRows": tolerance,
        "onBadRows": choice(ON_BAD_ROWS),
        "personalData": flag,
    },
    required=("prefix",),
)


class BrokenContracts(Exception):
    """Contracts that cannot be used, with all that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_folder(folder: Path = FOLDER) -> Contracts:
    """All contracts of a folder; none where it has none.

    Raises:
        BrokenContracts: with every problem of every file.
    """
    misnamed = sorted(folder.glob("*.yml"))
    problems = [Problem(_shown(path), 1, 1, f"Name it {path.stem}.yaml.") for path in misnamed]
    return read_files(sorted(folder.glob(f"*{SUFFIX}")), problems)


def read_files(paths: Iterable[Path], problems: Iterable[Problem] = ()) -> Contracts:
    """These contracts together.

    Raises:
        BrokenContracts: with every problem of every file, and those that are given.
    """
    found, problems = list[Contract](), list(problems)
    prefixes: dict[str, str] = {}
    for path in paths:
        contract, root, notes = _read(path)
        problems += notes.problems
        if contract is None or root is None:
            continue
        if contract.prefix in prefixes:
            other = prefixes[contract.prefix]
            message = f"{other} is for the prefix {contract.prefix}, too: there can be only one."
            notes.add(("prefix",), place(root, ("prefix",)), message)
            problems.append(notes.problems[-1])
        elif contract.prefix:
            prefixes[contract.prefix] = notes.file
        found.append(contract)
    if problems:
        raise BrokenContracts(sorted(problems))
    return Contracts(found)


def _read(path: Path) -> tuple[Contract | None, yaml.Node | None, Notes]:
    notes = Notes(_shown(path))
    root = _composed(path, notes)
    if root is None:
        return None, None, notes
    data = notes.read(CONTRACT, (), root)
    if data is None:
        return None, root, notes
    contract = from_json(_completed(data) | {"name": path.stem})
    form = set(notes.paths)
    for at, message in rules.check(contract):
        if not _follows(at, form, contract):
            notes.add(at, place(root, at), message)
    return contract, root, notes


def _completed(data: dict[str, Any]) -> dict[str, Any]:
    data = {"prefix": "", "toleratedBadRows": "100%" if data.get("onBadRows") == "split" else 0} | data
    schema = data.get("schema", {})
    named = [{"name": ""} | field for field in schema.get("fields", ())]
    return data | ({"schema": schema | {"fields": named}} if schema else {})


def _follows(at: Place, form: set[Place], contract: Contract) -> bool:
    """Whether a broken rule may only follow from a form that could not be read: that comes first."""
    if not contract.fields and at[0] in ("header", "onBadRows"):
        return bool(form)
    if at[:2] != ("schema", "fields"):
        return any(other[:1] == at[:1] for other in form)
    decides = {(*at[:3], name) for name in ("type", "trueValues", "falseValues")}
    return any(other[:4] in decides or _is_same(other[:5], at[:5]) for other in form)


def _is_same(one: Place, other: Place) -> bool:
    """Whether one place is the other, or above it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _composed(path: Path, notes: Notes) -> yaml.Node | None:
    """The tree of nodes, which know their lines; None with a note where it is no YAML."""
    line, column = 1, 1
    try:
        content = path.read_bytes()
        root = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        fault = f"This file cannot be read: {error.strerror}."
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = "This file is not in UTF-8: save it so."
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        fault = f"This is no YAML: {str(error.problem or error.context).removeprefix('but ')}."
    except yaml.reader.ReaderError as error:
        line = content.decode("utf-8-sig").count("\n", 0, error.position) + 1
        fault = f"This is no YAML: the character U+{int(error.character):04X} must not be in it."
    except RecursionError:
        fault = "This is nested too deeply."
    else:
        if root is not None:
            return root
        fault = "This file is empty: a contract has at least a prefix."
    notes.problems.append(Problem(notes.file, line, column, fault))
    return None


def _shown(path: Path) -> str:
    """Relative to the working folder where it is in there."""
    here = Path.cwd()
    return path.resolve().relative_to(here).as_posix() if path.resolve().is_relative_to(here) else str(path)
