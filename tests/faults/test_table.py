"""The table of docs/faults.md against the tests that exist."""

from __future__ import annotations

import ast
import re

import pytest

from local.program import ROOT

HERE = ROOT / "tests" / "faults"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = {
    int(row[0]): re.findall(r"`([^`]+)`", row[3])
    for row in ROW.findall((ROOT / "docs/faults.md").read_text())
}


def functions(text: str) -> dict[str, str | None]:
    """The tests of a module, with what they say of themselves."""
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_docstring(node) for node in found if node.name.startswith("test_")}


OURS = {
    name: told
    for path in sorted(HERE.glob("test_*.py"))
    for name, told in functions(path.read_text()).items()
    if name.startswith("test_fault_")
}


def test_every_test_of_a_fault_stands_in_its_row() -> None:
    here = {number: {name for name in names if "::" not in name} for number, names in ROWS.items()}
    written = {number: names for number, names in here.items() if names}
    existing: dict[int, set[str]] = {}
    for name in OURS:
        existing.setdefault(int(name.split("_")[2]), set()).add(name)

    assert written == existing


@pytest.mark.parametrize("name", OURS)
def test_a_test_of_a_fault_tells_its_row_in_words(name: str) -> None:
    told = OURS[name]
    assert told
    assert told.endswith(".")


@pytest.mark.parametrize("name", sorted({name for names in ROWS.values() for name in names if "::" in name}))
def test_a_test_of_another_file_exists(name: str) -> None:
    path, _, function = name.partition("::")

    assert function in functions((ROOT / path).read_text())
