"""Every metric that our log lines carry, read from the code itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from local.program import ROOT
from processor.outcomes import _COUNTED

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("api", "notifier", "processor", "records")
UNITS = {"Bytes", "Count", "Milliseconds", "Percent", "Seconds"}


def emitted() -> dict[str, tuple[str, str]]:
    """The unit of each metric, and the package that emits it."""
    found = dict.fromkeys(_COUNTED.values(), ("Count", "processor"))
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for name, unit in _in_code(ast.parse(path.read_text())):
                found[name] = (unit, package)
    return found


def _in_code(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """`{"Name": (value, "Unit")}`, and `metrics["Name"] = (value, "Unit")`."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            pairs = [(node.targets[0].slice, node.value)]
        for name, value in pairs:
            if isinstance(name, ast.Constant) and (unit := _unit(value)):
                yield str(name.value), unit


def _unit(value: ast.expr) -> str | None:
    if isinstance(value, ast.Tuple) and len(value.elts) == 2 and isinstance(value.elts[1], ast.Constant):
        unit = value.elts[1].value
        return unit if unit in UNITS else None
    return None
