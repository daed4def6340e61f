"""Compiles the processor's own machine code with Zig: for a Lambda, or for this machine.

`python -m components.native` puts this machine's into the checkout, for what runs the processor from there.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import sys
import tempfile
from pathlib import Path

from components.alone import alone
from components.interpreters import BundleError, run

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "native"
SOURCES = "processor/native"
LIBRARY = f"{SOURCES}/library.so"
"""Its name in the bundle and in the checkout, on macOS too."""
MACHINES = {"aarch64": "arm64", "amd64": "x86_64"}
TARGETS = {
    ("linux", "arm64"): ("aarch64-linux-musl", "generic"),
    ("linux", "x86_64"): ("x86_64-linux-musl", "x86_64_v2"),
    ("darwin", "arm64"): ("aarch64-macos", "apple_m1"),
    ("darwin", "x86_64"): ("x86_64-macos", "x86_64_v2"),
}
"""Zig's name of the system, and the oldest processor it has to run on: never the one it is built on."""
# Bounds stay checked: it reads strangers' files.
OPTIONS = ("-dynamic", "-O", "ReleaseSafe", "-fstrip")
KEPT = 5


def architecture() -> str:
    """This machine's, by Lambda's name for it."""
    machine = platform.machine().lower()
    return MACHINES.get(machine, machine)


def build(system: str, machine: str, *, root: Path = ROOT, cache: Path = CACHE) -> bytes:
    """The shared library for a system and architecture, out of `cache` if nothing has changed.

    Raises:
        BundleError: says what is missing, or what Zig complained of.
    """
    if (system, machine) not in TARGETS:
        known = ", ".join(" ".join(target) for target in TARGETS)
        raise BundleError(f"{SOURCES} is not compiled for {system} {machine}, only for {known}")
    target, sources = TARGETS[system, machine], _sources(root)
    built = cache / f"{target[0]}-{_key(sources, target)}.so"
    if not built.exists():
        with alone(cache):
            if not built.exists():
                _make(sources, target, built)
                _prune(cache, f"{target[0]}-*.so")
    return built.read_bytes()


def place(root: Path = ROOT, cache: Path = CACHE) -> bool:
    """Put this machine's library into the checkout; whether that is another than before."""
    content, path = build(sys.platform, architecture(), root=root, cache=cache), root / LIBRARY
    if path.is_file() and path.read_bytes() == content:
        return False
    # Never written over: a program may have loaded it.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as stage:
        unfinished = Path(stage, path.name)
        unfinished.write_bytes(content)
        unfinished.chmod(0o755)
        unfinished.replace(path)
    return True


def _sources(root: Path) -> dict[str, bytes]:
    found = {path.relative_to(root).as_posix(): path for path in sorted((root / SOURCES).glob("*.zig"))}
    if f"{SOURCES}/library.zig" not in found:
        raise BundleError(f"{SOURCES}/library.zig is missing, and the bundle processor needs it")
    return {name: path.read_bytes() for name, path in found.items()}


def _key(sources: dict[str, bytes], target: tuple[str, str]) -> str:
    digest = hashlib.sha256()
    parts = [_version().encode(), *(word.encode() for word in target), Path(__file__).read_bytes()]
    for name, content in sources.items():
        parts += [name.encode(), content]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _version() -> str:
    try:
        return importlib.metadata.version("ziglang")
    except importlib.metadata.PackageNotFoundError as exc:
        raise BundleError(
            f"the Zig compiler (ziglang) is not installed for {sys.executable}: run `make setup`"
        ) from exc


def _make(sources: dict[str, bytes], target: tuple[str, str], built: Path) -> None:
    """Compile where nothing else is: Zig's own caches, 45 MB of them, go with the folder."""
    with tempfile.TemporaryDirectory(dir=built.parent) as folder:
        stage = Path(folder)
        for name, content in sources.items():
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_bytes(content)
        caches = ("--cache-dir", stage / "zig", "--global-cache-dir", stage / "zig")
        fits = ("-target", target[0], "-mcpu", target[1])
        _zig(stage, "build-lib", *OPTIONS, *fits, *caches, f"{SOURCES}/library.zig", "-femit-bin=library.so")
        (stage / "library.so").replace(built)


def _zig(folder: Path, *words: str | Path) -> None:
    # Somebody's ZIG_LIB_DIR or ZIG_LIBC would make other bytes.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ZIG_")}
    try:
        run(sys.executable, "-m", "ziglang", *words, "--color", "off", environment=ours, folder=folder)
    except BundleError as error:
        raise BundleError(f"Zig cannot compile {SOURCES}:\n{error}") from error


def _prune(cache: Path, pattern: str) -> None:
    # Not only the newest is kept: another checkout may use one of the others.
    for path in sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        path.unlink(missing_ok=True)


def main() -> int:
    try:
        if place():
            print(f"{LIBRARY} is compiled for {sys.platform} {architecture()}")
    except BundleError as error:
        print("error:", error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
