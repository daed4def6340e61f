"""When the dashboard is built again, of what, and what is said when it cannot be; npm is a fake."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from components.dashboard import KEPT, build
from components.interpreters import BundleError

if TYPE_CHECKING:
    from collections.abc import Callable

LOCK = {"packages": {"": {}, "node_modules/a": {"version": "1.0.0"}, "node_modules/b": {"optional": True}}}
NPM = """#!/bin/sh
echo "$1 ${VITE_SECRET-}" >> "$CALLS"
if [ "$1" = ci ]; then
  mkdir -p node_modules
  cp package-lock.json node_modules/.package-lock.json
else
  . ./build.sh
fi
"""
BUILD = """
test -d node_modules || exit 1
mkdir -p dist/assets
cp src/main.ts dist/assets/main-1.js
cp index.html dist/index.html
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with a page that is built by copying."""
    root = tmp_path / "root"
    (root / "dashboard" / "src").mkdir(parents=True)
    for name, text in {
        "openapi.json": "{}",
        "dashboard/package-lock.json": json.dumps(LOCK),
        "dashboard/build.sh": BUILD,
        "dashboard/index.html": "<!doctype html>",
        "dashboard/src/main.ts": "start();" * 100,
    }.items():
        (root / name).write_text(text)
    return root


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The commands that npm was given since the last call."""
    told = tmp_path / "calls"
    program(tmp_path / "bin" / "npm", NPM)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("CALLS", str(told))

    def calls() -> list[str]:
        found = told.read_text().split("\n")[:-1] if told.exists() else []
        told.unlink(missing_ok=True)
        return [call.strip() for call in found]

    return calls


def program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_it_is_built_once_and_compressed(root: Path, tmp_path: Path, npm: Callable[[], list[str]]) -> None:
    files = build(root, tmp_path / "cache")

    assert npm() == ["ci", "run"]
    names = {
        f"api/page/{name}.{kind}" for name in ("index.html", "assets/main-1.js") for kind in ("br", "gz")
    }
    assert files.keys() == names
    assert gzip.decompress(files["api/page/assets/main-1.js.gz"]) == b"start();" * 100
    unpack = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(0)))"
    packed = files["api/page/assets/main-1.js.br"]
    assert (
        subprocess.run(["node", "-e", unpack], input=packed, stdout=-1, check=True).stdout
        == b"start();" * 100
    )
    assert len(packed) < 40
    assert build(root, tmp_path / "cache") == files
    assert npm() == []


@pytest.mark.parametrize("changed", ["dashboard/src/main.ts", "openapi.json", "dashboard/new.css"])
def test_a_changed_source_is_built_with_the_packages_that_are_there(
    root: Path, tmp_path: Path, npm: Callable[[], list[str]], changed: str
) -> None:
    build(root, tmp_path / "cache")
    npm()
    with (root / changed).open("a") as file:
        file.write(" ")
    build(root, tmp_path / "cache")
    assert npm() == ["run"]


def test_a_changed_lock_installs_its_packages(
    root: Path, tmp_path: Path, npm: Callable[[], list[str]]
) -> None:
    build(root, tmp_path / "cache")
    npm()
    changed = LOCK["packages"] | {"node_modules/a": {"version": "1.0.1"}}
    (root / "dashboard" / "package-lock.json").write_text(json.dumps({"packages": changed}))
    build(root, tmp_path / "cache")
    assert npm() == ["ci", "run"]


@pytest.mark.parametrize(
    "stray",
    ["dist/a.js", "node_modules/a.js", "src/main.test.ts", "src/test/setup.ts", "src/api.gen.ts", ".a.swp"],
)
def test_what_it_is_not_built_from_changes_nothing(
    root: Path, tmp_path: Path, npm: Callable[[], list[str]], stray: str
) -> None:
    before = build(root, tmp_path / "cache")
    npm()
    (root / "dashboard" / stray).parent.mkdir(parents=True, exist_ok=True)
    (root / "dashboard" / stray).write_text("stray")
    assert build(root, tmp_path / "cache") == before
    assert npm() == []


def test_two_at_once_build_it_once(root: Path, tmp_path: Path, npm: Callable[[], list[str]]) -> None:
    with ThreadPoolExecutor(4) as pool:
        built = list(pool.map(lambda _: build(root, tmp_path / "cache"), range(4)))
    assert npm() == ["ci", "run"]
    assert all(files == built[0] for files in built)
    assert len(list((tmp_path / "cache").iterdir())) == 1, "what was built, and nothing else"


def test_somebodys_variables_are_not_built_in(
    root: Path, tmp_path: Path, npm: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITE_SECRET", "a-key")
    build(root, tmp_path / "cache")
    assert npm() == ["ci", "run"]


def test_old_ones_are_cleared_away(root: Path, tmp_path: Path, npm: Callable[[], list[str]]) -> None:
    for number in range(KEPT + 2):
        (root / "openapi.json").write_text(str(number))
        build(root, tmp_path / "cache")
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == KEPT


def test_what_npm_complains_of_is_passed_on(root: Path, tmp_path: Path, npm: Callable[[], list[str]]) -> None:
    (root / "dashboard" / "build.sh").write_text("echo main.ts: it is wrong; exit 2")
    with pytest.raises(BundleError, match=r"`npm run` failed in dashboard/: main\.ts: it is wrong"):
        build(root, tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == []


@pytest.mark.parametrize("name", ["robots.txt", "assets/main.js.map", "assets/deeper/a.js"])
def test_what_would_not_be_served_is_refused(
    root: Path, tmp_path: Path, npm: Callable[[], list[str]], name: str
) -> None:
    more = f"mkdir -p dist/{Path(name).parent}; echo > dist/{name}"
    (root / "dashboard" / "build.sh").write_text(BUILD + more)
    with pytest.raises(BundleError, match=f"has {name}, which the API does not serve"):
        build(root, tmp_path / "cache")


def test_a_build_without_a_page_is_refused(root: Path, tmp_path: Path, npm: Callable[[], list[str]]) -> None:
    (root / "dashboard" / "build.sh").write_text("true")
    with pytest.raises(BundleError, match=r"has no index\.html"):
        build(root, tmp_path / "cache")


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_without_node_it_is_said_what_to_install(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in {"node", "npm"} - {missing}:
        program(tmp_path / "some" / name, "#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path / "some"))
    with pytest.raises(
        BundleError, match=rf"Node\.js 20\.19 or newer and its npm, and {missing} is not on PATH"
    ):
        build(root, tmp_path / "cache")


@pytest.mark.parametrize("version", ["v18.20.8", "v20.18.3", "v9.99.0"])
def test_an_old_node_is_refused(
    root: Path, tmp_path: Path, npm: Callable[[], list[str]], version: str
) -> None:
    program(tmp_path / "bin" / "node", f"#!/bin/sh\necho {version}\n")
    with pytest.raises(BundleError, match=f"is {version}: install a newer one"):
        build(root, tmp_path / "cache")


def test_a_checkout_without_a_dashboard_is_refused(root: Path, tmp_path: Path) -> None:
    shutil.rmtree(root / "dashboard")
    with pytest.raises(BundleError, match=r"dashboard/package-lock\.json is missing"):
        build(root, tmp_path / "cache")
