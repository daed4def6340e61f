"""Finds the programs a bundle is made with: uv, and a Python of the minor version it is for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TIMEOUT_SECONDS = 600
VERSION_PROBE = "import sys; print(sys.implementation.cache_tag, sys.version_info.releaselevel)"


class BundleError(pulumi.RunError):
    """A bundle cannot be made; the text says why and what to do."""


def run(
    *command: str | Path, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> str:
    """What the program printed; what it complained of is in the error if it failed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603 - programs we found ourselves, without a shell
            words,
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            env=environment,
            cwd=folder,
        )
    except subprocess.CalledProcessError as exc:
        raise BundleError(f"{exc.stderr}\n{exc.stdout}".strip() or f"exit status {exc.returncode}") from exc
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise BundleError(f"{words[0]} did not run: {exc}") from exc
    return done.stdout.strip()


def find_uv() -> Path:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise BundleError(f"uv is neither beside {sys.executable} nor on PATH: run `make setup`")
    return Path(found)


def interpreter_for(minor: str, uv: Path) -> Path:
    """A Python whose `.pyc` files that minor version loads."""
    places: dict[str, Callable[[], Path]] = {
        "the running Python": lambda: _checked(Path(sys.executable), minor),
        f"`uv python find {minor}`": lambda: _uv_finds(minor, uv, "--no-python-downloads"),
        str(_pyenv_versions()): lambda: _pyenv_has(minor),
        f"`uv python install {minor}`": lambda: _uv_installs(minor, uv),
    }
    tried = []
    for place, look in places.items():
        try:
            return look()
        except BundleError as exc:
            tried.append(f"{place} ({textwrap.shorten(str(exc), 240)})")
    raise BundleError(
        f"no Python {minor} to compile the bundle with. Tried: {', '.join(tried)}. "
        f"Install Python {minor}, with `uv python install {minor}` or pyenv, and run this again"
    )


def _checked(python: Path, minor: str) -> Path:
    """`python`, once it has shown that it is a finished release of CPython `minor`."""
    expected = f"cpython-{minor.replace('.', '')} final"
    answer = run(python, "-I", "-S", "-c", VERSION_PROBE)
    if answer != expected:
        raise BundleError(f"{python} is {answer}")
    return python


def _uv_finds(minor: str, uv: Path, *options: str) -> Path:
    return _checked(Path(run(uv, "python", "find", *options, minor)), minor)


def _uv_installs(minor: str, uv: Path) -> Path:
    run(uv, "python", "install", "--no-bin", "--no-progress", minor)
    return _uv_finds(minor, uv, "--managed-python")


def _pyenv_versions() -> Path:
    root = os.environ.get("PYENV_ROOT")
    return (Path(root) if root else Path.home() / ".pyenv") / "versions"


def _pyenv_has(minor: str) -> Path:
    # The folders themselves: pyenv's shims refuse a version that is not the active one.
    pythons = _pyenv_versions().glob(f"{minor}.*/bin/python")
    patches = {python.parts[-3].removeprefix(f"{minor}."): python for python in pythons}
    finished = [int(patch) for patch in patches if patch.isdigit()]
    if not finished:
        raise BundleError(f"no {minor} there")
    return _checked(patches[str(max(finished))], minor)
