"""docs/environment.md against the environment variables that code reads."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from local.program import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "environment.md"
_NAME = re.compile(r"[A-Z][A-Z0-9_]+")
_SKIPPED = {"node_modules", "dist", "generated"}


def sources(*endings: str) -> Iterator[Path]:
    """Our own files with one of these endings."""
    for folder, inner, files in os.walk(ROOT):
        inner[:] = sorted(name for name in inner if name not in _SKIPPED and not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(endings))


def _read_by(node: ast.AST) -> ast.expr | None:
    """The name that an expression takes from an environment, if it does so."""
    match node:
        case ast.Subscript(value=read, slice=key, ctx=ast.Load()):
            pass
        case ast.Call(func=ast.Attribute(value=read, attr="get" | "setdefault" | "pop"), args=[key, *_]):
            pass
        case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[read]):
            pass
        case ast.Call(func=ast.Attribute(value=read, attr="getenv"), args=[key, *_]):
            return key
        case _:
            return None
    return key if re.search(r"environ(ment)?$", ast.unparse(read)) else None


def of_python(text: str) -> set[str]:
    """What a module reads by name."""
    keys = map(_read_by, ast.walk(ast.parse(text)))
    names = {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return {name for name in names if _NAME.fullmatch(name)}


def of_settings(text: str) -> set[str]:
    """What a Lambda reads: the fields of its `Settings`."""
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    items = [item for node in classes if node.name == "Settings" for item in node.body]
    return {ast.unparse(item.target).upper() for item in items if isinstance(item, ast.AnnAssign)}


def of_typescript(text: str) -> set[str]:
    """What a script reads, one by one or several at once."""
    several = " ".join(re.findall(r"\{([^}]*)\} = process\.env\b", text))
    return {*re.findall(r"process\.env\.(\w+)", text), *re.findall(r"\b[A-Z]\w*\b", several)}


def of_make(text: str) -> set[str]:
    """What may be given to make: variables with a default, or without a value of their own."""
    own = {"MAKEFILE_LIST", *re.findall(r"^(\w+) :?=", text, re.MULTILINE)}
    return set(re.findall(r"^(\w+) \?=", text, re.MULTILINE)) | (set(re.findall(r"\$\((\w+)\)", text)) - own)


def read_anywhere() -> dict[str, str]:
    """Every variable, and a file that reads it."""
    found: dict[str, str] = {}
    for path in [ROOT / "Makefile", *sources(".py", ".ts", ".tsx", ".mjs", ".js")]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py" and "environ" not in text and path.name != "settings.py":
            continue  # most modules read none, and need not be parsed
        names = of_make(text) if path.name == "Makefile" else _of(path.suffix, text)
        if path.name == "settings.py":
            names |= of_settings(text)
        found |= dict.fromkeys(names, path.relative_to(ROOT).as_posix())
    return found


def _of(suffix: str, text: str) -> set[str]:
    return of_python(text) if suffix == ".py" else of_typescript(text)


def test_every_environment_variable_is_on_the_page() -> None:
    read = read_anywhere()
    listed = re.findall(r"^\| `(\w+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(listed) == len(set(listed))
    missing = {variable: where for variable, where in read.items() if variable not in listed}
    assert missing == {}, "each needs a row of its own in docs/environment.md"
    assert set(listed) - set(read) == set(), (
        "nobody reads these any more: take them out of docs/environment.md"
    )


def test_a_variable_is_found_however_it_is_read() -> None:
    text = """
import os
os.environ["ONE"], os.environ.get("TWO"), os.getenv("THREE"), environment.get("FOUR", "4")
os.environ["WRITTEN"] = "FIVE" in os.environ
class Settings:
    records_table: str
"""
    assert of_python(text) == {"ONE", "TWO", "THREE", "FOUR", "FIVE"}
    assert of_settings(text) == {"RECORDS_TABLE"}
    assert of_typescript('const { A = "", B } = process.env; process.env.C ?? 1;') == {"A", "B", "C"}
    assert of_make("A ?= 1\nB := $(C) $(B)\n") == {"A", "C"}
