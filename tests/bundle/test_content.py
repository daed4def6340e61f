"""What is in the bundles."""

from __future__ import annotations

import gzip
import importlib
import importlib.metadata
import re
import sysconfig
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from components import wheels
from components.bundle import OF_CONTRACTS, PACKAGES, ROOT, Bundle
from contracts.model import load
from contracts.reader import read_folder
from tests.bundle.building import contents

BUDGET_BYTES = {"processor": 85_000_000, "notifier": 1_000_000, "api": 12_000_000}
"""Unzipped; Lambda takes 250 MB, and the larger a bundle is, the longer a cold start takes."""
MAGIC_OF_3_13 = 3571
UNCHECKED_HASH = 0b01
AARCH64 = 183
NOT_BUNDLED = {".pyc", ".md", ".zig", ".so"}
"""Of our own files: what is compiled is, for the bundle's own machine."""


def test_only_its_own_packages_and_the_locked_wheels(bundle: Bundle) -> None:
    tops = {PurePosixPath(name).parts[0] for name in contents(bundle)}
    infos = {top for top in tops if top.endswith(".dist-info")}
    locked = locked_distributions(bundle.name)

    modules = {top.partition(".")[0] for top in tops - infos}
    assert modules == {*PACKAGES[bundle.name], *(top for name in locked for top in top_levels(name))}
    assert {normalized(info.partition("-")[0]) for info in infos} == locked


def test_every_file_of_an_own_package_is_there(bundle: Bundle) -> None:
    packages = set(PACKAGES[bundle.name]) - {"contracts"}
    files = [path for package in packages for path in (ROOT / package).rglob("*.*")]
    wanted = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in files
        if path.is_file() and path.suffix not in NOT_BUNDLED and not path.name.startswith(".")
    }

    assert wanted.items() <= contents(bundle).items()


@pytest.mark.parametrize(("name", "has"), [("processor", True), ("api", True), ("notifier", False)])
def test_the_contracts_are_compiled_and_nothing_reads_yaml(
    name: str, bundles: dict[str, Bundle], tmp_path: Path, *, has: bool
) -> None:
    bundled = contents(bundles[name])
    files = {file for file in bundled if file.startswith("contracts/") and not file.endswith(".pyc")}

    assert files == ({f"contracts/{file}" for file in (*OF_CONTRACTS, "compiled.json")} if has else set())
    assert not any(PurePosixPath(file).parts[0] in ("yaml", "_yaml") for file in bundled)
    if has:
        (tmp_path / "compiled.json").write_bytes(bundled["contracts/compiled.json"])
        assert load(tmp_path / "compiled.json") == read_folder(ROOT / "contracts")


def test_every_module_is_compiled_for_the_lambdas_python(bundle: Bundle) -> None:
    names = contents(bundle)
    for name, content in names.items():
        path = PurePosixPath(name)
        if path.suffix == ".py":
            assert path.parts[0] in PACKAGES[bundle.name], "wheels go without their sources"
            assert f"{path.parent}/__pycache__/{path.stem}.cpython-313.pyc" in names
        elif path.suffix == ".pyc":
            assert int.from_bytes(content[:2], "little") == MAGIC_OF_3_13, name
            assert int.from_bytes(content[4:8], "little") == UNCHECKED_HASH, name
            source = name.replace("__pycache__/", "").replace(".cpython-313", "")
            assert f"/var/task/{source.removesuffix('c')}".encode() in content, name


def test_nothing_that_a_lambda_does_not_need(bundle: Bundle) -> None:
    unwanted = re.compile(
        r"(^|/)(tests?|bin|boto3|botocore|RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json|\.lock)(/|$)"
        r"|\.pyi$|(^|/)py\.typed$|\.dist-info/sboms/"
    )

    assert [name for name in contents(bundle) if unwanted.search(name)] == []


def test_the_dashboard_is_there_compressed_twice_and_in_no_other_way(bundles: dict[str, Bundle]) -> None:
    bundled = contents(bundles["api"])
    page = {file.removeprefix("api/page/") for file in bundled if file.startswith("api/page/")}

    assert {"index.html.br", "index.html.gz"} <= page
    assert {file.removesuffix(".br") for file in page if file.endswith(".br")} == {
        file.removesuffix(".gz") for file in page if not file.endswith(".br")
    }
    index = gzip.decompress(bundled["api/page/index.html.gz"]).decode()
    for name in re.findall(r'(?:src|href)="/([^"]+)"', index):
        assert f"{name}.br" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|style=", index), "the policy lets none in"
    assert not any(file.startswith(("dashboard/", "processor/page")) for file in bundled)


def test_licences_and_versions_stay(bundles: dict[str, Bundle]) -> None:
    names = contents(bundles["api"])
    for folder in {PurePosixPath(name).parts[0] for name in names if ".dist-info/" in name}:
        assert f"{folder}/METADATA" in names
        assert any(name.startswith(f"{folder}/licenses/LICENSE") for name in names), folder


def test_times_and_modes_are_fixed(bundle: Bundle) -> None:
    with zipfile.ZipFile(bundle.path) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted({entry.filename for entry in entries})
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    for entry in entries:
        assert entry.external_attr >> 16 == (0o100755 if entry.filename.endswith(".so") else 0o100644)


@pytest.mark.parametrize(
    ("name", "part"),
    [("api", "pydantic_core/"), ("processor", "_duckdb."), ("processor", "processor/native/")],
)
def test_machine_code_is_for_arm64(name: str, part: str, bundles: dict[str, Bundle]) -> None:
    shared = {
        file: data for file, data in contents(bundles[name]).items() if ".so" in PurePosixPath(file).suffixes
    }

    assert any(file.startswith(part) for file in shared)
    for name, data in shared.items():
        assert data[:4] == b"\x7fELF", name
        assert int.from_bytes(data[18:20], "little") == AARCH64, name


def test_it_is_within_its_budget(bundle: Bundle) -> None:
    assert bundle.unzipped_bytes <= BUDGET_BYTES[bundle.name]


def test_the_list_of_dead_weight_is_not_out_of_date() -> None:
    installed = Path(sysconfig.get_path("purelib"))

    assert [path for path in wheels.DEAD_WEIGHT if not any(installed.glob(path))] == []


def locked_distributions(name: str) -> set[str]:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {normalized(found) for found in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}


def normalized(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def top_levels(distribution: str) -> set[str]:
    """The modules and packages that the development environment's copy of a wheel has."""
    files = importlib.metadata.files(distribution) or []
    tops = {file.parts[0] for file in files if not file.parts[0].endswith((".dist-info", "-stubs"))}
    return {top.partition(".")[0] for top in tops} - {"", "__pycache__"}
