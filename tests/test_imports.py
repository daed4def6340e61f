"""Who may import whom: the table of docs/architecture.md, held against the code."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest

from local.program import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS = {"api", "bench", "components", "contracts", "local", "notifier", "policy", "processor", "records"}
OURS |= {"delivery", "security", "tests"}
BOTO = {"boto3", "botocore"}
FORMATS = {"backports", "duckdb", "ijson", "openpyxl", "orjson", "PIL", "puremagic", "pypdf"}
MAY_IMPORT = {
    "records": {"records", "botocore"},
    "contracts": {"contracts"},
    "processor": {"processor", "records", "contracts"} | FORMATS | BOTO,
    "notifier": {"notifier", "records"} | BOTO,
    "api": {"api", "records", "contracts", "fastapi", "starlette", "pydantic", "pydantic_core"} | BOTO,
    "components": {"components", "contracts", "pulumi", "pulumi_aws"},
    "policy": {"policy", "pulumi_policy"},
}
STANDARD = {*sys.stdlib_module_names, "compression"}  # the latter since Python 3.14
ONLY_HERE = {"mangum": {"api/handler.py"}, "yaml": {"contracts/nodes.py", "contracts/reader.py"}}


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a module imports when it runs; blocks for type checkers do not run."""
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield (node.module or "").partition(".")[0]
        waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_it_may(package: str) -> None:
    for path in sources(package):
        relative = path.relative_to(ROOT).as_posix()
        for name in set(imported(path)) - STANDARD:
            allowed = name in MAY_IMPORT[package] or relative in ONLY_HERE.get(name, ())
            assert allowed, f"{relative} imports {name}"


@pytest.mark.parametrize("package", ["api", "processor", "records", "notifier"])
def test_a_lambda_has_the_contracts_without_what_reads_yaml(package: str) -> None:
    for path in [*sources(package), ROOT / "contracts" / "model.py"]:
        modules = {module for module in full_names(path) if module.startswith("contracts")}
        assert modules <= {"contracts.model"}, path


def full_names(path: Path) -> Iterator[str]:
    """Every module that a file imports or asks the type checker to import, by its full name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_records_takes_nothing_of_botocore_but_its_exceptions() -> None:
    """Its light client needs two things more: certificates, and a person's own credentials."""
    for path in set(sources("records")) - set(sources("records/aws")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("botocore"):
                assert node.module == "botocore.exceptions", path


def test_nobody_imports_the_local_system_or_the_tests() -> None:
    for package in MAY_IMPORT:
        for path in sources(package):
            assert not {"local", "tests", "bench", "delivery", "security"} & set(imported(path)), path


def test_the_program_imports_only_components() -> None:
    assert set(imported(ROOT / "__main__.py")) == {"pulumi", "pulumi_aws", "components"}


def test_nothing_is_scanned() -> None:
    for package in OURS - {"tests", "security"}:
        for path in sources(package):
            text = path.read_text().lower()
            assert ".scan(" not in text, path
            assert '"scan"' not in text, path


def test_every_module_says_what_it_is_for() -> None:
    for package in OURS:
        for path in sources(package):
            if path.stat().st_size:
                assert ast.get_docstring(ast.parse(path.read_text())), path
