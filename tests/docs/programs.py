"""The programs that the documentation may call, and how each call is held to what exists.

What `test_sessions.py` and `tests/clients` run is run; everything else is held against the real parser, model
or list of names. A program that is not here is an error: see `check`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import io
import json
import re
import runpy
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from local.program import ROOT
from tests.docs.clouds import check_aws, check_pulumi
from tests.docs.requests import CommandError, check_curl

if TYPE_CHECKING:
    from collections.abc import Callable

_SHELL = """. [ : base64 cat cd cmp cp cut date diff dig echo export false grep head jq kill ls mkdir mv
    openssl printf read rm sed seq set sha256sum sleep sort source tail tee test touch tr true uniq unset
    unzip wait wc xargs"""
SHELL = set(_SHELL.split())
"""What every machine has, and whose lines are short enough to be read."""
_GIT = "add checkout clone commit diff fetch log pull push revert status switch tag"
GH = {"api", "attestation", "auth", "pr", "release", "repo", "run", "secret", "variable", "workflow"}
GIT = set(_GIT.split())
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")}
_BIN = re.compile(r"^(?:\./)?(?:\.venv|\.cache/\w+)/bin/(?P<name>[\w.-]+)$")


def check(words: list[str]) -> None:
    """Hold one command to what exists.

    Raises:
        CommandError: it could not work, or nobody can say whether it does.
    """
    in_bin = _BIN.match(words[0])
    name = in_bin["name"] if in_bin else words[0]
    if name in PROGRAMS:
        PROGRAMS[name]([name, *words[1:]])
    elif in_bin:
        _check_installed(name)
    elif name not in SHELL:
        raise CommandError(
            f"{name} is not known. If every machine has it, add it to SHELL in tests/docs/programs.py; else "
            "say in PROGRAMS there how its calls are held to what exists. Text that is no command stands "
            "in a block of ```text."
        )


def known(word: str) -> bool:
    """Whether a line that begins so is a command, in a block that does not say what it is."""
    return bool(_BIN.match(word)) or word in {*PROGRAMS, *SHELL}


def _check_make(words: list[str]) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", text, re.MULTILINE))
    for word in words[1:]:
        variable, equals, _ = word.partition("=")
        if equals and f"$({variable})" not in text:
            raise CommandError(f"the Makefile has no variable {variable}")
        if not equals and not word.startswith("-") and word not in targets:
            raise CommandError(f"there is no target {word}, but {sorted(targets)}")


def _check_python(words: list[str]) -> None:
    match words[1:]:
        case ["-m", module, *arguments] if module.partition(".")[0] in OURS:
            _check_module(module, arguments)
        case ["-m", "pytest", *arguments]:
            for path in (word.partition("::")[0] for word in arguments if word.startswith("tests/")):
                _check_path(path)
        case ["-m", module, *_]:
            if importlib.util.find_spec(module.partition(".")[0]) is None:
                raise CommandError(f"there is no module {module}")
        case [path, *_] if not path.startswith("-"):
            _check_path(path)


class _Parsed(BaseException):
    """The arguments were understood; nothing is to be done with them."""


def _check_module(module: str, arguments: list[str]) -> None:
    """Let the module's own parser read the arguments, and stop there."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError as error:
        raise CommandError(f"there is no module {module}") from error
    if found and found.submodule_search_locations is not None:
        found = importlib.util.find_spec(f"{module}.__main__")
    if found is None or found.origin is None:
        raise CommandError(f"there is no module {module} that can be run")
    if "parse_args(" not in Path(found.origin).read_text(encoding="utf-8"):
        if arguments:
            raise CommandError(f"{module} takes no arguments")
        return
    _parse(found.name, arguments)


def _parse(module: str, arguments: list[str]) -> None:
    original = argparse.ArgumentParser.parse_args

    def parse(parser: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        original(parser, args, namespace)
        raise _Parsed

    told = io.StringIO()
    with (
        mock.patch.object(argparse.ArgumentParser, "parse_args", parse),
        mock.patch.object(sys, "argv", [module, *arguments]),
        contextlib.redirect_stderr(told),
        contextlib.redirect_stdout(told),
    ):
        try:
            runpy.run_module(module, run_name="__main__") if module not in sys.modules else _main(
                module, arguments
            )
        except _Parsed:
            return
        except SystemExit as error:
            if error.code == 0:  # it was asked for help
                return
    raise CommandError(told.getvalue().strip().rpartition("\n")[2])


def _main(module: str, arguments: list[str]) -> None:
    """What is imported already is not run a second time under another name."""
    main = sys.modules[module].main
    main(arguments) if main.__code__.co_argcount else main()


def _check_path(path: str) -> None:
    if not path.startswith("$") and not (ROOT / path).exists():
        raise CommandError(f"there is no {path}")


def _check_npm(words: list[str]) -> None:
    command, *rest = [word for word in words[1:] if not word.startswith("-")] or [""]
    if command not in {"ci", "run", "install", "test", "audit", "ls"}:
        raise CommandError(f"tests/docs/programs.py knows no npm {command}")
    if command == "run" and rest[0] not in _package("scripts"):
        raise CommandError(f"no package.json has a script {rest[0]}")
    for name in rest if command == "install" else ():
        _check_package(name)


def _check_npx(words: list[str]) -> None:
    _check_package(next(word for word in words[1:] if not word.startswith("-")))


def _check_package(name: str) -> None:
    if name not in _package("dependencies", "devDependencies"):
        raise CommandError(f"no package.json that tests use has {name}")


@cache
def _package(*parts: str) -> frozenset[str]:
    pages = (ROOT / "dashboard" / "package.json", ROOT / "tests" / "clients" / "typescript" / "package.json")
    contents = [json.loads(page.read_text(encoding="utf-8")) for page in pages]
    return frozenset(name for content in contents for part in parts for name in content.get(part, ()))


def _check_gh(words: list[str]) -> None:
    _among(words, GH)
    if words[1:3] == ["workflow", "run"]:
        _check_path(f".github/workflows/{words[3]}")


def _check_git(words: list[str]) -> None:
    _among(words, GIT)


def _among(words: list[str], commands: set[str]) -> None:
    if len(words) < 2 or words[1] not in commands:
        raise CommandError(f"tests/docs/programs.py knows no {' '.join(words[:2])}")


def _check_uv(words: list[str]) -> None:
    _among(words, {"pip", "python", "run", "sync", "tool", "venv"})


def _check_installed(name: str) -> None:
    files = (ROOT / "requirements").glob("*.in")
    if not any(re.search(rf"^{re.escape(name)}\b", file.read_text(), re.MULTILINE) for file in files):
        raise CommandError(f"requirements/*.in have no {name}")


PROGRAMS: dict[str, Callable[[list[str]], None]] = {
    "aws": check_aws,
    "curl": check_curl,
    "gh": _check_gh,
    "git": _check_git,
    "make": _check_make,
    "npm": _check_npm,
    "npx": _check_npx,
    "pulumi": check_pulumi,
    "openapi-python-client": lambda words: _check_installed(words[0]),
    "python": _check_python,
    "python3": _check_python,
    "uv": _check_uv,
}
