"""The processor's own machine code: for whom it is compiled, of what, and what is said when it cannot be."""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from components import native
from components.bundle import Bundle, Target
from components.bundle import build as build_bundle
from components.interpreters import BundleError
from components.native import KEPT, LIBRARY, ROOT, SOURCES, TARGETS, build, place
from tests.bundle.building import HERE, contents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MACHINES = {"arm64": 183, "x86_64": 62}
DYNAMIC, NEEDED = 2, 1
HEADER, SEGMENT = struct.Struct("<16sHHIQQQIHHHHHH"), struct.Struct("<IIQQQQQQ")
"""Of an ELF file, and of one of its segments."""
SMALL = "export fn answer() u32 {{\n    return {};\n}}\n"


@pytest.fixture
def small(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a checkout of one function that answers a number."""

    def write(number: int) -> Path:
        source = tmp_path / "root" / SOURCES / "library.zig"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(SMALL.format(number))
        return tmp_path / "root"

    return write


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """How often something is compiled: by a fake, for what does not depend on Zig."""
    fake = Mock(side_effect=lambda sources, target, built: built.write_bytes(repr(target).encode()))
    monkeypatch.setattr(native, "_make", fake)
    return fake


def needed(library: bytes) -> list[int]:
    """Where the names of other libraries stand that have to be loaded with it."""
    header = HEADER.unpack_from(library)
    begin, count = header[5], header[10]
    segments = SEGMENT.iter_unpack(library[begin : begin + SEGMENT.size * count])
    (dynamic,) = (library[each[2] : each[2] + each[5]] for each in segments if each[0] == DYNAMIC)
    return [value for tag, value in struct.iter_unpack("<Qq", dynamic) if tag == NEEDED]


@pytest.mark.parametrize("machine", MACHINES)
def test_it_is_for_lambdas_machine_and_needs_nothing_beside_it(machine: str) -> None:
    library = build("linux", machine)

    assert library[:6] == b"\x7fELF\x02\x01", "64 bits, little end first"
    assert int.from_bytes(library[18:20], "little") == MACHINES[machine]
    assert needed(library) == []


def test_a_bundle_has_its_own_machines(bundles: dict[str, Bundle], tmp_path: Path) -> None:
    here = build_bundle("processor", HERE)

    assert contents(bundles["processor"])[LIBRARY] == build("linux", "arm64")
    assert contents(here)[LIBRARY] == build(sys.platform, HERE.architecture)
    assert all(LIBRARY not in contents(bundles[name]) for name in ("api", "notifier"))
    assert not any(name.endswith(".zig") for name in contents(here))


def test_what_is_in_place_is_of_these_sources() -> None:
    assert (ROOT / LIBRARY).is_file(), "run `make setup`"
    is_same = (ROOT / LIBRARY).read_bytes() == build(sys.platform, native.architecture())
    assert is_same, "it is of other sources: run `make setup`"


def test_another_checkout_and_cache_give_the_same_bytes(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZIG_LIB_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    again = build("linux", "x86_64", root=checkout, cache=tmp_path / "elsewhere")

    assert again == build("linux", "x86_64")
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1, "what was built, and nothing else"
    assert not (tmp_path / "home").exists()


def test_it_is_put_in_place_once_and_not_over_what_is_loaded(
    small: Callable[[int], Path], tmp_path: Path
) -> None:
    path = small(1) / LIBRARY

    assert place(small(1), tmp_path / "cache")
    written = path.stat()
    loaded = ctypes.CDLL(str(path))
    assert not place(small(1), tmp_path / "cache")
    assert path.stat().st_mtime_ns == written.st_mtime_ns

    assert place(small(2), tmp_path / "cache")
    assert path.stat().st_ino != written.st_ino
    assert loaded.answer() == 1
    assert sorted(file.name for file in path.parent.iterdir()) == ["library.so", "library.zig"]


def test_it_is_compiled_again_when_something_changed(
    small: Callable[[int], Path], tmp_path: Path, made: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times() -> int:
        build("linux", "arm64", root=tmp_path / "root", cache=tmp_path / "cache")
        return made.call_count

    small(1)
    assert [times(), times()] == [1, 1]
    small(2)
    assert times() == 2
    (tmp_path / "root" / SOURCES / "more.zig").write_text("")
    assert times() == 3
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.99.0")
    assert times() == 4
    monkeypatch.setitem(TARGETS, ("linux", "arm64"), ("aarch64-linux-musl", "neoverse_n1"))
    assert times() == 5


def test_another_library_makes_another_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.bundle._contents", lambda _lock, own, *_: own)
    before = build_bundle("processor", HERE, cache=tmp_path)
    monkeypatch.setattr(native, "build", Mock(return_value=b"another"))

    assert build_bundle("processor", HERE, cache=tmp_path).path != before.path


def test_old_ones_are_cleared_away(small: Callable[[int], Path], tmp_path: Path, made: Mock) -> None:
    other = build("linux", "x86_64", root=small(0), cache=tmp_path / "cache")
    for number in range(KEPT + 2):
        build("linux", "arm64", root=small(number), cache=tmp_path / "cache")

    assert len(list((tmp_path / "cache").glob("aarch64-*"))) == KEPT
    assert [path.read_bytes() for path in (tmp_path / "cache").glob("x86_64-*")] == [other]


def test_a_missing_compiler(tmp_path: Path, small: Callable[[int], Path]) -> None:
    root = small(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(tmp_path)])
        with pytest.raises(BundleError, match=r"\(ziglang\) is not installed for .*: run `make setup`"):
            build("linux", "arm64", root=root, cache=tmp_path / "cache")


def test_what_does_not_compile_is_named_with_its_line(tmp_path: Path, small: Callable[[int], Path]) -> None:
    root = small(1)
    (root / SOURCES / "library.zig").write_text("\nexport fn answer() u32 {\n    return true;\n}\n")

    with pytest.raises(BundleError) as caught:
        build("linux", "arm64", root=root, cache=tmp_path / "cache")

    title, first, *_ = str(caught.value).splitlines()
    assert title == "Zig cannot compile processor/native:"
    assert first == "processor/native/library.zig:3:12: error: expected type 'u32', found 'bool'"
    assert list((tmp_path / "cache").iterdir()) == []


def test_missing_sources(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"processor/native/library\.zig is missing"):
        build("linux", "arm64", root=tmp_path, cache=tmp_path / "cache")


@pytest.mark.parametrize(("system", "machine"), [("linux", "riscv64"), ("freebsd14", "x86_64")])
def test_an_unknown_machine(system: str, machine: str) -> None:
    with pytest.raises(BundleError, match=rf"not compiled for {system} {machine}, only for linux arm64, "):
        build(system, machine)


def test_a_bundle_for_lambda_is_for_linux_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert Target.aws("x86_64").system == "linux"
    assert Target.this_machine().system == "darwin"


@pytest.mark.parametrize(("told", "machine"), [("aarch64", "arm64"), ("AMD64", "x86_64"), ("arm64", "arm64")])
def test_a_machine_has_lambdas_name(told: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: told)

    assert native.architecture() == machine


def test_the_command_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    assert native.main() == 1
    assert capsys.readouterr().err.startswith(
        f"error: processor/native is not compiled for {sys.platform} riscv64"
    )
