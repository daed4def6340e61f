"""Makes each Lambda's zip: the same inputs give the same bytes, and no Docker is needed.

`python -m components.bundle --target arm64` builds all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import sysconfig
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from components import dashboard, native, wheels
from components.alone import alone
from components.interpreters import BundleError, find_uv, interpreter_for, run
from contracts.reader import BrokenContracts, read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["PACKAGES", "ROOT", "Bundle", "BundleError", "Target", "build"]

ROOT = Path(__file__).resolve().parent.parent
PACKAGES: dict[str, tuple[str, ...]] = {
    "processor": ("processor", "records", "contracts"),
    "notifier": ("notifier", "records"),
    "api": ("api", "records", "contracts"),
}
OF_CONTRACTS = ("__init__.py", "model.py")
OWN_SUFFIXES = frozenset({".py", ".json", ".html", ".css", ".js", ".gz", ".svg", ".png", ".ico", ".woff2"})
KEPT = 5
UNPACKED_AT = "/var/task"
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}


@dataclass(frozen=True)
class Target:
    """Where a bundle will run."""

    python: str
    architecture: str
    host: bool = False

    @classmethod
    def aws(cls, architecture: str = "arm64") -> Target:
        return cls("3.13", architecture)

    @classmethod
    def this_machine(cls) -> Target:
        """The running Python on this machine: the local system and the tests run on it."""
        minor = f"{sys.version_info.major}.{sys.version_info.minor}"
        return cls(minor, native.architecture(), host=True)

    @property
    def runtime(self) -> str:
        return f"python{self.python}"

    @property
    def system(self) -> str:
        return sys.platform if self.host else "linux"


@dataclass(frozen=True)
class Bundle:
    name: str
    path: Path
    sha256: str
    size_bytes: int
    unzipped_bytes: int


def build(
    name: str, target: Target, *, cache: Path = ROOT / ".cache" / "bundles", root: Path = ROOT
) -> Bundle:
    """The zip of `name` for `target`, out of `cache` if nothing has changed."""
    if name not in PACKAGES:
        raise BundleError(f"there is no bundle {name!r}: choose from {', '.join(PACKAGES)}")
    lock, own = _lock(name, root), _own_files(name, target, root)
    key = _key(lock.read_bytes(), own, target)
    path = cache / f"{name}-{target.runtime}-{target.architecture}-{key}.zip"
    if not path.exists():
        with alone(cache):
            if not path.exists():  # somebody else may have made it meanwhile
                _make(lock, own, target, path)
                _prune(cache, f"{name}-{target.runtime}-{target.architecture}-*.zip")
    return _described(name, path)


def _make(lock: Path, own: dict[str, bytes], target: Target, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="building-") as stage:
        unfinished = Path(stage, "bundle.zip")
        _pack(_contents(lock, own, target, Path(stage)), unfinished)
        unfinished.replace(path)


def _prune(cache: Path, pattern: str) -> None:
    # Not only the newest is kept: another checkout, or a program that is running, may use one of the others.
    newest_last = sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime)
    for path in newest_last[:-KEPT]:
        path.unlink(missing_ok=True)


def _lock(name: str, root: Path) -> Path:
    lock = root / "requirements" / f"{name}.txt"
    if not lock.is_file():
        raise BundleError(f"requirements/{name}.txt is missing: run `make lock`")
    return lock


def _own_files(name: str, target: Target, root: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for package in PACKAGES[name]:
        present = _files(root, package)
        if not present:
            raise BundleError(f"the package {package}/ is missing or empty, and the bundle {name} needs it")
        if package == "contracts":
            files |= _contracts(root)
        else:
            files |= {file: path.read_bytes() for file, path in present.items() if _is_own(PurePath(file))}
    return files | _built(name, target, root)


def _built(name: str, target: Target, root: Path) -> dict[str, bytes]:
    """What is made of sources that are not in the bundle."""
    if name == "api":
        return dashboard.build(root)
    if name == "processor":
        return {native.LIBRARY: native.build(target.system, target.architecture, root=root)}
    return {}


def _contracts(root: Path) -> dict[str, bytes]:
    """Their model, and what the YAML says in a form that needs no reader."""
    folder = root / "contracts"
    try:
        compiled = read_folder(folder).to_text().encode()
    except BrokenContracts as broken:
        raise BundleError(f"the contracts cannot be used:\n{broken}") from broken
    model = {f"contracts/{name}": (folder / name).read_bytes() for name in OF_CONTRACTS}
    return model | {"contracts/compiled.json": compiled}


def _files(root: Path, folder: str = "") -> dict[str, Path]:
    paths = (path for path in sorted((root / folder).rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): path for path in paths}


def _is_own(file: PurePath) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in file.parts)
    return not hidden and file.suffix in OWN_SUFFIXES


def _key(lock: bytes, own: dict[str, bytes], target: Target) -> str:
    """Names the zip by everything that can change its bytes.

    uv's version cannot: the lock fixes each wheel by its hash, and what uv adds is taken out. Nor can
    Python's patch version in a way that matters, as every patch of a minor version loads the same `.pyc`.
    """
    digest = hashlib.sha256()
    for part in _key_parts(lock, own, target):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _key_parts(lock: bytes, own: dict[str, bytes], target: Target) -> Iterator[bytes]:
    yield repr(target).encode()
    yield (sysconfig.get_platform() if target.host else PLATFORMS.get(target.architecture, "")).encode()
    yield zlib.ZLIB_RUNTIME_VERSION.encode()
    for maker in ("bundle.py", "wheels.py", "interpreters.py"):
        yield Path(__file__).with_name(maker).read_bytes()
    yield lock
    for name, content in own.items():
        yield name.encode()
        yield content


def _contents(lock: Path, own: dict[str, bytes], target: Target, stage: Path) -> dict[str, bytes]:
    theirs, ours = stage / "wheels", stage / "own"
    theirs.mkdir()
    uv = find_uv()
    python = interpreter_for(target.python, uv)
    wheels.install(lock, theirs, uv, _install_options(target, python))
    wheels.trim(theirs)
    for name, content in own.items():
        (ours / name).parent.mkdir(parents=True, exist_ok=True)
        (ours / name).write_bytes(content)
    _compile(python, ours)
    _compile_without_sources(python, theirs)
    return {name: path.read_bytes() for name, path in (_files(theirs) | _files(ours)).items()}


def _install_options(target: Target, python: Path) -> tuple[str, ...]:
    if target.host:
        return ("--python", str(python))
    if target.architecture not in PLATFORMS:
        raise BundleError(f"Lambda has no architecture {target.architecture!r}: choose arm64 or x86_64")
    wanted = ("--python-platform", PLATFORMS[target.architecture], "--python-version", target.python)
    return ("--python", str(python), *wanted)


def _compile(python: Path, folder: Path, *options: str) -> None:
    # Fixed paths and hash-based invalidation keep times and the temporary folder out of the bytes. Somebody's
    # PYTHONOPTIMIZE or PYTHONPYCACHEPREFIX would name the files otherwise, or put them elsewhere.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    fixed = ("--invalidation-mode", "unchecked-hash", "-s", folder, "-p", UNPACKED_AT)
    try:
        run(python, "-m", "compileall", "-q", *fixed, *options, folder, environment=environment)
    except BundleError as exc:
        raise BundleError(f"not everything compiles: {exc}") from exc


def _compile_without_sources(python: Path, folder: Path) -> None:
    # With them the api would be 12.9 MB, over its budget of 12. Tracebacks still name the file and line of
    # a wheel, and the lock its version; our own sources stay.
    _compile(python, folder, "-b")
    for source in list(folder.rglob("*.py")):
        source.unlink()


def _pack(contents: dict[str, bytes], path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, wherever it is built: the modes count there
            entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
            # Level 9 takes twice as long, and saves 0.4 % of the processor.
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, compresslevel=6)


def _described(name: str, path: Path) -> Bundle:
    with zipfile.ZipFile(path) as archive:
        unzipped = sum(entry.file_size for entry in archive.infolist())
    content = path.read_bytes()
    return Bundle(name, path, hashlib.sha256(content).hexdigest(), len(content), unzipped)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m components.bundle", description="Build the Lambdas' zips.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(PACKAGES)}; all if none")
    parser.add_argument("--target", choices=[*PLATFORMS, "host"], default="arm64")
    options = parser.parse_args(arguments)
    target = Target.this_machine() if options.target == "host" else Target.aws(options.target)
    try:
        bundles = [build(name, target) for name in options.names or PACKAGES]
    except BundleError as exc:
        is_list = isinstance(exc.__cause__, BrokenContracts)
        print("error:", exc if is_list else " ".join(str(exc).split()), file=sys.stderr)
        return 1
    print(f"{'name':<10} {'MB unzipped':>11} {'MB zipped':>9}  path")
    for bundle in bundles:
        megabytes = f"{bundle.unzipped_bytes / 1e6:>11.2f} {bundle.size_bytes / 1e6:>9.2f}"
        print(f"{bundle.name:<10} {megabytes}  {bundle.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
