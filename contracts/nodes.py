"""A contract's YAML as plain values, with the place of everything that is not as it must be.

Scalars are read as they are written: `no` stays the text "no" and `2024-01-01` the text "2024-01-01" where
a text is asked for, whatever YAML makes of them.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Read: TypeAlias = "Callable[[Notes, Path, yaml.Node], Any]"
    """Makes a value of a node, or raises `Wrong`."""

Path: TypeAlias = "tuple[str | int, ...]"
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "value", "merge"})
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_WHOLE = re.compile(r"0|[1-9][0-9]*(_[0-9]+)*")
_PERCENT = re.compile(r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong at one place of a file; lines and columns are counted from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class Wrong(Exception):
    """A node is not what it must be; the text says what it must be."""


class Notes:
    """The problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.paths: set[Path] = set()

    def add(self, path: Path, node: yaml.Node, message: str) -> None:
        self.paths.add(path)
        mark = node.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, message))

    def read(self, reader: Read, path: Path, node: yaml.Node) -> Any:
        """What the reader makes of a node; None with a note where it cannot."""
        try:
            return reader(self, path, _untagged(node))
        except Wrong as wrong:
            self.add(path, node, str(wrong))
            return None


def quoted(text: str) -> str:
    """A text in a message: on one line, in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean "type"?` where a word is nearly one of those that are allowed, else a full stop."""
    near = nearest(word, allowed)
    return f"; did you mean {quoted(near)}?" if near else "."


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The word that was probably meant."""
    plain = {_plain(name): name for name in allowed}
    near = difflib.get_close_matches(_plain(word), plain, n=1)
    return plain[near[0]] if near else None


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()


def place(root: yaml.Node, path: Path) -> yaml.Node:
    """The node at a path, or the nearest one above that is there."""
    node = root
    for step in path:
        below = None
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            below = node.value[step] if step < len(node.value) else None
        if below is None:
            break
        node = below
    return node


def text(notes: Notes, path: Path, node: yaml.Node) -> str:
    """A text, exactly as it is written."""
    if _is_scalar(node) and _kind(node) != "null":
        return str(node.value)
    if _is_scalar(node) and node.value:
        hint = f"{node.value} means no value in YAML: write {quoted(node.value)} in quotes if it is a text."
    elif _is_scalar(node):
        hint = 'There is no value here: write one, or "" for the empty text.'
    else:
        hint = "There must be a text here."
    raise Wrong(hint)


def flag(notes: Notes, path: Path, node: yaml.Node) -> bool:
    """`true` or `false`."""
    word = str(node.value).lower()
    if _is_scalar(node) and _kind(node) == "bool" and word in _TRUE | _FALSE:
        return word in _TRUE
    raise Wrong("There must be true or false here, without quotes.")


def whole(notes: Notes, path: Path, node: yaml.Node) -> int:
    """A whole number from 0."""
    if _is_scalar(node) and _kind(node) == "int" and _WHOLE.fullmatch(node.value):
        return int(node.value)
    raise Wrong("There must be a whole number from 0 here, such as 1000.")


def tolerance(notes: Notes, path: Path, node: yaml.Node) -> int | str:
    """A whole number of rows, or a share of them such as `1%`."""
    if _is_scalar(node) and _kind(node) == "int" and _WHOLE.fullmatch(node.value):
        return int(node.value)
    if _is_scalar(node) and _PERCENT.fullmatch(node.value):
        return str(node.value)
    raise Wrong("There must be a number of rows from 0, or a share from 0% to 100%, here.")


def texts(notes: Notes, path: Path, node: yaml.Node) -> list[str]:
    """A list of texts, each of them once."""
    if not isinstance(node, yaml.SequenceNode):
        raise Wrong("There must be a list here, such as [one, another].")
    found: list[str] = []
    for number, entry in enumerate(node.value):
        value = notes.read(text, (*path, number), entry)
        if value in found:
            notes.add((*path, number), entry, f"{quoted(value)} stands in this list already.")
        elif value is not None:
            found.append(value)
    return found


def text_or_texts(notes: Notes, path: Path, node: yaml.Node) -> list[str]:
    """One text, or a list of them."""
    if isinstance(node, yaml.SequenceNode):
        return texts(notes, path, node)
    return [text(notes, path, node)]


def choice(allowed: Iterable[str]) -> Read:
    """One of these words."""

    def read(notes: Notes, path: Path, node: yaml.Node) -> str:
        word = text(notes, path, node)
        if word in allowed:
            return word
        hint = suggestion(word, allowed)
        raise Wrong(f"{quoted(word)} is not known here{hint} Allowed are {listed(allowed)}.")

    return read


class Mapping:
    """Names with values: which ones there may be, and which there must be."""

    def __init__(self, members: dict[str, Read], required: tuple[str, ...] = ()) -> None:
        self.members = members
        self.required = required

    def __call__(self, notes: Notes, path: Path, node: yaml.Node) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            example = f"{next(iter(self.members))}: …"
            raise Wrong(f"There must be names with values here, such as {example}")
        found: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value) if _is_scalar(key) else ""
            if name in lines:
                notes.add((*path, name), key, f"{quoted(name)} stands in line {lines[name]} already.")
            elif name not in self.members:
                notes.add((*path, nearest(name, self.members) or name), key, self._unknown(name, key))
            else:
                found[name] = notes.read(self.members[name], (*path, name), value)
            lines.setdefault(name, key.start_mark.line + 1)
        for name in self.required:
            if name not in lines and (*path, name) not in notes.paths:
                notes.add((*path, name), node, f"{quoted(name)} is missing here.")
        return {name: value for name, value in found.items() if value is not None}

    def _unknown(self, name: str, key: yaml.Node) -> str:
        if not _is_scalar(key):
            return f"A name must be a text here. Allowed are {listed(self.members)}."
        if _kind(key) == "merge":
            return "Merging with << is not supported: write the names out; *aliases of whole values are fine."
        for home, member in self.members.items():
            if isinstance(member, Mapping) and name in member.members:
                return f"{quoted(name)} belongs under {quoted(home)}."
        hint = suggestion(name, self.members)
        return f"{quoted(name)} is not known here{hint} Allowed are {listed(self.members)}."


def items(entry: Mapping) -> Read:
    """A list of mappings; one that cannot be read is empty, so that the others keep their numbers."""

    def read(notes: Notes, path: Path, node: yaml.Node) -> list[dict[str, Any]]:
        if not isinstance(node, yaml.SequenceNode):
            raise Wrong("There must be a list here, each entry beginning with a hyphen.")
        return [notes.read(entry, (*path, number), item) or {} for number, item in enumerate(node.value)]

    return read


def _untagged(node: yaml.Node) -> yaml.Node:
    if _kind(node) not in _SCALARS | {"map", "seq"}:
        raise Wrong(f"The tag {_kind(node)} is not known here: leave it out.")
    return node


def _kind(node: yaml.Node) -> str:
    return str(node.tag).removeprefix(_TAG)


def _is_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and _kind(node) in _SCALARS
