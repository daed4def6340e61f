"""Builds the dashboard with Node.js when its sources changed, and compresses it for the api bundle.

What is built sees the hashed sources and the locked packages, and nothing else of this machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from components.alone import alone
from components.interpreters import BundleError, run

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "dashboard"
IN_BUNDLE = "api/page"
SERVED_SUFFIXES = (".css", ".html", ".js", ".json", ".png", ".svg", ".woff2")
"""`api/page.py` knows the types of these, and a test holds the two together."""
KEPT = 12
OLDEST_NODE = (20, 19)
_NEEDED = f"the dashboard is built with Node.js {'.'.join(map(str, OLDEST_NODE))} or newer and its npm"
_COMPRESSED = Path(__file__).with_name("compressed.mjs")
_NOT_BUILT_FROM = frozenset({"node_modules", "dist", "coverage"})


def build(root: Path = ROOT, cache: Path = CACHE) -> dict[str, bytes]:
    """The page's files by their names in the bundle, out of `cache` if nothing has changed.

    Raises:
        BundleError: says what is missing, or what Node.js complained of.
    """
    sources = _sources(root)
    built = cache / _key(sources)
    if not built.is_dir():
        with alone(cache):
            if not built.is_dir():
                _make(root, sources, built)
                _prune(cache)
    files = {path.relative_to(built).as_posix(): path.read_bytes() for path in _all_files(built)}
    return {f"{IN_BUNDLE}/{name}": content for name, content in files.items()}


def _sources(root: Path) -> dict[str, bytes]:
    folder = root / "dashboard"
    if not (folder / "package-lock.json").is_file():
        raise BundleError("dashboard/package-lock.json is missing, and the bundle api needs the dashboard")
    found = {path.relative_to(root).as_posix(): path for path in _all_files(folder)}
    found["openapi.json"] = root / "openapi.json"
    return {name: path.read_bytes() for name, path in found.items() if _is_source(PurePosixPath(name))}


def _all_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif path.name not in _NOT_BUILT_FROM:
            yield from _all_files(path)


def _is_source(file: PurePosixPath) -> bool:
    """Tests are none: Tailwind would make styles of words in them."""
    hidden = any(part.startswith(".") for part in file.parts)
    tests = ".test." in file.name or "test" in file.parts
    return not (hidden or tests or ".gen." in file.name)


def _key(sources: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    makers = {path.name: path.read_bytes() for path in (Path(__file__), _COMPRESSED)}
    for name, content in sorted((makers | sources).items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _make(root: Path, sources: dict[str, bytes], built: Path) -> None:
    node, npm = _tools()
    modules = _modules(root / "dashboard", npm)
    # Two folders: below `.cache`, which Git ignores, Tailwind makes styles of words in the packages.
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory(dir=built.parent) as other:
        stage = Path(one)
        for file, content in sources.items():
            (stage / file).parent.mkdir(parents=True, exist_ok=True)
            (stage / file).write_bytes(content)
        (stage / "dashboard" / "node_modules").symlink_to(modules)
        _npm(npm, stage / "dashboard", "run", "build")
        _check(stage / "dashboard" / "dist")
        page = Path(other, "page")
        run(node, _COMPRESSED, stage / "dashboard" / "dist", page)
        page.replace(built)


def _tools() -> tuple[str, str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise BundleError(f"{_NEEDED}, and {'npm' if node else 'node'} is not on PATH: install it")
    told = run(node, "--version")
    version = re.fullmatch(r"v(\d+)\.(\d+)\..*", told)
    if not version or (int(version[1]), int(version[2])) < OLDEST_NODE:
        raise BundleError(f"{_NEEDED}, and {node} is {told}: install a newer one")
    return node, npm


def _modules(folder: Path, npm: str) -> Path:
    """The packages of the lock, installed if others are there."""
    if not _installed(folder):
        _npm(npm, folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    return (folder / "node_modules").resolve()


def _installed(folder: Path) -> bool:
    """Whether npm's own note is what the lock says; of what is optional, a machine lacks some."""
    note = folder / "node_modules" / ".package-lock.json"
    if not note.is_file():
        return False
    there, locked = _packages(note), _packages(folder / "package-lock.json")
    needed = {name for name, package in locked.items() if not package.get("optional")}
    same = all(
        package.get("version") == locked.get(name, {}).get("version") for name, package in there.items()
    )
    return same and needed <= there.keys()


def _packages(lock: Path) -> dict[str, Any]:
    packages: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: package for name, package in packages.items() if name}


def _npm(npm: str, folder: Path, *words: str) -> None:
    # Vite puts variables of these names into what it builds.
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("VITE_", "NODE_ENV"))}
    try:
        run(npm, *words, environment=ours, folder=folder)
    except BundleError as error:
        raise BundleError(f"`npm {words[0]}` failed in dashboard/: {error}") from error


def _check(built: Path) -> None:
    """The API serves `/` and one level of `/assets`, of these types."""
    names = {path.relative_to(built) for path in _all_files(built)} if built.is_dir() else set()
    if Path("index.html") not in names:
        raise BundleError("the dashboard's build has no index.html")
    for name in sorted(names - {Path("index.html")}):
        if name.parent != Path("assets") or name.suffix not in SERVED_SUFFIXES:
            raise BundleError(f"the dashboard's build has {name}, which the API does not serve")


def _prune(cache: Path) -> None:
    # Not only the newest is kept: another checkout may use one of the others.
    built = [path for path in cache.iterdir() if path.is_dir()]
    for path in sorted(built, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
